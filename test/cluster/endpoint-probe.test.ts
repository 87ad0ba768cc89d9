// Slots that are asked through a real API server: what it passes on, and what it says itself.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { DEFAULT_EXPECTATION, judgeAnswer } from '@sluice/evidence'
import { createDoor } from '@sluice/http'
import { openKubernetes, type KubernetesSettings } from '@sluice/kubernetes'
import type { Platform, ProbeAnswer, ProbeRequest, SlotPair } from '@sluice/rollout'
import { kubernetesPorts, type LoggedLine } from '../doubles/kubernetes-ports.ts'
import { useCluster, type ProxyInUse } from './harness.ts'
import { seeUntil } from './patience.ts'
import { endpointObject, slotObjects } from './slot-objects.ts'

const cluster = useCluster()

interface Opened {
  readonly platform: Platform<never>
  readonly logged: readonly LoggedLine[]
}

interface Asking {
  readonly endpoint: string
  readonly kubeconfig?: string
  readonly slots?: SlotPair
  readonly settings?: Partial<KubernetesSettings>
}

const SETTINGS: KubernetesSettings = {
  context: null,
  slotAddress: { kind: 'proxy' },
  slotProof: { kind: 'address' },
  requestPath: '/score?x=1',
  port: null,
}

const closing: (() => Promise<void>)[] = []
afterAll(() => Promise.all(closing.map((close) => close())))

let namespace = ''

async function open({
  endpoint,
  kubeconfig = cluster.kubeconfig,
  ...more
}: Asking): Promise<Opened> {
  const ports = kubernetesPorts({ env: { KUBECONFIG: kubeconfig } })
  const http = createDoor({ fetch, clock: ports.clock, random: ports.random })
  const opened = await openKubernetes(
    {
      target: {
        endpoint,
        namespace,
        backEnd: 'service',
        trafficObject: null,
        slots: more.slots ?? ['blue', 'green'],
      },
      settings: { ...SETTINGS, ...more.settings },
    },
    { ...ports, http, sha256: (text) => createHash('sha256').update(text).digest('hex') },
  )
  closing.push(opened.close)
  return { platform: opened.platform, logged: ports.logged }
}

const REQUEST: ProbeRequest = { name: 'a.json', body: '{"a":1}', contentType: 'application/json' }

const ask = (
  { platform }: Opened,
  slot: string,
  request: Partial<ProbeRequest> = {},
): Promise<ProbeAnswer> =>
  platform.probe(slot, { ...REQUEST, ...request }, new AbortController().signal)

const judged = (answer: ProbeAnswer, slot: string) => judgeAnswer(answer, DEFAULT_EXPECTATION, slot)

const annotated = (slot: string) => ({
  'test/http-headers': JSON.stringify({ 'x-slot': `churn-${slot}` }),
  'test/answer': JSON.stringify({ slot }),
})

const readyPods = async (name: string): Promise<string> => {
  const { body } = await cluster.api(
    'GET',
    `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3D${name}`,
  )
  return JSON.stringify(body['items'])
}

const READY = ['churn-blue', 'churn-green', 'bad-blue', 'bad-green', 'odd-blue', 'odd-green']

beforeAll(async () => {
  namespace = await cluster.namespace()
  const items = [
    endpointObject('churn'),
    ...slotObjects({ name: 'churn', slot: 'blue', annotations: annotated('blue') }),
    ...slotObjects({ name: 'churn', slot: 'green', annotations: annotated('green') }),
    endpointObject('bad'),
    ...slotObjects({ name: 'bad', slot: 'blue', annotations: { 'test/fail': '500' } }),
    ...slotObjects({ name: 'bad', slot: 'green', annotations: { 'test/fail': '503' } }),
    endpointObject('odd'),
    ...slotObjects({
      name: 'odd',
      slot: 'blue',
      annotations: {
        'test/http-status': '302',
        'test/http-headers': JSON.stringify({ location: '../../../../../../../../secrets' }),
      },
    }),
    ...slotObjects({ name: 'odd', slot: 'green', annotations: { 'test/fail': '401' } }),
    endpointObject('mute'),
    ...slotObjects({ name: 'mute', slot: 'blue', annotations: { 'test/fate': 'never' } }),
    ...slotObjects({ name: 'mute', slot: 'green', targetPort: 9999 }),
  ]
  const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  const applied = await cluster.kubectl('apply', '-n', namespace, '-f', '-', { stdin })
  if (applied.code !== 0) throw new Error(applied.stderr)
  for (const name of [...READY, 'mute-green']) await seeUntil(/"ready":true/, () => readyPods(name))
})

