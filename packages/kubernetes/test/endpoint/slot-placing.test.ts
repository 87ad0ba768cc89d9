// The manifests in a slot, new or made by others, and what stands in their way.
import { describe, expect, test } from '@jest/globals'
import type { Result } from '@sluice/rollout'
import { obstacles, sideEntrance } from '../../src/endpoint/obstacles.ts'
import { placeInSlot, type PlacedWorkload, type SlotPlace } from '../../src/endpoint/placing.ts'
import type { KubeObject } from '../../src/object.ts'
import type { IdleLook } from '../../src/endpoint/idle.ts'
import { backEndOf } from '../../src/endpoint/back-ends/index.ts'
import type { BackEndKind } from '../../src/endpoint/place.ts'
import type { Site } from '../../src/endpoint/site.ts'

type Labels = Readonly<Record<string, string>>
type Json = Readonly<Record<string, unknown>>

const MARK = '1111111111111111.2222222222222222'

const deployment = (labels: Labels, more: Json = {}, name = 'shop'): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'web', uid: `uid-${name}` },
  spec: {
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'shop:1' }] } },
    ...more,
  },
})

const service = (selector: Labels, spec: Json = {}, name = 'shop'): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'web', uid: `uid-${name}` },
  spec: { selector, ports: [{ port: 80, targetPort: 'http' }], ...spec },
})

const SHOP = { app: 'shop' }

interface Written {
  readonly deployment?: KubeObject
  readonly service?: KubeObject
}

const place = (more: Partial<SlotPlace> = {}, written: Written = {}): Result<PlacedWorkload> =>
  placeInSlot(
    { deployment: deployment(SHOP), service: service(SHOP), ...written },
    {
      endpoint: 'shop',
      namespace: 'web',
      slot: 'green',
      slotLabel: { key: 'sluice.dev/slot', value: 'green' },
      deployment: null,
      service: null,
      activeReplicas: 0,
      mark: MARK,
      ...more,
    },
  )

function placed(more: Partial<SlotPlace> = {}, written: Written = {}): PlacedWorkload {
  const result = place(more, written)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.value
}

const problemsOf = (result: Result<unknown>) => (result.ok ? [] : result.problems)

const VERSION = { slotLabel: { key: 'version', value: 'green' } }
const BLUE = { app: 'shop', version: 'blue' }
const GREEN = { app: 'shop', version: 'green' }

describe('a new slot', () => {
  test('has its name, its label and its mark; the template is not touched otherwise', () => {
    const { deployment: made, notices } = placed()
    const labels = { app: 'shop', 'sluice.dev/slot': 'green' }
    expect(made.metadata).toEqual({
      name: 'shop-green',
      namespace: 'web',
      labels: { 'sluice.dev/slot': 'green' },
      annotations: { 'sluice.dev/revision': MARK },
    })
    expect(made['spec']).toEqual({
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'shop:1' }] } },
    })
    expect(notices).toEqual([])
  })

  test('has a Service of its own: same ports, inside the cluster alone', () => {
    const written = service(SHOP, {
      type: 'LoadBalancer',
      ports: [{ name: 'http', port: 80, targetPort: 'http', nodePort: 30080, appProtocol: 'h2c' }],
      clusterIP: '10.0.0.1',
      externalIPs: ['192.0.2.1'],
      loadBalancerClass: 'x',
      externalTrafficPolicy: 'Local',
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
    })
    expect(placed({}, { service: written }).service).toEqual({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'shop-green',
        namespace: 'web',
        labels: { 'sluice.dev/slot': 'green' },
      },
      spec: {
        type: 'ClusterIP',
        selector: { app: 'shop', 'sluice.dev/slot': 'green' },
        ports: [{ name: 'http', port: 80, targetPort: 'http', appProtocol: 'h2c' }],
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      },
    })
  })

  test('takes the place of the slot that the manifests name', () => {
    const written = {
      deployment: { ...deployment(BLUE), metadata: { name: 'shop-blue', labels: BLUE } },
      service: { ...service(BLUE), metadata: { name: 'shop', labels: SHOP } },
    }
    const { deployment: made, service: own } = placed(VERSION, written)
    expect(made.metadata).toMatchObject({ name: 'shop-green', labels: GREEN })
    expect(made['spec']).toMatchObject({
      selector: { matchLabels: GREEN },
      template: { metadata: { labels: GREEN } },
    })
    expect(own['spec']).toMatchObject({ selector: GREEN })
    expect(own.metadata.labels).toEqual({ app: 'shop', 'sluice.dev/slot': 'green' })
  })

  test('keeps expressions of the selector', () => {
    const matchExpressions = [{ key: 'app', operator: 'Exists' }]
    const written = deployment(SHOP, { selector: { matchExpressions } })
    expect(placed({}, { deployment: written }).deployment['spec']).toMatchObject({
      selector: { matchExpressions, matchLabels: { 'sluice.dev/slot': 'green' } },
    })
  })

  test('of a name that is too long is refused', () => {
    const [problem] = problemsOf(place({ endpoint: 's'.repeat(60) }))
    expect(problem?.message).toContain('has 66 characters')
  })
})

