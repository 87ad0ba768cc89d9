// Routes with weights name the Services of both slots, and a gateway takes none that names a Service
// which is not there. So the first deploy makes the other slot's Service too; no pod is behind it yet.
import { APPLIER } from '../apply/field-set.ts'
import { invalidManifests } from '../manifests/invalid.ts'
import { idOf, renderId, type KubeObject } from '../object.ts'
import type { BackEndKind } from './place.ts'
import type { IdleLook } from './idle.ts'
import { SERVICE } from './kinds.ts'
import { placeInSlot } from './placing.ts'
import { refusedWrite } from './refused.ts'
import type { Site } from './site.ts'
import type { KubernetesWorkload } from './workload.ts'

const NAMES_BOTH: readonly BackEndKind[] = ['http-route', 'virtual-service', 'openshift-route']

/** null: it is there, or nothing names it. */
export function planOtherService(
  site: Site,
  { slot, other, slotLabel }: IdleLook,
  workload: KubernetesWorkload,
): KubeObject | null {
  const { endpoint, place, slots, backEnd } = site
  if (!NAMES_BOTH.includes(backEnd.kind) || (other !== null && other.service !== null)) return null
  const name = slots.find((one) => one !== slot.slot) ?? ''
  const placed = placeInSlot(workload, {
    endpoint,
    namespace: place.namespace,
    slot: name,
    slotLabel: { key: slotLabel, value: other?.labels[slotLabel] ?? name },
    deployment: other?.deployment ?? null,
    service: null,
    activeReplicas: 0,
    mark: '',
  })
  if (!placed.ok) throw invalidManifests(placed.problems)
  return placed.value.service
}

export async function createOtherService({ api, place, log }: Site, object: KubeObject) {
  const answer = await api.apply(object, { fieldManager: APPLIER, force: false })
  const { namespace } = place
  if (!answer.ok) {
    throw refusedWrite({ verb: 'patch', resource: SERVICE, namespace, refusal: answer.refusal })
  }
  log.info(`${renderId(idOf(object, namespace))} created, because routes name both slots`)
}
