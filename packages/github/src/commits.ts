// Commits and branches through the Git data API.
import { read } from './answer.ts'
import { githubError } from './errors.ts'
import {
  ask,
  askOrNull,
  messageOf,
  refusalOf,
  send,
  type GitHubAnswer,
  type Repository,
} from './repository.ts'

export interface Commit {
  readonly sha: string
  readonly tree: string
  readonly parents: readonly string[]
  /** ISO 8601, of the committer. */
  readonly date: string
}

const COMMITS = '/repos/{owner}/{repo}/git/commits'

/** Throws GITHUB_COMMIT_MISSING when there is no such commit. */
export async function observeCommit(repository: Repository, sha: string): Promise<Commit> {
  const route = `GET ${COMMITS}/{commit_sha}`
  const answer = await send(repository, route, { commit_sha: sha })
  // A SHA that names no object is 404; GitHub says 422 to one that names something else.
  if (answer.status === 404 || answer.status === 422) {
    throw githubError(
      'GITHUB_COMMIT_MISSING',
      `commit ${sha} is not in ${repository.owner}/${repository.name}, or the token may not read it`,
    )
  }
  if (answer.status !== 200) throw refusalOf(route, answer)
  return commitOf(answer.data, route)
}

/** SHA of a branch's head; null when there is no such branch. */
export async function observeBranch(
  repository: Repository,
  branch: string,
): Promise<string | null> {
  const route = 'GET /repos/{owner}/{repo}/git/ref/{ref}'
  const data = await askOrNull(repository, route, { ref: `heads/${branch}` })
  return data === null ? null : read(data, route).at('object').at('sha').text()
}

/** Name of the branch that GitHub shows first. */
export async function observeDefaultBranch(repository: Repository): Promise<string> {
  const route = 'GET /repos/{owner}/{repo}'
  return read(await ask(repository, route), route)
    .at('default_branch')
    .text()
}

export interface NewCommit {
  readonly message: string
  readonly tree: string
  readonly parents: readonly string[]
  readonly date: string
}

// The account that GitHub shows for workflows. With author, committer and date given, the same
// inputs make the same SHA, so a re-run adds no object.
const AUTHOR = {
  name: 'github-actions[bot]',
  email: '41898282+github-actions[bot]@users.noreply.github.com',
}

export async function writeCommit(repository: Repository, commit: NewCommit): Promise<Commit> {
  const route = `POST ${COMMITS}`
  const person = { ...AUTHOR, date: commit.date }
  const { message, tree, parents } = commit
  const params = { message, tree, parents, author: person, committer: person }
  return commitOf(await ask(repository, route, params), route)
}

export type Relation = 'identical' | 'ahead' | 'behind' | 'diverged'

export interface Comparison {
  /** What `head` is, seen from `base`. */
  readonly relation: Relation
  /** The common commit that GitHub found best. */
  readonly mergeBase: string
}

const COMPARE = 'GET /repos/{owner}/{repo}/compare/{basehead}'

interface Pair {
  readonly base: string
  readonly head: string
}

/** Throws GITHUB_PROMOTION_HISTORY when the two have no commit in common. */
export async function compareCommits(
  repository: Repository,
  { base, head }: Pair,
): Promise<Comparison> {
  const answer = await sendComparison(repository, { base, head })
  if (answer.status === 404 && /no common ancestor/i.test(messageOf(answer.data))) {
    throw githubError(
      'GITHUB_PROMOTION_HISTORY',
      `commits ${base} and ${head} have no common ancestor`,
    )
  }
  return comparisonOf(answer)
}

/** True when `newer` has `older` in its history; false also where one of them is gone. */
export async function descendsFrom(
  repository: Repository,
  { newer, older }: { readonly newer: string; readonly older: string },
): Promise<boolean> {
  const answer = await sendComparison(repository, { base: older, head: newer })
  // 404 is also the answer for two commits without a common ancestor.
  return answer.status !== 404 && comparisonOf(answer).relation === 'ahead'
}

const sendComparison = (repository: Repository, { base, head }: Pair): Promise<GitHubAnswer> =>
  send(repository, COMPARE, { basehead: `${base}...${head}`, per_page: 1 })

function comparisonOf(answer: GitHubAnswer): Comparison {
  if (answer.status !== 200) throw refusalOf(COMPARE, answer)
  const data = read(answer.data, COMPARE)
  const relation = data.at('status').text()
  if (!isRelation(relation)) {
    throw githubError('GITHUB_UNEXPECTED_ANSWER', `${COMPARE}: unknown status ${relation}`)
  }
  return { relation, mergeBase: data.at('merge_base_commit').at('sha').text() }
}

const isRelation = (word: string): word is Relation =>
  ['identical', 'ahead', 'behind', 'diverged'].includes(word)

const PAGE = 100
const MOST_COMMITS = 2000
const MOST_FORKS = 40

/**
 * Throws GITHUB_PROMOTION_HISTORY when the two have more than one best common commit (a criss-cross),
 * or when their histories are too wide to tell. `mergeBase` is the one that GitHub chose.
 */
export async function refuseCrissCross(
  repository: Repository,
  pair: { readonly base: string; readonly head: string; readonly mergeBase: string },
): Promise<void> {
  const others = (await forksOf(repository, pair)).filter((sha) => sha !== pair.mergeBase)
  if (others.length > MOST_FORKS) throw tooWide(pair, `${others.length} points of departure`)
  for (const other of others) {
    const { relation } = await compareCommits(repository, { base: other, head: pair.mergeBase })
    if (relation === 'ahead' || relation === 'identical') continue
    throw githubError(
      'GITHUB_PROMOTION_HISTORY',
      `commits ${pair.base} and ${pair.head} have two best common ancestors, ${pair.mergeBase} and ${other}`,
    )
  }
}

/** Commits of both histories whose child is only in the head's: every best common one is among them. */
async function forksOf(
  repository: Repository,
  { base, head }: { readonly base: string; readonly head: string },
): Promise<readonly string[]> {
  const own = new Set<string>()
  const parents = new Set<string>()
  for (let page = 1; ; page += 1) {
    const params = { basehead: `${base}...${head}`, per_page: PAGE, page }
    const commits = read(await ask(repository, COMPARE, params), COMPARE)
      .at('commits')
      .items()
    for (const commit of commits) {
      own.add(commit.at('sha').text())
      for (const parent of commit.at('parents').items()) parents.add(parent.at('sha').text())
    }
    if (commits.length < PAGE) break
    if (own.size >= MOST_COMMITS) throw tooWide({ base, head }, `${own.size} commits or more`)
  }
  return [...parents].filter((sha) => !own.has(sha))
}

const tooWide = (pair: { readonly base: string; readonly head: string }, found: string) =>
  githubError(
    'GITHUB_PROMOTION_HISTORY',
    `between ${pair.base} and ${pair.head} lie ${found}, too many to merge through the API`,
  )

function commitOf(value: unknown, route: string): Commit {
  const data = read(value, route)
  return {
    sha: data.at('sha').text(),
    tree: data.at('tree').at('sha').text(),
    parents: data
      .at('parents')
      .items()
      .map((parent) => parent.at('sha').text()),
    date: data.at('committer').at('date').text(),
  }
}
