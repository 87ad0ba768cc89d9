// What is done to a slot only when nobody is sent to it, and what is done so that nobody is.
import { describe, expect, test } from '@jest/globals'
import { good } from '@sluice/rollout'
import type { Refusal } from '../../src/connection/api-server.ts'
import type { RoutingSeen } from '../../src/endpoint/back-ends/back-end.ts'
import { deploySlot } from '../../src/endpoint/deploy.ts'
import {
  createEndpoint,
  pinEndpoint,
  planEndpoint,
  planPin,
} from '../../src/endpoint/endpoint-ready.ts'
import { lookAtIdle } from '../../src/endpoint/idle.ts'
import { absent, observationOf } from '../../src/endpoint/observe.ts'
import { retireSlot } from '../../src/endpoint/retire.ts'
import type { Site } from '../../src/endpoint/site.ts'
import { readSnapshot, sceneOf } from '../../src/endpoint/snapshot.ts'
import type { KubernetesWorkload } from '../../src/endpoint/workload.ts'
import type { KubeObject } from '../../src/object.ts'
import { app, BLUE_GREEN, deployment, service } from './endpoint-objects.ts'
import { memoryEndpoint } from './memory-endpoint.ts'

const signal = new AbortController().signal
const MARK = '1111111111111111.2222222222222222'

const workload: KubernetesWorkload = {
  deployment: deployment({ name: 'mon-app', labels: { app: 'mon-app' } }),
  service: service('mon-app', { app: 'mon-app' }),
  trafficObject: null,
  createEndpoint: true,
}

const seenAs = (site: Site, seen: Partial<RoutingSeen>): Site => ({
  ...site,
  backEnd: {
    ...site.backEnd,
    read: () => good({ traffic: { blue: 100 }, match: null, mirror: {}, ...seen }),
  },
})

const writes = (requests: readonly string[]): readonly string[] =>
  requests.filter((request) => !/^(?:GET|LIST|WATCH) /.test(request))

async function observe(site: Site) {
  const scene = sceneOf(site, await readSnapshot(site, signal))
  return scene === null ? absent(site) : observationOf(site, scene)
}

describe('a slot that gets requests is left alone', () => {
  const match = { kind: 'header', name: 'x-user', value: 'beta', slot: 'green' } as const
  test.each<readonly [string, Partial<RoutingSeen>, string]>([
    ['by weight', { traffic: { blue: 99, green: 1 } }, 'weight 1'],
    ['by a match', { match }, 'requests with header x-user'],
    ['by a mirror', { mirror: { green: 5 } }, 'copies of 5 % of the requests'],
  ])('%s', async (_how, routing, told) => {
    const { site, requests } = memoryEndpoint()
    const busy = seenAs(site, routing)
    const seen = await observe(site)
    const error = {
      code: 'KUBERNETES_SLOT_HAS_TRAFFIC',
      message: `slot green has traffic: Service shop/mon-app gives it ${told}`,
    }
    const order = { slot: 'green', mark: MARK, workload, seen }
    await expect(deploySlot(busy, order, signal)).rejects.toMatchObject(error)
    for (const how of ['delete', 'scale-to-zero'] as const) {
      await expect(retireSlot(busy, { slot: 'green', how }, signal)).rejects.toMatchObject(error)
    }
    expect(writes(requests)).toEqual([])
  })

  test('a Service over both slots leads to pods that are all ill at the moment', async () => {
    const ill = [
      deployment({ name: 'mon-app-blue', labels: app('blue'), replicas: 3, ready: 0 }),
      service('mon-app', { app: 'mon-app' }),
    ]
    const { site, requests } = memoryEndpoint(ill, 'replicas')
    const order = { slot: 'blue', mark: MARK, workload, seen: await observe(site) }
    await expect(deploySlot(site, order, signal)).rejects.toThrow('slot blue has traffic')
    expect(writes(requests)).toEqual([])
  })

  test.each(['service', 'replicas'] as const)(
    'back end %s: without its traffic object nothing says that a slot with pods is idle',
    async (backEnd) => {
      const { site, requests } = memoryEndpoint(BLUE_GREEN.slice(0, 4), backEnd)
      for (const slot of ['blue', 'green']) {
        const order = { slot, mark: MARK, workload, seen: await observe(site) }
        await expect(deploySlot(site, order, signal)).rejects.toMatchObject({
          code: 'KUBERNETES_ENDPOINT_ABSENT',
          message: expect.stringContaining(`Deployment shop/mon-app-${slot} is there with pods`),
        })
      }
      expect(writes(requests)).toEqual([])
    },
  )

  test('also when only the caller saw it', async () => {
    const { site, requests } = memoryEndpoint()
    const seen = { ...(await observe(site)), traffic: { green: 100 } }
    const before = requests.length
    const order = { slot: 'green', mark: MARK, workload, seen }
    await expect(deploySlot(site, order, signal)).rejects.toThrow('slot green has traffic')
    expect(requests).toHaveLength(before)
  })
})

