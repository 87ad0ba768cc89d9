// What a run leaves behind. Plain values: they can be stored and handed to a re-run.
import type { Run } from '../github/service.ts'

export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped'

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice'
  readonly message: string
  readonly title?: string
  readonly file?: string
  readonly line?: number
}

export type Stage = 'pre' | 'main' | 'post'

export interface StepResult {
  /** `id:` of the step, or null. */
  readonly id: string | null
  readonly name: string
  readonly stage: Stage
  /** Before `continue-on-error`. */
  readonly outcome: Conclusion
  /** After it. */
  readonly conclusion: Conclusion
  readonly outputs: Readonly<Record<string, string>>
  readonly annotations: readonly Annotation[]
  /** Markdown, masked; null when the step wrote none, or too much. */
  readonly summary: string | null
}

export interface JobResult {
  /** Job ids from the caller down, joined by `/`: unique in a run. */
  readonly key: string
  /** As the check is called: `caller / callee`. */
  readonly name: string
  readonly result: Conclusion
  readonly outputs: Readonly<Record<string, string>>
  readonly environment: { readonly name: string; readonly url: string | null } | null
  readonly steps: readonly StepResult[]
  /** Of the job itself and of its steps, at most 50. */
  readonly annotations: readonly Annotation[]
  /** At most 20, as GitHub shows them. */
  readonly summaries: readonly string[]
  /** Masked lines. */
  readonly log: readonly string[]
  /** Which attempt ran it; smaller than the run's own when a re-run kept it. */
  readonly attempt: number
}

export interface RunResult {
  readonly run: Run
  readonly conclusion: 'success' | 'failure' | 'cancelled'
  /** In the order in which they ended; a called workflow gives one entry per job of it. */
  readonly jobs: readonly JobResult[]
  /** The oldest attempt whose artifacts this one saw: a partial re-run of it sees them too. */
  readonly artifactsSince: number
}
