// Raw JSON as Azure sends it: read with care, written back whole.

export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The object at `key`; an empty one when there is none. */
export function objectIn(value: unknown, key: string): JsonObject {
  const inner = isObject(value) ? value[key] : undefined
  return isObject(inner) ? inner : {}
}

/** The text at `key`; null when there is none, or an empty one. */
export function textIn(value: unknown, key: string): string | null {
  const inner = isObject(value) ? value[key] : undefined
  return typeof inner === 'string' && inner !== '' ? inner : null
}

export function listIn(value: unknown, key: string): readonly unknown[] {
  const inner = isObject(value) ? value[key] : undefined
  return Array.isArray(inner) ? inner : []
}

/** Only the members whose values are texts. */
export const textsIn = (value: unknown, key: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(objectIn(value, key)).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )

/** Members as numbers; what is no number becomes NaN, so that no rule takes it for one. */
export const numbersIn = (value: unknown, key: string): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(objectIn(value, key)).map(([name, number]) => [
      name,
      typeof number === 'number' ? number : Number.NaN,
    ]),
  )

export const without = (value: JsonObject, ...keys: readonly string[]): JsonObject =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)))

/** The value of a JSON text; undefined when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