describe('replicas', () => {
  test.each([
    ['none said', undefined, 0, 1, 0],
    ['more than are ready', 5, 3, 5, 0],
    ['as many', 3, 3, 3, 0],
    ['fewer', 2, 9, 9, 1],
  ])('%s', (_what, replicas, activeReplicas, count, notices) => {
    const written = deployment(SHOP, replicas === undefined ? {} : { replicas })
    const found = placed({ activeReplicas }, { deployment: written })
    expect(found.deployment['spec']).toMatchObject({ replicas: count })
    expect(found.notices).toHaveLength(notices)
  })
})

test.each([
  ['the same', MARK, 7],
  ['something else', '3333333333333333.4444444444444444', 2],
])('a slot that holds %s already', (_what, mark, count) => {
  const live = deployment(
    { app: 'shop', 'sluice.dev/slot': 'green' },
    { replicas: 7 },
    'shop-green',
  )
  const { metadata } = live
  const marked = { ...metadata, annotations: { 'sluice.dev/revision': mark } }
  const found = placed(
    { deployment: { ...live, metadata: marked } },
    { deployment: deployment(SHOP, { replicas: 2 }) },
  )
  expect(found.deployment['spec']).toMatchObject({ replicas: count })
})

describe('a slot that others made', () => {
  const variant = { app: 'shop', variant: 'b' }
  const adopted = {
    slot: 'b',
    slotLabel: { key: 'variant', value: 'b' },
    deployment: deployment(variant, {}, 'shop-variant-b'),
    service: service(variant, { type: 'NodePort' }, 'shop-b'),
  }

  test('keeps its names, its label, its selector and how it is reached', () => {
    const found = placed(adopted)
    expect(found.deployment.metadata.name).toBe('shop-variant-b')
    expect(found.deployment['spec']).toMatchObject({ selector: { matchLabels: variant } })
    expect(found.service.metadata.name).toBe('shop-b')
    expect(found.service['spec']).toMatchObject({ selector: variant, type: 'NodePort' })
  })

  test.each<readonly [string, KubeObject, RegExp]>([
    [
      'wants a label that the pods do not get',
      deployment({ ...variant, tier: 'web' }, {}, 'shop-variant-b'),
      /serves nobody, so delete it .*: kubectl delete deployment shop-variant-b --namespace web$/,
    ],
    [
      'does not know the slot',
      deployment(SHOP, {}, 'shop-b'),
      /if nobody needs it, delete it .*: kubectl delete deployment shop-b --namespace web$/,
    ],
  ])('is refused when its selector %s', (_what, live, message) => {
    const [problem] = problemsOf(place({ ...adopted, deployment: live }))
    expect(problem?.where).toMatch(/^Deployment web\/shop/)
    expect(problem?.message).toMatch(message)
  })

  test('a Service that would select no pod is a second problem', () => {
    const written = { service: service({ app: 'else' }) }
    expect(problemsOf(place({ endpoint: 's'.repeat(60) }, written))).toHaveLength(2)
  })
})

