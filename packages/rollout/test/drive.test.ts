import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  decideNext,
  driveBack,
  driveRestore,
  driveRollout,
  isRefusal,
  planRollout,
  type Asking,
  type Plan,
  type RolloutOrder,
} from '@sluice/rollout'
import { digestOfJson, drivePorts } from '../../../test/doubles/drive-ports.ts'
import { MemoryPlatform, type MemoryState } from '../../../test/doubles/memory-platform.ts'

const OLD = '1111111111111111.1111111111111111'
const NEW = '2222222222222222.2222222222222222'
const signal = new AbortController().signal
const NOTHING_SAVED = {
  rollout: '',
  from: { weights: '', step: '', owner: '' },
  intended: { weights: '', step: '', owner: '' },
}
const slot = (revision: string) => ({ health: 'healthy' as const, revision, replicas: 1 })

const order = (more: Partial<RolloutOrder> = {}): RolloutOrder => ({
  slots: ['blue', 'green'],
  slot: 'green',
  revision: NEW,
  strategy: { steps: [10, 50, 100], bakeSeconds: 60 },
  allowRejected: null,
  ...more,
})

const swapped = (): Partial<MemoryState> => ({
  slots: { blue: slot(OLD), green: slot(NEW) },
  traffic: { blue: 100 },
})

async function planOn(platform: MemoryPlatform, wanted = order()): Promise<Plan> {
  const plan = planRollout(await platform.observe(signal), wanted, {
    capabilities: platform.capabilities,
    digest: digestOfJson,
  })
  if (isRefusal(plan)) throw new Error(`${plan.code}: ${plan.message}`)
  return plan
}

const asking = (plan: Plan, more: Partial<Asking> = {}) => ({
  planDigest: digestOfJson(plan),
  owner: '7.1',
  allowed: { verdict: 'pass', revision: NEW, evidenceDigest: 'e' } as const,
  allowRejected: null,
  ...more,
})

