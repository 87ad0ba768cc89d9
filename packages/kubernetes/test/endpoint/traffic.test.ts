// One change of weights, against a server that does what servers do: lose answers, be written by others.
import { describe, expect, test } from '@jest/globals'
import { applyWeights } from '../../src/endpoint/traffic.ts'
import { app } from './endpoint-objects.ts'
import { memoryEndpoint } from './memory-endpoint.ts'
import { annotationsOf, look, moveToGreen, selectorOf, signal, to, writesOf } from './moving.ts'

describe('all is well', () => {
  test('three reads, one write and a watch; weights and marks in one patch', async () => {
    const endpoint = memoryEndpoint()
    const report = await moveToGreen(endpoint, await look(endpoint))
    expect(endpoint.requests).toEqual([
      'LIST deployments',
      'LIST services',
      'LIST endpointslices',
      'PATCH Service mon-app',
      'WATCH endpointslices',
    ])
    expect(selectorOf(endpoint)).toEqual(app('green'))
    expect(annotationsOf(endpoint)).toEqual({
      'sluice.dev/rollout': 'aaaaaaaaaaaaaaaa',
      'sluice.dev/step': '1/1@1700000000',
      'sluice.dev/owner': '7.1',
    })
    expect(report).toEqual({
      changed: true,
      rollback: {
        patch: {
          spec: { selector: { version: 'blue' } },
          metadata: {
            annotations: {
              'sluice.dev/rollout': null,
              'sluice.dev/step': null,
              'sluice.dev/owner': null,
            },
          },
        },
        command: expect.stringMatching(
          /^kubectl --namespace shop patch services mon-app --type merge --patch '\{.*\}'$/,
        ),
      },
    })
  })

  test('what is so already is not written again', async () => {
    const endpoint = memoryEndpoint()
    await moveToGreen(endpoint, await look(endpoint))
    const again = await moveToGreen(endpoint, await look(endpoint))
    expect(again).toEqual({ changed: false })
    expect(writesOf(endpoint)).toHaveLength(1)
  })

  test('it waits until the EndpointSlices follow, and says so', async () => {
    const endpoint = memoryEndpoint()
    const known = await look(endpoint)
    endpoint.controller.isAwake = false
    endpoint.clock.plan(70, () => {
      endpoint.controller.isAwake = true
      endpoint.change('Deployment', 'mon-app-green', {})
    })
    expect(await moveToGreen(endpoint, known)).toMatchObject({ changed: true })
    expect(endpoint.clock.passed()).toBeGreaterThanOrEqual(70)
    expect(endpoint.lines.filter((line) => /^waiting since \d+ s: /.test(line))).toHaveLength(2)
  })

  test('without the right to watch it reads again', async () => {
    const endpoint = memoryEndpoint()
    const known = await look(endpoint)
    endpoint.denied.add('WATCH endpointslices')
    endpoint.controller.isAwake = false
    endpoint.clock.plan(12, () => {
      endpoint.controller.isAwake = true
      endpoint.change('Deployment', 'mon-app-green', {})
    })
    expect(await moveToGreen(endpoint, known)).toMatchObject({ changed: true })
  })

  test('what never follows is told, with what was written', async () => {
    const endpoint = memoryEndpoint()
    const known = await look(endpoint)
    endpoint.controller.isAwake = false
    await expect(moveToGreen(endpoint, known)).rejects.toMatchObject({
      code: 'KUBERNETES_NOT_ACKNOWLEDGED',
      fault: 'platform',
      message: expect.stringContaining('EndpointSlices of Service mon-app'),
    })
    expect(selectorOf(endpoint)).toEqual(app('green'))
  })
})

