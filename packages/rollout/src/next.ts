// decideNext: from what is there now, the one next action of a plan. Pure.
import { parseMarks, renderMarks, type Marks, type RawMarks } from './marks.ts'
import type { Observation } from './observation.ts'
import type { Plan } from './plan.ts'
import { refuse, type Refusal } from './refusal.ts'
import { cut, revisionOf } from './revision.ts'
import { slotOf } from './slots.ts'
import type { BoundVerdict } from './verdict.ts'
import { parseWeights, renderWeights, sameWeights, weightOf, type Weights } from './weights.ts'

/** Who asks, when, and with what right. Times in seconds since 1970. */
export interface Asking {
  /** sha256 hex of the plan's canonical form. */
  readonly planDigest: string
  /** `<run id>.<attempt>`; another attempt of the same run takes over at once. */
  readonly owner: string
  readonly now: number
  /** What allows more traffic: a verdict for this revision, or an override with its reason (S2, S6). */
  readonly allowed: BoundVerdict | { readonly untested: string } | null
}

export interface Write {
  readonly kind: 'write'
  /** 1-based; 0: going back. */
  readonly step: number
  readonly weights: Weights
  readonly marks: RawMarks
}

export type Next =
  | Write
  /** The platform is at work on the endpoint: look again soon. */
  | { readonly kind: 'look-again'; readonly why: string }
  /** The bake of the present step has this long to go. */
  | { readonly kind: 'bake'; readonly seconds: number; readonly step: number }
  | { readonly kind: 'done' }
  /** Neither forward nor back without a person: the step says why. */
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'go-back'; readonly reason: string; readonly write: Write }
  | Refusal

/** How long a claim outlives the bake of its step, for the reads and writes around it. */
const CLAIM_MARGIN_SECONDS = 900

export function decideNext(observation: Observation, plan: Plan, asking: Asking): Next {
  if (observation.changing) return { kind: 'look-again', why: 'the endpoint is being updated' }
  const seen = readSeen(observation, plan)
  if ('kind' in seen) return seen
  const owned = refuseForeignClaim(observation, seen.marks, asking)
  if (owned !== null) return owned
  if (plan.steps.length === 0) {
    return sameWeights(seen.weights, seen.before) ? { kind: 'done' } : stale(observation, plan)
  }
  const at = position(seen, plan, asking)
  return at === null ? stale(observation, plan) : decideAt(at, { observation, plan, asking, seen })
}

/** The one write that goes back: the last good weights, `rollout` kept, `step` and `plan` dropped. */
export function goBack(marks: Marks, before: Weights, rejected: string | null): Write {
  const known = rejected === null || marks.rejected.includes(rejected)
  return {
    kind: 'write',
    step: 0,
    weights: before,
    marks: renderMarks({
      ...marks,
      plan: null,
      step: null,
      owner: null,
      expires: null,
      previous: before,
      rejected: known ? marks.rejected : [...marks.rejected, rejected],
    }),
  }
}

interface Seen {
  readonly marks: Marks
  readonly weights: Weights
  readonly before: Weights
}

interface Scene {
  readonly observation: Observation
  readonly plan: Plan
  readonly asking: Asking
  readonly seen: Seen
}

function readSeen(observation: Observation, plan: Plan): Seen | Refusal {
  const marks = parseMarks(observation.marks)
  if (!marks.ok) {
    return refuse('ROLLOUT_MARKS_INVALID', `${observation.endpoint}: ${marks.problems[0]?.message}`)
  }
  const weights = parseWeights(observation.traffic)
  if (!weights.ok) {
    return refuse(
      'ROLLOUT_TRAFFIC_INVALID',
      `${observation.endpoint}: ${weights.problems[0]?.message}`,
    )
  }
  const before = parseWeights(plan.before)
  if (!before.ok || plan.endpoint !== observation.endpoint) {
    return refuse(
      'ROLLOUT_PLAN_STALE',
      `the plan is for ${plan.endpoint} from ${JSON.stringify(plan.before)}; this is ${observation.endpoint}`,
    )
  }
  return { marks: marks.value, weights: weights.value, before: before.value }
}

const runOf = (owner: string): string => owner.split('.')[0] ?? owner

/** S3 as far as marks go: somebody else's claim that has not expired. */
function refuseForeignClaim(
  observation: Observation,
  marks: Marks,
  asking: Asking,
): Refusal | null {
  if (marks.owner === null || marks.expires === null || marks.step === null) return null
  if (runOf(marks.owner) === runOf(asking.owner) || marks.expires <= asking.now) return null
  return refuse(
    'ROLLOUT_OWNED',
    `run ${marks.owner} drives rollout ${marks.rollout} on ${observation.endpoint} for another ${marks.expires - asking.now} s at most`,
  )
}

const stale = (observation: Observation, plan: Plan): Refusal =>
  refuse(
    'ROLLOUT_PLAN_STALE',
    `${observation.endpoint} is at ${JSON.stringify(observation.traffic)} with step ${observation.marks.step ?? 'none'} of rollout ${observation.marks.rollout ?? 'none'}; the plan of rollout ${plan.rollout} goes from ${JSON.stringify(plan.before)} by ${plan.steps.map((step) => JSON.stringify(step.weights)).join(', ')}`,
  )

