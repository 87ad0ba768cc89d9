// Drives the simulated Azure and identity providers face by face, in this process, and logs it all.
import {
  answererOf,
  azureSimulator,
  ExchangeLog,
  federatedApplication,
  grantAll,
  identitySimulator,
  seedModel,
  seedEnvironment,
  seedWorkspace,
  type AzureOptions,
  type AzureState,
  type RehearsalModels,
  type SimRequest,
  type Simulator,
} from '../../src/index.ts'

export const TENANT = 'tenant-1'
export const CLIENT = 'client-1'
export const PLACE = { subscription: 'sub-1', resourceGroup: 'rg-1', name: 'ws-one' }
export const OTHER_PLACE = { subscription: 'sub-1', resourceGroup: 'rg-1', name: 'ws-two' }
export const VERSION = '2024-04-01'
export const WORKSPACE =
  '/subscriptions/sub-1/resourceGroups/rg-1/providers/Microsoft.MachineLearningServices/workspaces/ws-one'
export const ENDPOINT = `${WORKSPACE}/onlineEndpoints/taxi`

export const MODELS: RehearsalModels = {
  taxi: {
    '1': { kind: 'linear', rows: 'data', intercept: 2.5, terms: { tripDistance: 2.5 } },
    '2': { kind: 'linear', rows: 'data', intercept: 3, terms: { tripDistance: 2 } },
    '3': { kind: 'error-text', text: 'Error: no model' },
    '4': { kind: 'status', status: 500, text: 'worker died' },
  },
}

export const REQUEST = { data: { tripDistance: { '715': '1.14', '3633': '6.43' } } }

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** The body as JSON. */
  json(): JsonValue
  /** The text at a path of keys with dots between; '' when there is none. */
  at(path: string): string
}

/** A JSON value that a test may dig into; a missing key gives undefined. */
export interface JsonValue {
  readonly [key: string]: JsonValue
}

export class Rig {
  readonly log = new ExchangeLog()
  readonly azure: Simulator<AzureState>
  readonly identity = identitySimulator({
    applications: [
      federatedApplication({
        tenantId: TENANT,
        clientId: CLIENT,
        repository: 'acme/taxi',
        subjects: ['environment:staging', 'ref:refs/heads/main'],
      }),
    ],
  })
  now = Date.UTC(2026, 5, 1)
  token = ''

  constructor(options: Partial<AzureOptions> = {}) {
    this.azure = azureSimulator({ answer: answererOf(MODELS), options, seed })
  }

  /** A rig whose calls carry an ARM token of the client that may do everything. */
  static async ready(options: Partial<AzureOptions> = {}): Promise<Rig> {
    const rig = new Rig(options)
    rig.token = await rig.entraToken('https://management.azure.com/.default')
    return rig
  }

  async entraToken(scope: string, form: Readonly<Record<string, string>> = {}): Promise<string> {
    const answer = await this.entra({ scope, ...form })
    return answer.at('access_token')
  }

