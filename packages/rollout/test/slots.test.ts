// The expected class of every observation stands in these tables, not in the code.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  chooseSlot,
  findHolder,
  isRefusal,
  parseWeights,
  parseWeightsText,
  renderWeights,
  resolveSlots,
  type Health,
  type Observation,
  type RawMarks,
} from '@sluice/rollout'

const MARK = 'aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbb'
const slots = ['blue', 'green'] as const
const pair = ['blue', 'green'] as [string, string]
const NOW = 1_700_000_000

const seen = (
  deployed: Readonly<Record<string, Health>>,
  traffic: Readonly<Record<string, number>> = {},
  marks: RawMarks = {},
): Observation => ({
  endpoint: 'memory/churn',
  exists: true,
  changing: false,
  slots: Object.entries(deployed).map(([slot, health]) => ({
    slot,
    health,
    detail: '',
    revision: null,
    replicas: 1,
  })),
  traffic,
  mirror: {},
  marks,
  version: null,
})

const inFlight: RawMarks = { rollout: 'r', plan: 'p', step: `1/2@${NOW}`, previous: 'blue=100' }

describe('resolveSlots', () => {
  const clear: [string, Observation, object][] = [
    ['nothing deployed', seen({}), { kind: 'empty' }],
    [
      'one slot live',
      seen({ blue: 'healthy' }, { blue: 100 }),
      { kind: 'live', active: 'blue', idle: 'green' },
    ],
    [
      '100 and 0',
      seen({ blue: 'healthy', green: 'healthy' }, { blue: 0, green: 100 }),
      { kind: 'live', active: 'green', idle: 'blue' },
    ],
    [
      'both above 0, ours',
      seen({ blue: 'healthy', green: 'healthy' }, { blue: 50, green: 50 }, inFlight),
      { kind: 'in-flight', active: 'blue', candidate: 'green' },
    ],
    [
      'both at 0',
      seen({ blue: 'healthy', green: 'healthy' }, { blue: 0 }),
      { kind: 'parked', deployed: ['blue', 'green'] },
    ],
    ['one deployed at 0', seen({ green: 'healthy' }), { kind: 'parked', deployed: ['green'] }],
    [
      'idle slot unhealthy',
      seen({ blue: 'healthy', green: 'unhealthy' }, { blue: 100 }),
      { kind: 'live', active: 'blue', idle: 'green' },
    ],
    [
      'a third slot without traffic',
      seen({ blue: 'healthy', green: 'healthy', old: 'healthy' }, { blue: 100 }),
      { kind: 'live', active: 'blue', idle: 'green', ignored: ['old'] },
    ],
  ]
  test.each(clear)('%s', (_name, observation, expected) => {
    expect(resolveSlots(observation, pair)).toMatchObject(expected)
  })

  const refused: [string, Observation, string][] = [
    [
      'both above 0, not ours',
      seen({ blue: 'healthy', green: 'healthy' }, { blue: 50, green: 50 }),
      'ROLLOUT_SPLIT_UNKNOWN',
    ],
    [
      'a foreign slot with traffic',
      seen({ default: 'healthy' }, { default: 100 }),
      'ROLLOUT_FOREIGN_SLOT',
    ],
    [
      'traffic to a missing slot',
      seen({ blue: 'healthy' }, { blue: 70, green: 30 }),
      'ROLLOUT_SLOT_MISSING',
    ],
    [
      'a sum of 99',
      seen({ blue: 'healthy', green: 'healthy' }, { blue: 99 }),
      'ROLLOUT_TRAFFIC_INVALID',
    ],
    [
      'half a percent',
      seen({ blue: 'healthy', green: 'healthy' }, { blue: 99.5, green: 0.5 }),
      'ROLLOUT_TRAFFIC_INVALID',
    ],
    [
      'an edited mark',
      seen({ blue: 'healthy' }, { blue: 100 }, { step: 'one' }),
      'ROLLOUT_MARKS_INVALID',
    ],
  ]
  test.each(refused)('%s is refused, with what to do', (_name, observation, code) => {
    const resolution = resolveSlots(observation, pair)
    expect(resolution).toMatchObject({ kind: 'refused', code })
    expect(isRefusal(resolution) && resolution.hint.length > 10).toBe(true)
  })
})

