// Going back on purpose: abort a rollout before its end, or roll back after it.
import { parseMarks, type LastGood, type Marks, type RawMarks } from './marks.ts'
import type { Write } from './next.ts'
import type { Observation } from './observation.ts'
import { refuse, type Refusal } from './refusal.ts'
import { revisionOf } from './revision.ts'
import { goBack, lostWayBack } from './way-back.ts'
import {
  noTraffic,
  parseWeights,
  renderPlanWeights,
  renderWeights,
  sameWeights,
  weightOf,
  type Weights,
} from './weights.ts'

export type BackDecision =
  Write | { readonly kind: 'done'; readonly reason: string } | LookAgain | Refusal

type LookAgain = { readonly kind: 'look-again'; readonly why: string }

/**
 * Before promotion: takes the rollout on the endpoint back, whoever drove it. `slot` ends at 100; for
 * a first rollout, which no slot served before, it names the candidate, which ends at 0.
 */
export function decideAbort(observation: Observation, slot: string, now: number): BackDecision {
  const seen = readSettled(observation)
  if (seen.kind !== 'read') return seen
  const { marks, weights } = seen
  if (marks.step === null || marks.previous === null) {
    return { kind: 'done', reason: 'no rollout is under way' }
  }
  const over =
    marks.step.number === marks.step.of &&
    (marks.expires ?? 0) <= now &&
    observation.unfinished !== true
  if (over && !sameWeights(weights, marks.previous.weights)) {
    return refuse(
      'ROLLOUT_NO_WAY_BACK',
      `rollout ${marks.rollout} on ${observation.endpoint} has ended at ${renderWeights(weights)}`,
      'Use `mode: rollback` to go back after the end of a rollout.',
    )
  }
  const wrong = refuseOtherSlot(observation, marks.previous, { slot, weights })
  return wrong ?? goBack(marks, marks.previous, [])
}

/**
 * After promotion, or in the middle when it is urgent: back to `slot`, and the revision is marked.
 * For a first rollout, which no slot served before, `slot` names the candidate, which ends at 0.
 */
export function decideRollback(observation: Observation, slot: string): BackDecision {
  const seen = readSettled(observation)
  if (seen.kind !== 'read') return seen
  const { marks, weights } = seen
  const first = marks.previous !== null && sameWeights(marks.previous.weights, noTraffic)
  const routed = routedTo({ observation, marks, weights })
  if (!first && weightOf(weights, slot) === 100 && routed.length === 0) {
    return { kind: 'done', reason: `slot ${slot} already has all traffic` }
  }
  if (first && sameWeights(weights, noTraffic)) {
    return { kind: 'done', reason: 'no slot has traffic' }
  }
  if (marks.previous === null) {
    return refuse(
      'ROLLOUT_NO_WAY_BACK',
      `${observation.endpoint} bears no mark of a rollout, so nothing says that ${slot} was good`,
    )
  }
  const wrong = refuseOtherSlot(observation, marks.previous, { slot, weights })
  if (wrong !== null) return wrong
  const { weights: good } = marks.previous
  const bad = observation.slots.filter(
    ({ slot: name }) => weightOf(weights, name) > weightOf(good, name) || routed.includes(name),
  )
  const revisions = bad.flatMap(({ revision }) => (revision === null ? [] : [revisionOf(revision)]))
  return goBack(marks, marks.previous, revisions)
}

/**
 * Slots that get requests, or copies of them, beside the weights. A mirror counts only while a
 * rollout that changed no weight is on record: on some platforms it can be somebody else's.
 */
function routedTo(seen: {
  readonly observation: Observation
  readonly marks: Marks
  readonly weights: Weights
}): readonly string[] {
  const { observation, marks, weights } = seen
  const matched = (observation.match ?? null) === null ? [] : [observation.match?.slot ?? '']
  const still =
    marks.step !== null && marks.previous !== null && sameWeights(weights, marks.previous.weights)
  const copied = Object.entries(observation.mirror).filter(([, percent]) => percent > 0)
  return [...matched, ...(still ? copied.map(([slot]) => slot) : [])]
}

/** What a process wrote last, or was about to write: enough for its post step to take it back. */
export interface SavedWrite {
  readonly rollout: string
  /** What was there when that write was decided. */
  readonly from: ShownState
  /** What it wrote. Owner and time in the marks tell it from another run's write of the same step. */
  readonly intended: ShownState
}

