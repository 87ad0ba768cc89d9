// What every write of the back ends that name Services keeps to, whatever the routing.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { BackEnd, Routing, TrafficScene } from '../../../src/endpoint/back-ends/back-end.ts'
import { ingressNginxBackEnd } from '../../../src/endpoint/back-ends/ingress-nginx.ts'
import { openshiftRouteBackEnd } from '../../../src/endpoint/back-ends/openshift-route.ts'
import { virtualServiceBackEnd } from '../../../src/endpoint/back-ends/virtual-service.ts'
import { inversePatch, reachOf } from '../../../src/endpoint/rollback.ts'
import type { KubeObject } from '../../../src/object.ts'
import { isRecord } from '../../../src/record.ts'
import {
  after,
  backend,
  merged,
  nginxScene,
  patchOf,
  route,
  routing,
  routingOf,
  sceneOf,
  to,
  toSubset,
  virtualService,
} from './routed-scenes.ts'
import { asServed } from './slot-scenes.ts'

interface Law {
  readonly name: string
  readonly backEnd: BackEnd
  readonly scene: TrafficScene
  readonly wanted: fc.Arbitrary<Routing>
}

const text = fc.stringMatching(/^[a-z][a-zA-Z0-9-]{0,8}$/)
const header = fc.record({
  kind: fc.constant('header' as const),
  name: text,
  value: text,
  slot: fc.constant('green'),
})
const cookie = fc.record({
  kind: fc.constant('cookie' as const),
  name: text,
  value: fc.constant('always'),
  slot: fc.constant('green'),
})
const none = fc.constant(null)
const noCopies = fc.constant({})
const copies = fc.record({ green: fc.integer({ min: 1, max: 100 }) })
const shared = fc.integer({ min: 0, max: 100 }).map((green) => ({ blue: 100 - green, green }))
const nothing = routing({})

const nginxRoutings = fc
  .tuple(shared, fc.oneof(none, header, cookie))
  .map(([weights, match]) => routing(weights, match))
const istioRoutings = fc.oneof(
  fc
    .tuple(shared, fc.oneof(none, header), fc.oneof(noCopies, copies))
    .map(([weights, match, mirror]) => routing(weights, match, mirror)),
  fc.constant(nothing),
)
const routeRoutings = fc.oneof(
  shared.map((weights) => routing(weights)),
  fc.constant(nothing),
)

const nginx = (name: string, scene: TrafficScene): Law => ({
  name: `ingress-nginx, ${name}`,
  backEnd: ingressNginxBackEnd,
  scene,
  wanted: nginxRoutings,
})
const istio = (name: string, scene: TrafficScene): Law => ({
  name: `virtual-service, ${name}`,
  backEnd: virtualServiceBackEnd,
  scene,
  wanted: istioRoutings,
})
const openshift = (name: string, scene: TrafficScene): Law => ({
  name: `openshift-route, ${name}`,
  backEnd: openshiftRouteBackEnd,
  scene,
  wanted: routeRoutings,
})

const unknown = { 'x-unknown': { deep: [1, { two: null }] } }
const rich = {
  ...virtualService(
    [
      { name: 'static', match: [{ uri: { prefix: '/static' } }], route: [to('files')], ...unknown },
      {
        name: 'api',
        match: [{ uri: { prefix: '/api' }, ...unknown }],
        rewrite: { uri: '/' },
        route: [to('web-blue.shop.svc.cluster.local', 9, unknown), to('web-green', 1)],
        ...unknown,
      },
      {
        timeout: '5s',
        route: [to('web-blue', 90), to('web-green', 10, unknown), to('web-old', 0)],
      },
    ],
    { gateways: ['web-gateway'], ...unknown },
  ),
  ...unknown,
}

const { metadata, ...shadowed } = virtualService([
  { route: [toSubset('blue', 100)], mirror: { host: 'web', subset: 'green' } },
])
const shadow = {
  ...shadowed,
  metadata: { ...metadata, annotations: { 'sluice.dev/mirror': '{"green":100}' } },
}

