// The part of a live object that some fields cover: what one would apply to have those fields again.
import type { KubeObject } from '../object.ts'
import { isRecord, recordOf } from '../record.ts'
import {
  childOf,
  isLeaf,
  ownedBelow,
  parseItemKey,
  parseSetValue,
  unionOf,
  type FieldSet,
} from './field-set.ts'

export interface Extraction {
  readonly fields: FieldSet
  /** What all other managers own: a map that they own parts of is not taken as a whole. */
  readonly others: readonly FieldSet[]
}

/** With apiVersion, kind, name and namespace; fields that the object does not have are left out. */
export function extractFields(object: KubeObject, { fields, others }: Extraction): KubeObject {
  const owned = object.kind === 'Secret' ? withPlainData(fields) : fields
  const part = mapPart({ node: owned, value: object, path: [], others })
  const { name, namespace } = object.metadata
  return {
    ...part,
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      ...(isRecord(part['metadata']) ? part['metadata'] : {}),
      ...(name !== undefined && { name }),
      ...(namespace !== undefined && { namespace }),
    },
  }
}

/** What was applied as `stringData` is kept as `data`. */
function withPlainData(fields: FieldSet): FieldSet {
  const { 'f:stringData': texts, ...rest } = fields
  if (!isRecord(texts)) return fields
  const data = unionOf(childOf(rest, 'f:data'), texts)
  return data === undefined ? rest : { ...rest, 'f:data': data }
}

interface Part<Value> {
  readonly node: FieldSet
  readonly value: Value
  readonly path: readonly string[]
  readonly others: readonly FieldSet[]
}

type Fields = Readonly<Record<string, unknown>>

function mapPart({ node, value, path, others }: Part<Fields>): Record<string, unknown> {
  const part: Record<string, unknown> = {}
  for (const step of Object.keys(node)) {
    const child = childOf(node, step)
    const name = step.slice(2)
    if (!step.startsWith('f:') || child === undefined || !Object.hasOwn(value, name)) continue
    part[name] = valuePart({ node: child, value: value[name], path: [...path, step], others })
  }
  return part
}

function valuePart({ node, value, path, others }: Part<unknown>): unknown {
  if (isLeaf(node)) {
    if (typeof value !== 'object' || value === null || !ownedBelow(others, path)) return value
    return Array.isArray(value) ? [] : {}
  }
  if (Array.isArray(value)) return listPart({ node, value, path, others })
  return isRecord(value) ? mapPart({ node, value, path, others }) : value
}

function listPart({ node, value, path, others }: Part<readonly unknown[]>): readonly unknown[] {
  const steps = Object.keys(node).filter((step) => step !== '.')
  const keys = steps.flatMap((step) => parseItemKey(step) ?? [])
  const plain = new Set(steps.map(parseSetValue))
  return value.flatMap((item) => {
    if (!isRecord(item)) return plain.has(item) ? [item] : []
    const key = keys.find(({ keys }) =>
      Object.keys(keys).every((name) => item[name] === keys[name]),
    )
    const child = key === undefined ? undefined : childOf(node, key.node)
    if (key === undefined || child === undefined) return []
    const step = { node: child, value: item, path: [...path, key.node], others }
    return [
      isLeaf(child)
        ? { ...key.keys, ...recordOf(valuePart(step)) }
        : { ...neededKeys(key.keys, child), ...mapPart(step) },
    ]
  })
}

/**
 * An item needs its keys. One that its owner did not write is the server's default: written now, it
 * would become the owner's, and the next apply would find something to take out.
 */
function neededKeys(keys: Fields, child: FieldSet): Fields {
  const written = Object.entries(keys).filter(([name]) => Object.hasOwn(child, `f:${name}`))
  return written.length === 0 ? keys : Object.fromEntries(written)
}
