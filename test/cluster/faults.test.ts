// The whole action behind a proxy that fails: what passes by itself is waited out, no write is done
// twice in a way that matters, and a server that stays away ends the run in time.
import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from '@jest/globals'
import {
  useCluster,
  type Fault,
  type FaultRule,
  type ProxiedRequest,
  type ProxyInUse,
} from './harness.ts'
import type { Texts } from '../scenario/rig/step.ts'
import { overBefore, recordBefore } from './kill/before.ts'
import { endingOf, Lane, onLanes } from './kill/lane.ts'
import { isWrite } from './kill/points.ts'
import { differenceOf } from './kill/state.ts'
import { filesBefore, INPUTS } from './kill/story.ts'
import { runK8sApply } from './step/k8s-step.ts'

const cluster = useCluster({ own: true })

const LANES = 4

type Which = (request: ProxiedRequest) => boolean

const isRead: Which = ({ method, query }) => method === 'GET' && !query.has('watch')
const isWatch: Which = ({ query }) => query.has('watch')
const isDeploymentWatch: Which = (request) =>
  isWatch(request) && request.path.endsWith('/deployments')
const tooMany = { kind: 'answer', status: 429, headers: { 'retry-after': '1' } } as const
const answer = (status: number) => ({ kind: 'answer', status }) as const
const cut = (when: 'before' | 'after') => ({ kind: 'reset', when }) as const

/** Each of these requests once, when it comes for the first time. */
function onceEach(fault: Fault, which: Which): FaultRule {
  const seen = new Set<string>()
  return {
    fault,
    times: Infinity,
    where: (request) => {
      const { method, path, query } = request
      const what = [method, path, query.get('fieldManager'), query.get('watch')].join(' ')
      return which(request) && seen.size < seen.add(what).size
    },
  }
}

/** Each must end as if nothing had happened. */
const passing: readonly (readonly [name: string, rule: FaultRule])[] = [
  ['every write is answered 429 with Retry-After', onceEach(tooMany, isWrite)],
  ['every read is answered 429 with Retry-After', onceEach(tooMany, isRead)],
  ['a write is answered 429 three times', { fault: answer(429), where: isWrite, times: 3 }],
  ['every write is answered 500', onceEach(answer(500), isWrite)],
  ['every read is answered 503', onceEach(answer(503), isRead)],
  ['every watch is answered 504', onceEach(answer(504), isWatch)],
  ['every write is cut before it arrives', onceEach(cut('before'), isWrite)],
  ['every write is cut after it was done', onceEach(cut('after'), isWrite)],
  ['every read is cut', onceEach(cut('after'), isRead)],
  ['every watch is cut within a line', onceEach({ kind: 'cut-watch', events: 0 }, isWatch)],
  ['watches end with 410', { fault: { kind: 'gone', events: 0 }, where: isWatch, times: 4 }],
  ['watches end at once', { fault: { kind: 'end-watch', events: 0 }, where: isWatch, times: 4 }],
  ['all answers come late', { fault: { kind: 'delay', ms: 300 }, times: Infinity }],
  ['answers come in small pieces', { fault: { kind: 'drip', bytes: 1000 }, times: 40 }],
]

interface Scenario {
  readonly name: string
  /** What goes wrong; answers with what must have ended before the next one. */
  readonly plan: (proxy: ProxyInUse) => () => Promise<void>
  readonly inputs?: Texts
}

const byRule = ([name, rule]: (typeof passing)[number]): Scenario => ({
  name,
  plan: (proxy) => {
    proxy.script([rule])
    return () => Promise.resolve()
  },
})

/** From the first of these requests on, connections are refused; null: until the run has ended. */
const away = (name: string, which: Which, seconds: number | null): Scenario => ({
  name,
  plan: (proxy) => {
    let back: Promise<void> | null = null
    proxy.onEach((_, request) => {
      if (back !== null || !which(request)) return 'go-on'
      back = proxy.goDown().then(async () => {
        if (seconds === null) return
        await wait(seconds * 1000)
        await proxy.comeBack()
      })
      return 'drop'
    })
    return async () => {
      await back
      if (seconds === null) await proxy.comeBack()
    }
  },
  ...(seconds === null && { inputs: { 'timeout-seconds': '12' } }),
})

const back = [
  away('while objects are awaited', isDeploymentWatch, 4),
  away('at a write', (request) => isWrite(request) && request.path.endsWith('/login'), 2),
]

const deployment: Which = (request) => isWrite(request) && request.path.endsWith('/deployments/web')

const never = [
  {
    ...away('before anything is known', () => true, null),
    says: /HTTP_NO_ANSWER.*ECONNREFUSED/s,
  },
  {
    ...away('before the first write', isWrite, null),
    says: /HTTP_NO_ANSWER: PATCH .*\/configmaps\/taxi: .*ECONNREFUSED/,
  },
  {
    ...away('while it writes', deployment, null),
    says: /K8S_APPLY_REFUSED: .*- Deployment .*\/web: HTTP_NO_ANSWER.*ECONNREFUSED/s,
  },
  {
    ...away('while objects are awaited', isDeploymentWatch, null),
    says: /K8S_APPLY_TIMEOUT: .*- Deployment .*\/web.*ECONNREFUSED/s,
  },
]

