// Labels and reviewers of a new pull request: welcome, never a reason to fail.
import { messageOf, send, type GitHubAnswer, type Repository } from './repository.ts'
import type { OpenPull } from './pulls.ts'

export interface Companions {
  readonly labels: readonly string[]
  /** Logins, or `organisation/team`. */
  readonly reviewers: readonly string[]
}

/** Resolves with one warning per name that GitHub did not take. One by one: a bad name spoils a list. */
export async function applyCompanions(
  repository: Repository,
  pull: OpenPull,
  { labels, reviewers }: Companions,
): Promise<readonly string[]> {
  const warnings: string[] = []
  for (const label of labels) {
    const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels'
    const answer = await send(repository, route, { issue_number: pull.number, labels: [label] })
    warnings.push(...complaints(`label ${label}`, answer))
  }
  for (const reviewer of reviewers) {
    if (reviewer.toLowerCase() === pull.author.toLowerCase()) {
      warnings.push(`reviewer ${reviewer} opened the pull request and cannot review it`)
      continue
    }
    const route = 'POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers'
    const params = { pull_number: pull.number, ...reviewerParams(reviewer) }
    warnings.push(...complaints(`reviewer ${reviewer}`, await send(repository, route, params)))
  }
  return warnings
}

function reviewerParams(reviewer: string) {
  const [, team] = reviewer.split('/')
  return team === undefined ? { reviewers: [reviewer] } : { team_reviewers: [team] }
}

const complaints = (what: string, { status, data }: GitHubAnswer): readonly string[] =>
  status >= 200 && status < 300 ? [] : [`${what} was not taken: ${status} ${messageOf(data)}`]