const laws: readonly Law[] = [
  nginx('plain', nginxScene({ 'canary-weight': '10' })),
  nginx('with a total of 10', nginxScene({ 'canary-weight': '1', 'canary-weight-total': '10' })),
  nginx('with an annotation of others', nginxScene({ 'load-balance': 'ewma' })),
  istio('one destination', sceneOf(virtualService([{ route: [to('web-blue')] }]))),
  istio(
    'two subsets',
    sceneOf(virtualService([{ route: [toSubset('blue', 90), toSubset('green', 10)] }])),
  ),
  istio('a mirror that alone knows the subset', sceneOf(shadow)),
  istio('two rules and one of others', sceneOf(rich)),
  openshift(
    'one backend',
    sceneOf(route({ to: backend('web-blue'), port: { targetPort: 'http' } })),
  ),
  openshift(
    'weights that total 10, and unknown fields',
    sceneOf({
      ...route({
        to: { ...backend('web-green', 1), ...unknown },
        alternateBackends: [{ ...backend('web-blue', 9), ...unknown }, backend('web-old', 0)],
        ...unknown,
      }),
      ...unknown,
    }),
  ),
]

/** Every unknown value, by where it stands; names of rules instead of their places. */
function unknownsOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown, index) =>
      isRecord(item) && String(item['name']).startsWith('sluice-')
        ? []
        : unknownsOf(item, `${path}/${isRecord(item) ? String(item['name'] ?? '') : index}`),
    )
  }
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([key, field]) =>
    key.startsWith('x-')
      ? [`${path}/${key}=${JSON.stringify(field)}`]
      : unknownsOf(field, `${path}/${key}`),
  )
}

describe.each(laws)('$name', ({ backEnd, scene, wanted }) => {
  test('what is written is read', () => {
    fc.assert(
      fc.property(fc.array(wanted, { minLength: 1, maxLength: 4 }), (steps) => {
        const end = steps.reduce((at, step) => after(backEnd, at, step), scene)
        expect(routingOf(backEnd, end)).toEqual(steps.at(-1))
        expect(backEnd.awaiting(end, steps.at(-1) ?? nothing)).toBeNull()
      }),
    )
  })

  test('writing it again changes nothing', () => {
    fc.assert(
      fc.property(wanted, (step) => {
        const end = after(backEnd, scene, step)
        expect(patchOf(backEnd, end, step)).toEqual({})
        expect(patchOf(backEnd, scene, routingOf(backEnd, scene))).toEqual({})
      }),
    )
  })

  test('going back gives the same object from then on', () => {
    fc.assert(
      fc.property(wanted, wanted, (step, other) => {
        const begun = after(backEnd, scene, step)
        const back = after(backEnd, after(backEnd, begun, other), step)
        const again = after(backEnd, after(backEnd, back, other), step)
        expect(routingOf(backEnd, back)).toEqual(routingOf(backEnd, begun))
        expect(again.object).toEqual(back.object)
      }),
    )
  })

  test('the way back of the first step is one from every later step, too', () => {
    fc.assert(
      fc.property(
        wanted,
        fc.array(fc.tuple(shared, fc.boolean()), { maxLength: 3 }),
        (step, later) => {
          const patch = reachOf(backEnd, scene, patchOf(backEnd, scene, step))
          const end = later.reduce(
            (at, [weights, isRouted]) =>
              after(
                backEnd,
                at,
                isRouted ? { ...step, weights: routing(weights).weights } : routing(weights),
              ),
            after(backEnd, scene, step),
          )
          const back = merged(end.object, inversePatch(patch, scene.object)) as KubeObject
          expect(asServed(back)).toEqual(asServed(scene.object))
        },
      ),
    )
  })

  test('unknown fields stay', () => {
    fc.assert(
      fc.property(wanted, (step) => {
        expect(unknownsOf(after(backEnd, scene, step).object)).toEqual(unknownsOf(scene.object))
      }),
    )
  })
})
