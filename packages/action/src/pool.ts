// Kept connections to one server, on the undici that every bundle carries already. `request` and not
// `fetch`: it costs a third of the processor time per request.
import type { FetchAnswer, FetchInit, OpenPool, PoolOptions } from '@sluice/http'
import { Agent, ProxyAgent, type Dispatcher } from 'undici'
import { actionError } from './errors.ts'
import { decideProxy, type Environment } from './proxy-choice.ts'

/** Below the minute after which load balancers forget an idle connection. */
const IDLE_MILLISECONDS = 30_000

/** Proxies: `options.proxy`, else what HTTP(S)_PROXY and NO_PROXY say. Throws ACTION_PROXY. */
export function createOpenPool(env: Environment): OpenPool {
  return (options) => {
    const agents = new Map<string | null, Dispatcher>()
    const proxies = new Map<string, string | null>()
    const agentFor = (origin: string): Dispatcher => {
      const proxy = remember(proxies, origin, () => options.proxy ?? decideProxy(origin, env))
      return remember(agents, proxy, () => openAgent(options, proxy))
    }
    return {
      fetch: async (url, init) => {
        const { origin, pathname, search } = new URL(url)
        const sending = { origin, path: pathname + search, init }
        return init.method === 'GET' || init.mostBytes !== undefined
          ? send(agentFor(origin), sending)
          : sendWhole(agentFor(origin), sending)
      },
      close: async () => {
        await Promise.all([...agents.values()].map((agent) => agent.destroy()))
      },
    }
  }
}

function remember<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key)
  if (value !== undefined) return value
  const made = make()
  known.set(key, made)
  return made
}

interface Sending {
  readonly origin: string
  readonly path: string
  readonly init: FetchInit
}

async function send(agent: Dispatcher, { origin, path, init }: Sending): Promise<FetchAnswer> {
  const answer = await agent.request({
    origin,
    path,
    method: init.method as Dispatcher.HttpMethod,
    headers: init.headers,
    body: init.body ?? null,
    signal: init.signal,
    // Deadlines belong to the door, in one place.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
  return {
    status: answer.statusCode,
    headers: pairsOf(answer.headers),
    body: answer.body,
    text: () => answer.body.text(),
  }
}

/**
 * What a write is answered is never followed, so it is read whole and not through a stream: that
 * saves a sixth of the processor time of a small request, and there may be thousands.
 */
function sendWhole(agent: Dispatcher, { origin, path, init }: Sending): Promise<FetchAnswer> {
  const { signal } = init
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const chunks: Buffer[] = []
    let head: Pick<FetchAnswer, 'status' | 'headers'> = { status: 0, headers: [] }
    let abort: ((reason: Error) => void) | null = null
    const stop = (): void => {
      const reason = signal.reason as Error
      abort?.(reason)
      // Before there is a connection, nobody else tells.
      reject(reason)
    }
    signal.addEventListener('abort', stop, { once: true })
    const request = {
      origin,
      path,
      method: init.method as Dispatcher.HttpMethod,
      headers: init.headers,
      body: init.body ?? null,
      // Deadlines belong to the door, in one place.
      headersTimeout: 0,
      bodyTimeout: 0,
    }
    agent.dispatch(request, {
      onConnect: (give) => {
        abort = give
        if (signal.aborted) stop()
      },
      onHeaders: (status, fields) => {
        // An interim answer (1xx) is none.
        if (status >= 200) head = { status, headers: readFields(fields) }
        return true
      },
      onData: (chunk) => {
        chunks.push(chunk)
        return true
      },
      onComplete: () => {
        signal.removeEventListener('abort', stop)
        resolve(wholeAnswer(head, Buffer.concat(chunks)))
      },
      onError: (error) => {
        signal.removeEventListener('abort', stop)
        reject(error)
      },
    })
  })
}

const wholeAnswer = (
  head: Pick<FetchAnswer, 'status' | 'headers'>,
  bytes: Buffer,
): FetchAnswer => ({
  ...head,
  body: (async function* () {
    yield bytes
  })(),
  text: async () => bytes.toString('utf8'),
})

/** Names and values in turn; a name in lower case, and once. */
function readFields(fields: readonly Buffer[]): readonly [string, string][] {
  const found = new Map<string, string>()
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = String(fields[at]).toLowerCase()
    const value = fields[at + 1]?.toString('latin1') ?? ''
    const before = found.get(name)
    found.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return [...found]
}

/** A header that came several times is one, as `fetch` shows it. */
const pairsOf = (headers: Readonly<Record<string, string | string[] | undefined>>) =>
  Object.entries(headers).map(([name, value]): [string, string] => [
    name,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ])

function openAgent(options: PoolOptions, proxy: string | null): Dispatcher {
  const tls = {
    ...(options.ca !== null && { ca: options.ca }),
    ...(options.cert !== null && { cert: options.cert }),
    ...(options.key !== null && { key: options.key }),
    ...(options.serverName !== null && { servername: options.serverName }),
    ...(options.skipVerification && { rejectUnauthorized: false }),
  }
  const common = {
    connections: options.connections,
    keepAliveTimeout: IDLE_MILLISECONDS,
    keepAliveMaxTimeout: IDLE_MILLISECONDS,
  }
  return proxy === null
    ? new Agent({ ...common, connect: { ...tls, keepAliveInitialDelay: IDLE_MILLISECONDS } })
    : new ProxyAgent({ ...common, uri: proxyAddress(proxy), requestTls: tls })
}

/** Never told whole: its user part may be a password. */
function proxyAddress(proxy: string): string {
  const address = /^[a-z][\w+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`
  const protocol = URL.canParse(address) ? new URL(address).protocol : null
  if (protocol === 'http:' || protocol === 'https:') return address
  throw actionError(
    'ACTION_PROXY',
    protocol === null
      ? 'the address of the proxy cannot be read; wanted http://host:port'
      : `the proxy is one of ${protocol.slice(0, -1)}; wanted http:// or https://`,
  )
}
