// decideNext: from what is there now, the one next action of a plan. Pure.
import { renderMarks, type Marks, type RawMarks } from './marks.ts'
import type { Observation } from './observation.ts'
import type { Plan } from './plan.ts'
import { positionOf, readSeen, type Position, type Seen } from './position.ts'
import { refuse, type Refusal } from './refusal.ts'
import { cut, revisionOf } from './revision.ts'
import type { Mirror, SlotMatch } from './routing.ts'
import { isRejected, slotOf } from './slots.ts'
import type { BoundVerdict } from './verdict.ts'
import { goBack, lostWayBack, tooSmall } from './way-back.ts'
import { parseWeights, type Weights } from './weights.ts'

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
  /**
   * The endpoint is checked after each step: the last write keeps its claim, so that nobody begins
   * before the check has passed. It then ends by itself. Absent: no.
   */
  readonly checks?: boolean
  /** How long one such check may take, seconds: no claim ends before it. Absent: less than a minute. */
  readonly checkSeconds?: number
}

/** How long the last step stays claimed beyond its bake. */
export const lastMargin = ({ checkSeconds = 0 }: Pick<Asking, 'checkSeconds'>): number =>
  Math.max(LAST_CLAIM_MARGIN_SECONDS, checkSeconds)

export interface Write {
  readonly kind: 'write'
  /** 1-based; 0: going back. */
  readonly step: number
  readonly weights: Weights
  /** null and empty: none of ours. */
  readonly match: SlotMatch | null
  readonly mirror: Mirror
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
/** The same for the last step: only its own write lies before the bake, and the next rollout waits for it; a check has as long. */
const LAST_CLAIM_MARGIN_SECONDS = 60

export function decideNext(observation: Observation, plan: Plan, asking: Asking): Next {
  if (observation.changing) return { kind: 'look-again', why: 'the endpoint is being updated' }
  const seen = readSeen(observation, plan)
  if ('kind' in seen) return seen
  const at = positionOf(seen, plan, asking)
  const scene = { observation, plan, asking, seen }
  if (at !== null && isOver(at, scene)) return { kind: 'done' }
  const owned = refuseForeignClaim(observation, seen.marks, asking)
  if (owned !== null) return owned
  return at === null ? stale(observation, plan) : decideAt(at, scene)
}

interface Scene {
  readonly observation: Observation
  readonly plan: Plan
  readonly asking: Asking
  readonly seen: Seen
}

const runOf = (owner: string): string => owner.split('.')[0] ?? owner

/** S3 as far as marks go: somebody else's claim that has not expired. */
export function refuseForeignClaim(
  observation: Observation,
  marks: Marks,
  asking: Pick<Asking, 'owner' | 'now'>,
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

const isOver = (at: Position, scene: Scene): boolean =>
  at.done === scene.plan.steps.length && bakeAfter(at, scene) === 0

/** Seconds that the step which was done last still bakes. A next one that was begun says: none. */
const bakeAfter = ({ done, begun }: Position, { plan, seen, asking }: Scene): number =>
  done === 0 || begun ? 0 : bakeLeft(seen.marks, plan.steps[done - 1]?.bakeSeconds ?? 0, asking)

function decideAt(at: Position, scene: Scene): Next {
  const { plan, seen, observation } = scene
  const { done, begun } = at
  const remaining = bakeAfter(at, scene)
  const busy = [plan.slot, ...Object.keys(seen.good.weights)].find(
    (slot) => slotOf(observation, slot)?.health === 'changing',
  )
  if (busy !== undefined) return { kind: 'look-again', why: `slot ${busy} is being updated` }
  const lost = lostWayBack(observation, seen.good)
  const ill = illness(scene)
  if (ill !== null && done === 0 && !begun) return refuse(ill.code, ill.reason)
  if (ill !== null && lost === null) {
    return { kind: 'go-back', reason: ill.reason, write: goBack(seen.marks, seen.good, []) }
  }
  if (lost !== null) {
    const reason = ill === null ? lost : `${ill.reason}; and ${lost}`
    return { kind: 'hold', reason: `${reason}: there is no safe way back` }
  }
  if (remaining > 0) return { kind: 'bake', seconds: remaining, step: done }
  return (
    refuseRejected(scene) ??
    refuseUntested(scene) ??
    holdTooSmall(scene) ??
    writeStep(done + 1, scene)
  )
}

function holdTooSmall({ observation, seen }: Scene): Next | null {
  const reason = tooSmall(observation, seen.good)
  return reason === null ? null : { kind: 'hold', reason }
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
  const last = number === plan.steps.length
  // Without bake and check the last step ends the rollout: the same write lets go of the endpoint.
  const over = last && step.bakeSeconds === 0 && asking.checks !== true
  const margin = last
    ? lastMargin(asking)
    : Math.max(CLAIM_MARGIN_SECONDS, asking.checkSeconds ?? 0)
  return {
    kind: 'write',
    step: number,
    weights: weights.value,
    match: step.match ?? null,
    mirror: step.mirror ?? {},
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
