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
        return send(agentFor(origin), { origin, path: pathname + search, init })
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
