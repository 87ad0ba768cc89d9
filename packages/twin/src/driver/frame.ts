// One workflow file in a run: the one that the event started, or one that a job calls.
import type { Contexts, Status, Value } from './reading/expression.ts'
import type { Inputs } from './reading/input.ts'
import type { PlannedJob, PlannedWorkflow } from './reading/plan.ts'
import type { RunControl } from './control.ts'
import type { RunRequest } from './request.ts'
import type { Conclusion, JobResult } from './result.ts'
import type { Tell } from './timeline.ts'

/** What all workflows of a run share. */
export interface RunFrame {
  readonly request: RunRequest
  readonly control: RunControl
  readonly tell: Tell
  /** The `github` context of the caller. */
  readonly github: Readonly<Record<string, Value>>
  /** By key; kept from the attempt before. */
  readonly kept: ReadonlyMap<string, JobResult>
  readonly results: JobResult[]
}

export interface WorkflowFrame {
  readonly run: RunFrame
  readonly workflow: PlannedWorkflow
  readonly inputs: Inputs
  /** As a job in this environment sees them. */
  readonly secrets: (environment: string | null) => Readonly<Record<string, string>>
  /** '' or `caller / `. */
  readonly namePrefix: string
  readonly cancelled: AbortSignal
}

/** How a job of this file ended, for those that need it. */
export interface Ended {
  readonly result: Conclusion
  readonly outputs: Readonly<Record<string, string>>
  /** The job itself and everything before it. */
  readonly lineage: readonly Conclusion[]
}

export type EndedJobs = Map<string, Ended>

export function jobContexts(frame: WorkflowFrame, job: PlannedJob, ended: EndedJobs): Contexts {
  return {
    github: frame.run.github,
    inputs: frame.inputs,
    vars: frame.run.request.services.github.variables(null),
    needs: Object.fromEntries(job.needs.map((need) => [need, endedContext(ended.get(need))])),
    strategy: { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 },
    matrix: null,
  }
}

export const endedContext = (ended: Ended | undefined): Value => ({
  result: ended?.result ?? 'skipped',
  outputs: ended?.outputs ?? {},
})

/** success() wants every job before this one, however far; failure() is true for any of them. */
export function jobStatus(frame: WorkflowFrame, job: PlannedJob, ended: EndedJobs): Status {
  const before = lineageOf(job, ended)
  const cancelled = frame.cancelled.aborted
  return {
    success: !cancelled && before.every((result) => result === 'success'),
    failure: before.includes('failure'),
    cancelled,
  }
}

export const lineageOf = (job: PlannedJob, ended: EndedJobs): readonly Conclusion[] =>
  job.needs.flatMap((need) => ended.get(need)?.lineage ?? [])
