// What the parent of an application says: kinds and namespaces that can hold members.
//
// Why a kill at any moment is harmless. The record grows before the first member is written and
// shrinks after the last one is gone, so at every moment it covers all objects with our label. A run
// that is killed leaves a record that covers too much; the next one lists a little more, prunes the
// same objects and shrinks it. Every write is a whole value at a version that was read, so a second
// run at the same time is refused (409) instead of being forgotten.
import type { KubeObject, ObjectId } from '../object.ts'
import type { ApiServer, Refusal } from '../connection/api-server.ts'
import type { PlacedManifest } from '../manifests/manifest.ts'
import { kubernetesError } from '../errors.ts'
import { isMember, setLabels, type ApplicationSet } from './application-set.ts'

const setAnnotations = {
  tooling: 'applyset.kubernetes.io/tooling',
  kinds: 'applyset.kubernetes.io/contains-group-kinds',
  namespaces: 'applyset.kubernetes.io/additional-namespaces',
} as const

const TOOL = 'sluice'
/** Raised when a record is written that an older Sluice would misread. */
const TOOLING = `${TOOL}/v1`
const SET_FIELD_MANAGER = 'sluice-applyset'

/** Where members can be. Both sorted by code unit, as the specification wants it. */
export interface SetRecord {
  /** `ConfigMap`, `Deployment.apps` */
  readonly kinds: readonly string[]
  /** Without the namespace of the set itself. */
  readonly namespaces: readonly string[]
}

/** A record as it was read; version null: there is none yet. */
export interface SetRecordSeen extends SetRecord {
  readonly resourceVersion: string | null
}

export const noRecord: SetRecordSeen = { kinds: [], namespaces: [], resourceVersion: null }

/** `Deployment.apps`; `ConfigMap` for the core. */
export const renderKind = ({ group, kind }: Pick<ObjectId, 'group' | 'kind'>): string =>
  group === '' ? kind : `${kind}.${group}`

/** `Deployment.apps` -> apps, Deployment. */
export function parseKind(text: string): Pick<ObjectId, 'group' | 'kind'> {
  const dot = text.indexOf('.')
  return dot === -1
    ? { group: '', kind: text }
    : { group: text.slice(dot + 1), kind: text.slice(0, dot) }
}

const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort()

/** Where these objects are. */
const recordOf = (set: ApplicationSet, ids: readonly ObjectId[]): SetRecord => ({
  kinds: sorted(ids.map(renderKind)),
  namespaces: sorted(
    ids.flatMap(({ namespace }) =>
      namespace === null || namespace === set.namespace ? [] : [namespace],
    ),
  ),
})

const union = (a: SetRecord, b: SetRecord): SetRecord => ({
  kinds: sorted([...a.kinds, ...b.kinds]),
  namespaces: sorted([...a.namespaces, ...b.namespaces]),
})

/** The record to write before the apply: what was there and what will be there. */
export const planRecord = (
  set: ApplicationSet,
  seen: SetRecord,
  placed: readonly PlacedManifest[],
): SetRecord =>
  union(
    seen,
    recordOf(
      set,
      placed.filter(isMember).map(({ id }) => id),
    ),
  )

/**
 * The record to write after a complete prune: what is in the manifests, what was kept though it left
 * them, and kinds that could not be looked at.
 */
export function planShrunk(set: ApplicationSet, left: SetLeftovers): SetRecord {
  const ids = [...left.placed.filter(isMember).map(({ id }) => id), ...left.kept]
  const record = recordOf(set, ids)
  if (left.unseenKinds.length === 0) return record
  // Objects of a kind that is out of sight can be in any namespace that was recorded.
  return union(record, { kinds: left.unseenKinds, namespaces: left.seen.namespaces })
}

export interface SetLeftovers {
  readonly seen: SetRecord
  readonly placed: readonly PlacedManifest[]
  readonly kept: readonly ObjectId[]
  readonly unseenKinds: readonly string[]
}

/**
 * The record on the server, `noRecord` when there is none. Throws KUBERNETES_SET_FOREIGN for
 * anything that is not ours, KUBERNETES_SET_DAMAGED when it does not fit its own name.
 */
export async function readRecord(api: ApiServer, set: ApplicationSet): Promise<SetRecordSeen> {
  const answer = await api.get(set.parent)
  if (!answer.ok) throw notWritten(set, 'read', answer.refusal)
  return answer.value === null ? noRecord : parseRecord(set, answer.value)
}

/**
 * Throws KUBERNETES_SET_NOT_WRITTEN when the record is not the one that this run saw last: another run
 * of the application has begun since, and what it made would look as if it had left the manifests.
 */
export async function confirmRecord(
  api: ApiServer,
  set: ApplicationSet,
  seen: SetRecordSeen,
): Promise<void> {
  const now = await readRecord(api, set)
  if (now.resourceVersion === seen.resourceVersion) return
  throw kubernetesError(
    'KUBERNETES_SET_NOT_WRITTEN',
    `the record of application ${set.name} was written by another run since this one began, so nothing was removed`,
  )
}

