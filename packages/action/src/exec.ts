// Programs, run with an argument list. Their output is never echoed: it may hold a token.
import { actionError } from './errors.ts'
import type { Exec } from './ports.ts'

const NOT_INSTALLED = 127

/** The inputs of the step (they may hold tokens) are not passed on to the program. */
export const realExec: Exec = async (file, args, signal) => {
  signal.throwIfAborted()
  if (file.includes('"')) throw actionError('ACTION_BUG', `a program is named ${file}`)
  const { getExecOutput } = await import('@actions/exec')
  const running = getExecOutput(`"${file}"`, [...args], {
    silent: true,
    ignoreReturnCode: true,
    input: Buffer.alloc(0),
    env: withoutInputs(process.env),
  })
  try {
    const { exitCode, stdout, stderr } = await Promise.race([running, rejectOn(signal)])
    return { code: exitCode, stdout, stderr }
  } catch (error) {
    signal.throwIfAborted()
    const message = error instanceof Error ? error.message : String(error)
    if (/unable to locate executable/i.test(message)) {
      return { code: NOT_INSTALLED, stdout: '', stderr: message }
    }
    throw error
  }
}

/** The toolkit cannot end a program early; when cancelled we go on without waiting for it. */
const rejectOn = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })

const withoutInputs = (env: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value === undefined || /^(INPUT|STATE)_/i.test(name) ? [] : [[name, value]],
    ),
  )
