// Credentials and their renewal, connections, deadlines, cancellation.
import { X509Certificate } from 'node:crypto'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import { createApiServer, type Credentials, type Resource } from '@sluice/kubernetes'
import { createFakeClock } from '../../../../test/doubles/clock.ts'
import { kubernetesPorts } from '../../../../test/doubles/kubernetes-ports.ts'
import { makeCertificate } from '../../../twin/src/kernel/certificate.ts'
import {
  accessOf,
  certificateOfTests,
  closeAll,
  connectTo,
  serve,
  statusBody,
  type Reply,
  type Seen,
} from './strict-server.ts'

afterEach(closeAll)

const bearerOf = (token: string): Credentials => ({
  headers: { authorization: `Bearer ${token}` },
  certificate: null,
})
const onlyFor =
  (token: string) =>
  ({ headers }: Seen): Reply =>
    headers.authorization === `Bearer ${token}`
      ? { body: 'welcome' }
      : { status: 401, body: statusBody(401, 'Unauthorized') }

describe('credentials that were refused', () => {
  test('are renewed once for all requests that met it', async () => {
    let renewals = 0
    const old = bearerOf('old')
    const { api, server } = await connectTo(onlyFor('new'), {
      more: {
        credentials: () => Promise.resolve(old),
        renew: async () => {
          renewals++
          await new Promise((resolve) => setTimeout(resolve, 20))
          return bearerOf('new')
        },
      },
    })
    const answers = await Promise.all(Array.from({ length: 8 }, () => api.read('/version')))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    expect(renewals).toBe(1)
    expect(server.seen).toHaveLength(16)
  })

  test('new ones that are refused too', async () => {
    const { api, server } = await connectTo(onlyFor('none'), {
      more: {
        credentials: () => Promise.resolve(bearerOf('old')),
        renew: () => Promise.resolve(bearerOf('new')),
      },
    })
    await expect(api.read('/version')).rejects.toMatchObject({
      code: 'KUBERNETES_UNAUTHORIZED',
      message: `${server.url} refused the credentials, and new ones as well (401); they come from context "test" of kubeconfig`,
    })
    expect(server.seen).toHaveLength(2)
  })

  test('nothing renews a plain token; a watch is told the same', async () => {
    const { api, server } = await connectTo(onlyFor('none'))
    await expect(api.read('/version')).rejects.toThrow('nothing renews them (401)')
    const from = { namespace: null, resourceVersion: '1', signal: new AbortController().signal }
    await expect(api.watch(pods, from).next()).rejects.toMatchObject({
      code: 'KUBERNETES_UNAUTHORIZED',
    })
    expect(server.seen).toHaveLength(2)
  })

  test('a plugin that fails is the error of the request', async () => {
    const { api } = await connectTo(onlyFor('none'), {
      more: { credentials: () => Promise.reject(new Error('no plugin')) },
    })
    await expect(api.read('/version')).rejects.toThrow('no plugin')
  })
})

const pods: Resource = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  namespaced: true,
  verbs: [],
  subresources: [],
}

describe('client certificates', () => {
  test('a renewed one is used on new connections', async () => {
    const [first, second] = await Promise.all([makeCertificate(), makeCertificate()])
    const of = ({ cert, key }: typeof first): Credentials => ({
      headers: {},
      certificate: { cert, key },
    })
    const fingerprint = (pem: string): string => new X509Certificate(pem).fingerprint256
    const { api, server } = await connectTo(
      ({ certificate }) =>
        certificate === fingerprint(second.cert)
          ? { body: 'welcome' }
          : { status: 401, body: 'no' },
      {
        clientCa: 'any',
        more: {
          credentials: () => Promise.resolve(of(first)),
          renew: () => Promise.resolve(of(second)),
        },
      },
    )
    expect(await api.read('/')).toEqual({ status: 200, text: 'welcome' })
    expect(server.seen.map(({ certificate }) => certificate)).toEqual([
      fingerprint(first.cert),
      fingerprint(second.cert),
    ])
  })

  test('none where one is wanted: told as an answer that did not come', async () => {
    const authority = await makeCertificate()
    const { api } = await connectTo(() => ({ body: 'welcome' }), {
      clientCa: authority.cert,
      ports: kubernetesPorts({ clock: createFakeClock() }),
    })
    await expect(api.read('/')).rejects.toMatchObject({ code: 'HTTP_NO_ANSWER' })
  })
})

