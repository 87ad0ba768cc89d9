// The way back (`on-failure: undo`), and the look ahead (mode diff).
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  applyPlan,
  diffPlan,
  recordBefore,
  renderDiff,
  restoreBefore,
  type RestoredObject,
} from '@sluice/kubernetes'
import { createApplyRig, type ApplyRig } from './apply-rig.ts'
import { useCluster } from './harness.ts'

const cluster = useCluster()
let rig: ApplyRig
beforeAll(async () => {
  rig = await createApplyRig(cluster.kubeconfig)
})
afterAll(() => rig.api.close())

const configMap = (name: string, data: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
})
const secret = (data: object) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'keys' },
  stringData: data,
})
const deployment = (image: string, env: readonly object[] = [], labels: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image, env }] },
    },
  },
})

/** Everything of a namespace that a person can set, without what the server counts. */
async function stateOf(ns: string): Promise<unknown> {
  const ran = await cluster.kubectl('get', 'cm,secret,deploy,job', '-n', ns, '-o', 'json')
  const { items } = JSON.parse(ran.stdout) as { items: Record<string, unknown>[] }
  return items.map(({ metadata, kind, status: _status, ...rest }) => {
    const { name, labels = {}, annotations } = metadata as Record<string, unknown>
    const { 'deployment.kubernetes.io/revision': _revision, ...notes } = (annotations ??
      {}) as Record<string, string>
    return { kind, name, labels, notes, ...rest }
  })
}

interface Undoing {
  readonly ns: string
  readonly rules?: object
}

async function applyAndUndo({ ns, rules = {} }: Undoing, ...objects: object[]) {
  const { plan } = await rig.plan(await rig.place(ns, ...objects), rules)
  const before = recordBefore(plan)
  const outcome = await applyPlan(plan, rig.runParts)
  const restored = await restoreBefore({ plan, before, outcome }, rig.runParts)
  return { outcome, told: tell(restored) }
}

const tell = (restored: readonly RestoredObject[]): readonly string[] =>
  restored.map(
    ({ report: { id, action, message } }) => `${id.kind} ${id.name}: ${action}, ${message}`,
  )