describe('a rollout', () => {
  test('goes through its steps, bakes each, and ends promoted', async () => {
    const platform = new MemoryPlatform(swapped())
    const ports = drivePorts(platform)
    const plan = await planOn(platform)
    const report = await driveRollout(plan, asking(plan), ports)
    expect(report).toMatchObject({
      outcome: 'promoted',
      before: 'blue=100',
      after: 'green=100',
      changed: true,
    })
    expect(platform.trafficLog).toEqual([
      { blue: 90, green: 10 },
      { blue: 50, green: 50 },
      { green: 100 },
    ])
    expect(ports.clock.seconds).toBe(1_700_000_000 + 3 * 60)
    expect(platform.state.unknown).toEqual({ owner: 'another team' })
  })

  test('run again, changes nothing', async () => {
    const platform = new MemoryPlatform(swapped())
    const ports = drivePorts(platform)
    await planOn(platform).then((plan) => driveRollout(plan, asking(plan), ports))
    const again = await planOn(platform)
    const report = await driveRollout(again, asking(again, { owner: '8.1' }), ports)
    expect(report).toMatchObject({ outcome: 'unchanged', changed: false, after: 'green=100' })
    expect(platform.trafficLog).toHaveLength(3)
  })

  test('the first one gets everything at once, and its plan says what going back means', async () => {
    const platform = new MemoryPlatform({ slots: { blue: slot(NEW) } })
    const plan = await planOn(platform, order({ slot: 'blue' }))
    expect(plan.steps).toEqual([{ weights: { blue: 100 }, bakeSeconds: 60 }])
    expect(plan.back).toContain('weight 0 for blue')
    await driveRollout(plan, asking(plan), drivePorts(platform))
    expect(platform.state.traffic).toEqual({ blue: 100 })
  })

  test('a slot that already has everything gives a plan without steps', async () => {
    const platform = new MemoryPlatform({ slots: { green: slot(NEW) }, traffic: { green: 100 } })
    const plan = await planOn(platform)
    expect(plan.steps).toEqual([])
    const report = await driveRollout(plan, asking(plan), drivePorts(platform))
    expect(report.outcome).toBe('unchanged')
  })

  const untested: [string, Asking['allowed']][] = [
    ['no evidence', null],
    ['a failing verdict', { verdict: 'fail', revision: NEW, evidenceDigest: 'e' }],
    ['an inconclusive verdict', { verdict: 'inconclusive', revision: NEW, evidenceDigest: 'e' }],
    ["another revision's verdict", { verdict: 'pass', revision: OLD, evidenceDigest: 'e' }],
  ]
  test.each(untested)('S2, S6: %s allows no traffic', async (_name, allowed) => {
    const platform = new MemoryPlatform(swapped())
    const plan = await planOn(platform)
    const report = await driveRollout(plan, asking(plan, { allowed }), drivePorts(platform))
    expect(report).toMatchObject({ outcome: 'held', failure: { code: 'ROLLOUT_UNTESTED' } })
    expect(platform.trafficLog).toEqual([])
  })

  test('an override with its reason allows it', async () => {
    const platform = new MemoryPlatform(swapped())
    const plan = await planOn(platform)
    const allowed = { untested: 'incident 12' }
    const report = await driveRollout(plan, asking(plan, { allowed }), drivePorts(platform))
    expect(report.outcome).toBe('promoted')
  })

  test('goes back by itself when the candidate falls ill, and the revision is not marked', async () => {
    const platform = new MemoryPlatform(swapped())
    platform.hook = (moment, writes) => {
      if (moment === 'after' && writes === 1)
        platform.state.slots['green'] = { ...slot(NEW), health: 'unhealthy' }
    }
    const plan = await planOn(platform)
    const report = await driveRollout(plan, asking(plan), drivePorts(platform))
    expect(report).toMatchObject({ outcome: 'aborted', after: 'blue=100' })
    expect(platform.state.traffic).toEqual({ blue: 100 })
    expect(platform.state.marks).toEqual({ rollout: plan.rollout, previous: `blue=100@${OLD}` })
  })

  test('S4: holds when the last good slot is lost', async () => {
    const platform = new MemoryPlatform(swapped())
    platform.hook = (moment, writes) => {
      if (moment === 'after' && writes === 1)
        platform.state.slots['blue'] = { ...slot(OLD), health: 'unhealthy' }
    }
    const plan = await planOn(platform)
    const report = await driveRollout(plan, asking(plan), drivePorts(platform))
    expect(report.outcome).toBe('held')
    expect(platform.state.traffic).toEqual({ blue: 90, green: 10 })
  })

  test('S3: another run with a live claim is refused, another attempt of the same run goes on', async () => {
    const platform = new MemoryPlatform(swapped())
    const plan = await planOn(platform)
    const first = drivePorts(platform)
    const stop = new AbortController()
    const stopping = {
      ...first,
      signal: stop.signal,
      sleep: () => Promise.reject(new Error('killed')),
    }
    await expect(driveRollout(plan, asking(plan), stopping)).rejects.toThrow('killed')
    const foreign = await driveRollout(plan, asking(plan, { owner: '9.1' }), drivePorts(platform))
    expect(foreign).toMatchObject({ outcome: 'held', failure: { code: 'ROLLOUT_OWNED' } })
    const next = await driveRollout(plan, asking(plan, { owner: '7.2' }), drivePorts(platform))
    expect(next.outcome).toBe('promoted')
  })

  test('L2: a dead claim expires, and a new run takes the rollout over', async () => {
    const platform = new MemoryPlatform(swapped())
    const plan = await planOn(platform)
    const dying = { ...drivePorts(platform), sleep: () => Promise.reject(new Error('killed')) }
    await expect(driveRollout(plan, asking(plan), dying)).rejects.toThrow('killed')
    const later = drivePorts(platform, { seconds: 1_700_000_000 + 3600 })
    const report = await driveRollout(plan, asking(plan, { owner: '9.1' }), later)
    expect(report.outcome).toBe('promoted')
  })

  test('a portal edit makes the plan stale, and nothing is written', async () => {
    const platform = new MemoryPlatform(swapped())
    const plan = await planOn(platform)
    const ports = drivePorts(platform)
    const dying = { ...ports, sleep: () => Promise.reject(new Error('killed')) }
    await expect(driveRollout(plan, asking(plan), dying)).rejects.toThrow('killed')
    platform.state.traffic = { blue: 30, green: 70 }
    const report = await driveRollout(plan, asking(plan), ports)
    expect(report).toMatchObject({ outcome: 'held', failure: { code: 'ROLLOUT_PLAN_STALE' } })
    expect(platform.state.traffic).toEqual({ blue: 30, green: 70 })
  })

  test('no write during an operation of the platform: it looks again', async () => {
    const platform = new MemoryPlatform(swapped())
    const plan = await planOn(platform)
    const observation = { ...(await platform.observe(signal)), changing: true }
    expect(decideNext(observation, plan, { ...asking(plan), now: 0 })).toMatchObject({
      kind: 'look-again',
    })
  })
})

