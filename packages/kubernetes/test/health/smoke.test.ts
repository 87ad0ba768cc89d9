// Checks after the wait: what is read, what is asked, and when it is given up.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { SluiceError } from '@sluice/rollout'
import type { HttpDoor, HttpRequest } from '@sluice/http'
import { createVirtualClock } from '../../../../test/doubles/virtual-clock.ts'
import {
  observeSmoke,
  parseSmoke,
  parseSmokeTarget,
  type SmokeCheck,
  type SmokeTarget,
} from '../../src/health/smoke.ts'

describe('checks', () => {
  test('paths, status, text', () => {
    const text = '/health\n\n# the rest\n/api/version?x=1 = 200\r\n/old = 404 "not "here""\n/'
    expect(parseSmoke(text)).toEqual({
      ok: true,
      value: [
        { path: '/health', status: 200, contains: null },
        { path: '/api/version?x=1', status: 200, contains: null },
        { path: '/old', status: 404, contains: 'not "here"' },
        { path: '/', status: 200, contains: null },
      ],
    })
  })

  test.each([
    ['health', 'line 1', 'wanted /path'],
    ['/ok\n/health 200', 'line 2', 'wanted /path'],
    ['/health = 20', 'line 1', 'wanted /path'],
    ['/health = 999', 'line 1', 'wanted /path'],
    ['//evil.example/', 'line 1', 'leads out of the service'],
    ['/a/../../../secrets', 'line 1', 'leads out of the service'],
    ['/a/%2e%2E/secrets', 'line 1', 'leads out of the service'],
    ['/a%2f..%2fsecrets', 'line 1', 'leads out of the service'],
    ['/a\\..\\b', 'line 1', 'wanted /path'],
  ])('%j is refused', (text, where, message) => {
    expect(parseSmoke(text)).toEqual({
      ok: false,
      problems: [{ where: `smoke, ${where}`, message: expect.stringContaining(message) }],
    })
  })
})

describe('targets', () => {
  test.each([
    ['https://shop.example.com/', { kind: 'url', base: 'https://shop.example.com' }],
    ['http://10.0.0.1:8080/base/', { kind: 'url', base: 'http://10.0.0.1:8080/base' }],
    ['service/web:80', { kind: 'service', namespace: 'shop', name: 'web', port: '80' }],
    ['service/web:http', { kind: 'service', namespace: 'shop', name: 'web', port: 'http' }],
  ])('%s', (text, value) => {
    expect(parseSmokeTarget(text, 'shop')).toEqual({ ok: true, value })
  })

  test.each([
    'web',
    'ftp://host/',
    'https://joe:pw@host/',
    'https://host/?a=b',
    'service/web',
    'service/web:0',
    'service/web:70000',
    'service/../secrets:80',
    'service/web:80/proxy',
  ])('%s is refused', (text) => {
    expect(parseSmokeTarget(text, 'shop')).toMatchObject({ ok: false })
  })
})

const check = (path: string, more: Partial<SmokeCheck> = {}): SmokeCheck => ({
  path,
  status: 200,
  contains: null,
  ...more,
})

interface Try {
  readonly status: number
  readonly text: string
}

/** Answers one after the other, the last one for ever. */
function play(answers: readonly (Try | Error)[], target: SmokeTarget, seconds = 30) {
  const clock = createVirtualClock()
  const asked: string[] = []
  const told: { readonly line: string; readonly at: number }[] = []
  const next = (what: string): Promise<Try> => {
    asked.push(what)
    const answer = answers[Math.min(asked.length, answers.length) - 1]
    return answer instanceof Error || answer === undefined
      ? Promise.reject(answer ?? new Error('no answer is planned'))
      : Promise.resolve(answer)
  }
  const http: HttpDoor = async ({ url }: HttpRequest) => ({
    ...(await next(url)),
    headers: {},
    requestId: null,
  })
  const run = (one: SmokeCheck, signal = new AbortController().signal) =>
    observeSmoke([one], {
      target,
      api: { read: next },
      http,
      clock,
      signal,
      log: { info: (line) => told.push({ line, at: clock.passed() }) },
      timeoutSeconds: seconds,
    })
  return { run, asked, clock, told }
}

