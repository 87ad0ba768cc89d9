// Argo Rollouts, which the cluster of the tests does not run: what is sent to them, by their public
// specification; and targets by name.
import { describe, expect, test } from '@jest/globals'
import {
  findTargets,
  invalidTargets,
  parseTarget,
  pause,
  restart,
  resume,
  undo,
  type ApiServer,
  type KubeObject,
  type Resource,
} from '@sluice/kubernetes'
import { memoryServer, resourceOf } from '../apply/application-set-server.ts'

const kinds: readonly Resource[] = [
  { ...resourceOf('apps/v1', 'Deployment'), aliases: ['deployment', 'deploy'] },
  resourceOf('apps/v1', 'ReplicaSet'),
  { ...resourceOf('argoproj.io/v1alpha1', 'Rollout'), aliases: ['rollout', 'ro'] },
  { ...resourceOf('v1', 'ConfigMap'), subresources: [] },
  { ...resourceOf('example.com/v1', 'Deployment'), subresources: [] },
]

const pod = (image: string, labels: Record<string, string>) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'web', image }] },
})
const rollout = (spec: object = {}, more: object = {}): KubeObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', namespace: 'shop', uid: 'r1', resourceVersion: '5' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: pod('web:2', { app: 'web' }),
    ...spec,
  },
  ...more,
})
const replicaSet = (number: number): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: `web-${number}`,
    namespace: 'shop',
    labels: { app: 'web' },
    annotations: { 'rollout.argoproj.io/revision': String(number) },
    ownerReferences: [
      {
        apiVersion: 'argoproj.io/v1alpha1',
        kind: 'Rollout',
        name: 'web',
        uid: 'r1',
        controller: true,
      },
    ],
  },
  spec: {
    template: pod(`web:${number}`, { app: 'web', 'rollouts-pod-template-hash': `h${number}` }),
  },
})

/** The server in memory, which keeps what it was sent. */
function bench(object: KubeObject) {
  const memory = memoryServer(kinds)
  const sent: unknown[] = []
  const api: ApiServer = {
    ...memory,
    get: async () => ({ ok: true, value: object }),
    patch: async (id, patch, { kind, fieldManager }) => {
      sent.push({ name: id.name, patch, kind, fieldManager })
      return { ok: true, value: object }
    },
  }
  const log = { info: () => undefined, notice: () => undefined }
  const now = () => Date.UTC(2026, 10, 21, 18, 30, 0, 250)
  const clock = { now, monotonic: now, sleep: async () => undefined }
  const ports = { api, clock, log, signal: new AbortController().signal }
  const id = {
    group: 'argoproj.io',
    version: 'v1alpha1',
    kind: 'Rollout',
    namespace: 'shop',
    name: 'web',
  }
  return { memory, sent, ports, targets: [{ id, object }] }
}
const dryRun = false

describe('a Rollout', () => {
  test('restart sets the time from which its pods count as old', async () => {
    const { sent, ports, targets } = bench(rollout())
    expect(await restart(ports, targets, { dryRun })).toMatchObject([{ action: 'restarted' }])
    const patch = { metadata: { uid: 'r1' }, spec: { restartAt: '2026-11-21T18:30:00Z' } }
    expect(sent).toEqual([{ name: 'web', kind: 'merge', fieldManager: 'sluice-restart', patch }])
  })

  test('pause and resume set and remove `paused`', async () => {
    const going = bench(rollout())
    await pause(going.ports, going.targets, { dryRun })
    expect(going.sent).toMatchObject([{ patch: { spec: { paused: true } } }])
    const held = bench(rollout({ paused: true }))
    await resume(held.ports, held.targets, { dryRun })
    expect(held.sent).toMatchObject([{ patch: { spec: { paused: null } } }])
  })

  test('one that waits at a step is not resumed but told', async () => {
    const waiting = { status: { pauseConditions: [{ reason: 'CanaryPauseStep' }] } }
    const { sent, ports, targets } = bench(rollout({}, waiting))
    expect(await resume(ports, targets, { dryRun })).toMatchObject([
      {
        action: 'unchanged',
        message: 'it is not paused but waits at a step of its strategy; promote it to go on',
      },
    ])
    expect(sent).toEqual([])
  })

  test('undo puts the template of the earlier ReplicaSet back, without its hash', async () => {
    const { memory, sent, ports, targets } = bench(rollout())
    memory.put(replicaSet(1))
    memory.put(replicaSet(2))
    expect(await undo(ports, targets, { dryRun, revision: null })).toMatchObject([
      { action: 'restored', message: 'to revision 1 (web:1)' },
    ])
    expect(sent).toEqual([
      {
        name: 'web',
        kind: 'json',
        fieldManager: 'sluice-undo',
        patch: [
          { op: 'replace', path: '/metadata/resourceVersion', value: '5' },
          { op: 'replace', path: '/spec/template', value: pod('web:1', { app: 'web' }) },
          {
            op: 'add',
            path: '/metadata/annotations',
            value: { 'sluice.dev/undone': 'web-1 web-2' },
          },
        ],
      },
    ])
  })
})

