// Rules of an Istio VirtualService: what is read, what is written, what is refused.
import { describe, expect, test } from '@jest/globals'
import { virtualServiceBackEnd as backEnd } from '../../../src/endpoint/back-ends/virtual-service.ts'
import { fieldAt, recordsIn } from '../../../src/record.ts'
import {
  after,
  patchOf,
  routing,
  sceneOf,
  service,
  slotOf,
  to,
  told,
  toSubset,
  virtualService,
} from './routed-scenes.ts'

type Json = Readonly<Record<string, unknown>>

const seen = (...http: Json[]) => sceneOf(virtualService(http))
const header = { kind: 'header', name: 'X-User', value: 'premium', slot: 'green' } as const
const pair = { route: [to('web-blue', 90), to('web-green', 10)] }

describe('read', () => {
  test.each([
    ['a single destination', [{ route: [to('web-blue')] }], { blue: 100 }],
    ['weights', [pair], { blue: 90, green: 10 }],
    [
      'relative weights',
      [{ route: [to('web-blue', 3), to('web-green', 1)] }],
      { blue: 75, green: 25 },
    ],
    [
      'full names',
      [{ route: [to('web-blue.shop', 1), to('web-green.shop.svc.cluster.local', 1)] }],
      { blue: 50, green: 50 },
    ],
    [
      'subsets',
      [{ route: [toSubset('blue', 40), toSubset('green', 60)] }],
      { blue: 40, green: 60 },
    ],
    [
      'no weight beside another',
      [{ route: [to('web-blue', 100), to('web-green')] }],
      { blue: 100 },
    ],
    [
      'a destination of others at 0',
      [{ route: [...pair.route, to('web-old', 0)] }],
      { blue: 90, green: 10 },
    ],
    [
      'rules that name no slot',
      [{ route: [to('files')] }, { redirect: { uri: '/' } }, pair],
      { blue: 90, green: 10 },
    ],
  ])('%s', (_, http, traffic) => {
    expect(backEnd.read(seen(...http))).toEqual({
      ok: true,
      value: { traffic, match: null, mirror: {} },
    })
  })

  test('subsets of the values of the one label that tells the slots apart', () => {
    const labelled = (slot: string, version: string) => ({ ...slotOf(slot), labels: { version } })
    const scene = sceneOf(virtualService([{ route: [toSubset('v1', 90), toSubset('v2', 10)] }]), {
      found: [labelled('blue', 'v1'), labelled('green', 'v2')],
    })
    expect(backEnd.read(scene)).toMatchObject({ value: { traffic: { blue: 90, green: 10 } } })
  })

  test('the shadow of the guide is told and stays', () => {
    const scene = sceneOf(
      virtualService([
        {
          route: [{ destination: { host: 'web', subset: 'v1' }, weight: 100 }],
          mirror: { host: 'web', subset: 'v2' },
          mirrorPercentage: { value: 100.0 },
        },
      ]),
      { slots: ['v1', 'v2'], found: [slotOf('v1'), slotOf('v2')] },
    )
    expect(backEnd.read(scene)).toEqual({
      ok: true,
      value: {
        traffic: { v1: 100 },
        match: null,
        mirror: {},
        notices: [
          'VirtualService web copies requests to slot v2 in http[0], which is not ours: it stays',
        ],
      },
    })
  })

  test('a rule by header that is not ours is told and stays', () => {
    const beta = { match: [{ headers: { 'x-beta': { exact: '1' } } }], route: [to('web-green')] }
    const scene = seen(beta, pair)
    expect(backEnd.read(scene)).toMatchObject({
      value: {
        traffic: { blue: 90, green: 10 },
        match: null,
        ledByOthers: ['green'],
        notices: [
          'VirtualService web sends requests to a slot by headers in http[0], which is not ours: it stays, whatever the weights say',
        ],
      },
    })
    expect(patchOf(backEnd, scene, routing({ green: 100 }))).toEqual({
      spec: { http: [beta, { route: [to('web-blue', 0), to('web-green', 100)] }] },
    })
  })

  test.each([
    [
      'several at once',
      [
        { route: [to('web-blue', 90), to('web-old', 10)] },
        {
          route: [to('web-blue', -1), to('web-blue', 5)],
          mirrors: [{ destination: { host: 'web-green' } }],
        },
      ],
      [
        'http[0] gives web-old weight 10, which is no slot (web-blue, web-green); wanted weight 0, or a rule of its own',
        'http[1] gives web-blue weight -1; wanted a whole number',
        'http[1] names slot blue more than once; wanted one destination for each slot',
        'http[1] copies requests to a slot by `mirrors`; wanted `mirror` with `mirrorPercentage`',
      ],
    ],
    [
      'rules that disagree',
      [{ match: [{ uri: { prefix: '/api' } }], ...pair }, { route: [to('web-green')] }],
      [
        'http[0] gives {"blue":90,"green":10} and http[1] gives {"green":100}; wanted the same weights in every rule that names a slot',
      ],
    ],
    [
      'no slot',
      [{ route: [to('web')] }],
      [
        'leads to no slot; wanted a rule of spec.http whose destinations are web-blue, web-green, or one host with the subsets blue, green',
      ],
    ],
    [
      'a rule of our name that somebody changed',
      [{ name: 'sluice-match', route: [to('web-blue')] }, pair],
      [
        'the rule sluice-match does not say what the annotation beside it says; somebody changed it, take it out',
      ],
    ],
  ])('refuses %s', (_, http, messages) => {
    expect(told(backEnd.read(seen(...http)))).toEqual(
      messages.map((message) => `VirtualService web: ${message}`),
    )
    expect(backEnd.write(seen(...http), routing({ blue: 100 })).ok).toBe(false)
    expect(backEnd.awaiting(seen(...http), routing({ blue: 100 }))).not.toBeNull()
  })

  test('refuses copies of ours that somebody changed in one rule', () => {
    const wanted = routing({ blue: 100 }, null, { green: 10 })
    const begun = after(
      backEnd,
      seen({ match: [{ uri: { prefix: '/api' } }], ...pair }, pair),
      wanted,
    )
    const [first] = recordsIn(fieldAt(begun.object, ['spec', 'http']))
    const object = {
      ...begun.object,
      spec: { hosts: ['web'], http: [first, { route: first?.['route'] }] },
    }
    expect(told(backEnd.read({ ...begun, object }))).toEqual([
      'VirtualService web: the rules that name a slot copy requests differently; wanted the same mirror',
    ])
  })

  test.each(['tcp', 'tls'])('refuses slots in spec.%s', (protocol) => {
    const scene = sceneOf(
      virtualService([pair], { [protocol]: [{ route: [to('web-blue.shop')] }] }),
    )
    expect(told(backEnd.read(scene))).toEqual([
      `VirtualService web: spec.${protocol} leads to a slot; only the weights of spec.http are moved, wanted the slots there alone`,
    ])
  })

  test('Services of another namespace are no slots', () => {
    expect(backEnd.read(seen({ route: [to('web-blue.bank')] })).ok).toBe(false)
  })
})

