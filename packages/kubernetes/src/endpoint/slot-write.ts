// Writes the Deployment and the Service of a slot that serves nobody, by server-side apply.
//
// The mark of a slot holds for one template, and the server alone knows what it keeps of that. So a
// dry run asks first: its answer gives the digest that is written beside the mark, in one apply.
import type { SluiceError } from '@sluice/rollout'
import { APPLIER } from '../apply/field-set.ts'
import { observeLive } from '../apply/live.ts'
import { planApply, type PlannedObject } from '../apply/plan.ts'
import { managerIn } from '../apply/refusals.ts'
import { applyPlan, type AppliedObject, type ApplyOutcome } from '../apply/run.ts'
import { takeOverFields } from '../apply/write.ts'
import type { Refusal } from '../connection/api-server.ts'
import { kubernetesError } from '../errors.ts'
import { renderId, type KubeObject, type ManagedFields } from '../object.ts'
import { fieldAt } from '../record.ts'
import { DEPLOYMENT, SERVICE } from './kinds.ts'
import { missingRights } from './refused.ts'
import { templateDigest } from './revision.ts'
import type { Site } from './site.ts'
import { asManifest, KUBECTL, withTemplate, type SlotPlan } from './slot-plan.ts'

export interface WrittenSlot {
  readonly deployment: KubeObject
  readonly service: KubeObject
  readonly changed: boolean
}

/** The server's own opinion of both objects, before anything is written. KUBERNETES_DEPLOY_REFUSED. */
export async function checkSlot({ api, place }: Site, plan: SlotPlan): Promise<void> {
  const asked = await Promise.all(
    [plan.deployment, plan.service].map(async (planned) => ({
      planned,
      answer: await api.apply(planned.object, { fieldManager: APPLIER, force: true, dryRun: true }),
    })),
  )
  const refused = asked.flatMap(({ planned, answer }) =>
    answer.ok ? [] : [{ planned, refusal: answer.refusal }],
  )
  if (refused.length === 0) return
  const rights = refused.map(({ planned, refusal }) => ({
    verb: 'patch' as const,
    resource: planned === plan.service ? SERVICE : DEPLOYMENT,
    namespace: place.namespace,
    refusal,
  }))
  throw missingRights(rights) ?? deployRefused(refused.map((one) => told(one.planned, one.refusal)))
}

const told = ({ placed: { id } }: PlannedObject, { reason, message }: Refusal): string =>
  `${renderId(id)}: ${reason}: ${message}`

const deployRefused = (lines: readonly string[]): SluiceError =>
  kubernetesError(
    'KUBERNETES_DEPLOY_REFUSED',
    ['the slot was not written:', ...lines.map((line) => `- ${line}`)].join('\n'),
  )

export interface SlotWriting {
  readonly plan: SlotPlan
  /** Asks again whether somebody is sent to the slot, and throws then. */
  readonly prove: () => Promise<unknown>
}

/** Proves right before each thing that it writes that the slot serves nobody. */
export async function writeSlot(
  site: Site,
  { plan, prove }: SlotWriting,
  signal: AbortSignal,
): Promise<WrittenSlot> {
  if (plan.service.takeOver !== null || plan.deployment.takeOver !== null) {
    await prove()
    await takeOver(site, plan)
  }
  const service = await rehearse(site, plan.service)
  const deployment = await rehearse(site, plan.deployment)
  const digest = templateDigest(deployment.object, site.sha256)
  await prove()
  const force = service.force || deployment.force
  const writing: Writing = { site, plan, force, signal }
  const first = await write(writing, digest)
  // A webhook, or somebody between the question and the write: the mark is about what is there.
  const kept = templateDigest(first.deployment.object, site.sha256)
  const last = kept === digest ? first : await write(writing, kept)
  noticeOthers(site, last.deployment.object)
  return {
    deployment: last.deployment.object,
    service: last.service.object,
    changed: [first, last].some((one) => one.deployment.changed || one.service.changed),
  }
}

