// A write by replicas sets its marks first and its pods after; what stopped in between is completed or
// taken back, and never taken for a step.
import { describe, expect, test } from '@jest/globals'
import {
  decideAbort,
  decideNext,
  driveRestore,
  driveRollout,
  type CheckedStep,
  type Observation,
  type Plan,
  type Strategy,
} from '@sluice/rollout'
import { drivePorts } from '../../../test/doubles/drive-ports.ts'
import {
  asking,
  NEW,
  NOW,
  OLD,
  orderOf,
  planOn,
  REPLICAS,
  signal,
  slot,
  twoSlots,
} from './scene.ts'

const strategy: Strategy = { steps: [25, 50, 100], bakeSeconds: 60 }

/** Killed in the middle of the write of this number. */
async function half(write: number) {
  const platform = twoSlots(REPLICAS)
  const plan = await planOn(platform, orderOf(strategy))
  const ports = drivePorts(platform)
  platform.hook = (moment, writes) => {
    if (moment === 'between' && writes === write) throw new Error('killed')
  }
  await expect(driveRollout(plan, asking(plan), ports)).rejects.toThrow('killed')
  platform.hook = () => undefined
  return { platform, plan, ports }
}

const stepsOf = (plan: Plan) => plan.steps.map(({ weights }) => weights)

describe('a step that was written half', () => {
  test.each([1, 2])('step %i is written again, and the rollout goes on', async (write) => {
    const { platform, plan } = await half(write)
    expect(platform.state.marks.step).toBe(`${write}/3@${NOW + 60 * (write - 1)}`)
    expect(platform.state).toMatchObject({
      unfinished: true,
      traffic: [{ blue: 100 }, ...stepsOf(plan)][write - 1],
    })
    const report = await driveRollout(plan, asking(plan, { owner: '7.2' }), drivePorts(platform))
    expect(report.outcome).toBe('promoted')
    expect(platform.trafficLog).toEqual(stepsOf(plan))
  })

  test('does not bake the step before it once more', async () => {
    const { platform, plan, ports } = await half(2)
    const later = drivePorts(platform, { seconds: ports.clock.seconds })
    await driveRollout(plan, asking(plan, { owner: '7.2' }), later)
    expect(later.clock.seconds - ports.clock.seconds).toBe(2 * 60)
  })

  test('is completed before anything is checked', async () => {
    const { platform, plan } = await half(2)
    const asked: number[] = []
    const check = ({ number }: CheckedStep) => {
      asked.push(number)
      return Promise.resolve({ verdict: 'pass', reason: '' } as const)
    }
    const ports = { ...drivePorts(platform), check }
    await driveRollout(plan, asking(plan, { owner: '7.2' }), ports)
    expect(asked).toEqual([2, 2, 3, 3])
  })

  test('S4: waits for enough replicas of the old slot like any other', async () => {
    const { platform, plan } = await half(1)
    platform.state.slots['blue'] = slot(OLD, { replicas: 2 })
    const report = await driveRollout(plan, asking(plan, { owner: '7.2' }), drivePorts(platform))
    expect(report).toMatchObject({ outcome: 'held', changed: false })
  })

  test.each([1, 2])('S5: step %i goes back when the candidate fell ill', async (write) => {
    const { platform, plan } = await half(write)
    platform.state.slots['green'] = slot(NEW, { health: 'unhealthy' })
    const report = await driveRollout(plan, asking(plan, { owner: '7.2' }), drivePorts(platform))
    expect(report).toMatchObject({ outcome: 'aborted', after: 'blue=100' })
    expect(platform.state).toMatchObject({ unfinished: false, traffic: { blue: 100 } })
  })

  test.each([1, 2])('S5: a post step takes step %i back at once', async (write) => {
    const { platform, ports } = await half(write)
    const saved = ports.saved.at(-1)
    expect(saved).toBeDefined()
    const began = ports.clock.seconds
    const report = await driveRestore(saved ?? NOTHING, ports)
    expect(report).toMatchObject({ outcome: 'aborted', after: 'blue=100', changed: true })
    expect(ports.clock.seconds).toBe(began)
    expect(platform.state).toMatchObject({ unfinished: false, traffic: { blue: 100 } })
  })

  test("a post step leaves another run's alone", async () => {
    const { platform, ports } = await half(2)
    const saved = ports.saved.at(-1) ?? NOTHING
    platform.state.marks = { ...platform.state.marks, owner: '9.1' }
    expect(await driveRestore(saved, ports)).toMatchObject({ outcome: 'unchanged' })
    expect(platform.state.unfinished).toBe(true)
  })

  test('another rollout does not begin from it', async () => {
    const { platform, ports } = await half(1)
    const other = orderOf({ steps: [100], bakeSeconds: 0 })
    const late = drivePorts(platform, { seconds: ports.clock.seconds + 100_000 })
    platform.state.marks = { ...platform.state.marks, step: `3/3@${NOW}` }
    const plan = await planOn(platform, other)
    expect(await driveRollout(plan, asking(plan, { owner: '9.1' }), late)).toMatchObject({
      outcome: 'held',
      failure: { code: 'ROLLOUT_PLAN_STALE' },
    })
    expect(platform.trafficLog).toEqual([])
  })
})

describe('the last step, half written long ago', () => {
  const observed = async (more: Partial<Observation>): Promise<Observation> => {
    const { platform, ports } = await half(2)
    const seen = await platform.observe(signal)
    expect(ports.saved).toHaveLength(2)
    const { expires: _, ...marks } = seen.marks
    return { ...seen, marks: { ...marks, step: `3/3@${NOW}` }, ...more }
  }

  test('is no end: abort takes it back', async () => {
    const seen = await observed({ traffic: { blue: 50, green: 50 } })
    expect(decideAbort(seen, 'blue', NOW + 9999)).toMatchObject({
      kind: 'write',
      weights: { blue: 100 },
    })
    const { unfinished: _, ...finished } = seen
    expect(decideAbort(finished, 'blue', NOW + 9999)).toMatchObject({ kind: 'refused' })
  })

  test('is no end for its own plan either', async () => {
    const platform = twoSlots(REPLICAS)
    const plan = await planOn(platform, orderOf(strategy))
    const seen = await observed({ traffic: { green: 100 } })
    const next = decideNext(seen, plan, { ...asking(plan), now: NOW + 9999 })
    expect(next).toMatchObject({ kind: 'write', step: 3 })
  })
})

const NOTHING = {
  rollout: '',
  from: { weights: '', step: '', owner: '' },
  intended: { weights: '', step: '', owner: '' },
}
