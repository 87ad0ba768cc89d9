// A server in memory that does what application sets rely on: versions, uids, labels, finalizers.
// The real one answers in test/cluster; this one can be killed between any two requests.
import {
  keyOf,
  parseApiVersion,
  type Answer,
  type ApiServer,
  type KubeObject,
  type ObjectId,
  type Refusal,
  type Resource,
  type Resources,
} from '@sluice/kubernetes'

export interface MemoryServer extends ApiServer {
  /** One line per request that changes something and is no dry run: `DELETE ConfigMap shop/a`. */
  readonly writes: string[]
  /** One line per request. */
  readonly requests: string[]
  readonly objects: Map<string, KubeObject>
  /** Puts an object there as somebody else would. */
  readonly put: (object: KubeObject) => KubeObject
  readonly take: (id: ObjectId) => KubeObject | undefined
  /** Requests answered before all others are lost; Infinity: none is. */
  killAfter: number
  /** `DELETE ConfigMap`, `LIST Secret`: refused with 403. */
  readonly forbidden: Set<string>
}

export class Killed extends Error {}

const clusterWide = new Set(['Namespace', 'CustomResourceDefinition', 'ClusterRole'])

export const resourceOf = (apiVersion: string, kind: string): Resource => ({
  ...parseApiVersion(apiVersion),
  kind,
  plural: `${kind.toLowerCase()}s`,
  namespaced: !clusterWide.has(kind),
  verbs: ['get', 'list', 'create', 'patch', 'delete'],
  subresources: ['status', 'scale'],
})

const resourcesOf = (all: readonly Resource[]): Resources => ({
  all,
  find: (group, version, kind) =>
    all.find((one) => one.group === group && one.version === version && one.kind === kind) ?? null,
  preferred: (group, kind) => all.find((one) => one.group === group && one.kind === kind) ?? null,
})

const refused = (status: number, reason: string, request: string): Answer<never> => ({
  ok: false,
  refusal: { status, reason, message: `${reason} for ${request}`, causes: [], request },
})

export function memoryServer(kinds: readonly Resource[]): MemoryServer {
  const objects = new Map<string, KubeObject>()
  const writes: string[] = []
  const requests: string[] = []
  const forbidden = new Set<string>()
  let version = 0
  const nextVersion = () => String((version += 1))

  const idOfObject = (object: KubeObject): ObjectId => ({
    ...parseApiVersion(object.apiVersion),
    kind: object.kind,
    namespace: clusterWide.has(object.kind) ? null : (object.metadata.namespace ?? 'default'),
    name: object.metadata.name ?? '',
  })

  function enter(verb: string, kind: string, rest: string, writing: boolean): Refusal | null {
    if (requests.length >= server.killAfter) throw new Killed()
    const line = `${verb} ${kind} ${rest}`
    requests.push(line)
    if (forbidden.has(`${verb} ${kind}`)) {
      return { status: 403, reason: 'Forbidden', message: 'no', causes: [], request: line }
    }
    if (writing) writes.push(line)
    return null
  }

  const put = (object: KubeObject): KubeObject => {
    const key = keyOf(idOfObject(object))
    const before = objects.get(key)
    const stored = {
      ...object,
      metadata: {
        ...object.metadata,
        uid: before?.metadata.uid ?? `uid-${nextVersion()}`,
        resourceVersion: nextVersion(),
      },
    }
    objects.set(key, stored)
    return stored
  }

  const noNamespace = (id: ObjectId): boolean =>
    id.namespace !== null && !objects.has(`/Namespace//${id.namespace}`)

  const gone = async function* (): AsyncGenerator<never, Answer<null>> {
    yield* []
    return { ok: true, value: null }
  }

  const server: MemoryServer = {
    address: 'memory',
    namespace: 'default',
    writes,
    requests,
    objects,
    forbidden,
    killAfter: Infinity,
    put,
    take: (id) => objects.get(keyOf(id)),
    resources: async () => resourcesOf(kinds),
    rediscover: async () => resourcesOf(kinds),
    get: async (id) => {
      const refusal = enter('GET', id.kind, `${id.namespace}/${id.name}`, false)
      if (refusal !== null) return { ok: false, refusal }
      return { ok: true, value: objects.get(keyOf(id)) ?? null }
    },
    list: async (resource, { namespace, labelSelector = '' }) => {
      const refusal = enter('LIST', resource.kind, String(namespace), false)
      if (refusal !== null) return { ok: false, refusal }
      const [label = '', value] = labelSelector.split('=')
      const items = [...objects.values()].filter((object) => {
        const id = idOfObject(object)
        return (
          id.kind === resource.kind &&
          id.group === resource.group &&
          (namespace === null || id.namespace === namespace) &&
          (label === '' || object.metadata.labels?.[label] === value)
        )
      })
      return { ok: true, value: { items, resourceVersion: String(version) } }
    },
    watch: () => gone(),
    apply: async (object, { dryRun = false }) => {
      const id = idOfObject(object)
      const refusal = enter('APPLY', id.kind, `${id.namespace}/${id.name}`, !dryRun)
      if (refusal !== null) return { ok: false, refusal }
      if (noNamespace(id)) return refused(404, 'NotFound', 'namespace')
      const before = objects.get(keyOf(id))
      const wanted = object.metadata.resourceVersion
      if (wanted !== undefined && wanted !== before?.metadata.resourceVersion) {
        return refused(409, 'Conflict', 'apply')
      }
      const merged = {
        ...before,
        ...object,
        metadata: {
          ...before?.metadata,
          ...object.metadata,
          labels: { ...before?.metadata.labels, ...object.metadata.labels },
          annotations: { ...before?.metadata.annotations, ...object.metadata.annotations },
        },
      }
      const value = { object: dryRun ? merged : put(merged), created: before === undefined }
      return { ok: true, value }
    },
    create: async (object, { dryRun = false }) => {
      const id = idOfObject(object)
      const refusal = enter('CREATE', id.kind, `${id.namespace}/${id.name}`, !dryRun)
      if (refusal !== null) return { ok: false, refusal }
      if (noNamespace(id)) return refused(404, 'NotFound', 'namespace')
      if (objects.has(keyOf(id))) return refused(409, 'AlreadyExists', 'create')
      return { ok: true, value: dryRun ? object : put(object) }
    },
    patch: async () => refused(405, 'MethodNotAllowed', 'patch'),
    delete: async (id, { uid, dryRun = false }) => {
      const refusal = enter('DELETE', id.kind, `${id.namespace}/${id.name}`, !dryRun)
      if (refusal !== null) return { ok: false, refusal }
      const before = objects.get(keyOf(id))
      if (before === undefined) return { ok: true, value: false }
      if (before.metadata.uid !== uid) return refused(409, 'Conflict', 'delete')
      if ((before.metadata.finalizers ?? []).length === 0) objects.delete(keyOf(id))
      return { ok: true, value: true }
    },
    log: async () => ({ ok: true, value: '' }),
    missingRights: async () => [],
    read: async (path) => ({ status: path === '/apis/down.example.com' ? 200 : 404, text: '' }),
    request: async (path, { method }) => {
      throw new Error(`nobody is behind ${method} ${path}`)
    },
    close: async () => undefined,
  }
  return server
}
