// Our marks as annotations: of the traffic object, and of a slot's Deployment.
import {
  MARK_KEYS,
  MARK_PATTERN,
  type RawMarks,
  type RevisionMark,
  type Sha256,
} from '@sluice/rollout'
import type { KubeObject } from '../object.ts'
import { templateDigest } from './revision.ts'

const PREFIX = 'sluice.dev/'
/** On a slot's Deployment: what it holds. */
export const REVISION_ANNOTATION = `${PREFIX}revision`
/** On a slot's Deployment: digest of the template that the mark is about. */
export const TEMPLATE_ANNOTATION = `${PREFIX}template`

const annotationsOf = ({ metadata }: KubeObject): Readonly<Record<string, unknown>> =>
  metadata.annotations ?? {}

export function marksOf(object: KubeObject): RawMarks {
  const annotations = annotationsOf(object)
  return Object.fromEntries(
    MARK_KEYS.flatMap((key) => {
      const value = annotations[`${PREFIX}${key}`]
      return typeof value === 'string' ? [[key, value]] : []
    }),
  )
}

/** The complete set as annotations of a merge patch: what is left out is removed. */
export const annotationsFor = (marks: RawMarks): Readonly<Record<string, string | null>> =>
  Object.fromEntries(MARK_KEYS.map((key) => [`${PREFIX}${key}`, marks[key] ?? null]))

export const sameMarks = (one: RawMarks, other: RawMarks): boolean =>
  MARK_KEYS.every((key) => one[key] === other[key])

/** What the slot says it holds; null where its template was changed since, or there is no mark. */
export function revisionMarkOf(deployment: KubeObject, sha256: Sha256): RevisionMark | null {
  const annotations = annotationsOf(deployment)
  const mark = annotations[REVISION_ANNOTATION]
  if (typeof mark !== 'string' || !MARK_PATTERN.test(mark)) return null
  return annotations[TEMPLATE_ANNOTATION] === templateDigest(deployment, sha256) ? mark : null
}
