// Sets whose parts need each other, and objects that others share with us.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createApplyRig, differing, type ApplyRig } from './apply-rig.ts'
import { useCluster } from './harness.ts'
import { seeUntil } from './patience.ts'

const cluster = useCluster()
let rig: ApplyRig
beforeAll(async () => {
  rig = await createApplyRig(cluster.kubeconfig)
})
afterAll(() => rig.api.close())

const configMap = (name: string, namespace?: string, data: object = { k: 'v' }) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...(namespace !== undefined && { namespace }) },
  data,
})

const deployment = (more: object = {}, labels: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'example/web:1' }] },
    },
    ...more,
  },
})

const get = async (ns: string, what: string, path: string): Promise<string> =>
  (await cluster.kubectl('get', what, '-n', ns, '-o', `jsonpath=${path}`)).stdout

let kinds = 0
const crdOf = (group: string, scope: 'Namespaced' | 'Cluster') => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${group}` },
  spec: {
    group,
    scope,
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    ],
  },
})

test.each(['Namespaced', 'Cluster'] as const)(
  'a CRD and its %s resources in one set, the resources first in the folder',
  async (scope) => {
    const ns = await cluster.namespace()
    kinds += 1
    const group = `g${kinds}-${ns}.example.org`
    const widget = (name: string) => ({
      apiVersion: `${group}/v1`,
      kind: 'Widget',
      metadata: { name },
      spec: { cpu: '1000m', nothing: '', list: [1, 2] },
    })
    const set = [widget('a'), widget('b'), crdOf(group, scope)]
    const first = await rig.apply(await rig.place(ns, ...set))
    expect(first.told).toEqual([
      `CustomResourceDefinition widgets.${group}: created`,
      'Widget a: created',
      'Widget b: created',
    ])
    const second = await rig.apply(await rig.place(ns, ...set))
    expect(differing(second.plan)).toEqual([])
    expect(second.writes).toBe(0)
    await cluster.kubectl('delete', 'crd', `widgets.${group}`, '--wait=false')
  },
)

test('a namespace and what is in it in one set', async () => {
  const ns = `${await cluster.namespace()}-own`
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'one', namespace: ns },
    spec: { containers: [{ name: 'c', image: 'example/web:1' }] },
  }
  const set = [
    pod,
    configMap('inside', ns),
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } },
  ]
  const first = await rig.apply(await rig.place('default', ...set))
  expect(first.told).toEqual([
    `Namespace ${ns}: created`,
    'ConfigMap inside: created',
    'Pod one: created',
  ])
  const second = await rig.apply(await rig.place('default', ...set))
  expect(differing(second.plan)).toEqual([])
  expect(second.writes).toBe(0)
})

describe('a webhook of the set', () => {
  const set = (ns: string, fate: string) => [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: `hook-${ns}` },
      webhooks: [
        {
          name: 'hook.example.org',
          failurePolicy: 'Ignore',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          timeoutSeconds: 1,
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'nowhere' } },
          clientConfig: { service: { name: 'web', namespace: ns } },
          rules: [
            { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
          ],
        },
      ],
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ port: 443 }] },
    },
    deployment({
      progressDeadlineSeconds: 2,
      template: {
        metadata: { labels: { app: 'web' }, annotations: { 'test/fate': fate } },
        spec: { containers: [{ name: 'web', image: 'example/web:1' }] },
      },
    }),
  ]

  test('comes after what answers for it is ready', async () => {
    const ns = await cluster.namespace()
    const done = await rig.apply(await rig.place(ns, ...set(ns, 'late:700')))
    expect(done.told).toEqual([
      'Service web: created',
      'Deployment web: created',
      `ValidatingWebhookConfiguration hook-${ns}: created`,
    ])
    expect(await get(ns, 'deploy/web', '{.status.readyReplicas}')).toBe('1')
    await cluster.kubectl('delete', 'validatingwebhookconfiguration', `hook-${ns}`)
  })

  test('does not come when that never gets ready', async () => {
    const ns = await cluster.namespace()
    const held = await rig.apply(await rig.place(ns, ...set(ns, 'never')))
    expect(held.outcome.complete).toBe(false)
    const hook = held.outcome.reports.at(-1)
    expect(hook).toMatchObject({ action: 'skipped', reason: 'Skipped' })
    expect(hook?.message).toBe(`not tried, because Deployment ${ns}/web is not ready`)
    const web = held.outcome.reports.find(({ id }) => id.kind === 'Deployment')
    expect(web).toMatchObject({ action: 'created', verdict: 'failed' })
  })
})

test('generateName is made each time, and is told', async () => {
  const ns = await cluster.namespace()
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { generateName: 'migrate-' },
    spec: {
      template: {
        spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'example/a:1' }] },
      },
    },
  }
  const placed = await rig.place(ns, job)
  const first = await rig.apply(placed)
  expect(first.told).toEqual([expect.stringMatching(/^Job migrate-\w{5}: created$/)])
  expect(first.plan.notices).toEqual([
    `Job ${ns}/migrate-*: made anew by each run, because it has generateName; it is never compared or pruned`,
  ])
  const second = await rig.apply(placed)
  expect(second.told).not.toEqual(first.told)
})

describe('replicas of a workload with an autoscaler', () => {
  const scaler = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      minReplicas: 1,
      maxReplicas: 5,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } },
        },
      ],
    },
  }
  const replicas = (ns: string) => get(ns, 'deploy/web', '{.spec.replicas}')

  test('are ours at first, then left alone, whoever wrote them last', async () => {
    const ns = await cluster.namespace()
    const set = (count: number, image = 'example/web:1') => [
      scaler,
      deployment({
        replicas: count,
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'web', image }] },
        },
      }),
    ]
    await rig.apply(await rig.place(ns, ...set(2)))
    expect(await replicas(ns)).toBe('2')
    // Still ours: another number in the manifest is not written, and the live one is not lost.
    const other = await rig.apply(await rig.place(ns, ...set(4)))
    expect(other.writes).toBe(0)
    expect(other.plan.notices.join()).toMatch(
      /Deployment .*\/web: spec.replicas is left to its autoscaler/,
    )
    await rig.apply(await rig.place(ns, ...set(4, 'example/web:2')))
    expect(await replicas(ns)).toBe('2')
    await cluster.kubectl('scale', 'deploy/web', '--replicas=3', '-n', ns)
    const scaled = await rig.apply(await rig.place(ns, ...set(4, 'example/web:3')))
    expect(scaled.told).toContain('Deployment web: configured')
    expect(await replicas(ns)).toBe('3')
    expect((await rig.apply(await rig.place(ns, ...set(4, 'example/web:3')))).writes).toBe(0)
  })

  test('are not lost when they leave the manifest', async () => {
    const ns = await cluster.namespace()
    await rig.apply(await rig.place(ns, deployment({ replicas: 3 })))
    await rig.apply(await rig.place(ns, scaler, deployment()))
    expect(await replicas(ns)).toBe('3')
  })

  test('are written between the look and the apply: the autoscaler wins', async () => {
    const ns = await cluster.namespace()
    const set = [scaler, deployment({ replicas: 2 }, { v: '1' })]
    await rig.apply(await rig.place(ns, ...set))
    const { plan } = await rig.plan(
      await rig.place(ns, scaler, deployment({ replicas: 2 }, { v: '2' })),
    )
    await cluster.kubectl('scale', 'deploy/web', '--replicas=4', '-n', ns)
    const { applyPlan } = await import('@sluice/kubernetes')
    const outcome = await applyPlan(plan, rig.runParts)
    expect(outcome.complete).toBe(true)
    expect(await replicas(ns)).toBe('4')
    expect(await get(ns, 'deploy/web', '{.metadata.labels.v}')).toBe('2')
  })
})

describe('taking over', () => {
  const before = deployment({ replicas: 0 }, { a: '1', old: 'x' })
  const after = deployment({ replicas: 0 }, { a: '2' })

  test('from kubectl apply: what left the manifest goes, its annotation too', async () => {
    const ns = await cluster.namespace()
    await cluster.kubectl('apply', '-n', ns, '-f', '-', { stdin: JSON.stringify(before) })
    const placed = await rig.place(ns, after)
    const taken = await rig.apply(placed)
    expect(taken.told).toEqual(['Deployment web: configured'])
    expect(taken.plan.notices).toEqual([
      `Deployment ${ns}/web: taken over from client-side apply; fields that left the manifest go`,
    ])
    expect(JSON.parse(await get(ns, 'deploy/web', '{.metadata.labels}'))).toEqual({ a: '2' })
    expect(await get(ns, 'deploy/web', '{.metadata.annotations}')).not.toMatch(/last-applied/)
    const again = await rig.apply(placed)
    expect([again.writes, again.plan.notices]).toEqual([0, []])
  })

  test('from a manager that the user names', async () => {
    const ns = await cluster.namespace()
    await cluster.kubectl('apply', '--server-side', '--field-manager=helm', '-n', ns, '-f', '-', {
      stdin: JSON.stringify(before),
    })
    const placed = await rig.place(ns, after)
    expect((await rig.apply(placed)).told).toEqual(['Deployment web: refused (Conflict)'])
    const taken = await rig.apply(placed, { takeOver: ['helm'] })
    expect(taken.told).toEqual(['Deployment web: configured'])
    expect(JSON.parse(await get(ns, 'deploy/web', '{.metadata.labels}'))).toEqual({ a: '2' })
    expect((await rig.apply(placed, { takeOver: ['helm'] })).writes).toBe(0)
  })

  test('leaves what people added by hand', async () => {
    const ns = await cluster.namespace()
    await cluster.kubectl('apply', '-n', ns, '-f', '-', { stdin: JSON.stringify(before) })
    await cluster.kubectl('label', 'deploy/web', 'theirs=1', '-n', ns)
    await rig.apply(await rig.place(ns, after))
    expect(JSON.parse(await get(ns, 'deploy/web', '{.metadata.labels}'))).toEqual({
      a: '2',
      theirs: '1',
    })
  })
})

test('an object that is being deleted is made anew when it is gone', async () => {
  const ns = await cluster.namespace()
  const held = { ...configMap('held'), metadata: { name: 'held', finalizers: ['example.org/x'] } }
  await cluster.kubectl('apply', '-n', ns, '-f', '-', { stdin: JSON.stringify(held) })
  await cluster.kubectl('delete', 'cm/held', '-n', ns, '--wait=false')
  const placed = await rig.place(ns, configMap('held'))
  const { plan } = await rig.plan(placed)
  expect(plan.stages[0]?.objects[0]?.intent).toBe('recreate')
  const free = seeUntil(/./, async () => {
    await new Promise((resolve) => setTimeout(resolve, 400))
    await cluster.kubectl(
      'patch',
      'cm/held',
      '-n',
      ns,
      '--type=merge',
      '-p',
      '{"metadata":{"finalizers":null}}',
    )
    return 'freed'
  })
  const done = await rig.apply(placed)
  await free
  expect(done.told).toEqual(['ConfigMap held: created'])
  expect(await get(ns, 'cm/held', '{.data.k}')).toBe('v')
})
