// Takes down a slot that serves nobody: to zero replicas, or away with its own Service.
import type { Retirement, SluiceError, WriteReport } from '@sluice/rollout'
import { removeObjects, type Removal } from '../apply/removal.ts'
import type { ObjectReport } from '../apply/report.ts'
import { kubernetesError } from '../errors.ts'
import { scale } from '../modes/scale.ts'
import { idOf, renderId, type KubeObject } from '../object.ts'
import { isRecord } from '../record.ts'
import { lookAtIdle, type IdleLook } from './idle.ts'
import type { Site } from './site.ts'
import { wantedReplicas } from './slot-health.ts'

/** Throws KUBERNETES_SLOT_HAS_TRAFFIC, KUBERNETES_RETIRE_FAILED. A slot that is not there is done. */
export async function retireSlot(
  site: Site,
  { slot, how }: { readonly slot: string; readonly how: Retirement },
  signal: AbortSignal,
): Promise<WriteReport> {
  const look = await lookAtIdle(site, slot, signal)
  const { deployment } = look.slot
  if (how === 'delete') return deleteSlot(site, look, signal)
  if (deployment === null || wantedReplicas(deployment) === 0) return { changed: false }
  return scaleToZero(site, deployment, signal)
}

/** Its marks stay: it still says what it holds. An autoscaler leaves what is at zero alone. */
async function scaleToZero(
  { api, clock, log, place }: Site,
  deployment: KubeObject,
  signal: AbortSignal,
): Promise<WriteReport> {
  const target = {
    id: idOf(typed(deployment, 'apps/v1', 'Deployment'), place.namespace),
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

/** Items of lists do not say what they are. */
const typed = (object: KubeObject, apiVersion: string, kind: string): KubeObject => ({
  ...object,
  apiVersion,
  kind,
})

async function deleteSlot(site: Site, look: IdleLook, signal: AbortSignal): Promise<WriteReport> {
  const { api, clock, log, place } = site
  const { deployment } = look.slot
  const service = look.slot.service === null ? null : removableService(site, look)
  const removals: readonly Removal[] = [
    ...(deployment === null ? [] : [typed(deployment, 'apps/v1', 'Deployment')]),
    ...(service === null ? [] : [typed(service, 'v1', 'Service')]),
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

/** null: the traffic object still names it, at weight 0, and would break without it. */
function removableService({ log, place }: Site, { slot, scene }: IdleLook): KubeObject | null {
  const { service } = slot
  const name = service?.metadata.name ?? ''
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
