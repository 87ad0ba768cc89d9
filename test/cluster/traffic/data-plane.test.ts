// The rig itself, with kubectl only: a gateway that is real, pods that answer, and a load that can tell a
// safe order of operations from an unsafe one.
import { describe, expect, test } from '@jest/globals'
import { binomialInterval } from './binomial.ts'
import {
  countBySlot,
  describeFailures,
  failuresOf,
  followedAfter,
  runLoad,
  startLoad,
  type RequestRecord,
  type RunningLoad,
} from './load.ts'
import { renderService } from './model.ts'
import { useDataPlane } from './rig.ts'
import { backendRef, renderHttpRoute, renderIngress } from './routes.ts'

const plane = useDataPlane()

interface Colours {
  readonly namespace: string
  readonly host: string
}

/** Two colours with three pods each, a Service for each, and one, `model`, that selects blue. */
async function makeColours(options: { readonly graceMs?: number } = {}): Promise<Colours> {
  const namespace = await plane.namespace()
  const service = (name: string, version: string) =>
    renderService({ namespace, name, selector: { app: 'model', version } })
  await plane.apply(
    service('model', 'blue'),
    service('model-blue', 'blue'),
    service('model-green', 'green'),
  )
  const common = { namespace, replicas: 3, ...options }
  await Promise.all([
    plane.deployModel({ ...common, slot: 'blue', version: '1' }),
    plane.deployModel({ ...common, slot: 'green', version: '2' }),
  ])
  return { namespace, host: `${namespace}.test` }
}

type Rules = readonly object[]

/** The route of the model, when the gateway has taken it over. */
async function route(colours: Colours, rules: Rules): Promise<void> {
  await plane.apply(renderHttpRoute(plane.names, { ...colours, name: 'model' }, rules))
  await plane.answered({ host: colours.host }, ({ status }) => status === 200)
}

async function patch(namespace: string, what: string, change: object): Promise<void> {
  const args = ['patch', what, '-n', namespace, '--type=merge', '-p', JSON.stringify(change)]
  const { code, stderr } = await plane.cluster.kubectl(...args)
  if (code !== 0) throw new Error(stderr)
}

const select = (namespace: string, version: string) =>
  patch(namespace, 'service/model', { spec: { selector: { app: 'model', version } } })

/** Until so many have left. */
async function sent(load: RunningLoad, count: number): Promise<void> {
  while (load.sent() < count) await new Promise((resolve) => setTimeout(resolve, 5))
}

/** Slots of the first and of the last hundred answers. */
const slotsAt = (records: readonly RequestRecord[], from: number, to?: number) =>
  Object.keys(countBySlot(records.slice(from, to)))

const steady = { rate: 200, count: 800, seed: 7, slow: { share: 0.02, ms: 600 } }

describe('no request fails while', () => {
  test("a Service's selector goes from blue to green and back", async () => {
    const colours = await makeColours()
    await route(colours, [{ backendRefs: [backendRef('model')] }])
    const load = startLoad({ address: plane.address, host: colours.host, ...steady, count: 1000 })
    await sent(load, 200)
    const since = load.now()
    await select(colours.namespace, 'green')
    await sent(load, 600)
    const toGreen = followedAfter([...load.records], { slot: 'green', since })
    await select(colours.namespace, 'blue')
    const records = await load.ended
    expect(describeFailures(records)).toEqual({})
    expect(toGreen).toBeGreaterThan(0)
    // kubectl's own start is in it.
    expect(toGreen).toBeLessThan(1900)
    expect(records).toHaveLength(1000)
    expect(slotsAt(records, 0, 100)).toEqual(['blue'])
    expect(slotsAt(records, 550, 600)).toEqual(['green'])
    expect(slotsAt(records, -50)).toEqual(['blue'])
    expect(records.filter(({ isSlow }) => isSlow).length).toBeGreaterThan(5)
  })

  test("an Ingress's backend goes from one Service to the other", async () => {
    const colours = await makeColours()
    const ingress = (service: string) =>
      renderIngress(plane.names, { ...colours, name: 'model' }, service)
    await plane.apply(ingress('model-blue'))
    await plane.answered({ host: colours.host }, ({ status }) => status === 200)
    const load = startLoad({ address: plane.address, host: colours.host, ...steady })
    await sent(load, 200)
    await plane.apply(ingress('model-green'))
    const records = await load.ended
    expect(describeFailures(records)).toEqual({})
    expect(slotsAt(records, 0, 100)).toEqual(['blue'])
    expect(slotsAt(records, -100)).toEqual(['green'])
  })

  test('the old colour goes when its last request is answered', async () => {
    const { load, colours } = await beginSwitch()
    // More than the slowest request takes, after the gateway has followed.
    await sent(load, 500)
    await remove(colours)
    expect(describeFailures(await load.ended)).toEqual({})
  })
})

test('requests fail when the old colour goes as soon as the switch is written', async () => {
  const { load, colours } = await beginSwitch()
  await remove(colours)
  const records = await load.ended
  expect(failuresOf(records).length).toBeGreaterThan(0)
  expect(failuresOf(records.slice(-100))).toEqual([])
  expect(slotsAt(records, -100)).toEqual(['green'])
})

