// Mirror filters of ours in the rules of an HTTPRoute. Those of others are left alone.
import type { Mirror, Problem } from '@sluice/rollout'
import { fieldAt, isRecord, recordsIn } from '../../record.ts'
import type { TrafficScene } from './back-end.ts'
import { slotOfRef, type Fields, type WeightedRule } from './http-route-rules.ts'
import { sameJson } from './merge-patch.ts'
import { isMirrorMarked } from './mirror-mark.ts'
import { serviceOfSlot } from './slot-services.ts'

/** What our filters copy, as they say it themselves. */
export function readMirror(scene: TrafficScene, weighted: readonly WeightedRule[]): Mirror {
  return Object.assign({}, ...weighted.map(({ rule }) => mirrorOf(scene, rule))) as Mirror
}

/** What our filters in one rule copy. */
const mirrorOf = (scene: TrafficScene, rule: Fields): Mirror =>
  Object.fromEntries(
    recordsIn(rule['filters'])
      .map((filter) => ownMirror(scene, filter))
      .filter((own) => own !== null),
  )

/** The rule's filters without those of ours. */
export const foreignFilters = (scene: TrafficScene, rule: Fields): readonly Fields[] =>
  recordsIn(rule['filters']).filter((filter) => ownMirror(scene, filter) === null)

/** The rule with exactly these mirrors of ours; as it is where it has them already. */
export function withMirror(scene: TrafficScene, rule: Fields, order: MirrorOrder): Fields {
  const wanted = Object.fromEntries(
    Object.entries(order.mirror).filter(([, percent]) => percent > 0),
  )
  if (sameJson(mirrorOf(scene, rule), wanted)) return rule
  const filters = [
    ...foreignFilters(scene, rule),
    ...Object.entries(wanted).map(([slot, percent]) => ({
      type: 'RequestMirror',
      requestMirror: {
        backendRef: {
          group: '',
          kind: 'Service',
          name: serviceOfSlot(scene, slot),
          port: order.port,
        },
        percent,
      },
    })),
  ]
  return withFilters(rule, filters)
}

export interface MirrorOrder {
  readonly mirror: Mirror
  /** The port that the rule names. */
  readonly port: unknown
}

/** A rule without filters has no such field. */
export function withFilters(rule: Fields, filters: readonly Fields[]): Fields {
  if (filters.length > 0) return { ...rule, filters }
  return Object.fromEntries(Object.entries(rule).filter(([key]) => key !== 'filters'))
}

/** Why these copies would go nowhere, or twice. */
export function mirrorProblems(
  scene: TrafficScene,
  mirror: Mirror,
  weighted: readonly WeightedRule[],
): readonly Problem[] {
  const present = readMirror(scene, weighted)
  return Object.entries(mirror).flatMap(([slot, percent]) => {
    const problems: Problem[] = []
    const name = serviceOfSlot(scene, slot)
    if (!Number.isInteger(percent) || percent < 0) {
      const message = `found ${percent} for slot ${slot}; wanted a whole percent from 1 to 100`
      problems.push({ where: 'mirror', message })
    }
    const ready = scene.found.find((one) => one.slot === slot)?.endpoints?.ready ?? 0
    if (percent > 0 && ready === 0 && present[slot] !== percent) {
      const message = `Service ${name} of slot ${slot} has no ready endpoint: a mirror to an empty subset; deploy the slot and wait until it is ready`
      problems.push({ where: 'mirror', message })
    }
    for (const { rule, where } of weighted) {
      const doubled = foreignFilters(scene, rule).some((one) => mirroredSlot(scene, one) === slot)
      if (percent === 0 || !doubled) continue
      const message = `has a RequestMirror to ${name} that is not ours: slot ${slot} would get two copies; take it out`
      problems.push({ where: `${where}.filters`, message })
    }
    return problems
  })
}

/** Slot of a filter that the annotation names, and the percent that the filter says; null: not ours. */
function ownMirror(scene: TrafficScene, filter: Fields): readonly [string, number] | null {
  const slot = mirroredSlot(scene, filter)
  if (slot === null || !isMirrorMarked(scene.object, slot)) return null
  return [slot, percentOf(filter['requestMirror'])]
}

/** Without percent and fraction everything is copied. */
function percentOf(requestMirror: unknown): number {
  const percent = fieldAt(requestMirror, ['percent'])
  if (typeof percent === 'number') return percent
  const numerator = fieldAt(requestMirror, ['fraction', 'numerator'])
  const denominator = fieldAt(requestMirror, ['fraction', 'denominator']) ?? 100
  if (typeof numerator !== 'number' || typeof denominator !== 'number') return 100
  return (100 * numerator) / denominator
}

function mirroredSlot(scene: TrafficScene, filter: Fields): string | null {
  const { type, requestMirror } = filter
  if (type !== 'RequestMirror' || !isRecord(requestMirror)) return null
  const { backendRef } = requestMirror
  return isRecord(backendRef) ? slotOfRef(scene, backendRef) : null
}
