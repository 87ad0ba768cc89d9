// The one open pull request of a branch.
import { askAll, read, type Reader } from './answer.ts'
import { githubError } from './errors.ts'
import {
  ask,
  messageOf,
  refusalOf,
  send,
  type GitHubAnswer,
  type Repository,
} from './repository.ts'

export interface OpenPull {
  readonly number: number
  /** Page for people. */
  readonly url: string
  readonly title: string
  readonly body: string
  readonly author: string
}

export interface PullEnds {
  readonly head: string
  readonly base: string
}

const PULLS = '/repos/{owner}/{repo}/pulls'

/** Whoever opened it: the branch is ours. Null when none is open. */
export async function observeOpenPull(
  repository: Repository,
  ends: PullEnds,
): Promise<OpenPull | null> {
  const { owner, name } = repository
  const items = await askAll(repository, `GET ${PULLS}`, {
    params: { state: 'open', head: `${owner}:${ends.head}`, base: ends.base },
  })
  // The filter by head is loose for forks with the same owner, so every end is looked at again.
  const slug = `${owner}/${name}`.toLowerCase()
  const ours = items.find(
    (item) =>
      item.at('head').at('ref').value === ends.head &&
      item.at('base').at('ref').value === ends.base &&
      item.at('head').at('repo').at('full_name').textOr('').toLowerCase() === slug,
  )
  return ours === undefined ? null : pullOf(ours)
}

export type Creation =
  | { readonly kind: 'created'; readonly pull: OpenPull }
  /** Somebody was faster: read and update. */
  | { readonly kind: 'exists' }
  /** GitHub sees no commit that the base does not have. */
  | { readonly kind: 'no-commits' }

export interface PullText {
  readonly title: string
  readonly body: string
}

/** Throws GITHUB_PULL_REQUESTS_OFF, GITHUB_PERMISSION_MISSING, GITHUB_BRANCH_MISSING. */
export async function createPull(
  repository: Repository,
  pull: PullEnds & PullText,
): Promise<Creation> {
  const route = `POST ${PULLS}`
  const { head, base, title, body } = pull
  const answer = await send(repository, route, { head, base, title, body })
  if (answer.status === 201) return { kind: 'created', pull: pullOf(read(answer.data, route)) }
  const text = messageOf(answer.data)
  if (answer.status === 422 && /a pull request already exists/i.test(text))
    return { kind: 'exists' }
  if (answer.status === 422 && /no commits between/i.test(text)) return { kind: 'no-commits' }
  const end = answer.status === 422 ? invalidEnd(answer) : null
  if (end === null) throw refusalOf(route, answer)
  const branch = end === 'head' ? head : base
  throw githubError('GITHUB_BRANCH_MISSING', `GitHub does not find the ${end} branch ${branch}`)
}

/** Writes only the fields that are given. */
export async function updatePull(
  repository: Repository,
  number: number,
  change: Partial<PullText>,
): Promise<OpenPull> {
  const route = `PATCH ${PULLS}/{pull_number}`
  return pullOf(read(await ask(repository, route, { pull_number: number, ...change }), route))
}

function invalidEnd({ data }: GitHubAnswer): 'head' | 'base' | null {
  const list = read(data, 'errors').at('errors')
  const fields = Array.isArray(list.value) ? list.items().map((item) => item.at('field').value) : []
  if (fields.includes('head')) return 'head'
  return fields.includes('base') ? 'base' : null
}

const pullOf = (item: Reader): OpenPull => ({
  number: item.at('number').number(),
  url: item.at('html_url').text(),
  title: item.at('title').text(),
  // A text that was never given is null.
  body: item.at('body').textOr(''),
  author: item.at('user').at('login').textOr(''),
})
