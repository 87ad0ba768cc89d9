// A switch and the way back under load, with slow requests in flight: nobody gets less than an answer.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DriveReport } from '@sluice/rollout'
import { useEndpoints, type Endpoint, type Routed } from './endpoint.ts'
import {
  countBySlot,
  describeFailures,
  followedAfter,
  startLoad,
  type Load,
  type RequestRecord,
  type RunningLoad,
} from './load.ts'
import { useDataPlane } from './rig.ts'
import { useRollouts, type Rollouts } from './rollouts.ts'

const plane = useDataPlane()
const endpoints = useEndpoints(plane)
const openRollouts = useRollouts(plane)

const BACK_ENDS = ['service', 'replicas', 'http-route', 'ingress'] as const
const RATE = 200

interface Prepared {
  readonly endpoint: Endpoint
  readonly rollouts: Rollouts
}

/** Blue has v1 and all requests, green has v2 and none. Pods that are deleted serve no longer. */
async function prepare(backEnd: Routed): Promise<Prepared> {
  const endpoint = await endpoints.open({ backEnd })
  const rollouts = await openRollouts(endpoint)
  await rollouts.begin({ version: 'v1', graceMs: 0 }, { version: 'v2', graceMs: 0 })
  return { endpoint, rollouts }
}

const prepared = new Map<Routed, Prepared>()
beforeAll(async () => {
  await Promise.all(BACK_ENDS.map(async (one) => prepared.set(one, await prepare(one))))
})

function of(backEnd: Routed): Prepared {
  const found = prepared.get(backEnd)
  if (found === undefined) throw new Error(`nothing was prepared for ${backEnd}`)
  return found
}

const begin = (
  { host }: Endpoint,
  load: Pick<Load, 'count' | 'slow'> & Partial<Pick<Load, 'rate'>>,
): RunningLoad => startLoad({ address: plane.address, host, rate: RATE, ...load })

async function sent(load: RunningLoad, count: number): Promise<void> {
  while (load.sent() < count) await sleep(5)
}

const VERSIONS = { blue: 'v1', green: 'v2' } as const

/** What a write of weights took, in the load's own time. */
interface Switch {
  /** Version that all requests were to get. */
  readonly slot: string
  /** Right before the write. */
  readonly since: number
  /** When the product said that it is in force. */
  readonly until: number
}

async function timed(
  { rollouts, load, version }: Prepared & { readonly load: RunningLoad; readonly version: string },
  write: () => Promise<DriveReport>,
): Promise<Switch> {
  const offset = performance.now() - load.now()
  const { outcome } = await write()
  expect(['promoted', 'rolled-back']).toContain(outcome)
  return { slot: version, since: (rollouts.writes.at(-1) ?? NaN) - offset, until: load.now() }
}

/** How long the gateway took to follow each write: as long as answers of the other slot still came. */
const followed = (
  records: readonly RequestRecord[],
  switches: readonly Switch[],
): readonly number[] =>
  switches.map((one, index) => {
    const next = switches[index + 1]?.since ?? Infinity
    const until = records.filter(({ start }) => start < next)
    return followedAfter(until, one)
  })

const renderTimes = (times: readonly number[]): string => {
  const rising = times.toSorted((one, other) => one - other)
  const median = rising[Math.floor(rising.length / 2)] ?? Number.NaN
  return `${times.map((ms) => Math.round(ms)).join(', ')} ms; median ${Math.round(median)} ms`
}

const versionsAt = (records: readonly RequestRecord[], from: number, to?: number) =>
  Object.keys(countBySlot(records.slice(from, to)))

/** Slow requests that the other version had begun before the write, and answered after its end. */
const inFlight = (records: readonly RequestRecord[], one: Switch): readonly RequestRecord[] =>
  records.filter(
    ({ isSlow, slot, start, end }) =>
      isSlow && slot !== one.slot && start < one.since && end > one.until,
  )

