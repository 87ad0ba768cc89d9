// Endpoints that others made, in the forms of the guides: seen as they are, moved in a few requests,
// and given back by the command that the write returned.
import { describe, expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { parseWeights, type Weights } from '@sluice/rollout'
import type { BackEndKind } from '@sluice/kubernetes'
import { web } from './action-bench.ts'
import { apply, openEndpoint } from './endpoint-rig.ts'
import { useCluster, type FaultRule } from './harness.ts'

const cluster = useCluster()
const run = promisify(execFile)
const signal = new AbortController().signal

type Labels = Readonly<Record<string, string>>
type Traffic = Readonly<Record<string, number>>

const weights = (raw: Traffic): Weights => {
  const parsed = parseWeights(raw)
  if (!parsed.ok) throw new Error('the test gave bad weights')
  return parsed.value
}

/** Its selector leaves the release out: that is another one each time. */
const deployment = (name: string, labels: Labels, replicas = 2): object => {
  const { spec, ...rest } = web({ name, replicas })
  const { release: _release, ...selector } = labels
  const template = { ...spec.template, metadata: { labels } }
  return { ...rest, spec: { ...spec, selector: { matchLabels: selector }, template } }
}
const service = (name: string, selector: Labels): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector, ports: [{ port: 80, targetPort: 8080 }] },
})
const ingress = (name: string, to: string, annotations: Labels = {}): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, annotations },
  spec: {
    ingressClassName: 'nginx',
    rules: [
      {
        host: 'mon-app.example.com',
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: to, port: { number: 80 } } },
            },
          ],
        },
      },
    ],
  },
})

const version = (slot: string): Labels => ({ app: 'mon-app', version: slot })
const variant = (slot: string): Labels => ({ app: 'mon-app', variant: slot })
const track = (slot: string, release: string): Labels => ({
  app: 'mon-app',
  track: slot,
  release,
})
const CANARY = {
  'nginx.ingress.kubernetes.io/canary': 'true',
  'nginx.ingress.kubernetes.io/canary-weight': '50',
}

interface Form {
  readonly title: string
  readonly backEnd: BackEndKind
  readonly slots: readonly [string, string]
  readonly trafficObject?: string
  readonly objects: readonly object[]
  readonly before: Traffic
  readonly after: Traffic
}

const FORMS: readonly Form[] = [
  {
    title: 'two Deployments with versions, and one Service',
    backEnd: 'service',
    slots: ['blue', 'green'],
    objects: [
      deployment('mon-app-blue', version('blue')),
      deployment('mon-app-green', version('green')),
      service('mon-app', version('blue')),
      // Beside it: another application with the same versions.
      deployment('other-blue', { app: 'other', version: 'blue' }, 1),
      service('other', { app: 'other', version: 'blue' }),
    ],
    before: { blue: 100 },
    after: { green: 100 },
  },
  {
    title: 'two Services and an Ingress',
    backEnd: 'ingress',
    slots: ['blue', 'green'],
    objects: [
      ...['blue', 'green'].flatMap((slot) => [
        deployment(`mon-app-${slot}`, version(slot)),
        service(`mon-app-${slot}`, version(slot)),
      ]),
      ingress('mon-app', 'mon-app-blue'),
    ],
    before: { blue: 100 },
    after: { green: 100 },
  },
  {
    title: 'stable and canary under one Service',
    backEnd: 'replicas',
    slots: ['stable', 'canary'],
    objects: [
      deployment('mon-app-stable', track('stable', 'v1.0.0'), 4),
      deployment('mon-app-canary', track('canary', 'v2.0.0'), 1),
      service('mon-app', { app: 'mon-app' }),
    ],
    before: { stable: 80, canary: 20 },
    after: { stable: 50, canary: 50 },
  },
  {
    title: 'two variants behind a main and a canary Ingress',
    backEnd: 'ingress-nginx',
    slots: ['a', 'b'],
    trafficObject: 'mon-app-ab-canary',
    objects: [
      ...['a', 'b'].flatMap((slot) => [
        deployment(`mon-app-variant-${slot}`, variant(slot)),
        service(`mon-app-${slot}`, variant(slot)),
      ]),
      ingress('mon-app-ab', 'mon-app-a'),
      ingress('mon-app-ab-canary', 'mon-app-b', CANARY),
    ],
    before: { a: 50, b: 50 },
    after: { b: 100 },
  },
]

async function adopt({ objects, backEnd, slots, trafficObject = 'mon-app' }: Form) {
  const namespace = await cluster.namespace()
  await apply(cluster, namespace, ...objects)
  const ready = ['rollout', 'status', 'deployment', '--timeout=30s', '-n', namespace]
  const waited = await cluster.kubectl(...ready)
  if (waited.code !== 0) throw new Error(waited.stderr)
  const proxy = await cluster.faultProxy()
  const { kubeconfig } = proxy
  const ask = { namespace, backEnd, kubeconfig, slots, trafficObject }
  const opened = await openEndpoint({ ...ask, hasty: true })
  const requests = () => proxy.requests.filter(({ query }) => !query.has('watch')).length
  const uids = async (): Promise<readonly string[]> => {
    const { body } = await cluster.api('GET', `/api/v1/namespaces/${namespace}/pods`)
    const pods = body['items'] as readonly { readonly metadata: { readonly uid: string } }[]
    return pods.map(({ metadata }) => metadata.uid)
  }
  return { ...opened, namespace, proxy, requests, uids }
}

