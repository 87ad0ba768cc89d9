// The pool of one server: proxies of the environment and of the caller, trust, streams.
import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { connect, createServer as createNetServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Pool, PoolOptions } from '@sluice/http'
import { makeCertificate, type Certificate } from '../../twin/src/kernel/certificate.ts'
import { createOpenPool } from '../src/pool.ts'
import { decideProxy } from '../src/proxy-choice.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return (server.address() as AddressInfo).port
}

let made: Promise<Certificate> | null = null

/** Speaks to each connection in its own way; as `listen` takes it. */
function createTcpServer(talk: (socket: Socket) => void): Server {
  const sockets = new Set<Socket>()
  const server = createNetServer((socket) => {
    sockets.add(socket)
    talk(socket)
  })
  const closeAllConnections = (): void => sockets.forEach((socket) => socket.destroy())
  return Object.assign(server, { closeAllConnections }) as unknown as Server
}

async function serve() {
  made ??= makeCertificate()
  const certificate = await made
  const headers: IncomingMessage['headers'][] = []
  const server = createHttpsServer(certificate, (request, response) => {
    headers.push(request.headers)
    response.setHeader('warning', ['299 - "a"', '299 - "b"'])
    if (request.url === '/stream') {
      response.write('one ')
      setTimeout(() => response.end('two'), 20)
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => response.end(`${request.method} ${Buffer.concat(chunks).toString()}`))
  })
  const port = await listen(server as unknown as Server)
  return { url: `https://127.0.0.1:${port}`, port, certificate, headers }
}

/** An HTTP proxy that tunnels; `told` are the targets and credentials it was given. */
async function startProxy(status = 200) {
  const told: { readonly target: string; readonly credentials: string | undefined }[] = []
  const sockets = new Set<Socket>()
  const server = createHttpServer()
  server.on('connect', (request, socket: Socket) => {
    told.push({
      target: request.url ?? '',
      credentials: request.headers['proxy-authorization'],
    })
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`)
      return
    }
    const [host = '', port = ''] = (request.url ?? '').split(':')
    const through = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      through.pipe(socket).pipe(through)
    })
    for (const one of [socket, through]) {
      sockets.add(one)
      one.on('error', () => one.destroy())
    }
  })
  const port = await listen(server)
  closing.push(async () => {
    for (const socket of sockets) socket.destroy()
  })
  return { address: `http://127.0.0.1:${port}`, port, told }
}

const plain: PoolOptions = {
  ca: null,
  cert: null,
  key: null,
  serverName: null,
  skipVerification: false,
  proxy: null,
  connections: 4,
}

function open(env: Readonly<Record<string, string>>, options: Partial<PoolOptions>): Pool {
  const pool = createOpenPool(env)({ ...plain, ...options })
  closing.push(() => pool.close())
  return pool
}

const get = (pool: Pool, url: string) =>
  pool.fetch(url, { method: 'GET', headers: {}, signal: new AbortController().signal })

describe('a pool', () => {
  test('a body with its length, and a header that comes twice', async () => {
    const { url, certificate, headers } = await serve()
    const pool = open({}, { ca: certificate.cert })
    const signal = new AbortController().signal
    const answer = await pool.fetch(url, { method: 'DELETE', headers: {}, body: '{"ü":1}', signal })
    expect(await answer.text()).toBe('DELETE {"ü":1}')
    expect(headers[0]?.['content-length']).toBe('8')
    expect(Object.fromEntries(answer.headers)['warning']).toBe('299 - "a", 299 - "b"')
  })

  test('a stream comes piece by piece', async () => {
    const { url, certificate } = await serve()
    const answer = await get(open({}, { ca: certificate.cert }), `${url}/stream`)
    const pieces: string[] = []
    for await (const piece of answer.body ?? []) pieces.push(Buffer.from(piece).toString())
    expect(pieces).toEqual(['one ', 'two'])
  })

  test('an authority that nobody named is not trusted', async () => {
    const { url, certificate } = await serve()
    await expect(get(open({}, {}), url)).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    })
    const named = open({}, { ca: certificate.cert, serverName: 'other' })
    await expect(get(named, url)).rejects.toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  })
})

describe('a write, whose answer is read whole', () => {
  const write = (pool: Pool, url: string, signal = new AbortController().signal) =>
    pool.fetch(url, { method: 'PATCH', headers: {}, body: '{}', signal })

  test('its bytes once more, for who asks for them', async () => {
    const { url, certificate } = await serve()
    const answer = await write(open({}, { ca: certificate.cert }), url)
    const pieces: string[] = []
    for await (const piece of answer.body ?? []) pieces.push(Buffer.from(piece).toString())
    expect(pieces).toEqual(['PATCH {}'])
  })

  test('through a proxy, and not to a server that nobody trusts', async () => {
    const [{ url, certificate }, proxy] = await Promise.all([serve(), startProxy()])
    const trusting = open({ HTTPS_PROXY: proxy.address }, { ca: certificate.cert })
    expect(await (await write(trusting, url)).text()).toBe('PATCH {}')
    expect(proxy.told).toHaveLength(1)
    await expect(write(open({}, {}), url)).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    })
  })

  test.each([
    ['an interim answer is none', 'HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n', 'done'],
    ['letters of two bytes in two packets', '', 'grün'],
  ])('%s', async (_, before, text) => {
    const bytes = Buffer.from(text)
    const server = createTcpServer((socket) => {
      socket.once('data', () => {
        socket.write(`${before}HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`)
        socket.write(bytes.subarray(0, 3))
        setTimeout(() => socket.end(bytes.subarray(3)), 20)
      })
    })
    const port = await listen(server)
    const answer = await write(open({}, {}), `http://127.0.0.1:${port}`)
    expect([answer.status, await answer.text()]).toEqual([200, text])
  })

  test('an answer that breaks off is an error', async () => {
    const server = createTcpServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf'))
    })
    const port = await listen(server)
    await expect(write(open({}, {}), `http://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'UND_ERR_SOCKET',
    })
  })

  test('called off before it is sent, or while it waits for its connection or its answer', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined)
      socket.once('data', () => controllers[1]?.abort(new Error('at the answer')))
    })
    const port = await listen(server)
    const pool = open({}, { connections: 1 })
    const controllers = [new AbortController(), new AbortController(), new AbortController()]
    controllers[0]?.abort(new Error('before'))
    const ends = await Promise.allSettled(
      controllers.map(({ signal }, at) => {
        const sent = write(pool, `http://127.0.0.1:${port}`, signal)
        // The only connection is taken by the one before.
        if (at === 2) controllers[2]?.abort(new Error('in the queue'))
        return sent
      }),
    )
    expect(
      ends.map((end) => (end.status === 'rejected' ? String(end.reason) : end.status)),
    ).toEqual(['Error: before', 'Error: at the answer', 'Error: in the queue'])
  })
})