describe('planRollout refuses', () => {
  const rows: [string, Partial<MemoryState>, Partial<RolloutOrder>, string][] = [
    [
      'falling steps',
      swapped(),
      { strategy: { steps: [50, 10, 100], bakeSeconds: 0 } },
      'ROLLOUT_BAD_STRATEGY',
    ],
    [
      'an end below 100',
      swapped(),
      { strategy: { steps: [50], bakeSeconds: 0 } },
      'ROLLOUT_BAD_STRATEGY',
    ],
    [
      'a slot that is not deployed',
      { slots: { blue: slot(OLD) }, traffic: { blue: 100 } },
      {},
      'ROLLOUT_SLOT_MISSING',
    ],
    ['S7: a slot with another revision', swapped(), { revision: OLD }, 'ROLLOUT_SLOT_CHANGED'],
    [
      'an unhealthy candidate',
      { ...swapped(), slots: { blue: slot(OLD), green: { ...slot(NEW), health: 'unhealthy' } } },
      {},
      'ROLLOUT_SLOT_UNHEALTHY',
    ],
    [
      'an unhealthy active slot: no way back',
      { ...swapped(), slots: { blue: { ...slot(OLD), health: 'unhealthy' }, green: slot(NEW) } },
      {},
      'ROLLOUT_SLOT_UNHEALTHY',
    ],
    [
      'S9: a rejected revision',
      { ...swapped(), marks: { rejected: NEW.slice(0, 16) } },
      {},
      'ROLLOUT_REJECTED',
    ],
    [
      "another rollout's split",
      {
        ...swapped(),
        traffic: { blue: 50, green: 50 },
        marks: { rollout: 'x', plan: 'y', step: '1/2@1', previous: 'blue=100' },
      },
      {},
      'ROLLOUT_IN_FLIGHT',
    ],
  ]
  test.each(rows)('%s', async (_name, state, more, code) => {
    const platform = new MemoryPlatform(state)
    const plan = planRollout(await platform.observe(signal), order(more), {
      capabilities: platform.capabilities,
      digest: digestOfJson,
    })
    expect(plan).toMatchObject({ kind: 'refused', code })
  })

  test('steps on a back end that knows only 0 and 100', async () => {
    const platform = new MemoryPlatform(swapped(), { weights: 'all-or-nothing' })
    const plan = planRollout(await platform.observe(signal), order(), {
      capabilities: platform.capabilities,
      digest: digestOfJson,
    })
    expect(plan).toMatchObject({ code: 'ROLLOUT_BAD_STRATEGY' })
  })
})