describe('others write too', () => {
  const meanwhile = (patch: object) => async () => {
    const endpoint = memoryEndpoint()
    const known = await look(endpoint)
    endpoint.meanwhile.push(() => endpoint.change('Service', 'mon-app', { ...patch }))
    return {
      endpoint,
      outcome: await moveToGreen(endpoint, known).catch((error: unknown) => error),
    }
  }

  test.each([
    ['an annotation of a controller', { metadata: { annotations: { 'example.org/seen': 'yes' } } }],
    ['a status', { status: { loadBalancer: { ingress: [{ ip: '10.1.1.1' }] } } }],
    ['a port', { spec: { sessionAffinity: 'ClientIP' } }],
  ])('%s between our read and our write: written with the new version', async (_, patch) => {
    const { endpoint, outcome } = await meanwhile(patch)()
    expect(outcome).toMatchObject({ changed: true })
    expect(writesOf(endpoint)).toHaveLength(2)
    expect(endpoint.find('Service', 'mon-app')).toMatchObject({
      ...patch,
      spec: { selector: app('green') },
    })
  })

  test.each([
    ['the weights', { spec: { selector: { version: 'none' } } }],
    ['marks', { metadata: { annotations: { 'sluice.dev/owner': '8.1' } } }],
  ])('%s: refused, and left as they are', async (_, patch) => {
    const { endpoint, outcome } = await meanwhile(patch)()
    expect(outcome).toMatchObject({ code: 'ROLLOUT_CHANGED_MEANWHILE', fault: 'user' })
    expect(endpoint.find('Service', 'mon-app')).toMatchObject(patch)
    expect(annotationsOf(endpoint)?.['sluice.dev/rollout']).toBeUndefined()
  })

  test('a change before a second look is refused without a write', async () => {
    const endpoint = memoryEndpoint()
    const { seen } = await look(endpoint)
    endpoint.change('Service', 'mon-app', {
      metadata: { annotations: { 'sluice.dev/owner': '8.1' } },
    })
    const change = to({ green: 100 }, seen)
    await expect(
      applyWeights({ site: endpoint.site, change, known: null }, signal),
    ).rejects.toMatchObject({ code: 'ROLLOUT_CHANGED_MEANWHILE' })
    expect(writesOf(endpoint)).toEqual([])
  })

  test('a controller that writes before each try of ours is a fight, and ends', async () => {
    const endpoint = memoryEndpoint()
    const known = await look(endpoint)
    const fight = (n: number) => () =>
      endpoint.change('Service', 'mon-app', {
        metadata: { annotations: { 'example.org/n': `${n}` } },
      })
    endpoint.meanwhile.push(...[1, 2, 3, 4, 5, 6, 7].map(fight))
    await expect(moveToGreen(endpoint, known)).rejects.toMatchObject({
      code: 'KUBERNETES_WRITE_UNSETTLED',
    })
    expect(writesOf(endpoint)).toHaveLength(5)
  })
})

describe('answers get lost', () => {
  test.each([
    ['after it took effect', ['lost after'], 1],
    ['before it got there', ['lost before'], 2],
    ['with a 500', [500], 2],
    ['twice', ['lost before', 503], 3],
  ] as const)('%s: settled by reading', async (_, fates, writes) => {
    const endpoint = memoryEndpoint()
    const known = await look(endpoint)
    endpoint.fates.push(...fates)
    expect(await moveToGreen(endpoint, known)).toMatchObject({ changed: true })
    expect(writesOf(endpoint)).toHaveLength(writes)
    expect(selectorOf(endpoint)).toEqual(app('green'))
  })

  test('a conflict with our own lost write is no conflict', async () => {
    const endpoint = memoryEndpoint()
    const known = await look(endpoint)
    // The door sends it again after a lost answer: what comes back is the second one's 409.
    endpoint.fates.push(409)
    endpoint.meanwhile.push(() =>
      endpoint.change('Service', 'mon-app', {
        spec: { selector: app('green') },
        metadata: {
          annotations: {
            'sluice.dev/rollout': 'aaaaaaaaaaaaaaaa',
            'sluice.dev/step': '1/1@1700000000',
            'sluice.dev/owner': '7.1',
          },
        },
      }),
    )
    expect(await moveToGreen(endpoint, known)).toMatchObject({ changed: true })
    expect(writesOf(endpoint)).toHaveLength(1)
  })

  test('no answer at all is never taken for a write', async () => {
    const endpoint = memoryEndpoint()
    const known = await look(endpoint)
    endpoint.fates.push(...Array.from({ length: 9 }, () => 'lost before' as const))
    await expect(moveToGreen(endpoint, known)).rejects.toMatchObject({
      code: 'KUBERNETES_WRITE_UNSETTLED',
      fault: 'platform',
    })
    expect(selectorOf(endpoint)).toEqual(app('blue'))
  })
})