describe('through a proxy', () => {
  test.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'])('%s', async (name) => {
    const [{ url, port, certificate }, proxy] = await Promise.all([serve(), startProxy()])
    const env = { [name]: proxy.address.replace('://', '://ada:geheim@') }
    const answer = await get(open(env, { ca: certificate.cert }), url)
    expect(await answer.text()).toBe('GET ')
    const credentials = `Basic ${Buffer.from('ada:geheim').toString('base64')}`
    expect(proxy.told).toEqual([{ target: `127.0.0.1:${port}`, credentials }])
  })

  test('the one that the caller names, with trust and name of the server behind it', async () => {
    const [{ url, certificate }, proxy] = await Promise.all([serve(), startProxy()])
    const env = { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '*' }
    const options = { ca: certificate.cert, serverName: 'localhost', proxy: proxy.address }
    expect(await (await get(open(env, options), url)).text()).toBe('GET ')
    expect(proxy.told).toHaveLength(1)
    const wrong = open(env, { ...options, serverName: 'other' })
    await expect(get(wrong, url)).rejects.toThrow('other')
  })

  test('NO_PROXY leads past it', async () => {
    const [{ url, certificate }, proxy] = await Promise.all([serve(), startProxy()])
    const env = { HTTPS_PROXY: proxy.address, NO_PROXY: '10.0.0.0/8,127.0.0.0/8' }
    expect(await (await get(open(env, { ca: certificate.cert }), url)).text()).toBe('GET ')
    expect(proxy.told).toEqual([])
  })

  test('one that refuses', async () => {
    const [{ url, certificate }, proxy] = await Promise.all([serve(), startProxy(407)])
    const pool = open({ HTTPS_PROXY: proxy.address }, { ca: certificate.cert })
    await expect(get(pool, url)).rejects.toThrow('407')
  })

  test.each([
    ['socks5://ada:geheim@proxy:1080', 'the proxy is one of socks5; wanted http:// or https://'],
    ['http://ada:geheim@', 'the address of the proxy cannot be read; wanted http://host:port'],
  ])('%s is refused, without its password', async (address, message) => {
    const pool = open({ HTTPS_PROXY: address }, {})
    await expect(get(pool, 'https://kube.example')).rejects.toMatchObject({
      code: 'ACTION_PROXY',
      message,
    })
  })
})

describe('which servers a proxy is for', () => {
  const proxy = 'http://proxy:3128'
  test.each([
    ['example.org', 'https://example.org', null],
    ['example.org', 'https://kube.example.org:6443', null],
    ['example.org', 'https://notexample.org', proxy],
    ['.example.org', 'https://kube.example.org', null],
    ['*.example.org', 'https://KUBE.example.org', null],
    ['example.org:6443', 'https://example.org:6443', null],
    ['example.org:6443', 'https://example.org', proxy],
    ['example.org:443', 'https://example.org', null],
    ['a, example.org b', 'https://example.org', null],
    ['*', 'https://example.org', null],
    ['10.1.2.3', 'https://10.1.2.3:6443', null],
    ['10.1.2.3', 'https://10.1.2.30', proxy],
    ['2.3', 'https://10.1.2.3', proxy],
    ['10.0.0.0/8', 'https://10.1.2.3', null],
    ['10.0.0.0/8', 'https://11.1.2.3', proxy],
    ['10.0.0.0/99', 'https://10.1.2.3', proxy],
    ['fd00::/8', 'https://[fd00::1]:6443', null],
    ['fd00::1', 'https://[fd00::1]', null],
    ['[fd00::1]:6443', 'https://[fd00::1]:6443', null],
    ['', 'https://example.org', proxy],
  ])('NO_PROXY=%s: %s', (list, origin, decided) => {
    expect(decideProxy(origin, { HTTPS_PROXY: proxy, NO_PROXY: list })).toBe(decided)
  })

  test('a plain server has only HTTP_PROXY; lower case wins; nothing set, no proxy', () => {
    expect(decideProxy('http://a', { HTTPS_PROXY: proxy })).toBeNull()
    expect(decideProxy('http://a', { HTTP_PROXY: 'http://x', http_proxy: proxy })).toBe(proxy)
    expect(decideProxy('https://a', {})).toBeNull()
  })
})
