import { describe, expect, test } from '@jest/globals'
import type { Clock } from '@sluice/http'
import { probeSlot, type ProbeOrder } from '@sluice/probe'
import type { ProbeAnswer, ProbeRequest } from '@sluice/rollout'

const request = (name: string): ProbeRequest => ({
  name,
  body: '{"sent": "secret"}',
  contentType: 'application/json',
})

const answer = (status: number | null): ProbeAnswer => ({
  status,
  body: '"secret"',
  answeredBy: status === null ? null : 'green',
  latencyMs: 12.4,
  detail: 'secret',
})

interface Bench {
  readonly slept: number[]
  readonly lines: string[]
  readonly asked: string[]
  readonly run: (changes: Partial<ProbeOrder>) => ReturnType<typeof probeSlot>
}

const benchOf = (statuses: (number | null)[], signal = new AbortController().signal): Bench => {
  const slept: number[] = []
  const lines: string[] = []
  const asked: string[] = []
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    sleep: (seconds, waiting) => {
      waiting.throwIfAborted()
      slept.push(seconds)
      return Promise.resolve()
    },
  }
  const order: ProbeOrder = {
    platform: {
      probe: (slot, { name }) => {
        asked.push(`${slot} ${name}`)
        return Promise.resolve(answer(statuses.length > 0 ? (statuses.shift() ?? null) : 200))
      },
    },
    slot: 'green',
    requests: [request('a.json'), request('b.json')],
    rounds: 1,
    waitSeconds: 0,
    isAnswered: (_, { status }) => status === 200,
  }
  return {
    slept,
    lines,
    asked,
    run: (changes) =>
      probeSlot({ ...order, ...changes }, { clock, signal, report: (line) => lines.push(line) }),
  }
}

describe('probeSlot', () => {
  test('asks every request in every round, in order', async () => {
    const bench = benchOf([])
    const samples = await bench.run({ rounds: 2 })
    expect(bench.asked).toEqual(['green a.json', 'green b.json', 'green a.json', 'green b.json'])
    expect(samples.map((sample) => sample.request.name)).toEqual([
      'a.json',
      'b.json',
      'a.json',
      'b.json',
    ])
    expect(bench.lines[3]).toBe('round 2/2  b.json  status 200  by green  12 ms')
  })

  test('asks again while time is left, and keeps every try', async () => {
    const bench = benchOf([503, null, 200])
    const samples = await bench.run({ waitSeconds: 60 })
    expect(samples.map((sample) => sample.answer.status)).toEqual([503, null, 200, 200])
    expect(bench.slept).toEqual([1, 2])
  })

  test('the time is for the whole probe, and not one second more', async () => {
    const bench = benchOf(Array.from({ length: 50 }, () => 503))
    const samples = await bench.run({ waitSeconds: 30 })
    expect(bench.slept).toEqual([1, 2, 4, 8, 10, 5])
    expect(samples.map((sample) => sample.request.name)).toEqual([
      ...Array.from({ length: 7 }, () => 'a.json'),
      'b.json',
    ])
  })

  test('without time nothing is asked twice', async () => {
    const bench = benchOf([503, null])
    expect(await bench.run({})).toHaveLength(2)
    expect(bench.slept).toEqual([])
  })

  test('no line holds a body, a detail, or a control character', async () => {
    const bench = benchOf([503, 200])
    await bench.run({
      requests: [request('a\n::error::b\u001b[31m.json')],
      waitSeconds: 5,
    })
    expect(bench.lines).toEqual([
      'round 1/1  a?::error::b?[31m.json  status 503  by green  12 ms',
      'no answer of the slot yet; asking again in 1 s',
      'round 1/1  a?::error::b?[31m.json  status 200  by green  12 ms',
    ])
  })

  test('a cancel ends it before the next request', async () => {
    const control = new AbortController()
    const bench = benchOf([], control.signal)
    const probe = bench.run({
      isAnswered: () => {
        control.abort(new Error('cancelled'))
        return true
      },
    })
    await expect(probe).rejects.toThrow('cancelled')
    expect(bench.asked).toEqual(['green a.json'])
  })

  test('a cancel ends a wait', async () => {
    const control = new AbortController()
    const bench = benchOf([503], control.signal)
    const probe = bench.run({
      waitSeconds: 60,
      isAnswered: () => {
        control.abort(new Error('cancelled'))
        return false
      },
    })
    await expect(probe).rejects.toThrow('cancelled')
    expect(bench.slept).toEqual([])
  })

  test("the platform's own error is not hidden", async () => {
    const bench = benchOf([])
    const probe = bench.run({ platform: { probe: () => Promise.reject(new Error('no key')) } })
    await expect(probe).rejects.toThrow('no key')
  })
})