/** What they set stays, and belongs to the mark: a webhook, an operator. */
function noticeOthers({ log }: Site, deployment: KubeObject): void {
  const others = (deployment.metadata.managedFields ?? [])
    .filter((entry) => entry.manager !== APPLIER && setsTemplate(entry))
    .map(({ manager }) => manager)
  if (others.length === 0) return
  log.notice(
    `Deployment ${deployment.metadata.name ?? ''}: ${[...new Set(others)].join(', ')} also set parts of its pod template, which the manifests do not name`,
  )
}

const setsTemplate = ({ fieldsV1 }: ManagedFields): boolean =>
  fieldAt(fieldsV1, ['f:spec', 'f:template']) !== undefined

/** What kubectl set in this slot and the manifests do not name goes with the apply that follows. */
async function takeOver(
  { api, log }: Site,
  { plan, deployment, service }: SlotPlan,
): Promise<void> {
  for (const planned of [service, deployment]) {
    if (planned.takeOver === null) continue
    const end = await takeOverFields({ api, rules: plan.rules }, planned)
    const name = renderId(planned.placed.id)
    if (end !== null) throw deployRefused([`${name}: ${end.reason}: ${end.message}`])
    const managers = planned.takeOver.managers.join(', ')
    log.notice(`${name}: the fields of ${managers} are taken over; nobody is sent to this slot`)
  }
}

/** As the server would keep it, and whether that takes force. */
async function rehearse(
  { api, log }: Site,
  planned: PlannedObject,
): Promise<{ readonly object: KubeObject; readonly force: boolean }> {
  const name = renderId(planned.placed.id)
  const ask = (force: boolean) =>
    api.apply(planned.object, { fieldManager: APPLIER, force, dryRun: true })
  const answer = await ask(false)
  if (answer.ok) return { object: answer.value.object, force: false }
  const owners = ownersInTheWay(answer.refusal)
  if (owners === null) throw deployRefused([told(planned, answer.refusal)])
  const forced = await ask(true)
  if (!forced.ok) throw deployRefused([told(planned, forced.refusal)])
  log.notice(`${name}: ${owners} are taken over; nobody is sent to this slot`)
  return { object: forced.value.object, force: true }
}

/** `spec.replicas of kubectl`; null where others than people and ourselves own the fields. */
function ownersInTheWay({ causes }: Refusal): string | null {
  const conflicts = causes.filter(({ reason }) => reason === 'FieldManagerConflict')
  const owners = conflicts.map((cause) => ({ field: cause.field, manager: managerIn(cause) }))
  const mayGo = ({ manager }: { readonly manager: string }) =>
    KUBECTL.test(manager) || manager.startsWith('sluice')
  if (owners.length === 0 || !owners.every(mayGo)) return null
  return owners.map(({ field, manager }) => `${field.replace(/^\./, '')} of ${manager}`).join(', ')
}

interface Writing {
  readonly site: Site
  readonly plan: SlotPlan
  readonly force: boolean
  readonly signal: AbortSignal
}

interface Written {
  readonly deployment: AppliedObject
  readonly service: AppliedObject
}

async function write({ site, plan, force, signal }: Writing, digest: string): Promise<Written> {
  const { api, clock, log } = site
  const objects = [plan.workload.service, withTemplate(plan.workload.deployment, digest)]
  const manifests = objects.map((object) => asManifest(site, object))
  const live = await observeLive(manifests, { api, resources: plan.resources })
  const outcome = await applyPlan(
    planApply(manifests, live, { force, replace: false, takeOver: [] }),
    {
      api,
      clock,
      log,
      signal,
      deadline: clock.now() + site.waitSeconds * 1000,
      waitForStage: () => Promise.resolve([]),
    },
  )
  return written(outcome)
}

function written({ reports, applied }: ApplyOutcome): Written {
  const refused = reports.filter(({ action }) => action === 'refused')
  if (refused.length > 0) {
    throw deployRefused(
      refused.map(({ id, reason, message }) => `${renderId(id)}: ${reason}: ${message}`),
    )
  }
  const deployment = applied.find(({ id }) => id.kind === 'Deployment')
  const service = applied.find(({ id }) => id.kind === 'Service')
  if (deployment === undefined || service === undefined) throw new Error('an object was skipped')
  return { deployment, service }
}
