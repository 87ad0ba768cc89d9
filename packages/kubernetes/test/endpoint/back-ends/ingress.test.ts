// Traffic by the backends of a plain Ingress: all of them name the Service of one slot.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { TrafficScene } from '../../../src/endpoint/back-ends/back-end.ts'
import { ingressBackEnd } from '../../../src/endpoint/back-ends/ingress.ts'
import type { KubeObject } from '../../../src/object.ts'
import { after, patchOf, routing, routingOf, told } from './routed-scenes.ts'
import { blueGreen, deployed, frozen, previewService, sceneOf, unknown } from './slot-scenes.ts'

type Json = Readonly<Record<string, unknown>>

const backend = (name: string, port: Json = { number: 80 }): Json => ({
  service: { name, port, ...unknown },
  ...unknown,
})

const rule = (host: string, ...services: readonly string[]): Json => ({
  host,
  http: {
    paths: services.map((service, index) => ({
      path: `/${index}`,
      pathType: 'Prefix',
      backend: backend(service),
      ...unknown,
    })),
    ...unknown,
  },
  ...unknown,
})

const ingress = (spec: Json, annotations?: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'mon-app', namespace: 'shop', ...(annotations && { annotations }) },
  spec: { ingressClassName: 'nginx', ...spec, ...unknown },
})

const at = (...services: readonly string[]): TrafficScene =>
  sceneOf(ingress({ rules: [rule('mon-app.example.com', ...services)] }))

const resource = { resource: { apiGroup: 'k8s.example.com', kind: 'Bucket', name: 'static' } }
const rich = frozen(
  sceneOf(
    ingress({
      defaultBackend: backend('mon-app-blue', { name: 'http' }),
      rules: [
        rule('mon-app.example.com', 'mon-app-blue', 'files', 'mon-app-blue'),
        { host: 'empty.example.com' },
        { host: 'static.example.com', http: { paths: [{ path: '/', backend: resource }] } },
        rule('', 'mon-app-blue'),
      ],
    }),
  ),
)
const none = routing({})
const blue = routing({ blue: 100 })
const green = routing({ green: 100 })
const canary = { 'nginx.ingress.kubernetes.io/canary': 'true' }
const named = (object: KubeObject, name: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, name },
})

describe('reading', () => {
  test.each([
    ['one slot', at('mon-app-blue'), { blue: 100 }],
    [
      'one slot, and paths of others',
      at('files', 'mon-app-green', 'mon-app-green'),
      { green: 100 },
    ],
    ['no slot', at('mon-app-none'), {}],
    ['everywhere', rich, { blue: 100 }],
    ['by default', sceneOf(ingress({ defaultBackend: backend('mon-app-green') })), { green: 100 }],
  ])('%s', (_, scene, traffic) => {
    const seen = ingressBackEnd.read(scene)
    expect(seen).toEqual({ ok: true, value: { traffic, match: null, mirror: {} } })
  })

  test.each([
    [
      'both slots',
      at('mon-app-blue', 'mon-app-green'),
      'Ingress mon-app: spec.rules[0].http.paths[0].backend names mon-app-blue, spec.rules[0].http.paths[1].backend names mon-app-green; wanted one slot',
    ],
    [
      'the Service of users',
      at('mon-app'),
      'leads to mon-app; wanted its backends to name mon-app-blue or mon-app-green',
    ],
    ['nothing', sceneOf(ingress({})), 'leads to no Service'],
    [
      'a Service that should stand for no slot',
      { ...at('mon-app-none'), services: new Map([['mon-app-none', previewService('x')]]) },
      'names Service mon-app-none, which stands for no slot and is there',
    ],
    [
      'requests that it gets as a canary',
      sceneOf(ingress({ rules: [rule('a', 'mon-app-blue')] }, canary)),
      'is marked as a canary, so it works only beside a main Ingress; take the annotation off, or use back-end: ingress-nginx',
    ],
    [
      'requests that a canary takes from it',
      {
        ...at('mon-app-blue'),
        siblings: [
          named(ingress({ rules: [rule('mon-app.example.com', 'mon-app-green')] }, canary), 'beta'),
        ],
      },
      'Ingress beta: is a canary of Ingress mon-app at mon-app.example.com/0',
    ],
  ])('%s is refused', (_, scene, words) => {
    expect(told(ingressBackEnd.read(scene))).toEqual([expect.stringContaining(words)])
  })

  test.each([
    ['of another host', ingress({ rules: [rule('other.example.com', 'other')] }, canary)],
    ['that is no canary', ingress({ rules: [rule('mon-app.example.com', 'other')] })],
    [
      'of another class',
      ingress(
        { rules: [rule('mon-app.example.com', 'other')], ingressClassName: 'internal' },
        canary,
      ),
    ],
  ])('an Ingress %s takes nothing', (_, other) => {
    const scene = { ...at('mon-app-blue'), siblings: [named(other, 'other')] }
    expect(routingOf(ingressBackEnd, scene)).toEqual(blue)
  })
})

