// One repository as seen through one token: every call of this package goes through here.
import type { SluiceError } from '@sluice/rollout'
import { githubError } from './errors.ts'

export interface GitHubAnswer {
  readonly status: number
  readonly data: unknown
  readonly headers: Readonly<Record<string, string>>
}

/** Resolves with an answer, or throws an error that carries `status` and `response` for 4xx and 5xx. */
export type GitHubRequest = (
  route: string,
  params: Readonly<Record<string, unknown>>,
  options: { readonly signal: AbortSignal },
) => Promise<GitHubAnswer>

export interface Repository {
  readonly request: GitHubRequest
  readonly owner: string
  readonly name: string
  /** Cancels every call. */
  readonly signal: AbortSignal
}

type Params = Readonly<Record<string, unknown>>

/** What a job's token needs for a route; told when GitHub refuses it. */
const PERMISSIONS: readonly (readonly [RegExp, string])[] = [
  [/^POST .*\/statuses\//, 'statuses: write'],
  [/\/statuses/, 'statuses: read'],
  [/^POST .*\/git\/|^POST \/graphql/, 'contents: write'],
  [/\/git\/|\/compare\//, 'contents: read'],
  [/^(POST|PATCH) .*\/(pulls|issues)/, 'pull-requests: write'],
  [/\/pulls/, 'pull-requests: read'],
  [/\/environments\/|\/actions\//, 'actions: read'],
]

/** `owner/name` as the two parameters that every route begins with. */
export function repositoryOf(
  slug: string,
  access: Pick<Repository, 'request' | 'signal'>,
): Repository {
  const [owner = '', name = ''] = slug.split('/')
  return { ...access, owner, name }
}

/** The answer whatever its status; throws only when no answer came. */
export async function send(
  repository: Repository,
  route: string,
  params: Params = {},
): Promise<GitHubAnswer> {
  const all = route.includes('{owner}')
    ? { owner: repository.owner, repo: repository.name, ...params }
    : params
  try {
    return await repository.request(route, all, { signal: repository.signal })
  } catch (error) {
    const answer = answerIn(error)
    if (answer === null) throw error
    return answer
  }
}

/** The data of a 2xx answer; anything else is thrown as the error that says what to do. */
export async function ask(
  repository: Repository,
  route: string,
  params: Params = {},
): Promise<unknown> {
  return dataOf(route, await send(repository, route, params))
}

/** As `ask`, but null where GitHub says 404. */
export async function askOrNull(
  repository: Repository,
  route: string,
  params: Params = {},
): Promise<unknown> {
  const answer = await send(repository, route, params)
  return answer.status === 404 ? null : dataOf(route, answer)
}

function dataOf(route: string, answer: GitHubAnswer): unknown {
  if (answer.status >= 200 && answer.status < 300) return answer.data
  throw refusalOf(route, answer)
}

/** Octokit throws what it calls a RequestError; its answer is as good as a returned one. */
function answerIn(error: unknown): GitHubAnswer | null {
  if (!(error instanceof Error) || !('status' in error) || !('response' in error)) return null
  const { status, response } = error
  if (typeof status !== 'number' || typeof response !== 'object' || response === null) return null
  const data = 'data' in response ? response.data : null
  const headers = 'headers' in response ? (response.headers as GitHubAnswer['headers']) : {}
  return { status, data, headers }
}

/** The error for an answer that is no success. */
export function refusalOf(route: string, answer: GitHubAnswer): SluiceError {
  const text = messageOf(answer.data)
  const found = `${route}: ${answer.status}${text === '' ? '' : ` ${text}`}${requestIdOf(answer)}`
  if (answer.status === 401) return githubError('GITHUB_TOKEN_REFUSED', found)
  if (isRateLimit(answer, text)) return githubError('GITHUB_RATE_LIMITED', found)
  if (isAboutWorkflows(text)) return workflowsRefused(found)
  if (answer.status === 403) return forbidden({ route, answer, text, found })
  if (answer.status === 404) return githubError('GITHUB_NOT_FOUND', found)
  if (answer.status >= 500) return githubError('GITHUB_UNAVAILABLE', found)
  return githubError('GITHUB_REFUSED', found)
}

interface Forbidden {
  readonly route: string
  readonly answer: GitHubAnswer
  readonly text: string
  readonly found: string
}

function forbidden({ route, answer, text, found }: Forbidden): SluiceError {
  if (/not permitted to create or approve pull requests/i.test(text)) {
    return githubError('GITHUB_PULL_REQUESTS_OFF', found)
  }
  return githubError('GITHUB_PERMISSION_MISSING', found, {
    hint: permissionHint(route, answer.headers['x-accepted-github-permissions']),
  })
}

/** Which permission to grant, as far as the route or GitHub's own header tell. */
export function permissionHint(route: string, accepted?: string): string {
  const wanted =
    PERMISSIONS.find(([pattern]) => pattern.test(route))?.[1] ?? accepted ?? 'contents: read'
  return `Grant \`${wanted}\` in the \`permissions:\` of the job (a called workflow gets at most what its caller grants).`
}

/** GitHub's words for a job or an app, for a personal token, and as they were years ago. */
export const isAboutWorkflows = (text: string): boolean =>
  /refusing to allow .*workflow|without `?workflows?`? (permission|scope)/i.test(text)

/** The error for a token that may not write, or point a branch at, files in .github/workflows. */
export const workflowsRefused = (found: string): SluiceError =>
  githubError('GITHUB_PERMISSION_MISSING', found, {
    hint: 'GitHub keeps a token of a job from pointing a branch at commits that change files in `.github/workflows`, also where these only differ from the default branch, and no job can be granted that: pass the token of a GitHub App with `contents: write`, `pull-requests: write` and `workflows: write`.',
  })

function isRateLimit({ status, headers }: GitHubAnswer, text: string): boolean {
  if (status === 429) return true
  if (status !== 403) return false
  return (
    headers['x-ratelimit-remaining'] === '0' || 'retry-after' in headers || /rate limit/i.test(text)
  )
}

function requestIdOf({ headers }: GitHubAnswer): string {
  const id = headers['x-github-request-id']
  return id === undefined ? '' : ` (request ${id})`
}

/** GitHub's text and the texts of its `errors`, on one line of bounded length. */
export function messageOf(data: unknown): string {
  if (typeof data !== 'object' || data === null) return ''
  const { message, errors } = data as { message?: unknown; errors?: unknown }
  const details = Array.isArray(errors) ? errors.map(detailOf) : []
  const texts = [message, ...details].filter((text) => typeof text === 'string' && text !== '')
  return [...new Set(texts)].join('; ').replace(/\s+/g, ' ').slice(0, 400)
}

function detailOf(error: unknown): string {
  if (typeof error === 'string') return error
  if (typeof error !== 'object' || error === null) return ''
  const { message, field, code } = error as { message?: unknown; field?: unknown; code?: unknown }
  if (typeof message === 'string') return message
  return typeof field === 'string' ? `${field}: ${String(code)}` : ''
}
