// The one label that tells the pods of the two slots apart: `version`, `track`, `sluice.dev/slot`.
import { bad, good, type Result } from '@sluice/rollout'
import type { KubeObject } from '../../object.ts'
import { fieldsOf, valueAt } from '../../health/fields.ts'
import type { KubernetesSlot } from '../slot.ts'
import type { Labels } from '../labels.ts'
import { SLOT_LABEL, templateLabels } from '../slots.ts'
import type { TrafficScene } from './back-end.ts'

/** Value of the slot label in the selector of a Service that gives no slot requests. */
export const NO_SLOT = 'none'

export interface SlotLabel {
  readonly key: string
  /** Slot to value; a slot without pods to learn it from is not in it. */
  readonly values: ReadonlyMap<string, string>
}

export function slotLabelOf(scene: TrafficScene, selector: Labels): Result<SlotLabel> {
  const labelled = scene.found.filter(({ labels }) => Object.keys(labels).length > 0)
  const keys = labelled.length === 0 ? keysOfSelector(selector) : tellingKeys(labelled)
  const [key, ...more] = mostFitting(keys, { selector, labelled })
  const where = `Service ${scene.object.metadata.name ?? ''}`
  if (key === undefined) {
    const message = `no label tells the pods of ${scene.slots.join(' and ')} apart; give each Deployment's pods one, such as ${SLOT_LABEL}: <slot>`
    return bad({ where, message })
  }
  if (more.length > 0) {
    const message = `the labels ${[key, ...more].join(', ')} all tell the slots apart; put the one that decides into spec.selector`
    return bad({ where, message })
  }
  const values = new Map(
    labelled.flatMap(({ slot, labels }) => {
      const value = labels[key]
      return value === undefined ? [] : [[slot, value] as const]
    }),
  )
  const nobody = [...values].find(([, value]) => value === NO_SLOT)
  if (nobody !== undefined) {
    const message = `the pods of slot ${nobody[0]} bear ${key}: ${NO_SLOT}, which stands for no slot; give them another value`
    return bad({ where, message })
  }
  return good({ key, values })
}

/** Labels that a new pod of the slot bears, as far as they are known; null: the slot has no pods. */
export function podLabels({ deployment, labels }: KubernetesSlot): Labels | null {
  if (deployment === null) return null
  return { ...templateLabels(deployment), ...labels }
}

/** Nothing is deployed: only the selector itself can tell. */
const keysOfSelector = (selector: Labels): readonly string[] =>
  Object.keys(selector).filter((key) => key === SLOT_LABEL || selector[key] === NO_SLOT)

function tellingKeys(labelled: readonly KubernetesSlot[]): readonly string[] {
  const [first, ...others] = labelled
  return Object.keys(first?.labels ?? {}).filter((key) =>
    others.every(({ labels }) => labels[key] !== undefined && labels[key] !== first?.labels[key]),
  )
}

interface Signs {
  readonly selector: Labels
  readonly labelled: readonly KubernetesSlot[]
}

/** One sign after the other, the strongest first: what the selector does already, then names. */
function mostFitting(keys: readonly string[], { selector, labelled }: Signs): readonly string[] {
  const signs: readonly ((key: string) => boolean)[] = [
    (key) =>
      selector[key] === NO_SLOT ||
      labelled.some(({ labels }) => labels[key] !== undefined && labels[key] === selector[key]),
    (key) => Object.hasOwn(selector, key),
    (key) => key === SLOT_LABEL,
    (key) => labelled.every(({ slot, labels }) => labels[key] === slot),
    (key) => labelled.every(({ deployment }) => Object.hasOwn(ownSelector(deployment), key)),
  ]
  return signs.reduce((left, sign) => {
    const fitting = left.filter(sign)
    return fitting.length > 0 ? fitting : left
  }, keys)
}

const ownSelector = (deployment: KubeObject | null): object =>
  fieldsOf(valueAt(deployment, 'spec.selector.matchLabels'))
