// One change of weights, against a server that does what servers do: lose answers, be written by others.
import { describe, expect, test } from '@jest/globals'
import { parseWeights, type Observation, type RawMarks, type WeightsChange } from '@sluice/rollout'
import { observationOf } from '../../src/endpoint/observe.ts'
import { readSnapshot, sceneOf, type Snapshot } from '../../src/endpoint/snapshot.ts'
import { applyWeights } from '../../src/endpoint/traffic.ts'
import {
  app,
  BLUE_GREEN,
  deployment,
  memoryEndpoint,
  service,
  type MemoryEndpoint,
} from './memory-endpoint.ts'

const signal = new AbortController().signal
const MARKS: RawMarks = { rollout: 'aaaaaaaaaaaaaaaa', step: '1/1@1700000000', owner: '7.1' }

interface Seen {
  readonly seen: Observation
  readonly snapshot: Snapshot
}

async function look({ site }: MemoryEndpoint): Promise<Seen> {
  const snapshot = await readSnapshot(site, signal)
  const scene = sceneOf(site, snapshot)
  if (scene === null) throw new Error('the test has no endpoint')
  return { seen: observationOf(site, scene), snapshot }
}

const to = (raw: Readonly<Record<string, number>>, seen: Observation): WeightsChange => {
  const weights = parseWeights(raw)
  if (!weights.ok) throw new Error('the test gave bad weights')
  return { weights: weights.value, marks: MARKS, seen }
}

async function moveToGreen(endpoint: MemoryEndpoint, known: Seen) {
  const { seen, snapshot } = known
  return applyWeights(
    { site: endpoint.site, change: to({ green: 100 }, seen), known: snapshot },
    signal,
  )
}

const writesOf = ({ requests }: MemoryEndpoint) => requests.filter((one) => one.startsWith('PATCH'))
const selectorOf = (endpoint: MemoryEndpoint) =>
  (endpoint.find('Service', 'mon-app')['spec'] as { readonly selector: unknown }).selector
const annotationsOf = (endpoint: MemoryEndpoint) =>
  endpoint.find('Service', 'mon-app').metadata.annotations

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

describe('refused before any write', () => {
  const [blue, , blueService, , own] = BLUE_GREEN
  const greenWith = (shape: object) =>
    deployment({ name: 'mon-app-green', labels: app('green'), ...shape })
  const around = (...more: readonly (typeof own)[]) =>
    [blue, blueService, own, ...more].flatMap((one) => one ?? [])

  test.each([
    ['no pod is ready', around(greenWith({ ready: 0 }), service('mon-app-green', app('green')))],
    ['it has no pods', around(greenWith({ replicas: 0 }), service('mon-app-green', app('green')))],
    [
      'its Service selects nobody',
      around(greenWith({}), service('mon-app-green', { ...app('green'), tier: 'web' })),
    ],
    ['no Service, and no pod is found', around(greenWith({}))],
  ])('%s', async (_, objects) => {
    const endpoint = memoryEndpoint(objects)
    await expect(moveToGreen(endpoint, await look(endpoint))).rejects.toMatchObject({
      code: 'KUBERNETES_SLOT_NOT_READY',
      fault: 'user',
      message: expect.stringContaining('slot green'),
    })
    expect(writesOf(endpoint)).toEqual([])
  })

  test('a form with one Service alone: ready pods with the labels of the slot are the proof', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'mon-app-green-0', labels: app('green') },
      status: { conditions: [{ type: 'Ready', status: 'True' }] },
    }
    const endpoint = memoryEndpoint(around(greenWith({}), pod))
    expect(await moveToGreen(endpoint, await look(endpoint))).toMatchObject({ changed: true })
    expect(endpoint.requests.filter((one) => !one.startsWith('WATCH')).length).toBeLessThanOrEqual(
      6,
    )
  })

  test('weights that the back end cannot express', async () => {
    const endpoint = memoryEndpoint()
    const { seen, snapshot } = await look(endpoint)
    const change = to({ blue: 60, green: 40 }, seen)
    await expect(
      applyWeights({ site: endpoint.site, change, known: snapshot }, signal),
    ).rejects.toMatchObject({ code: 'KUBERNETES_TRAFFIC_NOT_POSSIBLE', fault: 'user' })
    expect(writesOf(endpoint)).toEqual([])
  })

  test('a missing right is named with verb, resource and namespace', async () => {
    const endpoint = memoryEndpoint()
    const known = await look(endpoint)
    endpoint.denied.add('PATCH Service mon-app')
    await expect(moveToGreen(endpoint, known)).rejects.toMatchObject({
      code: 'KUBERNETES_RIGHT_MISSING',
      message: expect.stringContaining('patch services in namespace shop'),
      hint: expect.stringContaining('docs/kubernetes-role.yml'),
    })
  })

  test('all missing rights of a look are told at once', async () => {
    const endpoint = memoryEndpoint()
    endpoint.denied.add('LIST deployments').add('LIST services')
    await expect(look(endpoint)).rejects.toThrow(
      'list deployments.apps in namespace shop, nor list services in namespace shop',
    )
  })
})

describe('shares by replicas', () => {
  const objects = [
    deployment({ name: 'mon-app-blue', labels: app('blue'), replicas: 3 }),
    deployment({ name: 'mon-app-green', labels: app('green'), replicas: 1 }),
    service('mon-app-blue', app('blue')),
    service('mon-app-green', app('green')),
    service('mon-app', app('blue')),
  ]

  test('the candidate is scaled and ready before it gets requests; the way back scales last', async () => {
    const endpoint = memoryEndpoint(objects, 'replicas')
    const { seen, snapshot } = await look(endpoint)
    const change = to({ blue: 50, green: 50 }, seen)
    const report = await applyWeights({ site: endpoint.site, change, known: snapshot }, signal)
    expect(writesOf(endpoint)).toEqual([
      'PATCH Deployment mon-app-green/scale',
      'PATCH Service mon-app',
    ])
    expect(endpoint.requests.filter((one) => !one.startsWith('WATCH'))).toHaveLength(6)
    expect(report.rollback?.command.split(' && ').map((one) => one.split(' ')[3])).toEqual([
      'patch',
      'scale',
    ])
  })

  test('an autoscaler of that slot is named, and nothing is written', async () => {
    const autoscaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'green-by-load' },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'mon-app-green' } },
    }
    const endpoint = memoryEndpoint([...objects, autoscaler], 'replicas')
    const { seen, snapshot } = await look(endpoint)
    const change = to({ blue: 50, green: 50 }, seen)
    await expect(
      applyWeights({ site: endpoint.site, change, known: snapshot }, signal),
    ).rejects.toMatchObject({
      code: 'KUBERNETES_AUTOSCALED',
      message: expect.stringContaining('green-by-load'),
    })
    expect(writesOf(endpoint)).toEqual([])
  })
})
