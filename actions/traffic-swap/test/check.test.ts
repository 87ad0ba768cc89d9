// The check of the endpoint: when it asks, how often, and what it makes of the answers.
import { describe, expect, test } from '@jest/globals'
import { DEFAULT_POLICY } from '@sluice/evidence'
import { allTo } from '@sluice/rollout'
import { createFakeClock } from '../../../test/doubles/clock.ts'
import { checkBy, checkSecondsOf } from '../src/check.ts'

const ORDER = {
  url: 'https://churn.example/score',
  requests: [],
  policy: DEFAULT_POLICY,
  waitSeconds: 2,
}

/** Answers with these statuses in turn, the last one for ever; `at`: seconds of each request. */
function rig(...statuses: readonly number[]) {
  const clock = createFakeClock({ startSeconds: 0 })
  const at: number[] = []
  const http = () => {
    at.push(clock.now() / 1000)
    const status = statuses[Math.min(at.length, statuses.length) - 1] ?? 0
    return Promise.resolve({ status, text: '{}', headers: {} })
  }
  const ports = {
    http,
    clock,
    signal: new AbortController().signal,
    sha256: (text: string) => text,
    log: { info: () => undefined },
  }
  return { check: checkBy(ORDER, ports as never), at }
}

const step = (number: number) => ({ number, of: 2, weights: allTo('green') })

describe('a check', () => {
  test('comes a second after the write, because a gateway follows it', async () => {
    const { check, at } = rig(200)
    expect(await check(step(1))).toMatchObject({ verdict: 'pass' })
    expect(at).toEqual([1])
  })

  test('after the bake of the same step it comes at once', async () => {
    const { check, at } = rig(200)
    await check(step(1))
    await check(step(1))
    await check(step(2))
    expect(at).toEqual([1, 1, 2])
  })

  test('one wrong answer fails a step at once', async () => {
    const { check, at } = rig(500, 200)
    expect(await check(step(1))).toMatchObject({ verdict: 'fail' })
    expect(at).toHaveLength(1)
  })

  test('the way back is asked again until it is well', async () => {
    const { check, at } = rig(500, 500, 200)
    expect(await check(step(0))).toMatchObject({ verdict: 'pass' })
    expect(at).toEqual([1, 1.5, 2])
  })

  test('the way back that stays ill is told after the wait', async () => {
    const { check, at } = rig(500)
    expect(await check(step(0))).toMatchObject({ verdict: 'fail' })
    expect(at.at(-1)).toBe(3)
  })

  test('a step is claimed for longer than its check takes', () => {
    expect(checkSecondsOf(ORDER)).toBeGreaterThan(ORDER.waitSeconds + 30)
  })
})
