// GitHub's API: Octokit's request function makes the calls, our door sends them.
import type { RequestInterface } from '@octokit/types'
import { asFetch, type HttpDoor } from '@sluice/http'
import { SluiceError } from '@sluice/rollout'
import { actionError } from './errors.ts'
import type { GitHubRequest } from './ports.ts'
import { fetchClasses } from './real-fetch.ts'

/** The one version of the API that we speak; GitHub Enterprise Server knows it too. */
export const GITHUB_API_VERSION = '2022-11-28'

/** Resolves with every answer, 4xx and 5xx included; throws only when none came. */
export function createGitHub(
  door: HttpDoor,
  addresses: GitHubAddresses,
): (token: string) => GitHubRequest {
  const fetch = asFetch(door, fetchClasses)
  return (token) => {
    if (token === '') throw actionError('ACTION_NO_TOKEN', 'no token for GitHub was given')
    let loading: Promise<RequestInterface> | undefined
    const load = async (): Promise<RequestInterface> => {
      // Bundled with the rest, and run when it is first wanted.
      const { request } = await import(/* webpackMode: "eager" */ '@octokit/request')
      return request.defaults({
        baseUrl: addresses.api,
        headers: { authorization: `token ${token}`, 'x-github-api-version': GITHUB_API_VERSION },
        request: { fetch },
      })
    }
    return async (route, params, { signal }) => {
      loading ??= load()
      const request = await loading
      try {
        const at = route === GRAPHQL_ROUTE ? `POST ${addresses.graphql}` : route
        return readAnswer(await request(at, { ...params, request: { signal, fetch } }))
      } catch (error) {
        signal.throwIfAborted()
        return answerIn(error)
      }
    }
  }
}

export interface GitHubAddresses {
  readonly api: string
  /** Not below `api` on GitHub Enterprise Server. */
  readonly graphql: string
}

const GRAPHQL_ROUTE = 'POST /graphql'

type Answer = Awaited<ReturnType<GitHubRequest>>

const readAnswer = (answer: {
  readonly status: number
  readonly data: unknown
  readonly headers: object
}): Answer => ({
  status: answer.status,
  data: answer.data,
  headers: Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name, String(value)]),
  ),
})

/** Octokit throws answers that are no success, and wraps what its fetch threw. */
function answerIn(error: unknown): Answer {
  if (!(error instanceof Error)) throw error
  if (error.cause instanceof SluiceError) throw error.cause
  const { response } = error as { readonly response?: Parameters<typeof readAnswer>[0] }
  if (response === undefined) throw error
  return readAnswer(response)
}
