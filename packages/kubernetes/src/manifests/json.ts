// Looking into JSON of any shape.
import type { Path } from '@sluice/documents'
import { isRecord } from '../record.ts'

export type Json = Readonly<Record<string, unknown>>

/** What it is, without its text: that may be what should not be shown. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return `a ${typeof value === 'string' ? 'text' : typeof value}`
}

export function valueAt(value: unknown, path: Path): unknown {
  let here = value
  for (const part of path) {
    if (Array.isArray(here) && typeof part === 'number') here = here[part]
    else if (isRecord(here) && Object.hasOwn(here, part)) here = here[String(part)]
    else return undefined
  }
  return here
}

export function mappingAt(value: unknown, path: Path): Json | null {
  const found = valueAt(value, path)
  return isRecord(found) ? found : null
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
