// The check of the endpoint after each step: what passes goes on, what does not goes back by itself.
import { describe, expect, test } from '@jest/globals'
import {
  driveBack,
  driveRestore,
  driveRollout,
  rolloutError,
  type CheckedStep,
  type EndpointCheck,
  type Strategy,
  type Verdict,
} from '@sluice/rollout'
import { drivePorts } from '../../../test/doubles/drive-ports.ts'
import { MemoryPlatform } from '../../../test/doubles/memory-platform.ts'
import { asking, BETA, NEW, NOW, OLD, orderOf, planOn, ROUTES, slot, twoSlots } from './scene.ts'

const REJECTED = NEW.slice(0, 16)
const blueGreen: Strategy = { steps: [100], bakeSeconds: 0 }
const canary: Strategy = { steps: [10, 100], bakeSeconds: 60 }

const said = (verdict: Verdict): EndpointCheck => ({
  verdict,
  reason: { pass: '', fail: '3 of 5 answers were 500', inconclusive: 'no answer' }[verdict],
})

/** Ports whose check says these, in order, and pass after that; every step that was asked is kept. */
function checking(platform: MemoryPlatform, verdicts: readonly Verdict[], seconds = NOW) {
  const asked: CheckedStep[] = []
  const check = (step: CheckedStep) => {
    asked.push(step)
    return Promise.resolve(said(verdicts[asked.length - 1] ?? 'pass'))
  }
  return { ...drivePorts(platform, { seconds }), check, asked }
}

const killed = () => Promise.reject(new Error('killed'))

async function run(strategy: Strategy, verdicts: readonly Verdict[], platform = twoSlots()) {
  const plan = await planOn(platform, orderOf(strategy))
  const ports = checking(platform, verdicts)
  const report = await driveRollout(plan, asking(plan), ports)
  const steps = ports.asked.map(({ number }) => number)
  return { platform, plan, ports, report, steps, state: platform.state }
}

describe('a check that passes', () => {
  test.each([
    ['blue/green', blueGreen, [1]],
    ['steps without a bake', { steps: [10, 50, 100], bakeSeconds: 0 }, [1, 2, 3]],
    ['steps that bake, again at the end of each', canary, [1, 1, 2, 2]],
    ['a match alone', { steps: [0], bakeSeconds: 0, match: BETA }, [1]],
  ] as [string, Strategy, number[]][])(
    'is asked after each step: %s',
    async (_n, strategy, wanted) => {
      const { report, steps } = await run(strategy, [])
      expect(steps).toEqual(wanted)
      expect(report.checks).toEqual(wanted.map((step) => ({ step, verdict: 'pass', reason: '' })))
      expect(['promoted', 'paused']).toContain(report.outcome)
      expect(report.back).toBeNull()
    },
  )

  test('knows the step, of how many, and its weights', async () => {
    const { ports } = await run({ ...canary, bakeSeconds: 0 }, [])
    expect(ports.asked).toEqual([
      { number: 1, of: 2, weights: { blue: 90, green: 10 } },
      { number: 2, of: 2, weights: { green: 100 } },
    ])
  })

  test('costs no look and no write when everything goes at once', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(blueGreen))
    let looks = 0
    const counted = {
      observe: (stop: AbortSignal) => {
        looks += 1
        return platform.observe(stop)
      },
      setWeights: platform.setWeights.bind(platform),
    }
    const ports = { ...checking(platform, []), platform: counted }
    expect((await driveRollout(plan, asking(plan), ports)).outcome).toBe('promoted')
    expect({ looks, writes: platform.trafficLog.length }).toEqual({ looks: 1, writes: 1 })
  })

  test('L2: the last step is claimed until the check had its time, and the claim ends by itself', async () => {
    const { state } = await run(blueGreen, [])
    expect(state.marks).toMatchObject({ owner: '7.1', expires: String(NOW + 60) })
    const plain = twoSlots()
    const plan = await planOn(plain, orderOf(blueGreen))
    await driveRollout(plan, asking(plan), drivePorts(plain))
    expect('owner' in plain.state.marks).toBe(false)
  })

  test('a check that may take long keeps its claim as long, in every step', async () => {
    const strategy = { steps: [50, 100], bakeSeconds: 0 }
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(strategy))
    const claims: (string | undefined)[] = []
    const ports = {
      ...checking(platform, []),
      checkSeconds: 3600,
      check: () => {
        claims.push(platform.state.marks.expires)
        return Promise.resolve({ verdict: 'pass', reason: '' } as const)
      },
    }
    expect((await driveRollout(plan, asking(plan), ports)).outcome).toBe('promoted')
    expect(new Set(claims)).toEqual(new Set([String(NOW + 3600)]))
  })
})

