// Where a rehearsal stopped: the job, the step and its error.
import type { Annotation, JobResult, RunResult } from '../driver/result.ts'

export interface Failure {
  /** As the check is called: `caller / callee`. */
  readonly job: string
  /** null: the job failed outside its steps. */
  readonly step: string | null
  /** First line, with the code before it when there is one; null when nothing was said. */
  readonly error: string | null
}

/** The first failed job of the newest run that failed; null when none did. */
export function findFailure(runs: readonly RunResult[]): Failure | null {
  const jobs = runs.findLast(({ conclusion }) => conclusion === 'failure')?.jobs ?? []
  const job = jobs.find(({ result }) => result === 'failure')
  return job === undefined ? null : failureOf(job)
}

function failureOf(job: JobResult): Failure {
  const step = job.steps.find(({ conclusion }) => conclusion === 'failure')
  const error = (step ?? job).annotations.find(({ level }) => level === 'error')
  const [line = null] = error?.message.split('\n') ?? []
  const code = error === undefined ? null : codeIn(error)
  return {
    job: job.name,
    step: step?.name ?? null,
    error: code === null ? line : `${code}: ${line}`,
  }
}

/** `stopped in JOB, step STEP: ERROR`. */
export function renderFailure(failure: Failure | null): string {
  if (failure === null) return 'no job failed'
  const { job, step, error } = failure
  return `stopped in ${job}${step === null ? '' : `, step ${step}`}: ${error ?? 'it says no more'}`
}

/** Our actions' titles are `action: CODE`, of which the code is enough; other titles stay whole. */
export const codeIn = ({ title }: Annotation): string | null =>
  title === undefined ? null : (/^[a-z-]+: ([A-Z][A-Z0-9_]+)$/.exec(title)?.[1] ?? title)
