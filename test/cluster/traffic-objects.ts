// The traffic objects of each back end as a team writes them, and as a person changes them past us.
import type { BackEndKind, KubeObject } from '@sluice/kubernetes'
import { installDefinitions } from './definitions.ts'
import type { ClusterInUse } from './harness.ts'

export type Traffic = Readonly<Record<string, number>>

export interface TrafficKind {
  readonly backEnd: BackEndKind
  /** Below the API's root, with `{namespace}`. */
  readonly collection: string
  /** null: it is the Service itself. */
  readonly object: KubeObject | null
  /** What is there before it, and is never written. */
  readonly beside: readonly object[]
  /** Of them, the one that has no traffic at first. */
  readonly slots: readonly [string, string]
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

const SLOTS = ['blue', 'green'] as const

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
  beside: [],
  slots: SLOTS,
})

const backendOf = (name: string) => ({ service: { name, port: { number: 80 } } })
const ingress: TrafficKind = {
  backEnd: 'ingress',
  collection: '/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses',
  object: named('networking.k8s.io/v1', 'Ingress', { defaultBackend: backendOf('mon-app') }),
  moved: (traffic) => ({ spec: { defaultBackend: backendOf(serviceOf(only(traffic))) } }),
  accepted: null,
  beside: [],
  slots: SLOTS,
}

const NGINX = 'nginx.ingress.kubernetes.io/'
const nginx = (name: string, to: string, annotations: Readonly<Record<string, string>>) => ({
  ...named('networking.k8s.io/v1', 'Ingress', {
    ingressClassName: 'nginx',
    rules: [
      {
        host: 'mon-app.example.org',
        http: { paths: [{ path: '/', pathType: 'Prefix', backend: backendOf(to) }] },
      },
    ],
  }),
  metadata: { name, annotations },
})
/** The main Ingress leads to blue and stays; what the canary has not is blue's. */
const ingressNginx: TrafficKind = {
  backEnd: 'ingress-nginx',
  collection: ingress.collection,
  object: nginx('mon-app', 'mon-app-green', { [`${NGINX}canary`]: 'true' }),
  beside: [nginx('mon-app-main', 'mon-app-blue', {})],
  slots: ['green', 'blue'],
  moved: (traffic) => ({
    metadata: { annotations: { [`${NGINX}canary-weight`]: `${traffic['green'] ?? 0}` } },
  }),
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
  beside: [],
  slots: SLOTS,
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
  beside: [],
  slots: SLOTS,
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
  beside: [],
  slots: SLOTS,
}

export const TRAFFIC_KINDS = {
  service: service('service'),
  replicas: service('replicas'),
  ingress,
  ingressNginx,
  httpRoute,
  virtualService,
  openshiftRoute,
} as const

/** Kinds that are not built in, as their owners define them. */
export const installKinds = (cluster: ClusterInUse): Promise<void> =>
  installDefinitions(cluster, [
    'httproutes.gateway.networking.k8s.io',
    'virtualservices.networking.istio.io',
    'routes.route.openshift.io',
  ])

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
