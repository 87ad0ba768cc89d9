// The objects in one document, with everything that stops them from being Kubernetes objects.
import type { Path, YamlDocument } from '@sluice/documents'
import type { Problem } from '@sluice/rollout'
import type { KubeObject } from '../object.ts'
import { isRecord } from '../record.ts'
import { describeValue, type Json } from './json.ts'
import { renderSource, type Manifest, type Source } from './manifest.ts'
import { findNoTexts } from './text-fields.ts'

export interface DocumentObjects {
  readonly manifests: readonly Manifest[]
  readonly problems: readonly Problem[]
}

/** Lists are opened, nested ones too; an item keeps its line. */
export function readObjects(document: YamlDocument, source: Source): DocumentObjects {
  const into: Gathered = { source, manifests: [], problems: [] }
  readOne(into, document.value, [])
  return into
}

interface Gathered {
  readonly source: Source
  readonly manifests: Manifest[]
  readonly problems: Problem[]
}

const WANTED = 'wanted a Kubernetes object with apiVersion, kind and metadata'

function readOne(into: Gathered, value: unknown, path: Path): void {
  const complain = (below: Path, message: string): void => {
    into.problems.push({ where: renderSource(into.source, [...path, ...below]), message })
  }
  if (!isRecord(value)) return complain([], `found ${describeValue(value)}; ${WANTED}`)
  const { apiVersion, kind, metadata } = value
  if (apiVersion === undefined && kind === undefined) {
    return complain([], `is no Kubernetes object: apiVersion and kind are missing`)
  }
  const before = into.problems.length
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    complain(['apiVersion'], `apiVersion ${missingOr(apiVersion)}; wanted a text such as apps/v1`)
  }
  if (typeof kind !== 'string' || kind === '') {
    complain(['kind'], `kind ${missingOr(kind)}; wanted a text such as Deployment`)
  }
  if (into.problems.length > before) return
  if (isList(value)) return readItems(into, value, path)
  for (const { path: below, message } of metadataProblems(metadata)) complain(below, message)
  for (const { path: below, message } of findNoTexts(value)) complain(below, message)
  if (into.problems.length > before) return
  into.manifests.push({ object: value as KubeObject, source: sourceBelow(into.source, path) })
}

const isList = ({ kind, items }: Json): boolean =>
  typeof kind === 'string' && kind.endsWith('List') && (Array.isArray(items) || kind === 'List')

function readItems(into: Gathered, list: Json, path: Path): void {
  const items: readonly unknown[] = Array.isArray(list['items']) ? list['items'] : []
  // As kubectl has it: items of a ConfigMapList need not say that they are ConfigMaps.
  const kind = String(list['kind']).slice(0, -'List'.length)
  const common = kind === '' ? {} : { apiVersion: list['apiVersion'], kind }
  for (const [index, item] of items.entries()) {
    const own = isRecord(item) ? { ...common, ...item } : item
    readOne(into, own, [...path, 'items', index])
  }
}

const sourceBelow = (source: Source, path: Path): Source =>
  path.length === 0
    ? source
    : { file: source.file, lineOf: (below) => source.lineOf([...path, ...below]) }

interface Complaint {
  readonly path: Path
  readonly message: string
}

function metadataProblems(metadata: unknown): readonly Complaint[] {
  if (metadata === undefined || metadata === null) {
    return [{ path: ['metadata'], message: 'metadata is missing; wanted a mapping with a name' }]
  }
  if (!isRecord(metadata)) {
    const message = `metadata: found ${describeValue(metadata)}; wanted a mapping with a name`
    return [{ path: ['metadata'], message }]
  }
  const problems: Complaint[] = []
  for (const field of ['name', 'generateName', 'namespace'] as const) {
    const value = metadata[field]
    if (value === undefined || value === null || typeof value === 'string') continue
    const message = `metadata.${field}: found ${describeValue(value)}; wanted a text: put quotes around it`
    problems.push({ path: ['metadata', field], message })
  }
  if (isNothing(metadata['name']) && isNothing(metadata['generateName'])) {
    problems.push({ path: ['metadata', 'name'], message: 'metadata.name is missing' })
  }
  for (const field of ['name', 'namespace'] as const) {
    const value = metadata[field]
    if (typeof value !== 'string' || !value.includes('{{')) continue
    const message = `metadata.${field} holds {{ }}, which nothing fills in here; for a Helm chart set \`render: helm\` and name its folder`
    problems.push({ path: ['metadata', field], message })
  }
  return problems
}

const isNothing = (value: unknown): boolean => value === undefined || value === null || value === ''

const missingOr = (value: unknown): string =>
  isNothing(value) ? 'is missing' : `is ${describeValue(value)}`
