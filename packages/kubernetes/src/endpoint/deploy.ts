// One revision onto one slot that serves nobody, waited for until its own Service lists ready pods.
//
// The slot with traffic is read and never written. A run that was killed is gone on with by the next
// one: what is there as wanted is not written again, what is not ready is waited for.
import type { DeployOrder, WriteReport } from '@sluice/rollout'
import { createEndpoint, pinEndpoint, planEndpoint } from './endpoint-ready.ts'
import { kubernetesError } from '../errors.ts'
import { lookAtIdle } from './idle.ts'
import { createOtherService, planOtherService } from './other-service.ts'
import type { Site } from './site.ts'
import { planSlot, type SlotPlan } from './slot-plan.ts'
import { awaitSlot } from './slot-wait.ts'
import { checkSlot, writeSlot, type WrittenSlot } from './slot-write.ts'
import type { KubernetesWorkload } from './workload.ts'

/**
 * Throws KUBERNETES_SLOT_HAS_TRAFFIC, KUBERNETES_ENDPOINT_ABSENT, KUBERNETES_MANIFESTS_INVALID,
 * KUBERNETES_DEPLOY_REFUSED before anything is written; KUBERNETES_DEPLOY_FAILED and
 * KUBERNETES_DEPLOY_TIMEOUT leave the slot as it is, at weight 0.
 */
export async function deploySlot(
  site: Site,
  order: DeployOrder<KubernetesWorkload>,
  signal: AbortSignal,
): Promise<WriteReport> {
  refuseSeenTraffic(order)
  const since = site.clock.now()
  const look = await lookAtIdle(site, order.slot, signal)
  const missing = planEndpoint(site, look, order.workload)
  const plan = await planSlot(site, order, look)
  if (!plan.unchanged) await checkSlot(site, plan)
  const second = planOtherService(site, look, order.workload)
  if (second !== null) await createOtherService(site, second)
  if (missing !== null && !(await createEndpoint(site, missing))) {
    return deploySlot(site, order, signal)
  }
  const pinned = await pinEndpoint(site, look, signal)
  const written = plan.unchanged ? asItIs(plan) : await write(site, { order, plan }, signal)
  await awaitSlot(site, { slot: order.slot, since, written: written.changed, ...written }, signal)
  return { changed: written.changed || missing !== null || second !== null || pinned }
}

/** What the caller decided on is no place to deploy to. */
function refuseSeenTraffic({ slot, seen }: DeployOrder<KubernetesWorkload>): void {
  const weight = seen.traffic[slot] ?? 0
  if (weight === 0) return
  throw kubernetesError('KUBERNETES_SLOT_HAS_TRAFFIC', `slot ${slot} has traffic: weight ${weight}`)
}

const asItIs = ({ deployment, service }: SlotPlan): WrittenSlot => ({
  deployment: deployment.live ?? deployment.object,
  service: service.live ?? service.object,
  changed: false,
})

interface Write {
  readonly order: DeployOrder<KubernetesWorkload>
  readonly plan: SlotPlan
}

async function write(
  site: Site,
  { order, plan }: Write,
  signal: AbortSignal,
): Promise<WrittenSlot> {
  for (const notice of [...plan.workload.notices, ...plan.plan.notices]) site.log.notice(notice)
  // The traffic may have moved since the first look.
  const prove = () => lookAtIdle(site, order.slot, signal)
  return writeSlot(site, { plan, prove }, signal)
}
