// Scope and namespace of each manifest, by what the server says of its kind. Pure.
import { nearest } from '@sluice/documents'
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import type { Resource, Resources } from '../connection/api-server.ts'
import {
  idOf,
  keyOf,
  parseApiVersion,
  renderApiVersion,
  renderId,
  type KubeObject,
} from '../object.ts'
import { isRecord } from '../record.ts'
import { listOf, mappingAt } from './json.ts'
import { renderSource, type Manifest, type PlacedManifest } from './manifest.ts'
import { twinProblem } from './twins.ts'

export interface Placing {
  readonly resources: Resources
  /** The input; null when it is not given. */
  readonly namespace: string | null
  /** Of the kubeconfig's context; '' when it has none. */
  readonly contextNamespace: string
}

/**
 * Manifests with their scope and namespace: the object's own, else the input's, else the context's,
 * else `default`. It is written into the object, and taken out of one that has no namespace by its
 * kind; no other field changes.
 */
export function placeManifests(
  manifests: readonly Manifest[],
  placing: Placing,
): Result<readonly PlacedManifest[]> {
  const coming = findComingKinds(manifests)
  const problems: Problem[] = []
  const placed: PlacedManifest[] = []
  const seen = new Map<string, PlacedManifest>()
  for (const manifest of manifests) {
    const scope = scopeOf(manifest.object, { resources: placing.resources, coming })
    const result = typeof scope === 'string' ? scope : placeOne(manifest, scope, placing)
    if (typeof result === 'string') {
      problems.push({ where: renderSource(manifest.source, whereOf(scope)), message: result })
      continue
    }
    const twin = twinOf(result, seen)
    if (twin === null) placed.push(result)
    else problems.push(twinProblem(renderId(result.id), twin.source, manifest.source))
  }
  return problems.length > 0 ? bad(...problems) : good(placed)
}

const whereOf = (scope: Scope | string): readonly string[] =>
  typeof scope === 'string' ? ['apiVersion'] : ['metadata', 'namespace']

interface Scope {
  readonly namespaced: boolean
  readonly known: boolean
}

function placeOne(
  { object, source }: Manifest,
  { namespaced, known }: Scope,
  { namespace: input, contextNamespace }: Placing,
): PlacedManifest | string {
  const own = object.metadata.namespace ?? ''
  if (namespaced && own !== '' && input !== null && own !== input) {
    return `metadata.namespace is ${own}, and the input \`namespace\` is ${input}; take one of them out, or apply ${own} in a step of its own`
  }
  const namespace = namespaced ? firstOf([own, input ?? '', contextNamespace, 'default']) : null
  return { object: withNamespace(object, namespace), source, id: idOf(object, namespace), known }
}

const firstOf = (names: readonly string[]): string => names.find((name) => name !== '') ?? ''

function withNamespace(object: KubeObject, namespace: string | null): KubeObject {
  const { namespace: own, ...rest } = object.metadata
  if (namespace === null) return own === undefined ? object : { ...object, metadata: rest }
  if (own === namespace) return object
  return { ...object, metadata: { ...object.metadata, namespace } }
}

/** What is made under a generated name is always a new one. */
function twinOf(
  manifest: PlacedManifest,
  seen: Map<string, PlacedManifest>,
): PlacedManifest | null {
  if (manifest.id.name === '') return null
  const key = keyOf(manifest.id)
  const before = seen.get(key)
  if (before === undefined) seen.set(key, manifest)
  return before ?? null
}

interface Kinds {
  readonly resources: Resources
  /** Of CRDs in the set, by `group/version/kind`. */
  readonly coming: ReadonlyMap<string, boolean>
}

/** The scope, or why there is none. */
function scopeOf(object: KubeObject, { resources, coming }: Kinds): Scope | string {
  const { group, version } = parseApiVersion(object.apiVersion)
  const resource = resources.find(group, version, object.kind)
  if (resource !== null) {
    if (resource.verbs.length > 0 && !resource.verbs.includes('patch')) {
      return `${object.kind} cannot be applied: the server keeps no objects of this kind`
    }
    return { namespaced: resource.namespaced, known: true }
  }
  const namespaced = coming.get(`${group}/${version}/${object.kind}`)
  if (namespaced !== undefined) return { namespaced, known: false }
  return `the server knows no ${object.kind} in ${object.apiVersion}; ${hintFor(object, resources)}`
}

function hintFor({ apiVersion, kind }: KubeObject, { all }: Resources): string {
  const { group } = parseApiVersion(apiVersion)
  const same = all.filter((resource) => resource.kind === kind)
  const inGroup = same.filter((resource) => resource.group === group)
  const versions = (inGroup.length > 0 ? inGroup : same).map(versionOf)
  if (versions.length > 0)
    return `it has ${[...new Set(versions)].join(' and ')}: change apiVersion`
  const near = nearest(kind, [...new Set(all.map((resource) => resource.kind))])
  const guess = near === null ? null : all.find((resource) => resource.kind === near)
  if (guess !== null && guess !== undefined) return `did you mean ${near} in ${versionOf(guess)}?`
  return 'if a CustomResourceDefinition brings it, install that first or put it into the set'
}

const versionOf = ({ group, version }: Resource): string => renderApiVersion(group, version)

/** Kinds that CRDs in the set define, and whether they have namespaces. */
function findComingKinds(manifests: readonly Manifest[]): ReadonlyMap<string, boolean> {
  const kinds = new Map<string, boolean>()
  for (const { object } of manifests) {
    const { group } = parseApiVersion(object.apiVersion)
    if (object.kind !== 'CustomResourceDefinition' || group !== 'apiextensions.k8s.io') continue
    const spec = mappingAt(object, ['spec'])
    const kind = mappingAt(spec, ['names'])?.['kind']
    for (const version of listOf(spec?.['versions'])) {
      if (!isRecord(version) || version['served'] === false) continue
      const key = `${String(spec?.['group'])}/${String(version['name'])}/${String(kind)}`
      kinds.set(key, spec?.['scope'] !== 'Cluster')
    }
  }
  return kinds
}
