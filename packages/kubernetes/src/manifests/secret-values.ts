// What must never be shown: the values of Secrets, so that they are masked before anything is printed.
import { isRecord } from '../record.ts'
import { type Json } from './json.ts'
import type { Manifest } from './manifest.ts'

/** A mask of a shorter text would make the log unreadable and is easily guessed. */
const SHORTEST = 8
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * Decoded values, their base64, and each line of those with several, 8 characters or more, each
 * once. Also those that an annotation of kubectl repeats.
 */
export function secretValuesOf(manifests: readonly Pick<Manifest, 'object'>[]): readonly string[] {
  const found = new Set<string>()
  for (const { object } of manifests) {
    if (object.kind !== 'Secret' || object.apiVersion !== 'v1') continue
    for (const text of textsOf(object)) {
      for (const one of [text, ...text.split(/\r\n?|\n/)]) {
        if (one.trim().length >= SHORTEST) found.add(one)
      }
    }
  }
  return [...found]
}

function textsOf(secret: Json): readonly string[] {
  return [
    ...valuesOf(secret['data']).flatMap((text) => [text, decode(text)]),
    ...valuesOf(secret['stringData']),
    ...lastApplied(secret['metadata']),
  ]
}

const valuesOf = (values: unknown): readonly string[] =>
  isRecord(values) ? Object.values(values).filter((value) => typeof value === 'string') : []

const decode = (text: string): string => Buffer.from(text, 'base64').toString('utf8')

function lastApplied(metadata: unknown): readonly string[] {
  const annotations = isRecord(metadata) ? metadata['annotations'] : null
  const text = isRecord(annotations) ? annotations[LAST_APPLIED] : null
  if (typeof text !== 'string') return []
  try {
    const before: unknown = JSON.parse(text)
    return isRecord(before) ? textsOf(before) : []
  } catch {
    return [text]
  }
}
