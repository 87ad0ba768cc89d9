// Who approved: a run at its environment, or a commit by the pull request that brought it.
import { askAll, read, type Reader } from './answer.ts'
import { ask, type Repository } from './repository.ts'

const APPROVALS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals'
const PULLS_OF_COMMIT = 'GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls'
const PULL = 'GET /repos/{owner}/{repo}/pulls/{pull_number}'

/**
 * Logins that approved this run for the environment, in GitHub's order, each once. GitHub's list has
 * neither time nor attempt: it says who, not when.
 */
export async function observeApprovals(
  repository: Repository,
  place: { readonly runId: string; readonly environment: string },
): Promise<readonly string[]> {
  const data = await ask(repository, APPROVALS, { run_id: Number(place.runId) })
  const logins = read(data, APPROVALS)
    .items()
    .filter((review) => review.at('state').value === 'approved')
    .filter((review) => namesOf(review).includes(place.environment.toLowerCase()))
    .map((review) => review.at('user').at('login').text())
  return [...new Set(logins)]
}

const namesOf = (review: Reader): readonly string[] =>
  review
    .at('environments')
    .items()
    .map((environment) => environment.at('name').textOr('').toLowerCase())

export interface MergedPull {
  readonly number: number
  /** The person who merged, then those whose last review approves; never a bot. */
  readonly approvers: readonly string[]
}

/** The merged pull request that made this commit; null when none did. */
export async function observeMergedPull(
  repository: Repository,
  sha: string,
): Promise<MergedPull | null> {
  const pulls = await askAll(repository, PULLS_OF_COMMIT, { params: { commit_sha: sha } })
  const merged = pulls.find(
    (pull) =>
      typeof pull.at('merged_at').value === 'string' && pull.at('merge_commit_sha').value === sha,
  )
  if (merged === undefined) return null
  const number = merged.at('number').number()
  const pull = read(await ask(repository, PULL, { pull_number: number }), PULL)
  const reviews = await askAll(repository, `${PULL}/reviews`, { params: { pull_number: number } })
  const merger = pull.at('merged_by')
  return {
    number,
    approvers: [...new Set([...personOf(merger), ...approversOf(reviews)])],
  }
}

function approversOf(reviews: readonly Reader[]): readonly string[] {
  const last = new Map<string, unknown>()
  for (const review of reviews) {
    const state = review.at('state').value
    // A later comment does not take an approval back; a request for changes and a dismissal do.
    if (state === 'COMMENTED' || state === 'PENDING') continue
    for (const login of personOf(review.at('user'))) last.set(login, state)
  }
  return [...last].filter(([, state]) => state === 'APPROVED').map(([login]) => login)
}

/** The login of a person as a list of one; of a bot or a deleted account an empty list. */
function personOf(user: Reader): readonly string[] {
  const login = user.at('login').textOr('')
  return login === '' || user.at('type').value === 'Bot' ? [] : [login]
}
