// Who made an answer, by the forms that a real API server's proxy gives (test/cluster/endpoint-probe).
import { afterEach, describe, expect, test } from '@jest/globals'
import { createDoor } from '@sluice/http'
import type { ProbeAnswer, ProbeRequest } from '@sluice/rollout'
import { createFakeClock } from '../../../../test/doubles/clock.ts'
import { createSlotProbe, type SlotProbeParts, type SlotService } from '../../src/endpoint/probe.ts'
import {
  closeAll,
  connectTo,
  type Answerer,
  type Connected,
  type Reply,
} from '../connection/strict-server.ts'

afterEach(closeAll)

type Settings = SlotProbeParts['settings']

interface Scene {
  readonly settings?: Partial<Settings>
  /** What each look for the Service finds, the last one from then on. */
  readonly services?: readonly (SlotService | null)[]
}

interface Bench extends Connected {
  readonly ask: (request?: Partial<ProbeRequest>, slot?: string) => Promise<ProbeAnswer>
  readonly looks: string[]
}

const SERVICE: SlotService = { name: 'churn-green', namespace: 'shop', port: 80 }

const REQUEST: ProbeRequest = {
  name: 'a.json',
  body: '{"a":1}',
  contentType: 'application/json',
}

async function bench(answer: Answerer, scene: Scene = {}): Promise<Bench> {
  const connected = await connectTo(answer)
  const looks: string[] = []
  const { api, ports } = connected
  const pool = ports.openPool({
    ca: connected.server.certificate.cert,
    cert: null,
    key: null,
    serverName: null,
    skipVerification: false,
    proxy: null,
    connections: 1,
  })
  const services = scene.services ?? [SERVICE]
  const probe = createSlotProbe({
    settings: {
      slotAddress: { kind: 'proxy' },
      slotProof: { kind: 'address' },
      requestPath: '/score',
      ...scene.settings,
    },
    endpoint: 'churn',
    slots: ['blue', 'green'],
    findSlotService: (slot) => {
      looks.push(slot)
      return Promise.resolve(services[Math.min(looks.length, services.length) - 1] ?? null)
    },
    api,
    http: createDoor({ fetch: pool.fetch, clock: createFakeClock(), random: () => 1 }),
    clock: ports.clock,
    log: ports.log,
  })
  const { signal } = new AbortController()
  const ask: Bench['ask'] = (request, slot = 'green') =>
    probe(slot, { ...REQUEST, ...request }, signal)
  return { ...connected, ask, looks }
}

/** As the API server writes it when it answers itself. */
const statusReply = (status: number, reason: string, message: string): Reply => ({
  status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, private' },
  body: {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    code: status,
  },
})

const PROXY = '/api/v1/namespaces/shop/services/http:churn-green:80/proxy'

describe('what is sent', () => {
  test('the body, to the path behind the Service of the slot', async () => {
    const { ask, server, looks } = await bench(() => ({ body: '[0.3]' }))
    expect(await ask()).toEqual({
      status: 200,
      body: '[0.3]',
      answeredBy: 'green',
      latencyMs: expect.any(Number),
      detail: '',
      from: 'slot',
    })
    expect(server.seen).toMatchObject([
      {
        method: 'POST',
        path: `${PROXY}/score`,
        body: '{"a":1}',
        headers: { 'content-type': 'application/json' },
      },
    ])
    expect(looks).toEqual(['green'])
  })

  test.each(['', ' \n'])('an empty body (%j) is a GET', async (body) => {
    const { ask, server } = await bench(() => ({ body: 'fine' }))
    await ask({ body })
    expect(server.seen).toMatchObject([{ method: 'GET', path: `${PROXY}/score`, body: '' }])
  })

  test('a path that climbs is refused, and nothing is sent', async () => {
    const settings = { requestPath: '/../../../secrets' }
    const { ask, server } = await bench(() => ({}), { settings })
    await expect(ask()).rejects.toMatchObject({ code: 'KUBERNETES_BAD_PATH' })
    expect(server.seen).toEqual([])
  })
})

describe("an answer of the slot's pods, whatever its status", () => {
  test.each([200, 302, 400, 401, 403, 404, 429, 500, 502, 503, 504])('%i', async (status) => {
    const { ask, server } = await bench(() => ({ status, body: 'the pod says' }))
    expect(await ask()).toMatchObject({
      status,
      body: 'the pod says',
      answeredBy: 'green',
      from: 'slot',
    })
    expect(server.seen).toHaveLength(1)
  })

  test.each<[string, unknown]>([
    ['of another form', { kind: 'Status', status: 'Failure', code: 500 }],
    ['of another code', { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 503 }],
    ['of no failure', { kind: 'Status', apiVersion: 'v1', status: 'Success', code: 500 }],
    ['in a list', [{ kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 500 }]],
  ])('a body that resembles a Status, %s, is still theirs', async (_, body) => {
    const { ask } = await bench(() => ({ status: 500, body }))
    expect(await ask()).toMatchObject({ status: 500, from: 'slot' })
  })
})

