// Azure Resource Manager for one workspace: the SDK's pipeline over our door, raw JSON in and out.
import { AzureMachineLearningWorkspaces } from '@azure/arm-machinelearning'
import {
  bearerTokenAuthenticationPolicyName,
  createHttpHeaders,
  createPipelineRequest,
  type HttpClient,
  type PipelinePolicy,
} from '@azure/core-rest-pipeline'
import type { HttpDoor, HttpRequest } from '@sluice/http'
import type { Credential } from './credential.ts'
import { azuremlError } from './errors.ts'
import { listIn, parseJson, textIn, type JsonObject, isObject } from './json.ts'
import type { AzurePlace } from './place.ts'
import { refusalError, type AzureAnswer } from './refusal.ts'

export const API_VERSION = '2024-04-01'

export interface ArmRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** Below the workspace, such as `/onlineEndpoints/taxi`; segments are already encoded. */
  readonly path: string
  readonly body?: JsonObject
}

export interface Arm {
  readonly place: AzurePlace
  /** Typed calls: models, environments, workspaces, codes. Their writes drop fields unknown in 2022. */
  readonly client: AzureMachineLearningWorkspaces
  /** Every answer, 4xx and 5xx included. */
  send(request: ArmRequest, signal: AbortSignal): Promise<AzureAnswer>
  /** All items of a paged list; throws for what is no success. */
  list(path: string, signal: AbortSignal): Promise<readonly JsonObject[]>
  /** GET of an address that the server gave (operations), version and all. */
  follow(url: string, signal: AbortSignal): Promise<AzureAnswer>
}

export interface ArmParts {
  readonly resourceManager: string
  readonly place: AzurePlace
  readonly http: HttpDoor
  readonly credential: Credential
}

/** The workspace's path; with upper case as Azure documents it. */
export const workspacePath = (place: AzurePlace): string =>
  `/subscriptions/${place.subscription}/resourceGroups/${encodeURIComponent(place.resourceGroup)}` +
  `/providers/Microsoft.MachineLearningServices/workspaces/${encodeURIComponent(place.workspace)}`

export function createArm(parts: ArmParts): Arm {
  const { resourceManager, place } = parts
  const client = createClient(parts)
  const base = `${resourceManager}${workspacePath(place)}`
  const raw = async (request: ArmRequest & { readonly url: string }, signal: AbortSignal) => {
    const response = await client.sendRequest(
      createPipelineRequest({
        url: request.url,
        method: request.method,
        abortSignal: signal,
        headers: createHttpHeaders({
          accept: 'application/json',
          'content-type': 'application/json',
        }),
        ...(request.body !== undefined && { body: JSON.stringify(request.body) }),
      }),
    )
    return answerOf(response.status, response.headers.toJSON(), response.bodyAsText ?? '')
  }
  const send = (request: ArmRequest, signal: AbortSignal): Promise<AzureAnswer> =>
    raw({ ...request, url: `${base}${request.path}?api-version=${API_VERSION}` }, signal)
  return {
    place,
    client,
    send,
    async list(path, signal) {
      const items: JsonObject[] = []
      let answer = await send({ method: 'GET', path }, signal)
      for (;;) {
        if (answer.status !== 200) throw refusalError(`GET ${path}`, answer)
        items.push(...listIn(answer.body, 'value').filter(isObject))
        const next = textIn(answer.body, 'nextLink')
        if (next === null) return items
        answer = await raw({ method: 'GET', path, url: next }, signal)
      }
    },
    async follow(url, signal) {
      const token = await parts.credential(`${resourceManager}/.default`, signal)
      const answer = await parts.http({
        method: 'GET',
        url: trusted(url, resourceManager),
        headers: { accept: 'application/json', authorization: `Bearer ${token}` },
        signal,
      })
      return answerOf(answer.status, answer.headers, answer.text)
    },
  }
}

function createClient(parts: ArmParts): AzureMachineLearningWorkspaces {
  const { resourceManager, place, credential } = parts
  const scope = `${resourceManager}/.default`
  const client = new AzureMachineLearningWorkspaces(
    // Never asked: the policy that would ask keeps time by itself, so ours stands in its place.
    { getToken: () => Promise.resolve(null) },
    place.subscription,
    {
      endpoint: resourceManager,
      apiVersion: API_VERSION,
      httpClient: httpClientOf(parts.http),
      retryOptions: { maxRetries: 0 },
    },
  )
  const authorize: PipelinePolicy = {
    name: 'sluiceAuthorization',
    async sendRequest(request, next) {
      trusted(request.url, resourceManager)
      const token = await credential(scope, signalOf(request.abortSignal))
      request.headers.set('authorization', `Bearer ${token}`)
      return next(request)
    },
  }
  client.pipeline.removePolicy({ name: bearerTokenAuthenticationPolicyName })
  client.pipeline.addPolicy(authorize, { phase: 'Sign' })
  return client
}

/** The SDK's idea of a network, over our door: deadlines, retries and proxies are the door's. */
const httpClientOf = (http: HttpDoor): HttpClient => ({
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

function answerOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  text: string,
): AzureAnswer {
  const lower = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return {
    status,
    headers: lower,
    body: parseJson(text) ?? null,
    requestId: lower['x-ms-request-id'] ?? null,
  }
}

/** Our token goes to Resource Manager and its regional hosts, and nowhere else. */
function trusted(url: string, resourceManager: string): string {
  const base = new URL(resourceManager)
  const there = URL.canParse(url) ? new URL(url) : null
  const same = there !== null && there.protocol === base.protocol
  if (same && (there.host === base.host || there.host.endsWith(`.${base.host}`))) return url
  throw azuremlError(
    'AZUREML_URL_NOT_TRUSTED',
    `found an address on ${there === null ? 'no host' : there.host}; wanted one on ${base.host}`,
  )
}
