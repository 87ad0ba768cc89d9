// A small model of server-side apply: which fields a manifest makes one's own, and what is live then.
// It knows the shapes by construction, as a schema would: `items` is a list by name, `ports` a list by
// port and protocol, `tags` a set, and what is below `whole` is one value.
import type { KubeObject } from '@sluice/kubernetes'

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
export type JsonMap = { readonly [name: string]: Json }

const isMap = (value: Json): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `fieldsV1` of who applies this map. */
export function fieldsOfMap(map: JsonMap): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => [`f:${name}`, fieldsOfValue(name, value)]),
  )
}

function fieldsOfValue(name: string, value: Json): Record<string, unknown> {
  if (name === 'whole') return {}
  if (Array.isArray(value)) {
    const items = value as readonly Json[]
    return Object.fromEntries(items.map((item) => itemFields(name, item)))
  }
  return isMap(value) ? fieldsOfMap(value) : {}
}

const itemFields = (name: string, item: Json): readonly [string, Record<string, unknown>] => {
  if (!isMap(item)) return [`v:${JSON.stringify(item)}`, {}]
  const keys =
    name === 'ports'
      ? { port: item['port'], protocol: item['protocol'] ?? 'TCP' }
      : { name: item['name'] }
  return [`k:${JSON.stringify(keys)}`, { '.': {}, ...fieldsOfMap(item) }]
}

/** As the server keeps it: the defaults of keys are filled in. */
export function kept(value: Json, name = ''): Json {
  if (Array.isArray(value)) {
    const items = value as readonly Json[]
    return items.map((item) =>
      name === 'ports' && isMap(item)
        ? { protocol: 'TCP', ...(kept(item) as JsonMap) }
        : kept(item),
    )
  }
  if (!isMap(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, kept(inner, key)]))
}

export const manifestOf = (spec: JsonMap): KubeObject => ({
  apiVersion: 'example.org/v1',
  kind: 'Thing',
  metadata: { name: 'one', namespace: 'shop' },
  spec,
})

/** After `manager` has applied the manifest. */
export const appliedBy = (spec: JsonMap, manager = 'sluice'): KubeObject => ({
  ...manifestOf(kept(spec) as JsonMap),
  metadata: {
    name: 'one',
    namespace: 'shop',
    uid: 'u-1',
    resourceVersion: '7',
    managedFields: [
      {
        manager,
        operation: 'Apply',
        apiVersion: 'example.org/v1',
        fieldsV1: { 'f:spec': fieldsOfMap(spec) },
      },
    ],
  },
})
