// Finding slots in the forms that guides and others write, and in ours.
import { describe, expect, test } from '@jest/globals'
import { findSlots } from '../../src/endpoint/slots.ts'
import type { KubeObject } from '../../src/object.ts'
import { app, BLUE_GREEN, deployment, service } from './endpoint-objects.ts'

type Labels = Readonly<Record<string, string>>

interface Around {
  readonly endpoint?: string
  readonly slots?: readonly [string, string]
  readonly ownService?: string
}

function find(objects: readonly KubeObject[], around: Around = {}) {
  const { endpoint = 'mon-app', slots = ['blue', 'green'], ownService = endpoint } = around
  const services = objects.filter(({ kind }) => kind === 'Service')
  const result = findSlots({
    endpoint,
    slots,
    ownService,
    deployments: objects.filter(({ kind }) => kind === 'Deployment'),
    services: new Map(services.map((one) => [one.metadata.name ?? '', one])),
  })
  return {
    ...result,
    found: result.found.map((one) => ({
      deployment: one.deployment?.metadata.name ?? null,
      service: one.service?.metadata.name ?? null,
      labels: one.labels,
    })),
  }
}

const pods = (name: string, labels: Labels): KubeObject => deployment({ name, labels })

describe('forms of the guide', () => {
  test('two Deployments with version: blue and green, and one Service', () => {
    const { found, slotLabel, problems } = find([
      pods('mon-app-blue', app('blue')),
      pods('mon-app-green', app('green')),
      service('mon-app', app('blue')),
    ])
    expect(slotLabel).toBe('version')
    expect(problems).toEqual([])
    expect(found).toEqual([
      { deployment: 'mon-app-blue', service: null, labels: { version: 'blue' } },
      { deployment: 'mon-app-green', service: null, labels: { version: 'green' } },
    ])
  })

  test('two Services and an Ingress: no Service of the endpoint itself', () => {
    const objects = BLUE_GREEN.filter(
      ({ metadata, kind }) => kind !== 'Service' || metadata.name !== 'mon-app',
    )
    expect(find(objects).found).toEqual([
      { deployment: 'mon-app-blue', service: 'mon-app-blue', labels: { version: 'blue' } },
      { deployment: 'mon-app-green', service: 'mon-app-green', labels: { version: 'green' } },
    ])
  })

  test('track: stable and canary under one Service, with versions beside them', () => {
    const track = (name: string, version: string): Labels => ({
      app: 'mon-app',
      track: name,
      version,
    })
    const { found, slotLabel } = find(
      [
        pods('mon-app-stable', track('stable', 'v1')),
        pods('mon-app-canary', track('canary', 'v2')),
        service('mon-app', { app: 'mon-app' }),
      ],
      { slots: ['stable', 'canary'] },
    )
    expect(slotLabel).toBe('track')
    expect(found.map((one) => one.deployment)).toEqual(['mon-app-stable', 'mon-app-canary'])
  })

  test('variants whose Deployments and Services are called differently', () => {
    const variant = (name: string): Labels => ({ app: 'mon-app', variant: name })
    const objects = ['a', 'b'].flatMap((name) => [
      pods(`mon-app-variant-${name}`, variant(name)),
      service(`mon-app-${name}`, variant(name)),
    ])
    expect(find(objects, { slots: ['a', 'b'] }).found).toEqual([
      { deployment: 'mon-app-variant-a', service: 'mon-app-a', labels: { variant: 'a' } },
      { deployment: 'mon-app-variant-b', service: 'mon-app-b', labels: { variant: 'b' } },
    ])
  })
})

