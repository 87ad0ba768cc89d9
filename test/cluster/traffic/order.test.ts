// The order in which traffic-swap does things, under load. What it refuses to write, or waits for, is then
// done by hand or without waiting: that loses requests, so this load would tell.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorsOf, type StepEnd } from '../../scenario/rig/step.ts'
import { useEndpoints, type Endpoint } from './endpoint.ts'
import { countBySlot, describeFailures, failuresOf, startLoad, type Load } from './load.ts'
import { useDataPlane } from './rig.ts'
import { useRollouts, type Rollouts } from './rollouts.ts'

const plane = useDataPlane()
const endpoints = useEndpoints(plane)
const openRollouts = useRollouts(plane)

type Labels = Readonly<Record<string, string>>

let endpoint: Endpoint
let rollouts: Rollouts
/** Blue serves, green is ready and idle. Pods that are deleted serve no longer. */
beforeAll(async () => {
  endpoint = await endpoints.open({ backEnd: 'http-route' })
  rollouts = await openRollouts(endpoint)
  await rollouts.begin({ version: 'v1', graceMs: 0 }, { version: 'v2', graceMs: 0 })
})

/** What became of each request while something was done. */
async function underLoad<T>(act: () => Promise<T>, slow?: NonNullable<Load['slow']>) {
  const { host } = endpoint
  const { address } = plane
  const count = 1200
  const load = startLoad({ address, host, rate: 200, count, ...(slow && { slow }) })
  while (load.sent() < 100) await sleep(5)
  const done = await act()
  const left = count - load.sent()
  const records = await load.ended
  // Otherwise it was over before that which it was to see.
  expect(left).toBeGreaterThan(100)
  return { done, records }
}

const swapToGreen = async (inputs: Readonly<Record<string, string>> = {}): Promise<StepEnd> =>
  endpoint.swap({
    target: await rollouts.target('green'),
    'allow-untested': 'the suite is about the order',
    ...inputs,
  })

const titlesOf = (step: StepEnd): readonly string[] => errorsOf(step).map(({ title }) => title)

async function kubectl(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await plane.cluster.kubectl(...args, '-n', endpoint.namespace)
  if (code !== 0) throw new Error(stderr)
}

const select = (selector: object): Promise<void> =>
  kubectl(
    'patch',
    'service/model-green',
    '--type=merge',
    '-p',
    JSON.stringify({ spec: { selector } }),
  )

/** `fate` of the pods that come instead. */
async function killGreen(fate: string): Promise<void> {
  const { namespace } = endpoint
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/model-green`
  const { body } = await plane.cluster.api('GET', path)
  const { spec } = body as {
    readonly spec: { readonly selector: { readonly matchLabels: Labels } }
  }
  const labels = spec.selector.matchLabels
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`)
  await plane.cluster.setFate({ namespace, labels, fate })
  await kubectl('delete', 'pods', '-l', selector.join(','))
}

/** All requests to one slot, as a person writes it. */
async function giveAll(slot: string): Promise<void> {
  const weigh = (index: number, name: string): object => ({
    op: 'add',
    path: `/spec/rules/0/backendRefs/${index}/weight`,
    value: name === slot ? 100 : 0,
  })
  const patch = JSON.stringify([weigh(0, 'blue'), weigh(1, 'green')])
  await kubectl('patch', 'httproute/model', '--type=json', '-p', patch)
}

describe('nothing is written and no request lost', () => {
  test('for a slot whose Service leads to no pod', async () => {
    const { body } = await plane.cluster.api(
      'GET',
      `/api/v1/namespaces/${endpoint.namespace}/services/model-green`,
    )
    const { selector } = body['spec'] as { readonly selector: Labels }
    await select({ app: 'nobody' })
    const { done, records } = await underLoad(() => swapToGreen())
    expect(titlesOf(done)).toEqual(['traffic-swap: KUBERNETES_SLOT_NOT_READY'])
    expect(done.outputs).toMatchObject({ outcome: 'held', traffic: 'blue=100', changed: 'false' })
    expect(describeFailures(records)).toEqual({})
    expect(countBySlot(records)).toEqual({ v1: records.length })
    await select({ ...selector })
  })

  test('for a slot that lost its pods right before; the next ones are late', async () => {
    const { done, records } = await underLoad(async () => {
      await killGreen('late:60000')
      return swapToGreen()
    })
    expect(titlesOf(done)).toEqual(['traffic-swap: ROLLOUT_SLOT_UNHEALTHY'])
    expect(done.outputs).toMatchObject({ outcome: 'held', traffic: 'blue=100', changed: 'false' })
    expect(describeFailures(records)).toEqual({})
    expect(countBySlot(records)).toEqual({ v1: records.length })
  })
})

describe('requests are lost', () => {
  test('when the same slot gets its weight by hand', async () => {
    const { records } = await underLoad(async () => {
      await giveAll('green')
      await sleep(1000)
      await giveAll('blue')
    })
    const failures = failuresOf(records)
    expect(failures.length).toBeGreaterThan(0)
    expect(failuresOf(records.slice(-100))).toEqual([])
    console.log(`weights by hand before the slot is ready: ${failures.length} requests lost`)
  })

  test('when the old slot is scaled to zero without a drain', async () => {
    await killGreen('ok')
    await kubectl('rollout', 'status', 'deploy/model-green', '--timeout=30s')
    const slow = { share: 0.2, ms: 2000 }
    const { done, records } = await underLoad(
      () => swapToGreen({ 'old-slot': 'scale-to-zero', 'drain-seconds': '0' }),
      slow,
    )
    expect(done.outputs).toMatchObject({ outcome: 'promoted', traffic: 'green=100' })
    const failures = failuresOf(records)
    expect(failures.length).toBeGreaterThan(0)
    expect(failuresOf(records.slice(-100))).toEqual([])
    console.log(`no drain: ${failures.length} requests lost`)
  })
})
