// An HTTPRoute before its first weights, and what Gateways say of it after a write.
import { describe, expect, test } from '@jest/globals'
import type { TrafficScene } from '../../../src/endpoint/back-ends/back-end.ts'
import { httpRouteBackEnd } from '../../../src/endpoint/back-ends/http-route.ts'
import { ref, route, type Json } from './http-route-objects.ts'
import { routing, told } from './routed-scenes.ts'
import { frozen, previewService, sceneOf, unknown } from './slot-scenes.ts'

const blue = routing({ blue: 100 })

describe('what Gateways say', () => {
  const condition = (type: string, status: string, more: Json = {}): Json => ({
    type,
    status,
    observedGeneration: 4,
    reason: status === 'True' ? type : 'Refused',
    message: '',
    ...more,
  })
  const parent = (name: string, ...conditions: readonly Json[]): Json => ({
    parentRef: { name, namespace: 'infra' },
    conditions,
  })
  const good = [condition('Accepted', 'True'), condition('ResolvedRefs', 'True')]
  const told4 = (...parents: readonly Json[]): TrafficScene => {
    const rules = [{ backendRefs: [ref('mon-app-blue'), ref('mon-app-green')] }]
    return sceneOf(route(rules, { status: { parents } }))
  }

  test.each([
    ['every one has taken it', told4(parent('a', ...good), parent('b', ...good)), 'in force'],
    [
      'none is there',
      told4(),
      'HTTPRoute mon-app: no Gateway has taken it up; its spec.parentRefs name Gateway infra/web',
    ],
    [
      'one speaks of an older generation',
      told4(
        parent('a', ...good),
        parent('b', condition('Accepted', 'True', { observedGeneration: 3 }), good[1] ?? {}),
      ),
      'HTTPRoute mon-app: Gateway infra/b: Accepted is not told yet for generation 4',
    ],
    [
      'one has not spoken of references',
      told4(parent('a', good[0] ?? {})),
      'Gateway infra/a: ResolvedRefs is not told yet for generation 4',
    ],
    [
      'endpoints are to come',
      told4(
        parent(
          'a',
          good[0] ?? {},
          condition('ResolvedRefs', 'False', { reason: 'EndpointsNotFound' }),
        ),
      ),
      'Gateway infra/a: ResolvedRefs is False: EndpointsNotFound',
    ],
  ])('awaited: %s', (_, scene, words) => {
    expect(httpRouteBackEnd.awaiting(scene, blue) ?? 'in force').toContain(words)
    expect(httpRouteBackEnd.refused(scene)).toBeNull()
  })

  test('refused for good, with reason and message', () => {
    const no = condition('Accepted', 'False', {
      reason: 'NotAllowedByListeners',
      message: 'namespace shop',
    })
    expect(httpRouteBackEnd.refused(told4(parent('a', ...good), parent('b', no)))).toBe(
      'HTTPRoute mon-app: Gateway infra/b: Accepted is False: NotAllowedByListeners: namespace shop',
    )
  })

  test('a refusal of an older generation does not count', () => {
    const no = condition('Accepted', 'False', { observedGeneration: 3 })
    expect(httpRouteBackEnd.refused(told4(parent('a', no)))).toBeNull()
  })

  test('a Service that the Gateway has not seen yet is no refusal; one that is not there is', () => {
    const no = condition('ResolvedRefs', 'False', { reason: 'BackendNotFound' })
    const scene = told4(parent('a', no))
    expect(httpRouteBackEnd.refused(scene)).toBeNull()
    expect(httpRouteBackEnd.refused({ ...scene, services: new Map() })).toContain('BackendNotFound')
    const far = route([{ backendRefs: [ref('x', 1, { namespace: 'other' }), ref('mon-app-blue')] }])
    const { status } = scene.object
    expect(httpRouteBackEnd.refused({ ...scene, object: { ...far, status } })).toBeNull()
  })

  test('a Gateway that is being set up refuses nothing', () => {
    const no = condition('Accepted', 'False', { reason: 'Pending' })
    expect(httpRouteBackEnd.refused(told4(parent('a', no)))).toBeNull()
  })
})

describe('a new endpoint', () => {
  const order = {
    endpoint: 'mon-app',
    name: 'mon-app-route',
    namespace: 'shop',
    slots: ['blue', 'green'],
    service: previewService('mon-app'),
    slotLabel: 'sluice.dev/slot',
  } as const

  test('is the HTTPRoute of the manifests, its Service replaced by both slots at 0', () => {
    const files = { backendRefs: [ref('files')] }
    const given = frozen(route([files, { backendRefs: [ref('mon-app', 5, unknown)], ...unknown }]))
    const created = httpRouteBackEnd.create({ ...order, given })
    expect(created).toEqual({
      ok: true,
      value: {
        ...given,
        metadata: { ...given.metadata, name: 'mon-app-route', namespace: 'shop' },
        spec: {
          ...(given['spec'] as Json),
          rules: [
            files,
            {
              backendRefs: [ref('mon-app-blue', 0, unknown), ref('mon-app-green', 0, unknown)],
              ...unknown,
            },
          ],
        },
      },
    })
  })

  test.each([
    ['none in the manifests', null, ['the manifests hold none; write one with its parentRefs']],
    ['one that leads elsewhere', route([{ backendRefs: [ref('files')] }]), ['leads nowhere near']],
    [
      'one that leads to another namespace',
      route([{ backendRefs: [ref('mon-app', 1, { namespace: 'other' })] }]),
      ['leads nowhere near'],
    ],
    [
      'a stranger and a port that is not there',
      route([{ backendRefs: [ref('mon-app', 1, { port: 81 }), ref('old')] }]),
      ['found port 81; Service mon-app offers 80 (http)', 'old gets requests beside this endpoint'],
    ],
  ])('%s is refused', (_, given, words) => {
    expect(told(httpRouteBackEnd.create({ ...order, given }))).toEqual(
      words.map((word) => expect.stringContaining(word)),
    )
  })
})