describe('a check that does not pass', () => {
  const rows: [string, Strategy, Verdict[], number[], string | undefined][] = [
    ['fail at once', blueGreen, ['fail'], [1, 0], REJECTED],
    ['inconclusive at once', blueGreen, ['inconclusive'], [1, 0], undefined],
    ['fail of the first of two', canary, ['fail'], [1, 0], REJECTED],
    ['fail at the end of its bake', canary, ['pass', 'fail'], [1, 1, 0], REJECTED],
    ['fail of the last', canary, ['pass', 'pass', 'fail'], [1, 1, 2, 0], REJECTED],
    [
      'inconclusive at the end of the last bake',
      canary,
      ['pass', 'pass', 'pass', 'inconclusive'],
      [1, 1, 2, 2, 0],
      undefined,
    ],
    [
      'fail of a match alone',
      { steps: [0], bakeSeconds: 0, match: BETA, mirrorPercent: 5 },
      ['fail'],
      [1, 0],
      REJECTED,
    ],
  ]
  test.each(rows)('goes back: %s', async (_name, strategy, verdicts, wanted, rejected) => {
    const { report, steps, state } = await run(strategy, verdicts)
    expect(steps).toEqual(wanted)
    expect(report).toMatchObject({
      outcome: 'aborted',
      after: 'blue=100',
      proven: true,
      back: { state: 'verified', reason: '' },
      reason: expect.stringContaining(
        `says ${verdicts.at(-1)}: ${said(verdicts.at(-1) ?? 'pass').reason}`,
      ),
    })
    expect(state).toMatchObject({ traffic: { blue: 100 }, match: null, mirror: {} })
    expect(state.marks.rejected).toBe(rejected)
    expect(state.marks.step).toBeUndefined()
  })

  test.each(['fail', 'inconclusive'] as const)(
    'says that the endpoint is not well again, when the check after it says %s',
    async (verdict) => {
      const { report } = await run(blueGreen, ['fail', verdict])
      expect(report).toMatchObject({
        outcome: 'aborted',
        back: { state: 'unverified', reason: said(verdict).reason },
        checks: [{ step: 1 }, { step: 0, verdict }],
      })
    },
  )

  test('goes back all the same when the check after it breaks', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(blueGreen))
    const check = ({ number }: CheckedStep) =>
      number === 0 ? killed() : Promise.resolve(said('fail'))
    const report = await driveRollout(plan, asking(plan), { ...drivePorts(platform), check })
    expect(report).toMatchObject({ outcome: 'aborted', back: { state: 'unverified' } })
    expect(report.failure).toBeUndefined()
    expect(platform.state.traffic).toEqual({ blue: 100 })
  })

  test('of a first rollout goes back to nobody, where there is nothing to check', async () => {
    const platform = new MemoryPlatform({ slots: { green: slot(NEW) } }, ROUTES)
    const { report, steps, state } = await run(blueGreen, ['fail'], platform)
    expect(steps).toEqual([1])
    expect(report).toMatchObject({
      outcome: 'aborted',
      after: 'none',
      back: { state: 'unverified' },
    })
    expect(state.traffic).toEqual({})
  })

  test('S4: holds when the slot that served is ill by then', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(blueGreen))
    const check = () => {
      platform.state.slots['blue'] = slot(OLD, { health: 'unhealthy' })
      return Promise.resolve(said('fail'))
    }
    const report = await driveRollout(plan, asking(plan), { ...drivePorts(platform), check })
    expect(report).toMatchObject({
      outcome: 'held',
      back: null,
      reason: expect.stringMatching(/says fail.*there is no safe way back/),
    })
    expect(platform.state.traffic).toEqual({ green: 100 })
  })

  test('waits for the slot that served while the platform is at work on it', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(blueGreen))
    const ports = checking(platform, ['fail'])
    const sleep = (seconds: number, stop: AbortSignal) => {
      platform.state.slots['blue'] = slot(OLD)
      return ports.sleep(seconds, stop)
    }
    const check = (step: CheckedStep) => {
      platform.state.slots['blue'] = slot(OLD, { health: 'changing' })
      return ports.check(step)
    }
    const report = await driveRollout(plan, asking(plan), { ...ports, sleep, check })
    expect(report).toMatchObject({ outcome: 'aborted', back: { state: 'verified' } })
  })

  test('sends nothing while the endpoint itself is being updated', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(blueGreen))
    const ports = checking(platform, ['fail'])
    const busyUntil = NOW + 10
    const busy = {
      observe: async (stop: AbortSignal) => {
        const changing = ports.asked.length > 0 && ports.clock.seconds < busyUntil
        return { ...(await platform.observe(stop)), changing }
      },
      setWeights: platform.setWeights.bind(platform),
    }
    const report = await driveRollout(plan, asking(plan), { ...ports, platform: busy })
    expect(report.outcome).toBe('aborted')
    expect(ports.clock.seconds).toBe(busyUntil)
  })

  test('S3: leaves alone what a person set during the check', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(blueGreen))
    const check = () => {
      platform.state.traffic = { blue: 40, green: 60 }
      platform.state.version += 1
      return Promise.resolve(said('fail'))
    }
    const report = await driveRollout(plan, asking(plan), { ...drivePorts(platform), check })
    expect(report).toMatchObject({ outcome: 'held', failure: { code: 'ROLLOUT_OWNERSHIP_LOST' } })
    expect(platform.state.traffic).toEqual({ blue: 40, green: 60 })
  })

  test('S3: leaves alone what a later attempt of the same run went on to', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(canary))
    const next = { ...drivePorts(platform), sleep: killed }
    const check = async () => {
      const old = drivePorts(platform, { seconds: NOW + 60 })
      await expect(
        driveRollout(plan, asking(plan, { owner: '7.2' }), { ...next, now: old.now }),
      ).rejects.toThrow('killed')
      return said('fail')
    }
    const report = await driveRollout(plan, asking(plan), { ...drivePorts(platform), check })
    expect(report).toMatchObject({ outcome: 'held', failure: { code: 'ROLLOUT_OWNERSHIP_LOST' } })
    expect(platform.state.traffic).toEqual({ green: 100 })
  })

  test('takes its own step back, however long the check took', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(blueGreen))
    const ports = checking(platform, ['fail'])
    const check = (step: CheckedStep) => {
      ports.clock.seconds += 5000
      return ports.check(step)
    }
    const report = await driveRollout(plan, asking(plan), { ...ports, check })
    expect(report.outcome).toBe('aborted')
  })
})

