// Verbs on one object: get, apply, create, patch, delete. Bodies are sent as they were given.
import { idOf, type KubeObject, type ObjectId } from '../object.ts'
import { recordsIn } from '../record.ts'
import type {
  Answer,
  ApiServer,
  Applied,
  DeleteOptions,
  PatchOptions,
  Refusal,
  Resource,
  Resources,
} from './api-server.ts'
import { describe, given, readObject, refused, refuseName, unknownKind } from './answers.ts'
import { collectionPath, objectPath, withQuery } from './paths.ts'
import { isFinalAnswer, parseRefusal } from './refusal.ts'
import type { Session } from './session.ts'

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

export interface ObjectParts {
  readonly session: Session
  readonly resources: () => Promise<Resources>
  /** Kinds that need no discovery. */
  readonly known?: readonly Resource[]
  /** For objects that name none. */
  readonly namespace: string
  readonly fieldValidation: FieldValidation
}

type ObjectVerbs = Pick<ApiServer, 'get' | 'apply' | 'create' | 'patch' | 'delete'>

export function createObjectVerbs(parts: ObjectParts): ObjectVerbs {
  return {
    get: (id) => getObject(parts, id),
    apply: (object, options) => applyObject(parts, object, options),
    create: (object, options) => createObject(parts, object, options),
    patch: (id, patch, options) => patchObject(parts, { id, patch, options }),
    delete: (id, options) => deleteObject(parts, id, options),
  }
}

interface Placed {
  readonly id: ObjectId
  readonly resource: Resource
}

type Looked =
  | { readonly placed: Placed; readonly refusal?: undefined }
  /** Why there is no place. */
  | { readonly placed: null; readonly refusal: Refusal }

/** Where an object is on this server; without a namespace of its own it is in the connection's. */
async function place(parts: ObjectParts, id: ObjectId, verb: string): Promise<Looked> {
  const resource = await findResource(parts, id)
  if (resource === null) return { placed: null, refusal: unknownKind(id, describe(verb, id)) }
  const namespace = resource.namespaced ? (id.namespace ?? parts.namespace) : null
  const settled = { ...id, namespace }
  const refusal = refuseName(settled, describe(verb, settled))
  return refusal === null ? { placed: { id: settled, resource } } : { placed: null, refusal }
}

async function findResource(
  { known = [], resources }: ObjectParts,
  { group, version, kind }: ObjectId,
): Promise<Resource | null> {
  const found = known.find(
    (one) => one.group === group && one.version === version && one.kind === kind,
  )
  return found ?? (await resources()).find(group, version, kind)
}

async function getObject(parts: ObjectParts, id: ObjectId): Promise<Answer<KubeObject | null>> {
  const { placed, refusal } = await place(parts, id, 'GET')
  if (placed === null) return refusal.status === 404 ? given(null) : refused(refusal)
  const request = describe('GET', placed.id)
  const path = objectPath(placed.resource, placed.id)
  const answer = await parts.session.send({ method: 'GET', path })
  return answer.status === 404 ? given(null) : readObject(answer, request)
}

async function applyObject(
  parts: ObjectParts,
  object: KubeObject,
  { fieldManager, force, dryRun }: Parameters<ApiServer['apply']>[1],
): Promise<Answer<Applied>> {
  const id = idOf(object, object.metadata.namespace ?? null)
  const { placed, refusal } = await place(parts, id, 'APPLY')
  if (placed === null) return refused(refusal)
  const request = describe('APPLY', placed.id)
  const answer = await parts.session.send({
    method: 'PATCH',
    path: withQuery(objectPath(placed.resource, placed.id), {
      fieldManager,
      force,
      fieldValidation: parts.fieldValidation,
      dryRun: dryRun === true ? 'All' : undefined,
    }),
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: JSON.stringify(object),
    // Applying twice is applying once.
    retry: 'safe',
    isFinal: isFinalAnswer,
  })
  const read = readObject(answer, request)
  return read.ok ? given({ object: read.value, created: answer.status === 201 }) : read
}

async function createObject(
  parts: ObjectParts,
  object: KubeObject,
  { fieldManager, dryRun }: Parameters<ApiServer['create']>[1],
): Promise<Answer<KubeObject>> {
  const prefix = object.metadata.generateName
  // The name is not in the address here; a made-up one passes the check.
  const name = object.metadata.name ?? `${prefix ?? ''}*`
  const id = { ...idOf(object, object.metadata.namespace ?? null), name }
  const { placed, refusal } = await place(parts, id, 'CREATE')
  if (placed === null) return refused(refusal)
  const request = describe('CREATE', placed.id)
  const answer = await parts.session.send({
    method: 'POST',
    path: withQuery(collectionPath(placed.resource, placed.id.namespace), {
      fieldManager,
      fieldValidation: parts.fieldValidation,
      dryRun: dryRun === true ? 'All' : undefined,
    }),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(object),
    // Of one name there is one object: the second answer is 409. A generated one would be there twice.
    retry: dryRun === true || object.metadata.name !== undefined ? 'safe' : 'once',
  })
  return readObject(answer, request)
}

const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const

interface Patching {
  readonly id: ObjectId
  readonly patch: unknown
  readonly options: PatchOptions
}

async function patchObject(
  parts: ObjectParts,
  { id, patch, options }: Patching,
): Promise<Answer<KubeObject>> {
  const { placed, refusal } = await place(parts, id, 'PATCH')
  if (placed === null) return refused(refusal)
  const request = describe('PATCH', placed.id)
  const answer = await parts.session.send({
    method: 'PATCH',
    path: withQuery(objectPath(placed.resource, placed.id, options.subresource), {
      fieldManager: options.fieldManager,
      dryRun: options.dryRun === true ? 'All' : undefined,
    }),
    headers: { 'content-type': PATCH_TYPES[options.kind] },
    body: JSON.stringify(patch),
    // A list of operations can append; the other two say how it shall be.
    retry: options.kind !== 'json' || options.dryRun === true || isBound(patch) ? 'safe' : 'once',
  })
  return readObject(answer, request)
}

/** To the version that was read: once it is done, the second answer is 409. */
const isBound = (patch: unknown): boolean =>
  recordsIn(patch).some(({ path }) => path === '/metadata/resourceVersion')

async function deleteObject(
  parts: ObjectParts,
  id: ObjectId,
  { propagation, uid, dryRun }: DeleteOptions,
): Promise<Answer<boolean>> {
  const { placed, refusal } = await place(parts, id, 'DELETE')
  if (placed === null) return refusal.status === 404 ? given(false) : refused(refusal)
  const request = describe('DELETE', placed.id)
  const body = JSON.stringify({
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    propagationPolicy: propagation,
    preconditions: { uid },
    ...(dryRun === true && { dryRun: ['All'] }),
  })
  const answer = await parts.session.send({
    method: 'DELETE',
    path: objectPath(placed.resource, placed.id),
    headers: { 'content-type': 'application/json' },
    body,
    // The uid makes a second one harmless.
    retry: 'safe',
  })
  if (answer.status === 404) return given(false)
  return answer.status >= 200 && answer.status < 300
    ? given(true)
    : refused(parseRefusal(answer, request))
}
