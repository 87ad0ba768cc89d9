// Finds the slots of an endpoint among what a namespace holds, also in forms that others made. Pure.
import type { Problem, SlotPair } from '@sluice/rollout'
import { textAt, valueAt } from '../health/fields.ts'
import type { KubeObject } from '../object.ts'
import { bears, labelsIn, type Labels } from './labels.ts'
import type { KubernetesSlot } from './slot.ts'

/** The label that we put on pods of a slot when nothing else tells them apart. */
export const SLOT_LABEL = 'sluice.dev/slot'

export interface SlotQuestion {
  readonly endpoint: string
  readonly slots: SlotPair
  /** Of one namespace. */
  readonly deployments: readonly KubeObject[]
  readonly services: ReadonlyMap<string, KubeObject>
  /** Name of the Service that users know; it is no slot's own. */
  readonly ownService: string
}

export interface FoundSlots {
  /** Both, in order of the pair; without their endpoints. */
  readonly found: readonly Omit<KubernetesSlot, 'endpoints'>[]
  /** Key of the label that tells the slots' pods apart; ours while there are none. */
  readonly slotLabel: string
  /** Slots that more than one Deployment can be meant by. */
  readonly problems: readonly Problem[]
}

export function findSlots(question: SlotQuestion): FoundSlots {
  const { slots } = question
  const related = question.deployments.filter((one) => isRelated(one, question))
  const slotLabel = labelKey(related, question)
  const problems: Problem[] = []
  const deployments = slots.map((slot) => {
    const all = candidates(related, { slot, key: slotLabel }, question)
    if (all.length > 1) problems.push(ambiguous(slot, all))
    return all[0] ?? null
  })
  const found = slots.map((slot, index) => {
    const deployment = deployments[index] ?? null
    const other = deployments[1 - index] ?? null
    const labels = labelsOfSlot({ slot, key: slotLabel }, deployment, other)
    const service = serviceOf({ slot, deployment, other, labels }, question)
    return { slot, deployment, service, labels }
  })
  return { found, slotLabel, problems }
}

export const templateLabels = (deployment: KubeObject): Labels =>
  labelsIn(valueAt(deployment, 'spec.template.metadata.labels'))

export const selectorOf = (service: KubeObject | null): Labels =>
  labelsIn(valueAt(service, 'spec.selector'))

/** A selector without any label selects nothing. */
export const isSelected = (selector: Labels, labels: Labels): boolean =>
  Object.keys(selector).length > 0 && bears(labels, selector)

const nameOf = ({ metadata }: KubeObject): string => metadata.name ?? ''
const slotName = ({ endpoint }: SlotQuestion, slot: string): string => `${endpoint}-${slot}`

/**
 * By the labels that a Service of the endpoint wants beside the slot's; by the name where it wants
 * no other. So two applications with versions blue and green in one namespace are not mixed.
 */
function isRelated(deployment: KubeObject, question: SlotQuestion): boolean {
  const { endpoint, slots, services, ownService } = question
  const labels = templateLabels(deployment)
  const known = [
    services.get(ownService),
    services.get(endpoint),
    ...slots.map((slot) => services.get(slotName(question, slot))),
  ]
  for (const service of known) {
    if (service === undefined) continue
    const shared = sharedLabels(service, deployment, slots)
    if (shared.length > 0) return shared.every(([key, value]) => labels[key] === value)
  }
  return nameOf(deployment).startsWith(`${endpoint}-`) && !isOfOther(deployment, question)
}

/** What a Service selects by beside the slot. */
function sharedLabels(
  service: KubeObject,
  deployment: KubeObject,
  slots: SlotPair,
): readonly (readonly [string, string])[] {
  const labels = templateLabels(deployment)
  const isSlot = (value: string | undefined): boolean =>
    value !== undefined && slots.includes(value)
  return Object.entries(selectorOf(service)).filter(
    ([key, value]) => key !== SLOT_LABEL && !isSlot(value) && !isSlot(labels[key]),
  )
}

/** `shop-eu-blue` beside a Service `shop-eu` is no slot of the endpoint `shop`. */
function isOfOther(deployment: KubeObject, question: SlotQuestion): boolean {
  const { endpoint, slots, services } = question
  const name = nameOf(deployment)
  const labels = templateLabels(deployment)
  const own = slots.map((slot) => slotName(question, slot))
  return [...services].some(
    ([service, object]) =>
      service.startsWith(`${endpoint}-`) &&
      !own.includes(service) &&
      (name === service || name.startsWith(`${service}-`)) &&
      sharedLabels(object, deployment, slots).every(([key, value]) => labels[key] === value),
  )
}

