// The SDK's pipeline over our door. Raw JSON goes through it as it is; typed calls have the same parts.
import {
  createEmptyPipeline,
  createHttpHeaders,
  createPipelineRequest,
  logPolicy,
  setClientRequestIdPolicy,
  userAgentPolicy,
  type HttpClient,
  type PipelinePolicy,
} from '@azure/core-rest-pipeline'
import type { HttpDoor, HttpRequest, HttpResponse } from '@sluice/http'
import type { Credential } from './credential.ts'
import { azuremlError } from './errors.ts'
import { trusted } from './trust.ts'

export interface PipelineParts {
  readonly resourceManager: string
  readonly http: HttpDoor
  readonly credential: Credential
  /** Every call is of this version, whatever its address says. */
  readonly apiVersion: string
}

export type RawRequest = Pick<HttpRequest, 'method' | 'url' | 'signal' | 'retry'> & {
  readonly body?: string
}
export type SendRaw = (
  request: RawRequest,
) => Promise<Pick<HttpResponse, 'status' | 'headers' | 'text'>>

export const USER_AGENT = { userAgentPrefix: 'sluice' } as const

/**
 * What the SDK adds to a request. Its policies for retries, redirects, proxies and compression are
 * not there: the door does that. Nor is the one for forms: it makes Node load a second fetch.
 */
export function createSendRaw(parts: PipelineParts): SendRaw {
  const pipeline = createEmptyPipeline()
  pipeline.addPolicy(userAgentPolicy(USER_AGENT))
  pipeline.addPolicy(setClientRequestIdPolicy())
  pipeline.addPolicy(versionPolicy(parts.apiVersion))
  pipeline.addPolicy(authorizationPolicy(parts), { phase: 'Sign' })
  pipeline.addPolicy(logPolicy(), { afterPhase: 'Sign' })
  const client = httpClientOf(parts.http)
  return async ({ method, url, signal, body, retry }) => {
    const response = await pipeline.sendRequest(
      // The SDK's requests have no place for it.
      retry === undefined ? client : httpClientOf((request) => parts.http({ ...request, retry })),
      createPipelineRequest({
        url,
        method,
        abortSignal: signal,
        headers: createHttpHeaders({
          accept: 'application/json',
          'content-type': 'application/json',
        }),
        ...(body !== undefined && { body }),
      }),
    )
    const { status, headers, bodyAsText } = response
    return { status, headers: headers.toJSON(), text: bodyAsText ?? '' }
  }
}

const versionPolicy = (apiVersion: string): PipelinePolicy => ({
  name: 'sluiceApiVersion',
  sendRequest(request, next) {
    request.url = request.url.replace(/([?&]api-version=)[^&]*/, `$1${apiVersion}`)
    return next(request)
  },
})

/** Stands in place of the SDK's own, which keeps time by itself. */
export const authorizationPolicy = (
  parts: Pick<PipelineParts, 'resourceManager' | 'credential'>,
): PipelinePolicy => ({
  name: 'sluiceAuthorization',
  async sendRequest(request, next) {
    const { resourceManager, credential } = parts
    trusted(request.url, resourceManager)
    const token = await credential(`${resourceManager}/.default`, signalOf(request.abortSignal))
    request.headers.set('authorization', `Bearer ${token}`)
    return next(request)
  },
})

/** The SDK's idea of a network, over our door: deadlines, retries and proxies are the door's. */
export const httpClientOf = (http: HttpDoor): HttpClient => ({
  async sendRequest(request) {
    const { body } = request
    if (body !== undefined && body !== null && typeof body !== 'string') {
      throw azuremlError(
        'AZUREML_REFUSED',
        `${request.method}: a body that is no text cannot be sent`,
      )
    }
    const answer = await http({
      method: request.method as HttpRequest['method'],
      url: request.url,
      headers: request.headers.toJSON(),
      ...(typeof body === 'string' && { body }),
      signal: signalOf(request.abortSignal),
    })
    return {
      request,
      status: answer.status,
      headers: createHttpHeaders({ ...answer.headers }),
      bodyAsText: answer.text,
    }
  },
})

const signalOf = (signal: unknown): AbortSignal =>
  signal instanceof AbortSignal ? signal : new AbortController().signal
