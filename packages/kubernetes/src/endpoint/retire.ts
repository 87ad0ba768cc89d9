// Takes down a slot that serves nobody: to zero replicas, or away with its own Service.
import type { Retirement, SluiceError, WriteReport } from '@sluice/rollout'
import { removeObjects, type Removal } from '../apply/removal.ts'
import type { ObjectReport } from '../apply/report.ts'
import { kubernetesError } from '../errors.ts'
import { numberAt } from '../health/fields.ts'
import { scale } from '../modes/scale.ts'
import { idOf, renderId, type KubeObject } from '../object.ts'
import { isRecord } from '../record.ts'
import { defaultService } from './back-ends/slot-services.ts'
import { lookAtIdle, type IdleLook } from './idle.ts'
import { DEPLOYMENT, SERVICE } from './kinds.ts'
import type { Site } from './site.ts'
import { wantedReplicas } from './slot-health.ts'
import { trafficObjectId, typed } from './snapshot.ts'
import { SLOT_LABEL } from './slots.ts'

const LOOK_AGAIN_SECONDS = 0.5

/** Throws KUBERNETES_SLOT_HAS_TRAFFIC, KUBERNETES_RETIRE_FAILED. A slot that is not there is done. */
export async function retireSlot(
  site: Site,
  { slot, how }: { readonly slot: string; readonly how: Retirement },
  signal: AbortSignal,
): Promise<WriteReport> {
  const look = await lookAtIdle(site, slot, signal)
  refuseLed(site, look)
  const { deployment } = look.slot
  if (how === 'delete') return deleteSlot(site, look, signal)
  if (deployment === null || wantedReplicas(deployment) === 0) return { changed: false }
  const report = await scaleToZero(site, deployment, signal)
  await awaitNoPods(site, deployment, signal)
  return report
}

/** A new revision may come to them; without pods they would be answered by nobody. */
function refuseLed(site: Site, { slot, seen }: IdleLook): void {
  if (seen?.ledByOthers?.includes(slot.slot) !== true) return
  throw kubernetesError(
    'KUBERNETES_SLOT_HAS_TRAFFIC',
    `slot ${slot.slot} has traffic: a rule in ${renderId(trafficObjectId(site))}, which is not ours, leads requests to it`,
  )
}

/** Its marks stay: it still says what it holds. An autoscaler leaves what is at zero alone. */
async function scaleToZero(
  { api, clock, log, place }: Site,
  deployment: KubeObject,
  signal: AbortSignal,
): Promise<WriteReport> {
  const target = {
    id: idOf(typed(deployment, DEPLOYMENT), place.namespace),
    object: deployment,
  }
  const reports = await scale({ api, clock, log, signal }, [target], {
    replicas: 0,
    force: true,
    dryRun: false,
  })
  refuseTrouble(reports)
  return { changed: reports.some(({ action }) => action === 'scaled') }
}

/** Retired is a slot when its pods end; until then a look would still count them. */
async function awaitNoPods(site: Site, deployment: KubeObject, signal: AbortSignal): Promise<void> {
  const id = idOf(typed(deployment, DEPLOYMENT), site.place.namespace)
  const deadline = site.clock.now() + site.waitSeconds * 1000
  for (;;) {
    const answer = await site.api.get(id)
    // Somebody else's right to look, or nothing left: then there is nothing to wait for.
    if (!answer.ok || answer.value === null) return
    const left = numberAt(answer.value, 'status.replicas', 0)
    if (left === 0) return
    if (site.clock.now() >= deadline) {
      throw kubernetesError('KUBERNETES_RETIRE_FAILED', `${renderId(id)} still has ${left} pods`)
    }
    await site.clock.sleep(LOOK_AGAIN_SECONDS, signal)
  }
}

async function deleteSlot(site: Site, look: IdleLook, signal: AbortSignal): Promise<WriteReport> {
  const { api, clock, log, place } = site
  const { deployment } = look.slot
  const service = look.slot.service === null ? null : removableService(site, look)
  const removals: readonly Removal[] = [
    ...(deployment === null ? [] : [typed(deployment, DEPLOYMENT)]),
    ...(service === null ? [] : [typed(service, SERVICE)]),
  ].map((object) => ({ id: idOf(object, place.namespace), uid: object.metadata.uid ?? '' }))
  if (removals.length === 0) return { changed: false }
  const reports = await removeObjects({ api, clock, log, signal }, removals, {
    action: 'deleted',
    propagation: 'Background',
    deadline: clock.now() + site.waitSeconds * 1000,
  })
  refuseTrouble(reports)
  return { changed: true }
}

/**
 * null: it stays. It is not the slot's own by label or name, or the traffic object still names it, at
 * weight 0, and would break without it.
 */
function removableService(site: Site, { slot, scene }: IdleLook): KubeObject | null {
  const { log, place, endpoint } = site
  const { service } = slot
  const name = service?.metadata.name ?? ''
  const isLabelled = service?.metadata.labels?.[SLOT_LABEL] === slot.slot
  const isNamed = slot.deployment !== null && name === defaultService(endpoint, slot.slot)
  if (!isLabelled && !isNamed) {
    log.notice(
      `Service ${place.namespace}/${name} stays, because nothing says that it is the slot's own`,
    )
    return null
  }
  const holders = scene === null ? [] : [scene.object, ...scene.siblings]
  const holder = holders.find((object) => holdsText(object['spec'], name))
  if (holder === undefined) return service
  log.notice(
    `Service ${place.namespace}/${name} stays, because ${holder.kind} ${holder.metadata.name ?? ''} names it`,
  )
  return null
}

function holdsText(value: unknown, text: string): boolean {
  if (typeof value === 'string') return value === text
  const inside = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : []
  return inside.some((one) => holdsText(one, text))
}

function refuseTrouble(reports: readonly ObjectReport[]): void {
  const trouble = reports.filter(
    ({ action, verdict }) =>
      action === 'refused' || action === 'skipped' || verdict === 'failed' || verdict === 'timeout',
  )
  if (trouble.length > 0) throw retireFailed(trouble)
}

const retireFailed = (reports: readonly ObjectReport[]): SluiceError =>
  kubernetesError(
    'KUBERNETES_RETIRE_FAILED',
    reports.map(({ id, reason, message }) => `${renderId(id)}: ${reason}: ${message}`).join('; '),
  )
