// The jobs of one workflow file, one after the other, each after its needs.
import {
  ExpressionFailed,
  evaluateCondition,
  resolveText,
  type Contexts,
} from './reading/expression.ts'
import type { CallJob, PlannedJob, PlannedWorkflow, StepsJob } from './reading/plan.ts'
import { childOf } from './reading/token.ts'
import { callInputs, callOutputs, callSecrets, joined } from './call.ts'
import {
  jobContexts,
  jobStatus,
  lineageOf,
  type Ended,
  type EndedJobs,
  type WorkflowFrame,
} from './frame.ts'
import type { Denied } from './concurrency.ts'
import { isHold, passReview, takeGroup, wantedEnvironment } from './gate.ts'
import type { Conclusion, JobResult } from './result.ts'
import { runJob } from './runner/job.ts'

/** A workflow in its concurrency group; jobs' results go to the run, their endings come back. */
export async function runFrame(
  frame: WorkflowFrame,
): Promise<{ conclusion: Conclusion; ended: EndedJobs; denied: Denied | null }> {
  const ended: EndedJobs = new Map()
  const stop = new AbortController()
  const contexts: Contexts = {
    github: frame.run.github,
    inputs: frame.inputs,
    vars: frame.run.request.services.github.variables(null),
  }
  const { root, label } = frame.workflow.file
  const group = await takeGroup(frame.run, {
    owner: root,
    contexts,
    label,
    cancel: () => stop.abort(),
    cancelled: frame.cancelled,
  })
  if (group !== null && !isHold(group)) return { conclusion: 'cancelled', ended, denied: group }
  const inner = { ...frame, cancelled: AbortSignal.any([frame.cancelled, stop.signal]) }
  try {
    for (const job of frame.workflow.jobs) ended.set(job.id, await runPlanned(inner, job, ended))
  } finally {
    if (isHold(group)) group.release()
  }
  const conclusion = joined([...ended.values()].map((job) => job.result))
  return { conclusion, ended, denied: null }
}

async function runPlanned(frame: WorkflowFrame, job: PlannedJob, ended: EndedJobs): Promise<Ended> {
  const { run } = frame
  const lineage = lineageOf(job, ended)
  const done = (result: JobResult): Ended => {
    run.results.push(result)
    const { outputs } = result
    return { result: result.result, outputs, lineage: [...lineage, result.result] }
  }
  const kept = run.kept.get(job.key)
  if (kept !== undefined) {
    run.tell({ kind: 'job-kept', job: kept.name, result: kept.result })
    return done(kept)
  }
  const contexts = jobContexts(frame, job, ended)
  const plainName = `${frame.namePrefix}${job.id}`
  try {
    const name = `${frame.namePrefix}${resolveText(childOf(job.token, 'name'), { contexts }) || job.id}`
    if (!starts(frame, job, { ended, contexts })) {
      return done(
        unrun(frame, job, { name, result: frame.cancelled.aborted ? 'cancelled' : 'skipped' }),
      )
    }
    const outcome = await runInGroup(frame, job, { name, contexts })
    if ('key' in outcome) return done(outcome)
    return { ...outcome, lineage: [...lineage, outcome.result] }
  } catch (error) {
    if (!(error instanceof ExpressionFailed)) throw error
    return done(unrun(frame, job, { name: plainName, result: 'failure', message: error.message }))
  }
}

const anyKept = (workflow: PlannedWorkflow, kept: ReadonlyMap<string, JobResult>): boolean =>
  workflow.jobs.some(
    (job) => kept.has(job.key) || (job.kind === 'call' && anyKept(job.callee, kept)),
  )

// In a partial re-run a calling job of which something is kept has started already.
function starts(
  frame: WorkflowFrame,
  job: PlannedJob,
  facts: { readonly ended: EndedJobs; readonly contexts: Contexts },
): boolean {
  if (job.kind === 'call' && anyKept(job.callee, frame.run.kept)) return true
  const status = jobStatus(frame, job, facts.ended)
  return evaluateCondition(job.condition, { contexts: facts.contexts, status })
}

