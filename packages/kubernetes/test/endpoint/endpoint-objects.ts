// An endpoint of the Service form as a server keeps it: Deployments that are complete, and their Services.
import type { KubeObject } from '../../src/object.ts'

type Json = Readonly<Record<string, unknown>>

export const START_SECONDS = 1_700_000_000

export interface DeploymentShape {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly replicas?: number
  readonly ready?: number
  readonly more?: Json
}

/** Complete since long ago, as the controller leaves it. */
export const deployment = (shape: DeploymentShape): KubeObject => {
  const { name, labels, replicas = 2, ready = replicas, more = {} } = shape
  const old = { lastUpdateTime: '2023-01-01T00:00:00Z', lastTransitionTime: '2023-01-01T00:00:00Z' }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, generation: 1, ...(more['metadata'] as Json | undefined) },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'a' }] } },
    },
    status: {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: ready,
      availableReplicas: ready,
      conditions: [
        { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', ...old },
        { type: 'Available', status: ready > 0 ? 'True' : 'False', ...old },
      ],
      ...(more['status'] as Json | undefined),
    },
  }
}

export const service = (name: string, selector: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
})

export const app = (version: string) => ({ app: 'mon-app', version })

/** Blue serves, green is ready beside it; each has a Service of its own. */
export const BLUE_GREEN: readonly KubeObject[] = [
  deployment({ name: 'mon-app-blue', labels: app('blue') }),
  deployment({ name: 'mon-app-green', labels: app('green') }),
  service('mon-app-blue', app('blue')),
  service('mon-app-green', app('green')),
  service('mon-app', app('blue')),
]
