// Which slot was the last good one, as our marks on the traffic object say.
import { parseMarks } from '@sluice/rollout'
import { marksOf, REVISION_ANNOTATION } from '../marks.ts'
import type { TrafficScene } from './back-end.ts'

/**
 * The slot that served alone before the rollout, while it still holds what it held then; else null.
 * A slot that was deployed anew since is a candidate, not a way back.
 */
export function lastGoodSlot({ object, slots, found }: TrafficScene): string | null {
  const marks = parseMarks(marksOf(object))
  const previous = marks.ok ? marks.value.previous : null
  const slot = slots.find((one) => previous?.weights[one] === 100)
  if (previous === null || slot === undefined) return null
  const deployment = found.find((one) => one.slot === slot)?.deployment ?? null
  if (deployment === null) return null
  const held = deployment.metadata.annotations?.[REVISION_ANNOTATION] ?? null
  return held === previous.revision ? slot : null
}
