// Which slot is active, which is idle: derived from what is there, never remembered, never guessed.
import { parseMarks, type Marks } from './marks.ts'
import type { Observation, SlotObservation } from './observation.ts'
import { isRefusal, refuse, type Refusal } from './refusal.ts'
import { revisionOf, type RevisionMark } from './revision.ts'
import { parseWeights, renderWeights, weightOf, type Weights } from './weights.ts'

/** The two slots of an endpoint, in order of preference for the very first deployment. */
export type SlotPair = readonly [string, string]

/** Every object inherits such a name, so that a lookup by it finds what nobody put there. */
export const isInherited = (slot: string): boolean => slot in Object.prototype

interface Seen {
  readonly weights: Weights
  readonly marks: Marks
  /** Deployed slots that are not ours and have no traffic: left alone. */
  readonly ignored: readonly string[]
}

export type Resolution =
  /** Nothing of ours is deployed. */
  | (Seen & { readonly kind: 'empty' })
  /** One slot has all traffic. */
  | (Seen & { readonly kind: 'live'; readonly active: string; readonly idle: string })
  /** Both have traffic, and our marks say which is new. */
  | (Seen & { readonly kind: 'in-flight'; readonly active: string; readonly candidate: string })
  /** Something is deployed, nothing has traffic. */
  | (Seen & { readonly kind: 'parked'; readonly deployed: readonly string[] })
  | Refusal

export function resolveSlots(observation: Observation, slots: SlotPair): Resolution {
  const marks = parseMarks(observation.marks)
  if (!marks.ok) return refuse('ROLLOUT_MARKS_INVALID', told(observation, marks.problems))
  const weights = parseWeights(observation.traffic)
  if (!weights.ok) return refuse('ROLLOUT_TRAFFIC_INVALID', told(observation, weights.problems))
  const strange = refuseStrangeTraffic(observation, slots, weights.value)
  if (strange !== null) return strange

  const deployed = slots.filter((slot) => slotOf(observation, slot) !== null)
  const ignored = observation.slots.map((s) => s.slot).filter((slot) => !slots.includes(slot))
  const seen: Seen = { weights: weights.value, marks: marks.value, ignored }
  const withTraffic = slots.filter((slot) => weightOf(weights.value, slot) > 0)
  if (withTraffic.length === 2) return resolveSplit(observation, slots, seen)
  const [active] = withTraffic
  if (active !== undefined) return { ...seen, kind: 'live', active, idle: other(slots, active) }
  return deployed.length === 0 ? { ...seen, kind: 'empty' } : { ...seen, kind: 'parked', deployed }
}

/**
 * The slot that a new revision goes to. `wanted` names one where nothing else can decide; it is
 * refused when that slot has traffic. `now` in seconds: a slot that a bake may still need is kept.
 */
export function chooseSlot(
  observation: Observation,
  choice: { readonly slots: SlotPair; readonly wanted: string | null; readonly now: number },
): { readonly kind: 'chosen'; readonly slot: string } | Refusal {
  const { slots, wanted, now } = choice
  const strange = slots.find(isInherited)
  if (strange !== undefined) {
    return refuse(
      'ROLLOUT_BAD_SLOTS',
      `"${strange}" of slots "${slots.join(',')}" is no name for a slot`,
    )
  }
  if (wanted !== null && !slots.includes(wanted)) {
    return refuse('ROLLOUT_BAD_SLOTS', `slot "${wanted}" is not one of ${slots.join(', ')}`)
  }
  const resolution = resolveSlots(observation, slots)
  if (isRefusal(resolution)) return resolution
  const busy = refuseWhileBaking(resolution.marks, now, observation.endpoint)
  if (busy !== null) return busy
  switch (resolution.kind) {
    case 'empty':
      return { kind: 'chosen', slot: wanted ?? slots[0] }
    case 'live':
      return chooseIdle(observation, resolution.idle, wanted)
    case 'in-flight':
      return refuse(
        'ROLLOUT_IN_FLIGHT',
        `${observation.endpoint} is at ${renderWeights(resolution.weights)}: rollout ${resolution.marks.rollout} from ${resolution.active} to ${resolution.candidate} has not ended`,
      )
    case 'parked':
      return chooseParked(observation, resolution.deployed, wanted)
    default:
      return resolution satisfies never
  }
}

