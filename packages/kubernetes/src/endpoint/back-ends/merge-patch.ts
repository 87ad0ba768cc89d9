// The JSON merge patch (RFC 7386) between two states of one object: objects by field, lists whole.
import { isRecord } from '../../record.ts'

type Json = Readonly<Record<string, unknown>>

/** Turns `before` into `after`; empty when they say the same. */
export function mergePatchBetween(before: Json, after: Json): Json {
  const patch: Record<string, unknown> = {}
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) patch[key] = null
  for (const [key, value] of Object.entries(after)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined
    if (sameJson(old, value)) continue
    patch[key] = isRecord(value) ? mergePatchBetween(isRecord(old) ? old : {}, value) : value
  }
  return patch
}

/** Equal values; the order of fields does not count. */
export function sameJson(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((item, index) => sameJson(item, other[index]))
  }
  if (!isRecord(one) || !isRecord(other)) return one === other
  const keys = Object.keys(one)
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && sameJson(one[key], other[key]))
  )
}
