// Which slot was the last good one, as our marks on the traffic object say.
import { MARK_KEYS, parseMarks } from '@sluice/rollout'
import { fieldAt } from '../../record.ts'
import type { TrafficScene } from './back-end.ts'

const PREFIX = 'sluice.dev/'

/**
 * The slot that served alone before the rollout, while it still holds what it held then; else null.
 * A slot that was deployed anew since is a candidate, not a way back.
 */
export function lastGoodSlot({ object, slots, found }: TrafficScene): string | null {
  const annotations = object.metadata.annotations ?? {}
  const raw = MARK_KEYS.flatMap((key) => {
    const value = annotations[`${PREFIX}${key}`]
    return value === undefined ? [] : [[key, value] as const]
  })
  const marks = parseMarks(Object.fromEntries(raw))
  const previous = marks.ok ? marks.value.previous : null
  const slot = slots.find((one) => previous?.weights[one] === 100)
  if (previous === null || slot === undefined) return null
  const deployment = found.find((one) => one.slot === slot)?.deployment ?? null
  const held = fieldAt(deployment, ['metadata', 'annotations', `${PREFIX}revision`]) ?? null
  return deployment !== null && held === previous.revision ? slot : null
}
