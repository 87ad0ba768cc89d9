// "Re-run failed jobs": which jobs keep what the attempt before gave.
import type { PlannedJob, PlannedWorkflow } from './reading/plan.ts'
import type { JobResult, RunResult } from './result.ts'

/** Results to keep, by job key. Failed and cancelled jobs run again, and all that depend on them. */
export function decideKept(
  plan: PlannedWorkflow,
  previous: RunResult,
): ReadonlyMap<string, JobResult> {
  const before = new Map(previous.jobs.map((job) => [job.key, job]))
  const kept = new Map<string, JobResult>()
  keepIn(plan, { before, kept, forced: false })
  return kept
}

interface Walk {
  readonly before: ReadonlyMap<string, JobResult>
  readonly kept: Map<string, JobResult>
  /** Something outside made all of these jobs run again. */
  readonly forced: boolean
}

/** Whether anything in the workflow runs again. */
function keepIn(workflow: PlannedWorkflow, walk: Walk): boolean {
  const again = new Set<string>()
  for (const job of workflow.jobs) {
    const forced = walk.forced || job.needs.some((need) => again.has(need))
    if (runsAgain(job, { ...walk, forced })) again.add(job.id)
  }
  return again.size > 0
}

function runsAgain(job: PlannedJob, walk: Walk): boolean {
  const before = walk.before.get(job.key)
  // A called workflow that ran has entries of its jobs only.
  if (job.kind === 'call' && before === undefined) return keepIn(job.callee, walk)
  const good = before?.result === 'success' || before?.result === 'skipped'
  if (walk.forced || before === undefined || !good) return true
  walk.kept.set(job.key, before)
  return false
}
