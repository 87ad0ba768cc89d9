// One rule of a VirtualService with other weights and another mirror; what we do not know stays. Pure.
import { bad, good, weightOf, type Problem, type Result } from '@sluice/rollout'
import { isRecord, recordsIn, textOf } from '../../record.ts'
import type { Routing, TrafficScene } from './back-end.ts'
import { serviceOfSlot } from './slot-services.ts'
import {
  isHost,
  ownMirror,
  renderDestination,
  slotOf,
  virtualServiceName,
  type Json,
  type SlotRule,
} from './virtual-service-rules.ts'

/** `http`: all rules, which may name a destination that this one lacks. */
export interface RuleChange {
  readonly scene: TrafficScene
  readonly http: readonly Json[]
  readonly wanted: Routing
}

/** Without any weight the route stays: a rule of ours in front of it parks the slots. */
export function writeSlotRule(change: RuleChange, { rule, where }: SlotRule): Result<Json> {
  const route = writeRoute(change, rule)
  const mirrored = writeMirror(change, rule)
  const problems = [route, mirrored].flatMap((one) => (one.ok ? [] : one.problems))
  if (!route.ok || !mirrored.ok) {
    const named = problems.map(({ message }) => `${where} ${message}`)
    return bad(
      ...named.map((message) => ({ where: virtualServiceName(change.scene.object), message })),
    )
  }
  return good({ ...mirrored.value, route: route.value })
}

function writeRoute(change: RuleChange, rule: Json): Result<readonly Json[]> {
  const { scene, wanted } = change
  const old = recordsIn(rule['route'])
  const present = new Set(old.map((entry) => slotOfEntry(scene, entry)))
  const problems: Problem[] = []
  const added = scene.slots.flatMap((slot): readonly Json[] => {
    if (present.has(slot) || !needsDestination(change, rule, slot)) return []
    const destination = findDestination(change, rule, slot)
    if (destination.ok) return [{ destination: destination.value }]
    problems.push(...destination.problems)
    return []
  })
  if (problems.length > 0) return bad(...problems)
  const route = [...old, ...added]
  // One destination has everything without saying so.
  if (route.length === 1) return good(route)
  const parked = Object.keys(wanted.weights).length === 0
  if (parked) return good(added.length === 0 ? old : [...alone(old), ...added.map(idle)])
  return good(
    route.map((entry) => {
      const slot = slotOfEntry(scene, entry)
      return slot === null ? entry : { ...entry, weight: weightOf(wanted.weights, slot) }
    }),
  )
}

const idle = (entry: Json): Json => ({ ...entry, weight: 0 })

/** The only destination so far, which now needs its weight in writing. */
const alone = (route: readonly Json[]): readonly Json[] =>
  route.length === 1 ? route.map((entry) => ({ ...entry, weight: 100 })) : route

const slotOfEntry = (scene: TrafficScene, { destination }: Json): string | null =>
  isRecord(destination) ? slotOf(scene, destination) : null

/** Also when only a mirror knew its subset, which is about to go. */
const needsDestination = ({ scene, wanted }: RuleChange, rule: Json, slot: string): boolean =>
  weightOf(wanted.weights, slot) > 0 ||
  wanted.match?.slot === slot ||
  ownMirror(scene, rule)?.slot === slot

/** Where the slot is in this rule or another one, else beside the other slot's Service. */
function findDestination({ scene, http }: RuleChange, rule: Json, slot: string): Result<Json> {
  const all = [rule, ...http].flatMap((one) => [
    ...recordsIn(one['route']).map(({ destination }) => destination),
    one['mirror'],
  ])
  const known = all.filter(isRecord)
  const own = known.find((one) => slotOf(scene, one) === slot)
  if (own !== undefined) return good(own)
  const service = serviceOfSlot(scene, slot)
  const beside = known.find((one) => {
    const other = slotOf(scene, one)
    return other !== null && isHost(scene, textOf(one['host']), serviceOfSlot(scene, other))
  })
  if (beside === undefined) {
    const message = `has no destination for slot ${slot}, and the other one is a subset; add the subset of slot ${slot} with weight 0, once its DestinationRule has it: without that Istio answers 503`
    return bad({ where: '', message })
  }
  if (!scene.services.has(service)) {
    return bad({
      where: '',
      message: `needs the Service ${service} of slot ${slot}, which is not there`,
    })
  }
  const { subset: _, ...rest } = beside
  const [, ...suffix] = textOf(beside['host']).split('.')
  return good({ ...rest, host: [service, ...suffix].join('.') })
}

function writeMirror(change: RuleChange, rule: Json): Result<Json> {
  const { mirror } = rule
  const seen = ownMirror(change.scene, rule)
  const [entry] = Object.entries(change.wanted.mirror).filter(([, percent]) => percent > 0)
  if (entry === undefined) return good(seen === null ? rule : withoutMirror(rule))
  if (isRecord(mirror) && seen === null) {
    const message = `copies requests to ${renderDestination(mirror)} already, which is not ours; take that out first`
    return bad({ where: '', message })
  }
  const [slot, percent] = entry
  const destination = findDestination(change, rule, slot)
  if (!destination.ok) return destination
  return good({
    ...withoutMirror(rule),
    mirror: destination.value,
    mirrorPercentage: { value: percent },
  })
}

/** `mirrorPercent` is the older way to say it. */
const withoutMirror = (rule: Json): Json => {
  const { mirror: _, mirrorPercentage: _p, mirrorPercent: _old, ...rest } = rule
  return rest
}
