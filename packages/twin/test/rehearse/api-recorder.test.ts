// The recorder before an API server: a door that changes nothing and writes down what passes.
import { createServer, request, type Server } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { makeCertificate, type Certificate } from '../../src/index.ts'
import { ApiRecorder, isWrite } from '../../src/rehearse/cluster/api-recorder.ts'

let certificate: Certificate
let upstream: Server
let recorder: ApiRecorder
/** Emits when the real server sees its client leave. */
let left: Promise<void>

beforeAll(async () => {
  certificate = await makeCertificate()
  let leave: () => void = () => undefined
  left = new Promise((resolve) => {
    leave = resolve
  })
  upstream = createServer({ key: certificate.key, cert: certificate.cert }, (incoming, answer) => {
    if (incoming.url === '/cut') return void incoming.socket.destroy()
    if (incoming.url?.startsWith('/watch')) {
      answer.writeHead(200, { 'content-type': 'application/json' })
      answer.write('{"type":"ADDED"}\n')
      answer.on('close', leave)
      return
    }
    let body = ''
    incoming.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    incoming.on('end', () => {
      const { authorization, 'content-type': type } = incoming.headers
      answer.writeHead(201, { 'x-warning': 'kept', 'content-type': 'application/json' })
      answer.end(JSON.stringify({ method: incoming.method, body, authorization, type }))
    })
  })
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
  const { port } = upstream.address() as AddressInfo
  const real = { server: `https://127.0.0.1:${port}`, ca: certificate.cert }
  recorder = await ApiRecorder.open(real, certificate)
})
afterAll(async () => {
  await recorder.close()
  upstream.closeAllConnections()
  upstream.close()
})
beforeEach(() => void recorder.calls.splice(0))

function send(method: string, path: string, body?: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${recorder.server}${path}`, {
      method,
      ca: certificate.cert,
      agent: false,
      headers: {
        authorization: 'Bearer secret-token',
        ...(body !== undefined && {
          'content-type': 'application/apply-patch+yaml',
          'content-length': Buffer.byteLength(body),
        }),
      },
    })
    outgoing.once('response', resolve).once('error', reject)
    outgoing.end(body)
  })
}

async function read(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of answer.setEncoding('utf8')) text += String(chunk)
  return text
}

test('method, body, headers and answer pass unchanged; no body and no credential is kept', async () => {
  const answer = await send('PATCH', '/apis/apps/v1/x?fieldManager=sluice', '{"a":1}')
  expect([answer.statusCode, answer.headers['x-warning']]).toEqual([201, 'kept'])
  expect(JSON.parse(await read(answer))).toEqual({
    method: 'PATCH',
    body: '{"a":1}',
    authorization: 'Bearer secret-token',
    type: 'application/apply-patch+yaml',
  })
  expect(recorder.calls).toEqual([
    { method: 'PATCH', path: '/apis/apps/v1/x', query: 'fieldManager=sluice', status: 201 },
  ])
})

test('a DELETE with a body keeps its framing', async () => {
  const answer = await send('DELETE', '/api/v1/x', '{"preconditions":{}}')
  expect(JSON.parse(await read(answer))).toMatchObject({ body: '{"preconditions":{}}' })
})

test('a watch passes line by line, and ends at the real server when the client leaves', async () => {
  const answer = await send('GET', '/watch?watch=1')
  const [line] = (await new Promise<Buffer[]>((resolve) =>
    answer.once('data', (chunk: Buffer) => resolve([chunk])),
  )) as readonly Buffer[]
  expect(String(line)).toBe('{"type":"ADDED"}\n')
  answer.destroy()
  await left
  expect(recorder.calls).toEqual([{ method: 'GET', path: '/watch', query: 'watch=1', status: 200 }])
})

test('a connection that the server cuts is cut for the client too', async () => {
  await expect(send('GET', '/cut')).rejects.toThrow(/socket hang up|ECONNRESET/)
  expect(recorder.calls).toEqual([{ method: 'GET', path: '/cut', query: '', status: 0 }])
})

describe('a write is', () => {
  test.each<[string, string, string, boolean]>([
    ['PATCH', '/apis/apps/v1/namespaces/n/deployments/a', 'fieldManager=sluice', true],
    ['DELETE', '/api/v1/namespaces/n/services/a', '', true],
    ['POST', '/api/v1/namespaces/n/pods', 'dryRun=', true],
    ['PATCH', '/apis/apps/v1/namespaces/n/deployments/a', 'dryRun=All&force=true', false],
    ['GET', '/api/v1/pods', 'watch=1', false],
    ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', '', false],
    ['POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', '', false],
  ])('%s %s?%s: %p', (method, path, query, wanted) =>
    expect(isWrite({ method, path, query, status: 200 })).toBe(wanted),
  )
})
