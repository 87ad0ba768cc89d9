// A request to what is behind the server: sent once, and all that came of it is an answer.
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Credentials, RequestAnswer, RequestOrder } from '@sluice/kubernetes'
import { accessOf, certificateOfTests, closeAll, connectTo, statusBody } from './strict-server.ts'
import { createApiServer } from '@sluice/kubernetes'
import { kubernetesPorts } from '../../../../test/doubles/kubernetes-ports.ts'

afterEach(closeAll)

const PATH = '/api/v1/namespaces/shop/services/http:web:80/proxy/score?x=1'

const order = (more: Partial<RequestOrder> = {}): RequestOrder => ({
  method: 'POST',
  body: '{"a":1}',
  contentType: 'application/json',
  deadlineSeconds: 5,
  signal: new AbortController().signal,
  ...more,
})

const statusOf = (answer: RequestAnswer): number | null => answer.status

describe('what is sent', () => {
  test('path, body and headers as given, with the credentials', async () => {
    const { api, server } = await connectTo(() => ({ status: 201, body: 'made' }), {
      more: { credentials: () => Promise.resolve(bearer('t')) },
    })
    const answer = await api.request(PATH, order({ headers: { 'x-group': 'b' } }))
    expect(answer).toMatchObject({ status: 201, text: 'made' })
    expect(server.seen).toMatchObject([
      {
        method: 'POST',
        path: PATH,
        body: '{"a":1}',
        headers: { 'content-type': 'application/json', 'x-group': 'b', authorization: 'Bearer t' },
      },
    ])
  })

  test('no header takes the place of the credentials', async () => {
    const { api, server } = await connectTo(() => ({}), {
      more: { credentials: () => Promise.resolve(bearer('ours')) },
    })
    await api.request(PATH, order({ headers: { authorization: 'Bearer theirs' } }))
    expect(server.seen[0]?.headers.authorization).toBe('Bearer ours')
  })

  test('a GET has no body', async () => {
    const { api, server } = await connectTo(() => ({ body: 'fine' }))
    const { signal } = new AbortController()
    await api.request(PATH, { method: 'GET', deadlineSeconds: 5, signal })
    expect(server.seen).toMatchObject([{ method: 'GET', path: PATH, body: '' }])
  })

  test.each(['/a/../secrets', '/a/%2e%2e/secrets', '/a\\..\\secrets', '//evil.example/'])(
    '%s is refused, and nothing is sent',
    async (path) => {
      const { api, server } = await connectTo(() => ({}))
      await expect(api.request(path, order())).rejects.toMatchObject({
        code: 'KUBERNETES_BAD_PATH',
        fault: 'user',
      })
      expect(server.seen).toEqual([])
    },
  )
})

describe('every status is an answer, and nothing is sent twice', () => {
  test.each([200, 301, 404, 408, 429, 500, 502, 503, 504])('%i', async (status) => {
    const headers = { 'retry-after': '1', location: '/api/v1/secrets', 'x-slot': 'green' }
    const { api, server } = await connectTo(() => ({ status, body: 'said', headers }))
    const answer = await api.request(PATH, order())
    expect(answer).toEqual({
      status,
      headers: expect.objectContaining({ 'x-slot': 'green' }),
      text: 'said',
      latencyMs: expect.any(Number),
    })
    expect(server.seen).toHaveLength(1)
  })

  test('credentials are not led to another path of the server', async () => {
    const location = '../../../../../../../../secrets'
    const { api, server } = await connectTo(() => ({ status: 302, headers: { location } }))
    const { signal } = new AbortController()
    const answer = await api.request(PATH, { method: 'GET', deadlineSeconds: 5, signal })
    expect(statusOf(answer)).toBe(302)
    expect(server.seen).toHaveLength(1)
  })

  test('nor are those of a read', async () => {
    const location = '/api/v1/secrets'
    const { api, server } = await connectTo(() => ({ status: 302, headers: { location } }))
    expect(await api.read(PATH)).toMatchObject({ status: 302 })
    expect(server.seen).toHaveLength(1)
  })

  test('of a long body the first 1 MiB', async () => {
    const { api } = await connectTo(() => ({ body: 'x'.repeat(3 * 1024 * 1024) }))
    const answer = await api.request(PATH, order())
    expect(answer).toMatchObject({ status: 200, text: 'x'.repeat(1024 * 1024) })
    expect(await api.request(PATH, order())).toMatchObject({ status: 200 })
  })
})

