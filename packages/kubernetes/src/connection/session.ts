// One cluster's requests: kept connections, credentials and their renewal, warnings.
import { createDoor, createStreamDoor, type HttpDoor, type HttpRequest } from '@sluice/http'
import type { HttpResponse, HttpStream, Pool, StreamDoor } from '@sluice/http'
import { kubernetesError } from '../errors.ts'
import type { KubernetesPorts } from '../ports.ts'
import type { ClusterAccess, Credentials } from './cluster-access.ts'
import { createGate } from './gate.ts'
import { explainFailure } from './unreachable.ts'
import { createWarnings } from './warnings.ts'

/** What one request adds to the session's own headers; `path` begins with a slash. */
export interface SessionRequest extends Pick<
  HttpRequest,
  'method' | 'body' | 'retry' | 'isFinal' | 'redirects' | 'mostBytes'
> {
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly deadlineSeconds?: number
  /** Cancels this request; the session's own signal does too. */
  readonly signal?: AbortSignal
  /** Which 401 is the server's own. With it, none is an error: what is left of them is given back. */
  readonly isUnauthorized?: (answer: HttpResponse) => boolean
  /** Called just before it is sent, again before it is sent with renewed credentials. */
  readonly onSend?: () => void
}

export interface Session {
  readonly send: (request: SessionRequest) => Promise<HttpResponse>
  /** For watches: on connections of their own, so that neither starves the other. */
  readonly follow: (request: SessionRequest, signal: AbortSignal) => Promise<HttpStream>
  readonly close: () => Promise<void>
}

export type SessionPorts = Pick<KubernetesPorts, 'clock' | 'log' | 'openPool' | 'random' | 'signal'>

/** On a server with two cores 16 are a tenth faster than 8, and 24 no faster than 16. */
const CONNECTIONS = 16
const WATCH_CONNECTIONS = 100

interface Line {
  readonly door: HttpDoor
  readonly stream: StreamDoor
  readonly pools: readonly Pool[]
}

export function createSession(access: ClusterAccess, given: SessionPorts): Session {
  const closing = new AbortController()
  // A request that is still under way when all is closed must not be tried again.
  const ports = { ...given, signal: AbortSignal.any([given.signal, closing.signal]) }
  const gate = createGate(CONNECTIONS)
  const warnings = createWarnings(ports.log)
  const lines = createLines(access, ports)
  const keeper = createKeeper(access, ports.signal)

  const ask = async <Answer extends { readonly status: number }>(
    request: SessionRequest,
    send: (line: Line, request: HttpRequest) => Promise<Answer>,
    isRefused: (answer: Answer) => boolean = ({ status }) => status === 401,
  ): Promise<Answer> => {
    const once = (credentials: Credentials): Promise<Answer> => {
      request.onSend?.()
      const full = requestOf(request, { access, credentials, ports })
      return send(lines.lineFor(credentials), full).catch((error: unknown) => {
        throw explainFailure(error, access)
      })
    }
    const credentials = await keeper.current()
    const answer = await once(credentials)
    if (!isRefused(answer)) return answer
    const renewed = await keeper.renewAfter(credentials)
    const second = renewed === null ? answer : await once(renewed)
    if (!isRefused(second) || request.isUnauthorized !== undefined) return second
    throw unauthorized(access, renewed !== null)
  }

  return {
    send: (request) =>
      gate(async () => {
        const send = (line: Line, full: HttpRequest) => line.door(full)
        const answer = await ask(request, send, request.isUnauthorized)
        warnings.tell(answer.headers['warning'])
        return answer
      }),
    follow: async (request, signal) => {
      const answer = await ask(request, (line, full) => line.stream({ ...full, signal }))
      warnings.tell(answer.headers['warning'])
      return answer
    },
    close: async () => {
      warnings.close()
      closing.abort(new Error('the connection to the API server was closed'))
      await lines.close()
    },
  }
}

interface Sending {
  readonly access: ClusterAccess
  readonly credentials: Credentials
  readonly ports: SessionPorts
}

function requestOf(
  { path, headers, signal, ...rest }: SessionRequest,
  { access, credentials, ports }: Sending,
): HttpRequest {
  const common = { accept: 'application/json', 'user-agent': 'sluice' }
  return {
    ...rest,
    url: `${access.server}${path}`,
    headers: { ...common, ...headers, ...credentials.headers },
    signal: signal === undefined ? ports.signal : AbortSignal.any([ports.signal, signal]),
  }
}

function unauthorized(access: ClusterAccess, renewed: boolean): Error {
  const found = renewed
    ? 'refused the credentials, and new ones as well'
    : 'refused the credentials, and nothing renews them'
  return kubernetesError(
    'KUBERNETES_UNAUTHORIZED',
    `${access.server} ${found} (401); they come from ${access.source}`,
  )
}

/** Pools by client certificate: a plugin may hand out another one when it renews. */
function createLines(access: ClusterAccess, ports: SessionPorts) {
  const lines = new Map<string, Line>()
  const open = ({ certificate }: Credentials): Line => {
    const pool = (connections: number): Pool =>
      ports.openPool({
        ca: access.trust.ca,
        cert: certificate?.cert ?? null,
        key: certificate?.key ?? null,
        serverName: access.trust.serverName,
        skipVerification: access.trust.skipVerification,
        proxy: access.proxy,
        connections,
      })
    const [requests, watches] = [pool(CONNECTIONS), pool(WATCH_CONNECTIONS)]
    const onRetry = (note: string): void => ports.log.info(note)
    const parts = { clock: ports.clock, random: ports.random, onRetry }
    return {
      door: createDoor({ ...parts, fetch: requests.fetch }),
      stream: createStreamDoor({ ...parts, fetch: watches.fetch }),
      pools: [requests, watches],
    }
  }
  return {
    lineFor: (credentials: Credentials): Line => {
      const key = credentials.certificate?.cert ?? ''
      const line = lines.get(key) ?? open(credentials)
      lines.set(key, line)
      return line
    },
    close: async (): Promise<void> => {
      const pools = [...lines.values()].flatMap((line) => line.pools)
      await Promise.all(pools.map((pool) => pool.close()))
    },
  }
}

/** Requests run side by side: those that meet a 401 with the same credentials renew them once. */
function createKeeper(access: ClusterAccess, signal: AbortSignal) {
  let asking: Promise<Credentials> | null = null
  let renewing: Promise<Credentials | null> | null = null
  let latest: Credentials | null = null
  const keep = (credentials: Credentials): Credentials => (latest = credentials)
  return {
    current: (): Promise<Credentials> => {
      asking ??= access
        .credentials(signal)
        .then(keep)
        .finally(() => {
          asking = null
        })
      return asking
    },
    renewAfter: async (refused: Credentials): Promise<Credentials | null> => {
      if (latest !== null && latest !== refused) return latest
      renewing ??= access.renew(signal).finally(() => {
        renewing = null
      })
      const renewed = await renewing
      return renewed === null ? null : keep(renewed)
    },
  }
}
