// The traffic objects of each back end as a team writes them, and as a person changes them past us.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BackEndKind, KubeObject } from '@sluice/kubernetes'
import { parse } from 'yaml'
import { PROJECT } from '../scenario/rig/step.ts'
import type { ClusterInUse } from './harness.ts'

export type Traffic = Readonly<Record<string, number>>

export interface TrafficKind {
  readonly backEnd: BackEndKind
  /** Below the API's root, with `{namespace}`. */
  readonly collection: string
  /** null: it is the Service itself. */
  readonly object: KubeObject | null
  /** A merge patch that a person would send; the object as it is now. */
  readonly moved: (traffic: Traffic, now: KubeObject) => object
  /** Conditions that a gateway writes; null: nobody answers. */
  readonly accepted: ((now: KubeObject) => object) | null
}

const named = (apiVersion: string, kind: string, spec: object): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'mon-app' },
  spec,
})

const only = (traffic: Traffic): string =>
  Object.keys(traffic).find((slot) => traffic[slot] === 100) ?? 'none'
const serviceOf = (slot: string): string => `mon-app-${slot}`

/** Lists are whole in a merge patch: what is not about weights stays as it is. */
type Entry = Readonly<Record<string, unknown>>
const specOf = (object: KubeObject): Entry => object['spec'] as Entry

const service = (backEnd: 'service' | 'replicas'): TrafficKind => ({
  backEnd,
  collection: '/api/v1/namespaces/{namespace}/services',
  object: null,
  moved: (traffic) => {
    const value = Object.keys(traffic).length === 2 ? null : only(traffic)
    return { spec: { selector: { 'sluice.dev/slot': value } } }
  },
  accepted: null,
})

const backendOf = (name: string) => ({ service: { name, port: { number: 80 } } })
const ingress: TrafficKind = {
  backEnd: 'ingress',
  collection: '/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses',
  object: named('networking.k8s.io/v1', 'Ingress', { defaultBackend: backendOf('mon-app') }),
  moved: (traffic) => ({ spec: { defaultBackend: backendOf(serviceOf(only(traffic))) } }),
  accepted: null,
}

const gateway = { name: 'web' }
const httpRoute: TrafficKind = {
  backEnd: 'http-route',
  collection: '/apis/gateway.networking.k8s.io/v1/namespaces/{namespace}/httproutes',
  object: named('gateway.networking.k8s.io/v1', 'HTTPRoute', {
    parentRefs: [gateway],
    rules: [{ backendRefs: [{ name: 'mon-app', port: 80 }] }],
  }),
  moved: (traffic, now) => ({
    spec: {
      rules: (specOf(now)['rules'] as readonly Entry[]).map((rule) => ({
        ...rule,
        backendRefs: (rule['backendRefs'] as readonly Entry[]).map((ref) => ({
          ...ref,
          weight: traffic[String(ref['name']).replace('mon-app-', '')] ?? 0,
        })),
      })),
    },
  }),
  accepted: ({ metadata }) => ({
    parents: [
      {
        parentRef: gateway,
        controllerName: 'example.org/gateway',
        conditions: ['Accepted', 'ResolvedRefs'].map((type) => ({
          type,
          status: 'True',
          reason: type,
          message: '',
          observedGeneration: metadata.generation,
          lastTransitionTime: '2026-01-01T00:00:00Z',
        })),
      },
    ],
  }),
}

const virtualService: TrafficKind = {
  backEnd: 'virtual-service',
  collection: '/apis/networking.istio.io/v1/namespaces/{namespace}/virtualservices',
  object: null,
  moved: (traffic) => ({
    spec: {
      http: [
        {
          route: ['blue', 'green'].map((slot) => ({
            destination: { host: serviceOf(slot) },
            weight: traffic[slot] ?? 0,
          })),
        },
      ],
    },
  }),
  accepted: null,
}

const openshiftRoute: TrafficKind = {
  backEnd: 'openshift-route',
  collection: '/apis/route.openshift.io/v1/namespaces/{namespace}/routes',
  object: named('route.openshift.io/v1', 'Route', {
    host: 'mon-app.example.org',
    to: { kind: 'Service', name: 'mon-app' },
  }),
  moved: (traffic) => ({
    spec: {
      to: { kind: 'Service', name: serviceOf('blue'), weight: traffic['blue'] ?? 0 },
      alternateBackends: [
        { kind: 'Service', name: serviceOf('green'), weight: traffic['green'] ?? 0 },
      ],
    },
  }),
  accepted: null,
}

export const TRAFFIC_KINDS = {
  service: service('service'),
  replicas: service('replicas'),
  ingress,
  httpRoute,
  virtualService,
  openshiftRoute,
} as const

/** Kinds that are not built in: the Gateway API's own schema, and open ones for the other two. */
export async function installKinds(cluster: ClusterInUse): Promise<void> {
  const file = 'test/crds/gateway-api/standard/gateway.networking.k8s.io_httproutes.yaml'
  const definitions = [
    parse(readFileSync(join(PROJECT, file), 'utf8')) as object,
    openKind('networking.istio.io', 'VirtualService', 'virtualservices'),
    openKind('route.openshift.io', 'Route', 'routes'),
  ]
  const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: definitions })
  const applied = await cluster.kubectl('apply', '--server-side', '-f', '-', { stdin })
  if (applied.code !== 0) throw new Error(applied.stderr)
  const ready = ['--for', 'condition=established', '-f', '-', '--timeout=20s'] as const
  const waited = await cluster.kubectl('wait', ...ready, { stdin })
  if (waited.code !== 0) throw new Error(waited.stderr)
}

const openKind = (group: string, kind: string, plural: string): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind, plural, singular: kind.toLowerCase() },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    ],
  },
})

export interface StandIn {
  readonly stop: () => Promise<void>
}

/** Accepts each generation of one object, as the gateway behind it would. */
export function acceptAlways(cluster: ClusterInUse, path: string, kind: TrafficKind): StandIn {
  const { accepted } = kind
  let isOver = accepted === null
  const follow = async (): Promise<void> => {
    let seen = 0
    while (!isOver && accepted !== null) {
      const { status, body } = await cluster.api('GET', path)
      const object = body as unknown as KubeObject
      const generation = status === 200 ? (object.metadata.generation ?? 0) : seen
      if (generation !== seen) {
        const patch = { body: { status: accepted(object) }, type: 'application/merge-patch+json' }
        await cluster.api('PATCH', `${path}/status`, patch)
        seen = generation
      }
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }
  const following = follow()
  return {
    stop: async () => {
      isOver = true
      await following
    },
  }
}
