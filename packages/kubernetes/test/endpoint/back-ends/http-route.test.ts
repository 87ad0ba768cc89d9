// Traffic by an HTTPRoute: weights, a header to one slot, copies, and what Gateways say of it.
import { describe, expect, test } from '@jest/globals'
import type { SlotMatch } from '@sluice/rollout'
import fc from 'fast-check'
import type { TrafficScene } from '../../../src/endpoint/back-ends/back-end.ts'
import { httpRouteBackEnd } from '../../../src/endpoint/back-ends/http-route.ts'
import { ref, route, type Json } from './http-route-objects.ts'
import { after, patchOf, routing, routingOf, told } from './routed-scenes.ts'
import {
  asServed,
  blueGreen,
  deployed,
  frozen,
  previewService,
  sceneOf,
  unknown,
} from './slot-scenes.ts'

/** One rule, and two references. */
const at = (blue: number | undefined, green: number | undefined): TrafficScene =>
  sceneOf(route([{ backendRefs: [ref('mon-app-blue', blue), ref('mon-app-green', green)] }]))

const premium: SlotMatch = {
  kind: 'header',
  name: 'X-User-Type',
  value: 'premium',
  slot: 'green',
}
const blue = routing({ blue: 100 })
const rulesOf = (scene: TrafficScene) => (scene.object['spec'] as { readonly rules: Json[] }).rules

describe('reading weights', () => {
  test.each([
    ['percents', 90, 10, { blue: 90, green: 10 }],
    ['relative ones', 9, 1, { blue: 90, green: 10 }],
    ['none means 1', undefined, undefined, { blue: 50, green: 50 }],
    ['the nearest whole percents', 1, 2, { blue: 33, green: 67 }],
    ['a share never looks like none', 100_000, 1, { blue: 99, green: 1 }],
    ['one is 0', 0, 7, { green: 100 }],
    ['all are 0', 0, 0, {}],
  ])('%s', (_, first, second, traffic) => {
    const seen = httpRouteBackEnd.read(at(first, second))
    expect(seen).toEqual({ ok: true, value: { traffic, match: null, mirror: {} } })
  })

  test('one reference has everything', () => {
    const scene = sceneOf(route([{ backendRefs: [ref('mon-app-blue')] }]))
    expect(routingOf(httpRouteBackEnd, scene)).toEqual(blue)
  })

  test('Services of other names, as the guide has them', () => {
    const found = ['a', 'b'].map((slot, index) => ({
      ...deployed({ slot: ['blue', 'green'][index] ?? '', labels: { variant: slot } }),
      service: previewService(`mon-app-${slot}`),
    }))
    const object = route([{ backendRefs: [ref('mon-app-a', 80), ref('mon-app-b', 20)] }])
    const scene = sceneOf(object, { found })
    expect(routingOf(httpRouteBackEnd, scene)).toEqual(routing({ blue: 80, green: 20 }))
  })

  test('rules of others do not count', () => {
    const files = {
      matches: [{ path: { type: 'Exact', value: '/f' } }],
      backendRefs: [ref('files')],
    }
    const redirect = { filters: [{ type: 'RequestRedirect' }] }
    const own = { backendRefs: [ref('mon-app-blue'), ref('old', 0), ref('mon-app-green', 0)] }
    const scene = sceneOf(route([files, redirect, own]))
    expect(routingOf(httpRouteBackEnd, scene)).toEqual(blue)
  })

  test('a Service of the same name elsewhere is not the slot', () => {
    const far = ref('mon-app-green', 5, { namespace: 'other' })
    const scene = sceneOf(route([{ backendRefs: [ref('mon-app-blue')] }, { backendRefs: [far] }]))
    expect(routingOf(httpRouteBackEnd, scene)).toEqual(blue)
  })
})

