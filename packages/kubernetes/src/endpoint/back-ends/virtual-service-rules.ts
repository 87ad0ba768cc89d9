// Istio VirtualService: its HTTP rules, and which slot each destination stands for. Pure.
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import type { KubeObject } from '../../object.ts'
import { fieldAt, isRecord, recordsIn, textOf } from '../../record.ts'
import type { TrafficScene } from './back-end.ts'
import { isMirrorMarked } from './mirror-mark.ts'
import { serviceOfSlot } from './slot-services.ts'
import { wholePercents } from './whole-percents.ts'

export type Json = Readonly<Record<string, unknown>>

/** A rule whose destinations are slots. */
export interface SlotRule {
  readonly rule: Json
  /** Such as `http[1]`. */
  readonly where: string
  /** Slot to percent; slots at 0 are left out. */
  readonly traffic: Readonly<Record<string, number>>
  /** Copies of ours to a slot; null: none. */
  readonly mirror: SlotMirror | null
}

export interface SlotMirror {
  readonly slot: string
  readonly percent: number
}

/** One rule of `spec.http`, by what it is for us. */
export type Rule =
  | { readonly kind: 'slots'; readonly slots: SlotRule }
  /** Ours: requests with one header get one slot. */
  | { readonly kind: 'match'; readonly rule: Json }
  /** Ours: no slot has traffic, so nobody is answered by one. */
  | { readonly kind: 'parked'; readonly rule: Json }
  /** Names a slot for requests of a header; somebody else's. */
  | {
      readonly kind: 'foreign-match'
      readonly rule: Json
      readonly where: string
      readonly slots: readonly string[]
    }
  /** Names no slot. */
  | { readonly kind: 'other'; readonly rule: Json }

export const MATCH_RULE = 'sluice-match'
export const PARKED_RULE = 'sluice-parked'

export const virtualServiceName = ({ metadata }: KubeObject): string =>
  `VirtualService ${metadata.name ?? ''}`

/** All rules in order; what keeps them from being followed. */
export function readRules(scene: TrafficScene): Result<readonly Rule[]> {
  const { object } = scene
  const where = virtualServiceName(object)
  const problems: Problem[] = []
  const rules = recordsIn(fieldAt(object, ['spec', 'http'])).map((rule, index): Rule => {
    const read = readRule(scene, rule, `http[${index}]`)
    if (read.ok) return read.value
    problems.push(...read.problems.map(({ message }) => ({ where, message })))
    return { kind: 'other', rule }
  })
  for (const protocol of ['tcp', 'tls']) {
    const routes = recordsIn(fieldAt(object, ['spec', protocol]))
    const leads = routes.some((route) => destinationsOf(route).some((one) => slotOf(scene, one)))
    if (!leads) continue
    const message = `spec.${protocol} leads to a slot; only the weights of spec.http are moved, wanted the slots there alone`
    problems.push({ where, message })
  }
  if (problems.length === 0 && !rules.some(({ kind }) => kind === 'slots')) {
    const own = scene.slots.map((slot) => serviceOfSlot(scene, slot)).join(', ')
    const message = `leads to no slot; wanted a rule of spec.http whose destinations are ${own}, or one host with the subsets ${scene.slots.join(', ')}`
    problems.push({ where, message })
  }
  return problems.length > 0 ? bad(...problems) : good(rules)
}

const destinationsOf = (rule: Json): readonly Json[] =>
  recordsIn(rule['route']).map(({ destination }) => (isRecord(destination) ? destination : {}))

function readRule(scene: TrafficScene, rule: Json, where: string): Result<Rule> {
  const name = textOf(rule['name'])
  if (isOwn(name, MATCH_RULE)) return good({ kind: 'match', rule })
  if (isOwn(name, PARKED_RULE)) return good({ kind: 'parked', rule })
  const slots = destinationsOf(rule).map((one) => slotOf(scene, one))
  if (slots.every((slot) => slot === null)) return good({ kind: 'other', rule })
  if (byHeaderAlone(rule)) {
    const led = slots.filter((slot) => slot !== null)
    return good({ kind: 'foreign-match', rule, where, slots: led })
  }
  const problems = [...routeProblems(scene, rule), ...mirrorProblems(scene, rule)]
  if (problems.length > 0) {
    return bad(...problems.map((message) => ({ where, message: `${where} ${message}` })))
  }
  return good({
    kind: 'slots',
    slots: { rule, where, traffic: trafficOf(scene, rule), mirror: ownMirror(scene, rule) },
  })
}

