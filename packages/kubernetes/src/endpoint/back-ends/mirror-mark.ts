// The annotation beside copies of ours: it says that they are ours.
import type { Mirror } from '@sluice/rollout'
import type { KubeObject } from '../../object.ts'
import { isRecord, parseJson } from '../../record.ts'

/** JSON, slot to percent: which copies of requests are ours. */
export const MIRROR_ANNOTATION = 'sluice.dev/mirror'

/** Slots at 0 are left out, keys in order; null: nothing is mirrored. */
export function renderMirrorMark(mirror: Mirror): string | null {
  const slots = Object.keys(mirror).filter((slot) => (mirror[slot] ?? 0) > 0)
  if (slots.length === 0) return null
  return JSON.stringify(Object.fromEntries(slots.toSorted().map((slot) => [slot, mirror[slot]])))
}

/** Did we begin the copies to this slot? */
export function isMirrorMarked(object: KubeObject, slot: string): boolean {
  const mark = parseJson(object.metadata.annotations?.[MIRROR_ANNOTATION] ?? '')
  return isRecord(mark) && Object.hasOwn(mark, slot)
}