describe('what cannot be followed', () => {
  test.each([
    [
      'the Service of users',
      [{ backendRefs: [ref('mon-app')] }],
      'HTTPRoute mon-app spec.rules: leads to mon-app; wanted backendRefs to mon-app-blue and mon-app-green, with the present slot at weight 100 and the other one at 0',
    ],
    ['no rules', [], 'leads to no Service'],
    [
      'a stranger in the rule',
      [{ backendRefs: [ref('mon-app-blue', 90), ref('old', 10)] }],
      'HTTPRoute mon-app spec.rules[0].backendRefs[1]: old has weight 10 and is the Service of no slot; wanted mon-app-blue and mon-app-green alone in this rule, or old with weight 0 or in a rule of its own',
    ],
    [
      'two rules that differ',
      [{ backendRefs: [ref('mon-app-blue')] }, { backendRefs: [ref('mon-app-green')] }],
      'HTTPRoute mon-app spec.rules[1]: gives green=100, but HTTPRoute mon-app spec.rules[0] gives blue=100; wanted the same weights',
    ],
    [
      'a weight that is none',
      [{ backendRefs: [ref('mon-app-blue', -1)] }],
      'found weight -1; wanted a whole number from 0 to 1000000',
    ],
    [
      'a Service twice',
      [{ backendRefs: [ref('mon-app-blue'), ref('mon-app-blue')] }],
      'names mon-app-blue again',
    ],
  ])('%s', (_, rules, words) => {
    const problems = told(httpRouteBackEnd.read(sceneOf(route(rules))))
    expect(problems).toEqual([expect.stringContaining(words)])
  })

  test('all of it is told at once', () => {
    const rules = [
      { backendRefs: [ref('mon-app-blue', 1.5), ref('old')] },
      { backendRefs: [ref('mon-app-green'), ref('mon-app-green')] },
    ]
    expect(told(httpRouteBackEnd.read(sceneOf(route(rules))))).toHaveLength(4)
  })
})

describe('writing weights', () => {
  test('the whole list of rules, with what we do not know', () => {
    const rules = [
      {
        name: 'api',
        matches: [{ path: { type: 'PathPrefix', value: '/api' }, ...unknown }],
        backendRefs: [ref('mon-app-blue', 1, unknown), ref('mon-app-green', 0, unknown)],
        timeouts: { request: '10s' },
        ...unknown,
      },
      { backendRefs: [ref('files')], ...unknown },
    ]
    const wanted = routing({ blue: 80, green: 20 })
    expect(httpRouteBackEnd.write(frozen(sceneOf(route(rules))), wanted)).toEqual({
      ok: true,
      value: {
        patch: {
          spec: {
            rules: [
              {
                ...rules[0],
                backendRefs: [ref('mon-app-blue', 80, unknown), ref('mon-app-green', 20, unknown)],
              },
              rules[1],
            ],
          },
        },
        scalings: [],
      },
    })
  })

  test('a reference that is missing comes with its first weight, like the other one', () => {
    const scene = sceneOf(route([{ backendRefs: [ref('mon-app-blue', undefined, unknown)] }]))
    expect(patchOf(httpRouteBackEnd, scene, blue)).toEqual({})
    const next = after(httpRouteBackEnd, scene, routing({ blue: 90, green: 10 }))
    expect(rulesOf(next)[0]?.['backendRefs']).toEqual([
      ref('mon-app-blue', 90, unknown),
      ref('mon-app-green', 10, unknown),
    ])
    expect(rulesOf(after(httpRouteBackEnd, next, blue))[0]?.['backendRefs']).toEqual([
      ref('mon-app-blue', 100, unknown),
      ref('mon-app-green', 0, unknown),
    ])
  })

  test.each([
    [
      'a Service that is not there',
      new Map([['mon-app-blue', previewService('mon-app-blue')]]),
      'there is no Service mon-app-green for slot green; deploy the slot first',
    ],
    [
      'a port that it does not offer',
      new Map([
        ['mon-app-blue', previewService('mon-app-blue')],
        ['mon-app-green', previewService('mon-app-green', { ports: [{ port: 8080 }] })],
      ]),
      'HTTPRoute mon-app spec.rules[0].backendRefs: names port 80, which Service mon-app-green does not offer; wanted 8080',
    ],
  ])('%s is refused', (_, services, words) => {
    const found = [blueGreen[0], { ...blueGreen[1], service: null }]
    const scene = { ...at(100, 0), services, found }
    const problems = told(httpRouteBackEnd.write(scene, routing({ blue: 90, green: 10 })))
    expect(problems).toEqual([expect.stringContaining(words)])
    expect(told(httpRouteBackEnd.write(scene, blue))).toEqual([])
  })

  test.each([
    ['a match', routing({ blue: 100 }, premium)],
    ['a mirror', routing({ blue: 100 }, null, { green: 5 })],
  ])('%s to a Service that does not offer the port is refused', (_, wanted) => {
    const services = new Map([
      ['mon-app-blue', previewService('mon-app-blue')],
      ['mon-app-green', previewService('mon-app-green', { ports: [{ port: 8080 }] })],
    ])
    expect(told(httpRouteBackEnd.write({ ...at(100, 0), services }, wanted))).toEqual([
      expect.stringContaining('names port 80, which Service mon-app-green does not offer'),
    ])
  })

  test('a slot that is to get nothing needs no reference', () => {
    const scene = sceneOf(route([{ backendRefs: [ref('mon-app-blue')] }]))
    const parked = after(httpRouteBackEnd, scene, routing({}))
    expect(rulesOf(parked)).toEqual([{ backendRefs: [ref('mon-app-blue', 0)] }])
  })

  test('a reference without a port is refused', () => {
    const scene = sceneOf(route([{ backendRefs: [{ name: 'mon-app-blue' }] }]))
    expect(told(httpRouteBackEnd.write(scene, blue))).toEqual([
      expect.stringContaining('names no port of Service mon-app-blue; wanted 80 (http)'),
    ])
  })
})

