// Match and mirror: the plan, its end, the way back, and the rollout that comes after.
import { describe, expect, test } from '@jest/globals'
import {
  chooseSlot,
  driveBack,
  driveRestore,
  driveRollout,
  isRefusal,
  verifyPlan,
  type Plan,
  type Strategy,
} from '@sluice/rollout'
import { digestOfJson, drivePorts } from '../../../test/doubles/drive-ports.ts'
import type { MemoryPlatform } from '../../../test/doubles/memory-platform.ts'
import { asking, BETA, NEW, NOW, OLD, orderOf, planOn, signal, slot, twoSlots } from './scene.ts'

const toGreen = { ...BETA, slot: 'green' }
const alone: Strategy = { steps: [0], bakeSeconds: 0, match: BETA, mirrorPercent: 5 }
const whole: Strategy = { steps: [50, 100], bakeSeconds: 60, match: BETA, mirrorPercent: 5 }

async function run(platform: MemoryPlatform, strategy: Strategy, seconds = NOW) {
  const plan = await planOn(platform, orderOf(strategy))
  const ports = drivePorts(platform, { seconds })
  return { plan, ports, report: await driveRollout(plan, asking(plan), ports) }
}

describe('a plan', () => {
  test('begins with match and mirror, keeps the match below 100, and drops it there', async () => {
    const plan = await planOn(twoSlots(), orderOf(whole))
    expect(plan.steps).toEqual([
      { weights: { blue: 100 }, bakeSeconds: 60, match: toGreen, mirror: { green: 5 } },
      { weights: { blue: 50, green: 50 }, bakeSeconds: 60, match: toGreen },
      { weights: { green: 100 }, bakeSeconds: 60 },
    ])
    expect(plan.back).toBe('one write of blue=100, and no match or mirror to green')
  })

  test.each([
    [{ match: BETA }, { match: toGreen }],
    [{ mirrorPercent: 7 }, { mirror: { green: 7 } }],
  ])('of %j alone has one step', async (wanted, given) => {
    const plan = await planOn(twoSlots(), orderOf({ steps: [0], bakeSeconds: 9, ...wanted }))
    expect(plan.steps).toEqual([{ weights: { blue: 100 }, bakeSeconds: 9, ...given }])
  })

  test('without them, and where nobody counts replicas, is what it always was', async () => {
    const plan = await planOn(twoSlots({}), orderOf({ steps: [10, 100], bakeSeconds: 60 }))
    expect(JSON.parse(JSON.stringify(plan))).toEqual({
      schema: 'sluice/plan/v1',
      rollout: digestOfJson([
        'memory/churn',
        'green',
        NEW,
        { steps: [10, 100], bakeSeconds: 60 },
        'blue=100',
      ]).slice(0, 16),
      endpoint: 'memory/churn',
      slot: 'green',
      revision: NEW,
      strategy: { steps: [10, 100], bakeSeconds: 60 },
      before: { blue: 100 },
      beforeRevision: OLD,
      steps: [
        { weights: { blue: 90, green: 10 }, bakeSeconds: 60 },
        { weights: { green: 100 }, bakeSeconds: 60 },
      ],
      back: 'one write of blue=100',
    })
  })

  test('each match and mirror is a rollout of its own', async () => {
    const strategies: Strategy[] = [
      { steps: [100], bakeSeconds: 0 },
      { steps: [100], bakeSeconds: 0, match: BETA },
      { steps: [100], bakeSeconds: 0, match: { ...BETA, kind: 'cookie' } },
      { steps: [100], bakeSeconds: 0, match: { ...BETA, value: 'gamma' } },
      { steps: [100], bakeSeconds: 0, mirrorPercent: 5 },
      { steps: [100], bakeSeconds: 0, mirrorPercent: 6 },
    ]
    const plans = await Promise.all(strategies.map((each) => planOn(twoSlots(), orderOf(each))))
    expect(new Set(plans.map(({ rollout }) => rollout)).size).toBe(strategies.length)
  })

  const edits: [string, (plan: Plan) => object][] = [
    [
      'another match in its strategy',
      () => ({ strategy: { ...whole, match: { ...BETA, value: 'x' } } }),
    ],
    [
      'no match in its steps',
      (plan) => ({
        steps: plan.steps.map(({ weights, bakeSeconds }) => ({ weights, bakeSeconds })),
      }),
    ],
    [
      'more mirror',
      (plan) => ({ steps: plan.steps.map((step) => ({ ...step, mirror: { green: 100 } })) }),
    ],
  ]
  test.each(edits)('with %s is refused', async (_name, edit) => {
    const plan = await planOn(twoSlots(), orderOf(whole))
    expect(verifyPlan(plan, digestOfJson)).toBeNull()
    const edited = { ...plan, ...edit(plan) }
    expect(verifyPlan(edited, digestOfJson)).toMatchObject({ code: 'ROLLOUT_PLAN_INVALID' })
  })

  test('holds the ready replicas of the slot that serves, and is the same rollout all the same', async () => {
    const order = orderOf({ steps: [100], bakeSeconds: 0 })
    const plan = await planOn(twoSlots(), order)
    expect(plan.beforeReplicas).toBe(3)
    expect(verifyPlan(plan, digestOfJson)).toBeNull()
    const { rollout, beforeReplicas } = await planOn(twoSlots({}), order)
    expect({ rollout, beforeReplicas }).toEqual({
      rollout: plan.rollout,
      beforeReplicas: undefined,
    })
  })
})

