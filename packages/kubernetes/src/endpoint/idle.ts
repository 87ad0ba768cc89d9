// Does a slot get requests? Asked of the traffic object itself, before anything of a slot is written.
import { kubernetesError } from '../errors.ts'
import { idOf, renderId, type KubeObject } from '../object.ts'
import type { RoutingSeen, TrafficScene } from './back-ends/back-end.ts'
import { readRouting } from './observe.ts'
import type { Site } from './site.ts'
import { readSnapshot, sceneOf, slotsIn } from './snapshot.ts'
import type { KubernetesSlot } from './slot.ts'

/** What there is around one slot, and the proof that nobody is sent to it. */
export interface IdleLook {
  readonly slot: Omit<KubernetesSlot, 'endpoints'>
  /** The other one of the pair. */
  readonly other: Omit<KubernetesSlot, 'endpoints'> | null
  /** Key of the label that tells the slots' pods apart. */
  readonly slotLabel: string
  /** null: the traffic object is not there, so nobody is sent anywhere. */
  readonly scene: TrafficScene | null
  readonly seen: RoutingSeen | null
  /** All of the namespace. */
  readonly deployments: readonly KubeObject[]
  readonly services: readonly KubeObject[]
}

/** One look. Throws KUBERNETES_SLOT_HAS_TRAFFIC. */
export async function lookAtIdle(site: Site, slot: string, signal: AbortSignal): Promise<IdleLook> {
  const snapshot = await readSnapshot(site, signal)
  const scene = sceneOf(site, snapshot)
  const { found, slotLabel } = slotsIn(site, snapshot)
  const seen = scene === null ? null : readRouting(site, scene)
  if (scene !== null && seen !== null) refuseTraffic(site, { slot, scene, seen })
  const own = found.find((one) => one.slot === slot)
  const nothing = { slot, deployment: null, service: null, labels: { [slotLabel]: slot } }
  return {
    slot: own ?? nothing,
    other: found.find((one) => one.slot !== slot) ?? null,
    slotLabel,
    scene,
    seen,
    deployments: snapshot.deployments.items,
    services: snapshot.services.items,
  }
}

interface Seen {
  readonly slot: string
  readonly scene: TrafficScene
  readonly seen: RoutingSeen
}

function refuseTraffic({ place }: Site, { slot, scene, seen }: Seen): void {
  const requests = requestsOf(slot, seen)
  if (requests === null) return
  throw kubernetesError(
    'KUBERNETES_SLOT_HAS_TRAFFIC',
    `slot ${slot} has traffic: ${renderId(idOf(scene.object, place.namespace))} gives it ${requests}`,
  )
}

/** null: none. A copy is a request, too: its answer is thrown away, its pods are at work. */
function requestsOf(slot: string, { traffic, match, mirror }: RoutingSeen): string | null {
  const weight = traffic[slot] ?? 0
  if (weight > 0) return `weight ${weight}`
  if (match?.slot === slot) return `requests with ${match.kind} ${match.name}`
  const copies = mirror[slot] ?? 0
  return copies > 0 ? `copies of ${copies} % of the requests` : null
}