/** What a live parent says; throws as `readRecord` does. */
export function parseRecord(set: ApplicationSet, parent: KubeObject): SetRecordSeen {
  const { annotations = {}, labels = {}, resourceVersion = '' } = parent.metadata
  refuseForeign(set, annotations[setAnnotations.tooling])
  const id = labels[setLabels.id]
  if (id !== set.id) {
    throw damaged(
      set,
      `label ${setLabels.id} is ${id === undefined ? 'missing' : JSON.stringify(id)}; wanted ${set.id}`,
    )
  }
  const kinds = annotations[setAnnotations.kinds]
  if (kinds === undefined) throw damaged(set, `annotation ${setAnnotations.kinds} is missing`)
  return {
    kinds: split(kinds),
    namespaces: split(annotations[setAnnotations.namespaces] ?? '').filter(
      (namespace) => namespace !== set.namespace,
    ),
    resourceVersion,
  }
}

const split = (text: string): readonly string[] =>
  sorted(text.split(',').filter((part) => part !== ''))

function refuseForeign(set: ApplicationSet, tooling: string | undefined): void {
  if (tooling === TOOLING) return
  const place = `ConfigMap ${set.namespace}/${set.name}`
  if (tooling === undefined) {
    throw kubernetesError(
      'KUBERNETES_SET_FOREIGN',
      `${place} exists and is no record of an application: it has no annotation ${setAnnotations.tooling}`,
    )
  }
  const newer = tooling.startsWith(`${TOOL}/`)
  throw kubernetesError(
    'KUBERNETES_SET_FOREIGN',
    `${place} is kept by ${JSON.stringify(tooling)}; this is ${TOOLING}`,
    newer ? { hint: 'Use the version of Sluice that wrote it.' } : {},
  )
}

const damaged = (set: ApplicationSet, what: string) =>
  kubernetesError(
    'KUBERNETES_SET_DAMAGED',
    `record of application ${set.name} (ConfigMap ${set.namespace}/${set.name}): ${what}`,
  )

const notWritten = (set: ApplicationSet, verb: string, refusal: Refusal) =>
  kubernetesError(
    'KUBERNETES_SET_NOT_WRITTEN',
    `could not ${verb} the record of application ${set.name}: ${refusal.request}: ${refusal.reason} (${refusal.status}): ${refusal.message}`,
  )

export interface RecordWrite {
  readonly set: ApplicationSet
  /** As it was read; the write is refused when it changed since. */
  readonly seen: SetRecordSeen
  readonly record: SetRecord
  readonly dryRun: boolean
}

/** What came of a write of the record. */
export type RecordWritten =
  | { readonly kind: 'written' | 'unchanged'; readonly seen: SetRecordSeen }
  /** The set's namespace is not there yet: write again once its manifest was applied. */
  | { readonly kind: 'no-namespace' }

/**
 * Writes the record where it differs. Before the apply with `planRecord`. Throws
 * KUBERNETES_SET_NOT_WRITTEN when it is refused or was changed by another run since it was read.
 */
export async function writeRecord(api: ApiServer, write: RecordWrite): Promise<RecordWritten> {
  const { set, seen, record, dryRun } = write
  if (seen.resourceVersion !== null && sameRecord(seen, record)) return { kind: 'unchanged', seen }
  const parent = parentOf(set, record)
  // Only a create tells that another run was first; an apply would write over its record.
  const answer =
    seen.resourceVersion === null
      ? await api.create(parent, { dryRun })
      : await applyParent(api, withVersion(parent, seen.resourceVersion), dryRun)
  if (answer.ok) {
    const { resourceVersion = '' } = answer.value.metadata
    return { kind: 'written', seen: { ...record, resourceVersion } }
  }
  if (answer.refusal.status === 404) return { kind: 'no-namespace' }
  const found = answer.refusal.status === 409 ? await readRecord(api, set) : noRecord
  // Our own write: its first answer was lost, and it was sent again.
  if (found.resourceVersion !== null && sameRecord(found, record)) {
    return { kind: 'written', seen: found }
  }
  throw notWritten(set, 'write', answer.refusal)
}

const sameRecord = (a: SetRecord, b: SetRecord): boolean =>
  a.kinds.join() === b.kinds.join() && a.namespaces.join() === b.namespaces.join()

const withVersion = (object: KubeObject, resourceVersion: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion },
})

/** Forced: the record is ours by name and was read at this very version. */
async function applyParent(api: ApiServer, parent: KubeObject, dryRun: boolean) {
  const answer = await api.apply(parent, {
    fieldManager: SET_FIELD_MANAGER,
    force: true,
    dryRun,
  })
  return answer.ok ? { ok: true as const, value: answer.value.object } : answer
}

/** The parent as we write it; other fields of it are left alone. */
export const parentOf = (set: ApplicationSet, record: SetRecord): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: set.name,
    namespace: set.namespace,
    labels: { [setLabels.id]: set.id },
    annotations: {
      [setAnnotations.tooling]: TOOLING,
      [setAnnotations.kinds]: record.kinds.join(','),
      [setAnnotations.namespaces]: record.namespaces.join(','),
    },
  },
})
