// The rules on traffic and mirrored traffic, and which slot a request goes to.
import { isObject, own, type Json, type JsonObject } from './json.ts'
import { badRequest } from './refusal.ts'
import type { EndpointRecord, TrafficCounters } from './state.ts'

const MAX_MIRROR = 50

export const noTraffic = (): TrafficCounters => ({
  credit: {},
  mirrorCredit: 0,
  routed: {},
  addressed: {},
  mirrored: {},
})

/** Refuses what Azure refuses: unknown slots, sums other than 0 and 100, a slot both live and mirrored. */
export function checkTraffic(properties: JsonObject, slots: readonly string[]): void {
  const traffic = weightsOf(properties.traffic, { slots, field: 'traffic' })
  const mirror = weightsOf(properties.mirrorTraffic, { slots, field: 'mirrorTraffic' })
  const sum = Object.values(traffic).reduce((total, weight) => total + weight, 0)
  if (sum !== 0 && sum !== 100) {
    throw badRequest(
      `The traffic percentages must sum to 0 or 100, found ${sum}.`,
      'properties.traffic',
    )
  }
  const mirrored = Object.entries(mirror).filter(([, weight]) => weight > 0)
  if (mirrored.length > 1) {
    throw badRequest('Traffic can be mirrored to one deployment only.', 'properties.mirrorTraffic')
  }
  for (const [slot, weight] of mirrored) {
    if (weight > MAX_MIRROR) {
      throw badRequest(`At most ${MAX_MIRROR} percent can be mirrored.`, 'properties.mirrorTraffic')
    }
    if ((own(traffic, slot) ?? 0) > 0) {
      throw badRequest(
        `Deployment '${slot}' cannot take live and mirrored traffic.`,
        'properties.mirrorTraffic',
      )
    }
  }
}

function weightsOf(
  value: Json | undefined,
  about: { readonly slots: readonly string[]; readonly field: string },
): Record<string, number> {
  if (value === undefined || value === null) return {}
  const target = `properties.${about.field}`
  if (!isObject(value))
    throw badRequest(`${about.field} must be an object of whole numbers.`, target)
  const weights: Record<string, number> = {}
  for (const [slot, weight] of Object.entries(value)) {
    if (!about.slots.includes(slot)) {
      throw badRequest(`The deployment '${slot}' named in ${about.field} does not exist.`, target)
    }
    if (typeof weight !== 'number' || !Number.isInteger(weight) || weight < 0 || weight > 100) {
      throw badRequest(`The percentage of '${slot}' must be a whole number from 0 to 100.`, target)
    }
    weights[slot] = weight
  }
  return weights
}

/** Slot to percent of one of the two fields; only slots above 0. */
export function percentsOf(
  endpoint: EndpointRecord,
  field: 'traffic' | 'mirrorTraffic',
): Record<string, number> {
  const properties = endpoint.body.properties
  const weights = isObject(properties) ? properties[field] : null
  const entries = isObject(weights) ? Object.entries(weights) : []
  return Object.fromEntries(entries.filter(([, weight]) => Number(weight) > 0)) as Record<
    string,
    number
  >
}

/** The slot that takes the next request by weight (smooth weighted round robin); null: no live slot. */
export function nextByWeight(endpoint: EndpointRecord): string | null {
  const weights = Object.entries(percentsOf(endpoint, 'traffic'))
  const { credit } = endpoint.traffic
  let chosen: string | null = null
  for (const [slot, weight] of weights) {
    credit[slot] = (own(credit, slot) ?? 0) + weight
    if (chosen === null || (credit[slot] ?? 0) > (credit[chosen] ?? 0)) chosen = slot
  }
  if (chosen !== null) credit[chosen] = (credit[chosen] ?? 0) - 100
  return chosen
}

/** The slot that also gets a copy of this request, or null; exact over 100 requests. */
export function nextMirror(endpoint: EndpointRecord): string | null {
  const [entry] = Object.entries(percentsOf(endpoint, 'mirrorTraffic'))
  if (entry === undefined) return null
  endpoint.traffic.mirrorCredit += entry[1]
  if (endpoint.traffic.mirrorCredit < 100) return null
  endpoint.traffic.mirrorCredit -= 100
  return entry[0]
}

export function count(counter: Record<string, number>, slot: string): void {
  counter[slot] = (own(counter, slot) ?? 0) + 1
}
