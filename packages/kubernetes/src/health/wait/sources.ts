// Which kinds and places a wait keeps in sight, at the price of few requests.
import type { ApiServer, ObjectList, Resource, Resources } from '../../connection/api-server.ts'
import type { KubeObject, ObjectId } from '../../object.ts'
import { byTime } from '../event-times.ts'
import { fieldsOf, textAt, valueAt } from '../fields.ts'
import type { Awaited } from '../verdict.ts'
import { openFeed, type Feed } from './feed.ts'
import type { WaitPorts } from './options.ts'

export interface SourceParts {
  readonly api: ApiServer
  readonly ports: WaitPorts
  readonly signal: AbortSignal
  readonly changed: () => void
  /** Nothing can be read any more. */
  readonly lost: (error: unknown) => void
}

/** Pods and what makes and troubles them, in one namespace; null: may not be read. */
export interface Details {
  readonly isLoaded: () => boolean
  readonly pods: () => readonly KubeObject[] | null
  readonly replicaSets: () => readonly KubeObject[] | null
  /** Warnings, oldest first. */
  readonly events: () => readonly KubeObject[]
  /** What may not be read, in words. */
  readonly denied: () => readonly string[]
}

export interface Sources {
  /** Opens what is needed for these; each kind and namespace once. `unknown`: no such kind. */
  readonly open: (awaited: readonly Awaited[], isOpen: (one: Awaited) => boolean) => Promise<void>
  /** null: the server does not know its kind. */
  readonly feedOf: (id: ObjectId) => Feed | null
  /** Opened at the first call. */
  readonly detailsOf: (namespace: string, workloads: () => readonly KubeObject[]) => Details
  /** Opened at the first call: classes that bind a claim only for a pod. */
  readonly lateClasses: (claims: readonly KubeObject[]) => ReadonlySet<string>
}

const placeOf = ({ group, version, kind, namespace }: ObjectId): string =>
  `${group}/${version}/${kind}/${namespace ?? ''}`

export async function createSources(parts: SourceParts): Promise<Sources> {
  let resources = await parts.api.resources()
  const feeds = new Map<string, Feed>()
  const details = new Map<string, Details>()
  let late: (() => ReadonlySet<string>) | null = null
  return {
    open: async (awaited, isOpen) => {
      const places = Map.groupBy(awaited, ({ id }) => placeOf(id))
      const isUnknown = awaited.some(({ id }) => find(resources, id) === null)
      if (isUnknown) resources = await parts.api.rediscover()
      for (const [place, members] of places) {
        const id = members[0]?.id
        const resource = id === undefined ? null : find(resources, id)
        if (id === undefined || resource === null) continue
        const names = () => members.filter(isOpen).map((one) => one.id.name)
        feeds.set(place, openPlace(parts, resource, { members, names, id }))
      }
    },
    feedOf: (id) => feeds.get(placeOf(id)) ?? null,
    detailsOf: (namespace, workloads) => {
      const known = details.get(namespace)
      if (known !== undefined) return known
      const made = openDetails({ parts, resources, namespace }, workloads())
      details.set(namespace, made)
      return made
    },
    lateClasses: (claims) => {
      late ??= openClasses({ parts, resources }, claims)
      return late()
    },
  }
}

const find = (resources: Resources, { group, version, kind }: ObjectId): Resource | null =>
  resources.find(group, version, kind) ?? resources.preferred(group, kind)

interface Place {
  readonly members: readonly Awaited[]
  readonly names: () => readonly string[]
  readonly id: ObjectId
}

function openPlace(parts: SourceParts, resource: Resource, { members, names, id }: Place): Feed {
  const only = members.length === 1 ? { fieldSelector: `metadata.name=${id.name}` } : {}
  const selection = { namespace: id.namespace, ...only }
  return watched(openFeed({ ...parts, resource, selection, names, start: startOf(members) }), parts)
}

function watched(feed: Feed, { lost }: SourceParts): Feed {
  feed.ended.catch(lost)
  return feed
}

/**
 * The objects as their writes returned them, and the oldest of their versions: a watch from there
 * misses nothing and saves a list. null when one of them is not at hand.
 */
function startOf(members: readonly Awaited[]): ObjectList | null {
  const items = members.flatMap(({ object }) => object ?? [])
  const versions = items.map(({ metadata }) => metadata.resourceVersion ?? '')
  if (items.length < members.length || !versions.every((one) => /^\d+$/.test(one))) return null
  const oldest = versions.map(BigInt).reduce((a, b) => (a < b ? a : b))
  return { items, resourceVersion: String(oldest) }
}

