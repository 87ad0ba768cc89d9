// planRollout: what a rollout will do, or why it may not begin. Pure; writes nothing.
import type { LastGood } from './marks.ts'
import type { Observation, SlotObservation } from './observation.ts'
import { PLAN_SCHEMA, type Plan, type PlanStep, type Strategy } from './plan.ts'
import type { Capabilities } from './platform.ts'
import { isRefusal, refuse, type Refusal } from './refusal.ts'
import { goodOf } from './position.ts'
import { checkReplicaSteps } from './replica-share.ts'
import { cut, type RevisionMark } from './revision.ts'
import {
  isInherited,
  isRejected,
  resolveSlots,
  slotOf,
  type Resolution,
  type SlotPair,
} from './slots.ts'
import { checkStrategy, routesFirst } from './strategy.ts'
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
      plainStrategy(order.strategy),
      renderWeights(at.before),
    ]),
  )

/** Only what is asked for, so that a strategy without match and mirror has the digest it always had. */
const plainStrategy = ({ steps, bakeSeconds, match, mirrorPercent }: Strategy): Strategy => ({
  steps: [...steps],
  bakeSeconds,
  ...(match !== undefined && {
    match: { kind: match.kind, name: match.name, value: match.value },
  }),
  ...(mirrorPercent !== undefined && { mirrorPercent }),
})

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
  const good = lastGood(resolution, observation, { order, ...facts })
  if ('kind' in good) return good
  const misfit =
    checkCompared(observation, order, good) ??
    checkShares(observation, order, { good, capabilities: facts.capabilities })
  if (misfit !== null) return misfit
  return makePlan(observation.endpoint, order, { good, digest: facts.digest })
}

/**
 * null: the document is exactly what planning gives for its own facts, so no step of it can name
 * another slot or weight. The digest that it was announced with is another matter.
 */
export function verifyPlan(plan: Plan, digest: Digest): Refusal | null {
  const weights = parseWeights(plan.before)
  if (weights.ok) {
    const { slot, revision, strategy } = plan
    const good = goodOf(plan, weights.value)
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
  if (slots[0] === slots[1] || !slots.includes(slot) || slots.some(isInherited)) {
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
  about: PlanFacts & { readonly order: RolloutOrder },
): LastGood | Refusal {
  const { marks, weights } = resolution
  const { order, digest, capabilities } = about
  const withReplicas = (good: LastGood): LastGood =>
    capabilities.countsReady === true ? countReplicas(good, observation, order.slot) : good
  const idFrom = (before: Weights) =>
    rolloutId(order, { endpoint: observation.endpoint, before, digest })
  if (marks.previous !== null && marks.rollout === idFrom(marks.previous.weights)) {
    // Once taken back it begins anew, and beside as many replicas as there are now.
    return marks.step === null ? withReplicas(marks.previous) : marks.previous
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
  return withReplicas({ weights, revision: active?.revision ?? null })
}

/** The slot that served before and is not the candidate; null: none. */
const servedBefore = (good: LastGood, candidate: string): string | null =>
  Object.keys(good.weights).find((slot) => slot !== candidate) ?? null

function countReplicas(good: LastGood, observation: Observation, candidate: string): LastGood {
  const { weights, revision } = good
  const active = servedBefore(good, candidate)
  const replicas = active === null ? undefined : slotOf(observation, active)?.replicas
  return { weights, revision, ...(replicas !== undefined && { replicas }) }
}

/** Match and mirror set a candidate beside a slot that serves; alone it has nothing to be compared with. */
function checkCompared(
  observation: Observation,
  { slot, strategy }: RolloutOrder,
  good: LastGood,
): Refusal | null {
  if (!routesFirst(strategy) || servedBefore(good, slot) !== null) return null
  const done = weightOf(good.weights, slot) === 100
  if (done && strategy.steps.at(-1) === 100) return null
  return refuse(
    'ROLLOUT_BAD_STRATEGY',
    `match, mirror: ${done ? `slot ${slot} of ${observation.endpoint} already has all traffic` : `no slot of ${observation.endpoint} is active`}, so there is nothing to compare slot ${slot} with`,
    'Leave match and mirror out, or name the slot that does not serve.',
  )
}

function checkShares(
  observation: Observation,
  { slot, strategy }: RolloutOrder,
  about: { readonly good: LastGood; readonly capabilities: Capabilities },
): Refusal | null {
  const { good, capabilities } = about
  const active = servedBefore(good, slot)
  if (capabilities.weights !== 'replicas' || active === null) return null
  const replicas = good.replicas ?? slotOf(observation, active)?.replicas ?? 0
  return checkReplicaSteps(strategy.steps, { active, replicas, candidate: slot })
}

function makePlan(
  endpoint: string,
  order: Pick<RolloutOrder, 'slot' | 'revision' | 'strategy'>,
  at: { readonly good: LastGood; readonly digest: Digest },
): Plan {
  const { good, digest } = at
  const before = good.weights
  const strategy = plainStrategy(order.strategy)
  const routed = routesFirst(strategy) && servedBefore(good, order.slot) !== null
  return {
    schema: PLAN_SCHEMA,
    rollout: rolloutId(order, { endpoint, before, digest }),
    endpoint,
    slot: order.slot,
    revision: order.revision,
    strategy,
    before: { ...before },
    beforeRevision: good.revision,
    ...(good.replicas !== undefined && { beforeReplicas: good.replicas }),
    steps: [
      ...(routed ? [firstStep(order.slot, strategy, before)] : []),
      ...weightSteps(order.slot, strategy, good),
    ],
    back:
      Object.keys(before).length > 0
        ? `one write of ${renderWeights(before)}${routed ? `, and no match or mirror to ${order.slot}` : ''}`
        : `weight 0 for ${order.slot}: no slot served before, so nobody is answered then`,
  }
}

/** Match and mirror alone: the weights stay what they were. */
const firstStep = (slot: string, strategy: Strategy, before: Weights): PlanStep => ({
  weights: { ...before },
  bakeSeconds: strategy.bakeSeconds,
  ...(strategy.match !== undefined && { match: { ...strategy.match, slot } }),
  ...(strategy.mirrorPercent !== undefined && { mirror: { [slot]: strategy.mirrorPercent } }),
})

/** The rising weights; who matches stays on the candidate until everybody is there. */
function weightSteps(slot: string, strategy: Strategy, good: LastGood): readonly PlanStep[] {
  const { steps, bakeSeconds, match } = strategy
  const active = servedBefore(good, slot)
  const written: Weights[] = []
  for (const percent of steps) {
    const next = split(slot, percent, active)
    const last = written.at(-1) ?? good.weights
    if (
      next.ok &&
      !sameWeights(next.value, last) &&
      weightOf(next.value, slot) > weightOf(last, slot)
    ) {
      written.push(next.value)
    }
  }
  return written.map((weights) => ({
    weights: { ...weights },
    bakeSeconds,
    ...(match !== undefined && weightOf(weights, slot) < 100 && { match: { ...match, slot } }),
  }))
}