describe('a slot that rules of others lead to', () => {
  test.each(['delete', 'scale-to-zero'] as const)('is not taken down: %s', async (how) => {
    const { site, requests } = memoryEndpoint()
    const led = seenAs(site, { ledByOthers: ['green'] })
    await expect(retireSlot(led, { slot: 'green', how }, signal)).rejects.toMatchObject({
      code: 'KUBERNETES_SLOT_HAS_TRAFFIC',
      message:
        'slot green has traffic: a rule in Service shop/mon-app, which is not ours, leads requests to it',
    })
    expect(writes(requests)).toEqual([])
  })

  test('the other one is', async () => {
    const { site } = memoryEndpoint()
    const led = seenAs(site, { ledByOthers: ['blue'] })
    const order = { slot: 'green', how: 'scale-to-zero' } as const
    expect(await retireSlot(led, order, signal)).toEqual({ changed: true })
  })
})

describe('to zero', () => {
  test('once; the Deployment keeps what it holds', async () => {
    const endpoint = memoryEndpoint()
    const { site } = endpoint
    const order = { slot: 'green', how: 'scale-to-zero' } as const
    expect(await retireSlot(site, order, signal)).toEqual({ changed: true })
    expect(writes(endpoint.requests)).toEqual(['PATCH Deployment mon-app-green/scale'])
    expect(endpoint.find('Deployment', 'mon-app-green')['spec']).toMatchObject({ replicas: 0 })
    expect(await retireSlot(site, order, signal)).toEqual({ changed: false })
    expect(writes(endpoint.requests)).toHaveLength(1)
  })

  test('a refusal is told', async () => {
    const { site, denied } = memoryEndpoint()
    denied.add('PATCH Deployment mon-app-green/scale')
    const order = { slot: 'green', how: 'scale-to-zero' } as const
    await expect(retireSlot(site, order, signal)).rejects.toMatchObject({
      code: 'KUBERNETES_RETIRE_FAILED',
      message: expect.stringContaining('Deployment shop/mon-app-green: Forbidden'),
    })
  })
})

describe('away', () => {
  /** Notes what is deleted, and takes it from the world. */
  async function deletedOf(objects: readonly KubeObject[]): Promise<readonly string[]> {
    const { site } = memoryEndpoint(objects)
    const gone: string[] = []
    const api: Site['api'] = {
      ...site.api,
      get: (id) =>
        gone.includes(`${id.kind} ${id.name}`)
          ? Promise.resolve({ ok: true, value: null })
          : site.api.get(id),
      delete: (id, { uid }) => {
        gone.push(`${id.kind} ${id.name}`)
        return Promise.resolve({ ok: true, value: uid === `u-${id.name}` })
      },
    }
    await retireSlot({ ...site, api }, { slot: 'green', how: 'delete' }, signal)
    return gone.toSorted()
  }
  const without = (...names: readonly string[]): readonly KubeObject[] =>
    BLUE_GREEN.filter(({ kind, metadata }) => !names.includes(`${kind} ${metadata.name}`))
  const labelled = (name: string): KubeObject => {
    const own = service(name, app('green'))
    return { ...own, metadata: { name, labels: { 'sluice.dev/slot': 'green' } } }
  }

  test.each<readonly [string, readonly KubeObject[], readonly string[]]>([
    ['both', BLUE_GREEN, ['Deployment mon-app-green', 'Service mon-app-green']],
    [
      'a Service without our label and under no name of ours stays',
      [...without('Service mon-app-green'), service('metrics', app('green'))],
      ['Deployment mon-app-green'],
    ],
    [
      'a Service with our label goes, whatever its name',
      [...without('Service mon-app-green'), labelled('mon-app-b')],
      ['Deployment mon-app-green', 'Service mon-app-b'],
    ],
    [
      'what an earlier run left goes',
      [...without('Deployment mon-app-green', 'Service mon-app-green'), labelled('mon-app-green')],
      ['Service mon-app-green'],
    ],
    ['a Service of others without a Deployment stays', without('Deployment mon-app-green'), []],
  ])('%s', async (_what, objects, gone) => {
    expect(await deletedOf(objects)).toEqual(gone)
  })

  test('a Service that the traffic object names stays', async () => {
    const users = service('mon-app', app('blue'))
    const backendRefs = [{ name: 'mon-app-green', weight: 0 }]
    const naming = { ...users, spec: { ...(users['spec'] as object), backendRefs } }
    const objects = [...without('Service mon-app'), naming]
    expect(await deletedOf(objects)).toEqual(['Deployment mon-app-green'])
  })
})