const url: SmokeTarget = { kind: 'url', base: 'https://shop.example.com' }
const service: SmokeTarget = { kind: 'service', namespace: 'shop', name: 'web', port: '80' }
const refused = new SluiceError({
  code: 'HTTP_NO_ANSWER',
  fault: 'platform',
  message: 'refused',
  hint: '',
})

describe('asking', () => {
  test('until it answers as wanted', async () => {
    const { run, asked } = play(
      [refused, { status: 503, text: 'warming up' }, { status: 200, text: '{"ok":true}' }],
      url,
    )
    expect(await run(check('/health'))).toEqual([
      {
        check: check('/health'),
        ok: true,
        status: 200,
        message: '{"ok":true}',
        tries: 3,
        seconds: 1.5,
      },
    ])
    expect(asked[0]).toBe('https://shop.example.com/health')
  })

  test('through the API server', async () => {
    const { run, asked } = play([{ status: 200, text: 'ok' }], service)
    const [result] = await run(check('/health?deep=1'))
    expect(result?.ok).toBe(true)
    expect(asked).toEqual(['/api/v1/namespaces/shop/services/web:80/proxy/health?deep=1'])
  })

  test('until its time is over; the last answer is told, and is inert', async () => {
    const text = '::error::\u001b[31mdown token=abc\nmore'
    const { run, clock } = play([{ status: 503, text }], url, 20)
    const [result] = await run(check('/'))
    expect(result).toMatchObject({ ok: false, status: 503, message: ': :error::down token=***' })
    expect(clock.passed()).toBeLessThanOrEqual(20)
  })

  test('says at least every 15 s what it still waits for', async () => {
    const { run, told } = play([{ status: 503, text: '::error::warming up' }], url, 60)
    await run(check('/health'))
    const times = [0, ...told.map(({ at }) => at), 60]
    const silences = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(Math.max(...silences)).toBeLessThanOrEqual(15)
    expect(told.length).toBeLessThan(15)
    expect(told[0]?.line).toMatch(
      /^smoke: \/health 503, wanted 200; : :error::warming up, \d+ s of 60 s$/,
    )
  })

  test('nothing ever answers', async () => {
    const { run } = play([refused], url, 5)
    expect(await run(check('/'))).toMatchObject([{ ok: false, status: null, message: 'refused' }])
  })

  test('a status and a text of one’s own', async () => {
    const { run } = play([{ status: 404, text: 'not here' }], url, 2)
    expect(await run(check('/', { status: 404, contains: 'not' }))).toMatchObject([{ ok: true }])
    expect(await run(check('/', { status: 404, contains: 'gone' }))).toMatchObject([
      { ok: false, status: 404, message: '"gone" is not in the body: not here' },
    ])
  })

  test('a missing right to the proxy is not asked for again', async () => {
    const text = '{"kind":"Status","reason":"Forbidden","message":"cannot get services/proxy"}'
    const { run, asked } = play([{ status: 403, text }], service)
    const [result] = await run(check('/'))
    expect(result).toMatchObject({ ok: false, status: 403, tries: 1 })
    expect(result?.message).toContain('services/proxy')
    expect(asked).toHaveLength(1)
  })

  test('a cancelled run rejects', async () => {
    const controller = new AbortController()
    const { run, clock } = play([{ status: 503, text: '' }], url)
    clock.plan(3, () => controller.abort(new Error('cancelled')))
    await expect(run(check('/'), controller.signal)).rejects.toThrow('cancelled')
  })
})

describe('with a server', () => {
  let server: Server
  beforeAll(async () => {
    server = createServer((_, answer) => answer.end('x'.repeat(1000)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => void server.close())

  test('a long line is cut', async () => {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const http: HttpDoor = async (request) => {
      const answer = await fetch(request.url)
      return { status: answer.status, headers: {}, text: await answer.text(), requestId: null }
    }
    const clock = createVirtualClock()
    const { signal } = new AbortController()
    const api = { read: () => Promise.reject(new Error('not asked')) }
    const target: SmokeTarget = { kind: 'url', base }
    const log = { info: () => undefined }
    const parts = { target, api, http, clock, signal, log, timeoutSeconds: 5 }
    const [result] = await observeSmoke([check('/')], parts)
    expect(result?.ok).toBe(true)
    expect(result?.message).toHaveLength(200)
  })
})