interface Ended {
  readonly ending: string
  readonly seconds: number
  readonly difference: readonly string[]
  readonly struck: number
}

let lanes: readonly Lane[]
let whole: Awaited<ReturnType<Lane['record']>>
const ended = new Map<Scenario, Ended>()
const easy = passing.map(byRule)

beforeAll(async () => {
  const before = await recordBefore(cluster, await cluster.faultProxy())
  const story = overBefore(cluster, before)
  lanes = await Promise.all(Array.from({ length: LANES }, () => Lane.open(cluster, story)))
  whole = await (lanes[0] as Lane).record()
  // Most of their time is waiting, so they wait side by side; the longest first.
  const scenarios = [...never, ...back, ...easy]
  await onLanes(lanes, scenarios, async (lane, scenario) => {
    const world = await lane.begin()
    const tidy = scenario.plan(lane.proxy)
    const step = await lane.run(world, { inputs: scenario.inputs ?? {} })
    await tidy()
    const struck = lane.proxy.requests.filter(({ fault }) => fault !== null).length
    const difference = differenceOf(whole.state, await lane.state(world))
    ended.set(scenario, { ending: endingOf(step), seconds: step.seconds, difference, struck })
  })
}, 240_000)

const endOf = (scenario: Scenario): Ended => ended.get(scenario) as Ended

describe('ends ready, with the right result, though', () => {
  test.each(easy)('$name', (scenario) => {
    const { ending, difference, struck } = endOf(scenario)
    expect(ending).toBe('exit code 0, ready')
    expect(difference).toEqual([])
    expect(struck).toBeGreaterThan(0)
  })

  test.each(back)('the server is away for some seconds $name', (scenario) => {
    const { ending, difference, seconds } = endOf(scenario)
    expect(ending).toBe('exit code 0, ready')
    expect(difference).toEqual([])
    expect(seconds).toBeGreaterThan(2)
  })
})

describe('ends in time, and says why, when the server goes for good', () => {
  test.each(never)('$name', (scenario) => {
    const { ending, seconds } = endOf(scenario)
    expect(ending).toMatch(/^exit code 1, /)
    expect(ending).toMatch(scenario.says)
    expect(seconds).toBeLessThan(20)
  })
})

test('a new application: its record is cut after it was made', async () => {
  const [{ proxy }] = lanes as [Lane]
  proxy.reset()
  proxy.script([{ fault: cut('after'), method: 'POST', path: /\/configmaps$/ }])
  const namespace = await cluster.namespace()
  const { token } = cluster.facts
  const files = filesBefore()
  const step = await runK8sApply({ to: proxy, token, namespace, files, inputs: INPUTS })
  expect(proxy.requests.filter(({ fault }) => fault !== null)).toHaveLength(1)
  expect(endingOf(step)).toBe('exit code 0, ready')
})

test('an object with a generated name is never made twice', async () => {
  const [{ proxy }] = lanes as [Lane]
  proxy.reset()
  proxy.script([{ fault: cut('after'), method: 'POST', path: /\/configmaps$/ }])
  const namespace = await cluster.namespace()
  const { token } = cluster.facts
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'run-' } }
  const files = { 'kubernetes/run.yml': JSON.stringify(object) }
  const inputs = { manifests: 'kubernetes' }
  const step = await runK8sApply({ to: proxy, token, namespace, files, inputs })
  expect(endingOf(step)).toMatch(/exit code 1, failed, .*K8S_APPLY_REFUSED.*HTTP_NO_ANSWER/s)
  const { body } = await cluster.api('GET', `/api/v1/namespaces/${namespace}/configmaps`)
  const names = (body['items'] as readonly { metadata: { name: string } }[]).map(
    ({ metadata }) => metadata.name,
  )
  expect(names.filter((name) => name.startsWith('run-'))).toHaveLength(1)
})

test('an API whose server is away is left out with a notice', async () => {
  const name = 'v1.away.example.com'
  const made = await cluster.api('POST', '/apis/apiregistration.k8s.io/v1/apiservices', {
    body: {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name },
      spec: {
        group: 'away.example.com',
        version: 'v1',
        groupPriorityMinimum: 1000,
        versionPriority: 10,
        insecureSkipTLSVerify: true,
        service: { name: 'nobody', namespace: 'default' },
      },
    },
  })
  expect(made.status).toBe(201)
  const [lane] = lanes as [Lane]
  const world = await lane.begin()
  const step = await lane.run(world)
  await cluster.api('DELETE', `/apis/apiregistration.k8s.io/v1/apiservices/${name}`)
  expect(endingOf(step)).toBe('exit code 0, ready')
  expect(step.lines.join('\n')).toContain('away.example.com/v1 is left out')
  expect(differenceOf(whole.state, await lane.state(world))).toEqual([])
})