describe('the Service over both slots', () => {
  const both = service('mon-app', { app: 'mon-app' })
  const blue = deployment({ name: 'mon-app-blue', labels: app('blue') })
  const selectorOf = (endpoint: ReturnType<typeof memoryEndpoint>) =>
    (endpoint.find('Service', 'mon-app')['spec'] as { readonly selector: unknown }).selector

  test('is pinned to the slot that has all requests, also when others write it meanwhile', async () => {
    const endpoint = memoryEndpoint([blue, both], 'replicas')
    endpoint.fates.push(409)
    const look = await lookAtIdle(endpoint.site, 'green', signal)
    expect(await pinEndpoint(endpoint.site, look, signal)).toBe(true)
    expect(selectorOf(endpoint)).toEqual(app('blue'))
    const again = await lookAtIdle(endpoint.site, 'green', signal)
    expect(await pinEndpoint(endpoint.site, again, signal)).toBe(false)
  })

  test('is not written while others write it again and again', async () => {
    const endpoint = memoryEndpoint([blue, both], 'replicas')
    endpoint.fates.push(409, 409, 409, 409, 409)
    const look = await lookAtIdle(endpoint.site, 'green', signal)
    await expect(pinEndpoint(endpoint.site, look, signal)).rejects.toMatchObject({
      code: 'KUBERNETES_WRITE_REFUSED',
    })
  })

  test('needs nothing of the kind where weights are its own', async () => {
    const { site } = memoryEndpoint()
    expect(planPin(site, await lookAtIdle(site, 'green', signal))).toBeNull()
  })
})

describe('an endpoint that is not there', () => {
  test('is made from the manifests and selects no pod', async () => {
    const { site } = memoryEndpoint([])
    const look = await lookAtIdle(site, 'blue', signal)
    expect(planEndpoint(site, look, workload)).toMatchObject({
      kind: 'Service',
      metadata: { name: 'mon-app', namespace: 'shop' },
      spec: { selector: { app: 'mon-app', 'sluice.dev/slot': 'none' } },
    })
  })

  test('is not written over when somebody made it meanwhile', async () => {
    const { site } = memoryEndpoint([])
    const there: Refusal = {
      status: 409,
      reason: 'AlreadyExists',
      message: 'services "mon-app" already exists',
      causes: [],
      request: 'POST services',
    }
    const api: Site['api'] = {
      ...site.api,
      create: () => Promise.resolve({ ok: false, refusal: there }),
    }
    const endpoint = service('mon-app', { app: 'mon-app', 'sluice.dev/slot': 'none' })
    expect(await createEndpoint({ ...site, api }, endpoint)).toBe(false)
  })

  test('is refused where it may not be created', async () => {
    const { site } = memoryEndpoint([])
    const look = await lookAtIdle(site, 'blue', signal)
    expect(() => planEndpoint(site, look, { ...workload, createEndpoint: false })).toThrow(
      'Service shop/mon-app is not there, and create-endpoint is false',
    )
  })
})
