// The fetch behind the door. undici is in every bundle already, because the runner toolkit brings it;
// Node's own copy would be loaded beside it at the first call, and knows no proxy unless told.
import type { FetchClasses } from '@sluice/http'
import { EnvHttpProxyAgent, fetch, Response, type RequestInfo, type RequestInit } from 'undici'

const PROXY_NAMES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']

/** Honours HTTP_PROXY, HTTPS_PROXY and NO_PROXY of the environment. */
export function realFetch(env: NodeJS.ProcessEnv): typeof globalThis.fetch {
  const proxied = PROXY_NAMES.some((name) => (env[name] ?? '') !== '')
  const dispatcher = proxied ? new EnvHttpProxyAgent() : undefined
  const send = (input: RequestInfo, init: RequestInit = {}) =>
    fetch(input, dispatcher === undefined ? init : { ...init, dispatcher })
  return send as unknown as typeof globalThis.fetch
}

/** For libraries that take a fetch: what the same undici answers with. */
export const fetchClasses = { Response } as unknown as FetchClasses
