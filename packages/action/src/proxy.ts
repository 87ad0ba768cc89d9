// Proxies: Node's fetch goes through one only when told to.
import http from 'node:http'

const NAMES = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy']

/**
 * Makes all requests of this process honour HTTP_PROXY, HTTPS_PROXY and NO_PROXY. False: a proxy is
 * set, and this Node cannot (then the variable NODE_USE_ENV_PROXY=1 on the runner does it).
 */
export function honourProxy(env: NodeJS.ProcessEnv): boolean {
  if (NAMES.every((name) => (env[name] ?? '') === '') || env['NODE_USE_ENV_PROXY'] === '1')
    return true
  const { setGlobalProxyFromEnv } = http as { readonly setGlobalProxyFromEnv?: () => unknown }
  setGlobalProxyFromEnv?.()
  return setGlobalProxyFromEnv !== undefined
}
