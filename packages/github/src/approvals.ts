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
  /** Branch that it was merged into. */
  readonly base: string
}

/** The merged pull requests whose merge made this commit; into which branch is for the caller to judge. */
export async function observeMergedPulls(
  repository: Repository,
  sha: string,
): Promise<readonly MergedPull[]> {
  const pulls = await askAll(repository, PULLS_OF_COMMIT, { params: { commit_sha: sha } })
  return pulls
    .filter((pull) => typeof pull.at('merged_at').value === 'string')
    .filter((pull) => pull.at('merge_commit_sha').value === sha)
    .map((pull) => ({
      number: pull.at('number').number(),
      base: pull.at('base').at('ref').text(),
    }))
}

/** The person who merged the pull request, then those whose last review approves; never a bot. */
export async function observeApprovers(
  repository: Repository,
  number: number,
): Promise<readonly string[]> {
  const pull = read(await ask(repository, PULL, { pull_number: number }), PULL)
  const reviews = await askAll(repository, `${PULL}/reviews`, { params: { pull_number: number } })
  return [...new Set([...personOf(pull.at('merged_by')), ...approversOf(reviews)])]
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
