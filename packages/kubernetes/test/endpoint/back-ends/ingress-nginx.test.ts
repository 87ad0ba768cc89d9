// The canary Ingress beside its main one: what is read, what is written, what is refused.
import { describe, expect, test } from '@jest/globals'
import { ingressNginxBackEnd as backEnd } from '../../../src/endpoint/back-ends/ingress-nginx.ts'
import type { TrafficScene } from '../../../src/endpoint/back-ends/back-end.ts'
import {
  after,
  canaryIngress,
  ingress,
  mainIngress,
  nginxScene,
  patchOf,
  routing,
  sceneOf,
  service,
  told,
} from './routed-scenes.ts'

const CANARY = 'nginx.ingress.kubernetes.io/canary'
const match = (kind: 'header' | 'cookie', name: string, value: string, slot = 'green') => ({
  kind,
  name,
  value,
  slot,
})

describe('read', () => {
  test.each([
    ['no weight', {}, { blue: 100 }],
    ['a weight', { 'canary-weight': '10' }, { blue: 90, green: 10 }],
    ['all', { 'canary-weight': '100' }, { green: 100 }],
    [
      'a total of 10',
      { 'canary-weight': '3', 'canary-weight-total': '10' },
      { blue: 70, green: 30 },
    ],
    [
      'less than one percent, which is not idle',
      { 'canary-weight': '1', 'canary-weight-total': '1000' },
      { blue: 99, green: 1 },
    ],
  ])('%s', (_, annotations, traffic) => {
    expect(backEnd.read(nginxScene(annotations))).toEqual({
      ok: true,
      value: { traffic, match: null, mirror: {} },
    })
  })

  test('the roles are those of the Ingresses, not of the order of slots', () => {
    const scene = sceneOf(
      ingress({
        name: 'web-canary',
        service: 'web-blue',
        annotations: { canary: 'true', 'canary-weight': '25' },
      }),
      { siblings: [ingress({ name: 'web', service: 'web-green' })] },
    )
    expect(backEnd.read(scene)).toMatchObject({
      ok: true,
      value: { traffic: { green: 75, blue: 25 } },
    })
  })

  test('a header that is not ours is told, left alone, and in nobody’s way', () => {
    const scene = nginxScene({ 'canary-by-header': 'X-Beta', 'canary-weight': '10' })
    expect(backEnd.read(scene)).toMatchObject({
      ok: true,
      value: {
        match: null,
        ledByOthers: ['green'],
        notices: [
          `Ingress web-canary sends requests to slot green by ${CANARY}-by-header, which is not ours: it stays, whatever the weights say`,
        ],
      },
    })
    expect(patchOf(backEnd, scene, routing({ blue: 80, green: 20 }))).toEqual({
      metadata: { annotations: { [`${CANARY}-weight`]: '20' } },
    })
    const wanted = routing({ blue: 100 }, match('header', 'X-User', 'premium'))
    expect(told(backEnd.write(scene, wanted))).toEqual([
      `match: Ingress web-canary has ${CANARY}-by-header already, which is not ours; take it off first`,
    ])
  })

  test('a match of ours that somebody changed is not ours any more', () => {
    const wanted = routing({ blue: 100 }, match('header', 'X-User', 'premium'))
    const { object } = after(backEnd, nginxScene(), wanted)
    const annotations = { ...object.metadata.annotations, [`${CANARY}-by-header-value`]: 'gold' }
    const changed = nginxScene()
    const scene: TrafficScene = {
      ...changed,
      object: { ...object, metadata: { ...object.metadata, annotations } },
    }
    expect(backEnd.read(scene)).toMatchObject({
      ok: true,
      value: { match: null, notices: [expect.stringContaining('which is not ours')] },
    })
  })

  test('Ingresses of another class, host or path are nobody’s business', () => {
    const others = [
      ingress({ name: 'a', service: 'x', more: { ingressClassName: 'traefik' } }),
      ingress({ name: 'b', service: 'x', host: 'other.example.com' }),
      ingress({ name: 'c', service: 'x', path: '/static' }),
      ingress({ name: 'd', service: 'x', path: '/v2', annotations: { canary: 'true' } }),
    ]
    expect(told(backEnd.read(nginxScene({}, [mainIngress, canaryIngress(), ...others])))).toEqual(
      [],
    )
  })
})