describe('a match', () => {
  const start = sceneOf(
    route([
      {
        name: 'api',
        matches: [
          { path: { type: 'PathPrefix', value: '/api' }, headers: [{ name: 'v', value: '1' }] },
        ],
        filters: [{ type: 'URLRewrite' }],
        backendRefs: [ref('mon-app-blue', 100, unknown), ref('mon-app-green', 0)],
      },
      { backendRefs: [ref('mon-app-blue')] },
      { backendRefs: [ref('files')] },
    ]),
  )
  const wanted = routing({ blue: 100 }, premium)

  test('is a rule before each weighted one, with its filters and without its name', () => {
    const made = after(httpRouteBackEnd, start, wanted)
    const header = { type: 'Exact', name: 'X-User-Type', value: 'premium' }
    expect(rulesOf(made).slice(0, 2)).toEqual([
      {
        matches: [
          {
            path: { type: 'PathPrefix', value: '/api' },
            headers: [{ name: 'v', value: '1' }, header],
          },
        ],
        filters: [{ type: 'URLRewrite' }],
        backendRefs: [ref('mon-app-green', 1)],
      },
      {
        matches: [{ path: { type: 'PathPrefix', value: '/' }, headers: [header] }],
        backendRefs: [ref('mon-app-green', 1)],
      },
    ])
    expect(rulesOf(made).slice(2)).toEqual(rulesOf(start))
    expect(made.object.metadata.annotations).toEqual({
      'sluice.dev/match': '{"kind":"header","name":"X-User-Type","value":"premium","slot":"green"}',
    })
  })

  test('is taken away as it came', () => {
    const made = after(httpRouteBackEnd, start, wanted)
    expect(asServed(after(httpRouteBackEnd, made, blue).object)).toEqual(start.object)
  })

  test('the same rule of somebody else is not ours', () => {
    const made = after(httpRouteBackEnd, at(100, 0), wanted)
    const object = { ...made.object, metadata: { ...made.object.metadata, annotations: {} } }
    expect(told(httpRouteBackEnd.read({ ...made, object }))).toEqual([
      expect.stringContaining('spec.rules[1]: gives blue=100, but'),
    ])
  })

  const edited = (change: Json): TrafficScene => {
    const made = after(httpRouteBackEnd, at(100, 0), wanted)
    const [ours, ...others] = rulesOf(made)
    const spec = { ...(made.object['spec'] as Json), rules: [{ ...ours, ...change }, ...others] }
    return { ...made, object: { ...made.object, spec } }
  }

  test.each([
    ['another reference', { backendRefs: [ref('mon-app-green'), ref('mon-app-blue', 0)] }],
    [
      'another kind of match',
      { matches: [{ headers: [{ ...premium, type: 'RegularExpression' }] }] },
    ],
    ['no match', { matches: [] }],
  ])('a rule of ours that somebody gave %s is not ours any more', (_, change) => {
    expect(told(httpRouteBackEnd.read(edited(change)))).toEqual([
      expect.stringContaining('spec.rules[1]: gives blue=100, but'),
    ])
  })

  test('a rule of ours that leads to the other slot matches nobody to ours', () => {
    const scene = edited({ backendRefs: [ref('mon-app-blue', 1)] })
    expect(routingOf(httpRouteBackEnd, scene)).toEqual(blue)
  })

  test('a rule that matches no path has every path', () => {
    const scene = sceneOf(
      route([{ matches: [{ method: 'GET' }], backendRefs: [ref('mon-app-blue')] }]),
    )
    expect(rulesOf(after(httpRouteBackEnd, scene, wanted))[0]).toMatchObject({
      matches: [{ method: 'GET', path: { type: 'PathPrefix', value: '/' } }],
    })
  })

  test('an annotation without its rule is nothing, and goes', () => {
    const made = after(httpRouteBackEnd, at(100, 0), wanted)
    const spec = { ...(made.object['spec'] as Json), rules: rulesOf(made).slice(1) }
    const scene = { ...made, object: { ...made.object, spec } }
    expect(routingOf(httpRouteBackEnd, scene)).toEqual(blue)
    expect(patchOf(httpRouteBackEnd, scene, blue)).toEqual({
      metadata: { annotations: { 'sluice.dev/match': null } },
    })
  })

  test('a cookie is refused', () => {
    const cookie = routing({ blue: 100 }, { ...premium, kind: 'cookie' })
    expect(told(httpRouteBackEnd.write(start, cookie))).toEqual([
      'match: back end http-route cannot match a cookie; it can match a header',
    ])
  })

  test('a header that a rule wants already is refused', () => {
    const taken = routing({ blue: 100 }, { ...premium, name: 'V' })
    expect(told(httpRouteBackEnd.write(start, taken))).toEqual([
      'HTTPRoute mon-app spec.rules[0].matches: already wants something of the header V; match by another header',
    ])
  })
})