  async entra(form: Readonly<Record<string, string>>): Promise<Answer> {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: CLIENT,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await this.idToken(),
      ...form,
    })
    return this.call('entra', {
      method: 'POST',
      target: `/${TENANT}/oauth2/v2.0/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: body.toString(),
    })
  }

  async idToken(environment: string | null = 'staging'): Promise<string> {
    const grant = { repository: 'acme/taxi', ref: 'refs/heads/main', environment }
    const requestToken = this.identity.service.grantRequestToken({
      ...grant,
      runId: 7,
      attempt: 1,
      job: 'deploy',
    })
    const answer = await this.call('oidc', {
      method: 'GET',
      target: '/token?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange',
      headers: { authorization: `Bearer ${requestToken}` },
    })
    return answer.at('value')
  }

  /** One control plane call with the api-version of resources. */
  arm(method: string, path: string, body?: unknown): Promise<Answer> {
    const separator = path.includes('?') ? '&' : '?'
    return this.call('arm', {
      method,
      target: `${path}${separator}api-version=${VERSION}`,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }

  /** A GET of a URL that the simulator gave (operations, next pages). */
  follow(url: string): Promise<Answer> {
    const { pathname, search } = new URL(url)
    return this.call('arm', {
      method: 'GET',
      target: `${pathname}${search}`,
      headers: { authorization: `Bearer ${this.token}` },
    })
  }

  /** Follows the operation of a write to its end; gives the states seen. */
  async finish(answer: Answer): Promise<string[]> {
    const url = answer.headers['azure-asyncoperation']
    const seen: string[] = []
    while (url !== undefined && seen.length < 20) {
      const status = (await this.follow(url)).at('status')
      seen.push(status)
      if (status !== 'InProgress') break
    }
    return seen
  }

  async call(
    face: string,
    wish: {
      readonly method: string
      readonly target: string
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | Uint8Array
    },
  ): Promise<Answer> {
    const simulator: Simulator<never> = ['oidc', 'entra'].includes(face)
      ? (this.identity.simulator as unknown as Simulator<never>)
      : (this.azure as unknown as Simulator<never>)
    const url = new URL(wish.target, `https://${face}.twin`)
    const request: SimRequest = {
      method: wish.method,
      path: url.pathname,
      query: url.searchParams,
      headers: wish.headers ?? {},
      body: Buffer.from(wish.body ?? ''),
      origin: url.origin,
    }
    const handler = simulator.faces[face]
    if (handler === undefined) throw new Error(`no face ${face}`)
    const number = this.log.next()
    const world = { now: () => this.now, origin: (name: string) => `https://${name}.twin` }
    const answer = await handler(request, simulator.state, world)
    this.log.record({ number, face, request }, answer)
    const text = this.log.all().at(-1)?.responseBody ?? ''
    const json = () => (text === '' ? null : JSON.parse(text)) as JsonValue
    return { status: answer.status, headers: answer.headers ?? {}, text, json, at: textAt(json) }
  }
}

const textAt =
  (json: () => JsonValue) =>
  (path: string): string => {
    let value: unknown = json()
    for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key]
    return typeof value === 'string' ? value : ''
  }

function seed(state: AzureState): void {
  for (const place of [PLACE, OTHER_PLACE]) {
    seedWorkspace(state, { ...place, location: 'westeurope' })
    seedEnvironment(state, place, { name: 'AzureML-sklearn', version: '1', image: 'mcr/sklearn:1' })
    for (const version of ['1', '2', '3', '4']) {
      const createdAt = `2026-03-0${version}T00:00:00.000Z`
      const tags = { git_commit: `commit-${version}` }
      seedModel(state, place, { name: 'taxi', version, createdAt, tags })
    }
  }
  grantAll(state, CLIENT)
}

/** The body of an endpoint PUT. */
export const endpointBody = (more: object = {}, rest: object = {}) => ({
  location: 'westeurope',
  tags: {},
  properties: { authMode: 'Key', ...more },
  ...rest,
})

/** The body of a deployment PUT. */
export const slotBody = (version = '1', more: object = {}, rest: object = {}) => ({
  location: 'westeurope',
  sku: { name: 'Default', capacity: 1 },
  properties: {
    endpointComputeType: 'Managed',
    model: `${WORKSPACE}/models/taxi/versions/${version}`,
    environmentId: `${WORKSPACE}/environments/AzureML-sklearn/versions/1`,
    instanceType: 'Standard_DS3_v2',
    ...more,
  },
  ...rest,
})

/** An endpoint `taxi` with slots blue (model 1) and green (model 2), both ready, and these weights. */
export async function withSlots(rig: Rig, traffic: object = {}): Promise<void> {
  await rig.finish(await rig.arm('PUT', ENDPOINT, endpointBody()))
  await rig.finish(await rig.arm('PUT', `${ENDPOINT}/deployments/blue`, slotBody('1')))
  await rig.finish(await rig.arm('PUT', `${ENDPOINT}/deployments/green`, slotBody('2')))
  await rig.finish(await rig.arm('PUT', ENDPOINT, endpointBody({ traffic })))
  for (let read = 0; read < rig.azure.state.options.staleReads; read += 1) {
    await rig.arm('GET', ENDPOINT)
  }
}
