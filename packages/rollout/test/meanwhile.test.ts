// What other people and other runs do in the middle of a rollout, and what must not come of it.
import { describe, expect, test } from '@jest/globals'
import {
  driveBack,
  driveRestore,
  driveRollout,
  isRefusal,
  planRollout,
  verifyPlan,
  type Asking,
  type Plan,
  type RolloutOrder,
} from '@sluice/rollout'
import { digestOfJson, drivePorts, type RecordedPorts } from '../../../test/doubles/drive-ports.ts'
import { MemoryPlatform, type MemorySlot } from '../../../test/doubles/memory-platform.ts'

const OLD = '1111111111111111.1111111111111111'
const NEW = '2222222222222222.2222222222222222'
const NEXT = '3333333333333333.3333333333333333'
const signal = new AbortController().signal
const slot = (revision: string): MemorySlot => ({ health: 'healthy', revision, replicas: 1 })
const twoSlots = () =>
  new MemoryPlatform({ slots: { blue: slot(OLD), green: slot(NEW) }, traffic: { blue: 100 } })

const order = (more: Partial<RolloutOrder> = {}): RolloutOrder => ({
  slots: ['blue', 'green'],
  slot: 'green',
  revision: NEW,
  strategy: { steps: [10, 100], bakeSeconds: 60 },
  allowRejected: null,
  ...more,
})

async function planOn(platform: MemoryPlatform, wanted = order()): Promise<Plan> {
  const facts = { capabilities: platform.capabilities, digest: digestOfJson }
  const plan = planRollout(await platform.observe(signal), wanted, facts)
  if (isRefusal(plan)) throw new Error(`${plan.code}: ${plan.message}`)
  return plan
}

const asking = (plan: Plan, more: Partial<Asking> = {}) => ({
  planDigest: digestOfJson(plan),
  owner: '7.1',
  allowed: { verdict: 'pass', revision: plan.revision, evidenceDigest: 'e' } as const,
  allowRejected: null,
  ...more,
})

/** Ports whose first wait lets somebody else act. */
function interrupted(platform: MemoryPlatform, act: () => unknown): RecordedPorts {
  const ports = drivePorts(platform)
  let acted = false
  return {
    ...ports,
    sleep: async (seconds, stop) => {
      if (!acted) {
        acted = true
        await act()
      }
      await ports.sleep(seconds, stop)
    },
  }
}

const promote = async (platform: MemoryPlatform, wanted = order()) => {
  const plan = await planOn(platform, wanted)
  const ports = drivePorts(platform)
  const report = await driveRollout(plan, asking(plan), ports)
  expect(report.outcome).toBe('promoted')
  return { plan, ports }
}

describe('a running rollout', () => {
  test.each(['abort', 'rollback'] as const)("does not undo an operator's %s", async (mode) => {
    const platform = twoSlots()
    const plan = await planOn(platform)
    const ports = interrupted(platform, () => driveBack(mode, 'blue', drivePorts(platform)))
    const report = await driveRollout(plan, asking(plan), ports)
    expect(report.outcome).toBe('held')
    expect(platform.state.traffic).toEqual({ blue: 100 })
    expect(platform.state.marks.rejected).toBe(
      { abort: undefined, rollback: NEW.slice(0, 16) }[mode],
    )
  })

  test('lets go with its own code when its step is gone', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform)
    const ports = interrupted(platform, () => driveBack('abort', 'blue', drivePorts(platform)))
    expect(await driveRollout(plan, asking(plan), ports)).toMatchObject({
      proven: true,
      failure: { code: 'ROLLOUT_OWNERSHIP_LOST' },
    })
  })

  test('bakes from when a step takes effect, however long its write took', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform)
    const ports = drivePorts(platform)
    platform.hook = (moment) => {
      ports.clock.seconds += { before: 500, between: 0, after: 0 }[moment]
    }
    expect((await driveRollout(plan, asking(plan), ports)).outcome).toBe('promoted')
    expect(ports.clock.seconds).toBe(1_700_000_000 + 2 * (500 + 60))
  })

  test('waits while the platform is at work on the last good slot', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform)
    let waits = 0
    const ports = interrupted(platform, () => {
      platform.state.slots['blue'] = { ...slot(OLD), health: 'changing' }
    })
    const sleep: RecordedPorts['sleep'] = async (seconds, stop) => {
      await ports.sleep(seconds, stop)
      waits += 1
      if (waits === 5) platform.state.slots['blue'] = slot(OLD)
    }
    expect(await driveRollout(plan, asking(plan), { ...ports, sleep })).toMatchObject({
      outcome: 'promoted',
    })
  })

  const lost: [string, MemorySlot][] = [
    ['was given another revision', slot(NEXT)],
    ['was scaled to nothing', { ...slot(OLD), replicas: 0 }],
    ['fell ill', { ...slot(OLD), health: 'unhealthy' }],
  ]
  test.each(lost)('S4: holds when the last good slot %s', async (_name, blue) => {
    const platform = twoSlots()
    const plan = await planOn(platform)
    const ports = interrupted(platform, () => {
      platform.state.slots['blue'] = blue
    })
    expect((await driveRollout(plan, asking(plan), ports)).outcome).toBe('held')
    expect(platform.state.traffic).toEqual({ blue: 90, green: 10 })
  })

  test('S4: does not go back to a slot that is ill too', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform)
    const ports = interrupted(platform, () => {
      for (const name of ['blue', 'green']) {
        platform.state.slots[name] = { ...slot(name === 'blue' ? OLD : NEW), health: 'unhealthy' }
      }
    })
    expect((await driveRollout(plan, asking(plan), ports)).outcome).toBe('held')
    expect(platform.state.traffic).toEqual({ blue: 90, green: 10 })
  })
})

