// GitHub's REST API: Octokit makes the calls, our door sends them.
import type { getOctokit } from '@actions/github'
import { asFetch, type HttpDoor } from '@sluice/http'
import { SluiceError } from '@sluice/rollout'
import { actionError } from './errors.ts'
import type { GitHubRequest } from './ports.ts'

/** The one version of the API that we speak; GitHub Enterprise Server knows it too. */
export const GITHUB_API_VERSION = '2022-11-28'

type Octokit = ReturnType<typeof getOctokit>

/** Resolves with every answer, 4xx and 5xx included; throws only when none came. */
export function createGitHub(door: HttpDoor, apiUrl: string): (token: string) => GitHubRequest {
  return (token) => {
    if (token === '') throw actionError('ACTION_NO_TOKEN', 'no token for GitHub was given')
    let loading: Promise<Octokit> | undefined
    const load = async (): Promise<Octokit> => {
      const toolkit = await import('@actions/github')
      return toolkit.getOctokit(token, { baseUrl: apiUrl, request: { fetch: asFetch(door) } })
    }
    return async (route, params, { signal }) => {
      loading ??= load()
      const octokit = await loading
      try {
        return readAnswer(
          await octokit.request(route, {
            ...params,
            headers: { 'x-github-api-version': GITHUB_API_VERSION },
            request: { signal, fetch: asFetch(door) },
          }),
        )
      } catch (error) {
        signal.throwIfAborted()
        return answerIn(error)
      }
    }
  }
}

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
