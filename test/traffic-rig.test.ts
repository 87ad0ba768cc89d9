// The two instruments of the traffic suites: what counts the requests, and what judges the counts.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { binomialInterval } from './cluster/traffic/binomial.ts'
import {
  countBySlot,
  describeFailures,
  failuresOf,
  followedAfter,
  makeDraw,
  runLoad,
} from './cluster/traffic/load.ts'

describe('the 99.9 % interval of a share', () => {
  // By hand: 0.5^10 is 0.00098, more than half of what 0.999 leaves; 0.5^11 is 0.00049, less.
  test.each([
    [10, 0.5, 0, 10],
    [11, 0.5, 1, 10],
    [1, 0.1, 0, 1],
    [600, 0, 0, 0],
    [600, 1, 600, 600],
  ])('of %i requests at %d is %i to %i', (count, share, lowest, highest) => {
    expect(binomialInterval({ count, share })).toEqual({ lowest, highest })
  })

  test.each([
    [600, 10],
    [1000, 50],
    [2000, 90],
    [5000, 1],
  ])('of %i requests at %i percent is what whole numbers say', (count, percent) => {
    const found = binomialInterval({ count, share: percent / 100 })
    expect(found).toEqual(exactInterval(count, percent))
  })
})

/** The same with whole numbers of any length: counts of equally likely ways, of 100^count. */
function exactInterval(count: number, percent: number) {
  const [yes, no] = [BigInt(percent), BigInt(100 - percent)]
  const tail = 100n ** BigInt(count)
  const isLittle = (sum: bigint): boolean => sum * 2000n <= tail
  const until = (hit: bigint, miss: bigint): number => {
    let ways = miss ** BigInt(count)
    let sum = ways
    let hits = 0
    while (isLittle(sum)) {
      ways = (ways * BigInt(count - hits) * hit) / (BigInt(hits + 1) * miss)
      hits += 1
      sum += ways
    }
    return hits
  }
  return { lowest: until(yes, no), highest: count - until(no, yes) }
}

describe('the load', () => {
  const ids: string[] = []
  /** Waiting for others at /gather. */
  const gathered: ServerResponse[] = []
  const answer = (incoming: IncomingMessage, response: ServerResponse): void => {
    ids.push(String(incoming.headers['x-request-id']))
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://here')
    if (pathname === '/reset') return void incoming.socket.resetAndDestroy()
    if (pathname === '/never') return
    if (pathname === '/gather') {
      gathered.push(response)
      if (gathered.length < 50) return
      for (const one of gathered) one.end(JSON.stringify({ slot: 'blue' }))
      return
    }
    setTimeout(
      () => {
        response.statusCode = pathname === '/bad' ? 502 : 200
        response.end(JSON.stringify({ slot: 'blue', host: incoming.headers.host }))
      },
      Number(searchParams.get('work') ?? 0),
    )
  }
  const server = createServer(answer)
  let address = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  test('does not wait for answers', async () => {
    // None is answered before the last one is there.
    const records = await runLoad({ address, host: 'a', path: '/gather', rate: 200, count: 50 })
    expect(countBySlot(records)).toEqual({ blue: 50 })
  })

  test('keeps to its rate', async () => {
    const records = await runLoad({ address, host: 'a', rate: 200, count: 41 })
    const early = records.filter(({ number, start }) => start < number * 5)
    expect(early).toEqual([])
  })

  test('makes the same requests slow for the same seed', async () => {
    const load = { address, host: 'a', rate: 1000, count: 60, slow: { share: 0.2, ms: 60 } }
    const slowOf = async (seed: number) =>
      (await runLoad({ ...load, seed })).filter(({ isSlow }) => isSlow)
    const [first, again, other] = [await slowOf(3), await slowOf(3), await slowOf(4)]
    const numbers = (records: typeof first) => records.map(({ number }) => number)
    expect(numbers(first)).toEqual(numbers(again))
    expect(numbers(first)).not.toEqual(numbers(other))
    expect(Math.min(...first.map(({ start, end }) => end - start))).toBeGreaterThan(50)
  })

  test.each([
    ['/bad', 1000, { 502: 5 }],
    ['/reset', 1000, { ECONNRESET: 5 }],
    ['/never', 50, { ABORT_ERR: 5 }],
  ])('counts what fails at %s', async (path, limitMs, kinds) => {
    const records = await runLoad({ address, host: 'a', path, limitMs, rate: 500, count: 5 })
    expect(failuresOf(records)).toHaveLength(5)
    expect(describeFailures(records)).toEqual(kinds)
  })

  test('counts a server that is not there', async () => {
    const nowhere = { address: 'http://127.0.0.1:1', host: 'a', rate: 500, count: 3 }
    expect(describeFailures(await runLoad(nowhere))).toEqual({ ECONNREFUSED: 3 })
  })

  test('names each request', async () => {
    ids.length = 0
    const records = await runLoad({ address, host: 'a', rate: 500, count: 20 })
    expect(new Set(ids).size).toBe(20)
    expect(records.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
  })
})

describe('how long the gateway takes to follow', () => {
  const record = { id: '', isSlow: false, error: null, version: '', pod: '', end: 0 }
  const answers: readonly (readonly [number, string, number])[] = [
    [0, 'blue', 200],
    [100, 'blue', 200],
    [130, 'green', 200],
    [180, 'blue', 200],
    [200, 'green', 200],
    [250, 'blue', 502],
  ]
  const records = answers.map(([start, slot, status], number) => ({
    ...record,
    number,
    start,
    slot,
    status,
  }))

  test.each([
    ['green', 90, 90],
    ['green', 180, 0],
    ['blue', 50, 150],
  ])('to %s since %i is %i ms', (slot, since, wanted) => {
    expect(followedAfter(records, { slot, since })).toBe(wanted)
  })
})

test('draws are spread over all of 0 to 1', () => {
  const draw = makeDraw(1)
  const drawn = Array.from({ length: 10_000 }, draw)
  const below = (limit: number) => drawn.filter((one) => one < limit).length
  const { lowest, highest } = binomialInterval({ count: 10_000, share: 0.1 })
  expect(below(0.1)).toBeGreaterThanOrEqual(lowest)
  expect(below(0.1)).toBeLessThanOrEqual(highest)
  expect([below(0), below(1)]).toEqual([0, 10_000])
})