describe('going back', () => {
  const promoted = async () => {
    const platform = new MemoryPlatform(swapped())
    const plan = await planOn(platform)
    const ports = drivePorts(platform)
    await driveRollout(plan, asking(plan), ports)
    return { platform, plan, ports }
  }

  test('S9: a rollback marks the revision, and it is refused until overridden', async () => {
    const { platform, ports } = await promoted()
    const report = await driveBack('rollback', 'blue', ports)
    expect(report).toMatchObject({ outcome: 'rolled-back', after: 'blue=100' })
    expect(platform.state.marks).toMatchObject({ rejected: NEW.slice(0, 16) })
    await expect(planOn(platform)).rejects.toThrow('ROLLOUT_REJECTED')
    const again = await planOn(platform, order({ allowRejected: 'mended upstream' }))
    const allowed = asking(again, { allowRejected: 'mended upstream' })
    const second = await driveRollout(again, allowed, ports)
    expect(second.outcome).toBe('promoted')
    expect(platform.state.marks.rejected).toBeUndefined()
  })

  test('a rollback run again is a no-op', async () => {
    const { ports } = await promoted()
    await driveBack('rollback', 'blue', ports)
    expect(await driveBack('rollback', 'blue', ports)).toMatchObject({
      outcome: 'unchanged',
      changed: false,
    })
  })

  test('a rollback to a slot that never was the last good one is refused', async () => {
    const platform = new MemoryPlatform(swapped())
    const report = await driveBack('rollback', 'green', drivePorts(platform))
    expect(report).toMatchObject({ outcome: 'held', failure: { code: 'ROLLOUT_NO_WAY_BACK' } })
    expect(platform.state.traffic).toEqual({ blue: 100 })
  })

  test('an abort takes a rollout back in the middle; without one it does nothing', async () => {
    const platform = new MemoryPlatform(swapped())
    const plan = await planOn(platform)
    const ports = drivePorts(platform)
    const dying = { ...ports, sleep: () => Promise.reject(new Error('killed')) }
    await expect(driveRollout(plan, asking(plan), dying)).rejects.toThrow('killed')
    expect(await driveBack('abort', 'blue', ports)).toMatchObject({
      outcome: 'aborted',
      after: 'blue=100',
    })
    expect(await driveBack('abort', 'blue', ports)).toMatchObject({ outcome: 'unchanged' })
  })

  test('a restore leaves alone what somebody else has set since', async () => {
    const { platform, ports } = await promoted()
    platform.state.traffic = { blue: 40, green: 60 }
    const saved = ports.saved.at(-1)
    expect(saved).toBeDefined()
    const report = await driveRestore(saved ?? NOTHING_SAVED, ports)
    expect(report).toMatchObject({ outcome: 'unchanged', changed: false })
    expect(platform.state.traffic).toEqual({ blue: 40, green: 60 })
  })

  test('a restore after a later failure gives the last good weights and does not mark the revision', async () => {
    const { platform, plan, ports } = await promoted()
    const saved = ports.saved.at(-1) ?? NOTHING_SAVED
    expect(await driveRestore(saved, ports)).toMatchObject({
      outcome: 'aborted',
      after: 'blue=100',
    })
    expect(platform.state.marks).toEqual({ rollout: plan.rollout, previous: `blue=100@${OLD}` })
    const again = await planOn(platform)
    expect(again.rollout).toBe(plan.rollout)
    expect((await driveRollout(again, asking(again), ports)).outcome).toBe('promoted')
  })
})