describe('undo', () => {
  test('puts back what was changed, deletes what was made', async () => {
    const ns = await cluster.namespace()
    const env = [
      { name: 'A', value: '1' },
      { name: 'OLD', value: 'x' },
    ]
    await rig.apply(
      await rig.place(
        ns,
        configMap('conf', { a: '1', b: '2' }),
        secret({ k: 'v' }),
        deployment('example/web:1', env, { v: '1' }),
      ),
    )
    await cluster.kubectl('label', 'deploy/web', 'theirs=1', '-n', ns)
    const before = await stateOf(ns)
    const { told, outcome } = await applyAndUndo(
      { ns },
      configMap('conf', { a: '9', c: '3' }),
      secret({ k: 'w', l: 'm' }),
      deployment('example/web:2', [{ name: 'NEW', value: 'y' }], { v: '2' }),
      configMap('new', { a: '1' }),
      {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data' },
        spec: {
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'none',
          resources: { requests: { storage: '1Gi' } },
        },
      },
    )
    expect(outcome.complete).toBe(true)
    expect(told).toEqual([
      'ConfigMap conf: restored, as before this run',
      'Secret keys: restored, as before this run',
      'Deployment web: restored, as before this run',
      'ConfigMap new: restored, made by this run, deleted again',
      `PersistentVolumeClaim data: skipped, PersistentVolumeClaim ${ns}/data was made by this run and is kept, because its volume, when the storage class reclaims it would go with it`,
    ])
    expect(await stateOf(ns)).toEqual(before)
  })

  test('of an object that was taken over or forced', async () => {
    const ns = await cluster.namespace()
    const old = deployment('example/web:1', [{ name: 'A', value: '1' }], { old: 'x' })
    await cluster.kubectl('apply', '-n', ns, '-f', '-', { stdin: JSON.stringify(old) })
    await rig.apply(await rig.place(ns, configMap('conf', { a: '1' })))
    await cluster.kubectl(
      'patch',
      'cm/conf',
      '-n',
      ns,
      '--type=merge',
      '-p',
      '{"data":{"a":"theirs"}}',
    )
    const before = await stateOf(ns)
    const { outcome } = await applyAndUndo(
      { ns, rules: { force: true } },
      deployment('example/web:2'),
      configMap('conf', { a: '2' }),
    )
    expect(outcome.reports.map(({ action }) => action)).toEqual(['configured', 'configured'])
    expect(await stateOf(ns)).toEqual(before)
  })

  test('of a replaced object makes the old one anew', async () => {
    const ns = await cluster.namespace()
    const fixed = (k: string) => ({ ...configMap('fixed', { k }), immutable: true })
    await rig.apply(await rig.place(ns, fixed('1')))
    const before = await stateOf(ns)
    const { outcome, told } = await applyAndUndo({ ns, rules: { replace: true } }, fixed('2'))
    expect(outcome.reports[0]?.action).toBe('replaced')
    expect(told).toEqual(['ConfigMap fixed: restored, as before this run'])
    expect(await stateOf(ns)).toEqual(before)
  })

  test('of a replacement that was deleted and then refused makes the old one anew', async () => {
    const ns = await cluster.namespace()
    const fixed = (data: object) => ({ ...configMap('fixed', data), immutable: true })
    await rig.apply(await rig.place(ns, fixed({ k: '1' })))
    const before = await stateOf(ns)
    const placed = await rig.place(ns, fixed({ k: '2' }))
    const { plan } = await rig.plan(placed, { replace: true })
    const record = recordBefore(plan)
    let deleted = false
    const api = {
      ...rig.api,
      delete: async (...given: Parameters<typeof rig.api.delete>) => {
        deleted = true
        return rig.api.delete(...given)
      },
      apply: async (
        ...given: Parameters<typeof rig.api.apply>
      ): ReturnType<typeof rig.api.apply> =>
        deleted
          ? {
              ok: false,
              refusal: {
                status: 403,
                reason: 'Forbidden',
                message: 'no',
                causes: [],
                request: 'APPLY',
              },
            }
          : rig.api.apply(...given),
    }
    const outcome = await applyPlan(plan, { ...rig.runParts, api })
    expect(outcome.reports[0]?.action).toBe('refused')
    expect(
      JSON.parse(
        (
          await cluster.kubectl(
            'get',
            'cm',
            '-n',
            ns,
            '--field-selector=metadata.name=fixed',
            '-o',
            'json',
          )
        ).stdout,
      ),
    ).toMatchObject({ items: [] })
    const restored = await restoreBefore({ plan, before: record, outcome }, rig.runParts)
    expect(tell(restored)).toEqual(['ConfigMap fixed: restored, as before this run'])
    expect(await stateOf(ns)).toEqual(before)
  })

  test('of a CRD with its resource: the resource goes, the CRD and what others have of it stays', async () => {
    const ns = await cluster.namespace()
    const group = `${ns}.example.org`
    const { told } = await applyAndUndo(
      { ns },
      { apiVersion: `${group}/v1`, kind: 'Widget', metadata: { name: 'one' } },
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: `widgets.${group}` },
        spec: {
          group,
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
      },
    )
    expect(told).toEqual([
      'Widget one: restored, made by this run, deleted again',
      `CustomResourceDefinition widgets.${group}: skipped, CustomResourceDefinition widgets.${group} was made by this run and is kept, because all objects of its kind in every namespace would go with it`,
    ])
    await cluster.kubectl('delete', 'crd', `widgets.${group}`, '--wait=false')
  })

  test('of nothing does nothing', async () => {
    const ns = await cluster.namespace()
    await rig.apply(await rig.place(ns, configMap('conf', { a: '1' })))
    expect((await applyAndUndo({ ns }, configMap('conf', { a: '1' }))).told).toEqual([])
  })
})