describe('a rollout with match and mirror', () => {
  test('writes each with its step, and ends promoted without them', async () => {
    const platform = twoSlots()
    const seen: unknown[] = []
    platform.hook = (moment) => {
      const { traffic, match, mirror } = structuredClone(platform.state)
      seen.push(...[{ traffic, match, mirror }].filter(() => moment === 'after'))
    }
    const { report } = await run(platform, whole)
    expect(report).toMatchObject({ outcome: 'promoted', checks: [], back: null, shares: null })
    expect(seen).toEqual([
      { traffic: { blue: 100 }, match: toGreen, mirror: { green: 5 } },
      { traffic: { blue: 50, green: 50 }, match: toGreen, mirror: {} },
      { traffic: { green: 100 }, match: null, mirror: {} },
    ])
  })

  test('of weight 0 ends paused, and run again changes nothing', async () => {
    const platform = twoSlots()
    const { report } = await run(platform, alone)
    expect(report).toMatchObject({
      outcome: 'paused',
      changed: true,
      after: 'blue=100',
      reason: '',
    })
    expect(report.failure).toBeUndefined()
    expect((await run(platform, alone, NOW + 9999)).report).toMatchObject({
      outcome: 'unchanged',
      changed: false,
    })
    expect(platform.state).toMatchObject({ match: toGreen, mirror: { green: 5 } })
    expect(platform.trafficLog).toHaveLength(1)
  })

  test('S6: gives nobody to the candidate without a verdict', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(alone))
    const report = await driveRollout(plan, asking(plan, { allowed: null }), drivePorts(platform))
    expect(report).toMatchObject({ outcome: 'held', failure: { code: 'ROLLOUT_UNTESTED' } })
    expect(platform.trafficLog).toEqual([])
  })

  const strays: [string, (platform: MemoryPlatform) => void][] = [
    ['the match was removed', ({ state }) => (state.match = null)],
    ['the match goes elsewhere', ({ state }) => (state.match = { ...toGreen, value: 'gamma' })],
    ['the mirror was turned up', ({ state }) => (state.mirror = { green: 80 })],
  ]
  test.each(strays)('S3: is stale when %s by hand', async (_name, edit) => {
    const platform = twoSlots()
    const { plan } = await run(platform, alone)
    edit(platform)
    const report = await driveRollout(plan, asking(plan), drivePorts(platform))
    expect(report).toMatchObject({ outcome: 'held', failure: { code: 'ROLLOUT_PLAN_STALE' } })
    expect(platform.trafficLog).toHaveLength(1)
  })

  test("a mirror to another slot than the candidate is somebody else's", async () => {
    const platform = twoSlots()
    await run(platform, { steps: [100], bakeSeconds: 0 })
    platform.state.mirror = { blue: 10 }
    const { report } = await run(platform, { steps: [100], bakeSeconds: 0 })
    expect(report.outcome).toBe('unchanged')
  })
})