export interface ShownState {
  /** `renderWeights` */
  readonly weights: string
  /** As the marks are written; '' without one. */
  readonly step: string
  readonly owner: string
}

/** Reads may show the time before a write for so long, seconds. */
const VISIBLE_WITHIN_SECONDS = 90

/**
 * What a post step may still do after a later failure: only if the endpoint shows what we set.
 * `waited`: seconds since its first look. A process that died in the middle of a write leaves open
 * whether it was sent, so what was there before counts only once reads had time to catch up.
 */
export function decideRestore(
  observation: Observation,
  saved: SavedWrite,
  waited: number,
): BackDecision {
  const seen = readSettled(observation)
  if (seen.kind !== 'read') return seen
  const { marks } = seen
  const shown = shownState(observation.traffic, observation.marks)
  const before = sameShown(shown, saved.from)
  if (before && !sameShown(shown, saved.intended) && waited < VISIBLE_WITHIN_SECONDS) {
    return { kind: 'look-again', why: `the write of ${saved.intended.weights} may not show yet` }
  }
  if (marks.rollout !== saved.rollout || marks.step === null || marks.previous === null) {
    return { kind: 'done', reason: 'the endpoint does not show a rollout of this step' }
  }
  // Marks of ours over weights in between: the write stopped half way, and is ours to take back.
  const half = observation.unfinished === true && sameMarks(shown, saved.intended)
  if (!before && !half && !sameShown(shown, saved.intended)) {
    return {
      kind: 'done',
      reason: `the endpoint is at ${renderShown(shown)}; we set ${renderShown(saved.intended)}`,
    }
  }
  return refuseLost(observation, marks.previous) ?? goBack(marks, marks.previous, [])
}

/** What a target shows, or would show after a write. */
export const shownState = (
  weights: Readonly<Record<string, number>>,
  marks: RawMarks,
): ShownState => ({
  weights: renderPlanWeights(weights),
  step: marks.step ?? '',
  owner: marks.owner ?? '',
})

const renderShown = ({ weights, step, owner }: ShownState): string =>
  `${weights}, step ${step}, owner ${owner}`

const sameShown = (a: ShownState, b: ShownState): boolean =>
  a.weights === b.weights && sameMarks(a, b)

const sameMarks = (a: ShownState, b: ShownState): boolean =>
  a.step === b.step && a.owner === b.owner

/** Marks and weights of an endpoint that no operation runs on. */
function readSettled(observation: Observation): Settled | LookAgain | Refusal {
  const marks = parseMarks(observation.marks)
  if (!marks.ok) {
    return refuse('ROLLOUT_MARKS_INVALID', `${observation.endpoint}: ${marks.problems[0]?.message}`)
  }
  if (observation.changing) return { kind: 'look-again', why: 'the endpoint is being updated' }
  const weights = parseWeights(observation.traffic)
  // Nonsense weights must not stand in the way of going back (S5).
  return { kind: 'read', marks: marks.value, weights: weights.ok ? weights.value : noTraffic }
}

interface Settled {
  readonly kind: 'read'
  readonly marks: Marks
  readonly weights: Weights
}

function refuseOtherSlot(
  observation: Observation,
  previous: LastGood,
  about: { readonly slot: string; readonly weights: Weights },
): Refusal | null {
  const { slot, weights } = about
  const first = sameWeights(previous.weights, noTraffic)
  const named = first ? weightOf(weights, slot) > 0 : weightOf(previous.weights, slot) === 100
  if (!named) {
    return refuse(
      'ROLLOUT_NO_WAY_BACK',
      first
        ? `no slot served ${observation.endpoint} before: going back means weight 0 for the new slot; slot ${slot} is not it`
        : `going back means ${renderWeights(previous.weights)} on ${observation.endpoint}; slot ${slot} does not end at 100 there`,
    )
  }
  return refuseLost(observation, previous)
}

function refuseLost(observation: Observation, previous: LastGood): Refusal | null {
  const lost = lostWayBack(observation, previous)
  return lost === null
    ? null
    : refuse(
        'ROLLOUT_NO_WAY_BACK',
        `${observation.endpoint}: ${lost}`,
        'Deploy and test the revision that should serve, then move traffic to it.',
      )
}
