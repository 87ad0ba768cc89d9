// The small part of JSONPath that names one value: `$`, `.name`, `[0]`, `['any name']`.
import { bad, good, type Result } from '@sluice/rollout'

export interface JsonPath {
  readonly text: string
  readonly steps: readonly (string | number)[]
}

/** What stands at a path; when a step leads nowhere, how many were taken and what stands there. */
export type Lookup =
  | { readonly found: true; readonly value: unknown }
  | { readonly found: false; readonly depth: number; readonly stoppedAt: unknown }

const STEP = /\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d{1,9})\]|\['([^']*)'\]|\["([^"]*)"\]/y

export function parseJsonPath(text: string): Result<JsonPath> {
  const steps: (string | number)[] = []
  let at = 1
  while (text.startsWith('$') && at < text.length) {
    STEP.lastIndex = at
    const match = STEP.exec(text)
    if (match === null) break
    steps.push(match[2] === undefined ? (match[1] ?? match[3] ?? match[4] ?? '') : Number(match[2]))
    at = STEP.lastIndex
  }
  if (!text.startsWith('$') || at !== text.length) {
    return bad({
      where: 'path',
      message: `found "${text}"; wanted a path like $[0], $.predictions[0].fare or $['any name']`,
    })
  }
  return good({ text, steps })
}

/** Own members only: `$.constructor` leads nowhere. */
export function lookUp(path: JsonPath, value: unknown): Lookup {
  let here = value
  for (const [depth, step] of path.steps.entries()) {
    const nowhere: Lookup = { found: false, depth, stoppedAt: here }
    if (typeof here !== 'object' || here === null) return nowhere
    if (Array.isArray(here) !== (typeof step === 'number')) return nowhere
    if (!Object.hasOwn(here, step)) return nowhere
    here = (here as Readonly<Record<string | number, unknown>>)[step]
  }
  return { found: true, value: here }
}

/** Equal as JSON, the order of members aside; numbers may differ by `tolerance`, at any depth. */
export function equalJson(found: unknown, wanted: unknown, tolerance: number): boolean {
  if (typeof found === 'number' && typeof wanted === 'number') {
    return found === wanted || Math.abs(found - wanted) <= tolerance
  }
  if (typeof found !== 'object' || typeof wanted !== 'object') return found === wanted
  if (found === null || wanted === null) return found === wanted
  if (Array.isArray(found) !== Array.isArray(wanted)) return false
  const wantedEntries = Object.entries(wanted)
  if (Object.keys(found).length !== wantedEntries.length) return false
  return wantedEntries.every(
    ([key, value]) =>
      Object.hasOwn(found, key) &&
      equalJson((found as Readonly<Record<string, unknown>>)[key], value, tolerance),
  )
}
