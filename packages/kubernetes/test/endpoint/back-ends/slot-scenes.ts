// Endpoints as their slots' Deployments, pods and Services show them.
import type { KubeObject } from '../../../src/object.ts'
import type { RoutingWrite, TrafficScene } from '../../../src/endpoint/back-ends/back-end.ts'
import type { KubernetesSlot, ServiceEndpoints } from '../../../src/endpoint/slot.ts'
import { isRecord } from '../../../src/record.ts'
import { merged } from './routed-scenes.ts'

type Json = Readonly<Record<string, unknown>>
type Labels = Readonly<Record<string, string>>

/** Beside known fields, to see that it survives. */
export const unknown = { 'x-unknown': { deep: [1, { two: 'three' }] } }

export interface SlotOrder {
  readonly slot: string
  /** Those that tell it apart. */
  readonly labels?: Labels
  readonly replicas?: number
  readonly ready?: number
  readonly annotations?: Labels
  /** It has a Service of its own; true unless told. */
  readonly preview?: boolean
}

const podNames = (slot: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `mon-app-${slot}-5d8f-${index}`)

export const endpointsOf = (pods: readonly string[]): ServiceEndpoints => ({
  ready: pods.length,
  pods,
  ports: [{ name: '', port: 8080 }],
})

/** Ready pods of slots, behind the endpoint's own Service. */
export const behind = (...slots: readonly (readonly [string, number])[]): ServiceEndpoints =>
  endpointsOf(slots.flatMap(([slot, count]) => podNames(slot, count)))

export const previewService = (name: string, more: Json = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...more },
})

/** A slot of `mon-app`, three of three pods ready unless told. */
export function deployed(order: SlotOrder): KubernetesSlot {
  const { slot, labels = { version: slot }, replicas = 3, preview = true } = order
  const ready = order.ready ?? replicas
  const podLabels = { app: 'mon-app', ...labels }
  const selector = Object.fromEntries(Object.entries(podLabels).slice(0, 2))
  return {
    slot,
    deployment: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: {
        name: `mon-app-${slot}`,
        ...(order.annotations && { annotations: order.annotations }),
      },
      spec: {
        replicas,
        selector: { matchLabels: selector },
        template: { metadata: { labels: podLabels } },
      },
      status: { readyReplicas: ready },
    },
    service: preview ? previewService(`mon-app-${slot}`) : null,
    endpoints: preview ? endpointsOf(podNames(slot, ready)) : null,
    labels,
  }
}

/** As the finder shows a slot that is not deployed. */
export const absent = (slot: string, key = 'version'): KubernetesSlot => ({
  slot,
  deployment: null,
  service: null,
  endpoints: null,
  labels: { [key]: slot },
})

/** The Service of users, with unknown fields at every level. */
export const service = (selector: Labels, annotations?: Labels): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'mon-app', namespace: 'shop', ...(annotations && { annotations }), ...unknown },
  spec: { selector, ports: [{ port: 80, targetPort: 8080, ...unknown }], ...unknown },
  ...unknown,
})

export const blueGreen = [deployed({ slot: 'blue' }), deployed({ slot: 'green' })] as const

export function sceneOf(object: KubeObject, more: Partial<TrafficScene> = {}): TrafficScene {
  const found = more.found ?? blueGreen
  const own = found.flatMap((one) => one.service ?? [])
  return {
    endpoint: 'mon-app',
    slots: ['blue', 'green'],
    object,
    siblings: [],
    found,
    services: new Map(own.map((one) => [one.metadata.name ?? '', one])),
    endpoints: null,
    ...more,
  }
}

/** The scene once the write and its scalings are done and all pods are ready. */
export function settled(scene: TrafficScene, { patch, scalings }: RoutingWrite): TrafficScene {
  const found = scene.found.map((one) => {
    const scaling = scalings.find(({ slot }) => slot === one.slot)
    if (scaling === undefined || one.deployment === null) return one
    const { replicas } = scaling
    const change = { spec: { replicas }, status: { readyReplicas: replicas } }
    return {
      ...one,
      deployment: merged(one.deployment, change) as KubeObject,
      endpoints: endpointsOf(podNames(one.slot, replicas)),
    }
  })
  return { ...scene, found, object: merged(scene.object, patch) as KubeObject }
}

/** The same value that nothing can write to. */
export function frozen<Value>(value: Value): Value {
  if (Array.isArray(value)) value.forEach(frozen)
  else if (isRecord(value)) Object.values(value).forEach(frozen)
  return value instanceof Map ? value : Object.freeze(value)
}

/** Without an empty map of annotations, which the API server drops. */
export function asServed(object: KubeObject): KubeObject {
  const { annotations, ...metadata } = object.metadata
  const kept = annotations === undefined || Object.keys(annotations).length === 0
  return { ...object, metadata: { ...metadata, ...(!kept && { annotations }) } }
}