describe('what is in the way', () => {
  const site = { backEnd: backEndOf('service') } as Site
  const slotOf = (slot: string, live: KubeObject | null, own: KubeObject | null) => ({
    slot,
    deployment: live,
    service: own,
    labels: { version: slot },
  })
  const blue = deployment(BLUE, {}, 'shop-blue')

  interface Scene {
    readonly idle?: KubeObject
    readonly own?: KubeObject
    readonly deployments?: readonly KubeObject[]
    readonly services?: readonly KubeObject[]
    readonly users?: KubeObject
  }
  const lookAt = (scene: Scene): IdleLook => {
    const found = [
      slotOf('blue', blue, null),
      slotOf('green', scene.idle ?? null, scene.own ?? null),
    ]
    const users = scene.users ?? service(BLUE)
    return {
      slot: slotOf('green', scene.idle ?? null, scene.own ?? null),
      other: slotOf('blue', blue, null),
      slotLabel: 'version',
      scene: {
        endpoint: 'shop',
        slots: ['blue', 'green'],
        object: users,
        siblings: [],
        found: found.map((one) => ({ ...one, endpoints: null })),
        services: new Map(),
        endpoints: null,
      },
      seen: null,
      deployments: [blue, scene.idle ?? [], scene.deployments ?? []].flat(),
      services: [users, scene.own ?? [], scene.services ?? []].flat(),
    }
  }
  const told = (scene: Scene): readonly string[] =>
    obstacles(site, lookAt(scene), placed(VERSION)).map(
      ({ where, message }) => `${where} ${message}`,
    )

  test.each<readonly [string, Scene]>([
    ['nothing of the slot is there', {}],
    [
      'both are its own',
      {
        idle: deployment(GREEN, {}, 'shop-green'),
        own: service(GREEN, {}, 'shop-green'),
      },
    ],
    [
      'its Service was pointed elsewhere, and bears our label',
      {
        services: [
          {
            ...service(SHOP, {}, 'shop-green'),
            metadata: { name: 'shop-green', labels: { 'sluice.dev/slot': 'green' } },
          },
        ],
      },
    ],
  ])('nothing, when %s', (_what, scene) => {
    expect(told(scene)).toEqual([])
  })

  test('nothing, when no slot is there, and the Service leads to none until the first one', () => {
    const users = service({ ...SHOP, 'sluice.dev/slot': 'none' })
    const look = lookAt({ users })
    const absent = (slot: string) => ({
      slot,
      deployment: null,
      service: null,
      endpoints: null,
      labels: {},
    })
    const scene = look.scene && { ...look.scene, found: ['blue', 'green'].map(absent) }
    const first = { ...look, slotLabel: 'sluice.dev/slot', slot: absent('blue'), scene }
    expect(obstacles(site, first, placed(VERSION))).toEqual([])
  })

  test.each<readonly [string, Scene, RegExp]>([
    [
      'a Deployment of that name has pods of another slot',
      { deployments: [deployment(BLUE, {}, 'shop-green')] },
      /^Deployment web\/shop-green is there, and its pods .*blue.* are not of slot green/,
    ],
    [
      'a Service of that name is not of the slot',
      { services: [service(SHOP, {}, 'shop-green')] },
      /^Service web\/shop-green is there, and its selector .* is not for slot green alone/,
    ],
    [
      'the Service of the slot selects live pods as well',
      { own: service(SHOP, {}, 'shop-green') },
      /^Service web\/shop-green is there/,
    ],
    [
      'the live Service wants a label that the pods do not have',
      { users: service({ ...BLUE, tier: 'web' }) },
      /^Service shop spec\.selector\["tier"\] found "web" on the cluster, .* no such label/,
    ],
  ])('%s', (_what, scene, line) => {
    expect(told(scene)).toEqual([expect.stringMatching(line)])
  })

  test.each<readonly [string, BackEndKind, Labels, RegExp]>([
    ['a route', 'http-route', SHOP, /^Service web\/shop selects the pods of slot green, too/],
    ['a route and one slot', 'http-route', BLUE, /^null$/],
    ['a mesh, which wants it so', 'virtual-service', SHOP, /^null$/],
    ['the Service itself', 'replicas', SHOP, /^null$/],
  ])('a way past the weights, with %s', (_what, kind, selector, line) => {
    const users = service(selector)
    const place = { namespace: 'web', trafficObject: 'shop' }
    const routed = { backEnd: backEndOf(kind), endpoint: 'shop', place } as Site
    expect(String(sideEntrance(routed, lookAt({ users }), placed(VERSION)))).toMatch(line)
  })
})
