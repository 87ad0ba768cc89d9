// Back ends whose objects name the slots' Services, on a real API server with the official resource
// definitions: it takes every write (schema and rules of its own, strictly), keeps it as it was meant,
// and refuses one that was made from an older version.
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { KubeObject } from '@sluice/kubernetes'
import type {
  Routing,
  TrafficScene,
} from '../../packages/kubernetes/src/endpoint/back-ends/back-end.ts'
import { backEndOf } from '../../packages/kubernetes/src/endpoint/back-ends/index.ts'
import type { BackEndKind } from '../../packages/kubernetes/src/endpoint/place.ts'
import {
  backend,
  canaryIngress,
  mainIngress,
  patchOf,
  route,
  routing,
  routingOf,
  sceneOf,
  service,
  slotOf,
  to,
  toSubset,
  virtualService,
} from '../../packages/kubernetes/test/endpoint/back-ends/routed-scenes.ts'
import { installDefinitions } from './definitions.ts'
import { useCluster, type Answer } from './harness.ts'

const cluster = useCluster()

beforeAll(() =>
  installDefinitions(cluster, [
    'httproutes.gateway.networking.k8s.io',
    'virtualservices.networking.istio.io',
    'routes.route.openshift.io',
    'canaries.flagger.app',
  ]),
)

const header = { kind: 'header', name: 'X-User-Type', value: 'premium', slot: 'green' } as const
const cookie = { kind: 'cookie', name: 'beta', value: 'always', slot: 'green' } as const
const half = routing({ blue: 50, green: 50 })
const start = routing({ blue: 90, green: 10 })
const swapped = routing({ green: 100 })
const nothing = routing({})

interface Course {
  readonly name: string
  readonly kind: BackEndKind
  readonly object: KubeObject
  readonly siblings?: readonly KubeObject[]
  readonly steps: readonly Routing[]
}

const httpRoute: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'web' },
  spec: {
    parentRefs: [{ name: 'gateway' }],
    rules: [
      {
        backendRefs: [
          { name: 'web-blue', port: 80, weight: 90 },
          { name: 'web-green', port: 80, weight: 10 },
        ],
      },
    ],
  },
}

const ingress: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'web' },
  spec: mainIngress['spec'],
}

const courses: readonly Course[] = [
  {
    name: 'http-route',
    kind: 'http-route',
    object: httpRoute,
    steps: [half, routing({ blue: 90, green: 10 }, header, { green: 25 }), swapped, nothing, start],
  },
  {
    name: 'ingress',
    kind: 'ingress',
    object: ingress,
    steps: [swapped, nothing, routing({ blue: 100 })],
  },
  {
    name: 'ingress-nginx',
    kind: 'ingress-nginx',
    object: canaryIngress({ 'canary-weight': '10' }),
    siblings: [mainIngress],
    steps: [
      half,
      routing({ blue: 90, green: 10 }, header),
      routing({ blue: 90, green: 10 }, cookie),
      swapped,
      start,
    ],
  },
  ...[
    {
      name: 'virtual-service by Service',
      object: virtualService([
        {
          name: 'api',
          match: [{ uri: { prefix: '/api' } }],
          rewrite: { uri: '/' },
          route: [to('web-blue', 90), to('web-green', 10)],
        },
        { timeout: '5s', route: [to('web-blue', 90), to('web-green', 10)] },
        { route: [to('files')] },
      ]),
    },
    {
      name: 'virtual-service by subset, in the version of the guide',
      object: {
        ...virtualService([{ route: [toSubset('blue', 90), toSubset('green', 10)] }]),
        apiVersion: 'networking.istio.io/v1beta1',
      },
    },
  ].map((one) => ({
    ...one,
    kind: 'virtual-service' as const,
    steps: [
      half,
      routing({ blue: 90, green: 10 }, header),
      routing({ blue: 100 }, header, { green: 25 }),
      swapped,
      nothing,
      start,
    ],
  })),
  {
    name: 'openshift-route',
    kind: 'openshift-route',
    object: route({
      host: 'web.example.com',
      to: backend('web-blue', 90),
      alternateBackends: [backend('web-green', 10)],
      port: { targetPort: 'http' },
    }),
    steps: [half, swapped, nothing, start],
  },
]

const STRICT = '?fieldValidation=Strict'

/** In the fresh namespace of this one test. */
const placed = ({ metadata, ...object }: KubeObject, namespace: string): KubeObject =>
  ({
    ...object,
    metadata: { ...metadata, namespace },
  }) as KubeObject

const pathOf = ({ apiVersion }: KubeObject, namespace: string, plural: string): string =>
  `/apis/${apiVersion}/namespaces/${namespace}/${plural}`

const objectIn = ({ body }: Answer): KubeObject => body as unknown as KubeObject