describe('an answer of the pods', () => {
  test.each(['blue', 'green'])('%s is asked on its own, whatever the weights say', async (slot) => {
    const answer = await ask(await open({ endpoint: 'churn' }), slot)
    expect(answer).toMatchObject({ status: 200, answeredBy: slot, from: 'slot', detail: '' })
    expect(JSON.parse(answer.body)).toMatchObject({ path: '/score?x=1', version: slot })
    expect(answer.latencyMs).toBeGreaterThan(0)
    expect(judged(answer, slot).kind).toBe('passed')
  })

  test.each<[string, Partial<KubernetesSettings>]>([
    ['a header that names the Deployment', { slotProof: { kind: 'header', name: 'x-slot' } }],
    ['a field of the body', { slotProof: { kind: 'body', path: 'labels.version' } }],
    ['the port by its name', { port: 'http' }],
  ])('%s', async (_, settings) => {
    const opened = await open({ endpoint: 'churn', settings })
    expect(judged(await ask(opened, 'green'), 'green').kind).toBe('passed')
  })

  test('a proof that nobody gives is none', async () => {
    const settings = { slotProof: { kind: 'header', name: 'x-other' } } as const
    const opened = await open({ endpoint: 'churn', settings })
    expect(judged(await ask(opened, 'green'), 'green').kind).toBe('unproven')
  })

  test('an empty body is a GET', async () => {
    const proxy = await cluster.faultProxy()
    const opened = await open({ endpoint: 'churn', kubeconfig: proxy.kubeconfig })
    expect(await ask(opened, 'green', { body: '' })).toMatchObject({ status: 200 })
    expect(asked(proxy)).toEqual([
      `GET /api/v1/namespaces/${namespace}/services/http:churn-green:80/proxy/score`,
    ])
  })

  test.each([
    ['bad', 'blue', 500],
    ['bad', 'green', 503],
    ['odd', 'blue', 302],
    ['odd', 'green', 401],
  ])('%s-%s answers %i: a failure of the revision, asked once', async (endpoint, slot, status) => {
    const proxy = await cluster.faultProxy()
    const opened = await open({ endpoint, kubeconfig: proxy.kubeconfig })
    const answer = await ask(opened, slot)
    expect(answer).toMatchObject({ status, from: 'slot', answeredBy: slot })
    expect(judged(answer, slot)).toEqual({
      kind: 'failed',
      reasons: [`status ${status} instead of 200`],
    })
    expect(asked(proxy)).toEqual([
      `POST /api/v1/namespaces/${namespace}/services/http:${endpoint}-${slot}:80/proxy/score`,
    ])
  })
})

/** Requests through the service proxy, and any that an answer could have led to. */
const asked = (proxy: ProxyInUse): string[] =>
  proxy.requests
    .map(({ method, path }) => `${method} ${path}`)
    .filter((line) => /\/proxy|secrets/.test(line))

describe('what the API server says itself is no answer of the slot', () => {
  test.each([
    ['pods that are not ready', 'blue', 'no endpoints available for service "http:mute-blue:80"'],
    ['a port that nobody serves', 'green', 'error trying to reach service: '],
  ])('%s', async (_, slot, detail) => {
    const opened = await open({ endpoint: 'mute' })
    const answer = await ask(opened, slot)
    expect(answer).toMatchObject({ status: null, detail: expect.stringContaining(detail) })
    expect(answer.from).toBeUndefined()
    expect(judged(answer, slot)).toEqual({ kind: 'unanswered', reasons: ['no answer'] })
    expect(opened.logged.map(({ text }) => text)).toContain(
      `slot ${slot}: no answer: ${answer.detail}`,
    )
  })

  test('a slot without a Service', async () => {
    const opened = await open({ endpoint: 'churn', slots: ['blue', 'red'] })
    expect(await ask(opened, 'red')).toMatchObject({
      status: null,
      detail: 'the slot has no Service',
    })
  })

  test('a Service that went away', async () => {
    const items = slotObjects({ name: 'gone', slot: 'green' })
    const stdin = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
    await cluster.kubectl('apply', '-n', namespace, '-f', '-', { stdin })
    await seeUntil(/"ready":true/, () => readyPods('gone-green'))
    const opened = await open({ endpoint: 'gone' })
    expect(await ask(opened, 'green')).toMatchObject({ status: 200 })
    await cluster.kubectl('delete', 'service', 'gone-green', '-n', namespace)
    expect(await ask(opened, 'green')).toMatchObject({
      status: null,
      detail: 'services "gone-green" not found',
    })
  })

  test('a missing right, with a warning', async () => {
    const user = 'restricted-20'
    const see = 'services,deployments.apps,endpointslices.discovery.k8s.io'
    const made = [
      await cluster.kubectl(
        'create',
        'role',
        'see',
        '-n',
        namespace,
        '--verb=get,list,watch',
        `--resource=${see}`,
      ),
      await cluster.kubectl(
        'create',
        'rolebinding',
        'see',
        '-n',
        namespace,
        '--role=see',
        `--user=${user}`,
      ),
    ]
    expect(made).toMatchObject([{ code: 0 }, { code: 0 }])
    const opened = await open({ endpoint: 'churn', kubeconfig: cluster.userKubeconfig(user) })
    const answer = await ask(opened, 'green')
    expect(answer).toMatchObject({
      status: null,
      detail: expect.stringMatching(
        /^services "http:churn-green:80" is forbidden: User "restricted-20" cannot create resource "services\/proxy"/,
      ),
    })
    expect(opened.logged).toContainEqual({
      level: 'warning',
      text: `slot green: no answer: ${answer.detail}`,
    })
  })

  test('a line that breaks after the request: not sent again', async () => {
    const proxy = await cluster.faultProxy()
    const opened = await open({ endpoint: 'churn', kubeconfig: proxy.kubeconfig })
    expect(await ask(opened, 'green')).toMatchObject({ status: 200 })
    const before = proxy.requests.length
    proxy.onRequest(before + 1, 'after', () => 'drop')
    const answer = await ask(opened, 'green')
    expect(answer).toMatchObject({ status: null, detail: expect.stringContaining('(1 try)') })
    expect(proxy.requests.length - before).toBe(1)
  })
})
