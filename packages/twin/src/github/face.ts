// The HTTP face: who asks, which route, and every refusal in GitHub's form.
import { createHash } from 'node:crypto'
import type { FaceHandler, SimAnswer, SimRequest, World } from '../kernel/simulator.ts'
import { actorOf, demand } from './actor.ts'
import { Body, parseBody, type Call } from './call.ts'
import { iso } from './commits.ts'
import type { Git } from './git.ts'
import { answerGraphql } from './graphql.ts'
import { answerOf, notFound, Refusal } from './refusal.ts'
import type { Route } from './router.ts'
import { commitRoutes, singleCommitRoute } from './routes/commits.ts'
import { contentRoutes } from './routes/contents.ts'
import { deploymentRoutes } from './routes/deployments.ts'
import { environmentRoutes } from './routes/environments.ts'
import { objectRoutes } from './routes/objects.ts'
import { pullMergeRoutes } from './routes/pull-merge.ts'
import { pullRoutes } from './routes/pulls.ts'
import { reviewRoutes } from './routes/reviews.ts'
import { referenceRoutes } from './routes/references.ts'
import { repositoryRoutes } from './routes/repository.ts'
import { runRoutes } from './routes/runs.ts'
import { statusRoutes } from './routes/statuses.ts'
import { slugOf, type GitHubState } from './state.ts'

const routes: readonly Route[] = [
  ...repositoryRoutes,
  ...referenceRoutes,
  ...objectRoutes,
  ...contentRoutes,
  ...commitRoutes,
  ...statusRoutes,
  ...pullRoutes,
  ...pullMergeRoutes,
  ...reviewRoutes,
  ...environmentRoutes,
  ...runRoutes,
  ...deploymentRoutes,
  singleCommitRoute,
]

const VERSIONS = ['2022-11-28', '2026-03-10']

export const githubFace =
  (git: Git): FaceHandler<GitHubState> =>
  async (request, state, world) => {
    state.requests += 1
    const answer = await answered(() => take(request, { git, state, world }))
    return {
      ...answer,
      headers: {
        'x-github-request-id': requestId(state),
        'x-github-api-version-selected': versionOf(request),
        ...answer.headers,
      },
    }
  }

async function answered(act: () => Promise<SimAnswer>): Promise<SimAnswer> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Refusal) return answerOf(error)
    throw error
  }
}

interface Place {
  readonly git: Git
  readonly state: GitHubState
  readonly world: World
}

async function take(request: SimRequest, place: Place): Promise<SimAnswer> {
  if (request.headers['user-agent'] === undefined) {
    throw new Refusal(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.',
    )
  }
  if (!VERSIONS.includes(versionOf(request))) {
    throw new Refusal(400, `API version ${versionOf(request)} is not supported.`)
  }
  const actor = actorOf(place.state, request.headers['authorization'])
  const call: Call = {
    ...place,
    actor,
    at: iso(place.world.now()),
    origin: request.origin,
    path: request.path,
    query: request.query,
    accept: request.headers['accept'] ?? '',
    params: {},
    body: request.method === 'GET' ? new Body({}) : parseBody(request),
  }
  if (request.path === '/graphql' && request.method === 'POST') return answerGraphql(call)
  const { route, params } = findRoute(request, place.state)
  demand(actor, route.needed)
  return route.handle({ ...call, params })
}

function findRoute(
  request: SimRequest,
  state: GitHubState,
): { readonly route: Route; readonly params: Readonly<Record<string, string>> } {
  for (const route of routes) {
    const params = route.method === request.method ? route.matches(request.path) : null
    if (params === null) continue
    const slug = `${params['owner']}/${params['repo']}`.toLowerCase()
    if (slug === slugOf(state.repository).toLowerCase()) return { route, params }
  }
  throw notFound()
}

const versionOf = (request: SimRequest): string =>
  request.headers['x-github-api-version'] ?? '2022-11-28'

/** Looks like GitHub's, and is the same in every run. */
function requestId(state: GitHubState): string {
  const hex = createHash('sha256').update(String(state.requests)).digest('hex').toUpperCase()
  return [hex.slice(0, 4), hex.slice(4, 10), hex.slice(10, 17), hex.slice(17, 24)].join(':')
}
