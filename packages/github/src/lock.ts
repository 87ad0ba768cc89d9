// The revision lock as a file of the repository: read, one entry set, every other byte of meaning kept.
import { canonicalJson, parseDocument } from '@sluice/documents'
import { LOCK_SCHEMA, type LockEntry, type RevisionLock } from '@sluice/rollout'
import { githubError } from './errors.ts'

/** Null stands for a file that does not exist. Throws GITHUB_LOCK_UNREADABLE with every problem. */
export function parseLock(text: string | null, file: string): RevisionLock {
  if (text === null) return { schema: LOCK_SCHEMA, endpoints: {} }
  const parsed = parseDocument('lock', text, { file })
  if (parsed.ok) return parsed.value
  throw githubError(
    'GITHUB_LOCK_UNREADABLE',
    parsed.problems.map(({ where, message }) => `${where}: ${message}`).join('\n'),
  )
}

/** The lock with one endpoint pinned anew. Other endpoints, and fields that we do not know, stay. */
export function pinEndpoint(
  lock: RevisionLock,
  { name, entry }: { readonly name: string; readonly entry: LockEntry },
): RevisionLock {
  const before = entryOf(lock, name)
  return { ...lock, endpoints: { ...lock.endpoints, [name]: { ...before, ...entry } } }
}

/** The entry of an endpoint; undefined when it is not pinned. */
export const entryOf = (lock: RevisionLock, name: string): LockEntry | undefined =>
  Object.hasOwn(lock.endpoints, name) ? lock.endpoints[name] : undefined

/** Sorted keys, two blanks, a newline at the end: small diffs. Its digest is over the canonical form. */
export const renderLock = (lock: RevisionLock): string =>
  `${JSON.stringify(JSON.parse(canonicalJson(lock)), null, 2)}\n`

/** True when both entries pin the same revision of the same place, whatever proves it. */
export const pinsSame = (one: LockEntry | undefined, other: LockEntry): boolean =>
  one !== undefined &&
  one.revisionDigest === other.revisionDigest &&
  canonicalJson(one.revision) === canonicalJson(other.revision) &&
  // The same name in another place can be another thing, and production asks for the place.
  canonicalJson(one.testedIn ?? null) === canonicalJson(other.testedIn ?? null)
