// The body of an endpoint PUT, made from the endpoint as it was read. Pure.
// A PUT replaces everything, so what is not carried over is lost: traffic left out is an outage.
import type { Observation, RawMarks, WeightsChange } from '@sluice/rollout'
import { objectIn, isObject, textsIn, without, type JsonObject } from './json.ts'
import { markKeyOf, marksOf, mirrorOf, TAG_PREFIX, trafficOf } from './observe.ts'

/** Reads give these, and a PUT must not have them. */
const READ_ONLY = ['id', 'name', 'type', 'systemData'] as const
const READ_ONLY_PROPERTIES = ['provisioningState', 'scoringUri', 'swaggerUri', 'keys'] as const

type Wanted = Pick<WeightsChange, 'weights' | 'marks'>

/** The whole endpoint with new traffic and our marks; all else stays, known to us or not. */
export function endpointBody(raw: JsonObject, { weights, marks }: Wanted): JsonObject {
  const properties = without(objectIn(raw, 'properties'), ...READ_ONLY_PROPERTIES)
  // A slot must not have live and mirrored traffic, so raising one ends its mirroring.
  const mirror = Object.entries(mirrorOf(raw)).filter(([slot]) => (weights[slot] ?? 0) === 0)
  return {
    ...without(raw, ...READ_ONLY),
    ...identityPart(raw),
    tags: { ...foreignTags(raw), ...marksAsTags(marks) },
    properties: {
      ...properties,
      traffic: { ...weights },
      ...('mirrorTraffic' in properties && { mirrorTraffic: Object.fromEntries(mirror) }),
    },
  }
}

/** Does the endpoint show these weights and marks, and no other mark of ours? */
export const shows = (raw: JsonObject, wanted: Wanted): boolean =>
  sameNumbers(trafficOf(raw), wanted.weights) && sameTexts(marksOf(raw), wanted.marks)

/** Is the endpoint as it was when the change was decided? */
export const unchangedSince = (raw: JsonObject, seen: Observation): boolean =>
  sameNumbers(trafficOf(raw), seen.traffic) && sameTexts(marksOf(raw), seen.marks)

/** One line on what is there, for messages: `traffic blue=100, rollout 0123456789abcdef`. */
export function renderShown(raw: JsonObject): string {
  const traffic = entriesOf(trafficOf(raw)).map(([slot, weight]) => `${slot}=${weight}`)
  const { rollout, owner } = marksOf(raw)
  return [
    `traffic ${traffic.join(',') || 'none'}`,
    ...(rollout === undefined ? [] : [`rollout ${rollout}`]),
    ...(owner === undefined ? [] : [`owner ${owner}`]),
  ].join(', ')
}

const foreignTags = (raw: JsonObject): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(textsIn(raw, 'tags')).filter(([name]) => markKeyOf(name) === null),
  )

const marksAsTags = (marks: RawMarks): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(marks).map(([key, value]) => [`${TAG_PREFIX}${key}`, value]))

/** Azure fills in ids of the identity on read and refuses them on write. */
function identityPart(raw: JsonObject): JsonObject {
  if (!isObject(raw['identity'])) return {}
  const identity = without(raw['identity'], 'principalId', 'tenantId')
  const assigned = Object.keys(objectIn(identity, 'userAssignedIdentities'))
  if (assigned.length === 0) return { identity }
  return {
    identity: {
      ...identity,
      userAssignedIdentities: Object.fromEntries(assigned.map((id) => [id, {}])),
    },
  }
}

/** Slots at 0 are the same as slots left out. */
const entriesOf = (numbers: Readonly<Record<string, number>>) =>
  Object.entries(numbers)
    .filter(([, number]) => number !== 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))

const sameNumbers = (a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>) =>
  JSON.stringify(entriesOf(a)) === JSON.stringify(entriesOf(b))

const sameTexts = (a: RawMarks, b: RawMarks): boolean => sortedText(a) === sortedText(b)

const sortedText = (marks: RawMarks): string =>
  JSON.stringify(Object.entries(marks).toSorted(([x], [y]) => (x < y ? -1 : 1)))