/** Pods without any grace, every tenth request slow, and the switch to green written. */
async function beginSwitch() {
  const colours = await makeColours({ graceMs: 0 })
  await route(colours, [{ backendRefs: [backendRef('model')] }])
  const slow = { share: 0.1, ms: 600 }
  const load = startLoad({ address: plane.address, host: colours.host, ...steady, slow })
  await sent(load, 200)
  await select(colours.namespace, 'green')
  return { colours, load }
}

const remove = ({ namespace }: Colours) =>
  patch(namespace, 'deploy/model-blue', { spec: { replicas: 0 } })

describe('an HTTPRoute', () => {
  test.each([
    [90, 10],
    [50, 50],
  ])('of weights %i and %i gives these shares', async (blue, green) => {
    const colours = await makeColours()
    await route(colours, [
      { backendRefs: [backendRef('model-blue', blue), backendRef('model-green', green)] },
    ])
    const records = await runLoad({
      address: plane.address,
      host: colours.host,
      rate: 200,
      count: 600,
    })
    expect(describeFailures(records)).toEqual({})
    const { lowest, highest } = binomialInterval({ count: 600, share: green / 100 })
    const got = countBySlot(records)['green'] ?? 0
    expect(got).toBeGreaterThanOrEqual(lowest)
    expect(got).toBeLessThanOrEqual(highest)
  })

  test('of a header match sends those who have the header to green', async () => {
    const colours = await makeColours()
    const matches = [{ headers: [{ type: 'Exact', name: 'x-group', value: 'beta' }] }]
    await route(colours, [
      { matches, backendRefs: [backendRef('model-green')] },
      { backendRefs: [backendRef('model-blue')] },
    ])
    const ask = { address: plane.address, host: colours.host, rate: 200, count: 100 }
    const [members, others] = [
      await runLoad({ ...ask, headers: { 'x-group': 'beta' } }),
      await runLoad(ask),
    ]
    expect([countBySlot(members), countBySlot(others)]).toEqual([{ green: 100 }, { blue: 100 }])
  })

  /** To green, of requests that blue answers. */
  const mirrorTo = (percent?: number): Rules => {
    const requestMirror = {
      backendRef: backendRef('model-green'),
      ...(percent !== undefined && { percent }),
    }
    const filters = [{ type: 'RequestMirror', requestMirror }]
    return [{ filters, backendRefs: [backendRef('model-blue')] }]
  }
  const body = { rows: [1, 2, 3] }
  const score = { rate: 100, count: 200, path: '/score', body }

  /** What reached the pods of one colour at /score; a mirror's requests may come a little later. */
  async function reached(namespace: string, version: string, count: number) {
    for (const limit = performance.now() + 5000; ;) {
      const seen = (await plane.requests(namespace)).filter(
        ({ labels, path }) => labels['version'] === version && path === '/score',
      )
      if (seen.length >= count || performance.now() > limit) return seen
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  test('may have a mirror: its class says so', async () => {
    const path = `/apis/gateway.networking.k8s.io/v1/gatewayclasses/${plane.names.gatewayClass}`
    const { body: found } = await plane.cluster.api('GET', path)
    expect(found).toHaveProperty(
      'status.supportedFeatures',
      expect.arrayContaining([
        { name: 'HTTPRouteRequestMirror' },
        { name: 'HTTPRouteRequestPercentageMirror' },
      ]),
    )
  })

  test('of a mirror sends each request with its body to both, and answers with one', async () => {
    const colours = await makeColours()
    await route(colours, mirrorTo())
    const records = await runLoad({ address: plane.address, host: colours.host, ...score })
    expect(countBySlot(records)).toEqual({ blue: 200 })
    const ids = records.map(({ id }) => id).toSorted()
    for (const version of ['blue', 'green']) {
      const seen = await reached(colours.namespace, version, 200)
      expect(seen.map(({ id }) => id).toSorted()).toEqual(ids)
      expect(new Set(seen.map(({ bytes }) => bytes))).toEqual(
        new Set([JSON.stringify(body).length]),
      )
    }
  })

  test('of a mirror of 30 percent sends about so many, and answers all', async () => {
    const colours = await makeColours()
    await route(colours, mirrorTo(30))
    const records = await runLoad({ address: plane.address, host: colours.host, ...score })
    expect(countBySlot(records)).toEqual({ blue: 200 })
    const { lowest, highest } = binomialInterval({ count: 200, share: 0.3 })
    const seen = await reached(colours.namespace, 'green', lowest)
    expect(seen.length).toBeGreaterThanOrEqual(lowest)
    expect(seen.length).toBeLessThanOrEqual(highest)
  })
})

test('a pod that its annotation makes fail is seen by the load', async () => {
  const colours = await makeColours()
  await route(colours, [{ backendRefs: [backendRef('model-blue')] }])
  const annotate = ['annotate', 'pods', '-l', 'version=blue', 'test/fail=503', '--overwrite']
  await plane.cluster.kubectl(...annotate, '-n', colours.namespace)
  await plane.answered({ host: colours.host }, ({ status }) => status === 503)
  const records = await runLoad({
    address: plane.address,
    host: colours.host,
    rate: 100,
    count: 50,
  })
  expect(describeFailures(records)).toEqual({ 503: 50 })
})