describe('what is not of this endpoint', () => {
  test('another application with the same versions, whatever it is called', () => {
    const other = (version: string): Labels => ({ app: 'mon-app-admin', version })
    const objects = [
      ...BLUE_GREEN,
      pods('mon-app-admin-blue', other('blue')),
      pods('mon-app-admin-green', other('green')),
      service('mon-app-admin', other('green')),
      service('mon-app-admin-blue', other('blue')),
    ]
    const expected = find(BLUE_GREEN).found
    expect(find(objects).found).toEqual(expected)
    expect(find(objects.toReversed()).found).toEqual(expected)
  })

  test('a Service over several applications is no slot’s own', () => {
    const objects = [
      pods('mon-app-blue', app('blue')),
      pods('mon-app-green', app('green')),
      pods('shop-blue', { app: 'shop', version: 'blue' }),
      service('mon-app', app('blue')),
      service('all-blue', { version: 'blue' }),
    ]
    expect(find(objects).found[0]).toMatchObject({ deployment: 'mon-app-blue', service: null })
  })

  test('the Service that users know is no slot’s own, also under another name', () => {
    const objects = [pods('mon-app-blue', app('blue')), service('public', app('blue'))]
    expect(find(objects, { ownService: 'public' }).found[0]).toMatchObject({ service: null })
  })

  test('a Service over both slots proves neither', () => {
    const objects = [
      pods('mon-app-blue', app('blue')),
      pods('mon-app-green', app('green')),
      service('mon-app-blue', { app: 'mon-app' }),
    ]
    expect(find(objects).found.map((one) => one.service)).toEqual([null, null])
  })
})

describe('what is there only in part', () => {
  test('nothing: the label is ours', () => {
    expect(find([service('mon-app', { app: 'mon-app', 'sluice.dev/slot': 'none' })])).toEqual({
      slotLabel: 'sluice.dev/slot',
      problems: [],
      found: [
        { deployment: null, service: null, labels: {} },
        { deployment: null, service: null, labels: {} },
      ],
    })
  })

  test('one slot: the other one would have the same label', () => {
    const { found } = find([pods('mon-app-blue', app('blue')), service('mon-app', app('blue'))])
    expect(found[1]).toEqual({ deployment: null, service: null, labels: { version: 'green' } })
  })

  test('no label tells them apart: the name does, and the selector says by what', () => {
    const own = (slot: string): Labels => ({ app: `mon-app-${slot}` })
    const { found } = find([
      pods('mon-app-blue', own('blue')),
      pods('mon-app-green', own('green')),
      service('mon-app-blue', own('blue')),
      service('mon-app-green', own('green')),
    ])
    expect(found).toEqual([
      { deployment: 'mon-app-blue', service: 'mon-app-blue', labels: own('blue') },
      { deployment: 'mon-app-green', service: 'mon-app-green', labels: own('green') },
    ])
  })

  test('the label decides, not the name', () => {
    const { found } = find([
      pods('mon-app-blue', app('green')),
      pods('mon-app-green', app('blue')),
      service('mon-app', app('blue')),
    ])
    expect(found.map((one) => one.deployment)).toEqual(['mon-app-green', 'mon-app-blue'])
  })

  test('two Deployments for one slot are a problem that names both', () => {
    const { problems } = find([...BLUE_GREEN, pods('mon-app-blue-2', app('blue'))])
    expect(problems).toEqual([
      {
        where: 'slot blue',
        message: expect.stringContaining('mon-app-blue and mon-app-blue-2'),
      },
    ])
  })

  test('one that is being deleted gives way', () => {
    const leaving = deployment({
      name: 'mon-app-blue-2',
      labels: app('blue'),
      more: { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } },
    })
    const { problems, found } = find([leaving, ...BLUE_GREEN])
    expect([problems, found[0]?.deployment]).toEqual([[], 'mon-app-blue'])
  })
})

describe('an endpoint whose name another one begins with', () => {
  const eu = (version: string): Labels => ({ app: 'shop-eu', version })
  const others = [
    pods('shop-eu-blue', eu('blue')),
    pods('shop-eu-green', eu('green')),
    service('shop-eu', eu('blue')),
  ]
  const nothing = { deployment: null, service: null, labels: {} }

  test('has no slots before its first deploy', () => {
    expect(find(others, { endpoint: 'shop' }).found).toEqual([nothing, nothing])
    const slotServices = ['blue', 'green'].map((slot) => service(`shop-eu-${slot}`, eu(slot)))
    expect(find([...others.slice(0, 2), ...slotServices], { endpoint: 'shop' }).found).toEqual([
      nothing,
      nothing,
    ])
  })

  test('has its own ones by their names', () => {
    const own = pods('shop-blue', { app: 'shop', version: 'blue' })
    const { found, problems } = find([...others, own], { endpoint: 'shop' })
    expect(problems).toEqual([])
    expect(found.map(({ deployment: name }) => name)).toEqual(['shop-blue', null])
  })
})
