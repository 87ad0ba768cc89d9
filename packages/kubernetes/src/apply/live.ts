// Reads what is live of a set of manifests: one list per kind and namespace, or a few single reads.
import type { ApiServer, Answer, Refusal, Resource, Resources } from '../connection/api-server.ts'
import { kubernetesError } from '../errors.ts'
import type { PlacedManifest } from '../manifests/manifest.ts'
import { keyOf, type KubeObject, type ObjectId } from '../object.ts'
import { hasReplicas, isAutoscaler, targetOf } from './autoscaler.ts'
import { inLanes } from './lanes.ts'

export interface LiveState {
  /** By `keyOf`; objects of the set only. */
  readonly objects: ReadonlyMap<string, KubeObject>
  /** Keys of objects that may not be read: whether they are there is not known. */
  readonly unreadable: ReadonlyMap<string, Refusal>
  /** Keys of workloads that a live autoscaler drives. */
  readonly autoscaled: ReadonlySet<string>
  readonly resources: Resources
  /** For people: what could not be read, and what that means. */
  readonly notices: readonly string[]
}

/**
 * A single read is cheaper than a list of all that a namespace holds. With two of them, and the list
 * of an application's members, a run would cost more than two requests for each kind and namespace.
 */
const FEW = 1

interface Group {
  readonly resource: Resource
  readonly namespace: string | null
  readonly ids: readonly ObjectId[]
}

/** Throws KUBERNETES_READ_FAILED when a read fails for another reason than a missing right. */
export async function observeLive(
  placed: readonly PlacedManifest[],
  { api, resources }: { readonly api: ApiServer; readonly resources: Resources },
): Promise<LiveState> {
  const groups = groupsOf(placed, resources)
  const [found, scaled] = await Promise.all([
    inLanes(groups, (group) => readGroup(api, group)),
    readAutoscalers({ api, placed, resources }),
  ])
  const merged = { ...mergeFound(found), resources }
  return { ...merged, ...scaled, notices: [...noticesOf(merged.unreadable), ...scaled.notices] }
}

function groupsOf(placed: readonly PlacedManifest[], resources: Resources): readonly Group[] {
  const named = placed.filter(({ id, known }) => known && id.name !== '')
  const byPlace = Map.groupBy(
    named,
    ({ id }) => `${id.group}/${id.version}/${id.kind}/${id.namespace ?? ''}`,
  )
  return [...byPlace.values()].flatMap((members) => {
    const [first] = members
    if (first === undefined) return []
    const { group, version, kind, namespace } = first.id
    const resource = resources.find(group, version, kind)
    return resource === null ? [] : [{ resource, namespace, ids: members.map(({ id }) => id) }]
  })
}

interface Found {
  readonly objects: readonly (readonly [string, KubeObject])[]
  readonly unreadable: readonly (readonly [string, Refusal])[]
}

async function readGroup(api: ApiServer, { resource, namespace, ids }: Group): Promise<Found> {
  if (ids.length <= FEW || !resource.verbs.includes('list')) return readSingly(api, ids)
  const answer = await api.list(resource, { namespace })
  if (!answer.ok) {
    if (answer.refusal.status === 404) return { objects: [], unreadable: [] }
    if (answer.refusal.status === 403) return readSingly(api, ids)
    throw readFailed(answer.refusal)
  }
  const wanted = new Set(ids.map(keyOf))
  const { group, version, kind } = resource
  const objects = answer.value.items.flatMap((item) => {
    const key = keyOf({ group, version, kind, namespace, name: item.metadata.name ?? '' })
    return wanted.has(key) ? [[key, item] as const] : []
  })
  return { objects, unreadable: [] }
}

async function readSingly(api: ApiServer, ids: readonly ObjectId[]): Promise<Found> {
  const answers = await inLanes(ids, async (id) => ({ key: keyOf(id), answer: await api.get(id) }))
  return {
    objects: answers.flatMap(({ key, answer }) =>
      answer.ok && answer.value !== null ? [[key, answer.value] as const] : [],
    ),
    unreadable: answers.flatMap(({ key, answer }) => {
      if (answer.ok) return []
      if (answer.refusal.status !== 403) throw readFailed(answer.refusal)
      return [[key, answer.refusal] as const]
    }),
  }
}

const readFailed = ({ request, status, reason, message }: Refusal) =>
  kubernetesError('KUBERNETES_READ_FAILED', `${request}: ${status} ${reason}: ${message}`)

const mergeFound = (found: readonly Found[]) => ({
  objects: new Map(found.flatMap(({ objects }) => objects)),
  unreadable: new Map(found.flatMap(({ unreadable }) => unreadable)),
})

function noticesOf(unreadable: ReadonlyMap<string, Refusal>): readonly string[] {
  const [first] = unreadable.values()
  if (first === undefined) return []
  const more = unreadable.size === 1 ? '' : ` and ${unreadable.size - 1} more`
  return [
    `${first.request}${more} is not allowed, so it is applied without a look at what is live; grant get and list to save these writes`,
  ]
}

interface Autoscalers {
  readonly autoscaled: ReadonlySet<string>
  readonly notices: readonly string[]
}

/** Lists autoscalers only where the set has workloads with a number of replicas. */
async function readAutoscalers({
  api,
  placed,
  resources,
}: {
  readonly api: ApiServer
  readonly placed: readonly PlacedManifest[]
  readonly resources: Resources
}): Promise<Autoscalers> {
  const namespaces = new Set(
    placed
      .filter(({ object, id }) => id.namespace !== null && hasReplicas(object) && !isAutoscaler(id))
      .map(({ id }) => id.namespace),
  )
  const kinds = [
    resources.preferred('autoscaling', 'HorizontalPodAutoscaler'),
    resources.preferred('keda.sh', 'ScaledObject'),
  ].flatMap((resource) => resource ?? [])
  const asked = [...namespaces].flatMap((namespace) =>
    kinds.map((resource) => ({ resource, namespace })),
  )
  const answers = await inLanes(asked, async ({ resource, namespace }) => ({
    namespace,
    answer: await api.list(resource, { namespace }),
  }))
  return {
    autoscaled: new Set(answers.flatMap(({ answer, namespace }) => targetsIn(answer, namespace))),
    notices: answers.some(({ answer }) => !answer.ok && answer.refusal.status === 403)
      ? [
          'autoscalers may not be listed, so spec.replicas is applied as the manifests say; grant list on horizontalpodautoscalers to leave it to them',
        ]
      : [],
  }
}

function targetsIn(
  answer: Answer<{ readonly items: readonly KubeObject[] }>,
  namespace: string | null,
): readonly string[] {
  if (answer.ok) return answer.value.items.flatMap((item) => targetOf(item, namespace) ?? [])
  if (answer.refusal.status === 403 || answer.refusal.status === 404) return []
  throw readFailed(answer.refusal)
}
