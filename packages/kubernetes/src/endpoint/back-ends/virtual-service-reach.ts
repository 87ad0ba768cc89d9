// Destinations that Istio would answer 503 for: a port that the Service does not offer, or a subset
// whose pods its Service does not select (the Service of blue/green in front of both). Pure.
import { weightOf, type Problem } from '@sluice/rollout'
import { fieldAt, isRecord, recordsIn, textOf } from '../../record.ts'
import type { Routing, RoutingSeen, TrafficScene } from './back-end.ts'
import { portProblem } from './slot-ports.ts'
import {
  renderDestination,
  slotOf,
  virtualServiceName,
  type Json,
} from './virtual-service-rules.ts'

/** For slots that get requests or copies which they did not have: going back is never in the way. */
export function unreachable(
  scene: TrafficScene,
  http: readonly Json[],
  change: { readonly wanted: Routing; readonly seen: RoutingSeen },
): readonly Problem[] {
  const gaining = scene.slots.filter((slot) => isGaining(slot, change))
  const destinations = new Map(
    http.flatMap(destinationsOf).map((one) => [JSON.stringify(one), one] as const),
  )
  return [...destinations.values()].flatMap((destination) => {
    const slot = slotOf(scene, destination)
    if (slot === null || !gaining.includes(slot)) return []
    return textOf(destination['subset']) === ''
      ? portProblems(scene, slot, destination)
      : clashOf(scene, slot, destination)
  })
}

/** Without a port the Service has only one. */
function portProblems(scene: TrafficScene, slot: string, destination: Json): readonly Problem[] {
  const port = fieldAt(destination, ['port', 'number'])
  if (port === undefined) return []
  const where = `${virtualServiceName(scene.object)} destination ${renderDestination(destination)}`
  const problem = portProblem(scene, { slot, port, where })
  return problem === null ? [] : [problem]
}

const isGaining = (
  slot: string,
  { wanted, seen }: { readonly wanted: Routing; readonly seen: RoutingSeen },
): boolean =>
  (weightOf(wanted.weights, slot) > 0 && (seen.traffic[slot] ?? 0) === 0) ||
  (wanted.match?.slot === slot && seen.match?.slot !== slot) ||
  ((wanted.mirror[slot] ?? 0) > 0 && (seen.mirror[slot] ?? 0) === 0)

const destinationsOf = (rule: Json): readonly Json[] =>
  [...recordsIn(rule['route']).map(({ destination }) => destination), rule['mirror']].filter(
    isRecord,
  )

function clashOf(scene: TrafficScene, slot: string, destination: Json): readonly Problem[] {
  const [service = ''] = textOf(destination['host']).split('.')
  const selector = fieldAt(scene.services.get(service), ['spec', 'selector'])
  const labels = scene.found.find((one) => one.slot === slot)?.labels ?? {}
  const clash = Object.entries(labels).find(([key, value]) => {
    const selected = isRecord(selector) ? selector[key] : undefined
    return selected !== undefined && selected !== value
  })
  if (clash === undefined) return []
  const [key, value] = clash
  const message = `subset ${textOf(destination['subset'])} is empty: Service ${service} selects ${key}=${textOf(fieldAt(selector, [key]))}, the pods of slot ${slot} have ${key}=${value}; take ${key} out of the selector of the Service`
  return [{ where: virtualServiceName(scene.object), message }]
}
