// The port: what a platform can do for a rollout. Adapters conform; the core owns it.
import type { RawMarks } from './marks.ts'
import type { MatchKind, Mirror, SlotMatch } from './routing.ts'
import type { Observation } from './observation.ts'
import type { RevisionMark } from './revision.ts'
import type { ProbeAnswer, ProbeRequest } from './sample.ts'
import type { Weights } from './weights.ts'

export interface Capabilities {
  /**
   * `any`: whole percents; `all-or-nothing`: 0 and 100 only; `replicas`: shares that whole replicas
   * of both slots give (`replicasFor`).
   */
  readonly weights: 'any' | 'all-or-nothing' | 'replicas'
  /** Highest mirror percent; 0 where there is no mirroring. */
  readonly mirrorMaxPercent: number
  /** What requests can be matched by, so that those that fit get one slot; absent: nothing. */
  readonly matches?: readonly MatchKind[]
  /** A slot at weight 0 can be asked on its own. */
  readonly probesSlot: boolean
  /** An answer says which slot gave it. */
  readonly provesSlot: boolean
  /** Writes compare and swap: a second owner is refused. Otherwise it is detected at read-back. */
  readonly compareAndSwap: boolean
  /** `replicas` of an observation are ready ones, so that S4 can compare them; absent: no. */
  readonly countsReady?: boolean
  /** `retire` can leave a slot behind with zero replicas; absent: it can only delete. */
  readonly scalesToZero?: boolean
}

/** One write of weights and marks together. */
export interface WeightsChange {
  readonly weights: Weights
  /** Requests that get one slot whatever the weights say; null or absent: none of ours. */
  readonly match?: SlotMatch | null
  /** Copies of requests; empty or absent: none of ours. */
  readonly mirror?: Mirror
  /** The complete new set of our marks on the endpoint; a key left out is removed. */
  readonly marks: RawMarks
  /** What the change was decided on: refused when no longer so, or (no compare-and-swap) detected. */
  readonly seen: Observation
}

export interface DeployOrder<Workload> {
  readonly slot: string
  /** Goes on the slot as the mark `revision`. */
  readonly mark: RevisionMark
  /** What to run, in the adapter's own terms. */
  readonly workload: Workload
  readonly seen: Observation
}

export interface WriteReport {
  readonly changed: boolean
  /** What a person can do to take the write back without us; absent: the platform has no such words. */
  readonly rollback?: Rollback
}

export interface Rollback {
  /** The patch as JSON value, and the command that sends it. No secrets. */
  readonly patch: unknown
  readonly command: string
}

/** What becomes of a slot that is no longer needed. */
export type Retirement = 'delete' | 'scale-to-zero'

/**
 * Every method observes or does one thing, resolves when the platform has finished it, and throws
 * `SluiceError` with fault `platform` or `user` when it cannot. `signal` stops waits at once.
 *
 * setWeights resolves only after a read shows the weights and marks that were written; unknown
 * fields survive it (S8). It throws ROLLOUT_CHANGED_MEANWHILE when the target was no longer as `seen`
 * and nothing was written. deploy refuses a slot with traffic. retire (default: delete) refuses one too.
 */
export interface Platform<Workload = unknown> {
  readonly capabilities: Capabilities
  observe(signal: AbortSignal): Promise<Observation>
  deploy(order: DeployOrder<Workload>, signal: AbortSignal): Promise<WriteReport>
  setWeights(change: WeightsChange, signal: AbortSignal): Promise<WriteReport>
  probe(slot: string, request: ProbeRequest, signal: AbortSignal): Promise<ProbeAnswer>
  retire(slot: string, signal: AbortSignal, how?: Retirement): Promise<WriteReport>
}
