// Whatever an endpoint shows, valid or not: what is decided never breaks S1, S2, S4, S5 or S7. With a
// plan of weights, and with one that matches and mirrors beside an old slot of counted replicas.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  decideAbort,
  decideNext,
  decideRollback,
  isRefusal,
  parseMarks,
  planRollout,
  type Asking,
  type BackDecision,
  type Health,
  type Next,
  type Observation,
  type Plan,
  type SlotMatch,
} from '@sluice/rollout'
import { digestOfJson } from '../../../test/doubles/drive-ports.ts'

const OLD = '1111111111111111.aaaaaaaaaaaaaaaa'
const NEW = '2222222222222222.bbbbbbbbbbbbbbbb'
const NOW = 1_700_000_000
const digest = digestOfJson
const capabilities = {
  weights: 'any',
  mirrorMaxPercent: 0,
  probesSlot: true,
  provesSlot: true,
  compareAndSwap: false,
} as const
const order = {
  slots: ['blue', 'green'],
  slot: 'green',
  revision: NEW,
  strategy: { steps: [10, 50, 100], bakeSeconds: 60 },
  allowRejected: null,
} as const
const BETA = { kind: 'header', name: 'x-cohort', value: 'beta' } as const

/** The plan of a healthy beginning; endpoints of every kind are then held against it. */
const beginning: Observation = {
  endpoint: 'memory/churn',
  exists: true,
  changing: false,
  slots: [slotWith('blue', OLD), slotWith('green', NEW)],
  traffic: { blue: 100 },
  mirror: {},
  marks: {},
  version: null,
}
function slotWith(slot: string, revision: string | null, health: Health = 'healthy') {
  return { slot, health, detail: '', revision, replicas: 1 }
}
/** What differs between the two kinds of plan. */
const kinds = [
  { name: 'weights', strategy: order.strategy, more: {} },
  {
    name: 'match, mirror and weights',
    strategy: { ...order.strategy, match: BETA, mirrorPercent: 10 },
    more: { matches: ['header'], mirrorMaxPercent: 100, countsReady: true },
  },
] as const

function planFor({ strategy, more }: (typeof kinds)[number]): Plan {
  const facts = { capabilities: { ...capabilities, ...more }, digest }
  const made = planRollout(beginning, { ...order, strategy }, facts)
  if (isRefusal(made)) throw new Error(made.message)
  return made
}

/** Where a rollout of this plan can be, with the marks that it leaves; 0: not begun. */
const stagesOf = (plan: Plan) =>
  [null, ...plan.steps].map((step, number) => ({
    traffic: step?.weights ?? { blue: 100 },
    match: step?.match ?? null,
    mirror: step?.mirror ?? {},
    marks:
      step === null
        ? {}
        : {
            rollout: plan.rollout,
            plan: digest(plan).slice(0, 16),
            step: `${number}/${plan.steps.length}@${NOW - 100}`,
            previous: `blue=100@${OLD}${plan.beforeReplicas === undefined ? '' : '*1'}`,
            owner: '7.1',
            expires: String(NOW + 900),
          },
  }))

const text = <Value extends string>(...plausible: readonly Value[]) =>
  fc.oneof(fc.constantFrom(...plausible), fc.string({ maxLength: 20 }))
/** One or two marks are what nobody expects: foreign, late, broken, gone. */
const edits = fc.oneof(
  fc.constant({}),
  fc.record(
    {
      rollout: text('ffffffffffffffff'),
      plan: text('ffffffffffffffff'),
      step: text(`1/3@${NOW - 10}`, `3/3@${NOW - 100}`, `2/4@${NOW}`, `1/2@${NOW}`, '9/3@1'),
      previous: text('blue=100', 'none', 'green=100', 'blue=99', `blue=100@${OLD}*2`, 'blue=100*'),
      owner: text('9.1'),
      expires: text(String(NOW - 60)),
      rejected: text(NEW.slice(0, 16), OLD.slice(0, 16), 'ffffffffffffffff'),
    },
    { requiredKeys: [] },
  ),
)
const mostly = <Value>(usual: Value, ...rare: readonly Value[]) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(usual) },
    { weight: 2, arbitrary: fc.constantFrom(...rare) },
  )
