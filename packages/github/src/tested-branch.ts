// Looks whether the branch that is said to be tested holds the tested commit.
import { descendsFrom, observeBranch } from './commits.ts'
import { githubError } from './errors.ts'
import type { Repository } from './repository.ts'

/** A branch and the commit that was tested on it. */
export interface TestedPlace {
  readonly testedCommit: string
  /** Null: no branch was named. */
  readonly testedBranch: string | null
}

export type BranchStanding =
  /** Not looked at: none was named, or the name is one of a tag or of a branch that was deleted. */
  | { readonly kind: 'not named' | 'no branch' | 'at the commit' }
  | { readonly kind: 'moved on'; readonly tip: string }

/** Throws GITHUB_COMMIT_NOT_ON_BRANCH when the branch exists and does not hold the commit. */
export async function observeStanding(
  repository: Repository,
  { testedCommit, testedBranch }: TestedPlace,
): Promise<BranchStanding> {
  if (testedBranch === null) return { kind: 'not named' }
  const tip = await observeBranch(repository, testedBranch)
  if (tip === null) return { kind: 'no branch' }
  if (tip === testedCommit) return { kind: 'at the commit' }
  if (await descendsFrom(repository, { newer: tip, older: testedCommit })) {
    return { kind: 'moved on', tip }
  }
  throw githubError(
    'GITHUB_COMMIT_NOT_ON_BRANCH',
    `branch ${testedBranch} is at ${tip} and does not hold the tested commit ${testedCommit}`,
  )
}

/** That the branch moved on, as one sentence; '' when it did not. */
export const renderMovedOn = (place: TestedPlace, standing: BranchStanding): string =>
  standing.kind === 'moved on'
    ? `${place.testedBranch} moved on to ${standing.tip}; what is promoted is the tested commit ${place.testedCommit}.`
    : ''

/** Why the branch was not looked at, for the log; empty when it was. */
export function notesOn(place: TestedPlace, { kind }: BranchStanding): readonly string[] {
  const why: Partial<Record<BranchStanding['kind'], string>> = {
    'not named': 'no branch was named',
    'no branch': `${place.testedBranch} is not a branch of this repository`,
  }
  const because = why[kind]
  const { testedCommit } = place
  return because === undefined ? [] : [`No branch was compared with ${testedCommit}: ${because}.`]
}
