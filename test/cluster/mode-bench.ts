// What the suites of application sets and modes share: a connection, objects, and their templates.
import { createHash } from 'node:crypto'
import {
  connect,
  idOf,
  type ApiServer,
  type KubeObject,
  type PlacedManifest,
} from '@sluice/kubernetes'
import { kubernetesPorts, type RecordedPorts } from '../doubles/kubernetes-ports.ts'

export const sha256 = (text: string): string =>
  createHash('sha256').update(text, 'utf8').digest('hex')

export type ConnectedPorts = RecordedPorts & { readonly api: ApiServer }

/** As a step would connect: by KUBECONFIG. Close `api` at the end. */
export async function connected(kubeconfig: string): Promise<ConnectedPorts> {
  const ports = kubernetesPorts({ env: { KUBECONFIG: kubeconfig } })
  return { ...ports, api: await connect({ context: null }, ports) }
}

/** A manifest in its namespace; null for objects of the whole cluster. */
export const placed = (object: KubeObject, namespace: string | null): PlacedManifest => ({
  object: namespace === null ? object : { ...object, metadata: { ...object.metadata, namespace } },
  id: idOf(object, namespace),
  known: true,
  source: { file: 'kubernetes/all.yml', lineOf: () => 1 },
})

/** Applies as k8s-apply does: server-side, as `sluice`, without force. Throws what is refused. */
export async function applyAll(
  api: ApiServer,
  manifests: readonly PlacedManifest[],
): Promise<readonly KubeObject[]> {
  const applied: KubeObject[] = []
  for (const { object } of manifests) {
    const answer = await api.apply(object, { fieldManager: 'sluice', force: false })
    if (!answer.ok) throw new Error(`${answer.refusal.request}: ${answer.refusal.message}`)
    applied.push(answer.value.object)
  }
  return applied
}

export interface WorkloadShape {
  readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet'
  readonly name: string
  readonly image: string
  readonly env?: Readonly<Record<string, string>>
  readonly replicas?: number
  readonly annotations?: Readonly<Record<string, string>>
}

export const workload = (shape: WorkloadShape): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: shape.kind,
  metadata: {
    name: shape.name,
    ...(shape.annotations !== undefined && { annotations: shape.annotations }),
  },
  spec: {
    selector: { matchLabels: { app: shape.name } },
    ...(shape.replicas !== undefined && { replicas: shape.replicas }),
    ...(shape.kind === 'StatefulSet' && { serviceName: shape.name }),
    template: {
      metadata: { labels: { app: shape.name } },
      spec: {
        containers: [
          {
            name: 'web',
            image: shape.image,
            env: Object.entries(shape.env ?? {}).map(([name, value]) => ({ name, value })),
          },
        ],
      },
    },
  },
})

export const configMap = (
  name: string,
  data: Readonly<Record<string, string>> = {},
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
})

export class Killed extends Error {}

/** An API server that stops to answer: after so many requests, or with the last answer lost. */
export function mortal(
  api: ApiServer,
  life: { readonly requests: number; readonly sendsLast: boolean },
) {
  let asked = 0
  const guard =
    <Args extends readonly unknown[], Value>(verb: (...args: Args) => Promise<Value>) =>
    async (...args: Args): Promise<Value> => {
      asked += 1
      if (asked < life.requests) return verb(...args)
      if (asked === life.requests && life.sendsLast) await verb(...args)
      throw new Killed()
    }
  const { get, list, apply, create, patch } = api
  return {
    ...api,
    get: guard(get),
    list: guard(list),
    apply: guard(apply),
    create: guard(create),
    patch: guard(patch),
    delete: guard(api.delete),
    asked: () => asked,
  }
}
