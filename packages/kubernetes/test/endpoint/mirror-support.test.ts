// What a gateway says of itself decides whether a mirror may be written.
import { describe, expect, test } from '@jest/globals'
import type { KubeObject, ObjectId } from '../../src/object.ts'
import { refuseUnsupportedMirror } from '../../src/endpoint/mirror-support.ts'
import type { Site } from '../../src/endpoint/site.ts'
import { backEndOf } from '../../src/endpoint/back-ends/index.ts'

const route: KubeObject = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'churn', namespace: 'shop' },
  spec: { parentRefs: [{ name: 'public', namespace: 'gateway' }] },
}
const gateway = (name: string): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name },
  spec: { gatewayClassName: 'edge' },
})

/** `features` undefined: the class says nothing; null: it may not be read. */
async function ask(features: unknown, mirror: Readonly<Record<string, number>>) {
  const notices: string[] = []
  const asked: string[] = []
  const get = (id: ObjectId) => {
    asked.push(`${id.kind} ${id.namespace}/${id.name}`)
    if (id.kind === 'Gateway') return Promise.resolve({ ok: true, value: gateway(id.name) })
    if (features === null) return Promise.resolve({ ok: false, refusal: { status: 403 } })
    const value = { ...gateway('edge'), status: { supportedFeatures: features } }
    return Promise.resolve({ ok: true, value })
  }
  const site = {
    api: { get },
    place: { namespace: 'shop', trafficObject: 'churn' },
    backEnd: backEndOf('http-route'),
    log: { notice: (text: string) => notices.push(text) },
  } as unknown as Site
  const ending = await refuseUnsupportedMirror(site, route, { mirror }).then(
    () => 'fine',
    (error: Error) => error.message,
  )
  return { ending, notices, asked }
}

describe('a mirror', () => {
  const both = [{ name: 'HTTPRouteRequestMirror' }, { name: 'HTTPRouteRequestPercentageMirror' }]
  test.each([
    ['named features', both, 30],
    ['plain texts of older gateways', both.map(({ name }) => name), 30],
    ['the whole traffic needs the first alone', both.slice(0, 1), 100],
  ])('is written: %s', async (_, features, percent) => {
    const { ending, notices } = await ask(features, { green: percent })
    expect([ending, notices]).toEqual(['fine', []])
  })

  test.each([
    ['none listed', []],
    ['percent missing', both.slice(0, 1)],
  ])('is refused: %s', async (_, features) => {
    const { ending } = await ask(features, { green: 30 })
    expect(ending).toMatch(/HTTPRouteRequestPercentageMirror.* GatewayClass edge .*no request/)
  })

  test.each([
    ['says nothing', undefined],
    ['may not be read', null],
  ])('is written with a notice when the class %s', async (_, features) => {
    const { ending, notices } = await ask(features, { green: 30 })
    expect(ending).toBe('fine')
    expect(notices).toEqual([expect.stringContaining('GatewayClass edge')])
  })

  test('that is none asks nobody', async () => {
    expect((await ask([], { green: 0 })).asked).toEqual([])
    expect((await ask([], {})).asked).toEqual([])
  })

  test('asks the gateway where the route says it is', async () => {
    expect((await ask(both, { green: 30 })).asked).toEqual([
      'Gateway gateway/public',
      'GatewayClass null/edge',
    ])
  })
})
