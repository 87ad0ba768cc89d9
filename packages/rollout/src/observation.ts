// What one look at a target showed. Plain values; weights are raw, because targets can hold nonsense.
import type { RawMarks } from './marks.ts'
import type { RevisionMark } from './revision.ts'
import type { SlotMatch } from './routing.ts'

/** `changing`: the platform is still at work on the slot; wait, then look again. */
export type Health = 'healthy' | 'unhealthy' | 'changing'

export interface SlotObservation {
  readonly slot: string
  readonly health: Health
  /** Why, in the platform's words, when it is not healthy. */
  readonly detail: string
  /** What the slot says it holds; null when it bears no mark of ours. */
  readonly revision: RevisionMark | null
  /** Capacity that the slot has now (instances, ready replicas). */
  readonly replicas: number
  /** Percent, one decimal, that it really gets where replicas give the weights; else absent. */
  readonly share?: number
}

export interface Observation {
  /** Identity of the endpoint, the same for every observer (ARM id in lower case, cluster/namespace/name). */
  readonly endpoint: string
  /** False: nothing is there yet, and `slots` is empty. */
  readonly exists: boolean
  /** The platform is at work on the endpoint itself: no write is accepted now. */
  readonly changing: boolean
  readonly slots: readonly SlotObservation[]
  /** Raw weights, as the target has them; slots at 0 may be missing. */
  readonly traffic: Readonly<Record<string, number>>
  /** Percent of requests copied to a slot. */
  readonly mirror: Readonly<Record<string, number>>
  /** Requests that get one slot by a rule of ours; null or absent: none. */
  readonly match?: SlotMatch | null
  /**
   * The last write set its marks and then stopped before all of its weights were there: writing the
   * same step again completes it. Absent: no.
   */
  readonly unfinished?: boolean
  readonly marks: RawMarks
  /** What a compare-and-swap write needs (resourceVersion); null where the platform has none. */
  readonly version: string | null
}
