// What the back ends write and make, against the resource definitions of those who own the kinds.
// Services and Ingresses have none: the cluster suites send them to a real API server, strictly.
import { describe, expect, test } from '@jest/globals'
import { backEndOf } from '../../../src/endpoint/back-ends/index.ts'
import type { BackEndKind } from '../../../src/endpoint/place.ts'
import type { KubeObject } from '../../../src/object.ts'
import { checkOf } from './crd-schemas.ts'
import {
  after,
  backend,
  route,
  routing,
  sceneOf,
  service,
  to,
  toSubset,
  virtualService,
} from './routed-scenes.ts'

type Json = Readonly<Record<string, unknown>>

const httpRoutes = checkOf('gateway-api/standard/gateway.networking.k8s.io_httproutes.yaml', 'v1')
const virtualServices = checkOf('istio/networking.istio.io_virtualservices.yaml', 'v1')
const olderVirtualServices = checkOf('istio/networking.istio.io_virtualservices.yaml', 'v1beta1')
const routes = checkOf('openshift/route.openshift.io_routes.yaml', 'v1')

const ref = (name: string, weight?: number): Json => ({
  name,
  port: 80,
  ...(weight !== undefined && { weight }),
})

const httpRoute = (rules: readonly Json[]): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { parentRefs: [{ name: 'gateway' }], rules },
})

interface Kind {
  readonly kind: BackEndKind
  readonly check: typeof routes
  readonly objects: Readonly<Record<string, KubeObject>>
}

const kinds: readonly Kind[] = [
  {
    kind: 'http-route',
    check: httpRoutes,
    objects: {
      'one rule': httpRoute([{ backendRefs: [ref('web-blue', 90), ref('web-green', 10)] }]),
      'a rule with matches, filters and timeouts': httpRoute([
        {
          matches: [{ path: { type: 'PathPrefix', value: '/api' } }],
          filters: [{ type: 'RequestMirror', requestMirror: { backendRef: ref('audit') } }],
          timeouts: { request: '10s' },
          backendRefs: [ref('web-blue', 1), ref('web-green', 0)],
        },
      ]),
    },
  },
  {
    kind: 'virtual-service',
    check: virtualServices,
    objects: {
      'one destination': virtualService([{ route: [to('web-blue')] }]),
      subsets: virtualService([{ route: [toSubset('blue', 9), toSubset('green', 1)] }]),
      'two rules': virtualService([
        {
          name: 'api',
          match: [{ uri: { prefix: '/api' } }],
          rewrite: { uri: '/' },
          retries: { attempts: 2 },
          route: [to('web-blue', 100), to('web-green', 0)],
        },
        { timeout: '5s', route: [to('web-blue', 100), to('web-green', 0)] },
      ]),
    },
  },
  {
    kind: 'openshift-route',
    check: routes,
    objects: {
      'one backend': route({ to: backend('web-blue'), host: 'web.example.com' }),
      'two backends': route({
        to: backend('web-green', 1),
        alternateBackends: [backend('web-blue', 9)],
        tls: { termination: 'edge' },
        port: { targetPort: 'http' },
      }),
    },
  },
]

const header = { kind: 'header', name: 'X-User-Type', value: 'premium', slot: 'green' } as const
const weights = [
  routing({ blue: 100 }),
  routing({ blue: 99, green: 1 }),
  routing({ blue: 50, green: 50 }),
  routing({ green: 100 }),
  routing({}),
]
const rules = [
  routing({ blue: 100 }, header),
  routing({ blue: 90, green: 10 }, header, { green: 5 }),
  routing({ blue: 100 }, null, { green: 100 }),
]

const written = kinds.flatMap(({ kind, check, objects }) =>
  Object.entries(objects).map(([name, object]) => ({ kind, check, object, name })),
)

describe.each(written)('$kind, $name', ({ kind, check, object }) => {
  const backEnd = backEndOf(kind)
  const steps = [...weights, ...(backEnd.capabilities.mirrorMaxPercent > 0 ? rules : [])]
  const ends = steps.flatMap((step) => {
    const begun = after(backEnd, sceneOf(object), step)
    return [begun, ...steps.map((next) => after(backEnd, begun, next))]
  })

  test('every step from every step', () => {
    expect(ends).toHaveLength(steps.length * (steps.length + 1))
    expect(check(object)).toEqual([])
    expect(ends.flatMap((scene) => check(scene.object))).toEqual([])
  })
})

test('a VirtualService of the guide’s version is the same for its schema', () => {
  const backEnd = backEndOf('virtual-service')
  const older = (object: KubeObject) => ({ ...object, apiVersion: 'networking.istio.io/v1beta1' })
  const object = older(virtualService([{ route: [to('web-blue')] }]))
  const ends = [...weights, ...rules].map((step) => after(backEnd, sceneOf(object), step).object)
  expect(ends.flatMap(olderVirtualServices)).toEqual([])
})

describe('create', () => {
  const order = {
    endpoint: 'web',
    name: 'web',
    namespace: 'shop',
    slots: ['blue', 'green'] as const,
    service: service('web'),
    slotLabel: 'version',
  }

  test.each([
    ['http-route', httpRoutes, httpRoute([{ backendRefs: [ref('web')] }])],
    ['virtual-service', virtualServices, null],
    ['virtual-service', virtualServices, virtualService([{ route: [to('web')] }])],
    ['openshift-route', routes, route({ to: backend('web') })],
  ] as const)('%s', (kind, check, given) => {
    const made = backEndOf(kind).create({ ...order, given })
    expect(made.ok ? check(made.value) : made).toEqual([])
  })
})

describe('the checks', () => {
  test.each([
    ['a field that nobody knows', virtualServices, virtualService([{ routes: [] }]), 'routes'],
    ['a wrong type', virtualServices, virtualService([{ route: [to('web', 1.5)] }]), 'integer'],
    ['more than the most', routes, route({ to: backend('web', 257) }), '256'],
    ['one of a closed set', httpRoutes, httpRoute([{ filters: [{ type: 'Mirror' }] }]), 'allowed'],
  ])('refuse %s', (_, check, object, message) => {
    expect(check(object)).toEqual(expect.arrayContaining([expect.stringContaining(message)]))
  })
})
