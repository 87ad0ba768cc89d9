// What a back end cannot express, or a person cannot mean, is refused before anything is planned.
import { describe, expect, test } from '@jest/globals'
import type { Capabilities, RequestMatch, Strategy } from '@sluice/rollout'
import { MemoryPlatform } from '../../../test/doubles/memory-platform.ts'
import {
  BETA,
  NEW,
  OLD,
  orderOf,
  planOn,
  REPLICAS,
  ROUTES,
  slot,
  tryPlan,
  twoSlots,
} from './scene.ts'

const straight = { steps: [100], bakeSeconds: 0 }
const matching = (match: Partial<RequestMatch>): Strategy => ({
  ...straight,
  match: { ...BETA, ...match },
})

describe('a strategy is refused', () => {
  const rows: [string, Strategy, Partial<Capabilities>, string][] = [
    [
      'a match where none can be',
      matching({}),
      {},
      'match: found a header; this traffic back end matches requests by none',
    ],
    [
      'a match of another kind',
      matching({ kind: 'cookie' }),
      { matches: ['header'] },
      'match: found a cookie; this traffic back end matches requests by header',
    ],
    [
      'a mirror where none can be',
      { ...straight, mirrorPercent: 10 },
      {},
      'mirror: found 10; this traffic back end copies no requests',
    ],
    [
      'more mirror than there can be',
      { ...straight, mirrorPercent: 60 },
      { mirrorMaxPercent: 50 },
      'mirror: found 60; wanted a whole percent from 1 to 50',
    ],
    [
      'a mirror of nothing',
      { ...straight, mirrorPercent: 0 },
      ROUTES,
      'mirror: found 0; wanted a whole percent from 1 to 100',
    ],
    [
      'half a percent of mirror',
      { ...straight, mirrorPercent: 0.5 },
      ROUTES,
      'mirror: found 0.5; wanted a whole percent from 1 to 100',
    ],
    [
      'weight 0 alone',
      { steps: [0], bakeSeconds: 0 },
      ROUTES,
      'steps: found "0"; wanted rising whole percents up to 100, or 0 with match or mirror',
    ],
    [
      'weight 0 before others',
      { steps: [0, 100], bakeSeconds: 0, match: BETA },
      ROUTES,
      'steps: found "0,100"; wanted rising whole percents up to 100',
    ],
  ]
  test.each(rows)('%s', async (_name, strategy, capabilities, message) => {
    const refusal = await tryPlan(twoSlots(capabilities), orderOf(strategy))
    expect(refusal).toMatchObject({ kind: 'refused', code: 'ROLLOUT_BAD_STRATEGY', message })
  })

  const texts: [string, Partial<RequestMatch>, string][] = [
    ['a header name with a colon', { name: 'x:y' }, 'found the header name "x:y"'],
    ['a header name with a blank', { name: 'x y' }, 'found the header name "x y"'],
    ['no header name', { name: '' }, 'found the header name ""'],
    ['a header name that is too long', { name: 'x'.repeat(257) }, 'found the header name "xxx'],
    ['no header value', { value: '' }, 'found the header value ""'],
    [
      'a header value with a line break',
      { value: 'a\r\nb: c' },
      'found the header value "a\\r\\nb: c"',
    ],
    [
      'a header value with a blank at its end',
      { value: 'beta ' },
      'found the header value "beta "',
    ],
    ['a header value beyond ASCII', { value: 'bêta' }, 'found the header value "bêta"'],
    ['a header value that is too long', { value: 'x'.repeat(257) }, 'found the header value "xxx'],
    ['a cookie with two values', { kind: 'cookie', value: 'a;b' }, 'found the cookie value "a;b"'],
    ['a cookie with a blank', { kind: 'cookie', value: 'a b' }, 'found the cookie value "a b"'],
  ]
  test.each(texts)('%s', async (_name, match, message) => {
    const refusal = await tryPlan(twoSlots(), orderOf(matching(match)))
    expect(refusal).toMatchObject({
      code: 'ROLLOUT_BAD_STRATEGY',
      message: expect.stringContaining(message),
    })
  })

  test('with all its mistakes at once', async () => {
    const strategy = { ...matching({ name: '', value: '' }), mirrorPercent: 101, bakeSeconds: -1 }
    const refusal = await tryPlan(twoSlots(), orderOf(strategy))
    for (const part of ['bake-seconds: found -1', 'header name ""', 'header value ""', 'mirror:']) {
      expect(refusal).toMatchObject({ message: expect.stringContaining(part) })
    }
  })

  const wellFormed: [string, Partial<RequestMatch>][] = [
    ['the longest header', { name: 'x'.repeat(256), value: 'y'.repeat(256) }],
    ['every kind of character in a header', { name: "!#$%&'*+-.^_`|~aZ9", value: '"a b";\\,~' }],
    ['a cookie', { kind: 'cookie', name: 'canary', value: 'a/b=c:(d)' }],
  ]
  test.each(wellFormed)('unless it is well: %s', async (_name, match) => {
    const plan = await planOn(twoSlots(), orderOf(matching(match)))
    expect(plan.strategy.match).toEqual({ ...BETA, ...match })
  })
})