const health = mostly<Health>('healthy', 'unhealthy', 'changing')
const endpointOf = (plan: Plan) =>
  fc
    .record({
      blue: fc.tuple(mostly(true, false), health, mostly<string | null>(OLD, NEW, null)),
      green: fc.tuple(mostly(true, false), health, mostly<string | null>(NEW, OLD, null)),
      other: fc.boolean(),
      stage: fc.constantFrom(...stagesOf(plan)),
      edits,
      traffic: mostly<Record<string, number> | null>(
        null,
        { blue: 99 },
        { blue: 60, other: 40 },
        { green: 100 },
        {},
      ),
      match: mostly<SlotMatch | null | undefined>(
        undefined,
        null,
        { ...BETA, slot: 'green' },
        { ...BETA, slot: 'blue' },
      ),
      mirror: mostly<Record<string, number> | null>(null, {}, { green: 10 }, { blue: 3 }),
      unfinished: mostly(false, true),
      changing: mostly(false, true),
    })
    .map(({ blue, green, other, stage, edits: edited, traffic, ...rest }): Observation => ({
      ...beginning,
      changing: rest.changing,
      match: rest.match === undefined ? stage.match : rest.match,
      mirror: rest.mirror ?? stage.mirror,
      ...(rest.unfinished && { unfinished: true }),
      slots: [
        ...[slotWith('blue', blue[2], blue[1])].filter(() => blue[0]),
        ...[slotWith('green', green[2], green[1])].filter(() => green[0]),
        ...[slotWith('other', null)].filter(() => other),
      ],
      traffic: traffic ?? stage.traffic,
      marks: { ...stage.marks, ...edited },
    }))

const askingFor = (plan: Plan): Asking => ({
  planDigest: digest(plan),
  owner: '7.1',
  now: NOW,
  allowed: { verdict: 'pass', revision: NEW, evidenceDigest: 'e' },
  allowRejected: null,
})

const writesOf = (decision: Next | BackDecision) =>
  decision.kind === 'write' ? [decision] : decision.kind === 'go-back' ? [decision.write] : []
const sum = (weights: Readonly<Record<string, number>>) =>
  Object.values(weights).reduce((total, weight) => total + weight, 0)
const holds = (observation: Observation, slot: string) =>
  observation.slots.find((one) => one.slot === slot)

describe.each(kinds)('for any endpoint and a plan of $name', (kind) => {
  const plan = planFor(kind)
  const asking = askingFor(plan)
  const endpoint = endpointOf(plan)

  test('S1, S2, S7: a step forward raises the named slot alone, while it holds the named revision', () => {
    fc.assert(
      fc.property(endpoint, (observation) => {
        const forward = writesOf(decideNext(observation, plan, asking)).filter(
          ({ step }) => step > 0,
        )
        for (const write of forward) {
          expect(sum(write.weights)).toBe(100)
          expect(
            Object.keys(write.weights).every((slot) => order.slots.some((s) => s === slot)),
          ).toBe(true)
          const { weights, match, mirror } = write
          const step = plan.steps[write.step - 1]
          expect({ weights, match, mirror }).toEqual({
            weights: step?.weights,
            match: step?.match ?? null,
            mirror: step?.mirror ?? {},
          })
          expect(holds(observation, 'green')).toMatchObject({ revision: NEW, health: 'healthy' })
          expect(holds(observation, 'blue')).toMatchObject({ revision: OLD, health: 'healthy' })
          expect(observation.marks.rejected?.split(' ') ?? []).not.toContain(NEW.slice(0, 16))
        }
      }),
      { numRuns: 5000 },
    )
  })

  test('S4, S5: going back writes what the marks call good, and only to a slot that still holds it', () => {
    fc.assert(
      fc.property(endpoint, fc.constantFrom('blue', 'green'), (observation, slot) => {
        const read = parseMarks(observation.marks)
        const previous = read.ok ? read.value.previous : null
        const back = [
          ...writesOf(decideAbort(observation, slot, NOW)),
          ...writesOf(decideRollback(observation, slot)),
        ]
        for (const write of back) {
          expect(write).toMatchObject({ step: 0, match: null, mirror: {} })
          expect(write.weights).toEqual(previous?.weights)
          expect([0, 100]).toContain(sum(write.weights))
          for (const name of Object.keys(write.weights)) {
            expect(holds(observation, name)).toMatchObject({
              revision: previous?.revision ?? null,
              health: 'healthy',
            })
          }
        }
      }),
      { numRuns: 5000 },
    )
  })

  test('without a verdict nothing goes forward, and the generator does reach steps and returns', () => {
    const seen = { forward: 0, back: 0 }
    fc.assert(
      fc.property(endpoint, (observation) => {
        const untested = decideNext(observation, plan, { ...asking, allowed: null })
        expect(writesOf(untested).filter(({ step }) => step > 0)).toEqual([])
        const tested = writesOf(decideNext(observation, plan, asking))
        seen.forward += tested.filter(({ step }) => step > 0).length
        seen.back += writesOf(decideRollback(observation, 'blue')).length
      }),
      { numRuns: 5000, seed: 7 },
    )
    expect(seen.forward).toBeGreaterThan(10)
    expect(seen.back).toBeGreaterThan(10)
  })
})