describe('S9', () => {
  test('a plan from before a rollback does not bring the revision back', async () => {
    const platform = twoSlots()
    const { plan, ports } = await promote(platform)
    await driveBack('rollback', 'blue', ports)
    const again = await driveRollout(plan, asking(plan, { owner: '7.2' }), ports)
    expect(again).toMatchObject({ outcome: 'held', failure: { code: 'ROLLOUT_REJECTED' } })
    expect(platform.state.traffic).toEqual({ blue: 100 })
    expect(platform.state.marks.rejected).toBe(NEW.slice(0, 16))
  })
})

describe('going back', () => {
  test.each(['abort', 'rollback'] as const)(
    'S2: %s gives nothing to a revision that was put into the old slot since',
    async (mode) => {
      const platform = twoSlots()
      const { ports } = await promote(
        platform,
        order({ strategy: { steps: [100], bakeSeconds: 900 } }),
      )
      platform.state.slots['blue'] = slot(NEXT)
      ports.clock.seconds -= 60
      const report = await driveBack(mode, 'blue', ports)
      expect(report).toMatchObject({ outcome: 'held', failure: { code: 'ROLLOUT_NO_WAY_BACK' } })
      expect(platform.state.traffic).toEqual({ green: 100 })
    },
  )

  test('S5: a promoted first rollout goes back to weight 0, named by its own slot', async () => {
    const platform = new MemoryPlatform({ slots: { green: slot(NEW) } })
    const { ports } = await promote(platform)
    expect(await driveBack('rollback', 'green', ports)).toMatchObject({
      outcome: 'rolled-back',
      after: 'none',
    })
    expect(platform.state).toMatchObject({ traffic: {}, marks: { rejected: NEW.slice(0, 16) } })
    expect((await driveBack('rollback', 'green', ports)).outcome).toBe('unchanged')
  })

  test('a post step leaves alone what another run has finished since', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform)
    const dying = { ...drivePorts(platform), sleep: () => Promise.reject(new Error('cut off')) }
    await expect(driveRollout(plan, asking(plan), dying)).rejects.toThrow('cut off')
    const later = drivePorts(platform, { seconds: 1_700_010_000 })
    await driveRollout(plan, asking(plan, { owner: '8.1' }), later)
    const saved = dying.saved.at(-1)
    expect(saved).toMatchObject({ intended: { weights: 'blue=90,green=10' } })
    const restore = await driveRestore(saved ?? NOTHING, later)
    expect(restore).toMatchObject({ outcome: 'unchanged', changed: false })
    expect(platform.state.traffic).toEqual({ green: 100 })
  })

  test('S3: a post step leaves alone the same step of another run, written in the same second', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform)
    const old = await platform.observe(signal)
    const owner = { ...drivePorts(platform), sleep: () => Promise.reject(new Error('cut off')) }
    await expect(driveRollout(plan, asking(plan), owner)).rejects.toThrow('cut off')
    const rival = { ...drivePorts(platform), seen: old }
    const refused = await driveRollout(plan, asking(plan, { owner: '8.1' }), rival)
    expect(refused).toMatchObject({ outcome: 'held', failure: { code: 'ROLLOUT_OWNED' } })
    const restore = await driveRestore(rival.saved.at(-1) ?? NOTHING, drivePorts(platform))
    expect(restore).toMatchObject({ outcome: 'unchanged', changed: false })
    expect(platform.state.traffic).toEqual({ blue: 90, green: 10 })
  })

  test('S4: a post step does not go back to a slot that is ill', async () => {
    const platform = twoSlots()
    const { ports } = await promote(platform)
    platform.state.slots['blue'] = { ...slot(OLD), health: 'unhealthy' }
    const report = await driveRestore(ports.saved.at(-1) ?? NOTHING, ports)
    expect(report).toMatchObject({ outcome: 'held', failure: { code: 'ROLLOUT_NO_WAY_BACK' } })
    expect(platform.state.traffic).toEqual({ green: 100 })
  })
})

const NOTHING = {
  rollout: '',
  from: { weights: '', step: '', owner: '' },
  intended: { weights: '', step: '', owner: '' },
}

describe('a plan document', () => {
  const edits: [string, (plan: Plan) => object][] = [
    ['another slot in a step', () => ({ steps: [{ weights: { red: 100 }, bakeSeconds: 60 }] })],
    ['a step left out', (plan) => ({ steps: plan.steps.slice(1) })],
    ['a shorter bake', (plan) => ({ steps: plan.steps.map((s) => ({ ...s, bakeSeconds: 0 })) })],
    ['another start', () => ({ before: { green: 100 } })],
    ['another slot', () => ({ slot: 'blue' })],
    ['another identity', () => ({ rollout: '0000000000000000' })],
  ]
  test.each(edits)('with %s is refused', async (_name, edit) => {
    const plan = await planOn(twoSlots())
    expect(verifyPlan(plan, digestOfJson)).toBeNull()
    const edited = { ...plan, ...edit(plan) }
    expect(verifyPlan(edited, digestOfJson)).toMatchObject({ code: 'ROLLOUT_PLAN_INVALID' })
  })

  test('for a candidate that was replaced meanwhile is stale, not ill', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform)
    platform.state.slots['green'] = slot(NEXT)
    const report = await driveRollout(plan, asking(plan), drivePorts(platform))
    expect(report).toMatchObject({ failure: { code: 'ROLLOUT_PLAN_STALE', fault: 'user' } })
  })
})
