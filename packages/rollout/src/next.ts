// decideNext: from what is there now, the one next action of a plan. Pure.
import { parseMarks, renderMarks, type LastGood, type Marks, type RawMarks } from './marks.ts'
import type { Observation } from './observation.ts'
import type { Plan } from './plan.ts'
import { refuse, type Refusal } from './refusal.ts'
import { cut, revisionOf } from './revision.ts'
import { isRejected, slotOf } from './slots.ts'
import type { BoundVerdict } from './verdict.ts'
import { parseWeights, sameWeights, type Weights } from './weights.ts'

/** Who asks, when, and with what right. Times in seconds since 1970. */
export interface Asking {
  /** sha256 hex of the plan's canonical form. */
  readonly planDigest: string
  /** `<run id>.<attempt>`; another attempt of the same run takes over at once. */
  readonly owner: string
  readonly now: number
  /** What allows more traffic: a verdict for this revision, or an override with its reason (S2, S6). */
  readonly allowed: BoundVerdict | { readonly untested: string } | null
  /** When this process saw its last step in effect; absent: it wrote none. A bake begins there. */
  readonly shownSince?: number
  /** Why a revision that was taken back may have traffic again; null: it may not (S9). */
  readonly allowRejected: string | null
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
  /** The platform is at work: look again soon. */
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
/** The same for the last step: only its own write lies before the bake, and the next rollout waits for it. */
const LAST_CLAIM_MARGIN_SECONDS = 60

export function decideNext(observation: Observation, plan: Plan, asking: Asking): Next {
  if (observation.changing) return { kind: 'look-again', why: 'the endpoint is being updated' }
  const seen = readSeen(observation, plan)
  if ('kind' in seen) return seen
  const at = position(seen, plan, asking)
  const scene = { observation, plan, asking, seen }
  if (at !== null && isOver(at, scene)) return { kind: 'done' }
  const owned = refuseForeignClaim(observation, seen.marks, asking)
  if (owned !== null) return owned
  return at === null ? stale(observation, plan) : decideAt(at, scene)
}

/** The one write that goes back: the last good weights, `rollout` kept, `step` and `plan` dropped. */
export function goBack(marks: Marks, good: LastGood, rejected: string | null): Write {
  const known = rejected === null || marks.rejected.includes(rejected)
  return {
    kind: 'write',
    step: 0,
    weights: good.weights,
    marks: renderMarks({
      ...marks,
      plan: null,
      step: null,
      owner: null,
      expires: null,
      previous: good,
      rejected: known ? marks.rejected : [...marks.rejected, rejected],
    }),
  }
}

/** S4, S5: why going back to these weights is not safe now; null: it is. */
export function lostWayBack(observation: Observation, good: LastGood): string | null {
  for (const name of Object.keys(good.weights)) {
    const slot = slotOf(observation, name)
    if (slot === null) return `slot ${name}, the last good one, is gone`
    if (slot.revision !== good.revision) {
      return `slot ${name} holds ${slot.revision ?? 'a revision without a mark'}, not ${good.revision ?? 'the one without a mark'} that was good`
    }
    if (slot.health !== 'healthy' || slot.replicas < 1) {
      return `slot ${name}, the last good one, is ${slot.health} with ${slot.replicas} running`
    }
  }
  return null
}

interface Seen {
  readonly marks: Marks
  readonly weights: Weights
  /** What the plan goes back to. */
  readonly good: LastGood
}

interface Scene {
  readonly observation: Observation
  readonly plan: Plan
  readonly asking: Asking
  readonly seen: Seen
}

function readSeen(observation: Observation, plan: Plan): Seen | Refusal {
  const { endpoint } = observation
  const marks = parseMarks(observation.marks)
  if (!marks.ok) {
    return refuse('ROLLOUT_MARKS_INVALID', `${endpoint}: ${marks.problems[0]?.message}`)
  }
  const weights = parseWeights(observation.traffic)
  if (!weights.ok) {
    return refuse('ROLLOUT_TRAFFIC_INVALID', `${endpoint}: ${weights.problems[0]?.message}`)
  }
  const before = parseWeights(plan.before)
  if (!before.ok || plan.endpoint !== endpoint) {
    return refuse(
      'ROLLOUT_PLAN_STALE',
      `the plan is for ${plan.endpoint} from ${JSON.stringify(plan.before)}; this is ${endpoint}`,
    )
  }
  const good = { weights: before.value, revision: plan.beforeRevision }
  return { marks: marks.value, weights: weights.value, good }
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
  const { marks, weights, good } = seen
  if (plan.steps.length === 0) return sameWeights(weights, good.weights) ? 0 : null
  if (marks.step === null) return sameWeights(weights, good.weights) ? 0 : null
  const mine = marks.rollout === plan.rollout && marks.plan === cut(asking.planDigest)
  if (mine && marks.step.of === plan.steps.length) {
    const step = parseWeights(plan.steps[marks.step.number - 1]?.weights ?? { '': -1 })
    return step.ok && sameWeights(step.value, weights) ? marks.step.number : null
  }
  // Another rollout's record: it is over when all its steps are written and its claim has run out.
  const over = marks.step.number === marks.step.of && (marks.expires ?? 0) <= asking.now
  return over && !mine && sameWeights(weights, good.weights) ? 0 : null
}

const isOver = (done: number, scene: Scene): boolean =>
  done === scene.plan.steps.length && bakeAfter(done, scene) === 0

/** Seconds that the step which was written last still bakes. */
const bakeAfter = (done: number, { plan, seen, asking }: Scene): number =>
  done === 0 ? 0 : bakeLeft(seen.marks, plan.steps[done - 1]?.bakeSeconds ?? 0, asking)

function decideAt(done: number, scene: Scene): Next {
  const { plan, seen, observation } = scene
  const remaining = bakeAfter(done, scene)
  const busy = [plan.slot, ...Object.keys(seen.good.weights)].find(
    (slot) => slotOf(observation, slot)?.health === 'changing',
  )
  if (busy !== undefined) return { kind: 'look-again', why: `slot ${busy} is being updated` }
  const lost = lostWayBack(observation, seen.good)
  const ill = illness(scene)
  if (ill !== null && done === 0) return refuse(ill.code, ill.reason)
  if (ill !== null && lost === null) {
    return { kind: 'go-back', reason: ill.reason, write: goBack(seen.marks, seen.good, null) }
  }
  if (lost !== null) {
    const reason = ill === null ? lost : `${ill.reason}; and ${lost}`
    return { kind: 'hold', reason: `${reason}: there is no safe way back` }
  }
  if (remaining > 0) return { kind: 'bake', seconds: remaining, step: done }
  return refuseRejected(scene) ?? refuseUntested(scene) ?? writeStep(done + 1, scene)
}

/** From when the step took effect, as far as this process knows, else from when it was decided. */
function bakeLeft(marks: Marks, bakeSeconds: number, asking: Asking): number {
  const since = Math.max(marks.step?.since ?? asking.now, asking.shownSince ?? 0)
  return Math.max(0, bakeSeconds - Math.max(0, asking.now - since))
}

/** Why the candidate may not have traffic; null: it is well. */
function illness({ observation, plan }: Scene): {
  readonly code: 'ROLLOUT_PLAN_STALE' | 'ROLLOUT_SLOT_UNHEALTHY'
  readonly reason: string
} | null {
  const slot = slotOf(observation, plan.slot)
  if (slot === null || slot.revision !== plan.revision) {
    const found = slot === null ? 'is gone' : `holds ${slot.revision ?? 'no marked revision'}`
    const reason = `slot ${plan.slot} ${found}, the plan wants ${plan.revision} there`
    return { code: 'ROLLOUT_PLAN_STALE', reason }
  }
  if (slot.health !== 'healthy') {
    const reason = `slot ${plan.slot} is ${slot.health}${slot.detail === '' ? '' : `: ${slot.detail}`}`
    return { code: 'ROLLOUT_SLOT_UNHEALTHY', reason }
  }
  return null
}

/** S9: a revision that was taken back gets no more traffic, whatever plan or verdict came with it. */
function refuseRejected({ plan, asking, seen }: Scene): Refusal | null {
  if (asking.allowRejected !== null || !isRejected(seen.marks, plan.revision)) return null
  return refuse(
    'ROLLOUT_REJECTED',
    `revision ${plan.revision} in slot ${plan.slot} of ${plan.endpoint} was taken back before`,
  )
}

/** S2 and S6: more traffic needs a passing verdict bound to this very revision. */
function refuseUntested({ plan, asking }: Scene): Refusal | null {
  const { allowed } = asking
  if (allowed !== null && 'untested' in allowed) return null
  if (allowed === null) {
    return refuse(
      'ROLLOUT_UNTESTED',
      `no evidence was given for ${plan.revision} in slot ${plan.slot}`,
    )
  }
  if (allowed.verdict === 'pass' && allowed.revision === plan.revision) return null
  return refuse(
    'ROLLOUT_UNTESTED',
    `the evidence says ${allowed.verdict} for ${allowed.revision}; wanted pass for ${plan.revision}`,
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
  const margin = number === plan.steps.length ? LAST_CLAIM_MARGIN_SECONDS : CLAIM_MARGIN_SECONDS
  return {
    kind: 'write',
    step: number,
    weights: weights.value,
    marks: renderMarks({
      rollout: plan.rollout,
      plan: cut(asking.planDigest),
      step: { number, of: plan.steps.length, since: asking.now },
      previous: seen.good,
      owner: over ? null : asking.owner,
      expires: over ? null : asking.now + step.bakeSeconds + margin,
      // Only an override gets here with a rejected revision; it is no longer one then.
      rejected: seen.marks.rejected.filter((revision) => revision !== revisionOf(plan.revision)),
    }),
  }
}
