// Where the revision is, or where it is to go. Pure.
import {
  chooseSlot,
  findHolder,
  isRefusal,
  isRejected,
  parseMarks,
  refuse,
  resolveSlots,
  revisionOf,
  type Observation,
  type Refusal,
  type RevisionMark,
  type SlotPair,
} from '@sluice/rollout'

export interface Wish {
  readonly mark: RevisionMark
  readonly slots: SlotPair
  /** The input `slot`. */
  readonly wanted: string | null
  /** Seconds since 1970. */
  readonly now: number
  /** Why a revision that was taken back may be deployed; null: it may not. */
  readonly allowRejected: string | null
}

export type Decision =
  /** A healthy slot holds it already. */
  | { readonly kind: 'present'; readonly slot: string }
  /** An earlier run began it and Azure is still at work on it. */
  | { readonly kind: 'resume'; readonly slot: string }
  | { readonly kind: 'deploy'; readonly slot: string }

export function decideDeploy(observation: Observation, wish: Wish): Decision | Refusal {
  const { mark, slots, wanted, now } = wish
  const holder = findHolder(observation, slots, mark)
  // What has traffic already is not made safer by a refusal.
  if (holder === null || (observation.traffic[holder.slot] ?? 0) === 0) {
    const refused = refuseRejected(observation, wish)
    if (refused !== null) return refused
  }
  if (holder !== null) return { kind: 'present', slot: holder.slot }
  const begun = observation.slots.find(
    ({ slot, health, revision }) =>
      slots.includes(slot) &&
      health === 'changing' &&
      revision === mark &&
      (observation.traffic[slot] ?? 0) === 0,
  )
  if (begun !== undefined) return { kind: 'resume', slot: begun.slot }
  const chosen = chooseSlot(observation, { slots, wanted, now })
  return isRefusal(chosen) ? chosen : { kind: 'deploy', slot: chosen.slot }
}

/** S9: taken back once, refused until a person gives a reason. */
function refuseRejected(observation: Observation, { mark, allowRejected }: Wish): Refusal | null {
  const marks = parseMarks(observation.marks)
  if (allowRejected !== null || !marks.ok || !isRejected(marks.value, mark)) return null
  return refuse(
    'ROLLOUT_REJECTED',
    `${observation.endpoint}: revision ${revisionOf(mark)} was taken back before`,
  )
}

/** The slot that users get, or the one a rollout under way began with; null while there is none. */
export function activeSlot(observation: Observation, slots: SlotPair): string | null {
  const resolution = resolveSlots(observation, slots)
  return resolution.kind === 'live' || resolution.kind === 'in-flight' ? resolution.active : null
}
