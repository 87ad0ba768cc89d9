// The rules of an HTTPRoute as an endpoint sees them: which give slots weights, which one is ours.
import { bad, good, type Problem, type Result, type SlotMatch } from '@sluice/rollout'
import { fieldAt, isRecord, recordsIn, textOf } from '../../record.ts'
import type { TrafficScene } from './back-end.ts'
import { readMatchMark } from './match-mark.ts'
import { sameJson } from './merge-patch.ts'
import { nameOf } from './selector.ts'
import { serviceOfSlot, slotOfService } from './slot-services.ts'
import { wholePercents } from './whole-percents.ts'

export type Fields = Readonly<Record<string, unknown>>

/** A rule with weights of slots. */
export interface WeightedRule {
  readonly kind: 'weighted'
  readonly rule: Fields
  /** `HTTPRoute shop spec.rules[0]` */
  readonly where: string
  /** Whole percents; slots at 0 are left out. */
  readonly traffic: Readonly<Record<string, number>>
}

export type RouteRule =
  | WeightedRule
  /** Our match: an exact header leads to one slot. */
  | { readonly kind: 'match'; readonly rule: Fields }
  /** Leads to no slot: left alone. */
  | { readonly kind: 'foreign'; readonly rule: unknown; readonly where: string }

export interface RouteRules {
  readonly rules: readonly RouteRule[]
  readonly weighted: readonly WeightedRule[]
  /** The same in every weighted rule. */
  readonly traffic: Readonly<Record<string, number>>
  /** Of the rules of ours; null: there is none. */
  readonly match: SlotMatch | null
}

/** Weights of the Gateway API. */
const DEFAULT_WEIGHT = 1
const MAX_WEIGHT = 1_000_000

/** All problems at once, with what to write instead. */
export function readRules(scene: TrafficScene): Result<RouteRules> {
  const mark = readMatchMark(scene.object)
  const listed = fieldAt(scene.object, ['spec', 'rules'])
  const all: readonly unknown[] = Array.isArray(listed) ? listed : []
  const problems: Problem[] = []
  const rules = all.map((rule, index) => {
    const where = `${nameOf(scene.object)} spec.rules[${index}]`
    if (isRecord(rule) && mark !== null && isOurs(scene, rule, mark)) {
      return { kind: 'match', rule } as const
    }
    if (!isRecord(rule) || !refsOf(rule).some((ref) => slotOfRef(scene, ref) !== null)) {
      return { kind: 'foreign', rule, where } as const
    }
    problems.push(...refProblems(scene, rule, where))
    return { kind: 'weighted', rule, where, traffic: trafficOf(scene, rule) } as const
  })
  const weighted = rules.filter((rule) => rule.kind === 'weighted')
  problems.push(...disagreements(weighted))
  if (weighted.length === 0) problems.push(noSlotNamed(scene, rules))
  if (problems.length > 0) return bad(...problems)
  const match = rules.some(({ kind }) => kind === 'match') ? mark : null
  return good({ rules, weighted, traffic: weighted[0]?.traffic ?? {}, match })
}

export const refsOf = (rule: Fields): readonly Fields[] => recordsIn(rule['backendRefs'])

/** The slot whose own Service this refers to; null: something else. */
export function slotOfRef(scene: TrafficScene, ref: Fields): string | null {
  const own = scene.object.metadata.namespace
  const isService = (ref['group'] ?? '') === '' && (ref['kind'] ?? 'Service') === 'Service'
  const isNear = ref['namespace'] === undefined || ref['namespace'] === own
  return isService && isNear ? slotOfService(scene, textOf(ref['name'])) : null
}

/** Fits the header that the annotation names, and leads to its slot alone. */
function isOurs(scene: TrafficScene, rule: Fields, mark: SlotMatch): boolean {
  const refs = refsOf(rule)
  const [ref] = refs
  const matches = recordsIn(rule['matches'])
  return (
    mark.kind === 'header' &&
    refs.length === 1 &&
    ref !== undefined &&
    slotOfRef(scene, ref) === mark.slot &&
    matches.length > 0 &&
    matches.every((match) =>
      recordsIn(match['headers']).some(
        (header) =>
          (header['type'] ?? 'Exact') === 'Exact' &&
          header['name'] === mark.name &&
          header['value'] === mark.value,
      ),
    )
  )
}

const weightOfRef = (ref: Fields): unknown => ref['weight'] ?? DEFAULT_WEIGHT

const isWeight = (weight: unknown): weight is number =>
  typeof weight === 'number' && Number.isInteger(weight) && weight >= 0 && weight <= MAX_WEIGHT

function trafficOf(scene: TrafficScene, rule: Fields): Readonly<Record<string, number>> {
  return wholePercents(
    refsOf(rule).flatMap((ref) => {
      const slot = slotOfRef(scene, ref)
      const weight = weightOfRef(ref)
      return slot === null || !isWeight(weight) ? [] : [{ slot, weight }]
    }),
  )
}

function refProblems(scene: TrafficScene, rule: Fields, where: string): readonly Problem[] {
  const problems: Problem[] = []
  const seen = new Set<string>()
  refsOf(rule).forEach((ref, index) => {
    const at = `${where}.backendRefs[${index}]`
    const slot = slotOfRef(scene, ref)
    const weight = weightOfRef(ref)
    const name = textOf(ref['name'])
    if (!isWeight(weight)) {
      const message = `found weight ${JSON.stringify(weight)}; wanted a whole number from 0 to ${MAX_WEIGHT}`
      problems.push({ where: at, message })
    } else if (slot === null && weight > 0) {
      const message = `${name} has weight ${weight} and is the Service of no slot; wanted ${ownServices(scene)} alone in this rule, or ${name} with weight 0 or in a rule of its own`
      problems.push({ where: at, message })
    }
    if (slot !== null && seen.has(slot)) {
      problems.push({
        where: at,
        message: `names ${name} again; wanted each Service once in a rule`,
      })
    }
    if (slot !== null) seen.add(slot)
  })
  return problems
}

function disagreements(weighted: readonly WeightedRule[]): readonly Problem[] {
  const [first, ...others] = weighted
  if (first === undefined) return []
  return others
    .filter(({ traffic }) => !sameJson(traffic, first.traffic))
    .map(({ where, traffic }) => ({
      where,
      message: `gives ${renderTraffic(traffic)}, but ${first.where} gives ${renderTraffic(first.traffic)}; wanted the same weights in every rule that names a slot's Service`,
    }))
}

const renderTraffic = (traffic: Readonly<Record<string, number>>): string => {
  const parts = Object.entries(traffic).map(([slot, percent]) => `${slot}=${percent}`)
  return parts.length === 0 ? 'no slot any weight' : parts.toSorted().join(',')
}

function noSlotNamed(scene: TrafficScene, rules: readonly RouteRule[]): Problem {
  const named = rules.flatMap(({ rule }) =>
    isRecord(rule) ? refsOf(rule).map((ref) => textOf(ref['name'])) : [],
  )
  const found = named.length === 0 ? 'no Service' : [...new Set(named)].join(', ')
  const message = `leads to ${found}; wanted backendRefs to ${ownServices(scene)}, with the present slot at weight 100 and the other one at 0`
  return { where: `${nameOf(scene.object)} spec.rules`, message }
}

const ownServices = (scene: TrafficScene): string =>
  scene.slots.map((slot) => serviceOfSlot(scene, slot)).join(' and ')
