// What is there already and must not be written over, or would keep the new pods from their requests. Pure.
import type { Problem } from '@sluice/rollout'
import type { KubeObject } from '../object.ts'
import type { IdleLook } from './idle.ts'
import { isService } from './kinds.ts'
import type { PlacedWorkload } from './placing.ts'
import type { Site } from './site.ts'
import { isSelected, selectorOf, SLOT_LABEL, templateLabels } from './slots.ts'

/** Names that others use, and a live Service that would never select the pods. */
export const obstacles = (
  site: Site,
  look: IdleLook,
  placed: PlacedWorkload,
): readonly Problem[] => [
  ...deploymentTaken(look, placed),
  ...serviceTaken(look, placed),
  ...(isService(site.backEnd) ? missedByEndpoint(look, placed) : []),
]

const named = (objects: readonly KubeObject[], wanted: KubeObject): KubeObject | null =>
  objects.find(({ metadata }) => metadata.name === wanted.metadata.name) ?? null

const where = ({ kind, metadata }: KubeObject): string =>
  `${kind} ${metadata.namespace}/${metadata.name}`

/** Found by its name, but its pods are of another slot, which may well serve. */
function deploymentTaken(look: IdleLook, { deployment }: PlacedWorkload): readonly Problem[] {
  const live = named(look.deployments, deployment)
  const { slot } = look.slot
  if (live === null || live.metadata.uid === look.slot.deployment?.metadata.uid) return []
  const labels = JSON.stringify(templateLabels(live))
  const message = `is there, and its pods (${labels}) are not of slot ${slot}; name the slots as its labels do, or give it another name`
  return [{ where: where(deployment), message }]
}

function serviceTaken(look: IdleLook, { service }: PlacedWorkload): readonly Problem[] {
  const live = named(look.services, service)
  const { slot } = look.slot
  if (live === null || live.metadata.labels?.[SLOT_LABEL] === slot) return []
  const selector = selectorOf(live)
  const other = look.other?.deployment ?? null
  const selectsOther = other !== null && isSelected(selector, templateLabels(other))
  const isOwn = live.metadata.uid === look.slot.service?.metadata.uid
  if (isOwn && !selectsOther) return []
  const message = `is there, and its selector (${JSON.stringify(selector)}) is not for slot ${slot} alone; give it another name, or delete it when nobody needs it`
  return [{ where: where(service), message }]
}

/** Pinned to this slot, the Service that users know must select these pods. */
function missedByEndpoint(
  { scene, slotLabel }: IdleLook,
  { deployment }: PlacedWorkload,
): readonly Problem[] {
  if (scene === null) return []
  const labels = templateLabels(deployment)
  // While no slot is there, the Service was made to lead to none: only the key tells.
  const slotKeys = new Set([slotLabel, ...scene.found.flatMap((one) => Object.keys(one.labels))])
  return Object.entries(selectorOf(scene.object))
    .filter(([key, value]) => !slotKeys.has(key) && labels[key] !== value)
    .map(([key, value]) => ({
      where: `Service ${scene.object.metadata.name ?? ''} spec.selector["${key}"]`,
      message: `found "${value}" on the cluster, and the pods of the manifests bear ${labels[key] === undefined ? 'no such label' : `"${labels[key]}"`}: requests would never get to them`,
    }))
}

/**
 * A Service of the endpoint's name beside the object that routes: who asks it inside the cluster gets
 * the new pods as well. null: there is none. In a mesh it has to be so.
 */
export function sideEntrance(site: Site, look: IdleLook, placed: PlacedWorkload): string | null {
  const { backEnd, endpoint, place } = site
  if (isService(backEnd) || backEnd.kind === 'virtual-service') return null
  const own = look.services.find(({ metadata }) => metadata.name === endpoint)
  if (own === undefined || !isSelected(selectorOf(own), templateLabels(placed.deployment))) {
    return null
  }
  return `Service ${place.namespace}/${endpoint} selects the pods of slot ${look.slot.slot}, too: who asks it by its name gets them past ${backEnd.resource.kind} ${place.trafficObject}; give it the label of one slot, or delete it`
}
