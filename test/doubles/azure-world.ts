// The simulated Azure and Entra in this very process: a door straight into the faces, no sockets, a
// clock whose waits pass at once. For unit tests of what talks to Azure.
import { createHash } from 'node:crypto'
import type { HttpDoor, HttpRequest, HttpResponse } from '@sluice/http'
import { SluiceError } from '@sluice/rollout'
import type { AzureSettings } from '@sluice/azureml'
import {
  azureSimulator,
  federatedApplication,
  grantAll,
  identitySimulator,
  seedModel,
  seedWorkspace,
  type AzureOptions,
  type AzureState,
  type FaceHandler,
  type SimAnswer,
  type World,
} from '@sluice/twin'
import { createFakeClock, type FakeClock } from './clock.ts'

export const PLACE = {
  subscription: '11111111-1111-1111-1111-111111111111',
  resourceGroup: 'taxi-rg',
  workspace: 'taxi-ws',
} as const
export const SEED_PLACE = {
  subscription: PLACE.subscription,
  resourceGroup: PLACE.resourceGroup,
  name: PLACE.workspace,
} as const
const TENANT = '22222222-2222-2222-2222-222222222222'
const CLIENT = '33333333-3333-3333-3333-333333333333'
const REPOSITORY = 'acme/taxi'

export const SETTINGS: AzureSettings = {
  identity: { clientId: CLIENT, tenantId: TENANT },
  resourceManager: 'https://arm.test',
  authority: 'https://entra.test',
}

export interface Exchange {
  readonly face: string
  readonly method: string
  readonly path: string
  readonly status: number
}

/** `before`: nothing happened there. `after`: it happened, and the answer was lost. */
export type Loss = (request: HttpRequest, face: string) => 'before' | 'after' | null

export interface AzureWorld {
  readonly state: AzureState
  readonly clock: FakeClock
  readonly exchanges: Exchange[]
  /** Lines of the log, and what was masked. */
  readonly lines: string[]
  readonly masked: string[]
  readonly notices: string[]
  readonly files: Map<string, string>
  readonly ports: WorldPorts
  /** Calls to the control plane without polls of operations. */
  armCalls(): readonly string[]
  /** Whether an exchange is lost; replaced by tests. */
  loss: Loss
}

export type WorldPorts = ReturnType<typeof portsOf>

const hash = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex')

export function createAzureWorld(options: Partial<AzureOptions> = {}): AzureWorld {
  const azure = azureSimulator({
    options,
    answer: (model) => ({ status: 200, body: JSON.stringify([model?.version ?? 'none']) }),
    seed: (state) => {
      seedWorkspace(state, { ...SEED_PLACE, location: 'westeurope' })
      grantAll(state, CLIENT)
      seedModel(state, SEED_PLACE, {
        name: 'fare',
        version: '1',
        createdAt: '2026-01-01T00:00:00Z',
      })
    },
  })
  const identity = identitySimulator({
    applications: [
      federatedApplication({
        tenantId: TENANT,
        clientId: CLIENT,
        repository: REPOSITORY,
        subjects: ['environment:staging'],
      }),
    ],
  })
  const clock = createFakeClock({ startSeconds: 1_770_000_000 })
  const place: World = { now: () => clock.now(), origin: (face) => `https://${face}.test` }
  const exchanges: Exchange[] = []
  const world = { loss: (() => null) as Loss }
  const faces: Record<string, (request: HttpRequest) => Promise<SimAnswer>> = {
    arm: (request) => ask(azure.faces['arm'], request, { state: azure.state, place }),
    blob: (request) => ask(azure.faces['blob'], request, { state: azure.state, place }),
    scoring: (request) => ask(azure.faces['scoring'], request, { state: azure.state, place }),
    entra: (request) =>
      ask(identity.simulator.faces['entra'], request, { state: identity.simulator.state, place }),
    oidc: (request) =>
      ask(identity.simulator.faces['oidc'], request, { state: identity.simulator.state, place }),
  }
  const door: HttpDoor = async (request) => {
    request.signal.throwIfAborted()
    const url = new URL(request.url)
    const face = url.host.replace('.test', '')
    const loss = world.loss(request, face)
    if (loss === 'before') throw noAnswer(request)
    const answer = await (faces[face] ?? (() => Promise.reject(new Error(`no face ${face}`))))(
      request,
    )
    exchanges.push({ face, method: request.method, path: url.pathname, status: answer.status })
    if (loss === 'after') throw noAnswer(request)
    return responseOf(answer)
  }
  const idToken = async (audience: string): Promise<string> => {
    const requestToken = identity.service.grantRequestToken({
      repository: REPOSITORY,
      ref: 'refs/heads/main',
      environment: 'staging',
      runId: 1,
      attempt: 1,
      job: 'deploy',
    })
    const answer = await door({
      method: 'GET',
      url: `https://oidc.test/?audience=${encodeURIComponent(audience)}`,
      headers: { authorization: `Bearer ${requestToken}` },
      signal: new AbortController().signal,
    })
    return (JSON.parse(answer.text) as { value: string }).value
  }
  const made = { lines: [], masked: [], notices: [], files: new Map<string, string>() }
  const parts = { ...made, clock, exchanges, door, idToken }
  return Object.assign(world, {
    ...made,
    state: azure.state,
    clock,
    exchanges,
    ports: portsOf(parts),
    armCalls: () =>
      exchanges
        .filter(({ face, path }) => face === 'arm' && !path.includes('mfeOperation'))
        .map(
          ({ method, path }) =>
            `${method} ${path.split(`/workspaces/${PLACE.workspace}`)[1] ?? path}`,
        ),
  })
}

