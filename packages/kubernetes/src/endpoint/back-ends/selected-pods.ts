// Do the EndpointSlices of the endpoint's Service list the pods that they should?
import { readyReplicas, wantedReplicas } from '../slot-health.ts'
import type { KubernetesSlot } from '../slot.ts'
import type { TrafficScene } from './back-end.ts'
import { nameOf } from './selector.ts'

/** null: exactly the ready pods of these slots, at least one of each; else what is still awaited. */
export function awaitedPods(scene: TrafficScene, slots: readonly string[]): string | null {
  const listed = scene.endpoints?.pods ?? []
  const where = `EndpointSlices of ${nameOf(scene.object)}`
  if (slots.length === 0) {
    return listed.length === 0 ? null : `${where}: ${listed.length} pods listed, wanted none`
  }
  const strange = strangers(scene, slots)
  if (strange.length > 0) {
    return `${where}: still list ${strange.length} of ${listed.length} pods that are not of slot ${slots.join(' or ')}`
  }
  const missing = slots.flatMap((slot) => missingOf(scene, slot))
  if (missing.length > 0) return `${where}: ${missing.join(', ')}`
  return countOf(scene, slots) ?? null
}

const foundOf = ({ found }: TrafficScene, slot: string): KubernetesSlot | null =>
  found.find((one) => one.slot === slot) ?? null

/** Pods known by name: of the slot's own Service. null: it has none, as in forms that others made. */
const podsOf = (scene: TrafficScene, slot: string): readonly string[] | null =>
  foundOf(scene, slot)?.endpoints?.pods ?? null

function strangers(scene: TrafficScene, slots: readonly string[]): readonly string[] {
  const listed = scene.endpoints?.pods ?? []
  const own = slots.map((slot) => podsOf(scene, slot))
  if (own.every((pods) => pods !== null)) {
    const known = new Set(own.flat())
    return listed.filter((pod) => !known.has(pod))
  }
  const others = new Set(
    scene.slots
      .filter((slot) => !slots.includes(slot))
      .flatMap((slot) => podsOf(scene, slot) ?? []),
  )
  return listed.filter((pod) => others.has(pod))
}

function missingOf(scene: TrafficScene, slot: string): readonly string[] {
  const pods = podsOf(scene, slot)
  if (pods === null) return []
  const listed = new Set(scene.endpoints?.pods)
  const there = pods.filter((pod) => listed.has(pod)).length
  if (pods.length > 0 && there === pods.length) return []
  return [`${there} of ${pods.length} ready pods of slot ${slot}`]
}

/** Where a slot has no Service of its own, the number of its ready pods has to do. */
function countOf(scene: TrafficScene, slots: readonly string[]): string | null {
  if (slots.every((slot) => podsOf(scene, slot) !== null)) return null
  const listed = scene.endpoints?.pods.length ?? 0
  const ready = slots.reduce((sum, slot) => sum + readyPods(scene, slot), 0)
  if (ready > 0 && listed === ready) return null
  return `EndpointSlices of ${nameOf(scene.object)}: ${listed} pods listed, ${ready} ready of slot ${slots.join(' and ')}`
}

/** Ready pods as the slot's Deployment counts them; 0 where it is not deployed. */
export function readyPods(scene: TrafficScene, slot: string): number {
  const deployment = foundOf(scene, slot)?.deployment ?? null
  return deployment === null ? 0 : readyReplicas(deployment)
}

/** Pods that the slot's Deployment wants; 0 where it is not deployed. */
export function wantedPods(scene: TrafficScene, slot: string): number {
  const deployment = foundOf(scene, slot)?.deployment ?? null
  return deployment === null ? 0 : wantedReplicas(deployment)
}