/**
 * A healthy slot that already holds this revision and configuration: the one with traffic first.
 * null: none does.
 */
export function findHolder(
  observation: Observation,
  slots: SlotPair,
  mark: RevisionMark,
): SlotObservation | null {
  const holders = observation.slots
    .filter((s) => slots.includes(s.slot) && s.health === 'healthy' && s.revision === mark)
    .sort((a, b) => (observation.traffic[b.slot] ?? 0) - (observation.traffic[a.slot] ?? 0))
  return holders[0] ?? null
}

/** S9: this revision was taken back before. */
export const isRejected = (marks: Marks, mark: RevisionMark): boolean =>
  marks.rejected.includes(revisionOf(mark))

export const slotOf = (observation: Observation, slot: string): SlotObservation | null =>
  observation.slots.find((s) => s.slot === slot) ?? null

const other = (slots: SlotPair, slot: string): string => (slots[0] === slot ? slots[1] : slots[0])

const told = (
  observation: Observation,
  problems: readonly { readonly message: string }[],
): string => `${observation.endpoint}: ${problems.map((problem) => problem.message).join('; ')}`

function refuseStrangeTraffic(
  observation: Observation,
  slots: SlotPair,
  weights: Weights,
): Refusal | null {
  for (const slot of Object.keys(weights)) {
    if (slotOf(observation, slot) === null) {
      return refuse(
        'ROLLOUT_SLOT_MISSING',
        `${observation.endpoint} gives slot ${slot} weight ${weightOf(weights, slot)}, but no slot ${slot} is deployed`,
      )
    }
    if (!slots.includes(slot)) {
      return refuse(
        'ROLLOUT_FOREIGN_SLOT',
        `${observation.endpoint} gives slot ${slot} weight ${weightOf(weights, slot)}; ours are ${slots.join(' and ')}`,
        `Set the input \`slots\` so that it names ${slot}, or move its traffic.`,
      )
    }
  }
  return null
}

function resolveSplit(observation: Observation, slots: SlotPair, seen: Seen): Resolution {
  const { marks, weights } = seen
  const active = slots.find(
    (slot) => marks.previous !== null && weightOf(marks.previous.weights, slot) === 100,
  )
  if (marks.rollout === null || marks.step === null || active === undefined) {
    return refuse(
      'ROLLOUT_SPLIT_UNKNOWN',
      `${observation.endpoint} is at ${renderWeights(weights)}`,
    )
  }
  return { ...seen, kind: 'in-flight', active, candidate: other(slots, active) }
}

/** Until the claim of the last step expires, its bake runs, and the old slot must stay (S4). */
function refuseWhileBaking(marks: Marks, now: number, endpoint: string): Refusal | null {
  if (marks.step === null || marks.expires === null || marks.expires <= now) return null
  return refuse(
    'ROLLOUT_IN_FLIGHT',
    `${endpoint}: rollout ${marks.rollout} is at step ${marks.step.number} of ${marks.step.of} for another ${marks.expires - now} s`,
  )
}

function chooseIdle(
  observation: Observation,
  idle: string,
  wanted: string | null,
): { readonly kind: 'chosen'; readonly slot: string } | Refusal {
  if (wanted !== null && wanted !== idle) {
    return refuse(
      'ROLLOUT_IN_FLIGHT',
      `slot ${wanted} of ${observation.endpoint} has all traffic; a new revision goes to ${idle}`,
      `Leave the input \`slot\` empty, or name ${idle}.`,
    )
  }
  const match = observation.match ?? null
  if (match?.slot === idle) {
    return refuse(
      'ROLLOUT_IN_FLIGHT',
      `slot ${idle} of ${observation.endpoint} answers the requests with ${match.kind} ${match.name}`,
    )
  }
  return { kind: 'chosen', slot: idle }
}

function chooseParked(
  observation: Observation,
  deployed: readonly string[],
  wanted: string | null,
): { readonly kind: 'chosen'; readonly slot: string } | Refusal {
  if (wanted !== null) return { kind: 'chosen', slot: wanted }
  const [only, ...more] = deployed
  if (only !== undefined && more.length === 0) return { kind: 'chosen', slot: only }
  return refuse(
    'ROLLOUT_SLOT_UNCLEAR',
    `${observation.endpoint}: ${deployed.join(' and ')} are deployed and neither has traffic`,
  )
}
