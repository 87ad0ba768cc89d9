// Weights as requests see them: each step of a rollout is counted, and the counts lie where chance allows.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { binomialInterval } from './binomial.ts'
import { useEndpoints, type Endpoint, type EndpointOrder } from './endpoint.ts'
import { countBySlot, describeFailures, runLoad } from './load.ts'
import { useDataPlane } from './rig.ts'
import { useRollouts, type Move, type Rollouts } from './rollouts.ts'

const plane = useDataPlane()
const endpoints = useEndpoints(plane)
const openRollouts = useRollouts(plane)

const RATE = 400
/** Of each step; counted are those after the gateway had its second to follow the write. */
const COUNT = 600
const LEAD = RATE

/** Answers of v2 among `COUNT` requests; none may fail, the first ones neither. */
async function countCandidate({ host }: Endpoint): Promise<number> {
  const { address } = plane
  const records = await runLoad({ address, host, rate: RATE, count: LEAD + COUNT })
  expect(describeFailures(records)).toEqual({})
  return countBySlot(records.slice(LEAD))['v2'] ?? 0
}

interface StepCount {
  /** Percent that the endpoint says the candidate gets. */
  readonly share: number
  readonly got: number
}

interface Prepared {
  readonly endpoint: Endpoint
  readonly rollouts: Rollouts
}

/** Blue has v1 and all requests, green has v2 and none. */
async function prepare(order: EndpointOrder): Promise<Prepared> {
  const endpoint = await endpoints.open(order)
  const rollouts = await openRollouts(endpoint)
  await rollouts.begin({ version: 'v1' }, { version: 'v2' })
  return { endpoint, rollouts }
}

async function countSteps({ endpoint, rollouts }: Prepared, steps: readonly number[]) {
  const counted: StepCount[] = []
  const check: Move['check'] = async ({ weights }) => {
    const green = (await rollouts.look()).slots.find(({ slot }) => slot === 'green')
    const got = await countCandidate(endpoint)
    counted.push({ share: green?.share ?? weights['green'] ?? 0, got })
    return { verdict: 'pass', reason: '' }
  }
  const { outcome } = await rollouts.move({ slot: 'green', steps, check })
  expect(outcome).toBe('promoted')
  return counted
}

function expectByChance({ share, got }: StepCount): void {
  const { lowest, highest } = binomialInterval({ count: COUNT, share: share / 100 })
  expect(got).toBeGreaterThanOrEqual(lowest)
  expect(got).toBeLessThanOrEqual(highest)
}

const told = (counted: readonly StepCount[]): string =>
  counted.map(({ share, got }) => `${share} %: ${got} of ${COUNT}`).join('; ')

describe('shares of the new slot', () => {
  const orders = [
    { backEnd: 'http-route', steps: [10, 50, 100] },
    { backEnd: 'replicas', replicas: 9, steps: [10, 50, 100] },
    { backEnd: 'service', steps: [100] },
    { backEnd: 'ingress', steps: [100] },
  ] as const
  const uneven = { backEnd: 'replicas', replicas: 3 } as const
  const prepared = new Map<EndpointOrder, Prepared>()
  beforeAll(async () => {
    const all = [...orders, uneven]
    await Promise.all(all.map(async (order) => prepared.set(order, await prepare(order))))
  })
  const of = (order: EndpointOrder): Prepared => {
    const found = prepared.get(order)
    if (found === undefined) throw new Error(`nothing was prepared for ${order.backEnd}`)
    return found
  }

  test.each(orders)('by $backEnd: steps $steps', async (order) => {
    const counted = await countSteps(of(order), order.steps)
    expect(counted.map(({ share }) => share)).toEqual(order.steps)
    counted.forEach(expectByChance)
    console.log(`shares by ${order.backEnd}: ${told(counted)}`)
  })

  test('by replicas are what whole replicas give, not what was asked for', async () => {
    const counted = await countSteps(of(uneven), [20, 100])
    expect(counted[0]?.share).toBe(25)
    counted.forEach(expectByChance)
    console.log(`shares by replicas, 20 % asked of 3: ${told(counted)}`)
  })
})

test('while a step of traffic-swap bakes, its share is there', async () => {
  const endpoint = await endpoints.open({ backEnd: 'http-route' })
  const rollouts = await openRollouts(endpoint)
  await rollouts.deploy('blue', { version: 'v1' })
  await rollouts.move({ slot: 'blue' })
  await endpoint.deploy({ version: 'v2' })
  await endpoint.test()
  const counts: Promise<number>[] = []
  const { outputs } = await endpoint.swap(
    { steps: '10,100', 'bake-seconds': '6' },
    {
      onLine: (line) => {
        if (line.startsWith('step 1 of 2: bakes')) counts.push(countCandidate(endpoint))
      },
    },
  )
  expect(outputs).toMatchObject({ outcome: 'promoted', traffic: 'green=100' })
  const [got = -1] = await Promise.all(counts)
  expectByChance({ share: 10, got })
})
