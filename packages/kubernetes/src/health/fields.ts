// Reads plain JSON of a server with care: what is not there, or of another type, is the fallback.
import type { KubeObject } from '../object.ts'
import { recordOf } from '../record.ts'

export type Fields = Readonly<Record<string, unknown>>

/** The value as an object; an empty one when it is none. */
export const fieldsOf: (value: unknown) => Fields = recordOf

/** The value at a path such as `spec.strategy.type`; undefined when there is none. */
export function valueAt(value: unknown, path: string): unknown {
  let inner: unknown = value
  for (const key of path.split('.')) inner = fieldsOf(inner)[key]
  return inner
}

/** '' when there is no text. */
export function textAt(value: unknown, path: string): string {
  const inner = valueAt(value, path)
  return typeof inner === 'string' ? inner : ''
}

export function numberAt(value: unknown, path: string, fallback: number): number {
  const inner = valueAt(value, path)
  return typeof inner === 'number' ? inner : fallback
}

export function listAt(value: unknown, path: string): readonly Fields[] {
  const inner = valueAt(value, path)
  return Array.isArray(inner) ? inner.map(fieldsOf) : []
}

/** Milliseconds since 1970; null for no time. */
export function parseTime(text: unknown): number | null {
  if (typeof text !== 'string') return null
  const time = Date.parse(text)
  return Number.isNaN(time) ? null : time
}

export interface Condition {
  readonly type: string
  readonly status: string
  readonly reason: string
  readonly message: string
  /** null where the kind has none. */
  readonly observedGeneration: number | null
  /** When the controller last said so; null where the kind does not tell. */
  readonly updated: number | null
  /** When `status` became what it is. */
  readonly changed: number | null
}

export const conditionsAt = (value: unknown, path: string): readonly Condition[] =>
  listAt(value, path).map((fields) => ({
    type: textAt(fields, 'type'),
    status: textAt(fields, 'status'),
    reason: textAt(fields, 'reason'),
    message: textAt(fields, 'message'),
    observedGeneration:
      typeof fields['observedGeneration'] === 'number' ? fields['observedGeneration'] : null,
    updated: parseTime(fields['lastUpdateTime']) ?? parseTime(fields['lastTransitionTime']),
    changed: parseTime(fields['lastTransitionTime']),
  }))

/** null when the object has no such condition. */
export const conditionOf = (object: KubeObject, type: string): Condition | null =>
  conditionsAt(object, 'status.conditions').find((condition) => condition.type === type) ?? null

/** `condition` is there and says True. */
export const isTrue = (object: KubeObject, type: string): boolean =>
  conditionOf(object, type)?.status === 'True'

/** `apps/Deployment`, `/Pod`: the same for every version of a kind. */
export function groupKindOf(object: Pick<KubeObject, 'apiVersion' | 'kind'>): string {
  const slash = object.apiVersion.indexOf('/')
  return `${slash === -1 ? '' : object.apiVersion.slice(0, slash)}/${object.kind}`
}