interface Spot {
  readonly parts: SourceParts
  readonly resources: Resources
  readonly namespace: string
}

function openDetails(spot: Spot, workloads: readonly KubeObject[]): Details {
  const labelSelector = workloads.length === 1 ? selectorOf(workloads[0]) : null
  const narrow = labelSelector === null ? {} : { labelSelector }
  const pods = openKind(spot, ['', 'v1', 'Pod'], narrow)
  const needsSets = workloads.some(({ kind }) => kind === 'Deployment' || kind === 'Rollout')
  const replicaSets = needsSets ? openKind(spot, ['apps', 'v1', 'ReplicaSet'], narrow) : null
  const events = openKind(spot, ['', 'v1', 'Event'], { fieldSelector: 'type=Warning' })
  const opened = { pods, replicaSets, events }
  const warnings = listed(events, byTime)
  return {
    isLoaded: () => Object.values(opened).every((feed) => feed === null || isSettled(feed)),
    pods: listed(pods),
    replicaSets: listed(replicaSets),
    events: () => warnings() ?? [],
    denied: () =>
      Object.entries(opened).flatMap(([name, feed]) =>
        feed?.isDenied() === true ? name.toLowerCase() : [],
      ),
  }
}

type Order = (a: KubeObject, b: KubeObject) => number

/** Many ask between two changes; the list is made once for all of them. */
function listed(feed: Feed | null, order?: Order): () => readonly KubeObject[] | null {
  let made = { revision: -1, list: [] as readonly KubeObject[] }
  return () => {
    if (feed === null || feed.isDenied()) return null
    if (made.revision !== feed.revision()) {
      const list = [...feed.objects.values()]
      made = { revision: feed.revision(), list: order === undefined ? list : list.sort(order) }
    }
    return made.list
  }
}

const isSettled = (feed: Feed): boolean => feed.isLoaded() || feed.isDenied()

function openKind(
  { parts, resources, namespace }: Spot,
  [group, version, kind]: readonly [string, string, string],
  narrow: { readonly labelSelector?: string; readonly fieldSelector?: string },
): Feed | null {
  const resource = resources.find(group, version, kind)
  if (resource === null) return null
  const selection = { namespace: namespace === '' ? null : namespace, ...narrow }
  return watched(openFeed({ ...parts, resource, selection, names: null, start: null }), parts)
}

/** null when labels alone do not tell which pods are its. */
function selectorOf(workload: KubeObject | undefined): string | null {
  if (workload === undefined || valueAt(workload, 'spec.selector.matchExpressions') !== undefined) {
    return null
  }
  const labels = fieldsOf(valueAt(workload, 'spec.selector.matchLabels'))
  const pairs = Object.keys(labels).map((key) => `${key}=${String(labels[key])}`)
  return pairs.length === 0 ? null : pairs.join(',')
}

/** Read from the classes, or, without the right to them, from what the controller told the claims. */
function openClasses(
  { parts, resources }: Omit<Spot, 'namespace'>,
  claims: readonly KubeObject[],
): () => ReadonlySet<string> {
  const spot = { parts, resources, namespace: '' }
  const classes = openKind(spot, ['storage.k8s.io', 'v1', 'StorageClass'], {})
  let told: readonly Feed[] | null = null
  const namespaces = [...new Set(claims.map(({ metadata }) => metadata.namespace ?? ''))]
  const openEvents = (): readonly Feed[] =>
    namespaces.flatMap((namespace) => {
      const narrow = { fieldSelector: 'reason=WaitForFirstConsumer' }
      return openKind({ ...spot, namespace }, ['', 'v1', 'Event'], narrow) ?? []
    })
  return () => {
    if (classes !== null && !classes.isDenied()) {
      const all = [...classes.objects.values()]
      const late = all.filter((one) => one['volumeBindingMode'] === 'WaitForFirstConsumer')
      return new Set(late.map(({ metadata }) => metadata.name ?? ''))
    }
    told ??= openEvents()
    const events = told.flatMap((feed) => [...feed.objects.values()])
    const waiting = new Set(events.map((event) => textAt(event, 'involvedObject.uid')))
    const late = claims.filter(({ metadata }) => waiting.has(metadata.uid ?? ''))
    return new Set(late.map((claim) => textAt(claim, 'spec.storageClassName')))
  }
}