describe('chooseSlot', () => {
  const rows: [string, Observation, string | null, object][] = [
    ['the first of the pair when nothing is there', seen({}), null, { slot: 'blue' }],
    ['the named one when nothing is there', seen({}), 'green', { slot: 'green' }],
    ['the idle one', seen({ blue: 'healthy' }, { blue: 100 }), null, { slot: 'green' }],
    ['the parked one again', seen({ green: 'unhealthy' }), null, { slot: 'green' }],
    [
      'not the active one',
      seen({ blue: 'healthy' }, { blue: 100 }),
      'blue',
      { code: 'ROLLOUT_IN_FLIGHT' },
    ],
    [
      'none of two parked ones',
      seen({ blue: 'healthy', green: 'healthy' }),
      null,
      { code: 'ROLLOUT_SLOT_UNCLEAR' },
    ],
    [
      'the named one of two parked',
      seen({ blue: 'healthy', green: 'healthy' }),
      'blue',
      { slot: 'blue' },
    ],
    [
      'none during a rollout',
      seen({ blue: 'healthy', green: 'healthy' }, { blue: 50, green: 50 }, inFlight),
      null,
      { code: 'ROLLOUT_IN_FLIGHT' },
    ],
    [
      'none while the last step bakes (S4)',
      seen(
        { blue: 'healthy', green: 'healthy' },
        { green: 100 },
        { ...inFlight, step: `2/2@${NOW}`, expires: String(NOW + 60) },
      ),
      null,
      { code: 'ROLLOUT_IN_FLIGHT' },
    ],
    [
      'the old one after the bake',
      seen(
        { blue: 'healthy', green: 'healthy' },
        { green: 100 },
        { ...inFlight, step: `2/2@${NOW}`, expires: String(NOW) },
      ),
      null,
      { slot: 'blue' },
    ],
    ['nothing outside the pair', seen({}), 'red', { code: 'ROLLOUT_BAD_SLOTS' }],
  ]
  test.each(rows)('%s', (_name, observation, wanted, expected) => {
    expect(chooseSlot(observation, { slots: pair, wanted, now: NOW })).toMatchObject(expected)
  })
})

test('findHolder prefers the slot with traffic, and never an unhealthy one', () => {
  const observation = seen({ blue: 'healthy', green: 'healthy' }, { green: 100 })
  const marked = { ...observation, slots: observation.slots.map((s) => ({ ...s, revision: MARK })) }
  expect(findHolder(marked, pair, MARK)?.slot).toBe('green')
  const ill = {
    ...marked,
    slots: marked.slots.map((s) => ({ ...s, health: 'unhealthy' as const })),
  }
  expect(findHolder(ill, pair, MARK)).toBeNull()
})

describe('weights', () => {
  test('S1: whatever is built sums to 100 or 0 and survives its text form', () => {
    const raw = fc.dictionary(
      fc.constantFrom('blue', 'green', 'red'),
      fc.oneof(fc.integer({ min: -5, max: 105 }), fc.constant(33.3), fc.constant(Number.NaN)),
    )
    fc.assert(
      fc.property(raw, (entries) => {
        const values = Object.values(entries)
        const sum = values.reduce((a, b) => a + b, 0)
        const legal =
          values.every((v) => Number.isInteger(v) && v >= 0 && v <= 100) &&
          (sum === 100 || sum === 0)
        const parsed = parseWeights(entries)
        expect(parsed.ok).toBe(legal)
        const again = parsed.ok ? parseWeightsText(renderWeights(parsed.value)) : parsed
        expect(again).toEqual(parsed)
      }),
    )
  })

  test('any observation resolves to the class that the table of states gives', () => {
    const state = fc.record({
      deployed: fc.dictionary(
        fc.constantFrom('blue', 'green', 'other'),
        fc.constantFrom<Health>('healthy', 'unhealthy', 'changing'),
      ),
      blue: fc.constantFrom(0, 0, 1, 50, 99, 100),
      green: fc.constantFrom(0, 0, 1, 50, 99, 100),
      other: fc.constantFrom(0, 0, 0, 1, 100),
      marked: fc.boolean(),
    })
    fc.assert(
      fc.property(state, ({ deployed, blue, green, other, marked }) => {
        const observation = seen(deployed, { blue, green, other }, marked ? inFlight : {})
        const resolution = resolveSlots(observation, pair)
        expect(isRefusal(resolution) ? resolution.code : resolution.kind).toBe(
          expectedClass({ deployed, blue, green, other, marked }),
        )
      }),
      { numRuns: 2000 },
    )
  })
})

/** Written from the design's list of states, independently of the implementation. */
function expectedClass(state: {
  deployed: Readonly<Record<string, Health>>
  blue: number
  green: number
  other: number
  marked: boolean
}): string {
  const { deployed, blue, green, other } = state
  const sum = blue + green + other
  const table: [boolean, string][] = [
    [sum !== 0 && sum !== 100, 'ROLLOUT_TRAFFIC_INVALID'],
    [blue > 0 && !('blue' in deployed), 'ROLLOUT_SLOT_MISSING'],
    [green > 0 && !('green' in deployed), 'ROLLOUT_SLOT_MISSING'],
    [other > 0 && !('other' in deployed), 'ROLLOUT_SLOT_MISSING'],
    [other > 0, 'ROLLOUT_FOREIGN_SLOT'],
    [blue > 0 && green > 0 && !state.marked, 'ROLLOUT_SPLIT_UNKNOWN'],
    [blue > 0 && green > 0, 'in-flight'],
    [blue + green === 100, 'live'],
    [slots.some((slot) => slot in deployed), 'parked'],
    [true, 'empty'],
  ]
  return table.find(([applies]) => applies)?.[1] ?? 'none'
}