describe('match and mirror need a slot that serves', () => {
  const routed = { ...straight, match: BETA, mirrorPercent: 5 }
  test('a first rollout has none', async () => {
    const platform = new MemoryPlatform({ slots: { green: slot(NEW) } }, ROUTES)
    expect(await tryPlan(platform, orderOf(routed))).toMatchObject({
      code: 'ROLLOUT_BAD_STRATEGY',
      message:
        'match, mirror: no slot of memory/churn is active, so there is nothing to compare slot green with',
    })
  })

  test('the slot that serves cannot be compared with itself', async () => {
    const platform = twoSlots(ROUTES, { traffic: { green: 100 } })
    const alone = { steps: [0], bakeSeconds: 0, match: BETA }
    expect(await tryPlan(platform, orderOf(alone))).toMatchObject({
      code: 'ROLLOUT_BAD_STRATEGY',
      message: expect.stringContaining('slot green of memory/churn already has all traffic'),
    })
    expect((await planOn(platform, orderOf(routed))).steps).toEqual([])
  })
})

describe('steps that whole replicas cannot give', () => {
  const planBeside = (replicas: number, steps: readonly number[]) =>
    tryPlan(
      twoSlots(REPLICAS, { slots: { blue: slot(OLD, { replicas }), green: slot(NEW) } }),
      orderOf({ steps, bakeSeconds: 0 }),
    )

  test.each([
    {
      replicas: 3,
      steps: [10, 50, 100],
      message:
        'steps: found "10,50,100"; 10 would really be 25: 3 replicas of blue and 1 of green; 50 would really be 50: 3 replicas of blue and 3 of green; steps that fit: 25,40,50,100',
    },
    {
      replicas: 1,
      steps: [30, 100],
      message:
        'steps: found "30,100"; 30 would really be 50: 1 replica of blue and 1 of green; steps that fit: 50,100',
    },
    {
      replicas: 4,
      steps: [20, 24, 100],
      message:
        'steps: found "20,24,100"; 20 would really be 20: 4 replicas of blue and 1 of green; 24 would really be 20: 4 replicas of blue and 1 of green; steps that fit: 20,33,43,50,100',
    },
    {
      replicas: 0,
      steps: [50, 100],
      message:
        'steps: found "50,100"; slot blue has no ready replica beside which green could have a share; steps that fit: 100',
    },
    {
      replicas: 30,
      steps: [1, 2, 100],
      message: expect.stringContaining('steps that fit: 9,17,23,29,33,38,41,44,47,50,100'),
    },
  ])('$steps beside $replicas replicas', async ({ replicas, steps, message }) => {
    expect(await planBeside(replicas, steps)).toMatchObject({
      code: 'ROLLOUT_BAD_STRATEGY',
      message,
    })
  })

  test.each([
    { replicas: 3, steps: [25, 50, 100] },
    { replicas: 3, steps: [20, 100] },
    { replicas: 10, steps: [10, 50, 100] },
    { replicas: 2, steps: [33, 99, 100] },
    { replicas: 0, steps: [100] },
  ])('$steps fit beside $replicas replicas', async ({ replicas, steps }) => {
    const plan = await planBeside(replicas, steps)
    expect(plan).toMatchObject({
      beforeReplicas: replicas,
      steps: steps.map((percent) => ({ weights: { green: percent } })),
    })
  })

  test('what is told to fit is never refused', async () => {
    for (let replicas = 1; replicas <= 60; replicas += 1) {
      const refusal = await planBeside(replicas, [1, 2, 3, 4, 5, 6, 100])
      const told = /steps that fit: ([\d,]+)"/.exec(JSON.stringify(refusal))
      const fitting = (told?.[1] ?? '').split(',').map(Number)
      expect(await planBeside(replicas, fitting)).toMatchObject({ schema: 'sluice/plan/v1' })
    }
  })

  test('a first rollout takes no share from anybody', async () => {
    const platform = new MemoryPlatform({ slots: { green: slot(NEW) } }, REPLICAS)
    const plan = await planOn(platform, orderOf({ steps: [10, 100], bakeSeconds: 0 }))
    expect(plan.steps).toEqual([{ weights: { green: 100 }, bakeSeconds: 0 }])
    expect('beforeReplicas' in plan).toBe(false)
  })
})
