// Which slots the selector of the endpoint's Service selects, and the same Service pinned elsewhere.
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import type { KubeObject } from '../../object.ts'
import { fieldAt, isRecord } from '../../record.ts'
import { selectorOf } from '../slots.ts'
import type { CreateOrder, TrafficScene } from './back-end.ts'
import { NO_SLOT, podLabels, slotLabelOf, type SlotLabel } from './slot-label.ts'

export type Selected =
  | { readonly kind: 'slot'; readonly slot: string }
  | { readonly kind: 'none' }
  /** The slot label is not in the selector. */
  | { readonly kind: 'both' }

export interface SelectorSeen {
  readonly label: SlotLabel
  readonly selected: Selected
}

/** A selector that selects no pod of what it names is a problem: its Service answers nobody. */
export function readSelector(scene: TrafficScene): Result<SelectorSeen> {
  const { object } = scene
  const selector = selectorOf(object)
  if (Object.keys(selector).length === 0 || isExternal(object)) {
    const message =
      'has no pods: it lacks a selector, or is of type ExternalName; give it a selector for the pods of one slot'
    return bad({ where: nameOf(object), message })
  }
  const label = slotLabelOf(scene, selector)
  if (!label.ok) return label
  const { key, values } = label.value
  const pinned = selector[key]
  if (pinned === undefined) return whole(scene, label.value)
  const slot = [...values].find(([, value]) => value === pinned)?.[0]
  if (slot !== undefined) {
    const problems = missedBy(scene, { slot, label: label.value })
    return problems.length > 0
      ? bad(...problems)
      : good({ label: label.value, selected: { kind: 'slot', slot } })
  }
  if (pinned === NO_SLOT) return good({ label: label.value, selected: { kind: 'none' } })
  const known = [...values].map(([name, value]) => `${value} (slot ${name})`)
  const message = `found "${pinned}": a selector that matches no pod; wanted ${[...known, NO_SLOT].join(' or ')}`
  return bad({ where: `${nameOf(object)} spec.selector["${key}"]`, message })
}

/**
 * Why the Service, pinned to the slot, would select none of its pods. A stale key that they do not
 * bear is refused and not taken away: it is not ours, and going back would have to bring it back.
 */
export function missedBy(
  scene: TrafficScene,
  { slot, label }: { readonly slot: string; readonly label: SlotLabel },
): readonly Problem[] {
  const found = scene.found.find((one) => one.slot === slot)
  const labels = found === undefined ? null : podLabels(found)
  const where = nameOf(scene.object)
  if (labels === null) {
    const message = `slot ${slot} has no Deployment: a selector with ${label.key}: ${label.values.get(slot) ?? slot} would match no pod; deploy the slot first`
    return [{ where, message }]
  }
  if (!label.values.has(slot)) {
    const message = `the pods of slot ${slot} bear no label ${label.key}: a selector can not pin them; deploy the slot again`
    return [{ where, message }]
  }
  return Object.entries(selectorOf(scene.object))
    .filter(([key, value]) => key !== label.key && labels[key] !== value)
    .map(([key, value]) => ({
      where: `${where} spec.selector["${key}"]`,
      message: `found "${value}", but the pods of slot ${slot} bear ${labels[key] === undefined ? 'no such label' : `"${labels[key]}"`}: a selector that matches no pod; take ${key} out of the selector, ${label.key} decides`,
    }))
}

/** The Service with its slot label set; null: without it. Other keys stay. */
export function withSlotValue(object: KubeObject, key: string, value: string | null): KubeObject {
  const spec = isRecord(object['spec']) ? object['spec'] : {}
  const others = Object.entries(selectorOf(object)).filter(([name]) => name !== key)
  const selector = Object.fromEntries(value === null ? others : [...others, [key, value]])
  return { ...object, spec: { ...spec, selector } }
}

/** The Service of the manifests, pinned to no slot. */
export function createPinned(order: CreateOrder): Result<KubeObject> {
  const { name, namespace, slotLabel } = order
  const given = order.given ?? order.service
  if (Object.keys(selectorOf(given)).length === 0 || isExternal(given)) {
    const message =
      'has no pods in the manifests; write a selector for the pods of the Deployment, and no type ExternalName'
    return bad({ where: `Service ${name}`, message })
  }
  return good({
    ...withSlotValue(given, slotLabel, NO_SLOT),
    metadata: { ...given.metadata, name, namespace },
  })
}

export const nameOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.name ?? ''}`

/** Then its selector counts for nothing. */
const isExternal = (object: KubeObject): boolean =>
  fieldAt(object, ['spec', 'type']) === 'ExternalName'

/** Without the slot label every slot that is there must be selected, or the selector is stale. */
function whole(scene: TrafficScene, label: SlotLabel): Result<SelectorSeen> {
  const problems = scene.found
    .filter(({ deployment }) => deployment !== null)
    .flatMap(({ slot }) => missedBy(scene, { slot, label }))
  return problems.length > 0 ? bad(...problems) : good({ label, selected: { kind: 'both' } })
}
