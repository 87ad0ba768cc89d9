// What the cluster shows -> Observation. Pure.
import type { Observation, SlotObservation } from '@sluice/rollout'
import { kubernetesError } from '../errors.ts'
import { idOf, renderId } from '../object.ts'
import type { RoutingSeen, TrafficScene } from './back-ends/back-end.ts'
import { marksOf, revisionMarkOf } from './marks.ts'
import type { Site } from './site.ts'
import type { KubernetesSlot } from './slot.ts'
import { slotHealth } from './slot-health.ts'

/** `https://host:6443/shop/HTTPRoute/mon-app`: the same for every observer, there or not. */
export const identityOf = ({ place, backEnd }: Site): string =>
  [place.server, place.namespace, backEnd.resource.kind, place.trafficObject].join('/')

export const absent = (site: Site): Observation => ({
  endpoint: identityOf(site),
  exists: false,
  changing: false,
  slots: [],
  traffic: {},
  mirror: {},
  match: null,
  marks: {},
  version: null,
})

/** Throws KUBERNETES_TRAFFIC_OBJECT_INVALID with all problems of the object. */
export function observationOf(
  site: Site,
  scene: TrafficScene,
  seen: RoutingSeen = readRouting(site, scene),
): Observation {
  const { object, found } = scene
  return {
    endpoint: identityOf(site),
    exists: true,
    // An API server takes writes at any time.
    changing: false,
    slots: found
      .filter(({ deployment }) => deployment !== null)
      .map((slot) => slotObservation(site, slot, seen)),
    traffic: seen.traffic,
    mirror: seen.mirror,
    match: seen.match,
    ...(seen.unfinished === undefined ? {} : { unfinished: seen.unfinished }),
    marks: marksOf(object),
    version: object.metadata.resourceVersion ?? null,
  }
}

export function readRouting({ backEnd, place }: Site, scene: TrafficScene): RoutingSeen {
  const read = backEnd.read(scene)
  if (read.ok) return read.value
  const what = renderId(idOf(scene.object, place.namespace))
  const told = read.problems.map(({ where, message }) => `${where}: ${message}`)
  throw kubernetesError('KUBERNETES_TRAFFIC_OBJECT_INVALID', `${what}: ${told.join('; ')}`)
}

function slotObservation(site: Site, slot: KubernetesSlot, seen: RoutingSeen): SlotObservation {
  const { deployment } = slot
  const share = seen.shares?.[slot.slot]
  return {
    slot: slot.slot,
    ...slotHealth(slot, site.clock.now()),
    revision: deployment === null ? null : revisionMarkOf(deployment, site.sha256),
    ...(share === undefined ? {} : { share }),
  }
}