describe('parseTarget', () => {
  const parse = async (text: string, mode: 'restart' | 'scale' = 'restart') =>
    parseTarget(text, { mode, namespace: 'shop' }, await memoryServer(kinds).resources())

  test.each([
    ['deployment/web', 'apps', 'Deployment'],
    ['Deployment/web', 'apps', 'Deployment'],
    ['deploy/web', 'apps', 'Deployment'],
    ['deployments.apps/web', 'apps', 'Deployment'],
    ['RO/web', 'argoproj.io', 'Rollout'],
    ['rollouts.argoproj.io/web', 'argoproj.io', 'Rollout'],
  ])('%s', async (text, group, kind) => {
    expect(await parse(text)).toMatchObject({
      ok: true,
      value: { group, kind, namespace: 'shop', name: 'web' },
    })
  })

  test.each([
    ['web', 'found "web"; wanted Kind/name, such as deployment/web'],
    ['deploy/', 'found "deploy/"; wanted Kind/name, such as deployment/web'],
    ['a/b/c', 'found "a/b/c"; wanted Kind/name, such as deployment/web'],
    [
      'deploymnt/web',
      'deploymnt/web: the server knows no kind deploymnt; did you mean Deployment? (known: Deployment, Rollout)',
    ],
    [
      'configmap/web',
      'configmap/web: mode restart cannot be used on a ConfigMap; wanted Deployment, StatefulSet, DaemonSet, Rollout',
    ],
    [
      'deployments.example.com/web',
      'deployments.example.com/web: mode restart cannot be used on a Deployment; wanted Deployment, StatefulSet, DaemonSet, Rollout',
    ],
  ])('%s is refused', async (text, message) => {
    expect(await parse(text)).toEqual({ ok: false, problems: [{ where: 'objects', message }] })
  })
})

test('all problems of the named objects are one error', async () => {
  const named = ['web', 'configmap/web']
  const found = await findTargets(memoryServer(kinds), {
    mode: 'pause',
    named,
    namespace: 'shop',
    placed: [],
  })
  expect(found.ok ? null : invalidTargets(found.problems)).toMatchObject({
    code: 'KUBERNETES_TARGET_INVALID',
    message: [
      '2 problems with the objects to work on:',
      '- objects: found "web"; wanted Kind/name, such as deployment/web',
      '- objects: configmap/web: mode pause cannot be used on a ConfigMap; wanted Deployment, Rollout',
    ].join('\n'),
  })
})

test('none named: the workloads in the manifests; none there is a problem', async () => {
  const api = memoryServer(kinds)
  api.put(rollout())
  const place = (object: KubeObject) => ({
    object,
    id: {
      group: object.kind === 'Rollout' ? 'argoproj.io' : '',
      version: 'v1alpha1',
      kind: object.kind,
      namespace: 'shop',
      name: 'web',
    },
    known: true,
    source: { file: 'a.yml', lineOf: () => 1 },
  })
  const settings: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web' } }
  const find = (...objects: readonly KubeObject[]) =>
    findTargets(api, { mode: 'undo', named: [], namespace: 'shop', placed: objects.map(place) })
  expect(await find(settings, rollout(), rollout())).toMatchObject({
    ok: true,
    value: [{ id: { kind: 'Rollout' } }],
  })
  expect(await find(settings)).toEqual({
    ok: false,
    problems: [
      {
        where: 'manifests',
        message:
          'nothing in them can be used with mode undo (wanted Deployment, StatefulSet, DaemonSet, Rollout)',
      },
    ],
  })
})
