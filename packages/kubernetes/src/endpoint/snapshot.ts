// One look at the cluster around an endpoint: at most four requests, and what they show together.
import type { Answer, ObjectList, Resource } from '../connection/api-server.ts'
import type { TrafficScene } from './back-ends/back-end.ts'
import { kubernetesError } from '../errors.ts'
import { idOf, renderApiVersion, renderId, type KubeObject, type ObjectId } from '../object.ts'
import { DEPLOYMENT, ENDPOINT_SLICE, isService, SERVICE } from './kinds.ts'
import { refusedRead, type RefusedRequest } from './refused.ts'
import { endpointsOf, SERVICE_NAME_LABEL } from './service-endpoints.ts'
import type { Site } from './site.ts'
import { findSlots, type FoundSlots } from './slots.ts'

export interface Snapshot {
  /** The traffic object; null: it is not there. */
  readonly object: KubeObject | null
  readonly siblings: readonly KubeObject[]
  readonly deployments: ObjectList
  readonly services: ObjectList
  /** Of the endpoint's Service and of the slots' own ones. */
  readonly slices: ObjectList
}

const NOTHING: ObjectList = { items: [], resourceVersion: '' }

export const trafficObjectId = ({ backEnd, place }: Site): ObjectId => {
  const { group, version, kind } = backEnd.resource
  return { group, version, kind, namespace: place.namespace, name: place.trafficObject }
}

/** The Service that users know, whether it is there or not. */
export const ownServiceOf = ({ backEnd, place, endpoint }: Site): string =>
  isService(backEnd) ? place.trafficObject : endpoint

/** Throws KUBERNETES_RIGHT_MISSING with all rights that these reads lack. */
export async function readSnapshot(site: Site, signal: AbortSignal): Promise<Snapshot> {
  signal.throwIfAborted()
  const { namespace, trafficObject } = site.place
  const [traffic, deployments, services] = await Promise.all([
    readTraffic(site),
    list(site, DEPLOYMENT),
    list(site, SERVICE),
  ])
  const refused = [traffic, deployments, services].flatMap(({ refusal }) => refusal ?? [])
  if (refused.length > 0) throw refusedRead(refused)
  const all = traffic.value ?? services.value ?? NOTHING
  const named = all.items.filter(({ metadata }) => metadata.name === trafficObject)
  const seen = {
    object: named[0] === undefined ? null : typed(named[0], site.backEnd.resource),
    siblings: site.backEnd.reads === 'siblings' ? without(all.items, named) : [],
    deployments: deployments.value ?? NOTHING,
    services: services.value ?? NOTHING,
  }
  signal.throwIfAborted()
  if (seen.object === null) return { ...seen, slices: NOTHING }
  const wanted = slicesSelector(servicesInUse(site, seen))
  const slices = await site.api.list(ENDPOINT_SLICE, { namespace, labelSelector: wanted })
  if (slices.ok) return { ...seen, slices: slices.value }
  const { refusal } = slices
  throw refusedRead([{ verb: 'list', resource: ENDPOINT_SLICE, namespace, refusal }])
}

/** `kubernetes.io/service-name in (mon-app,mon-app-blue)` */
export const slicesSelector = (names: readonly string[]): string =>
  `${SERVICE_NAME_LABEL} in (${[...new Set(names)].toSorted().join(',')})`

/** The endpoint's Service and those of its slots. */
export const servicesInUse = (
  site: Site,
  seen: Pick<Snapshot, 'deployments' | 'services'>,
): readonly string[] => [
  ownServiceOf(site),
  ...slotsIn(site, seen).found.flatMap(({ service }) => service?.metadata.name ?? []),
]

interface Read {
  /** null: it comes with the list of Services, or it was refused. */
  readonly value: ObjectList | null
  readonly refusal?: RefusedRequest
}

async function list(site: Site, resource: Resource): Promise<Read> {
  const { namespace } = site.place
  const answer = await site.api.list(resource, { namespace })
  return answer.ok
    ? { value: answer.value }
    : { value: null, refusal: { verb: 'list', resource, namespace, refusal: answer.refusal } }
}

async function readTraffic(site: Site): Promise<Read> {
  const { backEnd, api } = site
  if (isService(backEnd)) return { value: null }
  if (backEnd.reads === 'siblings')
    return noneWhereUnknown(site, await list(site, backEnd.resource))
  return asList(site, await api.get(trafficObjectId(site)))
}

/** A list of a kind that the server does not know is 404; one object of it could not be told apart. */
function noneWhereUnknown({ backEnd }: Site, read: Read): Read {
  if (read.refusal?.refusal.status !== 404) return read
  const { group, version, kind } = backEnd.resource
  throw kubernetesError(
    'KUBERNETES_ENDPOINT_ABSENT',
    `the server knows no kind ${kind} in ${renderApiVersion(group, version)}, which back end ${backEnd.kind} needs`,
    { hint: 'Install what brings this kind, or choose another input `back-end`.' },
  )
}

function asList({ backEnd, place }: Site, answer: Answer<KubeObject | null>): Read {
  const { namespace } = place
  if (answer.ok) {
    const items = answer.value === null ? [] : [answer.value]
    return { value: { items, resourceVersion: '' } }
  }
  const { refusal } = answer
  return { value: null, refusal: { verb: 'get', resource: backEnd.resource, namespace, refusal } }
}

const without = (all: readonly KubeObject[], some: readonly KubeObject[]): readonly KubeObject[] =>
  all.filter((one) => !some.includes(one))

/** Items of lists do not say what they are. */
export const typed = (object: KubeObject, { group, version, kind }: Resource): KubeObject => ({
  ...object,
  apiVersion: renderApiVersion(group, version),
  kind,
})

/** Pure. Slots without their endpoints. */
export const slotsIn = (
  site: Site,
  { deployments, services }: Pick<Snapshot, 'deployments' | 'services'>,
): FoundSlots =>
  findSlots({
    endpoint: site.endpoint,
    slots: site.slots,
    deployments: deployments.items,
    services: byName(services.items),
    ownService: ownServiceOf(site),
  })

/**
 * What the snapshot shows, for the back end; null while the traffic object is not there. Pure. Throws
 * KUBERNETES_SLOT_UNCLEAR where more than one Deployment can be meant by a slot.
 */
export function sceneOf(site: Site, snapshot: Snapshot): TrafficScene | null {
  const { object, siblings, slices } = snapshot
  if (object === null) return null
  const { found, problems } = slotsIn(site, snapshot)
  if (problems.length > 0) {
    const told = problems.map(({ where, message }) => `${where}: ${message}`).join('; ')
    const what = renderId(idOf(object, site.place.namespace))
    throw kubernetesError('KUBERNETES_SLOT_UNCLEAR', `${what}: ${told}`)
  }
  const services = byName(snapshot.services.items)
  const own = ownServiceOf(site)
  return {
    endpoint: site.endpoint,
    slots: site.slots,
    object,
    siblings,
    found: found.map((slot) => ({
      ...slot,
      endpoints:
        slot.service === null ? null : endpointsOf(slot.service.metadata.name ?? '', slices.items),
    })),
    services,
    endpoints: services.has(own) ? endpointsOf(own, slices.items) : null,
  }
}

const byName = (objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> =>
  new Map(objects.map((object) => [object.metadata.name ?? '', object]))