describe('write', () => {
  test('the other slot joins beside the first, with its port and the form of its name', () => {
    const blue = { destination: { host: 'web-blue.shop.svc', port: { number: 80 } } }
    expect(patchOf(backEnd, seen({ route: [blue] }), routing({ blue: 90, green: 10 }))).toEqual({
      spec: {
        http: [
          {
            route: [
              { ...blue, weight: 90 },
              { destination: { host: 'web-green.shop.svc', port: { number: 80 } }, weight: 10 },
            ],
          },
        ],
      },
    })
  })

  test('a match is a rule right before each that leads to slots, with the same way in', () => {
    const files = { match: [{ uri: { prefix: '/files' } }], route: [to('files')] }
    const api = { match: [{ uri: { prefix: '/api' } }], rewrite: { uri: '/' }, ...pair }
    const wanted = routing({ blue: 90, green: 10 }, header)
    const exact = { 'x-user': { exact: 'premium' } }
    expect(patchOf(backEnd, seen(files, api, pair), wanted)).toEqual({
      metadata: {
        annotations: {
          'sluice.dev/match': '{"kind":"header","name":"X-User","value":"premium","slot":"green"}',
        },
      },
      spec: {
        http: [
          files,
          {
            name: 'sluice-match',
            match: [{ uri: { prefix: '/api' }, headers: exact }],
            rewrite: { uri: '/' },
            route: [to('web-green', 100)],
          },
          api,
          { name: 'sluice-match-2', match: [{ headers: exact }], route: [to('web-green', 100)] },
          pair,
        ],
      },
    })
  })

  test('a mirror goes to a slot with ready pods alone', () => {
    const wanted = routing({ blue: 100 }, null, { green: 10 })
    const start = seen({ route: [to('web-blue')], mirrorPercent: 5, retries: { attempts: 2 } })
    expect(patchOf(backEnd, start, wanted)).toEqual({
      metadata: { annotations: { 'sluice.dev/mirror': '{"green":10}' } },
      spec: {
        http: [
          {
            route: [to('web-blue')],
            retries: { attempts: 2 },
            mirror: { host: 'web-green' },
            mirrorPercentage: { value: 10 },
          },
        ],
      },
    })
    const empty = { ...start, found: [slotOf('blue'), slotOf('green', 0)] }
    const missing = { ...start, found: [slotOf('blue')] }
    for (const scene of [empty, missing]) {
      expect(told(backEnd.write(scene, wanted))).toEqual([
        'mirror: slot green has no ready pod, so copies would go nowhere; deploy it first',
      ])
    }
  })

  test('a subset without a Service is ready when its Deployment is', () => {
    const deployment = (readyReplicas: number) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web-green' },
      status: { readyReplicas },
    })
    const green = { ...slotOf('green'), service: null, endpoints: null }
    const start = seen({ route: [toSubset('blue', 100), toSubset('green', 0)] })
    const at = (ready: number) => ({
      ...start,
      found: [slotOf('blue'), { ...green, deployment: deployment(ready) }],
    })
    const wanted = routing({ blue: 100 }, null, { green: 50 })
    expect(backEnd.write(at(1), wanted).ok).toBe(true)
    expect(backEnd.write(at(0), wanted).ok).toBe(false)
  })

  describe('a subset that the Service of blue/green leaves empty', () => {
    const own = { ...service('web'), spec: { selector: { app: 'web', version: 'blue' } } }
    const at = (blue: number, green: number) => ({
      ...seen({ route: [toSubset('blue', blue), toSubset('green', green)] }),
      services: new Map([['web', own]]),
    })
    const refusal =
      'VirtualService web: subset green is empty: Service web selects version=blue, the pods of slot green have version=green; take version out of the selector of the Service'

    test.each([
      ['weight', routing({ blue: 90, green: 10 })],
      ['a match', routing({ blue: 100 }, header)],
      ['copies', routing({ blue: 100 }, null, { green: 10 })],
    ])('gets no %s', (_, wanted) => {
      expect(told(backEnd.write(at(100, 0), wanted))).toEqual([refusal])
    })

    test.each([
      ['less', at(50, 50), routing({ blue: 90, green: 10 })],
      ['the other slot everything', at(0, 100), routing({ blue: 100 })],
    ])('%s is always possible', (_, scene, wanted) => {
      expect(told(backEnd.write(scene, wanted))).toEqual([])
    })

    test('and a Service of both slots leaves none empty', () => {
      const both = { ...own, spec: { selector: { app: 'web' } } }
      const scene = { ...at(100, 0), services: new Map([['web', both]]) }
      expect(told(backEnd.write(scene, routing({ green: 100 })))).toEqual([])
    })
  })

  test('with no weight at all, requests to slots are answered with 503, others go on', () => {
    const files = { match: [{ uri: { prefix: '/files' } }], route: [to('files')] }
    const parked = after(backEnd, seen(files, pair), routing({}))
    expect(parked.object['spec']).toEqual({
      hosts: ['web'],
      http: [files, { name: 'sluice-parked', directResponse: { status: 503 } }, pair],
    })
    expect(backEnd.read(parked)).toMatchObject({ value: { traffic: {} } })
    expect(after(backEnd, parked, routing({ blue: 90, green: 10 })).object).toEqual(
      seen(files, pair).object,
    )
  })

  test('a mirror that ends leaves the subset that it alone knew', () => {
    const { object } = seen({ route: [toSubset('blue')], mirror: { host: 'web', subset: 'green' } })
    const annotations = { 'sluice.dev/mirror': '{"green":100}' }
    const start = sceneOf({ ...object, metadata: { ...object.metadata, annotations } })
    expect(patchOf(backEnd, start, routing({ blue: 100 }))).toEqual({
      metadata: { annotations: { 'sluice.dev/mirror': null } },
      spec: { http: [{ route: [toSubset('blue', 100), toSubset('green', 0)] }] },
    })
  })

  test.each([
    [
      'a subset that nobody has written',
      seen({ route: [toSubset('blue')] }),
      routing({ green: 100 }),
      [
        'VirtualService web: http[0] has no destination for slot green, and the other one is a subset; add the subset of slot green with weight 0, once its DestinationRule has it: without that Istio answers 503',
      ],
    ],
    [
      'a Service that is not there',
      { ...seen({ route: [to('web-blue')] }), services: new Map() },
      routing({ green: 100 }),
      ['VirtualService web: http[0] needs the Service web-green of slot green, which is not there'],
    ],
    [
      'a port that the other Service does not offer',
      seen({ route: [{ destination: { host: 'web-blue', port: { number: 8000 } } }] }),
      routing({ green: 100 }),
      [
        'VirtualService web destination web-green: names port 8000, which Service web-green does not offer; wanted 80, or a Service with that port',
      ],
    ],
    [
      'a mirror of others',
      seen({ ...pair, mirror: { host: 'recorder' } }),
      routing({ blue: 100 }, null, { green: 5 }),
      [
        'VirtualService web: http[0] copies requests to recorder already, which is not ours; take that out first',
      ],
    ],
    [
      'a header that the rule wants itself',
      seen({ match: [{ headers: { 'x-user': { regex: '.+' } } }], ...pair }),
      routing({ blue: 100 }, header),
      [
        'VirtualService web: a rule that leads to slots wants a value of the header X-User itself; wanted another header',
      ],
    ],
    [
      'all that is beyond it, at once',
      seen(pair),
      routing({}, { ...header, kind: 'cookie' }, { blue: 101, green: 5 }),
      [
        'match: back end virtual-service cannot match a cookie; it can match a header',
        'mirror: found 101 % for slot blue; back end virtual-service: at most 100 %',
        'mirror: names blue and green; wanted one slot',
        'match: is wanted while no slot has a weight, so nothing is routed; give a slot weight 100',
        'mirror: is wanted while no slot has a weight, so nothing is routed; give a slot weight 100',
        'mirror: is wanted while no slot has a weight, so nothing is routed; give a slot weight 100',
      ],
    ],
  ])('refuses %s', (_, scene, wanted, messages) => {
    expect(told(backEnd.write(scene, wanted))).toEqual(messages)
  })
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
  const parked = { name: 'sluice-parked', directResponse: { status: 503 } }

  test.each([
    ['nothing', null, [parked, { route: [to('web-blue', 100), to('web-green', 0)] }]],
    [
      'the Service of the endpoint',
      virtualService([{ timeout: '5s', route: [to('web.shop')] }]),
      [parked, { timeout: '5s', route: [to('web-blue.shop', 100), to('web-green.shop', 0)] }],
    ],
    [
      'subsets',
      virtualService([{ route: [toSubset('blue', 90), toSubset('green', 10)] }]),
      [parked, { route: [toSubset('blue', 90), toSubset('green', 10)] }],
    ],
    [
      'two rules and one of others',
      virtualService([
        { route: [to('files')] },
        { match: [{ uri: { prefix: '/a' } }], route: [to('web')] },
        { route: [to('web')] },
      ]),
      [
        { route: [to('files')] },
        { ...parked, match: [{ uri: { prefix: '/a' } }] },
        { match: [{ uri: { prefix: '/a' } }], route: [to('web-blue', 100), to('web-green', 0)] },
        { ...parked, name: 'sluice-parked-2' },
        { route: [to('web-blue', 100), to('web-green', 0)] },
      ],
    ],
  ])('from %s, and no slot has traffic', (_, given, http) => {
    const created = backEnd.create({ ...order, given })
    expect(created).toEqual({ ok: true, value: virtualService(http) })
    expect(backEnd.read(sceneOf(virtualService(http), { found: [] }))).toMatchObject({
      ok: true,
      value: { traffic: {} },
    })
  })

  test('refuses one that leads elsewhere', () => {
    const given = virtualService([{ route: [to('other')] }])
    expect(told(backEnd.create({ ...order, given }))).toEqual([
      "VirtualService web: no rule of spec.http leads to the Service web, its slots' Services or its subsets blue, green; wanted one",
    ])
  })
})

describe('a header that Istio takes for none', () => {
  test.each(['uri', 'scheme', 'method', 'Authority'])('%s', (name) => {
    const wanted = routing({ blue: 100 }, { ...header, name })
    expect(told(backEnd.write(seen(pair), wanted))).toEqual([
      `VirtualService web: Istio ignores a match by the header ${name.toLowerCase()}, so every request would get slot green; wanted another header`,
    ])
  })
})
