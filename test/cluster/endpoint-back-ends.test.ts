// What the back ends write, as a real API server keeps it: with its defaults filled in, a second
// write is still nothing, and going back gives the very object.
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { KubeObject } from '@sluice/kubernetes'
import type {
  Routing,
  TrafficScene,
} from '../../packages/kubernetes/src/endpoint/back-ends/back-end.ts'
import { backEndOf } from '../../packages/kubernetes/src/endpoint/back-ends/index.ts'
import type { BackEndKind } from '../../packages/kubernetes/src/endpoint/place.ts'
import { routing } from '../../packages/kubernetes/test/endpoint/back-ends/routed-scenes.ts'
import {
  blueGreen,
  previewService,
  sceneOf,
  settled,
} from '../../packages/kubernetes/test/endpoint/back-ends/slot-scenes.ts'
import { useCluster } from './harness.ts'
import { installKinds } from './traffic-objects.ts'

const cluster = useCluster()
beforeAll(() => installKinds(cluster))

const metadata = { name: 'mon-app', annotations: { 'example.org/owner': 'another team' } }
const ports = [{ port: 80, targetPort: 8080, appProtocol: 'http' }]
const match = { kind: 'header', name: 'X-User-Type', value: 'a "b" \\ c', slot: 'green' } as const
const blue = routing({ blue: 100 })
const whole = [routing({ green: 100 }), routing({}), blue]

interface Course {
  readonly kind: BackEndKind
  readonly path: string
  readonly object: KubeObject
  /** The last one is where it began. */
  readonly steps: readonly Routing[]
}

const backend = { service: { name: 'mon-app-blue', port: { number: 80 } } }
const courses: readonly Course[] = [
  {
    kind: 'service',
    path: '/api/v1/namespaces/{namespace}/services',
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: 'mon-app', version: 'blue' }, ports, sessionAffinity: 'ClientIP' },
    },
    steps: whole,
  },
  {
    kind: 'replicas',
    path: '/api/v1/namespaces/{namespace}/services',
    object: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: 'mon-app', version: 'blue' }, ports },
    },
    steps: [routing({ blue: 75, green: 25 }), routing({ blue: 50, green: 50 }), ...whole],
  },
  {
    kind: 'ingress',
    path: '/apis/networking.k8s.io/v1/namespaces/{namespace}/ingresses',
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata,
      spec: {
        defaultBackend: backend,
        tls: [{ hosts: ['mon-app.example.com'] }],
        rules: [
          {
            host: 'mon-app.example.com',
            http: {
              paths: [
                { path: '/', pathType: 'Prefix', backend },
                {
                  path: '/static',
                  pathType: 'Exact',
                  backend: {
                    resource: { apiGroup: 'k8s.example.com', kind: 'Bucket', name: 'static' },
                  },
                },
              ],
            },
          },
        ],
      },
    },
    steps: whole,
  },
  {
    kind: 'http-route',
    path: '/apis/gateway.networking.k8s.io/v1/namespaces/{namespace}/httproutes',
    object: {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata,
      spec: {
        parentRefs: [{ name: 'web' }],
        rules: [
          {
            backendRefs: [
              { name: 'mon-app-blue', port: 80, weight: 100 },
              { name: 'mon-app-green', port: 80, weight: 0 },
            ],
          },
          {
            matches: [{ path: { type: 'Exact', value: '/api' }, method: 'POST' }],
            filters: [
              { type: 'RequestMirror', requestMirror: { backendRef: { name: 'audit', port: 80 } } },
            ],
            timeouts: { request: '10s' },
            backendRefs: [
              { name: 'mon-app-blue', port: 80, weight: 100 },
              { name: 'mon-app-green', port: 80, weight: 0 },
            ],
          },
          { matches: [{ path: { value: '/files' } }], backendRefs: [{ name: 'files', port: 80 }] },
        ],
      },
    },
    steps: [
      routing({ blue: 100 }, match),
      routing({ blue: 100 }, null, { green: 10 }),
      routing({ blue: 90, green: 10 }, match, { green: 100 }),
      routing({ blue: 1, green: 99 }, { ...match, value: 'premium' }),
      ...whole,
    ],
  },
]

describe.each(courses)('$kind', ({ kind, path, object, steps }) => {
  const backEnd = backEndOf(kind)
  const services = new Map(
    ['mon-app-blue', 'mon-app-green'].map((name) => [name, previewService(name)]),
  )

  test('there and back', async () => {
    const namespace = await cluster.namespace()
    const collection = path.replace('{namespace}', namespace)
    const made = await cluster.api('POST', collection, { body: object })
    expect(made.status).toBe(201)
    let scene: TrafficScene = sceneOf(made.body as unknown as KubeObject, {
      found: blueGreen,
      services,
    })
    for (const wanted of steps) {
      const written = backEnd.write(scene, wanted)
      expect(written).toMatchObject({ ok: true })
      const write = written.ok ? written.value : { patch: {}, scalings: [] }
      const answer = await cluster.api('PATCH', `${collection}/mon-app`, {
        body: withVersion(write.patch, scene.object),
        type: 'application/merge-patch+json',
      })
      expect(answer).toMatchObject({ status: 200 })
      scene = { ...settled(scene, write), object: answer.body as unknown as KubeObject }
      const { weights, match: matched, mirror } = wanted
      expect(backEnd.read(scene)).toMatchObject({
        ok: true,
        value: { traffic: weights, match: matched, mirror },
      })
      expect(backEnd.write(scene, wanted)).toEqual({ ok: true, value: { patch: {}, scalings: [] } })
    }
    expect(essence(scene.object)).toEqual(essence(made.body as unknown as KubeObject))
  })
})

function withVersion(patch: Readonly<Record<string, unknown>>, { metadata: own }: KubeObject) {
  const { resourceVersion } = own
  return { ...patch, metadata: { ...(patch['metadata'] as object | undefined), resourceVersion } }
}

const essence = ({ metadata: { annotations, labels }, spec }: KubeObject) => ({
  annotations,
  labels,
  spec,
})