describe('write', () => {
  test('one write of annotations: weight, header and the mark of the match', () => {
    const wanted = routing({ blue: 90, green: 10 }, match('header', 'X-User-Type', 'premium'))
    expect(patchOf(backEnd, nginxScene(), wanted)).toEqual({
      metadata: {
        annotations: {
          [`${CANARY}-weight`]: '10',
          [`${CANARY}-by-header`]: 'X-User-Type',
          [`${CANARY}-by-header-value`]: 'premium',
          'sluice.dev/match':
            '{"kind":"header","name":"X-User-Type","value":"premium","slot":"green"}',
        },
      },
    })
  })

  test('a match that ends takes its annotations along', () => {
    const begun = after(
      backEnd,
      nginxScene(),
      routing({ blue: 100 }, match('cookie', 'beta', 'always')),
    )
    expect(patchOf(backEnd, begun, routing({ green: 100 }))).toEqual({
      metadata: {
        annotations: {
          [`${CANARY}-weight`]: '100',
          [`${CANARY}-by-cookie`]: null,
          'sluice.dev/match': null,
        },
      },
    })
  })

  test.each([
    ['that fits stays', { blue: 90, green: 10 }, { weight: '1' }],
    [
      'that does not fit becomes 100',
      { blue: 75, green: 25 },
      { weight: '25', 'weight-total': '100' },
    ],
  ])('a total of 10 %s', (_, weights, expected) => {
    const scene = nginxScene({ 'canary-weight': '0', 'canary-weight-total': '10' })
    expect(patchOf(backEnd, scene, routing(weights))).toEqual({
      metadata: {
        annotations: Object.fromEntries(
          Object.entries(expected).map(([key, value]) => [`${CANARY}-${key}`, value]),
        ),
      },
    })
  })

  test('all that cannot be expressed is refused at once', () => {
    const wanted = routing({}, match('cookie', 'beta user', 'yes', 'blue'), { green: 10 })
    expect(told(backEnd.write(nginxScene(), wanted))).toEqual([
      'mirror: found 10 % for slot green; back end ingress-nginx: it cannot mirror',
      'weights: are all 0; the main Ingress always leads to slot blue, so that one slot has all or part of the requests',
      'match: wants slot blue; annotations can only lead to slot green, the one behind Ingress web-canary',
      'match: wants cookie beta user of value "yes"; ingress-nginx follows a cookie only when its value is always',
      'match: "beta user" has characters that ingress-nginx drops an annotation for; wanted letters, digits and - . _ ~ / :',
    ])
  })
})

