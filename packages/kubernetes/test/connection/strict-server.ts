// An HTTPS server on loopback that answers as a test says and notes all that it was sent.
import { createServer, type Server } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { createApiServer, NO_CREDENTIALS, type ApiServer } from '@sluice/kubernetes'
import type { ApiServerParts, ClusterAccess } from '@sluice/kubernetes'
import { kubernetesPorts, type RecordedPorts } from '../../../../test/doubles/kubernetes-ports.ts'
import { makeCertificate, type Certificate } from '../../../twin/src/kernel/certificate.ts'

export interface Seen {
  readonly method: string
  /** With the query, exactly as it was sent. */
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  /** Fingerprint of the client's certificate; null: it showed none. */
  readonly certificate: string | null
  /** How many connections there were when it came. */
  readonly connections: number
}

export interface Reply {
  readonly status?: number
  /** An object is sent as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
}

export type Answerer = (seen: Seen, response: ServerResponse) => Reply | 'by hand' | undefined

export interface StrictServer {
  readonly url: string
  readonly certificate: Certificate
  readonly seen: readonly Seen[]
  /** Connections. */
  readonly open: () => number
  /** Requests whose answer has not ended. */
  readonly answering: () => number
  readonly close: () => Promise<void>
}

let made: Promise<Certificate> | null = null
export const certificateOfTests = (): Promise<Certificate> => (made ??= makeCertificate())

interface ServeOptions {
  /** PEM of the authority whose client certificates are wanted; `any`: each is let in. */
  readonly clientCa?: string
}

/** What `answer` leaves open is a 599: no request goes unseen. */
export async function serve(answer: Answerer, options: ServeOptions = {}): Promise<StrictServer> {
  const certificate = await certificateOfTests()
  const seen: Seen[] = []
  const sockets = new Set<Socket>()
  const answers = new Set<ServerResponse>()
  const server: Server = createServer(
    {
      ...certificate,
      requestCert: options.clientCa !== undefined,
      ...(options.clientCa === 'any'
        ? { rejectUnauthorized: false }
        : options.clientCa !== undefined && { ca: options.clientCa }),
    },
    (request, response) => {
      const chunks: Buffer[] = []
      answers.add(response)
      response.on('close', () => answers.delete(response))
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const one: Seen = {
          method: request.method ?? '',
          path: request.url ?? '',
          headers: request.headers,
          body: Buffer.concat(chunks).toString(),
          certificate: (request.socket as TLSSocket).getPeerCertificate().fingerprint256 ?? null,
          connections: sockets.size,
        }
        seen.push(one)
        const fault = faultOf(one)
        const reply =
          fault === null
            ? (answer(one, response) ?? { status: 599, body: `not expected: ${one.path}` })
            : { status: 598, body: fault }
        if (reply === 'by hand') return
        response.writeHead(reply.status ?? 200, reply.headers as Record<string, string> | undefined)
        response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body ?? {}))
      })
    },
  )
  server.on('secureConnection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificate,
    seen,
    open: () => sockets.size,
    answering: () => answers.size,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** What a real server or a proxy on the way could refuse. */
function faultOf({ method, headers, body }: Seen): string | null {
  const hasBody = method !== 'GET' && method !== 'HEAD'
  if (hasBody && headers['content-length'] !== String(Buffer.byteLength(body))) {
    return `${method} without a content-length`
  }
  if (hasBody && headers['content-type'] === undefined) return `${method} without a content-type`
  return headers['accept'] === undefined ? 'no accept header' : null
}

export interface Connected {
  readonly server: StrictServer
  readonly api: ApiServer
  readonly ports: RecordedPorts
}

export const accessOf = (
  server: StrictServer,
  more: Partial<ClusterAccess> = {},
): ClusterAccess => ({
  server: server.url,
  namespace: 'shop',
  source: 'context "test" of kubeconfig',
  trust: {
    ca: server.certificate.cert,
    field: 'its certificate-authority-data',
    serverName: null,
    skipVerification: false,
  },
  proxy: null,
  credentials: () => Promise.resolve(NO_CREDENTIALS),
  renew: () => Promise.resolve(null),
  ...more,
})

export type ConnectedOptions = Partial<ApiServerParts> & {
  readonly more?: Partial<ClusterAccess>
  readonly clientCa?: string
}

/** A server, and an ApiServer that is connected to it. `close` both with `closeAll`. */
export async function connectTo(
  answer: Answerer,
  { more, clientCa, ...parts }: ConnectedOptions = {},
): Promise<Connected> {
  const server = await serve(answer, clientCa === undefined ? {} : { clientCa })
  const ports = (parts.ports as RecordedPorts | undefined) ?? kubernetesPorts()
  const api = createApiServer({ ...parts, access: accessOf(server, more), ports })
  opened.push({ server, api, ports })
  return { server, api, ports }
}

const opened: Connected[] = []

/** For `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const { server, api } of opened.splice(0)) {
    await api.close()
    await server.close()
  }
}

/** The two roots of discovery in the aggregated form, with the kinds that tests use. */
export const discoveryReply = ({ path }: Pick<Seen, 'path'>): Reply | undefined => {
  if (path === '/api') return { body: groupsOf([coreGroup]) }
  return path === '/apis' ? { body: groupsOf([appsGroup, rbacGroup]) } : undefined
}

export const groupsOf = (items: readonly unknown[]) => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: 'apidiscovery.k8s.io/v2',
  items,
})

const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'watch']

export interface Kind {
  readonly kind: string
  readonly resource: string
  readonly scope?: 'Namespaced' | 'Cluster'
  readonly subresources?: readonly string[]
}

export const groupOf = (
  group: string,
  version: string,
  kinds: readonly Kind[],
  freshness: 'Current' | 'Stale' = 'Current',
) => ({
  metadata: group === '' ? {} : { name: group },
  versions: [
    {
      version,
      freshness,
      resources: kinds.map(({ kind, resource, scope = 'Namespaced', subresources = [] }) => ({
        resource,
        responseKind: { group, version, kind },
        scope,
        singularResource: kind.toLowerCase(),
        verbs: VERBS,
        subresources: subresources.map((subresource) => ({ subresource, verbs: ['patch'] })),
      })),
    },
  ],
})

const coreGroup = groupOf('', 'v1', [
  { kind: 'ConfigMap', resource: 'configmaps' },
  { kind: 'Secret', resource: 'secrets' },
  { kind: 'Pod', resource: 'pods', subresources: ['log', 'status'] },
  { kind: 'Namespace', resource: 'namespaces', scope: 'Cluster' },
])
const appsGroup = groupOf('apps', 'v1', [
  { kind: 'Deployment', resource: 'deployments', subresources: ['scale', 'status'] },
])
const rbacGroup = groupOf('rbac.authorization.k8s.io', 'v1', [
  { kind: 'ClusterRole', resource: 'clusterroles', scope: 'Cluster' },
])

/** Discovery first, then what the test says; requests to discovery are left out of `asked`. */
export const behindDiscovery =
  (answer: Answerer): Answerer =>
  (seen, response) =>
    discoveryReply(seen) ?? answer(seen, response)

export const asked = ({ server }: Connected): readonly Seen[] =>
  server.seen.filter(({ path }) => path !== '/api' && path !== '/apis')

export const statusBody = (
  code: number,
  reason: string,
  more: Readonly<Record<string, unknown>> = {},
) => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  code,
  reason,
  message: `refused: ${reason}`,
  ...more,
})
