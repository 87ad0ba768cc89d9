// What came of each object: the rows of the output `result` and of the summary table.
import type { ObjectId } from '../object.ts'

/** What was done. With a dry run: what would be done. */
export type ObjectAction =
  | 'created'
  | 'configured'
  | 'unchanged'
  | 'replaced'
  | 'deleted'
  | 'pruned'
  | 'restarted'
  | 'scaled'
  | 'paused'
  | 'resumed'
  | 'restored'
  | 'refused'
  /** Not reached, because something before it failed. */
  | 'skipped'
  /** Cannot be known before its CRD or namespace exists (diff only). */
  | 'unknown'

/** How it stands after the wait. `none`: nothing was awaited. */
export type ObjectVerdict = 'ready' | 'failed' | 'paused' | 'timeout' | 'gone' | 'none'

export interface ObjectReport {
  readonly id: ObjectId
  readonly action: ObjectAction
  readonly verdict: ObjectVerdict
  /** One word or two: `CrashLoopBackOff`, `Conflict`; '' when all is well. */
  readonly reason: string
  /** One line for people, without secrets; '' when all is well. */
  readonly message: string
  /** From its write (or the start of the wait) to its verdict. */
  readonly seconds: number
}
