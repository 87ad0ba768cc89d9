// The annotation beside a rule of ours: it says that the rule is ours, and what was asked for.
import { fieldAt, isRecord, parseJson } from '../../record.ts'
import type { SlotMatch } from '@sluice/rollout'
import type { KubeObject } from '../../object.ts'

export const MATCH_ANNOTATION = 'sluice.dev/match'

export const renderMatchMark = ({ kind, name, value, slot }: SlotMatch): string =>
  JSON.stringify({ kind, name, value, slot })

/** null: the object has none that we wrote. */
export function readMatchMark(object: KubeObject): SlotMatch | null {
  const mark = parseJson(String(fieldAt(object, ['metadata', 'annotations', MATCH_ANNOTATION])))
  if (!isRecord(mark)) return null
  const { kind, name, value, slot } = mark
  if (kind !== 'header' && kind !== 'cookie') return null
  if (typeof name !== 'string' || typeof value !== 'string' || typeof slot !== 'string') return null
  return { kind, name, value, slot }
}