describe('diff', () => {
  const look = async (ns: string, objects: readonly object[], rules = {}) => {
    const before = await rig.api.list(
      (await rig.api.resources()).find('', 'v1', 'ConfigMap') ?? missing(),
      { namespace: ns },
    )
    const { plan } = await rig.plan(await rig.place(ns, ...objects), rules)
    const diffs = await diffPlan(plan, { api: rig.api, hideEnv: false })
    const after = await rig.api.list(
      (await rig.api.resources()).find('', 'v1', 'ConfigMap') ?? missing(),
      { namespace: ns },
    )
    expect(after.ok && after.value.items).toEqual(before.ok && before.value.items)
    return { diffs, text: renderDiff(diffs, { longest: 4000 }).replaceAll(ns, 'NS') }
  }

  test('tells fields, and changes nothing', async () => {
    const ns = await cluster.namespace()
    await rig.apply(
      await rig.place(
        ns,
        configMap('conf', { a: '1', b: '2' }),
        secret({ k: 'hunter2', old: 'hunter3' }),
        deployment('example/web:1'),
      ),
    )
    const { text } = await look(ns, [
      configMap('conf', { a: '9', c: '3' }),
      configMap('new', { a: '1' }),
      secret({ k: 'hunter4', more: 'hunter5' }),
      deployment('example/web:2'),
    ])
    expect(text).toBe(
      [
        '~ ConfigMap NS/conf configured',
        '    ~ data.a: "1" -> "9"',
        '    - data.b: "2"',
        '    + data.c: "3"',
        '+ ConfigMap NS/new created',
        '    + apiVersion: "v1"',
        '    + data.a: "1"',
        '    + kind: "ConfigMap"',
        '    + metadata.name: "new"',
        '    + metadata.namespace: "NS"',
        '~ Secret NS/keys configured',
        '    ~ data.k: *** -> ***',
        '    + data.more: ***',
        '    - data.old: ***',
        '~ Deployment NS/web configured',
        '    ~ spec.template.spec.containers[name=web].image: "example/web:1" -> "example/web:2"',
      ].join('\n'),
    )
  })

  test('says what cannot be known yet, what is refused, and what would be replaced', async () => {
    const ns = await cluster.namespace()
    const fixed = (k: string) => ({ ...configMap('fixed', { k }), immutable: true })
    await rig.apply(await rig.place(ns, fixed('1'), deployment('example/web:1')))
    await cluster.kubectl('set', 'image', 'deploy/web', 'web=example/web:9', '-n', ns)
    const set = [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `${ns}-new` } },
      { ...configMap('inside', {}), metadata: { name: 'inside', namespace: `${ns}-new` } },
      fixed('2'),
      deployment('example/web:2'),
    ]
    const plain = await look(ns, set)
    expect(
      plain.diffs.map(({ report: { id, action, reason } }) => [
        id.name.replace(ns, 'NS'),
        action,
        reason,
      ]),
    ).toEqual([
      ['NS-new', 'created', ''],
      ['inside', 'unknown', 'NotYet'],
      ['fixed', 'refused', 'Immutable'],
      ['web', 'refused', 'Conflict'],
    ])
    const asked = await look(ns, set, { replace: true, force: true })
    expect(asked.diffs.map(({ report: { action } }) => action)).toEqual([
      'created',
      'unknown',
      'replaced',
      'configured',
    ])
  })

  test('of a take-over shows what goes', async () => {
    const ns = await cluster.namespace()
    await cluster.kubectl('apply', '-n', ns, '-f', '-', {
      stdin: JSON.stringify(deployment('example/web:1', [], { old: 'x' })),
    })
    const { text } = await look(ns, [deployment('example/web:1')])
    expect(text.split('\n')).toEqual([
      '~ Deployment NS/web configured',
      '    - metadata.annotations.kubectl.kubernetes.io/last-applied-configuration: ***',
      '    - metadata.labels.old: "x"',
    ])
  })
})

function missing(): never {
  throw new Error('the server knows no ConfigMap')
}
