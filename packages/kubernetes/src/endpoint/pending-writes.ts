// What a deploy would write, found out by reads alone: for dry runs.
import type { DeployOrder } from '@sluice/rollout'
import type { PlannedObject } from '../apply/plan.ts'
import { idOf, renderId } from '../object.ts'
import { planEndpoint, planPin } from './endpoint-ready.ts'
import { lookAtIdle } from './idle.ts'
import { planOtherService } from './other-service.ts'
import type { Site } from './site.ts'
import { planSlot, type SlotPlan } from './slot-plan.ts'
import { trafficObjectId } from './snapshot.ts'
import type { KubernetesWorkload } from './workload.ts'

/** One line per object, in the order of writing: create, patch, or unchanged. */
export async function listPendingWrites(
  site: Site,
  order: Pick<DeployOrder<KubernetesWorkload>, 'slot' | 'mark' | 'workload'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const look = await lookAtIdle(site, order.slot, signal)
  const missing = planEndpoint(site, look, order.workload)
  const pin = planPin(site, look)
  const plan = await planSlot(site, order, look)
  const traffic =
    missing !== null
      ? `create ${renderId(idOf(missing, site.place.namespace))} (sends nobody to any slot)`
      : pin !== null
        ? `patch ${renderId(trafficObjectId(site))} (pin it to the slot that has its requests)`
        : `unchanged ${renderId(trafficObjectId(site))}`
  const second = planOtherService(site, look, order.workload)
  return [
    ...(second === null ? [] : [`create ${renderId(idOf(second, site.place.namespace))}`]),
    traffic,
    describe(plan.service, plan),
    describe(plan.deployment, plan),
  ]
}

function describe(planned: PlannedObject, { unchanged }: SlotPlan): string {
  const { intent, difference, placed, live } = planned
  const name = renderId(placed.id)
  if (live === null) return `create ${name}`
  if (intent === 'recreate') return `create ${name} (when the one that is being deleted is gone)`
  if (intent === 'unchanged') {
    const stale = placed.id.kind === 'Deployment' && !unchanged
    return stale ? `patch ${name} (its mark)` : `unchanged ${name}`
  }
  return `patch ${name}${difference === '' ? '' : ` (${difference})`}`
}
