// `run:` steps.
import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { resolveText } from '../reading/expression.ts'
import { childOf, literalOf, type Token } from '../reading/token.ts'
import type { WorkflowFile } from '../reading/workflow-file.ts'
import { runProcess, type ProcessHost } from './process.ts'
import type { RunningStep } from './step.ts'

export interface ScriptFacts {
  readonly token: Token
  readonly file: WorkflowFile
  readonly job: Token
}

// A step without `shell` gets bash without pipefail: that is the runner's rule, and it matters.
const shells: Readonly<
  Record<string, { readonly command: string; readonly args: readonly string[] }>
> = {
  '': { command: 'bash', args: ['-e'] },
  bash: { command: 'bash', args: ['--noprofile', '--norc', '-eo', 'pipefail'] },
  sh: { command: 'sh', args: ['-e'] },
}

export async function runScript(
  host: ProcessHost,
  step: RunningStep,
  facts: ScriptFacts,
): Promise<'success' | 'failure'> {
  const { temp, workspace } = step.job.facts.folders
  const script = resolveText(childOf(facts.token, 'run'), step.scope)
  const setting = (key: string): string => resolveText(settingOf(facts, key), step.scope)
  const shell = shells[literalOf(settingOf(facts, 'shell')) ?? ''] ?? shells['']
  if (shell === undefined) throw new Error('no shell')
  const path = join(temp, `${randomUUID()}.sh`)
  await writeFile(path, script.replaceAll('\r\n', '\n'))
  const first = script.trim().split('\n')[0] ?? ''
  step.job.write(`##[group]Run ${first}`, step.name)
  for (const line of script.trimEnd().split('\n')) step.job.write(line, step.name)
  step.job.write('##[endgroup]', step.name)
  const end = await runProcess(host, step, {
    command: join(step.job.facts.toolbox, shell.command),
    args: [...shell.args, path],
    cwd: resolve(workspace, setting('working-directory')),
  })
  if (end.exitCode === 0) return 'success'
  if (!step.stop.aborted)
    step.channel.annotate(
      'error',
      `Process completed with exit code ${end.exitCode ?? end.signal}.`,
    )
  return 'failure'
}

/** Of the step, else the job's defaults, else the file's. */
function settingOf(facts: ScriptFacts, key: string): Token | undefined {
  const ofDefaults = (owner: Token): Token | undefined =>
    childOf(childOf(childOf(owner, 'defaults'), 'run'), key)
  return childOf(facts.token, key) ?? ofDefaults(facts.job) ?? ofDefaults(facts.file.root)
}
