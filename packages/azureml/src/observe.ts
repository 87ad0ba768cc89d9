// Raw endpoint and deployments -> Observation. Pure.
import {
  MARK_KEYS,
  MARK_PATTERN,
  type Health,
  type MarkKey,
  type Observation,
  type RawMarks,
  type SlotObservation,
} from '@sluice/rollout'
import { workspacePath } from './arm.ts'
import { numbersIn, objectIn, textIn, textsIn, type JsonObject } from './json.ts'
import type { AzurePlace } from './place.ts'

/** Tags of ours begin with this; the rest of the key is the mark's. */
export const TAG_PREFIX = 'sluice-'
export const REVISION_TAG = `${TAG_PREFIX}revision`
export const SLOT_TAG = `${TAG_PREFIX}slot`

const CHANGING = ['creating', 'updating', 'scaling', 'deleting', 'accepted', 'running']

/** Azure is at work on this endpoint or deployment. */
export const isChanging = (resource: JsonObject): boolean =>
  CHANGING.includes(stateOf(resource).toLowerCase())

/** `properties.provisioningState`, as Azure writes it. */
export const stateOf = (resource: JsonObject): string =>
  textIn(objectIn(resource, 'properties'), 'provisioningState') ?? 'Unknown'

/** ARM id in lower case: the same for every observer, whether the endpoint exists or not. */
export const endpointId = (place: AzurePlace, endpoint: string): string =>
  `${workspacePath(place)}/onlineEndpoints/${endpoint}`.toLowerCase()

export const trafficOf = (endpoint: JsonObject): Readonly<Record<string, number>> =>
  numbersIn(objectIn(endpoint, 'properties'), 'traffic')

export const mirrorOf = (endpoint: JsonObject): Readonly<Record<string, number>> =>
  numbersIn(objectIn(endpoint, 'properties'), 'mirrorTraffic')

/** Our marks among the tags. Azure compares tag names without case. */
export function marksOf(endpoint: JsonObject): RawMarks {
  const marks: Partial<Record<MarkKey, string>> = {}
  for (const [name, value] of Object.entries(textsIn(endpoint, 'tags'))) {
    const key = markKeyOf(name)
    if (key !== null) marks[key] = value
  }
  return marks
}

/** The mark that a tag name holds; null for tags that are not ours. */
export function markKeyOf(tag: string): MarkKey | null {
  const name = tag.toLowerCase()
  return MARK_KEYS.find((key) => `${TAG_PREFIX}${key}` === name) ?? null
}

/** What the slot says it holds; null without a readable mark of ours. */
export function revisionMarkOf(deployment: JsonObject): string | null {
  const tags = Object.entries(textsIn(deployment, 'tags'))
  const mark = tags.find(([name]) => name.toLowerCase() === REVISION_TAG)?.[1]
  return mark !== undefined && MARK_PATTERN.test(mark) ? mark : null
}

export interface Seen {
  readonly place: AzurePlace
  readonly endpoint: string
  /** null: it does not exist. */
  readonly raw: JsonObject | null
  readonly deployments: readonly JsonObject[]
}

export function observationOf({ place, endpoint, raw, deployments }: Seen): Observation {
  return {
    endpoint: endpointId(place, endpoint),
    exists: raw !== null,
    changing: raw !== null && isChanging(raw),
    slots:
      raw === null ? [] : deployments.map(slotOf).toSorted((a, b) => (a.slot < b.slot ? -1 : 1)),
    traffic: raw === null ? {} : trafficOf(raw),
    mirror: raw === null ? {} : mirrorOf(raw),
    marks: raw === null ? {} : marksOf(raw),
    version: null,
  }
}

function slotOf(deployment: JsonObject): SlotObservation {
  const state = stateOf(deployment)
  const health = healthOf(deployment)
  const capacity = objectIn(deployment, 'sku')['capacity']
  return {
    slot: textIn(deployment, 'name') ?? '',
    health,
    detail: health === 'healthy' ? '' : `provisioning state ${state}`,
    revision: revisionMarkOf(deployment),
    replicas: typeof capacity === 'number' ? capacity : 0,
  }
}

function healthOf(deployment: JsonObject): Health {
  if (stateOf(deployment).toLowerCase() === 'succeeded') return 'healthy'
  return isChanging(deployment) ? 'changing' : 'unhealthy'
}