describe('after match and mirror alone', () => {
  test.each([
    [{ steps: [50, 100], bakeSeconds: 0 }, null],
    [{ steps: [50, 100], bakeSeconds: 0, match: { ...BETA, value: 'gamma' } }, 'gamma'],
  ] as [Strategy, string | null][])(
    'a rollout of %j goes on from there, and its first write decides',
    async (strategy, value) => {
      const platform = twoSlots()
      await run(platform, alone)
      let first: { match: unknown; mirror: unknown } | null = null
      platform.hook = (moment) => {
        const { match, mirror } = platform.state
        first ??= moment === 'after' ? { match, mirror } : null
      }
      const { report } = await run(platform, strategy)
      expect(report.outcome).toBe('promoted')
      expect(first).toEqual({
        match: value === null ? null : { ...toGreen, value },
        mirror: {},
      })
      expect(platform.state).toMatchObject({ traffic: { green: 100 }, match: null, mirror: {} })
    },
  )

  test.each([
    ['abort', 'aborted', undefined],
    ['rollback', 'rolled-back', NEW.slice(0, 16)],
  ] as const)('S5: %s removes them with one write', async (mode, outcome, rejected) => {
    const platform = twoSlots()
    const { ports } = await run(platform, alone)
    expect(await driveBack(mode, 'blue', ports)).toMatchObject({ outcome, changed: true })
    expect(platform.state).toMatchObject({ traffic: { blue: 100 }, match: null, mirror: {} })
    expect(platform.state.marks.rejected).toBe(rejected)
    expect(platform.trafficLog).toHaveLength(2)
    expect((await driveBack(mode, 'blue', ports)).outcome).toBe('unchanged')
  })

  test('a post step takes them back', async () => {
    const platform = twoSlots()
    const { ports } = await run(platform, alone)
    const [saved] = ports.saved
    expect(saved).toBeDefined()
    const report = await driveRestore(saved ?? NOTHING, ports)
    expect(report).toMatchObject({ outcome: 'aborted', changed: true })
    expect(platform.state).toMatchObject({ match: null, mirror: {} })
  })

  test('S4: no other revision is put under the requests that match', async () => {
    const platform = twoSlots()
    const choice = { slots: ['blue', 'green'], wanted: null, now: NOW } as const
    expect(chooseSlot(await platform.observe(signal), choice)).toEqual({
      kind: 'chosen',
      slot: 'green',
    })
    await run(platform, alone)
    const chosen = chooseSlot(await platform.observe(signal), choice)
    expect(chosen).toMatchObject({ code: 'ROLLOUT_IN_FLIGHT' })
    expect(isRefusal(chosen)).toBe(true)
  })

  test('a slot that already has everything is not done while others are matched away', async () => {
    const platform = twoSlots()
    await run(platform, alone)
    const order = orderOf({ steps: [100], bakeSeconds: 0 }, { slot: 'blue', revision: OLD })
    const plan = await planOn(platform, order)
    expect(plan.steps).toEqual([])
    const report = await driveRollout(plan, asking(plan), drivePorts(platform))
    expect(report).toMatchObject({ failure: { code: 'ROLLOUT_PLAN_STALE' } })
  })
})

describe('S4: as many ready replicas as when the rollout began', () => {
  const strategy: Strategy = { steps: [50, 100], bakeSeconds: 30 }
  /** The old slot is like this for the length of one wait, at the end of the first bake. */
  const shrunk = async (replicas: number, health: 'healthy' | 'changing') => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(strategy))
    const ports = drivePorts(platform)
    let waits = 0
    const sleep = (seconds: number, stop: AbortSignal) => {
      waits += 1
      platform.state.slots['blue'] = { 1: slot(OLD, { replicas, health }) }[waits] ?? slot(OLD)
      return ports.sleep(seconds, stop)
    }
    const report = await driveRollout(plan, asking(plan), { ...ports, sleep })
    return { report, traffic: platform.state.traffic }
  }

  test('fewer of a healthy slot hold the next step, with what to do', async () => {
    const { report, traffic } = await shrunk(2, 'healthy')
    expect(report).toMatchObject({
      outcome: 'held',
      reason: expect.stringContaining('blue, the last good one, has 2 ready replicas; it had 3'),
    })
    expect(traffic).toEqual({ blue: 50, green: 50 })
  })

  test('fewer while the platform is at work on the slot are waited for', async () => {
    const { report, traffic } = await shrunk(2, 'changing')
    expect(report.outcome).toBe('promoted')
    expect(traffic).toEqual({ green: 100 })
  })

  test('more are fine', async () => {
    expect((await shrunk(5, 'healthy')).report.outcome).toBe('promoted')
  })

  test('fewer do not stand in the way of going back', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(strategy))
    const dying = { ...drivePorts(platform), sleep: () => Promise.reject(new Error('killed')) }
    await expect(driveRollout(plan, asking(plan), dying)).rejects.toThrow('killed')
    platform.state.slots = {
      blue: slot(OLD, { replicas: 1 }),
      green: slot(NEW, { health: 'unhealthy' }),
    }
    const report = await driveRollout(plan, asking(plan), drivePorts(platform))
    expect(report).toMatchObject({ outcome: 'aborted', after: 'blue=100' })
  })

  test('a re-run without the plan computes the same one, however many are ready by then', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(strategy))
    const dying = { ...drivePorts(platform), sleep: () => Promise.reject(new Error('killed')) }
    await expect(driveRollout(plan, asking(plan), dying)).rejects.toThrow('killed')
    expect(platform.state.marks.previous).toBe(`blue=100@${OLD}*3`)
    platform.state.slots['blue'] = slot(OLD, { replicas: 2 })
    expect(await planOn(platform, orderOf(strategy))).toEqual(plan)
  })

  test('once taken back, it begins beside as many as there are then', async () => {
    const platform = twoSlots()
    const { ports } = await run(platform, strategy)
    await driveBack('rollback', 'blue', ports)
    platform.state.slots['blue'] = slot(OLD, { replicas: 2 })
    const again = await planOn(platform, orderOf(strategy, { allowRejected: 'mended' }))
    expect(again.beforeReplicas).toBe(2)
  })
})

const NOTHING = {
  rollout: '',
  from: { weights: '', step: '', owner: '' },
  intended: { weights: '', step: '', owner: '' },
}