describe('no request fails', () => {
  test.each([
    ['service', 'http-route'],
    ['replicas', 'ingress'],
  ] as const)('on the way to green and back by %s, and by %s', async (...pair) => {
    const counts = await Promise.all(pair.map((backEnd) => thereAndBack(backEnd)))
    expect(counts).toEqual([1200, 1200])
  })

  test('in 5,000 during 20 switches', async () => {
    const counts = await Promise.all(
      (['service', 'http-route'] as const).map((backEnd) => switchTenTimes(backEnd)),
    )
    expect(counts).toEqual([2500, 2500])
  })

  test('while traffic-swap scales the old slot to zero, on each back end', async () => {
    const ends = await Promise.all(BACK_ENDS.map((backEnd) => swapAndScaleDown(of(backEnd))))
    const each = (more: object) => BACK_ENDS.map(() => expect.objectContaining(more))
    expect(ends).toEqual(
      each({ failures: {}, began: ['v1'], ended: ['v2'], outcome: 'promoted', replicas: 0 }),
    )
    // Requests went on after the pods were gone.
    for (const { left } of ends) expect(left).toBeGreaterThan(20)
  })
})

/** How many requests saw it. */
async function thereAndBack(backEnd: Routed): Promise<number> {
  const { endpoint, rollouts } = of(backEnd)
  const load = begin(endpoint, { count: 1200, slow: { share: 0.05, ms: 4000 } })
  const scene = { endpoint, rollouts, load }
  await sent(load, 200)
  const there = await timed({ ...scene, version: 'v2' }, () => rollouts.move({ slot: 'green' }))
  await sent(load, 800)
  const back = await timed({ ...scene, version: 'v1' }, () => rollouts.rollBack('blue'))
  const records = await load.ended
  expect(describeFailures(records)).toEqual({})
  expect(versionsAt(records, 0, 100)).toEqual(['v1'])
  expect(versionsAt(records, 750, 800)).toEqual(['v2'])
  expect(versionsAt(records, -50)).toEqual(['v1'])
  expect(inFlight(records, there).length).toBeGreaterThan(0)
  expect(inFlight(records, back).length).toBeGreaterThan(0)
  console.log(`${backEnd}: followed after ${renderTimes(followed(records, [there, back]))}`)
  return records.length
}

/** How many requests saw it. */
async function switchTenTimes(backEnd: Routed): Promise<number> {
  const { endpoint, rollouts } = of(backEnd)
  const load = begin(endpoint, { count: 2500, slow: { share: 0.02, ms: 1500 } })
  const switches: Switch[] = []
  for (let turn = 1; turn <= 10; turn += 1) {
    await sent(load, turn * 230)
    const slot = turn % 2 === 1 ? 'green' : 'blue'
    const scene = { endpoint, rollouts, load, version: VERSIONS[slot] }
    switches.push(await timed(scene, () => rollouts.move({ slot })))
  }
  expect(load.sent()).toBeLessThan(2500)
  const records = await load.ended
  expect(describeFailures(records)).toEqual({})
  expect(versionsAt(records, -20)).toEqual(['v1'])
  console.log(`${backEnd}: followed after ${renderTimes(followed(records, switches))}`)
  return records.length
}

/** With the built action; pods of the old slot end at once, so only its drain protects their requests. */
async function swapAndScaleDown({ endpoint, rollouts }: Prepared) {
  const target = await rollouts.target('green')
  const count = 600
  const load = begin(endpoint, { count, rate: RATE / 4, slow: { share: 0.1, ms: 1500 } })
  await sent(load, 50)
  const { outputs } = await endpoint.swap({
    target,
    'allow-untested': 'the suite is about traffic',
    'allow-rejected': 'the suite goes back and forth',
    'old-slot': 'scale-to-zero',
    'drain-seconds': '3',
  })
  const left = count - load.sent()
  const records = await load.ended
  const { slots } = await rollouts.look()
  return {
    failures: describeFailures(records),
    began: versionsAt(records, 0, 50),
    ended: versionsAt(records, -20),
    outcome: outputs['outcome'],
    replicas: slots.find(({ slot }) => slot === 'blue')?.replicas,
    left,
  }
}