describe('a mirror', () => {
  const wanted = routing({ blue: 100 }, null, { green: 25 })
  const mirrorTo = (name: string, more: Json = {}): Json => ({
    type: 'RequestMirror',
    requestMirror: { backendRef: { group: '', kind: 'Service', name, port: 80 }, ...more },
  })
  const foreign = mirrorTo('audit', unknown)
  const start = sceneOf(route([{ filters: [foreign], backendRefs: [ref('mon-app-blue', 100)] }]))

  test('is a filter beside those of others', () => {
    const made = after(httpRouteBackEnd, start, wanted)
    expect(rulesOf(made)).toEqual([
      {
        filters: [foreign, mirrorTo('mon-app-green', { percent: 25 })],
        backendRefs: [ref('mon-app-blue', 100)],
      },
    ])
    expect(asServed(after(httpRouteBackEnd, made, blue).object)).toEqual(start.object)
  })

  test.each([
    ['a percent', { percent: 40 }, 40],
    ['a fraction', { fraction: { numerator: 1, denominator: 4 } }, 25],
    ['everything', {}, 100],
  ])('what somebody made of ours is told as it is: %s', (_, share, percent) => {
    const made = after(httpRouteBackEnd, at(100, 0), wanted)
    const rules = [{ ...rulesOf(made)[0], filters: [mirrorTo('mon-app-green', share)] }]
    const object = { ...made.object, spec: { ...(made.object['spec'] as Json), rules } }
    const scene = { ...made, object }
    expect(routingOf(httpRouteBackEnd, scene).mirror).toEqual({ green: percent })
    expect(rulesOf(after(httpRouteBackEnd, scene, blue))).toEqual(rulesOf(at(100, 0)))
  })

  test('does not follow requests that are matched', () => {
    const made = after(httpRouteBackEnd, start, routing({ blue: 100 }, premium, { green: 25 }))
    expect(rulesOf(made)[0]?.['filters']).toEqual([foreign])
  })

  test('one of somebody else to the slot is refused, and is not ours', () => {
    const scene = sceneOf(
      route([{ filters: [mirrorTo('mon-app-green')], backendRefs: [ref('mon-app-blue')] }]),
    )
    expect(routingOf(httpRouteBackEnd, scene)).toEqual(blue)
    expect(told(httpRouteBackEnd.write(scene, wanted))).toEqual([
      expect.stringContaining('has a RequestMirror to mon-app-green that is not ours'),
    ])
  })

  test('to an empty subset is refused', () => {
    const found = [blueGreen[0], deployed({ slot: 'green', ready: 0 })]
    expect(told(httpRouteBackEnd.write({ ...start, found }, wanted))).toEqual([
      'mirror: Service mon-app-green of slot green has no ready endpoint: a mirror to an empty subset; deploy the slot and wait until it is ready',
    ])
  })

  test('that is there already stays while its slot is ill', () => {
    const found = [blueGreen[0], deployed({ slot: 'green', ready: 0 })]
    const made = { ...after(httpRouteBackEnd, start, wanted), found }
    expect(patchOf(httpRouteBackEnd, made, wanted)).toEqual({})
  })

  test('of parts of a percent, or more than all, is refused', () => {
    const problems = told(
      httpRouteBackEnd.write(start, routing({ blue: 100 }, null, { blue: 1.5, green: 101 })),
    )
    expect(problems).toHaveLength(1)
    expect(
      told(httpRouteBackEnd.write(start, routing({ blue: 100 }, null, { blue: 1.5 }))),
    ).toEqual(['mirror: found 1.5 for slot blue; wanted a whole percent from 1 to 100'])
  })
})

