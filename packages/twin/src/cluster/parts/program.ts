// Runs a program that makes parts (go, npm), and keeps its words for the reason of a failure.
import { spawn } from 'node:child_process'
import { ClusterFailure } from '../failure.ts'
import { findProgram } from '../guard.ts'

export interface ProgramRun {
  readonly args: readonly string[]
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
}

/** Standard output. A bad end is a ClusterFailure with the last lines of standard error. */
export async function runProgram(file: string, run: ProgramRun): Promise<string> {
  // A build must not go on when the process that wants it is gone.
  const killer = findProgram('setpriv')
  const [command, ...args] =
    killer === null ? [file, ...run.args] : [killer, '--pdeathsig', 'KILL', file, ...run.args]
  const child = spawn(command, args, {
    cwd: run.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...run.env },
  })
  const said = { out: '', error: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.error += text))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code === 0) return said.out
  const tail = said.error.trimEnd().split('\n').slice(-12).join('\n')
  throw new ClusterFailure(
    `\`${[file, ...run.args].join(' ')}\` in ${run.cwd} ended with ${code ?? 'a signal'}:\n${tail}`,
  )
}