function portsOf(parts: {
  readonly clock: FakeClock
  readonly door: HttpDoor
  readonly idToken: (audience: string) => Promise<string>
  readonly lines: string[]
  readonly masked: string[]
  readonly notices: string[]
  readonly files: Map<string, string>
}) {
  const { clock, door, idToken, lines, masked, notices, files } = parts
  const below = (folder: string) => (folder === '.' ? '' : `${folder.replace(/\/$/, '')}/`)
  const has = (path: string): string => {
    const text = files.get(path)
    if (text === undefined) throw unreadable(path)
    return text
  }
  return {
    clock,
    http: door,
    idToken,
    exec: () => Promise.resolve({ code: 127, stdout: '', stderr: '' }),
    sha256: hash,
    sha256Bytes: hash,
    log: {
      info: (line: string) => void lines.push(line),
      debug: (line: string) => void lines.push(line),
      notice: (message: string) => void notices.push(message),
      warning: (message: string) => void notices.push(message),
      mask: (secret: string) => void masked.push(secret),
      hide: (text: string) => text,
    },
    files: {
      readText: (path: string) => Promise.resolve(has(path)),
      readBytes: (path: string) => Promise.resolve(new TextEncoder().encode(has(path))),
      writeText: (path: string, text: string) => Promise.resolve(void files.set(path, text)),
      kind: (path: string): Promise<'file' | 'folder' | 'absent'> =>
        Promise.resolve(
          files.has(path)
            ? 'file'
            : [...files.keys()].some((name) => name.startsWith(below(path)))
              ? 'folder'
              : 'absent',
        ),
      list: (folder: string) =>
        Promise.resolve(
          [...files.keys()]
            .filter((name) => name.startsWith(below(folder)))
            .map((name) => name.slice(below(folder).length))
            .toSorted(),
        ),
    },
  }
}

async function ask<State>(
  handler: FaceHandler<State> | undefined,
  request: HttpRequest,
  { state, place }: { readonly state: State; readonly place: World },
): Promise<SimAnswer> {
  if (handler === undefined) throw new Error('the simulator lacks a face')
  const url = new URL(request.url)
  return handler(
    {
      method: request.method,
      path: url.pathname,
      query: url.searchParams,
      headers: Object.fromEntries(
        Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
      ),
      body: Buffer.from(request.body ?? ''),
      origin: url.origin,
    },
    state,
    place,
  )
}

function responseOf(answer: SimAnswer): HttpResponse {
  const { body } = answer
  const text =
    body === undefined
      ? ''
      : typeof body === 'string'
        ? body
        : body instanceof Uint8Array
          ? Buffer.from(body).toString('utf8')
          : JSON.stringify(body)
  const headers = answer.headers ?? {}
  return { status: answer.status, headers, text, requestId: headers['x-ms-request-id'] ?? null }
}

const noAnswer = (request: HttpRequest): SluiceError =>
  new SluiceError({
    code: 'HTTP_NO_ANSWER',
    fault: 'platform',
    message: `${request.method}: no answer`,
    hint: 'Look at the network.',
  })

/** As the real files say it. */
const unreadable = (path: string): SluiceError =>
  new SluiceError({
    code: 'ACTION_FILE_UNREADABLE',
    fault: 'user',
    message: `${path}: not found`,
    hint: 'Check the path.',
  })
