// Finds a promotion of a commit that came after ours: a late report must not go back behind it.
import { canonicalJson, parseDocument } from '@sluice/documents'
import type { RevisionLock } from '@sluice/rollout'
import { descendsFrom, type Relation } from './commits.ts'
import { entryOf } from './lock.ts'
import type { Repository } from './repository.ts'

export interface NewerPromotion {
  /** What was tested there; our commit is in its history. */
  readonly testedCommit: string
  /** Where it stands: in the open pull request, or merged, so that the base pins it. */
  readonly place: 'pull request' | 'base'
}

export interface Standings {
  /** Key of the endpoint in the lock. */
  readonly name: string
  readonly testedCommit: string
  /** What the tested commit is, seen from the base. */
  readonly relation: Relation
  readonly baseLock: RevisionLock
  /** Lock of the promotion branch while a pull request is open for it; else null. */
  readonly openLock: string | null
}

/** Null when there is none. A commit that is gone, and a lock that cannot be read, count as none. */
export async function observeNewerPromotion(
  repository: Repository,
  standings: Standings,
): Promise<NewerPromotion | null> {
  for (const newer of candidatesOf(standings)) {
    const pair = { older: standings.testedCommit, newer: newer.testedCommit }
    if (pair.older !== pair.newer && (await descendsFrom(repository, pair))) return newer
  }
  return null
}

function candidatesOf({ name, relation, baseLock, openLock }: Standings): NewerPromotion[] {
  const proposed = openLock === null ? [] : commitsProposed(openLock, baseLock)
  // A commit that has the base in its history came after everything that the base pins.
  const isAfterBase = relation === 'ahead' || relation === 'identical'
  const pinned = isAfterBase ? undefined : entryOf(baseLock, name)
  return [
    ...proposed.map((testedCommit) => ({ testedCommit, place: 'pull request' as const })),
    ...(pinned === undefined
      ? []
      : [{ testedCommit: pinned.testedCommit, place: 'base' as const }]),
  ]
}

/** Tested commits of the entries, of whatever endpoint, that the base does not have so. */
function commitsProposed(text: string, baseLock: RevisionLock): readonly string[] {
  const lock = parseDocument('lock', text, { file: '' })
  if (!lock.ok) return []
  const fresh = Object.entries(lock.value.endpoints).filter(([name, entry]) => {
    const before = entryOf(baseLock, name)
    return before === undefined || canonicalJson(before) !== canonicalJson(entry)
  })
  return [...new Set(fresh.map(([, { testedCommit }]) => testedCommit))]
}
