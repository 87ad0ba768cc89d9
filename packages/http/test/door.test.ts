import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import {
  asFetch,
  createDoor,
  createStreamDoor,
  type HttpRequest,
  type HttpStream,
} from '@sluice/http'
import { SluiceError } from '@sluice/rollout'
import { createFakeClock } from '../../../test/doubles/clock.ts'

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void

const servers: Server[] = []

async function closeAll(): Promise<void> {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

afterEach(closeAll)

interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Gives the answers in turn, the last one for ever, and remembers what it was asked. */
async function serve(...answers: readonly Answer[]): Promise<{ base: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const answer = answers[Math.min(seen.length, answers.length - 1)]
      seen.push({
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body,
      })
      answer?.(request, response, body)
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen }
}

const say =
  (status: number, text = '', headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) => {
    response.writeHead(status, headers)
    response.end(text)
  }

const hangUp: Answer = (request) => {
  request.socket.destroy()
}

const nothing: Answer = () => undefined

function openDoor() {
  const clock = createFakeClock()
  const notes: string[] = []
  const door = createDoor({ fetch, clock, random: () => 1, onRetry: (note) => notes.push(note) })
  const controller = new AbortController()
  const ask = (request: Pick<HttpRequest, 'url'> & Partial<HttpRequest>) =>
    door({ method: 'GET', signal: controller.signal, ...request })
  return { clock, notes, door, controller, ask }
}

const failureOf = async (work: Promise<unknown>): Promise<SluiceError> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(SluiceError)
  return error as SluiceError
}

describe('answers', () => {
  test('body, lower-case headers and the id of the request come back', async () => {
    const { base } = await serve(say(418, 'tea ☕', { 'X-MS-Request-Id': 'r-1', 'X-Kind': 'pot' }))
    const answer = await openDoor().ask({ url: `${base}/pot` })
    expect(answer).toMatchObject({ status: 418, text: 'tea ☕', requestId: 'r-1' })
    expect(answer.headers['x-kind']).toBe('pot')
  })

  test.each([
    ['short', 'abc', 5, 'abc'],
    ['just as long', 'abcde', 5, 'abcde'],
    ['longer', 'abcdef', 5, 'abcde'],
    ['cut in a letter', 'abcdü', 5, 'abcd'],
    ['longer than a chunk', 'x'.repeat(300_000), 150_000, 'x'.repeat(150_000)],
    ['empty', '', 5, ''],
  ])('no more of a body than asked for: %s', async (_, body, mostBytes, text) => {
    const { base } = await serve(say(200, body))
    expect((await openDoor().ask({ url: base, mostBytes })).text).toBe(text)
  })

  test('a body without an end is left where it is enough', async () => {
    const { base } = await serve((_, response) => {
      response.writeHead(200)
      response.write('for ever')
    })
    expect((await openDoor().ask({ url: base, mostBytes: 3 })).text).toBe('for')
  })

  test('the request arrives as it was given', async () => {
    const { base, seen } = await serve(say(201))
    await openDoor().ask({
      method: 'POST',
      url: `${base}/a%20b?q=1`,
      headers: { Authorization: 'Bearer t', 'Content-Type': 'application/json' },
      body: '{"a":"ü"}',
    })
    expect(seen).toMatchObject([{ method: 'POST', path: '/a%20b?q=1', body: '{"a":"ü"}' }])
    expect(seen[0]?.headers).toMatchObject({
      authorization: 'Bearer t',
      'content-type': 'application/json',
    })
  })
})