const positive = (traffic: Traffic): Traffic =>
  Object.fromEntries(Object.entries(traffic).filter(([, weight]) => weight > 0))

describe('a form of the guides', () => {
  test.each(FORMS)('$title: adopted, moved in six requests, and given back', async (form) => {
    const { platform, requests, uids, close } = await adopt(form)
    const pods = await uids()
    const seen = await platform.observe(signal)
    expect(positive(seen.traffic)).toEqual(form.before)
    expect(seen.slots.map(({ slot, health }) => [slot, health])).toEqual(
      form.slots.map((slot) => [slot, 'healthy']),
    )
    const marks = { rollout: 'aaaaaaaaaaaaaaaa', step: '1/1@1700000000' }
    const report = await platform.setWeights({ weights: weights(form.after), marks, seen }, signal)
    expect(requests()).toBeLessThanOrEqual(6)
    const after = await platform.observe(signal)
    expect([positive(after.traffic), after.marks]).toEqual([form.after, marks])
    // The pods that were there are there: nothing was restarted or relabelled.
    expect(await uids()).toEqual(expect.arrayContaining([...pods]))

    const { kubectl, kubeconfig, folder } = cluster.facts
    // Without a home kubectl keeps its cache in the folder that it is started in.
    const env = { PATH: `${dirname(kubectl)}:/usr/bin:/bin`, KUBECONFIG: kubeconfig, HOME: folder }
    await run('/bin/sh', ['-c', report.rollback?.command ?? 'false'], { env })
    const end = Date.now() + 10_000
    let back = await platform.observe(signal)
    while (JSON.stringify(positive(back.traffic)) !== JSON.stringify(form.before)) {
      if (Date.now() > end) break
      back = await platform.observe(signal)
    }
    expect([positive(back.traffic), back.marks]).toEqual([form.before, {}])
    await close()
  })
})

describe('a line that breaks', () => {
  const lost = { method: 'PATCH', path: /\/services\/mon-app$/ } as const
  const watch = { method: 'GET', path: /\/endpointslices$/ } as const
  const isWatch = ({ query }: { readonly query: URLSearchParams }): boolean => query.has('watch')

  test.each<readonly [string, FaultRule]>([
    ['the write took effect', { ...lost, fault: { kind: 'reset', when: 'after' } }],
    ['the write never arrived', { ...lost, fault: { kind: 'reset', when: 'before' } }],
    [
      'after all tries of the write',
      { ...lost, fault: { kind: 'reset', when: 'after' }, times: 4 },
    ],
    ['the server is ill', { ...lost, fault: { kind: 'answer', status: 503 }, times: 4 }],
    ['the watch is too old', { ...watch, where: isWatch, fault: { kind: 'gone', events: 0 } }],
    ['the watch is cut', { ...watch, where: isWatch, fault: { kind: 'cut-watch', events: 0 } }],
  ])('%s: the end is as if nothing had been', async (_, rule) => {
    const [form] = FORMS
    if (form === undefined) throw new Error('no form')
    const { platform, proxy, close } = await adopt(form)
    const seen = await platform.observe(signal)
    proxy.script([rule])
    const marks = { rollout: 'bbbbbbbbbbbbbbbb' }
    const change = { weights: weights({ green: 100 }), marks, seen }
    expect(await platform.setWeights(change, signal)).toMatchObject({ changed: true })
    const after = await platform.observe(signal)
    expect([after.traffic, after.marks]).toEqual([{ green: 100 }, marks])
    await close()
  })
})

describe('a second owner', () => {
  test('of two writes from one look, one is refused and leaves nothing behind', async () => {
    const [form] = FORMS
    if (form === undefined) throw new Error('no form')
    const { platform, namespace, close } = await adopt(form)
    const { kubeconfig } = cluster
    const other = await openEndpoint({ namespace, backEnd: form.backEnd, kubeconfig })
    const looks = await Promise.all([platform.observe(signal), other.platform.observe(signal)])
    const ends = await Promise.allSettled(
      [platform, other.platform].map((one, index) => {
        const seen = looks[index]
        if (seen === undefined) throw new Error('no look')
        const marks = { rollout: `${index}`.repeat(16) }
        return one.setWeights({ weights: weights({ green: 100 }), marks, seen }, signal)
      }),
    )
    const refused = ends.flatMap((end) =>
      end.status === 'rejected' ? [end.reason as unknown] : [],
    )
    expect(refused).toMatchObject([{ code: 'ROLLOUT_CHANGED_MEANWHILE' }])
    const winner = ends.findIndex(({ status }) => status === 'fulfilled')
    const { marks } = await platform.observe(signal)
    expect(marks).toEqual({ rollout: `${winner}`.repeat(16) })
    await close()
    await other.close()
  })
})
