// One step from its condition to its conclusion, whatever it does in between.
import {
  evaluateCondition,
  evaluate,
  resolveText,
  resolveTexts,
  type Scope,
} from '../reading/expression.ts'
import { isBasicExpression } from '../reading/parser.ts'
import { WorkflowRefused } from '../reading/refusal.ts'
import { childOf, type Token } from '../reading/token.ts'
import type { Conclusion, Stage } from '../result.ts'
import type { Setting } from './command-file.ts'
import type { JobState } from './job-state.ts'
import { StepChannel } from './step-channel.ts'
import { makeStepFiles, type StepFileContents } from './step-files.ts'

export interface StepPlan {
  readonly id: string | null
  /** GITHUB_ACTION. */
  readonly contextName: string
  readonly stage: Stage
  readonly condition: string
  /** `name:` or what stands for it; resolved when the step starts. */
  readonly name: (scope: Scope) => string
  /** The step in the file: env, timeout-minutes, continue-on-error. */
  readonly token: Token
  readonly execute: (step: RunningStep) => Promise<'success' | 'failure'>
  /** More of the github context: action_path, action_repository, action_ref. */
  readonly github: Readonly<Record<string, string>>
  /** State of the action instance; later stages read it. */
  readonly state: Map<string, string>
}

export interface RunningStep {
  readonly job: JobState
  readonly name: string
  readonly scope: Scope
  /** Variables of the step: job env, step env. */
  readonly env: Readonly<Record<string, string>>
  /** Paths of the command files. */
  readonly files: Readonly<Record<string, string>>
  readonly channel: StepChannel
  /** Outputs that are not written through a file (stand-ins). */
  readonly outputs: Setting[]
  readonly stop: AbortSignal
  readonly lost: AbortSignal
}

export interface StepSignals {
  /** The job is cancelled. */
  readonly cancelled: AbortSignal
  readonly lost: AbortSignal
}

const summaryLimit = 1024 * 1024
const never = new AbortController().signal

/** Never throws for what a step does; its result is recorded in the job. */
export async function runStep(job: JobState, plan: StepPlan, signals: StepSignals): Promise<void> {
  const attempt = begin(job, plan)
  const { tell } = job.facts
  if (attempt.kind === 'skipped') {
    finish(job, plan, { name: attempt.name, outcome: 'skipped', conclusion: 'skipped' })
    return
  }
  const channel = new StepChannel(job, attempt.name)
  tell({ kind: 'step-started', job: job.facts.name, step: attempt.name, stage: plan.stage })
  if (attempt.kind === 'broken') {
    channel.annotate('error', attempt.message)
    finish(job, plan, { name: attempt.name, outcome: 'failure', conclusion: 'failure', channel })
    return
  }
  const files = await makeStepFiles(job.facts.folders)
  const outputs: Setting[] = []
  const ending = await execute({
    job,
    plan,
    signals,
    attempt,
    channel,
    files: files.variables,
    outputs,
  })
  const contents = await files.read()
  const applied = applyFiles(job, plan, { contents, channel, outputs })
  const outcome: Conclusion =
    ending === 'success' && (channel.failed || !applied.good) ? 'failure' : ending
  const forgiven = outcome === 'failure' && allowsError(plan.token, attempt.scope)
  finish(job, plan, {
    ...applied,
    name: attempt.name,
    outcome,
    conclusion: forgiven ? 'success' : outcome,
    channel,
  })
}

type Attempt =
  | { readonly kind: 'skipped'; readonly name: string }
  | { readonly kind: 'broken'; readonly name: string; readonly message: string }
  | {
      readonly kind: 'ready'
      readonly name: string
      readonly scope: Scope
      readonly env: Record<string, string>
    }

// The step's own env is evaluated before its condition, which may read it.
function begin(job: JobState, plan: StepPlan): Attempt {
  const github = { ...plan.github, action: plan.contextName }
  const outer = job.scope({ github })
  let name = plan.contextName
  try {
    const env = { ...job.env, ...resolveTexts(childOf(plan.token, 'env'), outer) }
    const scope = job.scope({ env, github })
    name = plan.name(scope)
    if (!evaluateCondition(plan.condition, scope)) return { kind: 'skipped', name }
    return { kind: 'ready', name, scope, env }
  } catch (error) {
    return { kind: 'broken', name, message: (error as Error).message }
  }
}

interface Execution {
  readonly job: JobState
  readonly plan: StepPlan
  readonly signals: StepSignals
  readonly attempt: Extract<Attempt, { kind: 'ready' }>
  readonly channel: StepChannel
  readonly files: Readonly<Record<string, string>>
  readonly outputs: Setting[]
}