test('a slot of the name none is a slot; then nothing stands for no slot', () => {
  const found = ['none', 'some'].map((slot) => deployed({ slot }))
  const scene = sceneOf(at('mon-app-none').object, { slots: ['none', 'some'], found })
  expect(routingOf(ingressBackEnd, scene)).toEqual(routing({ none: 100 }))
  expect(told(ingressBackEnd.write(scene, none))).toEqual([
    expect.stringContaining('there is a Service of that name'),
  ])
})

describe('writing', () => {
  test('all backends that name a slot, as whole rules', () => {
    const wanted = {
      defaultBackend: { service: { name: 'mon-app-green' } },
      rules: [
        rule('mon-app.example.com', 'mon-app-green', 'files', 'mon-app-green'),
        { host: 'empty.example.com' },
        { host: 'static.example.com', http: { paths: [{ path: '/', backend: resource }] } },
        rule('', 'mon-app-green'),
      ],
    }
    expect(ingressBackEnd.write(rich, green)).toEqual({
      ok: true,
      value: { patch: { spec: wanted }, scalings: [] },
    })
  })

  test.each([
    [
      'shares',
      rich,
      routing({ blue: 50, green: 50 }),
      'back end ingress gives one slot everything',
    ],
    ['another slot', rich, routing({ red: 100 }), 'found slot red'],
    ['a mirror', rich, routing({ blue: 100 }, null, { green: 1 }), 'it cannot mirror'],
    [
      'a slot without a Service',
      { ...at('mon-app-blue'), found: [blueGreen[0]], services: new Map() },
      green,
      'there is no Service mon-app-green for slot green',
    ],
    [
      'a port that the slot does not offer',
      {
        ...at('mon-app-blue'),
        services: new Map([
          ['mon-app-green', previewService('mon-app-green', { ports: [{ port: 8080 }] })],
        ]),
      },
      green,
      'Ingress mon-app spec.rules[0].http.paths[0].backend: names port 80, which Service mon-app-green does not offer; wanted 8080',
    ],
    [
      'no slot, where its name is taken',
      { ...at('mon-app-blue'), services: new Map([['mon-app-none', previewService('x')]]) },
      none,
      'there is a Service of that name',
    ],
  ])('%s is refused', (_, scene, wanted, words) => {
    const problems = told(ingressBackEnd.write(scene, wanted))
    expect(problems).toEqual([expect.stringContaining(words)])
  })

  test('is shown by the object', () => {
    const next = after(ingressBackEnd, rich, green)
    expect(ingressBackEnd.awaiting(next, green)).toBeNull()
    expect(ingressBackEnd.awaiting(rich, green)).toContain('does not name')
  })
})

test('what is written is read, again it is nothing, and back is as before', () => {
  const wanted = fc.constantFrom(none, blue, green)
  fc.assert(
    fc.property(fc.array(wanted, { minLength: 1, maxLength: 5 }), (steps) => {
      const end = steps.reduce((scene, step) => after(ingressBackEnd, scene, step), rich)
      const last = steps.at(-1) ?? none
      expect(routingOf(ingressBackEnd, end)).toEqual(last)
      expect(patchOf(ingressBackEnd, end, last)).toEqual({})
      expect(after(ingressBackEnd, end, blue).object).toEqual(rich.object)
    }),
  )
})

describe('a new endpoint', () => {
  const order = {
    endpoint: 'mon-app',
    name: 'mon-app',
    namespace: 'shop',
    slots: ['blue', 'green'],
    service: previewService('mon-app'),
    slotLabel: 'sluice.dev/slot',
  } as const

  test('is the Ingress of the manifests, leading to no slot', () => {
    const given = frozen(ingress({ rules: [rule('a', 'mon-app', 'files')] }))
    expect(ingressBackEnd.create({ ...order, given })).toEqual({
      ok: true,
      value: ingress({ rules: [rule('a', 'mon-app-none', 'files')] }),
    })
  })

  test.each([
    ['none in the manifests', null, ['write one with its host and a backend mon-app']],
    ['one that leads elsewhere', ingress({ rules: [rule('a', 'files')] }), ['leads nowhere near']],
    [
      'a canary, and a port that is not there',
      ingress({ defaultBackend: backend('mon-app', { number: 81 }) }, canary),
      ['found port 81; Service mon-app offers 80 (http)', 'is marked as a canary'],
    ],
  ])('%s is refused', (_, given, words) => {
    expect(told(ingressBackEnd.create({ ...order, given }))).toEqual(
      words.map((word) => expect.stringContaining(word)),
    )
  })
})
