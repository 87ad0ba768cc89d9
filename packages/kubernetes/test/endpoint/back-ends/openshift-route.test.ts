// Weights of an OpenShift Route: what is read, what is written, what is refused.
import { describe, expect, test } from '@jest/globals'
import { openshiftRouteBackEnd as backEnd } from '../../../src/endpoint/back-ends/openshift-route.ts'
import {
  backend,
  patchOf,
  route,
  routing,
  sceneOf,
  service,
  slotOf,
  told,
} from './routed-scenes.ts'

const seen = (spec: Readonly<Record<string, unknown>>, status = {}) => sceneOf(route(spec, status))
const blue = backend('web-blue')
const pair = seen({ to: backend('web-blue', 90), alternateBackends: [backend('web-green', 10)] })

describe('read', () => {
  test.each([
    ['one backend', { to: blue }, { blue: 100 }],
    [
      'weights',
      { to: backend('web-green', 3), alternateBackends: [backend('web-blue', 1)] },
      { green: 75, blue: 25 },
    ],
    [
      'no weight means 100',
      { to: { ...blue, weight: null }, alternateBackends: [backend('web-green', 100)] },
      { blue: 50, green: 50 },
    ],
    [
      'nothing has weight',
      { to: backend('web-blue', 0), alternateBackends: [backend('web-green', 0)] },
      {},
    ],
    [
      'a backend of others at 0',
      { to: blue, alternateBackends: [backend('web-old', 0)] },
      { blue: 100 },
    ],
  ])('%s', (_, spec, traffic) => {
    expect(backEnd.read(seen(spec))).toEqual({
      ok: true,
      value: { traffic, match: null, mirror: {} },
    })
  })

  test.each([
    [
      'a backend of others with weight, and a weight that is none',
      { to: backend('web-blue', 300), alternateBackends: [backend('web-old', 5)] },
      [
        'web-blue has weight 300; wanted a whole number from 0 to 256',
        'web-old has weight 5 and is the Service of no slot (web-blue, web-green); wanted weight 0, or its name out of the Route',
      ],
    ],
    [
      'no slot at all',
      { to: backend('web') },
      [
        'web has weight 100 and is the Service of no slot (web-blue, web-green); wanted weight 0, or its name out of the Route',
        'leads to no slot; wanted `to` or an alternate backend among web-blue, web-green',
      ],
    ],
    [
      'a slot twice',
      { to: blue, alternateBackends: [blue] },
      ['names web-blue more than once; wanted each Service once'],
    ],
  ])('refuses %s', (_, spec, messages) => {
    expect(told(backEnd.read(seen(spec)))).toEqual(messages.map((one) => `Route web: ${one}`))
    expect(backEnd.write(seen(spec), routing({ blue: 100 })).ok).toBe(false)
  })
})

describe('write', () => {
  test('weights that total 100, whatever they were', () => {
    const scene = seen({ to: backend('web-blue', 9), alternateBackends: [backend('web-green', 1)] })
    expect(patchOf(backEnd, scene, routing({ blue: 50, green: 50 }))).toEqual({
      spec: { to: { weight: 50 }, alternateBackends: [backend('web-green', 50)] },
    })
  })

  test('the other slot joins as alternate backend', () => {
    const scene = seen({ to: blue, alternateBackends: [backend('web-old', 0)] })
    expect(patchOf(backEnd, scene, routing({ green: 100 }))).toEqual({
      spec: {
        to: { weight: 0 },
        alternateBackends: [backend('web-old', 0), backend('web-green', 100)],
      },
    })
  })

  test('three alternate backends are the most', () => {
    const others = ['a', 'b', 'c'].map((name) => backend(name, 0))
    expect(
      told(backEnd.write(seen({ to: blue, alternateBackends: others }), routing({ green: 100 }))),
    ).toEqual([
      'Route web: has 3 alternate backends, which is the most, and none is web-green; take one out',
    ])
  })

  test.each([
    [
      'of another name',
      'http',
      ['Route web: names target port "http", which slot green does not offer; wanted web (8080)'],
    ],
    [
      'of another number',
      80,
      ['Route web: names target port 80, which slot green does not offer; wanted web (8080)'],
    ],
    ['of its name', 'web', []],
    ['of its number', 8080, []],
  ])('a slot that gains needs a port %s', (_, targetPort, messages) => {
    const endpoints = { ready: 1, pods: [], ports: [{ name: 'web', port: 8080 }] }
    const found = [slotOf('blue'), { ...slotOf('green'), endpoints }]
    const scene = { ...seen({ to: blue, port: { targetPort } }), found }
    expect(told(backEnd.write(scene, routing({ green: 100 })))).toEqual(messages)
    expect(told(backEnd.write(scene, routing({ blue: 100 })))).toEqual([])
  })

  test('match and mirror cannot be expressed', () => {
    const match = { kind: 'header', name: 'x', value: 'y', slot: 'green' } as const
    expect(told(backEnd.write(pair, routing({ blue: 100 }, match, { red: 10 })))).toEqual([
      "mirror: found slot red; the endpoint's slots are blue and green",
      'match: back end openshift-route cannot match a header; it can match nothing',
      'mirror: found 10 % for slot red; back end openshift-route: it cannot mirror',
    ])
  })
})

describe('what the routers say', () => {
  const condition = (status: string) => ({
    routerName: 'default',
    conditions: [
      {
        type: 'Admitted',
        status,
        reason: 'HostAlreadyClaimed',
        message: 'route old has web.example.com',
      },
    ],
  })

  test.each([
    ['nothing yet', {}, null],
    ['admitted', { ingress: [condition('True')] }, null],
    [
      'refused',
      { ingress: [condition('True'), condition('False')] },
      'router default did not admit the Route: HostAlreadyClaimed: route old has web.example.com',
    ],
  ])('%s', (_, status, told) => {
    expect(backEnd.refused(seen({ to: blue }, status))).toBe(told)
  })

  test('weights that are not there yet are awaited', () => {
    expect(backEnd.awaiting(pair, routing({ blue: 90, green: 10 }))).toBeNull()
    expect(backEnd.awaiting(pair, routing({ green: 100 }))).toBe(
      'Route web does not show the weights yet',
    )
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

  test('the Route of the manifests leads to both slots, with nothing for either', () => {
    const given = route({
      host: 'web.example.com',
      to: backend('web'),
      tls: { termination: 'edge' },
    })
    expect(backEnd.create({ ...order, given })).toEqual({
      ok: true,
      value: route({
        host: 'web.example.com',
        to: backend('web-blue', 0),
        tls: { termination: 'edge' },
        alternateBackends: [backend('web-green', 0)],
      }),
    })
  })

  test.each([
    [
      'nothing',
      null,
      'Route web: there is no Route web, and the manifests hold none; write one: its host and TLS are no guess of ours',
    ],
    [
      'backends of others',
      route({ to: backend('web'), alternateBackends: [backend('old', 5)] }),
      'Route web: has alternate backends that are no slots: old; wanted none, or web-blue, web-green',
    ],
  ])('refuses %s', (_, given, message) => {
    expect(told(backEnd.create({ ...order, given }))).toEqual([message])
  })
})