describe('tries', () => {
  test('a read is tried until it is answered, and waits through the clock', async () => {
    const { base, seen } = await serve(say(500), hangUp, say(200, 'at last'))
    const { ask, clock, notes } = openDoor()
    expect((await ask({ url: `${base}/x?sig=secret` })).text).toBe('at last')
    expect(seen).toHaveLength(3)
    expect(clock.waits).toEqual([1, 2])
    expect(notes[0]).toBe(`GET ${base}/x answered 500; try 2 of 4 in 1.0 s`)
    expect(notes.join()).not.toContain('secret')
  })

  test('the fourth answer is given back whatever it is', async () => {
    const { base, seen } = await serve(say(503, 'no'))
    expect(await openDoor().ask({ url: base })).toMatchObject({ status: 503, text: 'no' })
    expect(seen).toHaveLength(4)
  })

  test.each<[HttpRequest['method'], number]>([
    ['GET', 2],
    ['HEAD', 2],
    ['PUT', 2],
    ['DELETE', 2],
    ['POST', 1],
    ['PATCH', 1],
  ])('%s after a 500 is sent %d times', async (method, times) => {
    const { base, seen } = await serve(say(500), say(200))
    await openDoor().ask({ method, url: base })
    expect(seen).toHaveLength(times)
  })

  test('a POST that broke off is not sent again: nobody knows what it did', async () => {
    const { base, seen } = await serve(hangUp)
    const error = await failureOf(openDoor().ask({ method: 'POST', url: `${base}/w`, body: 'x' }))
    expect(error).toMatchObject({ code: 'HTTP_NO_ANSWER', fault: 'platform' })
    expect(error.message).toMatch(new RegExp(`^POST ${base}/w: .*\\(1 try\\)$`))
    expect(seen).toHaveLength(1)
  })

  test('a POST that was refused at the door is sent again', async () => {
    const { base } = await serve(nothing)
    await closeAll()
    const { clock, ask } = openDoor()
    const error = await failureOf(ask({ method: 'POST', url: `${base}/x?key=hush` }))
    expect(clock.waits).toEqual([1, 2, 4])
    expect(error.message).toMatch(new RegExp(`^POST ${base}/x: .*ECONNREFUSED.* \\(4 tries\\)$`))
    expect(error.message).not.toContain('hush')
  })
})

describe('what no next try would mend', () => {
  test('an answer that the caller knows to be final', async () => {
    const { base, seen } = await serve(say(500, 'your fault'))
    const { ask, clock } = openDoor()
    const isFinal = ({ text }: { readonly text: string }): boolean => text === 'your fault'
    expect(await ask({ url: base, isFinal })).toMatchObject({ status: 500, text: 'your fault' })
    expect([seen.length, clock.waits]).toEqual([1, []])
  })

  test('a failure that the fetch itself explained', async () => {
    const told = new SluiceError({ code: 'X', fault: 'user', message: 'no such proxy', hint: '' })
    const clock = createFakeClock()
    const door = createDoor({ fetch: () => Promise.reject(told), clock, random: () => 1 })
    const signal = new AbortController().signal
    await expect(door({ method: 'GET', url: 'http://a', signal })).rejects.toBe(told)
    expect(clock.waits).toEqual([])
  })
})

describe('a stream', () => {
  const follow = (url: string, more: Partial<HttpRequest> = {}) => {
    const clock = createFakeClock()
    const door = createStreamDoor({ fetch, clock, random: () => 1 })
    const signal = new AbortController().signal
    return { clock, answer: door({ method: 'GET', url, signal, ...more }) }
  }
  const opened = async (answer: Promise<HttpStream>) => {
    const stream = await answer
    return stream.kind === 'open' ? stream.body : []
  }
  const slowly: Answer = (_, response) => {
    response.write('one ')
    setTimeout(() => response.end('two'), 300)
  }

  test('comes as it is sent, also when that takes longer than the deadline of its head', async () => {
    const { base } = await serve(slowly)
    const pieces: string[] = []
    for await (const piece of await opened(follow(base, { deadlineSeconds: 0.2 }).answer)) {
      pieces.push(Buffer.from(piece).toString())
    }
    expect(pieces).toEqual(['one ', 'two'])
  })

  test('is asked for again by the same table', async () => {
    const { base } = await serve(say(503), say(200, 'fine'))
    const { answer, clock } = follow(base)
    expect(await answer).toMatchObject({ kind: 'open', status: 200 })
    expect(clock.waits).toEqual([1])
  })

  test('any other answer is read to its end', async () => {
    const { base } = await serve(say(410, 'too old'))
    expect(await follow(base).answer).toMatchObject({
      kind: 'closed',
      status: 410,
      text: 'too old',
    })
  })

  test('a head that does not come', async () => {
    const { base } = await serve(nothing)
    const { answer } = follow(base, { deadlineSeconds: 0.05, retry: 'never' })
    expect(await failureOf(answer)).toMatchObject({ code: 'HTTP_DEADLINE' })
  })

  test('the signal breaks it off', async () => {
    const { base } = await serve(slowly)
    const leave = new AbortController()
    const body = await opened(follow(base, { signal: leave.signal }).answer)
    leave.abort(new Error('enough'))
    await expect(readAll(body)).rejects.toThrow('enough')
  })
})

