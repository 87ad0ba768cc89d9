// One suite for every Platform: what the core relies on, by the letters of the design's invariants.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  driveBack,
  driveRollout,
  isRefusal,
  noTraffic,
  parseWeights,
  planRollout,
  type Observation,
  type Plan,
  type Platform,
  type RawMarks,
  type SlotMatch,
  type Strategy,
  type Weights,
} from '@sluice/rollout'
import { digestOfJson, drivePorts } from '../doubles/drive-ports.ts'

export interface Subject<Workload> {
  readonly platform: Platform<Workload>
  readonly workload: Workload
  /** Two legal slot names. */
  readonly slots: readonly [string, string]
  /** Another person at the target, past us: sets raw weights. */
  readonly outsider: (traffic: Readonly<Record<string, number>>) => Promise<void>
  /** Fields that the product does not know, as they stand on the target now (S8). */
  readonly unknownFields: () => Promise<unknown>
  /** How often weights were written so far, by anybody. */
  readonly trafficWrites: () => number
  readonly close: () => Promise<void>
}

export interface MatchAbility extends Pick<SlotMatch, 'kind' | 'value'> {
  /** Which of the subject's slots gets the requests. */
  readonly slot: 0 | 1
}

/** What a subject's kind can, so that the suite asks for no more; see `Capabilities`. */
export interface Abilities {
  /**
   * Weights of an outsider and of a rollout's steps, percent of the second slot: 0 and 100, and what
   * it can between them.
   */
  readonly shares: readonly number[]
  readonly matches: readonly MatchAbility[]
  /** Percents of requests that can be copied. */
  readonly mirrors: readonly number[]
  /** No slot may have traffic, as before a first rollout; without it one always has. */
  readonly parks: boolean
  /** A slot can be left behind with zero replicas. */
  readonly retirements: readonly ('delete' | 'scale-to-zero')[]
}

export const ANY_WEIGHTS: Abilities = {
  shares: [40],
  matches: [],
  mirrors: [],
  parks: true,
  retirements: ['delete'],
}

const OLD = '1111111111111111.aaaaaaaaaaaaaaaa'
const NEW = '2222222222222222.bbbbbbbbbbbbbbbb'
const signal = new AbortController().signal

const weights = (raw: Readonly<Record<string, number>>): Weights => {
  const parsed = parseWeights(raw)
  if (!parsed.ok) throw new Error('the test gave bad weights')
  return parsed.value
}

