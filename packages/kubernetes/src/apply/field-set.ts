// Which fields a manager owns, as `fieldsV1` writes it: a tree of `f:name`, `k:{"key":"value"}` (an
// item of a list, by its keys), `v:value` (an item of a set), and `.` for the thing itself beside
// what is below it. An empty node is a leaf: the whole value, or an empty map or list.
import type { KubeObject, ManagedFields } from '../object.ts'
import { isRecord } from '../record.ts'

export type FieldSet = Readonly<Record<string, unknown>>

/** Who we are on the server, unless a suite says otherwise. */
export const APPLIER = 'sluice'
/** Who `kubectl apply` is there when it runs without `--server-side`. */
export const CLIENT_SIDE = 'kubectl-client-side-apply'

export const isLeaf = (node: FieldSet): boolean => {
  for (const key in node) if (key !== '.') return false
  return true
}

export const childOf = (node: FieldSet, key: string): FieldSet | undefined => {
  const child = node[key]
  return isRecord(child) ? child : undefined
}

/** A JSON patch that sets who owns what. Refused with 409 when the object is no longer the one that was read. */
export const ownersPatch = (live: KubeObject, entries: readonly ManagedFields[]): unknown => [
  { op: 'replace', path: '/metadata/resourceVersion', value: live.metadata.resourceVersion },
  { op: 'replace', path: '/metadata/managedFields', value: entries },
]

/** The entry by which `manager` applies the object itself, not its status. */
export const entryOf = (object: KubeObject, manager: string): ManagedFields | undefined =>
  object.metadata.managedFields?.find(
    (entry) =>
      entry.manager === manager && entry.operation === 'Apply' && entry.subresource === undefined,
  )

/** What all other managers own, one tree each. */
export const othersOf = (object: KubeObject, manager: string): readonly FieldSet[] =>
  (object.metadata.managedFields ?? [])
    .filter((entry) => entry.manager !== manager || entry.operation !== 'Apply')
    .flatMap(({ fieldsV1 }) => (fieldsV1 === undefined ? [] : [fieldsV1]))

/** True when a manager owns something below this path: then the value there is not one whole. */
export const ownedBelow = (sets: readonly FieldSet[], path: readonly string[]): boolean =>
  sets.some((set) => {
    let node: FieldSet | undefined = set
    for (const step of path) {
      node = childOf(node, step)
      if (node === undefined) return false
    }
    return !isLeaf(node)
  })

/** Every field of both. Undefined: owns nothing, which `{}` inside a set does not mean. */
export function unionOf(a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const sum: Record<string, unknown> = { ...a }
  for (const [key, node] of Object.entries(b)) {
    sum[key] = isRecord(node) ? (unionOf(childOf(a, key), node) ?? {}) : node
  }
  // A leaf that meets a subtree is the thing itself beside what is below it.
  if (isLeaf(a) !== isLeaf(b)) sum['.'] = {}
  return sum
}

/** Of an entry; undefined when it owns nothing. */
export const fieldsOf = (entry: ManagedFields | undefined): FieldSet | undefined =>
  entry?.fieldsV1 === undefined || Object.keys(entry.fieldsV1).length === 0
    ? undefined
    : entry.fieldsV1

export interface ItemKey {
  readonly node: string
  readonly keys: Readonly<Record<string, unknown>>
}

/** `k:{"name":"web"}` -> name=web; null for anything else. */
export function parseItemKey(node: string): ItemKey | null {
  if (!node.startsWith('k:')) return null
  const keys = parsed(node.slice(2))
  return isRecord(keys) ? { node, keys } : null
}

/** `v:"a"` -> a; undefined for anything else. */
export const parseSetValue = (node: string): unknown =>
  node.startsWith('v:') ? parsed(node.slice(2)) : undefined

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
