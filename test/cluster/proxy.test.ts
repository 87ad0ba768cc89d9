// The fault proxy itself: every fault reaches a client, and the real server behind it is untouched or not as told.
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { request } from 'node:https'
import { useCluster, type FaultRule, type ProxyInUse } from './harness.ts'

const cluster = useCluster()
let proxy: ProxyInUse
let ns = ''

beforeAll(async () => {
  proxy = await cluster.faultProxy()
  ns = await cluster.namespace()
})
afterEach(() => {
  proxy.script([])
  proxy.reset()
})

interface Heard {
  readonly status: number
  readonly text: string
  readonly error: string
}

/** One plain request through the proxy; what came until the connection ended or the time was over. */
function ask(method: string, path: string, body = ''): Promise<Heard> {
  const heard = { status: 0, text: '', error: '' }
  return new Promise((resolve) => {
    const end = (error: string): void => resolve({ ...heard, error })
    const outgoing = request(
      `${proxy.server}${path}`,
      {
        method,
        ca: proxy.ca,
        agent: false,
        headers: {
          authorization: `Bearer ${cluster.facts.token}`,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      },
      (incoming) => {
        heard.status = incoming.statusCode ?? 0
        incoming.setEncoding('utf8').on('data', (text: string) => (heard.text += text))
        incoming.on('error', (error) => end(error.message))
        incoming.on('end', () => end(''))
      },
    )
    outgoing.on('error', (error) => end(error.message))
    outgoing.setTimeout(1500, () => {
      end('time is over')
      outgoing.destroy()
    })
    outgoing.end(body)
  })
}

const maps = () => `/api/v1/namespaces/${ns}/configmaps`
const mapNamed = (name: string) => JSON.stringify({ metadata: { name }, data: { k: 'wört' } })
const makeMap = (name: string) => ask('POST', maps(), mapNamed(name))
const isThere = async (name: string) => (await cluster.api('GET', `${maps()}/${name}`)).status

test('without a script everything passes, and is remembered', async () => {
  const stdin = JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    ...JSON.parse(mapNamed('plain')),
  })
  const applied = await cluster.kubectl(
    '--kubeconfig',
    proxy.kubeconfig,
    'apply',
    '--server-side',
    '-n',
    ns,
    '-f',
    '-',
    { stdin },
  )
  expect(applied).toMatchObject({ code: 0 })
  const writes = proxy.requests.filter(({ method }) => method === 'PATCH')
  expect(writes).toMatchObject([
    { path: `${maps()}/plain`, status: 201, serverStatus: 201, fault: null },
  ])
  expect(writes[0]?.query.get('fieldManager')).toBe('kubectl')
  expect(writes[0]?.bytes).toBe(Buffer.byteLength(writes[0]?.body ?? ''))
  expect(JSON.stringify(proxy.requests)).not.toContain(cluster.facts.token)
})

test('a restricted user stays restricted behind it', async () => {
  const file = proxy.userKubeconfig('restricted-2')
  const asked = await cluster.kubectl('--kubeconfig', file, 'get', 'pods', '-n', ns)
  expect(asked.stderr).toMatch(/"restricted-2" cannot list/)
})

describe('a request', () => {
  test('is answered in the stead of the server, once, and passes then', async () => {
    const headers = { 'retry-after': '7' }
    proxy.script([{ fault: { kind: 'answer', status: 429, headers }, method: 'POST' }])
    const refused = await makeMap('late')
    expect(refused).toMatchObject({ status: 429, error: '' })
    expect(JSON.parse(refused.text)).toMatchObject({ kind: 'Status', reason: 'TooManyRequests' })
    expect(await isThere('late')).toBe(404)
    expect(await makeMap('late')).toMatchObject({ status: 201 })
  })

  test.each([
    ['before', 404],
    ['after', 200],
  ] as const)('is cut %s the server has done it: it answers %d later', async (when, later) => {
    proxy.script([{ fault: { kind: 'reset', when }, method: 'POST' }])
    expect(await makeMap(`cut-${when}`)).toMatchObject({ status: 0, error: 'socket hang up' })
    expect(await isThere(`cut-${when}`)).toBe(later)
  })

  test.each([
    ['before', 404],
    ['after', 200],
  ] as const)('is dropped by a hook %s the server has done it: %d', async (when, later) => {
    const seen: string[] = []
    proxy.onRequest(2, when, ({ path }) => {
      seen.push(path)
      return 'drop'
    })
    expect(await ask('GET', '/version')).toMatchObject({ status: 200 })
    expect(await makeMap(`hook-${when}`)).toMatchObject({ error: 'socket hang up' })
    expect(await isThere(`hook-${when}`)).toBe(later)
    expect(seen).toEqual([maps()])
  })

  test('waits, or waits for ever', async () => {
    proxy.script([
      { fault: { kind: 'delay', ms: 300 }, path: '/version' },
      { fault: { kind: 'hang' }, path: '/version', skip: 1 },
    ])
    const began = performance.now()
    expect(await ask('GET', '/version')).toMatchObject({ status: 200 })
    expect(performance.now() - began).toBeGreaterThan(290)
    expect(await ask('GET', '/version')).toMatchObject({ status: 0, error: 'time is over' })
  })

  test('gets its answer byte by byte', async () => {
    await makeMap('drip')
    proxy.script([{ fault: { kind: 'drip', bytes: 1 }, path: /drip$/ }])
    const { text } = await ask('GET', `${maps()}/drip`)
    expect(JSON.parse(text)).toMatchObject({ data: { k: 'wört' } })
  })
})

describe('a watch', () => {
  const watch = async (rule: FaultRule | null) => {
    proxy.script(rule === null ? [] : [rule])
    // Two events at least: the API server's own ConfigMap, and one of ours.
    await cluster.api('POST', maps(), { body: { metadata: { name: 'watched' } } })
    const heard = await ask('GET', `${maps()}?watch=true&resourceVersion=0`)
    const lines = heard.text.split('\n')
    return { ...heard, lines: lines.slice(0, -1), rest: lines.at(-1) ?? '' }
  }
  const where: FaultRule['where'] = ({ query }) => query.get('watch') === 'true'

  test('passes as it comes', async () => {
    const { lines, error } = await watch(null)
    expect(lines.length).toBeGreaterThan(1)
    expect(error).toBe('time is over')
  })

  test('is cut in the middle of a line', async () => {
    const { lines, rest, error } = await watch({ fault: { kind: 'cut-watch', events: 1 }, where })
    expect(lines).toHaveLength(1)
    expect(rest).toMatch(/^\{"type":"ADDED"/)
    expect(() => JSON.parse(rest) as unknown).toThrow(SyntaxError)
    expect(error).toBe('aborted')
  })

  test('ends in good order', async () => {
    const { lines, rest, error } = await watch({ fault: { kind: 'end-watch', events: 1 }, where })
    expect({ count: lines.length, rest, error }).toEqual({ count: 1, rest: '', error: '' })
  })

  test('is told that its version is gone', async () => {
    const { lines } = await watch({ fault: { kind: 'gone', events: 1 }, where })
    expect(lines).toHaveLength(2)
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired' },
    })
  })

  test('falls silent', async () => {
    const { lines, error } = await watch({ fault: { kind: 'silence', events: 1 }, where })
    expect({ count: lines.length, error }).toEqual({ count: 1, error: 'time is over' })
  })
})
