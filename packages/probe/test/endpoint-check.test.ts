// The public address after a switch, over a real server on loopback.
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { DEFAULT_POLICY, parsePolicy, type Policy } from '@sluice/evidence'
import { createDoor } from '@sluice/http'
import { checkEndpoint, parseCheckUrl, type EndpointCheckOrder } from '@sluice/probe'
import type { ProbeRequest } from '@sluice/rollout'
import { createFakeClock } from '../../../test/doubles/clock.ts'

interface Reply {
  readonly status?: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** `cut`: the line breaks off. */
type Answerer = (number: number, request: IncomingMessage) => Reply | 'cut'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

interface Seen {
  readonly method: string
  readonly path: string
  readonly type: string | undefined
  readonly body: string
}

interface Options {
  readonly control?: AbortController
  /** So many seconds pass with each answer. */
  readonly slow?: number
}

async function bench(answer: Answerer, options: Options = {}) {
  const seen: Seen[] = []
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      seen.push({
        method: request.method ?? '',
        path: request.url ?? '',
        type: request.headers['content-type'],
        body: Buffer.concat(chunks).toString(),
      })
      const reply = answer(seen.length, request)
      clock.advance(options.slow ?? 0)
      if (reply === 'cut') return request.socket.destroy()
      response.writeHead(reply.status ?? 200, reply.headers).end(reply.body ?? '[1]')
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/score?key=hush`
  const clock = createFakeClock()
  const lines: string[] = []
  const check = (order: Partial<EndpointCheckOrder> = {}) =>
    checkEndpoint(
      { url, requests: [], policy: DEFAULT_POLICY, waitSeconds: 0, ...order },
      {
        http: createDoor({ fetch, clock, random: () => 1 }),
        clock,
        signal: (options.control ?? new AbortController()).signal,
        sha256: (text) => createHash('sha256').update(text).digest('hex'),
        report: (line) => lines.push(line),
      },
    )
  return { check, seen, lines, waits: clock.waits, url, server }
}

const request = (name: string, body = `{"of":"${name}"}`): ProbeRequest => ({
  name,
  body,
  contentType: 'application/json',
})

const policy = (value: unknown): Policy => {
  const parsed = parsePolicy(value)
  return parsed.ok ? parsed.value : DEFAULT_POLICY
}

describe('what is sent', () => {
  test('without requests one GET', async () => {
    const { check, seen, lines } = await bench(() => ({}))
    const { verdict, reason, counts, early, latencyMs } = await check()
    expect({ verdict, reason, early }).toEqual({
      verdict: 'pass',
      reason: '1 of 1 answers met every expectation',
      early: 0,
    })
    expect(counts).toMatchObject([{ name: 'GET', sent: 1, passed: 1 }])
    expect(latencyMs).not.toBeNull()
    expect(seen).toEqual([{ method: 'GET', path: '/score?key=hush', type: undefined, body: '' }])
    expect(lines).toEqual([expect.stringMatching(/^check 1\/1 {2}GET {2}status 200 {2}\d+ ms$/)])
  })

  test('every request in every round; an empty one is a GET', async () => {
    const { check, seen } = await bench(() => ({}))
    const requests = [request('a.json'), request('b.get', '')]
    const { counts } = await check({ requests, rounds: 2 })
    expect(seen.map(({ method, type, body }) => [method, type, body])).toEqual([
      ['POST', 'application/json', '{"of":"a.json"}'],
      ['GET', undefined, ''],
      ['POST', 'application/json', '{"of":"a.json"}'],
      ['GET', undefined, ''],
    ])
    expect(counts).toMatchObject([
      { name: 'a.json', sent: 2, passed: 2 },
      { name: 'b.get', sent: 2, passed: 2 },
    ])
  })

  test.each([
    [{ gate: { 'minimum-samples': 5 } }, undefined, 6],
    [{ gate: { 'minimum-samples': 5 } }, 1, 2],
    [{ gate: { 'minimum-samples': 0 } }, undefined, 2],
  ])('%j with rounds %s sends %i', async (value, rounds, sent) => {
    const { check, seen } = await bench(() => ({}))
    const requests = [request('a.json'), request('b.json')]
    await check({ requests, policy: policy(value), ...(rounds !== undefined && { rounds }) })
    expect(seen).toHaveLength(sent)
  })
})

describe('what is wanted', () => {
  const HELLO = policy({ expect: { '*': { status: 201, text: { contains: 'hello' } } } })

  test.each<[string, Reply, Policy, string, string]>([
    ['200', {}, DEFAULT_POLICY, 'pass', '1 of 1 answers met every expectation'],
    [
      'a bare JSON string',
      { body: '"oops"' },
      DEFAULT_POLICY,
      'fail',
      '1 of 1 answers failed; the policy allows a share of 0 (GET): the body is a bare JSON string',
    ],
    ['the status and text of a policy', { status: 201, body: 'hello' }, HELLO, 'pass', '1 of 1'],
    ['another text', { status: 201, body: 'bye' }, HELLO, 'fail', 'text: does not contain'],
    ['another status', {}, HELLO, 'fail', 'status 200 instead of 201'],
    ['401', { status: 401 }, DEFAULT_POLICY, 'fail', 'status 401 instead of 200'],
    ['404', { status: 404 }, DEFAULT_POLICY, 'fail', 'status 404 instead of 200'],
    ['429', { status: 429 }, DEFAULT_POLICY, 'fail', 'status 429 instead of 200'],
    ['500', { status: 500 }, DEFAULT_POLICY, 'fail', 'status 500 instead of 200'],
    ['503', { status: 503 }, DEFAULT_POLICY, 'fail', 'status 503 instead of 200'],
    [
      'a redirect, which is not followed',
      { status: 302, headers: { location: '/elsewhere' } },
      DEFAULT_POLICY,
      'fail',
      'status 302 instead of 200',
    ],
    [
      'a redirect that is wanted',
      { status: 302, headers: { location: '/elsewhere' } },
      policy({ expect: { GET: { status: 302 } } }),
      'pass',
      '1 of 1',
    ],
  ])('%s', async (_, reply, wanted, verdict, reason) => {
    const { check, seen } = await bench(() => reply)
    const found = await check({ policy: wanted })
    expect(found).toMatchObject({ verdict, reason: expect.stringContaining(reason) })
    expect(seen).toHaveLength(1)
  })

  test('too slow for the policy', async () => {
    const { check } = await bench(() => ({}), { slow: 0.2 })
    const found = await check({ policy: policy({ gate: { 'maximum-p95-ms': 100 } }), rounds: 3 })
    expect(found).toMatchObject({
      verdict: 'fail',
      reason: 'p95 is 200 ms; the policy allows 100 ms',
      counts: [{ sent: 3, passed: 3 }],
    })
  })

  test('fewer answers than the policy wants, all of them good', async () => {
    const { check } = await bench(() => ({}))
    const found = await check({ policy: policy({ gate: { 'minimum-samples': 9 } }), rounds: 2 })
    expect(found).toMatchObject({
      verdict: 'inconclusive',
      reason: '2 of 2 requests were answered; the policy wants at least 9',
    })
  })

  test('as many failures as the policy allows', async () => {
    const { check } = await bench((number) => ({ status: number === 2 ? 503 : 200 }))
    const gate = { 'maximum-failure-share': 0.25 }
    const found = await check({ policy: policy({ gate }), rounds: 4, waitSeconds: 10 })
    expect(found).toMatchObject({ verdict: 'pass', counts: [{ sent: 4, passed: 3, failed: 1 }] })
  })
})

describe('a data plane that needs a moment', () => {
  test('silence and the words of doors are asked again, and not counted', async () => {
    const replies: (Reply | 'cut')[] = ['cut', { status: 503 }, { status: 502 }, {}]
    const { check, seen, waits, lines } = await bench(() => replies.shift() ?? {})
    const found = await check({ waitSeconds: 10, rounds: 2 })
    expect(found).toMatchObject({
      verdict: 'pass',
      early: 3,
      counts: [{ sent: 2, passed: 2, unanswered: 0 }],
    })
    expect(seen).toHaveLength(5)
    expect(waits).toEqual([0.5, 1, 2])
    expect(lines.slice(0, 2)).toEqual([
      'the endpoint gives no answer; asking again in 0.5 s',
      'the endpoint gives status 503; asking again in 1 s',
    ])
  })

  test.each([404, 429, 500])('%i is an answer: nothing is waited for', async (status) => {
    const { check, seen, waits } = await bench(() => ({ status }))
    expect((await check({ waitSeconds: 10 })).verdict).toBe('fail')
    expect([seen.length, waits]).toEqual([1, []])
  })

  test('a status that is wanted is not waited away', async () => {
    const { check, waits } = await bench(() => ({ status: 503 }))
    const wanted = policy({ expect: { '*': { status: 503 } } })
    expect((await check({ policy: wanted, waitSeconds: 10 })).verdict).toBe('pass')
    expect(waits).toEqual([])
  })

  test('once it has answered, its failures count at once', async () => {
    const { check, seen, waits } = await bench((number) => ({ status: number === 1 ? 200 : 503 }))
    const found = await check({ rounds: 5, waitSeconds: 10 })
    expect(found).toMatchObject({
      verdict: 'fail',
      counts: [{ sent: 2, passed: 1, failed: 1 }],
    })
    expect(seen).toHaveLength(2)
    expect(waits).toEqual([])
  })

  test('the wait has an end: then the last answer counts', async () => {
    const { check, waits } = await bench(() => ({ status: 503 }))
    const found = await check({ rounds: 5, waitSeconds: 10 })
    expect(found).toMatchObject({
      verdict: 'fail',
      counts: [{ sent: 1, failed: 1, reasons: { 'status 503 instead of 200': 1 } }],
    })
    const waited = waits.reduce((sum, seconds) => sum + seconds, 0)
    expect(waited).toBeGreaterThan(8)
    expect(waited).toBeLessThanOrEqual(10)
  })

  test('requests that take their time use it up too', async () => {
    const { check, waits } = await bench(() => ({ status: 503 }), { slow: 4 })
    expect(await check({ waitSeconds: 10 })).toMatchObject({ verdict: 'fail', early: 2 })
    expect(waits).toEqual([0.5, 1])
  })

  test('a request that is not answered within its deadline is silence', async () => {
    const { check, server } = await bench(() => ({}))
    server.removeAllListeners('request')
    expect(await check({ deadlineSeconds: 0.05 })).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/^no answer: GET http.* no answer within 0.05 s/),
    })
  })
})

describe('silence is what a broken switch looks like', () => {
  test('nobody listens: fail, after the wait', async () => {
    const { check, server, lines, url } = await bench(() => ({}))
    await new Promise((resolve) => server.close(resolve))
    const found = await check({ rounds: 3, waitSeconds: 2 })
    expect(found).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/^no answer: GET http:.*\/score: .*ECONNREFUSED/),
      counts: [{ sent: 1, unanswered: 1 }],
      latencyMs: null,
    })
    expect(found.early).toBeGreaterThan(1)
    expect(url).toContain('hush')
    expect(JSON.stringify([found, lines])).not.toContain('hush')
  })

  test('a request that is never answered, beside one that is', async () => {
    const { check } = await bench((_, { method }) => (method === 'GET' ? {} : 'cut'))
    const requests = [request('a.get', ''), request('b.json')]
    const found = await check({ requests, rounds: 2, waitSeconds: 10 })
    expect(found).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/^no answer to b\.json: no answer: POST http/),
    })
  })

  test('now and then is as the policy decides', async () => {
    const { check } = await bench((number) => (number === 3 ? 'cut' : {}))
    const found = await check({ rounds: 10 })
    expect(found).toMatchObject({ verdict: 'pass', counts: [{ sent: 10, unanswered: 1 }] })
    const strict = policy({ gate: { 'maximum-unanswered-share': 0 } })
    const again = await bench((number) => (number === 3 ? 'cut' : {}))
    const failed = await again.check({ rounds: 10, policy: strict })
    expect(failed).toMatchObject({ verdict: 'fail', counts: [{ sent: 3, unanswered: 1 }] })
    expect(failed.reason).toMatch(/^1 of 3 tries got no answer/)
  })
})

test('nothing that was sent or answered is shown', async () => {
  const { check, lines } = await bench(() => ({ body: '"answered-secret"' }))
  const found = await check({ requests: [request('a\n::error::b.json', '{"a":"sent-secret"}')] })
  const shown = JSON.stringify([found, lines])
  expect(found.verdict).toBe('fail')
  expect(shown).not.toMatch(/secret|hush/)
  expect([...lines, found.reason].join('')).not.toMatch(/\p{Cc}/u)
})

test('a cancel rejects with its reason, and nothing more is sent', async () => {
  const control = new AbortController()
  const { check, seen } = await bench(
    (number) => {
      if (number === 2) control.abort(new Error('enough'))
      return {}
    },
    { control },
  )
  await expect(check({ rounds: 5 })).rejects.toThrow('enough')
  expect(seen).toHaveLength(2)
})

describe('parseCheckUrl', () => {
  test.each([
    ['https://churn.example.com/score?key=1', 'https://churn.example.com/score?key=1'],
    [' http://10.0.0.1:8080 ', 'http://10.0.0.1:8080/'],
  ])('%s', (text, value) => {
    expect(parseCheckUrl(text)).toEqual({ ok: true, value })
  })

  test.each([
    ['churn/score?key=hush', 'is no address'],
    ['', 'is no address'],
    ['ftp://host/', 'has the scheme ftp'],
    ['https://joe:hush@host/', 'holds credentials'],
    ['https://hush@host/', 'holds credentials'],
    ['https://host/#hush', 'holds a part after #'],
    ['ftp://joe@host/#hush', 'has the scheme ftp and holds credentials and holds a part after #'],
  ])('%s is refused', (text, message) => {
    const parsed = parseCheckUrl(text, 'input check-url')
    expect(parsed).toEqual({
      ok: false,
      problems: [{ where: 'input check-url', message: expect.stringContaining(message) }],
    })
    expect(JSON.stringify(parsed)).not.toContain('hush')
  })
})