/** Registers the suite under `name`; each test gets a fresh subject with an empty endpoint. */
export function describePlatform<Workload>(
  name: string,
  makeSubject: () => Promise<Subject<Workload>>,
  abilities: Abilities = ANY_WEIGHTS,
): void {
  describe(`Platform contract: ${name}`, () => {
    let subject: Subject<Workload>
    beforeEach(async () => {
      subject = await makeSubject()
    })
    afterEach(() => subject.close())

    const deploy = async (slot: string, mark: string) => {
      const seen = await subject.platform.observe(signal)
      return subject.platform.deploy({ slot, mark, workload: subject.workload, seen }, signal)
    }
    const set = async (raw: Readonly<Record<string, number>>, marks: RawMarks = {}) => {
      const seen = await subject.platform.observe(signal)
      return subject.platform.setWeights({ weights: weights(raw), marks, seen }, signal)
    }
    /** The first slot live with OLD, the second deployed with NEW at 0. */
    const twoSlots = async () => {
      const [first, second] = subject.slots
      await deploy(first, OLD)
      await set({ [first]: 100 })
      await deploy(second, NEW)
    }
    const plan = async (strategy: Strategy): Promise<Plan> => {
      const made = planRollout(
        await subject.platform.observe(signal),
        {
          slots: subject.slots,
          slot: subject.slots[1],
          revision: NEW,
          strategy,
          allowRejected: null,
        },
        { capabilities: subject.platform.capabilities, digest: digestOfJson },
      )
      if (isRefusal(made)) throw new Error(made.message)
      return made
    }
    const asking = (made: Plan, verdict: 'pass' | 'fail') => ({
      planDigest: digestOfJson(made),
      owner: '1.1',
      allowed: { verdict, revision: NEW, evidenceDigest: 'e' } as const,
      allowRejected: null,
    })
    const slotIn = (observation: Observation, slot: string) =>
      observation.slots.find((s) => s.slot === slot)

    test('a deployed slot is observed with its mark, healthy, at weight 0', async () => {
      await deploy(subject.slots[0], OLD)
      const observation = await subject.platform.observe(signal)
      expect(slotIn(observation, subject.slots[0])).toMatchObject({
        revision: OLD,
        health: 'healthy',
      })
      expect(observation.traffic[subject.slots[0]] ?? 0).toBe(0)
    })

    test('S1: written weights are read back, and sum to 100', async () => {
      await twoSlots()
      await set({ [subject.slots[0]]: 100 })
      const { traffic } = await subject.platform.observe(signal)
      expect(weights(traffic)).toEqual({ [subject.slots[0]]: 100 })
    })

    test('marks are written with the weights, and one that is left out is removed', async () => {
      await twoSlots()
      await set(
        { [subject.slots[0]]: 100 },
        { rollout: 'abc', step: '1/2@1700000000', previous: 'none' },
      )
      expect((await subject.platform.observe(signal)).marks).toEqual({
        rollout: 'abc',
        step: '1/2@1700000000',
        previous: 'none',
      })
      await set({ [subject.slots[0]]: 100 }, { rollout: 'abc' })
      expect((await subject.platform.observe(signal)).marks).toEqual({ rollout: 'abc' })
    })

    test('S2, S6: without a passing verdict nothing is written', async () => {
      await twoSlots()
      const made = await plan({ steps: [100], bakeSeconds: 0 })
      const before = subject.trafficWrites()
      const report = await driveRollout(made, asking(made, 'fail'), drivePorts(subject.platform))
      expect(report).toMatchObject({ outcome: 'held', failure: { code: 'ROLLOUT_UNTESTED' } })
      expect(subject.trafficWrites()).toBe(before)
    })

    test('S4: a slot with traffic is neither overwritten nor retired', async () => {
      await twoSlots()
      await expect(deploy(subject.slots[0], NEW)).rejects.toThrow(/traffic/)
      await expect(subject.platform.retire(subject.slots[0], signal)).rejects.toThrow(/traffic/)
      const observation = await subject.platform.observe(signal)
      expect(slotIn(observation, subject.slots[0])).toMatchObject({
        revision: OLD,
        health: 'healthy',
      })
      expect(weights(observation.traffic)).toEqual({ [subject.slots[0]]: 100 })
    })

    test('S5: one write takes a promoted rollout back to the last good weights', async () => {
      await twoSlots()
      const made = await plan({ steps: [100], bakeSeconds: 0 })
      const ports = drivePorts(subject.platform)
      await driveRollout(made, asking(made, 'pass'), ports)
      const writes = subject.trafficWrites()
      const report = await driveBack('rollback', subject.slots[0], ports)
      expect(report).toMatchObject({ outcome: 'rolled-back', changed: true })
      expect(subject.trafficWrites()).toBe(writes + 1)
      expect(weights((await subject.platform.observe(signal)).traffic)).toEqual({
        [subject.slots[0]]: 100,
      })
    })

    if (abilities.parks) {
      test('S5: a first rollout goes back to weight 0', async () => {
        await deploy(subject.slots[1], NEW)
        const made = await plan({ steps: [100], bakeSeconds: 0 })
        const ports = drivePorts(subject.platform)
        await driveRollout(made, asking(made, 'pass'), ports)
        const writes = subject.trafficWrites()
        const report = await driveBack('rollback', subject.slots[1], ports)
        expect(report).toMatchObject({ outcome: 'rolled-back', after: 'none' })
        expect(subject.trafficWrites()).toBe(writes + 1)
        expect(weights((await subject.platform.observe(signal)).traffic)).toEqual(noTraffic)
      })
    }

    test('S7: a plan that names another revision than the slot holds writes nothing', async () => {
      await twoSlots()
      const made = await plan({ steps: [100], bakeSeconds: 0 })
      await deploy(subject.slots[1], OLD)
      const writes = subject.trafficWrites()
      const report = await driveRollout(made, asking(made, 'pass'), drivePorts(subject.platform))
      expect(report.outcome).toBe('held')
      expect(subject.trafficWrites()).toBe(writes)
    })

    test('S8: fields that we do not know survive our writes', async () => {
      await deploy(subject.slots[0], OLD)
      const before = await subject.unknownFields()
      await set({ [subject.slots[0]]: 100 }, { rollout: 'abc' })
      await deploy(subject.slots[1], NEW)
      expect(await subject.unknownFields()).toEqual(before)
    })

    /** `percent` for the second slot. */
    const split = (percent: number): Readonly<Record<string, number>> => {
      const [first, second] = subject.slots
      const all = { [first]: 100 - percent, [second]: percent }
      return Object.fromEntries(Object.entries(all).filter(([, weight]) => weight > 0))
    }

    test.each(abilities.shares)(
      'S1: %i percent for the second slot are read back',
      async (percent) => {
        await twoSlots()
        await set(split(percent), { rollout: 'abc' })
        const { traffic, marks } = await subject.platform.observe(signal)
        expect([weights(traffic), marks]).toEqual([split(percent), { rollout: 'abc' }])
      },
    )

    for (const { kind, value, slot } of abilities.matches) {
      test(`requests with a ${kind} of ours get one slot, until the next write without it`, async () => {
        await twoSlots()
        const seen = await subject.platform.observe(signal)
        const match = { kind, name: 'x-variant', value, slot: subject.slots[slot] }
        const write = { weights: weights(split(0)), match, marks: { rollout: 'abc' }, seen }
        await subject.platform.setWeights(write, signal)
        const shown = await subject.platform.observe(signal)
        expect([weights(shown.traffic), shown.match]).toEqual([split(0), match])
        await set(split(0), { rollout: 'abc' })
        expect((await subject.platform.observe(signal)).match ?? null).toBeNull()
      })
    }

    for (const percent of abilities.mirrors) {
      test(`${percent} percent are copied, until the next write without`, async () => {
        await twoSlots()
        const seen = await subject.platform.observe(signal)
        const mirror = { [subject.slots[1]]: percent }
        const write = { weights: weights(split(0)), mirror, marks: { rollout: 'abc' }, seen }
        await subject.platform.setWeights(write, signal)
        const shown = await subject.platform.observe(signal)
        expect([weights(shown.traffic), shown.mirror]).toEqual([split(0), mirror])
        await set(split(0), { rollout: 'abc' })
        expect((await subject.platform.observe(signal)).mirror).toEqual({})
      })
    }

    test.each(abilities.shares)('an outsider at %i percent never ends as ours', async (percent) => {
      await twoSlots()
      const seen = await subject.platform.observe(signal)
      await subject.outsider(split(percent))
      const write = {
        weights: weights({ [subject.slots[1]]: 100 }),
        marks: { rollout: 'abc' },
        seen,
      }
      const outcome = await subject.platform.setWeights(write, signal).then(
        () => 'written',
        () => 'refused',
      )
      const { traffic } = await subject.platform.observe(signal)
      // With compare-and-swap the write is refused. Without it the last writer wins, and whether the
      // read-back can tell depends on what the reads show; a mixture of both must never come of it.
      const theirs = split(percent)
      const allowed = subject.platform.capabilities.compareAndSwap
        ? [['refused', theirs]]
        : [
            ['written', { [subject.slots[1]]: 100 }],
            ['refused', { [subject.slots[1]]: 100 }],
          ]
      expect(allowed).toContainEqual([outcome, weights(traffic)])
    })

    test.each(abilities.retirements)(
      '%s: once, and doing it again changes nothing',
      async (how) => {
        await twoSlots()
        const [, second] = subject.slots
        expect(await subject.platform.retire(second, signal, how)).toEqual({ changed: true })
        const left = slotIn(await subject.platform.observe(signal), second)
        expect(left?.replicas ?? 0).toBe(0)
        expect(await subject.platform.retire(second, signal, how)).toEqual({ changed: false })
      },
    )

    test('a retired slot is gone, and retiring it again changes nothing', async () => {
      await twoSlots()
      expect(await subject.platform.retire(subject.slots[1], signal)).toEqual({ changed: true })
      expect(slotIn(await subject.platform.observe(signal), subject.slots[1])).toBeUndefined()
      expect(await subject.platform.retire(subject.slots[1], signal)).toEqual({ changed: false })
    })
  })
}