/** How many steps are done: 0 at the beginning; null when the target is nowhere on this plan. */
function position(seen: Seen, plan: Plan, asking: Asking): number | null {
  const { marks, weights } = seen
  if (marks.step === null) return sameWeights(weights, seen.before) ? 0 : null
  const mine = marks.rollout === plan.rollout && marks.plan === cut(asking.planDigest)
  if (mine && marks.step.of === plan.steps.length) {
    const step = parseWeights(plan.steps[marks.step.number - 1]?.weights ?? { '': -1 })
    return step.ok && sameWeights(step.value, weights) ? marks.step.number : null
  }
  // Another rollout's record: it is over when all its steps are written and its claim has run out.
  const over = marks.step.number === marks.step.of && (marks.expires ?? 0) <= asking.now
  return over && !mine && sameWeights(weights, seen.before) ? 0 : null
}

function decideAt(done: number, scene: Scene): Next {
  const { plan, seen, asking } = scene
  const last = done === plan.steps.length
  const remaining =
    done === 0 ? 0 : bakeLeft(seen.marks, plan.steps[done - 1]?.bakeSeconds ?? 0, asking)
  if (last && remaining === 0) return { kind: 'done' }
  if (slotOf(scene.observation, plan.slot)?.health === 'changing') {
    return { kind: 'look-again', why: `slot ${plan.slot} is being updated` }
  }
  const ill = illness(scene)
  if (ill !== null) {
    if (done === 0) return refuse('ROLLOUT_SLOT_UNHEALTHY', ill)
    return { kind: 'go-back', reason: ill, write: goBack(seen.marks, seen.before, null) }
  }
  const noReturn = lostWayBack(scene)
  if (noReturn !== null) return { kind: 'hold', reason: noReturn }
  if (remaining > 0) return { kind: 'bake', seconds: remaining, step: done }
  return refuseUntested(scene) ?? writeStep(done + 1, scene)
}

const bakeLeft = (marks: Marks, bakeSeconds: number, asking: Asking): number =>
  Math.max(0, bakeSeconds - Math.max(0, asking.now - (marks.step?.since ?? asking.now)))

/** Why the candidate may not have traffic; null: it is well. */
function illness({ observation, plan }: Scene): string | null {
  const slot = slotOf(observation, plan.slot)
  if (slot === null) return `slot ${plan.slot} is gone`
  if (slot.revision !== plan.revision) {
    return `slot ${plan.slot} holds ${slot.revision ?? 'no marked revision'}, the plan wants ${plan.revision}`
  }
  if (slot.health !== 'healthy') {
    return `slot ${plan.slot} is ${slot.health}${slot.detail === '' ? '' : `: ${slot.detail}`}`
  }
  return null
}

/** S4: the slot to go back to must be there and healthy before exposure rises. */
function lostWayBack({ observation, seen }: Scene): string | null {
  for (const name of Object.keys(seen.before)) {
    const slot = slotOf(observation, name)
    if (slot === null || slot.health !== 'healthy') {
      return `slot ${name}, the last good one, is ${slot === null ? 'gone' : slot.health}: there is no way back`
    }
  }
  return null
}

/** S2 and S6: more traffic needs a passing verdict bound to this very revision. */
function refuseUntested({ plan, asking }: Scene): Refusal | null {
  const { allowed } = asking
  if (allowed !== null && 'untested' in allowed) return null
  const wanted = revisionOf(plan.revision)
  if (allowed === null) {
    return refuse(
      'ROLLOUT_UNTESTED',
      `no evidence was given for revision ${wanted} in slot ${plan.slot}`,
    )
  }
  if (allowed.verdict === 'pass' && allowed.revision === wanted) return null
  return refuse(
    'ROLLOUT_UNTESTED',
    `the evidence says ${allowed.verdict} for revision ${allowed.revision}; wanted pass for ${wanted}`,
  )
}

function writeStep(number: number, { plan, asking, seen }: Scene): Next {
  const step = plan.steps[number - 1]
  const weights = parseWeights(step?.weights ?? { '': -1 })
  if (step === undefined || !weights.ok) {
    return refuse('ROLLOUT_PLAN_STALE', `step ${number} of the plan has no valid weights`)
  }
  // Without a bake the last step ends the rollout, so the same write lets go of the endpoint.
  const over = number === plan.steps.length && step.bakeSeconds === 0
  const margin = number === plan.steps.length ? 0 : CLAIM_MARGIN_SECONDS
  return {
    kind: 'write',
    step: number,
    weights: weights.value,
    marks: renderMarks({
      rollout: plan.rollout,
      plan: cut(asking.planDigest),
      step: { number, of: plan.steps.length, since: asking.now },
      previous: seen.before,
      owner: over ? null : asking.owner,
      expires: over ? null : asking.now + step.bakeSeconds + margin,
      rejected: seen.marks.rejected.filter((revision) => revision !== revisionOf(plan.revision)),
    }),
  }
}

/** For summaries: `blue=90,green=10`. */
export const renderPlanWeights = (weights: Readonly<Record<string, number>>): string => {
  const parsed = parseWeights(weights)
  return parsed.ok ? renderWeights(parsed.value) : JSON.stringify(weights)
}

/** The weight that the plan's slot has now. */
export const candidateWeight = (plan: Plan, weights: Weights): number =>
  weightOf(weights, plan.slot)
