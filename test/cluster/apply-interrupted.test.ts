// An apply that ends at any of its requests, before the server has it or after, and one run after it:
// the same end as without the interruption. And faults on the line that the run itself survives.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { applyPlan, type ApiServer } from '@sluice/kubernetes'
import { createApplyRig, type ApplyRig } from './apply-rig.ts'
import { useCluster, type FaultRule, type ProxyInUse } from './harness.ts'

const cluster = useCluster()
let rig: ApplyRig
beforeAll(async () => {
  rig = await createApplyRig(cluster.kubeconfig)
})
afterAll(() => rig.api.close())

const configMap = (name: string, data: object, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
  ...more,
})
const deployment = (labels: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'example/web:1' }] },
    },
  },
})

const groupOf = (ns: string) => `${ns}.example.org`
const definition = (ns: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${groupOf(ns)}` },
  spec: {
    group: groupOf(ns),
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        },
      },
    ],
  },
})

/** A take-over, a replacement, a field that goes, something new, a CRD with a resource of it. */
const wanted = (ns: string) => [
  definition(ns),
  { apiVersion: `${groupOf(ns)}/v1`, kind: 'Widget', metadata: { name: 'one' }, size: 2 },
  deployment({ v: '2' }),
  configMap('fixed', { k: '2' }, { immutable: true }),
  configMap('conf', { a: '2' }),
  configMap('new', { a: '1' }),
]
const rules = { replace: true }

async function prepared(): Promise<string> {
  const ns = await cluster.namespace()
  const old = JSON.stringify(deployment({ v: '1', old: 'x' }))
  await cluster.kubectl('apply', '-n', ns, '-f', '-', { stdin: old })
  await rig.apply(
    await rig.place(
      ns,
      configMap('fixed', { k: '1' }, { immutable: true }),
      configMap('conf', { a: '1', old: 'x' }),
    ),
  )
  return ns
}

async function endOf(ns: string): Promise<unknown> {
  const kinds = `cm,deploy,widgets.${groupOf(ns)}`
  const ran = await cluster.kubectl('get', kinds, '-n', ns, '-o', 'json', '--show-managed-fields')
  const { items } = JSON.parse(ran.stdout) as { items: Record<string, unknown>[] }
  return items.map(({ apiVersion: _version, kind, metadata, data, size }) => {
    const { name, labels, managedFields } = metadata as Record<string, unknown>
    const entries = managedFields as Record<string, unknown>[]
    const ours = entries.filter(({ manager }) => manager === 'sluice')
    return { kind, name, labels, data, size, ours: ours.map(({ fieldsV1 }) => fieldsV1) }
  })
}

class Killed extends Error {}

const verbs = ['get', 'list', 'apply', 'create', 'patch', 'delete', 'rediscover'] as const

/** The process dies at its nth request: nothing that comes after it is sent. */
function mortal(api: ApiServer, last: number, when: 'before' | 'after') {
  const life = { requests: 0 }
  const guarded =
    (verb: (...given: never[]) => Promise<unknown>) =>
    async (...given: never[]): Promise<unknown> => {
      life.requests += 1
      const mine = life.requests
      if (mine > last || (mine === last && when === 'before')) throw new Killed()
      const answer = await verb(...given)
      if (life.requests >= last) throw new Killed()
      return answer
    }
  const dying = Object.fromEntries(
    verbs.map((name) => [name, guarded(api[name] as (...given: never[]) => Promise<unknown>)]),
  )
  return { api: { ...api, ...dying } as ApiServer, life }
}

async function runMortal(ns: string, last: number, when: 'before' | 'after'): Promise<number> {
  const placed = await rig.place(ns, ...wanted(ns))
  const { api, life } = mortal(rig.api, last, when)
  const { plan } = await rig.plan(placed, rules)
  await applyPlan(plan, { ...rig.runParts, api }).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error
  })
  return life.requests
}

test('killed before and after each request, then run again: always the same end', async () => {
  const sound = await prepared()
  const count = await runMortal(sound, Infinity, 'after')
  const end = JSON.stringify(await endOf(sound)).replaceAll(sound, 'NS')
  expect(end).toMatch(/"name":"new"/)
  const cases = Array.from({ length: count }, (_, index) =>
    (['before', 'after'] as const).map((when) => ({ last: index + 1, when })),
  ).flat()
  const ends: string[] = []
  for (const { last, when } of cases) {
    const ns = await prepared()
    await runMortal(ns, last, when)
    const again = await rig.apply(await rig.place(ns, ...wanted(ns)), rules)
    const found = JSON.stringify(await endOf(ns)).replaceAll(ns, 'NS')
    const third = await rig.apply(await rig.place(ns, ...wanted(ns)), rules)
    const same = found === end && again.outcome.complete && third.writes === 0
    if (!same) ends.push(`${when} ${last}: ${again.told.join(', ')}; ${found}`)
    await cluster.kubectl('delete', 'crd', `widgets.${groupOf(ns)}`, '--wait=false')
  }
  process.stderr.write(
    `apply killed at ${cases.length} places: ${cases.length - ends.length} same\n`,
  )
  expect(ends).toEqual([])
  expect(cases.length).toBeGreaterThan(20)
}, 240_000)

describe('faults on the line', () => {
  let proxy: ProxyInUse
  let shaky: ApplyRig
  beforeAll(async () => {
    proxy = await cluster.faultProxy()
    shaky = await createApplyRig(proxy.kubeconfig)
  })
  afterAll(() => shaky.api.close())

  const objects = (ns: string) => [
    deployment({ v: '2' }),
    ...Array.from({ length: 6 }, (_, index) => configMap(`m${index}`, { ns })),
  ]
  const writes: Omit<FaultRule, 'fault'> = { method: 'PATCH' }
  const reads: Omit<FaultRule, 'fault'> = { method: 'GET', path: /configmaps|deployments/ }

  test.each<[string, FaultRule]>([
    [
      '429 with Retry-After',
      {
        ...writes,
        times: 3,
        fault: { kind: 'answer', status: 429, headers: { 'retry-after': '1' } },
      },
    ],
    ['503', { ...writes, times: 2, fault: { kind: 'answer', status: 503 } }],
    ['500 of a read', { ...reads, times: 2, fault: { kind: 'answer', status: 500 } }],
    [
      'a reset before the server has it',
      { ...writes, times: 3, fault: { kind: 'reset', when: 'before' } },
    ],
    [
      'a reset after the server did it',
      { ...writes, times: 3, fault: { kind: 'reset', when: 'after' } },
    ],
    ['a reset of a read', { ...reads, times: 2, fault: { kind: 'reset', when: 'after' } }],
  ])('%s', async (_, rule) => {
    const ns = await cluster.namespace()
    const placed = await shaky.place(ns, ...objects(ns))
    proxy.script([rule])
    proxy.reset()
    const done = await shaky.apply(placed)
    expect(proxy.requests.filter(({ fault }) => fault !== null)).toHaveLength(rule.times ?? 1)
    proxy.script([])
    expect(done.outcome.complete).toBe(true)
    const again = await shaky.apply(placed)
    expect(again.writes).toBe(0)
  })

  test('a server that never answers a write: the object is told, the others are written', async () => {
    const ns = await cluster.namespace()
    const placed = await shaky.place(ns, ...objects(ns))
    proxy.script([
      {
        path: /configmaps\/m3$/,
        method: 'PATCH',
        times: 100,
        fault: { kind: 'answer', status: 503 },
      },
    ])
    const done = await shaky.apply(placed)
    proxy.script([])
    const told = done.told.filter((line) => !line.endsWith(': created'))
    expect(told[0]).toMatch(/^ConfigMap m3: refused \(/)
    expect((await shaky.apply(placed)).outcome.complete).toBe(true)
  })
})