const bearer = (token: string): Credentials => ({
  headers: { authorization: `Bearer ${token}` },
  certificate: null,
})

describe('401', () => {
  const renewing = () => {
    const counts = { renewals: 0 }
    const more = {
      credentials: () => Promise.resolve(bearer('old')),
      renew: () => {
        counts.renewals += 1
        return Promise.resolve(bearer(`new-${counts.renewals}`))
      },
    }
    return { counts, more }
  }

  test("the server's own renews the credentials once", async () => {
    const { counts, more } = renewing()
    const { api, server } = await connectTo(
      ({ headers }) =>
        headers.authorization === 'Bearer new-1'
          ? { body: 'welcome' }
          : { status: 401, body: statusBody(401, 'Unauthorized') },
      { more },
    )
    expect(await api.request(PATH, order())).toMatchObject({ status: 200, text: 'welcome' })
    expect([counts.renewals, server.seen.length]).toEqual([1, 2])
  })

  test('of a pod is its answer: nothing is renewed or sent again', async () => {
    const { counts, more } = renewing()
    const { api, server } = await connectTo(() => ({ status: 401, body: 'need a key' }), { more })
    expect(await api.request(PATH, order())).toMatchObject({ status: 401, text: 'need a key' })
    expect([counts.renewals, server.seen.length]).toEqual([0, 1])
  })

  test('new credentials that are refused too are an answer', async () => {
    const { counts, more } = renewing()
    const { api, server } = await connectTo(
      () => ({ status: 401, body: statusBody(401, 'Unauthorized') }),
      { more },
    )
    expect(statusOf(await api.request(PATH, order()))).toBe(401)
    expect([counts.renewals, server.seen.length]).toEqual([1, 2])
  })
})

describe('no answer', () => {
  test('a line that breaks off', async () => {
    const { api, server } = await connectTo((_, response) => {
      response.destroy()
      return 'by hand'
    })
    expect(await api.request(PATH, order())).toEqual({
      status: null,
      detail: expect.stringMatching(/^POST https:.*\/proxy\/score: .*\(1 try\)$/),
      latencyMs: expect.any(Number),
    })
    expect(server.seen).toHaveLength(1)
  })

  test('a body that breaks off', async () => {
    const { api, server } = await connectTo((_, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('half', () => response.destroy())
      return 'by hand'
    })
    expect(statusOf(await api.request(PATH, order()))).toBeNull()
    expect(server.seen).toHaveLength(1)
  })

  test('none within the deadline, measured', async () => {
    const { api } = await connectTo(() => 'by hand')
    const answer = await api.request(PATH, order({ deadlineSeconds: 0.1 }))
    expect(answer).toMatchObject({ status: null, detail: expect.stringContaining('within 0.1 s') })
    expect(answer.latencyMs).toBeGreaterThanOrEqual(95)
  })

  test('nobody listens', async () => {
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    const certificate = await certificateOfTests()
    const server = { url: `https://127.0.0.1:${port}`, certificate }
    const api = createApiServer({
      access: { ...accessOf(server as Parameters<typeof accessOf>[0]) },
      ports: kubernetesPorts(),
    })
    const answer = await api.request(PATH, order())
    expect(answer).toMatchObject({ status: null, detail: expect.stringContaining('ECONNREFUSED') })
    expect(JSON.stringify(answer)).not.toContain('x=1')
    await api.close()
  })

  test('a cancel is none: it rejects with its reason', async () => {
    const control = new AbortController()
    const { api } = await connectTo(() => {
      control.abort(new Error('enough'))
      return 'by hand'
    })
    await expect(api.request(PATH, order({ signal: control.signal }))).rejects.toThrow('enough')
  })

  test('the whole run is cancelled', async () => {
    const { api, ports } = await connectTo(() => {
      ports.cancel()
      return 'by hand'
    })
    await expect(api.request(PATH, order())).rejects.toThrow('cancelled by the test')
  })
})
