// Before a slot gets more requests: is it proven to be able to serve them?
import type { Weights } from '@sluice/rollout'
import { kubernetesError } from '../errors.ts'
import { listAt, textAt, valueAt } from '../health/fields.ts'
import type { KubeObject } from '../object.ts'
import { recordsIn, textOf } from '../record.ts'
import type { Routing, RoutingSeen, TrafficScene } from './back-ends/back-end.ts'
import { serviceOfSlot } from './back-ends/slot-services.ts'
import { isService, POD } from './kinds.ts'
import { renderLabels, type Labels } from './labels.ts'
import { readRouting } from './observe.ts'
import { refusedRead } from './refused.ts'
import { missingPorts } from './service-endpoints.ts'
import type { Site } from './site.ts'
import type { KubernetesSlot } from './slot.ts'
import { slotHealth } from './slot-health.ts'
import { isSelected, selectorOf, templateLabels } from './slots.ts'
import { ownServiceOf } from './snapshot.ts'

/** Slots that get requests which they did not get before. */
export function gaining(seen: RoutingSeen, wanted: Routing): readonly string[] {
  const more = (
    now: Readonly<Record<string, number>>,
    then: Weights | Routing['mirror'],
  ): readonly string[] => Object.keys(then).filter((slot) => (then[slot] ?? 0) > (now[slot] ?? 0))
  const matched =
    wanted.match === null || wanted.match.slot === seen.match?.slot ? [] : [wanted.match.slot]
  return [
    ...new Set([
      ...more(seen.traffic, wanted.weights),
      ...more(seen.mirror, wanted.mirror),
      ...matched,
    ]),
  ]
}

/** Throws KUBERNETES_SLOT_NOT_READY with all that is missing, of all these slots. */
export async function proveSlots(
  site: Site,
  scene: TrafficScene,
  slots: readonly string[],
): Promise<void> {
  const { traffic } = readRouting(site, scene)
  const problems = await Promise.all(
    scene.found
      .filter(({ slot }) => slots.includes(slot))
      .map(async (found) => {
        const fault = slotFault(site, scene, found)
        // What has requests already is selected by its labels, or it would have none.
        const unproven = found.service === null && (traffic[found.slot] ?? 0) === 0
        const told = fault ?? (unproven ? await podFault(site, found) : null)
        return told === null ? [] : [`slot ${found.slot}: ${told}`]
      }),
  )
  if (problems.flat().length === 0) return
  throw kubernetesError(
    'KUBERNETES_SLOT_NOT_READY',
    `${problems.flat().join('; ')}; no request was moved`,
  )
}

function slotFault(site: Site, scene: TrafficScene, slot: KubernetesSlot): string | null {
  const { deployment, service, endpoints, labels } = slot
  if (deployment === null) return 'it is not deployed'
  const { health, detail } = slotHealth(slot, site.clock.now())
  if (health !== 'healthy') return `Deployment ${deployment.metadata.name ?? ''}: ${detail}`
  return (
    serviceFault({ service, endpoints, labels }) ??
    absenceFault(site, scene, slot) ??
    portFault(site, scene, deployment)
  )
}

/** An object that names Services sends to the slot's own one: its pods alone would get nothing. */
function absenceFault(
  { backEnd }: Site,
  scene: TrafficScene,
  { slot, service }: KubernetesSlot,
): string | null {
  if (service !== null || isService(backEnd) || backEnd.kind === 'virtual-service') return null
  const name = serviceOfSlot(scene, slot)
  return scene.services.has(name)
    ? `Service ${name}, which ${backEnd.resource.kind} sends to, does not select its pods alone`
    : `Service ${name}, which ${backEnd.resource.kind} sends to, is not there`
}

/** The endpoints of the slot's Service are proof only when it selects by the slot's own label. */
function serviceFault({
  service,
  endpoints,
  labels,
}: Pick<KubernetesSlot, 'service' | 'endpoints' | 'labels'>): string | null {
  if (service === null) return null
  const name = service.metadata.name ?? ''
  const selector = selectorOf(service)
  const tells = Object.entries(labels).some(([key, value]) => selector[key] === value)
  if (!tells) return `Service ${name} does not select by ${renderLabels(labels)}`
  if (endpoints === null || endpoints.ready === 0) return `Service ${name} has no ready endpoint`
  const ports = missingPorts(service, endpoints)
  return ports.length === 0 ? null : `Service ${name} has no endpoint for port ${ports.join(', ')}`
}

/** Named ports of the Service that users know must be ports of the slot's containers. */
function portFault(site: Site, { services }: TrafficScene, deployment: KubeObject): string | null {
  const own = services.get(ownServiceOf(site))
  if (own === undefined) return null
  const containers = [
    ...listAt(deployment, 'spec.template.spec.containers'),
    ...listAt(deployment, 'spec.template.spec.initContainers'),
  ]
  const named = new Set(
    containers.flatMap((one) => recordsIn(one['ports']).map((port) => textOf(port['name']))),
  )
  const missing = listAt(own, 'spec.ports')
    .map((port) => port['targetPort'])
    .filter((target): target is string => typeof target === 'string' && !named.has(target))
  return missing.length === 0
    ? null
    : `no container of it has the port ${missing.join(', ')}, which Service ${ownServiceOf(site)} sends to`
}

/** Forms of others have no Service per slot: then the pods themselves are asked for. */
async function podFault(
  site: Site,
  { deployment, labels }: KubernetesSlot,
): Promise<string | null> {
  if (deployment === null) return null
  const wanted: Labels = { ...selectorLabels(deployment), ...labels }
  const labelSelector = renderLabels(wanted)
  const { namespace } = site.place
  const answer = await site.api.list(POD, { namespace, labelSelector })
  if (!answer.ok) {
    const { refusal } = answer
    throw refusedRead([{ verb: 'list', resource: POD, namespace, refusal }])
  }
  const ready = answer.value.items.filter(isReadyPod)
  return ready.length > 0 && isSelected(wanted, templateLabels(deployment))
    ? null
    : `none of ${answer.value.items.length} pods with ${labelSelector} is ready`
}

function selectorLabels(deployment: KubeObject): Labels {
  const own = valueAt(deployment, 'spec.selector.matchLabels')
  return selectorOf({ ...deployment, spec: { selector: own } })
}

const isReadyPod = (pod: KubeObject): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  listAt(pod, 'status.conditions').some(
    (condition) => textAt(condition, 'type') === 'Ready' && condition['status'] === 'True',
  )