interface Started {
  readonly name: string
  readonly contexts: Contexts
}

type Called = Omit<Ended, 'lineage'>

const denials: Readonly<Record<Denied, string>> = {
  superseded: 'Canceling since a higher priority waiting request for this concurrency group exists',
  deadlock:
    'Canceling since a deadlock for this concurrency group was detected: its own run holds it',
  withdrawn: 'The operation was canceled.',
}

async function runInGroup(
  frame: WorkflowFrame,
  job: PlannedJob,
  started: Started,
): Promise<JobResult | Called> {
  const stop = new AbortController()
  const { name, contexts } = started
  // A job that starts although the run was cancelled before is not cancelled itself.
  const cancelled = frame.cancelled.aborted
    ? stop.signal
    : AbortSignal.any([frame.cancelled, stop.signal])
  const group = await takeGroup(frame.run, {
    owner: job.token,
    contexts,
    label: name,
    cancel: () => stop.abort(),
    cancelled,
  })
  if (group !== null && !isHold(group)) {
    return unrun(frame, job, { name, result: 'cancelled', message: denials[group] })
  }
  try {
    return job.kind === 'call'
      ? await runCall({ ...frame, cancelled }, job, started)
      : await runReviewed({ ...frame, cancelled }, job, started)
  } finally {
    if (isHold(group)) group.release()
  }
}

async function runCall(
  frame: WorkflowFrame,
  job: CallJob,
  started: Started,
): Promise<JobResult | Called> {
  const inputs = callInputs(frame, job, started.contexts)
  if (inputs.problems.length > 0) {
    const message = inputs.problems.join('; ')
    return unrun(frame, job, { name: started.name, result: 'failure', message })
  }
  const inner: WorkflowFrame = {
    ...frame,
    workflow: job.callee,
    inputs: inputs.values,
    secrets: callSecrets(frame, job, started.contexts),
    namePrefix: `${started.name} / `,
  }
  const { conclusion, ended, denied } = await runFrame(inner)
  if (denied !== null) {
    return unrun(frame, job, { name: started.name, result: 'cancelled', message: denials[denied] })
  }
  return { result: conclusion, outputs: callOutputs(inner, ended) }
}

async function runReviewed(
  frame: WorkflowFrame,
  job: StepsJob,
  started: Started,
): Promise<JobResult> {
  const { run, cancelled } = frame
  const { name, contexts } = started
  const environment = wantedEnvironment(job.token, contexts)
  if (environment !== null) {
    const review = await passReview(run, { job: name, environment: environment.name, cancelled })
    const facts = { name, environment: environment.name }
    if (review === 'cancelled') return unrun(frame, job, { ...facts, result: 'cancelled' })
    if (review === 'rejected') {
      const message = `The deployment was rejected: environment '${environment.name}' was not approved.`
      return unrun(frame, job, { ...facts, result: 'failure', message })
    }
  }
  const result = await runJob({
    request: run.request,
    job,
    name,
    contexts,
    secrets: frame.secrets(environment?.name ?? null),
    environment,
    cancelled,
    lost: run.control.takeRunner(),
    tell: run.tell,
  })
  run.tell({ kind: 'job-ended', job: name, result: result.result })
  return result
}

/** A job that ended without a machine. */
function unrun(
  frame: WorkflowFrame,
  job: PlannedJob,
  facts: { name: string; result: Conclusion; message?: string; environment?: string },
): JobResult {
  const { name, result, message, environment } = facts
  frame.run.tell({ kind: 'job-ended', job: name, result })
  return {
    key: job.key,
    name,
    result,
    outputs: {},
    environment: environment === undefined ? null : { name: environment, url: null },
    steps: [],
    annotations: message === undefined ? [] : [{ level: 'error', message }],
    summaries: [],
    log: [],
    attempt: frame.run.request.run.attempt,
  }
}