/** The key that tells most slots apart; among equals ours, then one that selectors use. */
function labelKey(related: readonly KubeObject[], question: SlotQuestion): string {
  const { slots, services } = question
  const found = new Map<string, Set<string>>()
  for (const deployment of related) {
    for (const [key, value] of Object.entries(templateLabels(deployment))) {
      if (slots.includes(value)) found.set(key, (found.get(key) ?? new Set()).add(value))
    }
  }
  const used = new Set(
    [
      ...[...services.values()].map(selectorOf),
      ...related.map((one) => labelsIn(valueAt(one, 'spec.selector.matchLabels'))),
    ].flatMap((selector) =>
      Object.keys(selector).filter((key) => slots.includes(selector[key] ?? '')),
    ),
  )
  const rank = (key: string): number =>
    (found.get(key)?.size ?? 0) * 4 + (key === SLOT_LABEL ? 2 : 0) + (used.has(key) ? 1 : 0)
  const [best] = [...found.keys()].toSorted((a, b) => rank(b) - rank(a) || (a < b ? -1 : 1))
  return best ?? SLOT_LABEL
}

interface SlotLabel {
  readonly slot: string
  readonly key: string
}

/** One is right, none is an empty slot, more are a problem. What is being deleted gives way. */
function candidates(
  related: readonly KubeObject[],
  { slot, key }: SlotLabel,
  question: SlotQuestion,
): readonly KubeObject[] {
  const exact = slotName(question, slot)
  const labelled = related.filter((one) => templateLabels(one)[key] === slot)
  const named = question.deployments.filter(
    (one) => nameOf(one) === exact && !claimedByOther(one, { slot, key }, question),
  )
  const all = labelled.length > 0 ? labelled : named
  const staying = all.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  return staying.length > 0 ? staying : all.slice(0, 1)
}

/** Its name says one slot, its pods say the other. */
const claimedByOther = (
  deployment: KubeObject,
  { slot, key }: SlotLabel,
  { slots }: SlotQuestion,
): boolean => {
  const value = templateLabels(deployment)[key]
  return value !== undefined && value !== slot && slots.includes(value)
}

const ambiguous = (slot: string, all: readonly KubeObject[]): Problem => ({
  where: `slot ${slot}`,
  message: `the Deployments ${all.map(nameOf).toSorted().join(' and ')} both have pods with the labels of this slot; wanted one`,
})

/** What every pod of the slot has and no pod of the other one; nothing where that is not known. */
function labelsOfSlot(
  { slot, key }: SlotLabel,
  deployment: KubeObject | null,
  other: KubeObject | null,
): Labels {
  const others = other === null ? {} : templateLabels(other)
  // Not there: what the other one has tells what it would have.
  if (deployment === null) return others[key] === undefined ? {} : { [key]: slot }
  if (templateLabels(deployment)[key] === slot) return { [key]: slot }
  // Found by its name: then its own selector must tell it apart.
  const own = Object.entries(labelsIn(valueAt(deployment, 'spec.selector.matchLabels')))
  return Object.fromEntries(own.filter(([label, value]) => others[label] !== value))
}

interface SlotFacts {
  readonly slot: string
  readonly deployment: KubeObject | null
  readonly other: KubeObject | null
  readonly labels: Labels
}

/** The Service that selects this slot's pods and never the other's; by its name first. */
function serviceOf(
  { slot, deployment, other, labels }: SlotFacts,
  question: SlotQuestion,
): KubeObject | null {
  const { services, ownService, endpoint } = question
  const exact = slotName(question, slot)
  const fits = (service: KubeObject): boolean => {
    const name = nameOf(service)
    const selector = selectorOf(service)
    if (name === ownService || name === endpoint) return false
    if (deployment === null) return name === exact
    return (
      isSelected(selector, templateLabels(deployment)) &&
      Object.keys(labels).some((key) => selector[key] !== undefined) &&
      (other === null || !isSelected(selector, templateLabels(other))) &&
      (name === exact || !isShared(selector, deployment, question))
    )
  }
  const fitting = [...services.values()].filter(fits).toSorted(byName)
  return (
    fitting.find((service) => nameOf(service) === exact) ??
    fitting.find((service) => textAt(service, 'spec.type') !== 'LoadBalancer') ??
    fitting[0] ??
    null
  )
}

/** Whoever asks it wants pods of others, too: it is not ours to change. */
const isShared = (
  selector: Labels,
  deployment: KubeObject,
  { deployments }: SlotQuestion,
): boolean =>
  deployments.some((one) => one !== deployment && isSelected(selector, templateLabels(one)))

const byName = (one: KubeObject, other: KubeObject): number =>
  nameOf(one) < nameOf(other) ? -1 : 1