describe('laws', () => {
  const token = fc.stringMatching(/^[a-z][a-zA-Z0-9-]{0,8}$/)
  const match = fc.record({
    kind: fc.constant('header' as const),
    name: token,
    value: fc.string({ minLength: 1, maxLength: 12 }),
    slot: fc.constantFrom('blue', 'green'),
  })
  const mirror = fc.dictionary(fc.constantFrom('blue', 'green'), fc.integer({ min: 1, max: 100 }), {
    noNullPrototype: true,
  })
  const weights = fc.oneof(
    fc.integer({ min: 0, max: 100 }).map((green) => ({ blue: 100 - green, green })),
    fc.constant({}),
  )
  const wanted = fc
    .tuple(weights, fc.option(match), mirror)
    .map(([slots, one, copies]) => routing(slots, one, copies))
  const rich = route([
    { backendRefs: [ref('files')], ...unknown },
    {
      name: 'api',
      matches: [{ path: { type: 'PathPrefix', value: '/api' }, ...unknown }],
      filters: [{ type: 'ResponseHeaderModifier', ...unknown }],
      backendRefs: [
        ref('mon-app-blue', 100, unknown),
        ref('old', 0),
        ref('mon-app-green', 0, unknown),
      ],
      ...unknown,
    },
    { backendRefs: [ref('mon-app-green', 0), ref('mon-app-blue', 100)] },
  ])
  const start = frozen(sceneOf(rich))

  test('what is written is read, and writing it again is nothing', () => {
    fc.assert(
      fc.property(fc.array(wanted, { minLength: 1, maxLength: 4 }), (steps) => {
        const end = steps.reduce((scene, step) => after(httpRouteBackEnd, scene, step), start)
        const last = steps.at(-1) ?? blue
        expect(routingOf(httpRouteBackEnd, end)).toEqual(last)
        expect(patchOf(httpRouteBackEnd, end, last)).toEqual({})
      }),
    )
  })

  test('back is exactly as before, with what we do not know', () => {
    fc.assert(
      fc.property(fc.array(wanted, { minLength: 1, maxLength: 4 }), (steps) => {
        const end = [...steps, blue].reduce(
          (scene, step) => after(httpRouteBackEnd, scene, step),
          start,
        )
        expect(asServed(end.object)).toEqual(start.object)
      }),
    )
  })

  test('weights of any total are read as whole percents that sum to 100', () => {
    const any = fc.integer({ min: 1, max: 1_000_000 })
    fc.assert(
      fc.property(any, any, (first, second) => {
        const traffic = routingOf(httpRouteBackEnd, at(first, second)).weights
        const exact = (100 * first) / (first + second)
        const near = Math.min(99, Math.max(1, exact))
        expect(Math.abs((traffic['blue'] ?? 0) - near)).toBeLessThanOrEqual(0.5)
      }),
    )
  })
})
