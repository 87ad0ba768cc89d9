// What the controllers of Deployments and of EndpointSlices make of objects, in one go.
import type { KubeObject } from '../../src/object.ts'
import { merged } from './back-ends/routed-scenes.ts'

/** A Deployment as its controller leaves it after another number of replicas. */
export function followed(object: KubeObject): KubeObject {
  if (object.kind !== 'Deployment') return object
  const { replicas } = object['spec'] as { readonly replicas: number }
  const generation = (object.metadata.generation ?? 0) + 1
  const counts = {
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
  }
  return merged(object, {
    metadata: { generation },
    status: { observedGeneration: generation, ...counts },
  }) as KubeObject
}

export interface Pod {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

export function podsOf(object: KubeObject): readonly Pod[] {
  const { template } = object['spec'] as {
    readonly template: { readonly metadata: { readonly labels: Pod['labels'] } }
  }
  const { readyReplicas } = object['status'] as { readonly readyReplicas: number }
  return Array.from({ length: readyReplicas }, (_, index) => ({
    name: `${object.metadata.name ?? ''}-${index}`,
    labels: template.metadata.labels,
  }))
}

export function sliceOf(one: KubeObject, pods: readonly Pod[]): KubeObject {
  const name = one.metadata.name ?? ''
  const { selector, ports } = one['spec'] as {
    readonly selector: Pod['labels']
    readonly ports: readonly { readonly name: string }[]
  }
  const chosen = pods.filter(({ labels }) =>
    Object.entries(selector).every(([key, value]) => labels[key] === value),
  )
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, labels: { 'kubernetes.io/service-name': name } },
    endpoints: chosen.map((pod) => ({
      addresses: ['10.0.0.1'],
      conditions: { ready: true },
      targetRef: { kind: 'Pod', name: pod.name },
    })),
    ports: ports.map((port) => ({ name: port.name, port: 8080 })),
  } as unknown as KubeObject
}
