import { describe, expect, test } from '@jest/globals'
import { decideRetry, RETRY_LIMITS, RETRY_TABLE, toldSeconds, type Attempt } from '@sluice/http'

const NOW = Date.UTC(2026, 10, 20, 12, 0, 0)

const answer = (status: number, headers: Readonly<Record<string, string>> = {}): Attempt => ({
  kind: 'answer',
  status,
  headers,
})

const decide = (attempt: Attempt, policy: 'safe' | 'once' | 'never', tries = 1) =>
  decideRetry({ attempt, policy, tries, now: NOW, random: 1 })

describe('which failures are tried again', () => {
  const told = { 'retry-after': '7' }
  test.each<[string, Attempt, number | null, number | null]>([
    // what, attempt, seconds when safe, seconds when once
    ['200', answer(200, told), null, null],
    ['201 with a poll interval', answer(201, told), null, null],
    ['400', answer(400), null, null],
    ['401', answer(401), null, null],
    ['403', answer(403), null, null],
    ['403 of a rate limit', answer(403, told), 7, 7],
    ['404', answer(404), null, null],
    ['408', answer(408), 1, null],
    ['409', answer(409, told), null, null],
    ['429', answer(429), 1, 1],
    ['429 with a wait', answer(429, told), 7, 7],
    ['500', answer(500), 1, null],
    ['500 with a wait', answer(500, told), 7, null],
    ['501', answer(501), null, null],
    ['502', answer(502), 1, null],
    ['503', answer(503), 1, null],
    ['503 with a wait', answer(503, told), 7, 7],
    ['504', answer(504), 1, null],
    ['nothing was sent', { kind: 'unsent' }, 1, 1],
    ['it broke off', { kind: 'broken' }, 1, null],
    ['the deadline passed', { kind: 'deadline' }, 1, null],
    ['the certificate is not trusted', { kind: 'hopeless' }, null, null],
  ])('%s', (_, attempt, safe, once) => {
    expect([decide(attempt, 'safe'), decide(attempt, 'once'), decide(attempt, 'never')]).toEqual([
      safe,
      once,
      null,
    ])
  })

  test('the table names each case once', () => {
    const cases = RETRY_TABLE.map(({ on }) => on)
    expect(new Set(cases).size).toBe(cases.length)
  })
})

describe('how long the wait is', () => {
  test('it doubles with each try, and the last try is the fourth', () => {
    const waits = [1, 2, 3, 4].map((tries) => decide(answer(500), 'safe', tries))
    expect(waits).toEqual([1, 2, 4, null])
  })

  test('jitter halves it at most', () => {
    const least = decideRetry({
      attempt: answer(500),
      policy: 'safe',
      tries: 3,
      now: NOW,
      random: 0,
    })
    expect(least).toBe(2)
  })

  test('an answer that wants 0 seconds does not make us hammer', () => {
    expect(decide(answer(429, { 'retry-after': '0' }), 'safe', 2)).toBe(2)
  })

  test('an answer that wants too long a wait is given back', () => {
    const longest = RETRY_LIMITS.longestToldSeconds
    expect(decide(answer(503, { 'retry-after': String(longest) }), 'safe')).toBe(longest)
    expect(decide(answer(503, { 'retry-after': String(longest + 1) }), 'safe')).toBeNull()
  })
})

describe('what an answer says of the wait', () => {
  const reset = String(NOW / 1000 + 30)
  test.each<[string, Readonly<Record<string, string>>, number | null]>([
    ['seconds', { 'retry-after': '12' }, 12],
    ['a date', { 'retry-after': 'Fri, 20 Nov 2026 12:00:09 GMT' }, 9],
    ['a date that has passed', { 'retry-after': 'Fri, 20 Nov 2026 11:59:00 GMT' }, 0],
    ['milliseconds win', { 'x-ms-retry-after-ms': '1500', 'retry-after': '9' }, 1.5],
    ['words', { 'retry-after': 'soon' }, null],
    ['a negative number', { 'retry-after': '-5' }, null],
    ['nothing', {}, null],
    ['GitHub: quota used up', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }, 30],
    ['GitHub: quota left', { 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': reset }, null],
    ['GitHub: no reset time', { 'x-ratelimit-remaining': '0' }, null],
  ])('%s', (_, headers, seconds) => {
    expect(toldSeconds(headers, NOW)).toBe(seconds)
  })
})
