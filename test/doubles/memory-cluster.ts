// An API server in memory behind the seam: objects with versions, lists, watches that end and expire,
// verbs that are forbidden. Strict: kinds that it was not given do not exist. No controllers: a test
// puts what they would write.
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
  type Selection,
  type WatchEvent,
} from '@sluice/kubernetes'

export interface MemoryClusterParts {
  readonly resources?: readonly Resource[]
  /** Such as `watch deployments` or `list pods`. */
  readonly forbidden?: readonly string[]
  /** By `pod/container`, with ` previous` behind it for the run before. */
  readonly logs?: Readonly<Record<string, string>>
}

export interface MemoryCluster {
  readonly api: ApiServer
  /** As somebody else writes: a new version, told to the watches. Answers what is kept. */
  readonly put: (object: KubeObject) => KubeObject
  readonly remove: (object: KubeObject) => void
  /** `list deployments shop`, in order. */
  readonly requests: readonly string[]
  /** Ends all watches; with 410 they may not go on from where they were. */
  readonly endWatches: (status?: 410 | 500) => void
  /** Answers for `read` and `request`, by path. */
  readonly pages: Map<string, { readonly status: number; readonly text: string }>
}

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']

const builtIn = (group: string, kind: string, plural: string, namespaced = true): Resource => ({
  group,
  version: 'v1',
  kind,
  plural,
  namespaced,
  verbs: VERBS,
  subresources: ['status'],
})