describe('trust', () => {
  const trusting = async (trust: { ca?: string | null; serverName?: string; skip?: boolean }) => {
    const { cert } = await certificateOfTests()
    return connectTo(() => ({ body: 'welcome' }), {
      more: {
        trust: {
          ca: trust.ca === undefined ? cert : trust.ca,
          field: 'its certificate-authority-data',
          serverName: trust.serverName ?? null,
          skipVerification: trust.skip ?? false,
        },
      },
    })
  }

  test.each([
    ['its own authority', {}],
    ['another name in the certificate', { serverName: 'localhost' }],
    ['no check', { ca: null, skip: true }],
  ])('%s', async (_, trust) => {
    const { api } = await trusting(trust)
    expect(await api.read('/')).toEqual({ status: 200, text: 'welcome' })
  })

  test.each([
    ['authorities of the runner alone', { ca: null }, 'self-signed certificate'],
    ['a name that is not in it', { serverName: 'kube.example' }, 'kube.example'],
  ])('%s: refused, with the field to mend', async (_, trust, words) => {
    const { api, server } = await trusting(trust)
    await expect(api.read('/')).rejects.toMatchObject({
      code: 'KUBERNETES_NOT_TRUSTED',
      message: expect.stringMatching(
        new RegExp(
          `${server.url}.*${words}.*context "test" of kubeconfig.*its certificate-authority-data`,
        ),
      ),
    })
    expect(server.seen).toEqual([])
  })
})

describe('connections', () => {
  test('200 requests at once share sixteen', async () => {
    const { api, server } = await connectTo(() => ({ body: 'x'.repeat(100) }))
    await Promise.all(Array.from({ length: 200 }, () => api.read('/')))
    expect(Math.max(...server.seen.map(({ connections }) => connections))).toBeLessThanOrEqual(16)
    expect(server.open()).toBeLessThanOrEqual(16)
  })

  test('twenty watches leave room for requests, and stuck requests for watches', async () => {
    const { api, ports } = await connectTo(({ path }, response) => {
      if (path === '/stuck') return 'by hand'
      if (!path.includes('watch=1')) return { body: 'fine' }
      response.writeHead(200)
      response.write(`${JSON.stringify({ type: 'BOOKMARK', object: {} })}\n`)
      return 'by hand'
    })
    const from = { namespace: null, resourceVersion: '1', signal: new AbortController().signal }
    const watches = Array.from({ length: 20 }, () => api.watch(pods, from))
    await Promise.all(watches.map((watch) => watch.next()))
    expect(await api.read('/')).toEqual({ status: 200, text: 'fine' })
    const stuck = Array.from({ length: 10 }, () => api.read('/stuck').catch(() => 'cancelled'))
    const one = await api.watch(pods, from).next()
    expect(one.value).toMatchObject({ type: 'BOOKMARK' })
    ports.cancel()
    expect(await Promise.all(stuck)).toEqual(Array.from({ length: 10 }, () => 'cancelled'))
  })

  test('a cancelled run ends within a second, with requests in flight', async () => {
    const { api, ports, server } = await connectTo(() => 'by hand')
    const asked = Array.from({ length: 20 }, () => api.read('/'))
    const ended = Promise.allSettled(asked)
    while (server.seen.length < 8) await new Promise((resolve) => setTimeout(resolve, 5))
    const began = performance.now()
    ports.cancel(new Error('enough'))
    const reasons = (await ended).map((one) => (one.status === 'rejected' ? one.reason : null))
    expect(performance.now() - began).toBeLessThan(1000)
    expect(new Set(reasons.map(String))).toEqual(new Set(['Error: enough']))
  })

  test('close ends the connections', async () => {
    const { api, server } = await connectTo(() => ({ body: 'x' }))
    await api.read('/')
    expect(server.open()).toBe(1)
    await api.close()
    while (server.open() > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(server.open()).toBe(0)
  })

  test('what is still under way when it is closed ends with it', async () => {
    const { api, server } = await connectTo(() => 'by hand')
    const ended = api.read('/').catch((reason: unknown) => String(reason))
    while (server.seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await api.close()
    expect(await ended).toBe('Error: the connection to the API server was closed')
    expect(server.seen).toHaveLength(1)
  })

  test('a server that is not there', async () => {
    const idle = createServer()
    await new Promise<void>((resolve) => idle.listen(0, '127.0.0.1', resolve))
    const { port } = idle.address() as AddressInfo
    await new Promise((resolve) => idle.close(resolve))
    const server = await serve(() => ({}))
    const ports = kubernetesPorts({ clock: createFakeClock() })
    const access = accessOf(server, { server: `https://127.0.0.1:${port}` })
    const api = createApiServer({ access, ports })
    await expect(api.read('/')).rejects.toMatchObject({
      code: 'HTTP_NO_ANSWER',
      message: expect.stringContaining(`https://127.0.0.1:${port}/: connect ECONNREFUSED`),
    })
    await server.close()
  })
})

describe('a path below the host', () => {
  test('is kept in front of every request', async () => {
    const server = await serve(() => ({ body: 'x' }))
    const ports = kubernetesPorts()
    const access = accessOf(server, { server: `${server.url}/k8s/clusters/c-1` })
    const api = createApiServer({ access, ports })
    await api.read('/version')
    expect(server.seen[0]?.path).toBe('/k8s/clusters/c-1/version')
    expect(api.address).toBe(server.url)
    await api.close()
    await server.close()
  })
})