describe('a check that breaks off', () => {
  test.each([
    [
      'with an error of ours',
      rolloutError('ROLLOUT_CANCELLED', 'the door is shut'),
      'ROLLOUT_CANCELLED',
    ],
    ['with anything else', new Error('socket'), 'ROLLOUT_CHECK_BROKEN'],
  ])('%s ends the run, and nothing more is written', async (_name, error, code) => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(canary))
    const ports = { ...drivePorts(platform), check: () => Promise.reject(error) }
    const report = await driveRollout(plan, asking(plan), ports)
    expect(report).toMatchObject({ outcome: 'held', failure: { code }, proven: true, checks: [] })
    expect(platform.state.traffic).toEqual({ blue: 90, green: 10 })
  })

  test('by a cancel pauses the rollout, and its post step takes it back', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(blueGreen))
    const stop = new AbortController()
    const check = () => {
      stop.abort()
      return Promise.resolve(said('fail'))
    }
    const ports = { ...drivePorts(platform), check, signal: stop.signal }
    const report = await driveRollout(plan, asking(plan), ports)
    expect(report).toMatchObject({
      outcome: 'paused',
      failure: { code: 'ROLLOUT_CANCELLED' },
      checks: [],
    })
    expect(platform.state.traffic).toEqual({ green: 100 })
    const [saved] = ports.saved
    expect(saved).toBeDefined()
    const post = drivePorts(platform)
    expect(await driveRestore(saved ?? NOTHING, post)).toMatchObject({ after: 'blue=100' })
    expect(platform.state.marks.rejected).toBeUndefined()
  })
})

