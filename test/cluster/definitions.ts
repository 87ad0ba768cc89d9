// Resource definitions of others, as test/crds has them, on the cluster of a run. Suites share that
// cluster, so each installs the same whole definitions and none takes them away.
import { join } from 'node:path'
import type { ClusterInUse } from './harness.ts'
import { seeUntil } from './patience.ts'

const CRDS = join(import.meta.dirname, '../crds')

/** By the definition's name. */
export const DEFINITIONS = {
  'httproutes.gateway.networking.k8s.io':
    'gateway-api/standard/gateway.networking.k8s.io_httproutes.yaml',
  'virtualservices.networking.istio.io': 'istio/networking.istio.io_virtualservices.yaml',
  'routes.route.openshift.io': 'openshift/route.openshift.io_routes.yaml',
  'canaries.flagger.app': 'flagger/flagger.app_canaries.yaml',
} as const

/** Ends when the server takes objects of these kinds. */
export async function installDefinitions(
  cluster: ClusterInUse,
  names: readonly (keyof typeof DEFINITIONS)[],
): Promise<void> {
  const files = names.flatMap((name) => ['-f', join(CRDS, DEFINITIONS[name])])
  const applied = await cluster.kubectl('apply', '--server-side', '--force-conflicts', ...files)
  if (applied.code !== 0) throw new Error(applied.stderr)
  for (const name of names) {
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`
    // `kubectl wait` fails on a definition that has no condition yet.
    const seen = await seeUntil(/^Established=True$/m, async () => {
      const { body } = await cluster.api('GET', path)
      return conditionsOf(body['status']).join('\n')
    })
    if (!seen.includes('Established=True')) throw new Error(`${name} is not established: ${seen}`)
  }
}

const conditionsOf = (status: unknown): readonly string[] => {
  const { conditions } = (status ?? {}) as { readonly conditions?: readonly Condition[] | null }
  return (conditions ?? []).map(({ type, status }) => `${type}=${status}`)
}

interface Condition {
  readonly type: string
  readonly status: string
}