describe('a process died in the middle of a write, and its post step', () => {
  /** The rollout dies around the write of this number; reads show the time before for so many looks. */
  const died = async (
    write: number,
    moment: 'before' | 'after',
    staleLooks: number,
    settledAfterSeconds?: number,
  ) => {
    const platform = new MemoryPlatform(swapped())
    const plan = await planOn(platform)
    const ports = drivePorts(platform)
    let old = await platform.observe(signal)
    platform.hook = (at, writes) => {
      if (at === 'before') old = { ...old, ...structuredClone(shown(platform)) }
      if (at === moment && writes === write) throw new Error('killed')
    }
    await expect(driveRollout(plan, asking(plan), ports)).rejects.toThrow('killed')
    platform.hook = () => undefined
    let left = staleLooks
    const lagging = {
      ...ports,
      ...(settledAfterSeconds !== undefined && { settledAfterSeconds }),
      platform: {
        observe: (stop: AbortSignal) =>
          left-- > 0 ? Promise.resolve(old) : platform.observe(stop),
        setWeights: platform.setWeights.bind(platform),
      },
    }
    const began = ports.clock.seconds
    const written = platform.trafficLog.length
    const report = await driveRestore(ports.saved.at(-1) ?? NOTHING_SAVED, lagging)
    return {
      report,
      traffic: platform.state.traffic,
      writes: platform.trafficLog.length - written,
      seconds: ports.clock.seconds - began,
    }
  }
  const shown = ({ state }: MemoryPlatform) => ({ traffic: state.traffic, marks: state.marks })

  const rows: [string, Parameters<typeof died>, { writes: number; seconds: number }][] = [
    ['restores at once what shows', [2, 'after', 0], { writes: 1, seconds: 0 }],
    [
      'waits for a first write that reads do not show yet',
      [1, 'after', 3],
      { writes: 1, seconds: 15 },
    ],
    ['waits for a later one', [2, 'after', 3], { writes: 1, seconds: 15 }],
    [
      'takes back the step before, when the next was never sent',
      [2, 'before', 0],
      { writes: 1, seconds: 90 },
    ],
    ['writes nothing, when nothing was ever sent', [1, 'before', 0], { writes: 0, seconds: 90 }],
    ['with compare-and-swap: the step before', [2, 'before', 0, 5], { writes: 1, seconds: 5 }],
    ['with compare-and-swap: nothing', [1, 'before', 0, 5], { writes: 0, seconds: 5 }],
    ['with compare-and-swap: what shows', [2, 'after', 0, 5], { writes: 1, seconds: 0 }],
  ]
  test.each(rows)('%s', async (_name, where, wanted) => {
    const { report, traffic, ...rest } = await died(...where)
    expect(report.failure).toBeUndefined()
    expect(traffic).toEqual({ blue: 100 })
    expect(rest).toEqual(wanted)
  })

  test('finishes a way back that was begun', async () => {
    const platform = new MemoryPlatform(swapped())
    const plan = await planOn(platform)
    const ports = drivePorts(platform)
    const falling = {
      ...ports,
      sleep: (seconds: number, stop: AbortSignal) => {
        platform.state.slots['green'] = { ...slot(NEW), health: 'unhealthy' }
        return ports.sleep(seconds, stop)
      },
    }
    platform.hook = (moment, writes) => {
      if (writes === 2 && moment === 'before') throw new Error('killed')
    }
    await expect(driveRollout(plan, asking(plan), falling)).rejects.toThrow('killed')
    platform.hook = () => undefined
    const report = await driveRestore(ports.saved.at(-1) ?? NOTHING_SAVED, ports)
    expect(report).toMatchObject({ before: 'blue=90,green=10', after: 'blue=100', changed: true })
    const again = await driveRestore(ports.saved.at(-1) ?? NOTHING_SAVED, ports)
    expect(again).toMatchObject({ outcome: 'unchanged', changed: false })
  })
})

describe('a look that is out of date when the write comes', () => {
  /** The first look shows the endpoint as it was before another process wrote the first step. */
  const late = async (owner: string) => {
    const platform = new MemoryPlatform(swapped())
    const plan = await planOn(platform)
    const old = await platform.observe(signal)
    const dying = { ...drivePorts(platform), sleep: () => Promise.reject(new Error('killed')) }
    await expect(driveRollout(plan, asking(plan, { owner }), dying)).rejects.toThrow('killed')
    const report = await driveRollout(plan, asking(plan, { owner: '7.2' }), {
      ...drivePorts(platform),
      seen: old,
    })
    return { report, traffic: platform.state.traffic, writes: platform.trafficLog.length }
  }

  test('an earlier attempt of this run had written: it goes on from there', async () => {
    const { report, writes } = await late('7.1')
    expect(report).toMatchObject({ outcome: 'promoted', before: 'blue=100', after: 'green=100' })
    expect(writes).toBe(3)
  })

  test('S3: another run had written: it is refused, and nothing is written', async () => {
    const { report, traffic, writes } = await late('9.1')
    expect(report).toMatchObject({
      outcome: 'held',
      proven: true,
      failure: { code: 'ROLLOUT_OWNED' },
    })
    expect(traffic).toEqual({ blue: 90, green: 10 })
    expect(writes).toBe(1)
  })
})

