// What a server refuses, and how it is told: each message is read here.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { ObjectReport } from '@sluice/kubernetes'
import { createApplyRig, type Applying, type ApplyRig } from './apply-rig.ts'
import { useCluster } from './harness.ts'
import { seeUntil } from './patience.ts'

const cluster = useCluster()
let rig: ApplyRig
beforeAll(async () => {
  rig = await createApplyRig(cluster.kubeconfig)
})
afterAll(() => rig.api.close())

const run = async (ns: string, ...objects: object[]): Promise<Applying> =>
  rig.apply(await rig.place(ns, ...objects))

const reportOf = ({ outcome }: Applying, kind: string): ObjectReport =>
  outcome.reports.find(({ id }) => id.kind === kind) ?? missing(kind)

function missing(kind: string): never {
  throw new Error(`no report of a ${kind}`)
}

const configMap = (name: string, data: object = { k: 'v' }) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
})

const workload = (kind: string, image = 'example/web:1', more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web' },
  spec: {
    replicas: 0,
    ...(kind === 'StatefulSet' && { serviceName: 'web' }),
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image }] },
    },
    ...more,
  },
})

describe('conflict', () => {
  test('names field and owner, and is forced on demand', async () => {
    const ns = await cluster.namespace()
    await run(ns, workload('Deployment'))
    await cluster.kubectl('set', 'image', 'deploy/web', 'web=example/web:9', '-n', ns)
    const refused = await run(ns, workload('Deployment'), configMap('beside'))
    expect(refused.told).toEqual([
      'ConfigMap beside: created',
      'Deployment web: refused (Conflict)',
    ])
    expect(reportOf(refused, 'Deployment').message).toBe(
      `others own fields of Deployment ${ns}/web: .spec.template.spec.containers[name="web"].image (kubectl-set); take them out of the manifest, or set force-conflicts: true to take them over`,
    )
    const placed = await rig.place(ns, workload('Deployment'))
    const forced = await rig.apply(placed, { force: true })
    expect(forced.told).toEqual(['Deployment web: configured'])
    expect((await rig.apply(placed)).writes).toBe(0)
  })
})

describe('immutable', () => {
  const changed = workload('Deployment', 'example/web:1', {
    selector: { matchLabels: { app: 'web', tier: 'front' } },
    template: {
      metadata: { labels: { app: 'web', tier: 'front' } },
      spec: { containers: [{ name: 'web', image: 'example/web:1' }] },
    },
  })

  test('is refused with the field and what to do', async () => {
    const ns = await cluster.namespace()
    await run(ns, workload('Deployment'))
    const refused = await run(ns, changed)
    expect(refused.told).toEqual(['Deployment web: refused (Immutable)'])
    expect(reportOf(refused, 'Deployment').message).toBe(
      `Deployment ${ns}/web cannot be changed in place (spec.selector); set replace: true, or the annotation sluice.dev/replace: "true" on it, to delete it and make it anew`,
    )
  })

  test.each([
    ['a StatefulSet', workload('StatefulSet'), workload('StatefulSet', 'i', { serviceName: 'x' })],
    ['a Job', job('example/a:1'), job('example/a:2')],
    [
      'an immutable ConfigMap',
      { ...configMap('web'), immutable: true },
      { ...configMap('web', { k: 'w' }), immutable: true },
    ],
    ['the role of a RoleBinding', binding('view'), binding('edit')],
  ])('%s is replaced when asked', async (_, before, after) => {
    const ns = await cluster.namespace()
    const first = await run(ns, before)
    expect(first.outcome.complete).toBe(true)
    const refused = await run(ns, after)
    expect(refused.outcome.reports[0]?.reason).toBe('Immutable')
    const placed = await rig.place(ns, after)
    const replaced = await rig.apply(placed, { replace: true })
    expect(replaced.outcome.reports[0]).toMatchObject({ action: 'replaced', message: '' })
    expect((await rig.apply(placed)).writes).toBe(0)
  })

  test('one object is replaced by its own annotation', async () => {
    const ns = await cluster.namespace()
    await run(ns, workload('Deployment'))
    const annotations = { 'sluice.dev/replace': 'true' }
    const asked = { ...changed, metadata: { ...changed.metadata, annotations } }
    expect((await run(ns, asked)).told).toEqual(['Deployment web: replaced'])
  })

  test('a claim is never replaced', async () => {
    const ns = await cluster.namespace()
    const claim = (storage: string) => ({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: {
        accessModes: [storage],
        storageClassName: 'none',
        resources: { requests: { storage: '1Gi' } },
      },
    })
    await run(ns, claim('ReadWriteOnce'))
    const placed = await rig.place(ns, claim('ReadWriteMany'))
    const refused = await rig.apply(placed, { replace: true })
    expect(reportOf(refused, 'PersistentVolumeClaim').message).toMatch(
      /cannot be changed in place \(.*spec.*\); it is never replaced, because its volume, when the storage class reclaims it would go with it/,
    )
  })
})