describe('an answer that the API server made is none of the slot', () => {
  test.each([
    [503, 'ServiceUnavailable', 'no endpoints available for service "http:churn-green:80"'],
    [503, 'ServiceUnavailable', 'no service port 81 found for service "churn-green"'],
    [
      503,
      'ServiceUnavailable',
      'error trying to reach service: dial tcp 10.66.0.9:8080: connect: connection refused',
    ],
    [503, 'ServiceUnavailable', 'error trying to reach service: EOF'],
    [404, 'NotFound', 'services "churn-green" not found'],
    [
      403,
      'Forbidden',
      'services "http:churn-green:80" is forbidden: User "bob" cannot create resource "services/proxy" in API group "" in the namespace "shop"',
    ],
    [401, 'Unauthorized', 'Unauthorized'],
    [504, 'Timeout', 'Timeout: request did not complete within the allotted timeout'],
  ])('%i %s: %s', async (status, reason, message) => {
    const { ask } = await bench(() => statusReply(status, reason, message))
    expect(await ask()).toEqual({
      status: null,
      body: '',
      answeredBy: null,
      latencyMs: expect.any(Number),
      detail: message,
    })
  })

  test('is told once, inert; a missing right is a warning', async () => {
    const reasons = ['no endpoints\n::error::x', 'no endpoints\n::error::x', 'is forbidden']
    const { ask, ports } = await bench(() => {
      const message = reasons.shift() ?? ''
      return statusReply(message === 'is forbidden' ? 403 : 503, 'R', message)
    })
    await ask()
    await ask()
    await ask()
    expect(ports.logged).toEqual([
      { level: 'info', text: 'slot green: no answer: no endpoints ::error::x' },
      { level: 'warning', text: 'slot green: no answer: is forbidden' },
    ])
  })

  test('long texts are cut', async () => {
    const { ask } = await bench(() => statusReply(503, 'R', 'x'.repeat(5000)))
    expect((await ask()).detail).toHaveLength(300)
  })
})

test('a line that breaks off is no answer, and the request is not sent again', async () => {
  const { ask, server } = await bench((_, response) => {
    response.destroy()
    return 'by hand'
  })
  expect(await ask()).toMatchObject({
    status: null,
    answeredBy: null,
    detail: expect.stringMatching(/^POST https:.*\/proxy\/score: /),
  })
  expect(server.seen).toHaveLength(1)
})

describe('which Service', () => {
  test('is looked for once', async () => {
    const { ask, looks } = await bench(() => ({ status: 500 }))
    await ask()
    await ask()
    await ask({}, 'blue')
    expect(looks).toEqual(['green', 'blue'])
  })

  test('is looked for again after there was no answer', async () => {
    const moved = { ...SERVICE, name: 'churn-b', port: 8080 }
    const { ask, looks, server } = await bench(
      ({ path }) =>
        path.includes('churn-b') ? {} : statusReply(404, 'NotFound', 'services not found'),
      { services: [SERVICE, moved] },
    )
    expect((await ask()).status).toBeNull()
    expect((await ask()).status).toBe(200)
    expect(looks).toEqual(['green', 'green'])
    expect(server.seen[1]?.path).toBe(
      '/api/v1/namespaces/shop/services/http:churn-b:8080/proxy/score',
    )
  })

  test('none: there is no answer, and nothing is sent until there is one', async () => {
    const { ask, server } = await bench(() => ({}), { services: [null, SERVICE] })
    expect(await ask()).toMatchObject({ status: null, detail: 'the slot has no Service' })
    expect(server.seen).toEqual([])
    expect((await ask()).status).toBe(200)
  })
})

describe('proof by the answer', () => {
  const header: Partial<Settings> = { slotProof: { kind: 'header', name: 'X-Slot' } }
  const body: Partial<Settings> = { slotProof: { kind: 'body', path: 'meta.slots.0' } }
  const says = (slot: unknown): Reply => ({ body: { meta: { slots: [slot] } } })

  test.each<[string, Partial<Settings>, Reply, string | null]>([
    ['the slot in a header', header, { headers: { 'x-slot': 'green' } }, 'green'],
    ['the name of its Deployment', header, { headers: { 'x-slot': 'churn-green' } }, 'green'],
    ['the other slot', header, { headers: { 'x-slot': 'churn-blue' } }, 'blue'],
    ['the slot of another endpoint', header, { headers: { 'x-slot': 'x-green' } }, 'x-green'],
    ['no header', header, {}, null],
    ['an empty one', header, { headers: { 'x-slot': '' } }, null],
    ['the slot in the body', body, says('green'), 'green'],
    ['the other one in the body', body, says('blue'), 'blue'],
    ['a number in the body', body, says(1), null],
    ['a body without the path', body, { body: { meta: 'green' } }, null],
    ['a body that is not JSON', body, { body: 'green' }, null],
    [
      'what every list inherits',
      { slotProof: { kind: 'body', path: 'length' } },
      { body: ['a'] },
      null,
    ],
  ])('%s', async (_, settings, reply, answeredBy) => {
    const { ask } = await bench(() => reply, { settings })
    expect(await ask()).toMatchObject({ status: 200, answeredBy, from: 'slot' })
  })

  test('a name with line ends and colours is made harmless', async () => {
    const { ask } = await bench(() => says(`evil\n::error::\u001B[31m${'x'.repeat(200)}`), {
      settings: body,
    })
    const name = (await ask()).answeredBy ?? ''
    expect(name).toHaveLength(100)
    expect(name).not.toMatch(/\p{Cc}/u)
  })
})

