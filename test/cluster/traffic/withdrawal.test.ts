// A candidate that passes its preview test and fails in public: traffic-swap finds it at the address that
// users know, and takes the traffic back by itself, while they go on asking.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { errorsOf, type StepEnd } from '../../scenario/rig/step.ts'
import { useEndpoints, type Endpoint, type EndpointOrder } from './endpoint.ts'
import { countBySlot, failuresOf, startLoad } from './load.ts'
import { useDataPlane } from './rig.ts'
import { useRollouts } from './rollouts.ts'

const plane = useDataPlane()
const endpoints = useEndpoints(plane)
const openRollouts = useRollouts(plane)

const RATE = 100
/** From the failed check to the check that shows the old state. */
const LIMIT_SECONDS = 5

/** v1 serves; v2 is there, and the evidence says that it passed. It fails with the public Host alone. */
async function prepare(order: Pick<EndpointOrder, 'backEnd'>): Promise<Endpoint> {
  const endpoint = await endpoints.open({ ...order, byPath: true })
  const rollouts = await openRollouts(endpoint)
  await rollouts.deploy('blue', { version: 'v1' })
  await rollouts.move({ slot: 'blue' })
  await endpoint.deploy({ version: 'v2', fails: { status: 500, host: endpoint.host } })
  await endpoint.test()
  return endpoint
}

const addressOf = ({ path }: Endpoint): string => `${plane.address}${path}`

/** Seconds between the lines of a step, as they came. */
class Stopwatch {
  private readonly came: { readonly line: string; readonly at: number }[] = []

  readonly hear = (line: string): void => {
    this.came.push({ line, at: performance.now() })
  }

  between(first: RegExp, second: RegExp): number {
    const at = (text: RegExp): number =>
      this.came.find(({ line }) => text.test(line))?.at ?? Number.NaN
    return (at(second) - at(first)) / 1000
  }
}

async function swapUnderLoad(endpoint: Endpoint, inputs: Readonly<Record<string, string>>) {
  const { host, path } = endpoint
  const load = startLoad({ address: plane.address, host, path, rate: RATE, count: 800 })
  const watch = new Stopwatch()
  const check = { 'check-url': addressOf(endpoint), ...inputs }
  const swap = await endpoint.swap(check, { onLine: watch.hear })
  const left = load.sent()
  const records = await load.ended
  expect(left).toBeLessThan(records.length)
  const seconds = watch.between(/check of step 1 of \d: fail/, /check of the way back: pass/)
  return { swap, records, after: records.slice(left), seconds }
}

/** Half of the requests get the old slot: one answer would say nothing. */
const MANY_SAMPLES = 'gate: { minimum-samples: 20 }\n'

const titlesOf = (step: StepEnd): readonly string[] => errorsOf(step).map(({ title }) => title)

describe('a candidate that fails in public alone', () => {
  const prepared = new Map<string, Endpoint>()
  beforeAll(async () => {
    const backEnds = ['service', 'http-route'] as const
    await Promise.all(
      backEnds.map(async (backEnd) => prepared.set(backEnd, await prepare({ backEnd }))),
    )
  })

  test.each([
    // Without a bake there is one check alone, right after the write.
    { backEnd: 'service', steps: '100', bake: '0', policy: '' },
    { backEnd: 'http-route', steps: '50,100', bake: '1', policy: MANY_SAMPLES },
  ] as const)('is withdrawn by itself: $backEnd, steps $steps', async (given) => {
    const { backEnd, steps, bake, policy } = given
    const endpoint = prepared.get(backEnd)
    if (endpoint === undefined) throw new Error(`nothing was prepared for ${backEnd}`)
    endpoint.write('check.yml', policy)
    const inputs = {
      steps,
      'bake-seconds': bake,
      ...(policy !== '' && { 'policy-file': 'check.yml' }),
    }
    const { swap, records, after, seconds } = await swapUnderLoad(endpoint, inputs)

    expect(swap.exitCode).toBe(1)
    expect(swap.outputs).toMatchObject({ outcome: 'aborted', check: 'fail', traffic: 'blue=100' })
    expect(swap.summary).toMatch(/\| step 1 \| fail \|/)
    expect(swap.summary).toMatch(/\| after going back \| pass \|/)
    expect(swap.summary).toContain('After going back the endpoint answers as wanted.')
    expect(titlesOf(swap)).toEqual(['traffic-swap: ROLLOUT_ABORTED'])

    const failures = failuresOf(records)
    expect(new Set(failures.map(({ status }) => status))).toEqual(new Set([500]))
    expect(failures.length).toBeGreaterThan(0)
    expect(countBySlot(after)).toEqual({ v1: after.length })
    expect(seconds).toBeLessThanOrEqual(LIMIT_SECONDS)
    console.log(
      `${backEnd}, steps ${steps}: ${failures.length} bad answers of ${records.length}; ` +
        `${seconds.toFixed(2)} s from the failed check to the verified old state`,
    )

    const again = await endpoint.swap({ steps })
    expect(titlesOf(again)).toEqual(['traffic-swap: ROLLOUT_REJECTED'])
    expect(again.outputs).toMatchObject({ outcome: 'held', traffic: 'blue=100', changed: 'false' })
    const forced = await endpoint.swap({ 'allow-rejected': 'the test wants to see it again' })
    expect(forced.outputs).toMatchObject({ outcome: 'promoted', traffic: 'green=100' })
    expect(forced.summary).toContain('the test wants to see it again')
  })
})
