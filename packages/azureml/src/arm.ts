// Azure Resource Manager for one workspace: raw JSON in and out, and typed calls where they are safe.
import type { HttpDoor } from '@sluice/http'
import type { Client } from './client.ts'
import type { Credential } from './credential.ts'
import { listIn, parseJson, textIn, type JsonObject, isObject } from './json.ts'
import type { SendRaw } from './pipeline.ts'
import type { AzurePlace } from './place.ts'
import { refusalError, type AzureAnswer } from './refusal.ts'
import { trusted } from './trust.ts'

const API_VERSION = '2024-04-01'

export interface ArmRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** Below the workspace, such as `/onlineEndpoints/taxi`; segments are already encoded. */
  readonly path: string
  readonly body?: JsonObject
  /** `never`: the door sends it once, because something must be looked at before every try. */
  readonly retry?: 'never'
}

export interface Arm {
  readonly place: AzurePlace
  /** Typed calls: models, environments, workspaces, codes. Their writes drop fields unknown in 2022. */
  client(signal: AbortSignal): Promise<Client>
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
  const base = `${resourceManager}${workspacePath(place)}`
  const { sendRaw, client } = createSdk(parts)
  const raw = async (request: ArmRequest & { readonly url: string }, signal: AbortSignal) => {
    const { method, url, body, retry } = request
    const call = {
      method,
      url,
      signal,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(retry !== undefined && { retry }),
    }
    return answerOf(await (await sendRaw(signal))(call))
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
      const token = await parts.credential(scopeOf(parts), signal)
      const answer = await parts.http({
        method: 'GET',
        url: trusted(url, resourceManager),
        headers: { accept: 'application/json', authorization: `Bearer ${token}` },
        signal,
      })
      return answerOf(answer)
    },
  }
}

const scopeOf = ({ resourceManager }: ArmParts): string => `${resourceManager}/.default`

interface Sdk {
  readonly sendRaw: (signal: AbortSignal) => Promise<SendRaw>
  readonly client: Arm['client']
}

/**
 * The two ways into the SDK, each loaded once, when it is first wanted. The sign-in is waited for
 * anyway, so it goes first, and the code is loaded in the meantime.
 */
function createSdk(parts: ArmParts): Sdk {
  const { subscription } = parts.place
  const own = { ...parts, apiVersion: API_VERSION }
  const once = <Part>(load: () => Promise<Part>) => {
    let loading: Promise<Part> | undefined
    return async (signal: AbortSignal): Promise<Part> => {
      const signingIn = parts.credential(scopeOf(parts), signal)
      loading ??= load()
      const [part] = await Promise.all([loading, signingIn])
      return part
    }
  }
  return {
    sendRaw: once(async () => (await import('./pipeline.ts')).createSendRaw(own)),
    client: once(async () => (await import('./client.ts')).createClient({ ...own, subscription })),
  }
}

function answerOf(answer: {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}): AzureAnswer {
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return {
    status: answer.status,
    headers,
    body: parseJson(answer.text) ?? null,
    requestId: headers['x-ms-request-id'] ?? null,
  }
}