async function readAll(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<number> {
  let size = 0
  for await (const piece of body) size += piece.length
  return size
}

describe('failures by the code that the network gives', () => {
  const failWith = (cause: object) => () => Promise.reject(new TypeError('fetch failed', { cause }))
  const several = new AggregateError([
    Object.assign(new Error('connect ECONNREFUSED ::1:9'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('connect ETIMEDOUT 127.0.0.1:9'), { code: 'ETIMEDOUT' }),
  ])
  test.each<[string, object, string, number]>([
    ['an unknown name', { code: 'ENOTFOUND' }, 'HTTP_NO_ANSWER', 4],
    ['no route', { code: 'EHOSTUNREACH' }, 'HTTP_NO_ANSWER', 4],
    ['a reset', { code: 'ECONNRESET' }, 'HTTP_NO_ANSWER', 1],
    ['two addresses, one in doubt', several, 'HTTP_NO_ANSWER', 1],
    ['no code', {}, 'HTTP_NO_ANSWER', 1],
    ['an untrusted certificate', { code: 'SELF_SIGNED_CERT_IN_CHAIN' }, 'HTTP_NOT_TRUSTED', 1],
    ['another name in it', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'HTTP_NOT_TRUSTED', 1],
  ])('a POST that met %s', async (_, cause, code, tries) => {
    let sent = 0
    const failing = failWith(cause)
    const door = createDoor({
      fetch: () => {
        sent++
        return failing()
      },
      clock: createFakeClock(),
      random: () => 1,
    })
    const call = door({
      method: 'POST',
      url: 'https://host/',
      signal: new AbortController().signal,
    })
    expect((await failureOf(call)).code).toBe(code)
    expect(sent).toBe(tries)
  })
})

describe('ends', () => {
  test('the deadline is real time and counts for each try', async () => {
    const { base, seen } = await serve(nothing)
    const error = await failureOf(
      openDoor().ask({ url: `${base}/slow`, deadlineSeconds: 0.05, retry: 'safe' }),
    )
    expect(error).toMatchObject({ code: 'HTTP_DEADLINE', fault: 'platform' })
    expect(error.message).toBe(`GET ${base}/slow: no answer within 0.05 s (4 tries)`)
    expect(seen).toHaveLength(4)
  })

  test('a body that never ends meets the deadline too', async () => {
    const { base } = await serve((_, response) => {
      response.writeHead(200)
      response.write('begun')
    })
    const error = await failureOf(
      openDoor().ask({ url: base, deadlineSeconds: 0.05, retry: 'never' }),
    )
    expect(error.code).toBe('HTTP_DEADLINE')
  })

  test('a cancel during a try gives the reason of the signal', async () => {
    const { ask, controller } = openDoor()
    const reason = new Error('enough')
    const { base } = await serve(() => controller.abort(reason))
    await expect(ask({ url: base })).rejects.toBe(reason)
  })

  test('a cancel during a wait gives the reason, and nothing more is sent', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const clock = createFakeClock({ onSleep: () => controller.abort(reason) })
    const door = createDoor({ fetch, clock, random: () => 1 })
    const { base, seen } = await serve(say(500))
    await expect(door({ method: 'GET', url: base, signal: controller.signal })).rejects.toBe(reason)
    expect(seen).toHaveLength(1)
  })

  test('a cancelled signal sends nothing', async () => {
    const { ask, controller } = openDoor()
    const { base, seen } = await serve(say(200))
    controller.abort(new Error('before'))
    await expect(ask({ url: base })).rejects.toThrow('before')
    expect(seen).toEqual([])
  })
})

describe('what cannot be sent', () => {
  test.each([
    ['no address', { url: 'hosts/x' }],
    ['another protocol', { url: 'file:///etc/passwd' }],
    [
      'a line end in a header',
      { url: 'http://127.0.0.1:1', headers: { authorization: 'hush\nx' } },
    ],
    [
      'a wide letter in a header',
      { url: 'http://127.0.0.1:1', headers: { authorization: 'hush–' } },
    ],
    ['a password in no address', { url: 'https://me:hush@' }],
  ])('%s', async (_, request) => {
    const error = await failureOf(openDoor().ask(request))
    expect(error.code).toBe('HTTP_BAD_REQUEST')
    expect(error.message).not.toContain('hush')
  })
})

describe('redirects', () => {
  const headers = { authorization: 'Bearer hush', 'x-api-key': 'hush', accept: 'text/plain' }

  test('on the same origin a read follows with all its headers', async () => {
    const { base, seen } = await serve(say(302, '', { location: '/new?x=1' }), say(200, 'here'))
    expect((await openDoor().ask({ url: `${base}/old`, headers })).text).toBe('here')
    expect(seen[1]).toMatchObject({ path: '/new?x=1', headers: { authorization: 'Bearer hush' } })
  })

  test('to another origin no header goes that names us', async () => {
    const other = await serve(say(200, 'blob'))
    const { base } = await serve(say(307, '', { location: `${other.base}/blob` }))
    expect((await openDoor().ask({ url: base, headers })).text).toBe('blob')
    expect(JSON.stringify(other.seen[0]?.headers)).not.toContain('hush')
    expect(other.seen[0]?.headers.accept).toBe('text/plain')
  })

  test('a write is not carried to another origin: the answer comes back', async () => {
    const other = await serve(say(200))
    const { base } = await serve(say(307, '', { location: other.base }))
    const answer = await openDoor().ask({ method: 'PUT', url: base, headers, body: 'mine' })
    expect(answer.status).toBe(307)
    expect(other.seen).toEqual([])
  })

  test('one that may not be followed comes back, and nothing else is asked', async () => {
    const { base, seen } = await serve(say(302, 'over there', { location: '/new' }), say(200))
    const answer = await openDoor().ask({ url: base, headers, redirects: 'never' })
    expect(answer).toMatchObject({ status: 302, text: 'over there' })
    expect(seen).toHaveLength(1)
  })

  test('a circle ends', async () => {
    const { base, seen } = await serve(say(302, '', { location: '/again' }))
    expect((await openDoor().ask({ url: base })).status).toBe(302)
    expect(seen).toHaveLength(6)
  })
})

describe('as a fetch', () => {
  test('a library sends and receives through the door', async () => {
    const { base, seen } = await serve(
      say(503, '', { 'retry-after': '3' }),
      say(200, '{"ok":true}'),
    )
    const { door, clock } = openDoor()
    const answer = await asFetch(door)(`${base}/x`, { method: 'POST', body: '{"a":1}' })
    expect(await answer.json()).toEqual({ ok: true })
    expect(seen.map(({ body }) => body)).toEqual(['{"a":1}', '{"a":1}'])
    expect(clock.waits).toEqual([3])
  })

  test.each([
    ['a Request', (call: typeof fetch, url: string) => call(new Request(url))],
    [
      'a form',
      (call: typeof fetch, url: string) => call(url, { method: 'POST', body: new FormData() }),
    ],
    ['a method of its own', (call: typeof fetch, url: string) => call(url, { method: 'LINK' })],
  ])('%s is refused, and nothing is sent', async (_, ask) => {
    const { base, seen } = await serve(say(200))
    await expect(ask(asFetch(openDoor().door), base)).rejects.toThrow(TypeError)
    expect(seen).toEqual([])
  })

  test.each([
    ['pairs', [['x-a', '1']] as [string, string][]],
    ['a record', { 'x-a': '1' }],
    ['Headers', new Headers({ 'x-a': '1' })],
  ])('takes headers as %s, and an address as a URL', async (_, headers) => {
    const { base, seen } = await serve(say(200))
    await asFetch(openDoor().door)(new URL(base), { headers })
    expect(seen.map((one) => one.headers['x-a'])).toEqual(['1'])
  })

  test('an answer without a body stays without one', async () => {
    const { base } = await serve(say(204))
    const answer = await asFetch(openDoor().door)(base, { method: 'DELETE' })
    expect([answer.status, answer.body]).toEqual([204, null])
  })

  test('the signal of the call cancels it', async () => {
    const { base } = await serve(nothing)
    const call = asFetch(openDoor().door)(base, { signal: AbortSignal.timeout(30) })
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})
