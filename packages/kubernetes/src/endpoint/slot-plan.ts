// What a deploy has to write in one slot, found out by reads alone.
import type { DeployOrder } from '@sluice/rollout'
import type { Resources } from '../connection/api-server.ts'
import { observeLive } from '../apply/live.ts'
import { objectsOf, planApply, type ApplyPlan, type PlannedObject } from '../apply/plan.ts'
import { invalidManifests } from '../manifests/invalid.ts'
import type { PlacedManifest } from '../manifests/manifest.ts'
import { idOf, type KubeObject } from '../object.ts'
import type { IdleLook } from './idle.ts'
import { TEMPLATE_ANNOTATION } from './marks.ts'
import { obstacles, sideEntrance } from './obstacles.ts'
import { placeInSlot, type PlacedWorkload } from './placing.ts'
import { templateDigest } from './revision.ts'
import type { Site } from './site.ts'
import { readyReplicas } from './slot-health.ts'
import type { KubernetesWorkload } from './workload.ts'

export interface SlotPlan {
  readonly workload: PlacedWorkload
  readonly plan: ApplyPlan
  readonly deployment: PlannedObject
  readonly service: PlannedObject
  readonly resources: Resources
  /** Nothing has to be written: the slot holds this, and its mark is about what it holds. */
  readonly unchanged: boolean
}

/** Throws KUBERNETES_MANIFESTS_INVALID where the workload cannot be in this slot. */
export async function planSlot(
  site: Site,
  order: Pick<DeployOrder<KubernetesWorkload>, 'slot' | 'mark' | 'workload'>,
  look: IdleLook,
): Promise<SlotPlan> {
  const placed = placeInSlot(order.workload, {
    endpoint: site.endpoint,
    namespace: site.place.namespace,
    slot: order.slot,
    slotLabel: labelOf(look),
    deployment: staying(look.slot.deployment),
    service: staying(look.slot.service),
    // Where replicas give the weights, each step brings the pods that it needs.
    activeReplicas: site.backEnd.kind === 'replicas' ? 0 : activeReplicas(look),
    mark: order.mark,
  })
  const problems = placed.ok ? obstacles(site, look, placed.value) : placed.problems
  if (!placed.ok || problems.length > 0) throw invalidManifests(problems)
  const entrance = sideEntrance(site, look, placed.value)
  const notices = entrance === null ? placed.value.notices : [...placed.value.notices, entrance]
  return planObjects(site, { ...placed.value, notices }, look.slot.deployment)
}

/** What is being deleted decides nothing any more. */
const staying = (object: KubeObject | null): KubeObject | null =>
  object?.metadata.deletionTimestamp === undefined ? object : null

async function planObjects(
  site: Site,
  workload: PlacedWorkload,
  live: KubeObject | null,
): Promise<SlotPlan> {
  const resources = await site.api.resources()
  // As if the mark were about the live template: then only real differences are left.
  const deployment = withTemplate(workload.deployment, templateOf(live))
  const manifests = [deployment, workload.service].map((one) => asManifest(site, one))
  const seen = await observeLive(manifests, { api: site.api, resources })
  const takeOver = kubectlManagers([...seen.objects.values()])
  const plan = planApply(manifests, seen, { force: false, replace: false, takeOver })
  const [one, other] = pick(plan)
  return {
    workload,
    plan,
    deployment: one,
    service: other,
    resources,
    unchanged:
      objectsOf(plan).every(({ intent }) => intent === 'unchanged') &&
      one.live !== null &&
      templateOf(one.live) === templateDigest(one.live, site.sha256),
  }
}

function pick(plan: ApplyPlan): readonly [PlannedObject, PlannedObject] {
  const objects = objectsOf(plan)
  const deployment = objects.find(({ placed: { id } }) => id.kind === 'Deployment')
  const service = objects.find(({ placed: { id } }) => id.kind === 'Service')
  if (deployment === undefined || service === undefined) throw new Error('a plan lost an object')
  return [deployment, service]
}

function labelOf({ slot, slotLabel }: IdleLook): { readonly key: string; readonly value: string } {
  const own = slot.labels[slotLabel]
  if (own !== undefined) return { key: slotLabel, value: own }
  const [first] = Object.entries(slot.labels)
  return first === undefined
    ? { key: slotLabel, value: slot.slot }
    : { key: first[0], value: first[1] }
}

/** Ready pods where the requests go now. */
function activeReplicas({ scene, seen }: IdleLook): number {
  const serving = (scene?.found ?? []).flatMap(({ slot, deployment }) =>
    deployment !== null && (seen?.traffic[slot] ?? 0) > 0 ? [readyReplicas(deployment)] : [],
  )
  return Math.max(0, ...serving)
}

/** They belong to this slot, whoever made it, and are served by nobody: what kubectl set there goes. */
export const KUBECTL = /^kubectl(?:-|$)/

const kubectlManagers = (objects: readonly KubeObject[]): readonly string[] => [
  ...new Set(
    objects
      .flatMap(({ metadata }) => metadata.managedFields ?? [])
      .map(({ manager }) => manager)
      .filter((manager) => KUBECTL.test(manager)),
  ),
]

const templateOf = (live: KubeObject | null): string | null =>
  live?.metadata.annotations?.[TEMPLATE_ANNOTATION] ?? null

export function withTemplate(deployment: KubeObject, digest: string | null): KubeObject {
  if (digest === null) return deployment
  const annotations = { ...deployment.metadata.annotations, [TEMPLATE_ANNOTATION]: digest }
  return { ...deployment, metadata: { ...deployment.metadata, annotations } }
}

/** Made here, so no file has a line for it. */
export const asManifest = ({ place }: Site, object: KubeObject): PlacedManifest => ({
  object,
  source: { file: `slot of ${place.trafficObject}`, lineOf: () => 1 },
  id: idOf(object, place.namespace),
  known: true,
})
