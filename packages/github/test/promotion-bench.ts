// A repository in which promotions are tried, and short words for what tests do and read there.
import {
  promote,
  repositoryOf,
  type GitHubAnswer,
  type PromotionResult,
  type Repository,
} from '@sluice/github'
import {
  createGitHubWorld,
  type GitHubWorld,
  type WorldOptions,
} from '../../../test/doubles/github-world.ts'
import { LOCK, orderFor, type Wish } from './promotion-order.ts'

export type Permissions = Readonly<Record<string, 'read' | 'write'>>

export interface PromotionBench {
  readonly world: GitHubWorld
  /** As a job with these permissions sees it; as one that may promote unless told otherwise. */
  repository(permissions?: Permissions): Repository
  promote(wish: Wish): Promise<PromotionResult>
  /** A commit on integration; resolves with its SHA. */
  work(text: string): Promise<string>
  lockAt(ref: string): Promise<{ readonly endpoints: Readonly<Record<string, unknown>> }>
  pullBody(number: number): Promise<string>
  /** A request by the person; `owner` and `repo` are given. */
  personal(route: string, params: Readonly<Record<string, unknown>>): Promise<GitHubAnswer>
}

export async function openBench(options: Partial<WorldOptions> = {}): Promise<PromotionBench> {
  const world = await createGitHubWorld({
    files: { 'score.py': 'v1\n', 'data/a.txt': 'a\n', 'docs/b.txt': 'b\n' },
    ...options,
  })
  const { signal } = new AbortController()
  const repository: PromotionBench['repository'] = (
    permissions = { contents: 'write', 'pull-requests': 'write' },
  ) => repositoryOf(world.slug, { request: world.job(permissions), signal })
  const personal: PromotionBench['personal'] = (route, params) =>
    world.person(route, { owner: 'ada', repo: 'taxi', ...params }, { signal })
  return {
    world,
    repository,
    personal,
    promote: (wish) => promote(repository(), orderFor(wish)),
    work: (text) =>
      world.push({ branch: 'integration', files: { 'score.py': `${text}\n` }, from: 'main' }),
    lockAt: async (ref) => JSON.parse(await world.git('show', `${ref}:${LOCK}`)),
    pullBody: async (number) => {
      const answer = await personal('GET /repos/{owner}/{repo}/pulls/{number}', { number })
      return String((answer.data as { body: unknown }).body)
    },
  }
}
