// A/B and shadow by an HTTPRoute: who has the header gets the new slot, who is copied to it does not notice.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import { binomialInterval } from './binomial.ts'
import { useEndpoints, type Endpoint } from './endpoint.ts'
import { countBySlot, runLoad, type RequestRecord } from './load.ts'
import { useDataPlane } from './rig.ts'
import { useRollouts, type Rollouts } from './rollouts.ts'

const plane = useDataPlane()
const endpoints = useEndpoints(plane)
const openRollouts = useRollouts(plane)

const PREMIUM = { 'x-user-type': 'premium' }
const MATCH = 'header X-User-Type=premium'
/** For revisions that this process deployed. */
const UNTESTED = {
  'evidence-file': '',
  'evidence-digest': '',
  'allow-untested': 'the suite is about traffic',
}
const RATE = 200
const COUNT = 200

let endpoint: Endpoint
let rollouts: Rollouts
beforeAll(async () => {
  endpoint = await endpoints.open({ backEnd: 'http-route' })
  rollouts = await openRollouts(endpoint)
  await rollouts.deploy('blue', { version: 'v1' })
  await rollouts.move({ slot: 'blue' })
  await endpoint.deploy({ version: 'v2' })
  await endpoint.test()
})

interface Asked {
  readonly count?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly path?: string
}

const ask = ({ count = COUNT, ...more }: Asked = {}): Promise<readonly RequestRecord[]> =>
  runLoad({ address: plane.address, host: endpoint.host, rate: RATE, count, ...more })

/** Which versions the public gets, with the header and without. */
const publicNow = async () => ({
  premium: countBySlot(await ask({ headers: PREMIUM })),
  basic: countBySlot(await ask({ headers: { 'x-user-type': 'basic' } })),
  none: countBySlot(await ask()),
})

/** Until the gateway shows it to one who has the header. */
const premiumGets = (version: string): Promise<unknown> =>
  plane.answered(
    { host: endpoint.host, headers: PREMIUM },
    ({ body }) => body['version'] === version,
  )

/** What reached the pods of a slot at a path; copies may come a little later than their answers. */
async function reached(slot: string, path: string, least: number): Promise<readonly string[]> {
  for (const limit = performance.now() + 2000; ;) {
    const seen = await plane.requests(endpoint.namespace)
    const ids = seen
      .filter((one) => Object.values(one.labels).includes(slot) && one.path === path)
      .map(({ id }) => id ?? '')
    if (ids.length >= least || performance.now() > limit) return ids.toSorted()
    await sleep(50)
  }
}

const idsOf = (records: readonly RequestRecord[]): readonly string[] =>
  records.map(({ id }) => id).toSorted()

describe('traffic-swap', () => {
  test('gives those with a header the new slot, and nobody else', async () => {
    const { outputs, exitCode } = await endpoint.swap({ match: MATCH, steps: '0' })
    expect(exitCode).toBe(0)
    expect(outputs).toMatchObject({ outcome: 'paused', traffic: 'blue=100', changed: 'true' })
    await premiumGets('v2')
    expect(await publicNow()).toEqual({
      premium: { v2: COUNT },
      basic: { v1: COUNT },
      none: { v1: COUNT },
    })
  })

  test('gives everybody the new slot next, without a match', async () => {
    const { outputs } = await endpoint.swap({ steps: '100' })
    expect(outputs).toMatchObject({ outcome: 'promoted', traffic: 'green=100' })
    await plane.answered({ host: endpoint.host }, ({ body }) => body['version'] === 'v2')
    expect(await publicNow()).toEqual({
      premium: { v2: COUNT },
      basic: { v2: COUNT },
      none: { v2: COUNT },
    })
    expect((await rollouts.look()).match ?? null).toBeNull()
  })

  test('takes match and mirror away by abort', async () => {
    await rollouts.deploy('blue', { version: 'v3' })
    const target = await rollouts.target('blue')
    const begun = await endpoint.swap({
      ...UNTESTED,
      target,
      mirror: '100',
      match: MATCH,
      steps: '0',
    })
    expect(begun.outputs).toMatchObject({ outcome: 'paused', traffic: 'green=100' })
    await premiumGets('v3')
    const shadowed = await ask({ path: '/shadowed' })
    expect(countBySlot(shadowed)).toEqual({ v2: COUNT })
    expect(await reached('blue', '/shadowed', COUNT)).toEqual(idsOf(shadowed))

    const { outputs } = await endpoint.swap({ target, slot: 'green', mode: 'abort' })
    expect(outputs).toMatchObject({ outcome: 'aborted', traffic: 'green=100' })
    await premiumGets('v2')
    const alone = await ask({ path: '/alone', headers: PREMIUM })
    expect(countBySlot(alone)).toEqual({ v2: COUNT })
    expect(await reached('green', '/alone', COUNT)).toEqual(idsOf(alone))
    expect(await reached('blue', '/alone', 0)).toEqual([])
    const { match, mirror } = await rollouts.look()
    expect([match ?? null, mirror]).toEqual([null, {}])
  })

  test('copies a share of the requests while it bakes; users get the old slot alone', async () => {
    const count = 600
    await rollouts.deploy('blue', { version: 'v4' })
    const target = await rollouts.target('blue')
    const runs: Promise<readonly RequestRecord[]>[] = []
    const { outputs } = await endpoint.swap(
      { ...UNTESTED, target, mirror: '30', steps: '100', 'bake-seconds': '5' },
      {
        onLine: (line) => {
          if (!line.startsWith('step 1 of 2: bakes') || runs.length > 0) return
          runs.push(ask({ count, path: '/copied' }))
        },
      },
    )
    const [records = []] = await Promise.all(runs)
    expect(countBySlot(records)).toEqual({ v2: count })
    const { lowest, highest } = binomialInterval({ count, share: 0.3 })
    const copied = await reached('blue', '/copied', lowest)
    expect(copied.length).toBeGreaterThanOrEqual(lowest)
    expect(copied.length).toBeLessThanOrEqual(highest)
    expect(idsOf(records)).toEqual(expect.arrayContaining([...copied]))
    console.log(`mirror of 30 %: ${copied.length} of ${count} reached the candidate`)
    expect(outputs).toMatchObject({ outcome: 'promoted', traffic: 'blue=100' })
  })
})