/** There is one for each rule that leads to slots; further ones are numbered. */
const isOwn = (name: string, own: string): boolean =>
  name === own || (name.startsWith(`${own}-`) && /^\d+$/.test(name.slice(own.length + 1)))

/** Every way into the rule wants a header, and there is one way out: an A/B rule. */
function byHeaderAlone(rule: Json): boolean {
  const ways = recordsIn(rule['match'])
  const single = recordsIn(rule['route']).length === 1
  return single && ways.length > 0 && ways.every(({ headers }) => isRecord(headers))
}

function routeProblems(scene: TrafficScene, rule: Json): readonly string[] {
  const destinations = destinationsOf(rule)
  const routes = recordsIn(rule['route'])
  const own = scene.slots.map((slot) => serviceOfSlot(scene, slot)).join(', ')
  const problems = destinations.flatMap((destination, index) => {
    const weight = routes[index]?.['weight'] ?? 0
    if (typeof weight !== 'number' || !Number.isInteger(weight) || weight < 0) {
      return [
        `gives ${renderDestination(destination)} weight ${JSON.stringify(weight)}; wanted a whole number`,
      ]
    }
    const alone = routes.length === 1
    if (slotOf(scene, destination) !== null || (weight === 0 && !alone)) return []
    return [
      `gives ${renderDestination(destination)} weight ${weight}, which is no slot (${own}); wanted weight 0, or a rule of its own`,
    ]
  })
  for (const slot of scene.slots) {
    if (destinations.filter((one) => slotOf(scene, one) === slot).length < 2) continue
    problems.push(`names slot ${slot} more than once; wanted one destination for each slot`)
  }
  return problems
}

function mirrorProblems(scene: TrafficScene, rule: Json): readonly string[] {
  const several = recordsIn(rule['mirrors']).some(({ destination }) =>
    isRecord(destination) ? slotOf(scene, destination) !== null : false,
  )
  return several
    ? ['copies requests to a slot by `mirrors`; wanted `mirror` with `mirrorPercentage`']
    : []
}

const ALL = 100

function trafficOf(scene: TrafficScene, rule: Json): Readonly<Record<string, number>> {
  const routes = recordsIn(rule['route'])
  return wholePercents(
    destinationsOf(rule).flatMap((destination, index) => {
      const slot = slotOf(scene, destination)
      const weight = routes[index]?.['weight']
      // A single destination gets everything, whatever its weight says.
      const counted = routes.length === 1 ? ALL : typeof weight === 'number' ? weight : 0
      return slot === null ? [] : [{ slot, weight: counted }]
    }),
  )
}

/** Copies to a slot that we began; null: none, or somebody else's. */
export function ownMirror(scene: TrafficScene, rule: Json): SlotMirror | null {
  const slot = mirroredSlot(scene, rule)
  if (slot === null || !isMirrorMarked(scene.object, slot)) return null
  const percent = fieldAt(rule, ['mirrorPercentage', 'value']) ?? rule['mirrorPercent'] ?? ALL
  return { slot, percent: typeof percent === 'number' ? percent : ALL }
}

/** The slot that gets copies, whoever wants it. */
export const mirroredSlot = (scene: TrafficScene, { mirror }: Json): string | null =>
  isRecord(mirror) ? slotOf(scene, mirror) : null

export const renderDestination = (destination: Json): string => {
  const subset = textOf(destination['subset'])
  return `${textOf(destination['host'])}${subset === '' ? '' : ` subset ${subset}`}`
}

/**
 * By the slot's own Service, else by a subset of the slot's name, or of the value of the one label
 * that tells its pods apart (`version: v2`). null: no slot.
 */
export function slotOf(scene: TrafficScene, destination: Json): string | null {
  const host = textOf(destination['host'])
  const byService = scene.slots.find((slot) => isHost(scene, host, serviceOfSlot(scene, slot)))
  if (byService !== undefined) return byService
  const subset = textOf(destination['subset'])
  if (subset === '' || !isHost(scene, host, null)) return null
  if (scene.slots.includes(subset)) return subset
  const labelled = scene.found.find(({ labels }) => {
    const values = Object.values(labels)
    return values.length === 1 && values[0] === subset
  })
  return labelled?.slot ?? null
}

/** `web`, `web.shop`, `web.shop.svc`, `web.shop.svc.cluster.local`; null: any Service of the namespace. */
export function isHost({ object }: TrafficScene, host: string, service: string | null): boolean {
  const [name, namespace, svc] = host.split('.')
  const here = namespace === undefined || namespace === object.metadata.namespace
  return here && (svc === undefined || svc === 'svc') && (service === null || name === service)
}