describe('a run that died after a write, run again', () => {
  /** The first process dies in its first wait, after its step was written. */
  const diedAt = async (strategy: Strategy) => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(strategy))
    platform.hook = (moment) => {
      if (moment === 'after') throw new Error('killed')
    }
    const first = checking(platform, [])
    await expect(driveRollout(plan, asking(plan), first)).rejects.toThrow('killed')
    expect(first.asked).toEqual([])
    platform.hook = () => undefined
    return { platform, plan }
  }
  const again = async (strategy: Strategy, verdicts: readonly Verdict[], later: number) => {
    const { platform, plan } = await diedAt(strategy)
    const ports = checking(platform, verdicts, NOW + later)
    const report = await driveRollout(plan, asking(plan, { owner: '7.2' }), ports)
    const writes = platform.trafficLog.length - 1
    return { report, writes, steps: ports.asked.map(({ number }) => number), state: platform.state }
  }

  test('checks the step that it finds before anything moves', async () => {
    const { report, steps, writes } = await again(canary, ['fail'], 10)
    expect(report).toMatchObject({ outcome: 'aborted', back: { state: 'verified' } })
    expect({ steps, writes }).toEqual({ steps: [1, 0], writes: 1 })
  })

  test('and once more after the bake, when there is one left', async () => {
    expect((await again(canary, [], 10)).steps).toEqual([1, 1, 2, 2])
    expect((await again(canary, [], 100)).steps).toEqual([1, 2, 2])
  })

  test('long after the bake too, as long as the rollout is not over', async () => {
    const { report, steps } = await again(canary, ['fail'], 100_000)
    expect(report.outcome).toBe('aborted')
    expect(steps).toEqual([1, 0])
  })

  const ended: [string, Verdict, number, { outcome: string; writes: number; rejected?: string }][] =
    [
      ['passes', 'pass', 10, { outcome: 'unchanged', writes: 0 }],
      ['passes late', 'pass', 9999, { outcome: 'unchanged', writes: 0 }],
      ['fails', 'fail', 59, { outcome: 'aborted', writes: 1, rejected: REJECTED }],
      ['says nothing', 'inconclusive', 59, { outcome: 'aborted', writes: 1 }],
      ['fails late', 'fail', 60, { outcome: 'held', writes: 0 }],
      ['says nothing late', 'inconclusive', 9999, { outcome: 'held', writes: 0 }],
    ]
  test.each(ended)(
    'the last step was written, and the check %s',
    async (_name, verdict, later, wanted) => {
      const { report, steps, writes, state } = await again(blueGreen, [verdict], later)
      expect(steps[0]).toBe(1)
      expect({
        outcome: report.outcome,
        writes,
        ...(state.marks.rejected !== undefined && { rejected: state.marks.rejected }),
      }).toEqual(wanted)
    },
  )

  test('a late one says how to go back', async () => {
    const { report } = await again(blueGreen, ['fail'], 9999)
    expect(report.failure).toMatchObject({
      code: 'ROLLOUT_CHECK_FAILED',
      message:
        'memory/churn: the check of step 1 says fail: 3 of 5 answers were 500. The rollout ended 9999 s ago, so nothing was taken back',
      hint: expect.stringContaining('mode: rollback'),
    })
  })

  test("S3: another run's fresh step is checked and left to that run", async () => {
    const { platform, plan } = await diedAt(blueGreen)
    const ports = checking(platform, ['fail'], NOW + 10)
    const report = await driveRollout(plan, asking(plan, { owner: '9.1' }), ports)
    expect(report).toMatchObject({ outcome: 'held', failure: { code: 'ROLLOUT_OWNED' } })
    expect(platform.state.traffic).toEqual({ green: 100 })
  })
})

