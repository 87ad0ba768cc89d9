// Traffic by the selector of one Service: what is read, what is written, what is refused.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { serviceBackEnd } from '../../../src/endpoint/back-ends/service.ts'
import { after, patchOf, routing, routingOf, told } from './routed-scenes.ts'
import {
  absent,
  behind,
  blueGreen,
  deployed,
  frozen,
  sceneOf,
  service,
  settled,
} from './slot-scenes.ts'

const toBlue = { app: 'mon-app', version: 'blue' }
const none = routing({})
const blue = routing({ blue: 100 })
const green = routing({ green: 100 })

describe('reading', () => {
  test.each([
    ['pinned to blue', toBlue, { blue: 100 }],
    ['pinned to green', { app: 'mon-app', version: 'green' }, { green: 100 }],
    ['pinned to no slot', { app: 'mon-app', version: 'none' }, {}],
  ])('%s', (_, selector, traffic) => {
    const seen = serviceBackEnd.read(sceneOf(service(selector)))
    expect(seen).toEqual({ ok: true, value: { traffic, match: null, mirror: {} } })
  })

  test.each([
    ['version', { app: 'mon-app', version: 'v1.0.0' }],
    ['track', { app: 'mon-app', track: 'stable' }],
  ])('the key that the selector has decides between several: %s', (_, selector) => {
    const scene = sceneOf(service(selector), {
      slots: ['stable', 'canary'],
      found: [
        deployed({ slot: 'stable', labels: { track: 'stable', version: 'v1.0.0' } }),
        deployed({ slot: 'canary', labels: { track: 'canary', version: 'v2.0.0' } }),
      ],
    })
    expect(routingOf(serviceBackEnd, scene).weights).toEqual({ stable: 100 })
  })

  test('an endpoint with nothing deployed', () => {
    const found = [absent('blue', 'sluice.dev/slot'), absent('green', 'sluice.dev/slot')]
    const scene = sceneOf(service({ app: 'mon-app', 'sluice.dev/slot': 'none' }), { found })
    expect(routingOf(serviceBackEnd, scene)).toEqual(none)
  })

  test.each([
    [
      'both slots',
      { app: 'mon-app' },
      'use back-end: replicas, which works by their number, or pin it with version: blue or version: green',
    ],
    ['no value of a slot', { version: 'red' }, 'found "red": a selector that matches no pod'],
    [
      'a slot by a stale key too',
      { ...toBlue, tier: 'web' },
      'Service mon-app spec.selector["tier"]: found "web", but the pods of slot blue bear no such label: a selector that matches no pod; take tier out',
    ],
    ['nothing', {}, 'has no pods: it lacks a selector'],
  ])('a selector of %s is refused', (_, selector, words) => {
    const problems = told(serviceBackEnd.read(sceneOf(service(selector))))
    expect(problems).toEqual([expect.stringContaining(words)])
  })

  test('a slot that nothing is deployed in is refused', () => {
    const scene = sceneOf(service(toBlue), {
      found: [absent('blue'), deployed({ slot: 'green' })],
    })
    expect(told(serviceBackEnd.read(scene))).toEqual([
      'Service mon-app: slot blue has no Deployment: a selector with version: blue would match no pod; deploy the slot first',
    ])
  })

  test('a name of somewhere else is refused, whatever its selector', () => {
    const object = service(toBlue)
    const spec = { ...(object['spec'] as object), type: 'ExternalName' }
    expect(told(serviceBackEnd.read(sceneOf({ ...object, spec })))).toEqual([
      expect.stringContaining('of type ExternalName'),
    ])
  })

  test('no slot by one key, whatever another key would say', () => {
    const scene = sceneOf(service({ track: 'none', version: 'v1' }), {
      found: [
        deployed({ slot: 'blue', labels: { track: 'blue', version: 'v1' } }),
        deployed({ slot: 'green', labels: { track: 'green', version: 'v2' } }),
      ],
    })
    expect(routingOf(serviceBackEnd, scene)).toEqual(none)
  })

  test.each([
    ['of different keys', { track: 'blue' }, { variant: 'b' }, 'no label tells the pods of'],
    ['of the value none', { track: 'none' }, { track: 'green' }, 'slot blue bear track: none'],
    ['of two keys that are as good', { a: '1', b: '1' }, { a: '2', b: '2' }, 'the labels a, b all'],
  ])('labels %s are refused', (_, first, second, words) => {
    const labels: readonly Readonly<Record<string, string>>[] = [first, second]
    const found = [
      deployed({ slot: 'blue', labels: labels[0] ?? {} }),
      { ...deployed({ slot: 'green', labels: labels[1] ?? {} }), deployment: null },
    ]
    const problems = told(serviceBackEnd.read(sceneOf(service({ app: 'mon-app' }), { found })))
    expect(problems).toEqual([expect.stringContaining(words)])
  })

  test('pods that nothing tells apart are refused', () => {
    const found = ['blue', 'green'].map((slot) => deployed({ slot, labels: {} }))
    expect(told(serviceBackEnd.read(sceneOf(service(toBlue), { found })))).toEqual([
      expect.stringContaining('no label tells the pods of blue and green apart'),
    ])
  })
})