async function create(object: KubeObject, collection: string): Promise<KubeObject> {
  const answer = await cluster.api('POST', `${collection}${STRICT}`, { body: object })
  expect(answer).toMatchObject({ status: 201 })
  return objectIn(answer)
}

/** As the platform writes: one merge patch with the version that was read. */
const send = (patch: object, { metadata }: KubeObject, collection: string): Promise<Answer> => {
  const { resourceVersion, name } = metadata
  const own = (patch as { readonly metadata?: object }).metadata
  return cluster.api('PATCH', `${collection}/${name ?? ''}${STRICT}`, {
    body: { ...patch, metadata: { ...own, resourceVersion } },
    type: 'application/merge-patch+json',
  })
}

describe.each(courses)('$name', ({ kind, object, siblings = [], steps }) => {
  const backEnd = backEndOf(kind)

  async function begin() {
    const namespace = await cluster.namespace()
    const { plural, group, version } = backEnd.resource
    const made = await create(placed(object, namespace), pathOf(object, namespace, plural))
    for (const one of siblings) {
      await create(placed(one, namespace), pathOf(one, namespace, plural))
    }
    // From here on as the back end asks for it, whatever version it was written in.
    const collection = `/apis/${group}/${version}/namespaces/${namespace}/${plural}`
    const read = await cluster.api('GET', `${collection}/${made.metadata.name ?? ''}`)
    const scene: TrafficScene = sceneOf(objectIn(read), {
      found: [slotOf('blue'), slotOf('green')],
      siblings,
      services: new Map(['web-blue', 'web-green'].map((name) => [name, service(name)])),
    })
    return { scene, collection }
  }

  test('each step is taken, and read as it was meant', async () => {
    const { scene, collection } = await begin()
    let now = scene
    for (const step of steps) {
      const answer = await send(patchOf(backEnd, now, step), now.object, collection)
      expect(answer).toMatchObject({ status: 200 })
      now = { ...now, object: objectIn(answer) }
      expect(routingOf(backEnd, now)).toEqual(step)
      expect(patchOf(backEnd, now, step)).toEqual({})
      expect(backEnd.refused(now)).toBeNull()
    }
    expect(now.object['spec']).toEqual(scene.object['spec'])
  })

  test('a write from an older version is refused, and nothing of it is there', async () => {
    const { scene, collection } = await begin()
    const touched = await send({ metadata: { labels: { by: 'others' } } }, scene.object, collection)
    expect(touched).toMatchObject({ status: 200 })
    const late = await send(patchOf(backEnd, scene, swapped), scene.object, collection)
    expect(late).toMatchObject({ status: 409, body: { reason: 'Conflict' } })
    const read = await cluster.api('GET', `${collection}/${scene.object.metadata.name ?? ''}`)
    expect(routingOf(backEnd, { ...scene, object: objectIn(read) })).toEqual(
      routingOf(backEnd, scene),
    )
  })
})

describe('objects that are made', () => {
  const order = {
    endpoint: 'web',
    slots: ['blue', 'green'] as const,
    service: service('web'),
    slotLabel: 'version',
  }

  test.each([
    ['ingress-nginx', canaryIngress({ 'canary-weight': '50' })],
    ['virtual-service', null],
    ['virtual-service', virtualService([{ route: [to('web')] }])],
    ['openshift-route', route({ to: backend('web') })],
  ] as const)('%s', async (kind, given) => {
    const backEnd = backEndOf(kind)
    const namespace = await cluster.namespace()
    const name = given?.metadata.name ?? 'web'
    const made = backEnd.create({ ...order, given, name, namespace })
    expect(made).toMatchObject({ ok: true })
    const object = made.ok ? made.value : canaryIngress()
    const kept = await create(object, pathOf(object, namespace, backEnd.resource.plural))
    const scene = sceneOf(kept, { siblings: [mainIngress] })
    expect(routingOf(backEnd, scene).weights).toEqual(kind === 'ingress-nginx' ? { blue: 100 } : {})
  })
})

test('a Flagger Canary with canaryAnalysis beside analysis is taken, and canaryAnalysis is not kept', async () => {
  const namespace = await cluster.namespace()
  const canary: KubeObject = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'web' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      service: { port: 80, targetPort: 8080 },
      analysis: { interval: '1m', threshold: 5, iterations: 10 },
      canaryAnalysis: { stepWeight: 10, maxWeight: 50 },
    },
  }
  const collection = pathOf(canary, namespace, 'canaries')
  const strict = await cluster.api('POST', `${collection}${STRICT}`, { body: canary })
  expect(strict.status).toBe(400)
  expect(String(strict.body['message'])).toContain('unknown field "spec.canaryAnalysis"')
  const taken = await cluster.api('POST', collection, { body: canary })
  expect(taken.status).toBe(201)
  expect(Object.keys(taken.body['spec'] as object)).not.toContain('canaryAnalysis')
})