describe('mistakes', () => {
  const guideA = ingress({
    name: 'mon-app-ab',
    service: 'mon-app-a',
    host: 'mon-app.example.com',
    annotations: { canary: 'true', 'canary-weight': '50' },
  })
  const guideB = ingress({
    name: 'mon-app-ab-canary',
    service: 'mon-app-b',
    host: 'mon-app.example.com',
    annotations: { canary: 'true', 'canary-weight': '50' },
  })
  const guide = (object: typeof guideA, siblings: readonly (typeof guideA)[]): TrafficScene => ({
    ...sceneOf(object, { endpoint: 'mon-app', slots: ['a', 'b'], siblings, found: [] }),
    services: new Map(['mon-app-a', 'mon-app-b'].map((name) => [name, service(name)])),
  })

  test('both Ingresses are marked canary', () => {
    expect(told(backEnd.read(guide(guideB, [guideA])))).toEqual([
      `Ingress mon-app-ab-canary: mon-app.example.com/ is in Ingress mon-app-ab too, and all are marked canary: there is no main Ingress, so ingress-nginx ignores them; take ${CANARY} off the one that serves now`,
    ])
  })

  test('a second canary on one host and path', () => {
    const main = ingress({ name: 'mon-app', service: 'mon-app-a', host: 'mon-app.example.com' })
    const header = ingress({
      name: 'mon-app-ab-header',
      service: 'mon-app-b',
      host: 'mon-app.example.com',
      annotations: { canary: 'true', 'canary-by-header': 'X-User-Type' },
    })
    expect(told(backEnd.read(guide(guideB, [main, header])))).toEqual([
      'Ingress mon-app-ab-canary: mon-app.example.com/ is also in Ingress mon-app-ab-header, marked canary too; ingress-nginx follows one canary for a host and path and ignores the others',
    ])
    expect(backEnd.read(guide(guideB, [main]))).toMatchObject({
      ok: true,
      value: { traffic: { a: 50, b: 50 } },
    })
  })

  test.each([
    [
      'weight above the total',
      nginxScene({ 'canary-weight': '60', 'canary-weight-total': '50' }),
      ['has weight 60 of a total of 50; wanted at most the total, and a total above 0'],
    ],
    [
      'weights that are no numbers',
      nginxScene({ 'canary-weight': '10%', 'canary-weight-total': '-1' }),
      [
        `${CANARY}-weight-total is "-1"; wanted a whole number`,
        `${CANARY}-weight is "10%"; wanted a whole number`,
      ],
    ],
    [
      'the main Ingress instead of the canary',
      sceneOf(mainIngress, { siblings: [canaryIngress()] }),
      [
        `has no annotation ${CANARY}: "true"; wanted the canary Ingress here, its main one stays plain`,
      ],
    ],
    [
      'no main Ingress',
      nginxScene({}, []),
      [
        `web.example.com/ has no main Ingress: none of the same class without the annotation ${CANARY} has this host and path, so ingress-nginx ignores the canary`,
      ],
    ],
    [
      'two main Ingresses',
      nginxScene({}, [mainIngress, ingress({ name: 'old', service: 'web-blue' })]),
      [
        'web.example.com/ is also in Ingress web, Ingress old; wanted one main Ingress, ingress-nginx takes the oldest',
      ],
    ],
    [
      'a main Ingress that leads to the same slot, and a weight above the total',
      nginxScene({ 'canary-weight': '101' }, [ingress({ name: 'web', service: 'web-green' })]),
      [
        'main and canary Ingress both lead web.example.com/ to web-green; wanted the Services of two slots',
        'has weight 101 of a total of 100; wanted at most the total, and a total above 0',
      ],
    ],
    [
      'a main Ingress that leads elsewhere',
      nginxScene({}, [ingress({ name: 'web', service: 'web' })]),
      [
        'the main Ingress leads web.example.com/ to web; wanted the Service of a slot: web-blue or web-green',
      ],
    ],
    [
      'a canary Ingress that leads elsewhere',
      sceneOf(ingress({ name: 'web-canary', service: 'web', annotations: { canary: 'true' } }), {
        siblings: [mainIngress],
      }),
      ['web.example.com/ leads to web; wanted the Service of a slot: web-blue or web-green'],
    ],
  ])('%s', (_, scene, messages) => {
    const where = `Ingress ${scene.object.metadata.name ?? ''}`
    expect(told(backEnd.read(scene))).toEqual(messages.map((message) => `${where}: ${message}`))
    expect(backEnd.write(scene, routing({ blue: 100 })).ok).toBe(false)
    expect(backEnd.awaiting(scene, routing({ blue: 100 }))).not.toBeNull()
  })
})

describe('create', () => {
  const order = {
    endpoint: 'web',
    name: 'web-canary',
    namespace: 'shop',
    slots: ['blue', 'green'] as const,
    service: service('web'),
    slotLabel: 'version',
  }

  test('the canary Ingress of the manifests, with weight 0', () => {
    const created = backEnd.create({ ...order, given: canaryIngress({ 'canary-weight': '50' }) })
    expect(created).toEqual({ ok: true, value: canaryIngress({ 'canary-weight': '0' }) })
  })

  test.each([
    ['nothing', null, 'is not there, and the manifests hold no Ingress with'],
    ['the main Ingress', mainIngress, 'is not there, and the manifests hold no Ingress with'],
    [
      'a canary that a header reaches',
      canaryIngress({ 'canary-by-header': 'X-Beta' }),
      'requests would reach a slot before any test',
    ],
  ])('refuses %s', (_, given, message) => {
    expect(told(backEnd.create({ ...order, given }))).toEqual([expect.stringContaining(message)])
  })
})

test('the retirement and the way out are told', () => {
  expect(backEnd.notice).toContain('retired')
  expect(backEnd.notice).toContain('`back-end: http-route`')
})