describe('writing', () => {
  test('one key of the selector and nothing else', () => {
    expect(serviceBackEnd.write(sceneOf(service(toBlue)), green)).toEqual({
      ok: true,
      value: { patch: { spec: { selector: { version: 'green' } } }, scalings: [] },
    })
  })

  test('no traffic is a value that no pod has', () => {
    expect(patchOf(serviceBackEnd, sceneOf(service(toBlue)), none)).toEqual({
      spec: { selector: { version: 'none' } },
    })
  })

  test('a key that pods of the target do not bear is refused, not taken away', () => {
    const scene = sceneOf(service({ app: 'mon-app', track: 'blue', version: 'v1' }), {
      found: [
        deployed({ slot: 'blue', labels: { track: 'blue', version: 'v1' } }),
        deployed({ slot: 'green', labels: { track: 'green', version: 'v2' } }),
      ],
    })
    expect(routingOf(serviceBackEnd, scene)).toEqual(blue)
    expect(told(serviceBackEnd.write(scene, green))).toEqual([
      'Service mon-app spec.selector["version"]: found "v1", but the pods of slot green bear "v2": a selector that matches no pod; take version out of the selector, track decides',
    ])
  })

  test.each([
    ['shares', routing({ blue: 90, green: 10 }), 'weights: found blue=90,green=10'],
    ['another slot', routing({ red: 100 }), "weights: found slot red; the endpoint's slots are"],
    [
      'a match',
      routing({ blue: 100 }, { kind: 'header', name: 'a', value: 'b', slot: 'green' }),
      'match: back end service cannot match a header',
    ],
    ['a mirror', routing({ blue: 100 }, null, { green: 5 }), 'mirror: found 5 % for slot green'],
  ])('%s is refused', (_, wanted, words) => {
    const problems = told(serviceBackEnd.write(sceneOf(service(toBlue)), wanted))
    expect(problems).toContainEqual(expect.stringContaining(words))
  })

  test('all that is wrong is told at once', () => {
    const wanted = routing({ blue: 90, red: 10 }, null, { green: 5 })
    expect(told(serviceBackEnd.write(sceneOf(service({ version: 'x' })), wanted))).toHaveLength(4)
  })
})

describe('laws', () => {
  const wanted = fc.constantFrom(none, blue, green)
  const start = frozen(sceneOf(service(toBlue)))

  test('what is written is read, again it is nothing, and back is as before', () => {
    fc.assert(
      fc.property(fc.array(wanted, { minLength: 1, maxLength: 5 }), (steps) => {
        const end = steps.reduce((at, step) => after(serviceBackEnd, at, step), start)
        const last = steps.at(-1) ?? none
        expect(routingOf(serviceBackEnd, end)).toEqual(last)
        expect(patchOf(serviceBackEnd, end, last)).toEqual({})
        expect(after(serviceBackEnd, end, blue).object).toEqual(start.object)
      }),
    )
  })
})

describe('in force', () => {
  const scene = sceneOf(service(toBlue))

  test.each([
    ['exactly its pods', behind(['blue', 3]), blue, 'in force'],
    ['one is missing', behind(['blue', 2]), blue, '2 of 3 ready pods of slot blue'],
    ['one of the other slot', behind(['blue', 3], ['green', 1]), blue, 'still list 1 of 4 pods'],
    ['nothing yet', null, blue, '0 of 3 ready pods of slot blue'],
    ['nothing wanted', behind(), none, 'in force'],
    ['nothing wanted, something there', behind(['blue', 1]), none, '1 pods listed, wanted none'],
  ])('%s', (_, endpoints, wanted, words) => {
    const awaited = serviceBackEnd.awaiting({ ...scene, endpoints }, wanted)
    expect(awaited ?? 'in force').toContain(words)
  })

  test.each([
    ['of its own Service', true, '0 of 0 ready pods of slot blue'],
    ['of its Deployment', false, '0 pods listed, 0 ready of slot blue'],
  ])('a slot that has no ready pod, by the count %s', (_, preview, words) => {
    const found = [deployed({ slot: 'blue', ready: 0, preview }), blueGreen[1]]
    const awaited = serviceBackEnd.awaiting({ ...scene, found, endpoints: behind() }, blue)
    expect(awaited).toContain(words)
  })

  test.each([
    ['as many as are ready', behind(['blue', 3]), 'in force'],
    ['fewer', behind(['blue', 2]), '2 pods listed, 3 ready of slot blue'],
    ['one of the other slot', behind(['blue', 3], ['green', 1]), 'still list 1 of 4 pods'],
  ])('a slot without a Service of its own goes by number: %s', (_, endpoints, words) => {
    const found = [deployed({ slot: 'blue', preview: false }), blueGreen[1]]
    const awaited = serviceBackEnd.awaiting({ ...scene, found, endpoints }, blue)
    expect(awaited ?? 'in force').toContain(words)
  })
})

describe('a new endpoint', () => {
  const order = {
    endpoint: 'mon-app',
    name: 'mon-app',
    namespace: 'shop',
    slots: ['blue', 'green'],
    given: null,
    slotLabel: 'sluice.dev/slot',
  } as const

  test('is the Service of the manifests, pinned to no slot', () => {
    const written = frozen(service({ app: 'mon-app' }))
    const created = serviceBackEnd.create({ ...order, service: written })
    expect(created).toEqual({
      ok: true,
      value: settled(sceneOf(written), {
        patch: { spec: { selector: { 'sluice.dev/slot': 'none' } } },
        scalings: [],
      }).object,
    })
  })

  test('needs a selector', () => {
    expect(told(serviceBackEnd.create({ ...order, service: service({}) }))).toEqual([
      expect.stringContaining('has no pods in the manifests'),
    ])
  })
})