async function execute(facts: Execution): Promise<'success' | 'failure' | 'cancelled'> {
  const { job, plan, signals, attempt, channel } = facts
  const stop = new AbortController()
  const ending = { cancelled: false, late: false }
  const onCancel = (): void => {
    // A condition that still holds when the job is cancelled lets the step go on unharmed.
    job.status = 'cancelled'
    const scope = { ...attempt.scope, status: job.statusFlags }
    if (evaluateCondition(plan.condition, scope)) return
    ending.cancelled = true
    stop.abort()
  }
  const already = signals.cancelled.aborted
  const cancelled = already ? never : signals.cancelled
  cancelled.addEventListener('abort', onCancel, { once: true })
  let timer: NodeJS.Timeout | undefined
  try {
    const minutes = minutesOf(plan.token, attempt.scope)
    if (minutes !== null) {
      timer = setTimeout(() => {
        ending.late = true
        stop.abort()
      }, minutes * 60_000)
    }
    const result = await plan.execute({
      ...facts,
      ...attempt,
      stop: stop.signal,
      lost: signals.lost,
    })
    if (ending.cancelled) channel.annotate('error', 'The operation was canceled.')
    if (ending.late)
      channel.annotate(
        'error',
        `The action '${attempt.name}' has timed out after ${minutes} minutes.`,
      )
    return ending.cancelled ? 'cancelled' : ending.late ? 'failure' : result
  } catch (error) {
    // What the driver does not cover stops the run; it is not the workflow's failure.
    if (error instanceof WorkflowRefused) throw error
    channel.annotate('error', (error as Error).message)
    return 'failure'
  } finally {
    clearTimeout(timer)
    cancelled.removeEventListener('abort', onCancel)
  }
}

interface Applied {
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string | null
  readonly good: boolean
}

function applyFiles(
  job: JobState,
  plan: StepPlan,
  said: { contents: StepFileContents; channel: StepChannel; outputs: readonly Setting[] },
): Applied {
  const { contents, channel } = said
  const refused = contents.env.filter((setting) => setting.name.toUpperCase() === 'NODE_OPTIONS')
  for (const problem of contents.problems) channel.annotate('error', problem)
  for (const setting of refused) {
    channel.annotate(
      'error',
      `Can't store ${setting.name} output parameter using '$GITHUB_ENV' command.`,
    )
  }
  for (const { name, value } of contents.env)
    if (!refused.some((other) => other.name === name)) job.env[name] = value
  for (const path of contents.paths) {
    const known = job.paths.indexOf(path)
    if (known >= 0) job.paths.splice(known, 1)
    job.paths.unshift(path)
  }
  for (const { name, value } of [...channel.state, ...contents.state]) plan.state.set(name, value)
  const outputs = Object.fromEntries(
    [...said.outputs, ...channel.outputs, ...contents.outputs].map(({ name, value }) => [
      name,
      value,
    ]),
  )
  const good = contents.problems.length === 0 && refused.length === 0
  return { outputs, summary: acceptedSummary(job, channel, contents.summary), good }
}

function acceptedSummary(
  job: JobState,
  channel: StepChannel,
  summary: string | null,
): string | null {
  if (summary === null) return null
  const bytes = Buffer.byteLength(summary)
  if (bytes > summaryLimit) {
    const found = `found ${Math.ceil(bytes / 1024)}k`
    channel.annotate(
      'error',
      `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, ${found}.`,
    )
    return null
  }
  return summary
    .split('\n')
    .map((line) => job.masker.mask(line))
    .join('\n')
}

function finish(
  job: JobState,
  plan: StepPlan,
  end: {
    name: string
    outcome: Conclusion
    conclusion: Conclusion
    channel?: StepChannel
    outputs?: Readonly<Record<string, string>>
    summary?: string | null
  },
): void {
  job.ended({
    id: plan.id,
    name: end.name,
    stage: plan.stage,
    outcome: end.outcome,
    conclusion: end.conclusion,
    outputs: end.outputs ?? {},
    annotations: end.channel?.annotations ?? [],
    summary: end.summary ?? null,
  })
  const { name, tell } = job.facts
  tell({
    kind: 'step-ended',
    job: name,
    step: end.name,
    stage: plan.stage,
    conclusion: end.conclusion,
    summary: end.summary ?? null,
  })
}

function minutesOf(step: Token, scope: Scope): number | null {
  const token = childOf(step, 'timeout-minutes')
  if (token === undefined) return null
  const minutes = Number(resolveText(token, scope))
  return Number.isFinite(minutes) && minutes > 0 ? minutes : null
}

function allowsError(step: Token, scope: Scope): boolean {
  const token = childOf(step, 'continue-on-error')
  if (token === undefined) return false
  return isBasicExpression(token)
    ? evaluate(token.expression, scope) === true
    : resolveText(token, scope) === 'true'
}
