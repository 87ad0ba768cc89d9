// The traffic object before the first pod of a new slot comes up: it must be there, and send nobody to it.
import { parseWeights } from '@sluice/rollout'
import type { Answer } from '../connection/api-server.ts'
import { kubernetesError } from '../errors.ts'
import { numberAt } from '../health/fields.ts'
import { invalidManifests } from '../manifests/invalid.ts'
import { idOf, renderId, type KubeObject } from '../object.ts'
import type { CreateOrder, RoutingWrite } from './back-ends/back-end.ts'
import { lookAtIdle, type IdleLook } from './idle.ts'
import { refusedWrite } from './refused.ts'
import type { Site } from './site.ts'
import { wantedReplicas } from './slot-health.ts'
import { trafficObjectId } from './snapshot.ts'
import type { KubernetesWorkload } from './workload.ts'
import { TRAFFIC_MANAGER } from './writing.ts'

/**
 * null: it is there. Throws KUBERNETES_ENDPOINT_ABSENT where it is not and may not be created, or where
 * the slot has pods already: without the object nothing says that nobody is sent to them.
 */
export function planEndpoint(
  site: Site,
  { scene, slotLabel, slot }: IdleLook,
  workload: KubernetesWorkload,
): KubeObject | null {
  if (scene !== null) return null
  const { place, endpoint, slots, backEnd } = site
  const { namespace, trafficObject } = place
  if (!workload.createEndpoint) {
    throw kubernetesError(
      'KUBERNETES_ENDPOINT_ABSENT',
      `${renderId(trafficObjectId(site))} is not there, and create-endpoint is false`,
    )
  }
  refuseUnknownPods(site, slot.deployment)
  const order: CreateOrder = {
    endpoint,
    name: trafficObject,
    namespace,
    slots,
    given: workload.trafficObject,
    service: workload.service,
    slotLabel,
  }
  const created = backEnd.create(order)
  if (!created.ok) throw invalidManifests(created.problems)
  return created.value
}

/** They may serve by another object: a wrong `back-end` or `traffic-object` must not restart live pods. */
function refuseUnknownPods(site: Site, deployment: KubeObject | null): void {
  if (deployment === null) return
  if (wantedReplicas(deployment) + numberAt(deployment, 'status.replicas', 0) === 0) return
  const { namespace } = site.place
  throw kubernetesError(
    'KUBERNETES_ENDPOINT_ABSENT',
    `${renderId(trafficObjectId(site))} is not there, but Deployment ${namespace}/${deployment.metadata.name ?? ''} is there with pods, and nothing says whether they serve`,
    {
      hint: 'Check namespace, back-end and traffic-object. When the object is really gone, make it again so that it leads to the slot that serves, or scale the Deployment to zero.',
    },
  )
}

/**
 * With all weights 0, so nothing is reachable before traffic-swap says so. False: somebody made it
 * meanwhile, or we did and the answer was lost. It may send requests by now, so it is looked at anew.
 */
export async function createEndpoint(site: Site, object: KubeObject): Promise<boolean> {
  const { api, place, log, backEnd } = site
  const { namespace } = place
  const answer = await api.create(object, { fieldManager: TRAFFIC_MANAGER })
  if (!answer.ok) {
    const { refusal } = answer
    if (refusal.status === 409 && refusal.reason === 'AlreadyExists') return false
    throw refusedWrite({ verb: 'create', resource: backEnd.resource, namespace, refusal })
  }
  log.info(`${renderId(idOf(object, namespace))} created; it sends nobody to any slot yet`)
  return true
}

/**
 * The write that pins a Service over both slots to the one that has all requests; null: it is pinned,
 * or the back end has weights of its own. Without it a new pod would get requests as soon as it is up.
 */
export function planPin({ backEnd }: Site, { scene, seen }: IdleLook): RoutingWrite | null {
  if (backEnd.kind !== 'replicas' || scene === null || seen === null) return null
  const weights = parseWeights(seen.traffic)
  if (!weights.ok) throw invalidManifests(weights.problems)
  const write = backEnd.write(scene, { weights: weights.value, match: null, mirror: {} })
  if (!write.ok) throw invalidManifests(write.problems)
  return Object.keys(write.value.patch).length === 0 ? null : write.value
}

/** Others may write the Service at the same time; more often than this is a fight. */
const TRIES = 5

/**
 * Does what `planPin` says; true when it wrote. Nobody's requests change: the pods that are selected
 * are the same before and after.
 */
export async function pinEndpoint(
  site: Site,
  first: IdleLook,
  signal: AbortSignal,
): Promise<boolean> {
  const { log, backEnd, place } = site
  const { namespace } = place
  let look = first
  for (let turn = 1; ; turn += 1) {
    const write = planPin(site, look)
    if (write === null) return false
    const answer = await sendPin(site, look, write)
    if (answer.ok) break
    const { refusal } = answer
    if (refusal.status !== 409 || turn >= TRIES) {
      throw refusedWrite({ verb: 'patch', resource: backEnd.resource, namespace, refusal })
    }
    look = await lookAtIdle(site, look.slot.slot, signal)
  }
  const name = renderId(trafficObjectId(site))
  log.notice(`${name}: pinned to the slot that has its requests, before new pods come up`)
  return true
}

/** Refused with 409 when the object is no longer the one that was looked at. */
function sendPin(
  site: Site,
  { scene }: IdleLook,
  { patch }: RoutingWrite,
): Promise<Answer<KubeObject>> {
  const metadata = {
    ...(patch['metadata'] as Readonly<Record<string, unknown>> | undefined),
    resourceVersion: scene?.object.metadata.resourceVersion,
  }
  return site.api.patch(
    trafficObjectId(site),
    { ...patch, metadata },
    { kind: 'merge', fieldManager: TRAFFIC_MANAGER },
  )
}
