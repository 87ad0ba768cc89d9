// planRollout: what a rollout will do, or why it may not begin. Pure; writes nothing.
import type { LastGood } from './marks.ts'
import type { Observation, SlotObservation } from './observation.ts'
import { PLAN_SCHEMA, type Plan, type Strategy } from './plan.ts'
import type { Capabilities } from './platform.ts'
import { isRefusal, refuse, type Refusal } from './refusal.ts'
import { cut, type RevisionMark } from './revision.ts'
import { isRejected, resolveSlots, slotOf, type Resolution, type SlotPair } from './slots.ts'
import { checkStrategy } from './strategy.ts'
import {
  parseWeights,
  renderWeights,
  sameWeights,
  split,
  weightOf,
  type Weights,
} from './weights.ts'

/** sha256 hex over the canonical form of a JSON value; given from outside. */
export type Digest = (value: unknown) => string

export interface RolloutOrder {
  readonly slots: SlotPair
  /** The slot that ends at 100, and what it must hold. Named, never derived (S7). */
  readonly slot: string
  readonly revision: RevisionMark
  readonly strategy: Strategy
  /** Why a revision that was taken back may run again; null: it may not. */
  readonly allowRejected: string | null
}

export interface PlanFacts {
  readonly capabilities: Capabilities
  readonly digest: Digest
}

/** Identity of a rollout: the same for every re-run of it, another for anything else. 16 hex. */
export const rolloutId = (
  order: Pick<RolloutOrder, 'slot' | 'revision' | 'strategy'>,
  at: { readonly endpoint: string; readonly before: Weights; readonly digest: Digest },
): string =>
  cut(
    at.digest([
      at.endpoint,
      order.slot,
      order.revision,
      { steps: order.strategy.steps, bakeSeconds: order.strategy.bakeSeconds },
      renderWeights(at.before),
    ]),
  )

/** A plan without steps means: the slot already has everything. */
export function planRollout(
  observation: Observation,
  order: RolloutOrder,
  facts: PlanFacts,
): Plan | Refusal {
  const problem = checkStrategy(order.strategy, facts.capabilities) ?? checkSlot(observation, order)
  if (problem !== null) return problem
  const resolution = resolveSlots(observation, order.slots)
  if (isRefusal(resolution)) return resolution
  if (isRejected(resolution.marks, order.revision) && order.allowRejected === null) {
    return refuse(
      'ROLLOUT_REJECTED',
      `revision ${order.revision} in slot ${order.slot} of ${observation.endpoint} was taken back before`,
    )
  }
  const good = lastGood(resolution, observation, { order, digest: facts.digest })
  if ('kind' in good) return good
  return makePlan(observation.endpoint, order, { good, digest: facts.digest })
}

/**
 * null: the document is exactly what planning gives for its own facts, so no step of it can name
 * another slot or weight. The digest that it was announced with is another matter.
 */
export function verifyPlan(plan: Plan, digest: Digest): Refusal | null {
  const weights = parseWeights(plan.before)
  if (weights.ok) {
    const { slot, revision, strategy, beforeRevision } = plan
    const good = { weights: weights.value, revision: beforeRevision }
    const again = makePlan(plan.endpoint, { slot, revision, strategy }, { good, digest })
    if (digest(again) === digest(plan)) return null
  }
  return refuse(
    'ROLLOUT_PLAN_INVALID',
    `the plan for slot ${plan.slot} of ${plan.endpoint} has other steps, marks or weights than its strategy gives`,
  )
}

/** The named slot must be deployed and hold the named revision. */
export function checkSlot(
  observation: Observation,
  order: Pick<RolloutOrder, 'slots' | 'slot' | 'revision'>,
): Refusal | null {
  const { slots, slot, revision } = order
  if (slots[0] === slots[1] || !slots.includes(slot)) {
    return refuse('ROLLOUT_BAD_SLOTS', `slot "${slot}" of slots "${slots.join(',')}"`)
  }
  const found = slotOf(observation, slot)
  if (found === null) {
    return refuse('ROLLOUT_SLOT_MISSING', `${observation.endpoint} has no slot ${slot}`)
  }
  if (found.revision !== revision) {
    return refuse(
      'ROLLOUT_SLOT_CHANGED',
      `slot ${slot} of ${observation.endpoint} holds ${found.revision ?? 'a revision without a mark'}; wanted ${revision}`,
    )
  }
  return null
}

const unhealthy = (endpoint: string, slot: SlotObservation, more: string): Refusal =>
  refuse(
    'ROLLOUT_SLOT_UNHEALTHY',
    `${more}slot ${slot.slot} of ${endpoint} is ${slot.health}${slot.detail === '' ? '' : `: ${slot.detail}`}`,
  )

/**
 * What is good before this rollout. When the marks were left by this very rollout it is the mark
 * `previous`, so that a re-run at 50/50, or after a restore, computes the same identity and goes on.
 */
function lastGood(
  resolution: Exclude<Resolution, Refusal>,
  observation: Observation,
  about: { readonly order: RolloutOrder; readonly digest: Digest },
): LastGood | Refusal {
  const { marks, weights } = resolution
  const { order, digest } = about
  const idFrom = (before: Weights) =>
    rolloutId(order, { endpoint: observation.endpoint, before, digest })
  if (marks.previous !== null && marks.rollout === idFrom(marks.previous.weights)) {
    return marks.previous
  }
  if (resolution.kind === 'in-flight') {
    return refuse(
      'ROLLOUT_IN_FLIGHT',
      `${observation.endpoint} is at ${renderWeights(weights)}: rollout ${marks.rollout} to ${resolution.candidate} has not ended`,
    )
  }
  // Only a beginning needs healthy slots: a rollout that was begun must stay able to go back.
  const candidate = slotOf(observation, order.slot)
  if (candidate !== null && candidate.health !== 'healthy') {
    return unhealthy(observation.endpoint, candidate, '')
  }
  const active = resolution.kind === 'live' ? slotOf(observation, resolution.active) : null
  if (active !== null && active.health !== 'healthy') {
    return unhealthy(observation.endpoint, active, 'there would be no way back: the active ')
  }
  return { weights, revision: active?.revision ?? null }
}

function makePlan(
  endpoint: string,
  order: Pick<RolloutOrder, 'slot' | 'revision' | 'strategy'>,
  at: { readonly good: LastGood; readonly digest: Digest },
): Plan {
  const { digest } = at
  const before = at.good.weights
  const active = Object.keys(before).find((slot) => slot !== order.slot) ?? null
  const { bakeSeconds } = order.strategy
  const written: Weights[] = []
  for (const percent of order.strategy.steps) {
    const next = split(order.slot, percent, active)
    const last = written.at(-1) ?? before
    if (
      next.ok &&
      !sameWeights(next.value, last) &&
      weightOf(next.value, order.slot) > weightOf(last, order.slot)
    ) {
      written.push(next.value)
    }
  }
  return {
    schema: PLAN_SCHEMA,
    rollout: rolloutId(order, { endpoint, before, digest }),
    endpoint,
    slot: order.slot,
    revision: order.revision,
    strategy: { steps: [...order.strategy.steps], bakeSeconds },
    before: { ...before },
    beforeRevision: at.good.revision,
    steps: written.map((weights) => ({ weights: { ...weights }, bakeSeconds })),
    back:
      Object.keys(before).length > 0
        ? `one write of ${renderWeights(before)}`
        : `weight 0 for ${order.slot}: no slot served before, so nobody is answered then`,
  }
}