describe('properties', () => {
  const strategies = fc.record({
    steps: fc
      .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 4 })
      .map((steps) => [...steps.sort((a, b) => a - b), 100]),
    bakeSeconds: fc.constantFrom(0, 1, 60, 3600),
  })
  const cuts = fc.array(
    fc.record({
      write: fc.integer({ min: 1, max: 3 }),
      moment: fc.constantFrom('before', 'after'),
    }),
    { maxLength: 4 },
  )

  test('any number of re-runs, stopped at any step, ends where one run ends', async () => {
    await fc.assert(
      fc.asyncProperty(strategies, cuts, fc.boolean(), async (strategy, stops, first) => {
        const state = first ? { slots: { green: slot(NEW) } } : swapped()
        const platform = new MemoryPlatform(structuredClone(state))
        const clock = { seconds: 1_700_000_000 }
        let attempt = 1
        for (const stop of stops) {
          let writes = 0
          platform.hook = (moment) => {
            writes += moment === 'before' ? 1 : 0
            if (writes === stop.write && moment === stop.moment) throw new Error('killed')
          }
          const stopped = await runOnce(platform, { strategy, clock, attempt }).then(
            () => 'ended',
            (error: unknown) => String(error),
          )
          expect(['ended', 'Error: killed']).toContain(stopped)
          attempt += 1
        }
        platform.hook = () => undefined
        await runOnce(platform, { strategy, clock, attempt })
        expect(platform.state.traffic).toEqual({ green: 100 })
        // S1 and S6 over everything that was ever written: sums of 100, never falling for the candidate.
        const weights = platform.trafficLog.map((traffic) => traffic['green'] ?? 0)
        expect(
          platform.trafficLog.every((t) => Object.values(t).reduce((a, b) => a + b, 0) === 100),
        ).toBe(true)
        expect(weights).toEqual([...weights].sort((a, b) => a - b))
      }),
      { numRuns: 300 },
    )
  })

  test('S5: from every reachable state one write restores the last good weights', async () => {
    await fc.assert(
      fc.asyncProperty(strategies, fc.integer({ min: 1, max: 5 }), async (strategy, stopAt) => {
        const platform = new MemoryPlatform(swapped())
        const clock = { seconds: 1_700_000_000 }
        platform.hook = (moment, writes) => {
          if (writes === stopAt && moment === 'after') throw new Error('killed')
        }
        await runOnce(platform, { strategy, clock, attempt: 1 }).catch(() => undefined)
        platform.hook = () => undefined
        const writes = platform.trafficLog.length
        await driveBack('rollback', 'blue', drivePorts(platform, clock))
        expect(platform.state.traffic).toEqual({ blue: 100 })
        expect(platform.trafficLog.length - writes).toBeLessThanOrEqual(1)
      }),
      { numRuns: 200 },
    )
  })
})

async function runOnce(
  platform: MemoryPlatform,
  run: { strategy: Plan['strategy']; clock: { seconds: number }; attempt: number },
): Promise<void> {
  const plan = await planOn(platform, order({ strategy: run.strategy }))
  const report = await driveRollout(
    plan,
    asking(plan, { owner: `7.${run.attempt}` }),
    drivePorts(platform, run.clock),
  )
  expect(['promoted', 'unchanged']).toContain(report.outcome)
}