function job(image: string) {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'once' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image }] } } },
  }
}

function binding(name: string) {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'reader' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
  }
}

test('a namespace that is being deleted fails at once with its own reason', async () => {
  const ns = await cluster.namespace()
  const held = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'held', finalizers: ['example.org/x'] },
  }
  await run(ns, held)
  await cluster.kubectl('delete', 'namespace', ns, '--wait=false')
  await seeUntil(/Terminating/, async () => (await cluster.kubectl('get', 'ns', ns)).stdout)
  const refused = await run(ns, configMap('late'))
  expect(refused.told).toEqual(['ConfigMap late: refused (NamespaceTerminating)'])
  expect(reportOf(refused, 'ConfigMap').seconds).toBeLessThan(2)
  const whole = await run(
    ns,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } },
    configMap('late'),
  )
  expect(whole.told).toEqual([
    `Namespace ${ns}: refused (NamespaceTerminating)`,
    'ConfigMap late: skipped (Skipped)',
  ])
  expect(reportOf(whole, 'ConfigMap').message).toBe(
    `not tried, because Namespace ${ns} was refused`,
  )
  await cluster.kubectl(
    'patch',
    'cm/held',
    '-n',
    ns,
    '--type=merge',
    '-p',
    '{"metadata":{"finalizers":null}}',
  )
})

test('a quota that is used up', async () => {
  const ns = await cluster.namespace()
  const quota = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'small' },
    spec: { hard: { services: '0' } },
  }
  await run(ns, quota)
  await seeUntil(
    /services/,
    async () =>
      (await cluster.kubectl('get', 'quota/small', '-n', ns, '-o', 'jsonpath={.status.hard}'))
        .stdout,
  )
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { ports: [{ port: 80 }] },
  }
  const refused = await run(ns, service)
  expect(refused.told).toEqual(['Service web: refused (QuotaExceeded)'])
  expect(reportOf(refused, 'Service').message).toMatch(/exceeded quota: small/)
})

test('a typo in a field is refused with its path; Secrets show no value', async () => {
  const ns = await cluster.namespace()
  const typo = { ...workload('Deployment'), spec: { ...workload('Deployment').spec, replica: 1 } }
  const refused = await run(ns, typo, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'keys' },
    data: { token: 'not-base-64-hunter2' },
  })
  expect(refused.outcome.complete).toBe(false)
  expect(reportOf(refused, 'Secret').action).toBe('refused')
  expect(reportOf(refused, 'Deployment').action).toBe('skipped')
  expect(JSON.stringify(refused.outcome.reports)).not.toMatch(/hunter2/)
  const alone = await run(ns, typo)
  expect(reportOf(alone, 'Deployment').message).toMatch(/\.spec\.replica: field not declared/)
})

test('a webhook that cannot be asked is tried again for a short time only, then told', async () => {
  const ns = await cluster.namespace()
  const gate = {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: `gate-${ns}` },
    webhooks: [
      {
        name: 'gate.example.org',
        failurePolicy: 'Fail',
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        timeoutSeconds: 1,
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': ns } },
        clientConfig: { service: { name: 'nobody', namespace: ns } },
        rules: [
          {
            apiGroups: [''],
            apiVersions: ['v1'],
            operations: ['CREATE'],
            resources: ['configmaps'],
          },
        ],
      },
    ],
  }
  expect((await run(ns, gate)).outcome.complete).toBe(true)
  const refused = await run(ns, configMap('gated'))
  expect(refused.told).toEqual(['ConfigMap gated: refused (WebhookUnavailable)'])
  expect(reportOf(refused, 'ConfigMap').message).toMatch(
    /failed calling webhook "gate.example.org"/,
  )
  await cluster.kubectl('delete', 'validatingwebhookconfiguration', `gate-${ns}`)
})

test("a right that is missing is the server's own sentence", async () => {
  const ns = await cluster.namespace()
  const other = await createApplyRig(cluster.userKubeconfig('restricted-23'))
  try {
    const refused = await other.apply(await other.place(ns, configMap('mine')))
    expect(refused.told).toEqual(['ConfigMap mine: refused (Forbidden)'])
    expect(refused.plan.notices.join()).toMatch(
      /GET ConfigMap .*\/mine is not allowed, so it is applied without a look/,
    )
    expect(reportOf(refused, 'ConfigMap').message).toMatch(
      /User "restricted-23" cannot patch resource "configmaps"/,
    )
  } finally {
    await other.api.close()
  }
})
