// A real gateway in front of a cluster's pods: Traefik for HTTPRoutes and Ingresses, on loopback. Its
// process is the cluster's guard's, so it ends with the cluster, however that ends.
import { writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiClient } from '../api-client.ts'
import type { ControlPlane } from '../control-plane.ts'
import { ClusterFailure } from '../failure.ts'
import { pickPorts } from '../ports.ts'
import { ADMIN, GATEWAY_USER } from '../users.ts'
import {
  gatewayConfigFile,
  gatewayProgram,
  gatewayTokenFile,
  renderGatewayConfig,
} from './gateway-config.ts'
import { GATEWAY, GATEWAY_PATH, gatewayObjects, type GatewayNames } from './gateway-objects.ts'

export interface Gateway {
  /** http://127.0.0.1:PORT: what clients ask, with the Host of a route. */
  readonly address: string
  /** http://127.0.0.1:PORT/metrics: the gateway's own counts. */
  readonly metrics: string
  readonly names: GatewayNames
  /** From the first object to a Gateway that is programmed. */
  readonly seconds: number
  /** SIGKILL; resolves when the process is gone. */
  stop(): Promise<void>
}

export interface GatewayOptions {
  /** Path of the program, as findGateway tells it. */
  readonly file: string
  /** The Gateway API's resource definitions: CustomResourceDefinition objects. */
  readonly definitions: readonly Definition[]
  /** Default: 100 */
  readonly throttleMs?: number
}

export interface Definition {
  readonly metadata: { readonly name: string }
}

const START_LIMIT_MS = 30_000
const ATTEMPTS = 3
const TAKEN = /address already in use/

/** `plane` must be able to reach pod addresses: see podPort of startCluster. */
export async function startGateway(plane: ControlPlane, options: GatewayOptions): Promise<Gateway> {
  const began = performance.now()
  const client = new ApiClient({ ...plane, token: plane.users.get(ADMIN)?.token ?? '' })
  try {
    await establish(client, options.definitions)
    for (let attempt = 1; ; attempt += 1) {
      try {
        return { ...(await startOnce(plane, { ...options, client })), seconds: since(began) }
      } catch (error) {
        await plane.guard.kill('traefik')
        // Somebody took a port between our look and our start.
        if (attempt === ATTEMPTS || !(error instanceof Error) || !TAKEN.test(error.message))
          throw error
      }
    }
  } finally {
    client.close()
  }
}

const since = (began: number): number => (performance.now() - began) / 1000

async function startOnce(
  plane: ControlPlane,
  options: GatewayOptions & { readonly client: ApiClient },
): Promise<Omit<Gateway, 'seconds'>> {
  const { folder, server, guard } = plane
  const { client, file, throttleMs = 100 } = options
  const [web = 0, own = 0] = await pickPorts(2)
  const token = plane.users.get(GATEWAY_USER)?.token ?? ''
  writeFileSync(gatewayTokenFile(folder), token, { mode: 0o600 })
  const place = { folder, server, ports: { web, own }, throttleMs }
  writeFileSync(gatewayConfigFile(folder), renderGatewayConfig(place), { mode: 0o600 })
  for (const { path, object } of gatewayObjects(web)) await apply(client, path, object)
  guard.start(gatewayProgram(folder, file))
  await waitFor(plane, 'the gateway to answer', () => isAlive(`http://127.0.0.1:${own}/ping`))
  await waitFor(plane, 'its Gateway to be programmed', async () =>
    isProgrammed((await client.ask({ method: 'GET', path: GATEWAY_PATH })).body),
  )
  return {
    address: `http://127.0.0.1:${web}`,
    metrics: `http://127.0.0.1:${own}/metrics`,
    names: GATEWAY,
    stop: () => guard.kill('traefik'),
  }
}

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

/** All at once, and back when the API server serves them all. */
async function establish(client: ApiClient, definitions: readonly Definition[]): Promise<void> {
  const paths = definitions.map(({ metadata }) => `${CRDS}/${metadata.name}`)
  await Promise.all(definitions.map((one, index) => apply(client, paths[index] ?? '', one)))
  const limit = performance.now() + START_LIMIT_MS
  for (const path of paths)
    while (!isTrue((await client.ask({ method: 'GET', path })).body, 'Established')) {
      if (performance.now() > limit) throw new ClusterFailure(`${path} is not established`)
      await sleep(25)
    }
}

async function apply(client: ApiClient, path: string, body: object): Promise<void> {
  const { status, body: said } = await client.ask({
    method: 'PATCH',
    path: `${path}?fieldManager=sluice-bed&force=true`,
    body,
    type: 'application/apply-patch+yaml',
  })
  if (status !== 200 && status !== 201)
    throw new ClusterFailure(`${path} was refused: ${status} ${String(said['message'])}`)
}

interface Conditions {
  readonly metadata?: { readonly generation?: number }
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly observedGeneration?: number
    }[]
  }
}

const isTrue = (object: object, type: string): boolean =>
  (object as Conditions).status?.conditions?.some(
    (one) => one.type === type && one.status === 'True',
  ) ?? false

/** Of this very listener port, not of one tried before. */
function isProgrammed(object: object): boolean {
  const { metadata, status } = object as Conditions
  return (
    status?.conditions?.some(
      (one) =>
        one.type === 'Programmed' &&
        one.status === 'True' &&
        one.observedGeneration === metadata?.generation,
    ) ?? false
  )
}

function isAlive(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (incoming) => {
      incoming.resume()
      resolve(incoming.statusCode === 200)
    }).on('error', () => resolve(false))
  })
}

async function waitFor(
  { guard }: ControlPlane,
  what: string,
  look: () => Promise<boolean>,
): Promise<void> {
  const limit = performance.now() + START_LIMIT_MS
  while (!(await look())) {
    const why = guard.endOf('traefik')
    const late = performance.now() > limit ? `waited ${START_LIMIT_MS / 1000} s in vain` : null
    if (why !== null || late !== null)
      throw new ClusterFailure(
        `${late ?? `traefik ended (${why})`} while waiting for ${what}; the end of its log:\n${guard.lastLines('traefik', 8)}`,
      )
    await sleep(25)
  }
}