describe('through an address', () => {
  const at = (url: string, more: Partial<Settings> = {}): Scene => ({
    settings: { slotAddress: { kind: 'url', template: url }, ...more },
  })
  /** The server is only known once it listens. */
  const through = async (answer: Answerer, path: string, more: Partial<Settings> = {}) => {
    const front = await connectTo(answer)
    const { ask, looks, ports } = await bench(() => ({}), at(`${front.server.url}${path}`, more))
    return { ask, looks, ports, server: front.server }
  }

  test.each([
    ['/s/{slot}', '/score', '/s/green/score'],
    ['/s/{slot}', '/', '/s/green'],
    ['/{slot}', '/a?b=1', '/green/a?b=1'],
  ])('%s with %s asks %s, and no Service is looked for', async (template, requestPath, path) => {
    const { ask, server, looks } = await through(() => ({ body: 'ok' }), template, { requestPath })
    expect(await ask()).toMatchObject({ status: 200, answeredBy: 'green', from: 'slot' })
    expect(server.seen).toMatchObject([{ method: 'POST', path, body: '{"a":1}' }])
    expect(looks).toEqual([])
  })

  test.each([
    [500, 'slot'],
    [404, 'slot'],
    [302, 'slot'],
    [429, undefined],
    [502, undefined],
    [503, undefined],
    [504, undefined],
  ])('%i by the address alone is from %s', async (status, from) => {
    const { ask, server } = await through(
      () => ({ status, headers: { location: '/elsewhere' } }),
      '/{slot}',
    )
    expect((await ask()).from).toBe(from)
    expect(server.seen).toHaveLength(1)
  })

  test('503 with the proof in it is from the slot; without it nothing tells', async () => {
    const replies: Reply[] = [{ status: 503, headers: { 'x-slot': 'green' } }, { status: 503 }]
    const { ask } = await through(() => replies.shift(), '/{slot}', {
      slotProof: { kind: 'header', name: 'x-slot' },
    })
    expect(await ask()).toMatchObject({ answeredBy: 'green', from: 'slot' })
    const unsigned = await ask()
    expect([unsigned.answeredBy, unsigned.from]).toEqual([null, undefined])
  })

  test('of a Status that comes through it, nothing is read', async () => {
    const { ask } = await through(() => statusReply(500, 'X', 'made up'), '/{slot}')
    expect(await ask()).toMatchObject({ status: 500, from: 'slot' })
  })

  test('nothing secret of the path is told when there is no answer', async () => {
    const { ask, ports } = await through(
      (_, response) => {
        response.destroy()
        return 'by hand'
      },
      '/{slot}',
      { requestPath: '/a?key=hush' },
    )
    const answer = await ask()
    expect(answer).toMatchObject({ status: null, detail: expect.stringContaining('/green/a: ') })
    expect(JSON.stringify([answer, ports.logged])).not.toContain('hush')
  })
})

test("the preview Service's name in the cluster, by its number", async () => {
  const asked: unknown[] = []
  const probe = createSlotProbe({
    settings: {
      slotAddress: { kind: 'service' },
      slotProof: { kind: 'address' },
      requestPath: '/score',
    },
    endpoint: 'churn',
    slots: ['blue', 'green'],
    findSlotService: () => Promise.resolve({ ...SERVICE, port: 8080 }),
    api: { request: () => Promise.reject(new Error('not through the API server')) },
    http: ({ method, url, retry, redirects }) => {
      asked.push({ method, url, retry, redirects })
      return Promise.resolve({ status: 503, headers: {}, text: 'busy', requestId: null })
    },
    clock: createFakeClock(),
    log: { info: () => undefined, warning: () => undefined },
  })
  const answer = await probe('green', REQUEST, new AbortController().signal)
  expect(answer).toMatchObject({ status: 503, answeredBy: 'green', from: 'slot' })
  expect(asked).toEqual([
    {
      method: 'POST',
      url: 'http://churn-green.shop.svc:8080/score',
      retry: 'never',
      redirects: 'never',
    },
  ])
})

test('a cancel rejects with its reason', async () => {
  const { api, ports } = await connectTo(() => 'by hand')
  const control = new AbortController()
  const probe = createSlotProbe({
    settings: {
      slotAddress: { kind: 'proxy' },
      slotProof: { kind: 'address' },
      requestPath: '/',
    },
    endpoint: 'churn',
    slots: ['blue', 'green'],
    findSlotService: () => {
      control.abort(new Error('enough'))
      return Promise.resolve(SERVICE)
    },
    api,
    http: () => Promise.reject(new Error('not needed')),
    clock: ports.clock,
    log: ports.log,
  })
  await expect(probe('green', REQUEST, control.signal)).rejects.toThrow('enough')
})
