// decideWithdrawal: what becomes of a step whose check did not pass. Pure.
import type { StepCheck } from './check.ts'
import { lastMargin, refuseForeignClaim, type Asking, type Next } from './next.ts'
import type { Observation } from './observation.ts'
import type { Plan } from './plan.ts'
import { positionOf, readSeen, type Seen } from './position.ts'
import { refuse, type Refusal } from './refusal.ts'
import { revisionOf } from './revision.ts'
import { slotOf } from './slots.ts'
import { goBack, lostWayBack } from './way-back.ts'

export interface Condemned extends StepCheck {
  /** This very process wrote the step, so that it may take it back however long the check took. */
  readonly own: boolean
}

export type Withdrawal =
  | Extract<Next, { readonly kind: 'go-back' | 'hold' | 'look-again' }>
  /** The endpoint does not show the step any more: a read is late, or somebody was here. */
  | { readonly kind: 'gone' }
  | Refusal

/** A verdict `fail` goes back and marks the revision (S9); `inconclusive` goes back alone. */
export function decideWithdrawal(
  observation: Observation,
  plan: Plan,
  about: { readonly asking: Asking; readonly condemned: Condemned },
): Withdrawal {
  const { asking, condemned } = about
  if (observation.changing) return { kind: 'look-again', why: 'the endpoint is being updated' }
  const seen = readSeen(observation, plan)
  if ('kind' in seen) return seen
  const owned = refuseForeignClaim(observation, seen.marks, asking)
  if (owned !== null) return owned
  const at = positionOf(seen, plan, asking)
  if (at === null || at.begun || at.done !== condemned.step) return { kind: 'gone' }
  const reason = `the check of step ${condemned.step} says ${condemned.verdict}${condemned.reason === '' ? '' : `: ${condemned.reason}`}`
  const late = condemned.own ? null : refuseLongOver(seen, plan, { asking, reason })
  if (late !== null) return late
  const busy = Object.keys(seen.good.weights).find(
    (slot) => slotOf(observation, slot)?.health === 'changing',
  )
  if (busy !== undefined) return { kind: 'look-again', why: `slot ${busy} is being updated` }
  const lost = lostWayBack(observation, seen.good)
  if (lost !== null) {
    return { kind: 'hold', reason: `${reason}; and ${lost}: there is no safe way back` }
  }
  const rejected = condemned.verdict === 'fail' ? [revisionOf(plan.revision)] : []
  return { kind: 'go-back', reason, write: goBack(seen.marks, seen.good, rejected) }
}

/**
 * A rollout that ended long ago is no longer this one's to take back: others may rely on where it
 * ended. As long as its last claim would have lasted, it still is.
 */
function refuseLongOver(
  { marks, observation }: Seen,
  plan: Plan,
  { asking, reason }: { readonly asking: Asking; readonly reason: string },
): Refusal | null {
  const { step } = marks
  const last = plan.steps.at(-1)
  if (step === null || last === undefined || step.number < plan.steps.length) return null
  const age = asking.now - step.since
  if (age < last.bakeSeconds + lastMargin(asking)) return null
  return refuse(
    'ROLLOUT_CHECK_FAILED',
    `${observation.endpoint}: ${reason}. The rollout ended ${age} s ago, so nothing was taken back`,
  )
}