export const knownResources: readonly Resource[] = [
  builtIn('', 'ConfigMap', 'configmaps'),
  builtIn('', 'Event', 'events'),
  builtIn('', 'Namespace', 'namespaces', false),
  builtIn('', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  builtIn('', 'Pod', 'pods'),
  builtIn('', 'Secret', 'secrets'),
  builtIn('', 'Service', 'services'),
  builtIn('apps', 'DaemonSet', 'daemonsets'),
  builtIn('apps', 'Deployment', 'deployments'),
  builtIn('apps', 'ReplicaSet', 'replicasets'),
  builtIn('apps', 'StatefulSet', 'statefulsets'),
  builtIn('batch', 'Job', 'jobs'),
  builtIn('storage.k8s.io', 'StorageClass', 'storageclasses', false),
]

interface Change {
  readonly version: number
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  readonly object: KubeObject
}

export function createMemoryCluster(parts: MemoryClusterParts = {}): MemoryCluster {
  const known = parts.resources ?? knownResources
  const objects = new Map<string, KubeObject>()
  const changes: Change[] = []
  const requests: string[] = []
  const listeners = new Set<() => void>()
  const pages: MemoryCluster['pages'] = new Map()
  const end = { count: 0, status: undefined as 410 | 500 | undefined }
  let version = 100

  const idOfObject = (object: KubeObject): ObjectId => ({
    ...parseApiVersion(object.apiVersion),
    kind: object.kind,
    namespace: object.metadata.namespace ?? null,
    name: object.metadata.name ?? '',
  })
  const note = (type: Change['type'], object: KubeObject): KubeObject => {
    version += 1
    const resourceVersion = String(version)
    const kept = { ...object, metadata: { ...object.metadata, resourceVersion } }
    changes.push({ version, type, object: kept })
    for (const tell of listeners) tell()
    return kept
  }
  const put = (object: KubeObject): KubeObject => {
    const key = keyOf(idOfObject(object))
    const before = objects.get(key)
    const uid = object.metadata.uid ?? before?.metadata.uid ?? `uid-${version}`
    const generation = object.metadata.generation ?? before?.metadata.generation ?? 1
    const metadata = { ...object.metadata, uid, generation }
    const kept = note(before === undefined ? 'ADDED' : 'MODIFIED', { ...object, metadata })
    objects.set(key, kept)
    return kept
  }
  const remove = (object: KubeObject): void => {
    const key = keyOf(idOfObject(object))
    const before = objects.get(key)
    if (before === undefined) throw new Error(`there is no ${key}`)
    objects.delete(key)
    note('DELETED', before)
  }
  const find = (group: string, wanted: string, kind: string): Resource | null =>
    known.find((one) => one.group === group && one.version === wanted && one.kind === kind) ?? null
  const resources: Resources = {
    find,
    preferred: (group, kind) =>
      known.find((one) => one.group === group && one.kind === kind) ?? null,
    all: known,
  }
  /** A refusal; null: it may go on. */
  const ask = (verb: string, plural: string, namespace: string | null): Refusal | null => {
    requests.push(`${verb} ${plural}${namespace === null ? '' : ` ${namespace}`}`)
    if (!known.some((one) => one.plural === plural.split('/')[0])) return refusal(404, plural)
    return parts.forbidden?.includes(`${verb} ${plural}`) === true ? refusal(403, plural) : null
  }
  const pluralOf = ({ group, kind }: ObjectId): string =>
    known.find((one) => one.group === group && one.kind === kind)?.plural ?? kind

  async function* watch(
    resource: Resource,
    from: Selection & { readonly resourceVersion: string; readonly signal: AbortSignal },
  ): AsyncGenerator<WatchEvent, Answer<null>> {
    const refused = ask('watch', resource.plural, from.namespace)
    if (refused !== null) return { ok: false, refusal: refused }
    const epoch = end.count
    let seen = Number(from.resourceVersion)
    for (;;) {
      for (const change of changes.filter((one) => one.version > seen)) {
        seen = change.version
        if (isSelected(resource, from, change.object)) {
          yield { type: change.type, object: change.object }
        }
      }
      if (from.signal.aborted) throw from.signal.reason
      if (end.count > epoch) {
        return end.status === undefined
          ? { ok: true, value: null }
          : { ok: false, refusal: refusal(end.status, resource.plural) }
      }
      if (changes.some((one) => one.version > seen)) continue
      await new Promise<void>((resolve) => {
        const tell = (): void => {
          listeners.delete(tell)
          from.signal.removeEventListener('abort', tell)
          resolve()
        }
        listeners.add(tell)
        from.signal.addEventListener('abort', tell, { once: true })
      })
    }
  }

  const write = <Value>(verb: string, id: ObjectId, act: () => Value): Promise<Answer<Value>> => {
    const refused = ask(verb, pluralOf(id), id.namespace)
    return Promise.resolve(
      refused === null ? { ok: true, value: act() } : { ok: false, refusal: refused },
    )
  }

  const api: ApiServer = {
    address: 'https://memory.invalid',
    namespace: 'default',
    resources: () => Promise.resolve(resources),
    rediscover: () => Promise.resolve(resources),
    get: (id) => write('get', id, () => objects.get(keyOf(id)) ?? null),
    list: (resource, selection) => {
      const refused = ask('list', resource.plural, selection.namespace)
      if (refused !== null) return Promise.resolve({ ok: false, refusal: refused })
      const items = [...objects.values()].filter((one) => isSelected(resource, selection, one))
      return Promise.resolve({ ok: true, value: { items, resourceVersion: String(version) } })
    },
    watch,
    apply: (object, { dryRun }) => {
      const key = keyOf(idOfObject(object))
      const before = objects.get(key)
      const made = { ...before, ...object, metadata: { ...before?.metadata, ...object.metadata } }
      const isNew = JSON.stringify(before?.['spec']) !== JSON.stringify(object['spec'])
      const generation = (before?.metadata.generation ?? 0) + (isNew ? 1 : 0)
      const next = { ...made, metadata: { ...made.metadata, generation } }
      return write('patch', idOfObject(object), () => ({
        object: dryRun === true ? next : put(next),
        created: before === undefined,
      }))
    },
    create: (object, { dryRun }) => {
      const name = object.metadata.name ?? `${object.metadata.generateName ?? ''}${version}`
      const named = { ...object, metadata: { ...object.metadata, name } }
      return write('create', idOfObject(named), () => (dryRun === true ? named : put(named)))
    },
    patch: () => Promise.reject(new Error('the cluster in memory knows no patch')),
    delete: (id, { uid, dryRun }) =>
      write('delete', id, () => {
        const before = objects.get(keyOf(id))
        const isThere = before !== undefined && before.metadata.uid === uid
        if (isThere && dryRun !== true) remove(before)
        return isThere
      }),
    log: ({ namespace, pod, container, previous }) => {
      const refused = ask('get', 'pods/log', namespace)
      const text = parts.logs?.[`${pod}/${container}${previous ? ' previous' : ''}`] ?? ''
      return Promise.resolve(
        refused === null ? { ok: true, value: text } : { ok: false, refusal: refused },
      )
    },
    missingRights: (rights) =>
      Promise.resolve(
        rights.filter(({ verb, resource }) => parts.forbidden?.includes(`${verb} ${resource}`)),
      ),
    read: (path) => {
      requests.push(`read ${path}`)
      return Promise.resolve(pages.get(path) ?? { status: 404, text: 'not found' })
    },
    request: (path, { method }) => {
      requests.push(`${method} ${path}`)
      const page = pages.get(path) ?? { status: 404, text: 'not found' }
      return Promise.resolve({ ...page, headers: {}, latencyMs: 1 })
    },
    close: () => Promise.resolve(),
  }
  return {
    api,
    put,
    remove,
    requests,
    pages,
    endWatches: (status) => {
      end.count += 1
      end.status = status
      for (const tell of listeners) tell()
    },
  }
}

/** Field selectors of names, types and reasons; label selectors of equal values. */
function isSelected(resource: Resource, selection: Selection, object: KubeObject): boolean {
  const { group } = parseApiVersion(object.apiVersion)
  if (group !== resource.group || object.kind !== resource.kind) return false
  const { namespace, labelSelector = '', fieldSelector = '' } = selection
  if (namespace !== null && object.metadata.namespace !== namespace) return false
  const labels = pairsOf(labelSelector).every(
    ([key, value]) => object.metadata.labels?.[key] === value,
  )
  return labels && pairsOf(fieldSelector).every(([key, value]) => fieldOf(object, key) === value)
}

const pairsOf = (selector: string): readonly (readonly [string, string])[] =>
  selector.split(',').flatMap((part) => {
    const [key, value] = part.split('=')
    return key === undefined || value === undefined ? [] : [[key, value] as const]
  })

function fieldOf(object: KubeObject, field: string): unknown {
  if (field === 'metadata.name') return object.metadata.name
  if (field === 'type' || field === 'reason') return object[field]
  throw new Error(`the cluster in memory selects no ${field}`)
}

const REASONS: Readonly<Record<number, string>> = {
  403: 'Forbidden',
  404: 'NotFound',
  410: 'Expired',
  500: 'InternalError',
}

const refusal = (status: number, what: string): Refusal => ({
  status,
  reason: REASONS[status] ?? '',
  message: `${what}: ${REASONS[status] ?? ''}`,
  causes: [],
  request: what,
})