describe('going back on purpose', () => {
  test.each([
    ['pass', { state: 'verified', reason: '' }],
    ['fail', { state: 'unverified', reason: '3 of 5 answers were 500' }],
  ] as [Verdict, object][])('is checked too: %s', async (verdict, back) => {
    const { platform } = await run(blueGreen, [])
    const report = await driveBack('rollback', 'blue', checking(platform, [verdict]))
    expect(report).toMatchObject({ outcome: 'rolled-back', back, checks: [{ step: 0, verdict }] })
  })

  test('by illness of the candidate as well', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(canary))
    const ports = checking(platform, [])
    const sleep = (seconds: number, stop: AbortSignal) => {
      platform.state.slots['green'] = slot(NEW, { health: 'unhealthy' })
      return ports.sleep(seconds, stop)
    }
    const report = await driveRollout(plan, asking(plan), { ...ports, sleep })
    expect(report).toMatchObject({ outcome: 'aborted', back: { state: 'verified' } })
    expect(platform.state.marks.rejected).toBeUndefined()
  })
})

describe('what a report tells besides', () => {
  test('the words of the platform for taking the first step back', async () => {
    const platform = twoSlots()
    const plan = await planOn(platform, orderOf(canary))
    let writes = 0
    const words = {
      observe: platform.observe.bind(platform),
      setWeights: async (...order: Parameters<MemoryPlatform['setWeights']>) => {
        await platform.setWeights(...order)
        writes += 1
        return { changed: true, rollback: { patch: { writes }, command: `patch ${writes}` } }
      },
    }
    const ports = { ...checking(platform, ['pass', 'fail']), platform: words }
    const report = await driveRollout(plan, asking(plan), ports)
    expect(report).toMatchObject({
      outcome: 'aborted',
      rollback: { patch: { writes: 1 }, command: 'patch 1' },
    })
    expect((await driveBack('rollback', 'blue', ports)).rollback).toBeNull()
  })

  test('the shares that replicas really give', async () => {
    const platform = twoSlots({ weights: 'replicas', countsReady: true })
    const plan = await planOn(platform, orderOf({ steps: [22, 100], bakeSeconds: 60 }))
    const stop = new AbortController()
    const sleep = () => {
      stop.abort()
      return Promise.reject(new Error('cancelled'))
    }
    const ports = { ...drivePorts(platform), sleep, signal: stop.signal }
    expect(await driveRollout(plan, asking(plan), ports)).toMatchObject({
      outcome: 'paused',
      shares: { blue: 75, green: 25 },
    })
    expect(ports.lines.filter((line) => line.includes('really give'))).toEqual([
      'whole replicas really give blue 75 %, green 25 %',
    ])
  })
})

const NOTHING = {
  rollout: '',
  from: { weights: '', step: '', owner: '' },
  intended: { weights: '', step: '', owner: '' },
}
