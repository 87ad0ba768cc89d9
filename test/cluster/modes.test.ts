// The modes other than apply and diff, each beside kubectl's own verb on a twin of the object.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  deleteManifests,
  findTargets,
  observeHistory,
  observeManifests,
  pause,
  renderHistory,
  restart,
  resume,
  scale,
  undo,
  type KubeObject,
  type Target,
  type WorkloadMode,
} from '@sluice/kubernetes'
import { useCluster } from './harness.ts'
import {
  Killed,
  applyAll,
  configMap,
  connected,
  mortal,
  placed,
  workload,
  type ConnectedPorts,
} from './mode-bench.ts'
import { seeUntil } from './patience.ts'

const cluster = useCluster()
let ours: ConnectedPorts
beforeAll(async () => {
  ours = await connected(cluster.kubeconfig)
})
afterAll(() => ours.api.close())

const kinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const
const dryRun = false

async function targets(
  mode: WorkloadMode,
  ns: string,
  ...named: string[]
): Promise<readonly Target[]> {
  const found = await findTargets(ours.api, { mode, named, namespace: ns, placed: [] })
  if (!found.ok) throw new Error(found.problems.map(({ message }) => message).join('; '))
  return found.value
}

const read = async (kind: string, name: string, ns: string): Promise<KubeObject> => {
  const answer = await ours.api.get({ group: 'apps', version: 'v1', kind, name, namespace: ns })
  if (!answer.ok || answer.value === null) throw new Error(`no ${kind} ${name}`)
  return answer.value
}

interface Spec {
  readonly template: { readonly metadata: { readonly annotations?: Record<string, string> } }
  readonly replicas?: number
  readonly paused?: boolean
}
const specOf = (object: KubeObject): Spec => object['spec'] as Spec
const templateOf = (object: KubeObject) => JSON.stringify(specOf(object).template)

const kubectl = async (...args: string[]): Promise<string> => {
  const ran = await cluster.kubectl(...args)
  return `${ran.stdout}${ran.stderr}`
}

/** Numbers of the recorded revisions, when there are so many. */
const revisions = (ns: string, target: string, count: number) =>
  seeUntil(new RegExp(`^(\\d+,){${count - 1}}\\d+$`), async () => {
    const [history] = await observeHistory(ours, await targets('history', ns, target))
    return (history?.revisions ?? []).map(({ number }) => number).join()
  })

/** A namespace with one workload that was applied in these images one after the other. */
async function rolledOut(kind: (typeof kinds)[number], ...images: readonly string[]) {
  const ns = await cluster.namespace()
  for (const [index, image] of images.entries()) {
    const env: Record<string, string> = index === 0 ? { FIRST: '1', BOTH: '1' } : { BOTH: image }
    const annotations = { 'kubernetes.io/change-cause': `image ${image}` }
    await applyAll(ours.api, [placed(workload({ kind, name: 'web', image, env, annotations }), ns)])
    await revisions(ns, `${kind}/web`, index + 1)
  }
  return ns
}

describe('restart', () => {
  test.each(kinds)(
    '%s: only the annotation of kubectl is new, and an apply changes nothing',
    async (kind) => {
      const ns = await cluster.namespace()
      const twin = await cluster.namespace()
      const object = workload({ kind, name: 'web', image: 'example/web:1' })
      await applyAll(ours.api, [placed(object, ns), placed(object, twin)])
      const before = templateOf(await read(kind, 'web', ns))
      const [report] = await restart(ours, await targets('restart', ns, `${kind}/web`), { dryRun })
      expect(report).toMatchObject({ action: 'restarted', verdict: 'none', message: '' })
      expect(await kubectl('rollout', 'restart', `${kind}/web`, '-n', twin)).toContain('restarted')
      const [live, oracle] = [await read(kind, 'web', ns), await read(kind, 'web', twin)]
      const key = 'kubectl.kubernetes.io/restartedAt'
      const { [key]: time = '', ...others } = specOf(live).template.metadata.annotations ?? {}
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
      expect(others).toEqual({})
      const theirs = specOf(oracle).template.metadata.annotations?.[key] ?? ''
      expect(templateOf(live).replace(time, '')).toBe(templateOf(oracle).replace(theirs, ''))
      expect(templateOf(live)).not.toBe(before)
      const [again] = await applyAll(ours.api, [placed(object, ns)])
      expect(again?.metadata.generation).toBe(live.metadata.generation)
      expect(templateOf(again as KubeObject)).toBe(templateOf(live))
    },
  )

  test('a manifest that names the annotation itself still applies without a conflict', async () => {
    const ns = await cluster.namespace()
    const plain = workload({ kind: 'Deployment', name: 'web', image: 'example/web:1' })
    const spec = plain['spec'] as { template: { metadata: object } }
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2020-01-01T00:00:00Z' }
    const metadata = { ...spec.template.metadata, annotations }
    const object = { ...plain, spec: { ...spec, template: { ...spec.template, metadata } } }
    await applyAll(ours.api, [placed(object, ns)])
    await restart(ours, await targets('restart', ns, 'deploy/web'), { dryRun })
    const [again] = await applyAll(ours.api, [placed(object, ns)])
    expect(specOf(again as KubeObject).template.metadata.annotations).toEqual(annotations)
  })

  test('a dry run changes nothing', async () => {
    const ns = await rolledOut('Deployment', 'example/web:1')
    const before = templateOf(await read('Deployment', 'web', ns))
    const [report] = await restart(ours, await targets('restart', ns, 'deploy/web'), {
      dryRun: true,
    })
    expect(report).toMatchObject({ action: 'restarted' })
    expect(templateOf(await read('Deployment', 'web', ns))).toBe(before)
  })
})

describe('pause and resume', () => {
  test('as kubectl does it; a second time nothing changes; restart and undo are refused', async () => {
    const ns = await rolledOut('Deployment', 'example/web:1', 'example/web:2')
    const twin = await rolledOut('Deployment', 'example/web:1', 'example/web:2')
    const find = (mode: WorkloadMode) => targets(mode, ns, 'deployments.apps/web')
    expect(await pause(ours, await find('pause'), { dryRun })).toMatchObject([{ action: 'paused' }])
    await kubectl('rollout', 'pause', 'deploy/web', '-n', twin)
    const same = async () => {
      const [live, oracle] = [
        await read('Deployment', 'web', ns),
        await read('Deployment', 'web', twin),
      ]
      expect(live['spec']).toEqual(oracle['spec'])
      return specOf(live).paused
    }
    expect(await same()).toBe(true)
    expect(await pause(ours, await find('pause'), { dryRun })).toMatchObject([
      { action: 'unchanged', message: 'it is paused already' },
    ])
    const refused = { action: 'refused', verdict: 'failed', reason: 'Paused' }
    expect(await restart(ours, await find('restart'), { dryRun })).toMatchObject([refused])
    expect(await undo(ours, await find('undo'), { dryRun, revision: null })).toMatchObject([
      refused,
    ])
    expect(await kubectl('rollout', 'undo', 'deploy/web', '-n', twin)).toContain('paused')
    expect(await kubectl('rollout', 'restart', 'deploy/web', '-n', twin)).toContain('paused')
    // What the manifests do not name stays over an apply.
    await applyAll(ours.api, [
      placed(workload({ kind: 'Deployment', name: 'web', image: 'example/web:2' }), ns),
    ])
    expect(specOf(await read('Deployment', 'web', ns)).paused).toBe(true)
    expect(await resume(ours, await find('resume'), { dryRun })).toMatchObject([
      { action: 'resumed' },
    ])
    expect(specOf(await read('Deployment', 'web', ns)).paused).toBeUndefined()
    expect(await resume(ours, await find('resume'), { dryRun })).toMatchObject([
      { action: 'unchanged', message: 'it is not paused' },
    ])
  })
})

describe('scale', () => {
  test.each(['Deployment', 'StatefulSet'] as const)(
    '%s: as kubectl does it, and the manifests go on to decide',
    async (kind) => {
      const ns = await cluster.namespace()
      const twin = await cluster.namespace()
      const object = workload({ kind, name: 'web', image: 'example/web:1', replicas: 1 })
      await applyAll(ours.api, [placed(object, ns), placed(object, twin)])
      const find = () => targets('scale', ns, `${kind}/web`)
      const options = { dryRun, replicas: 3, force: false }
      expect(await scale(ours, await find(), options)).toMatchObject([
        { action: 'scaled', message: '1 -> 3 replicas' },
      ])
      await kubectl('scale', `${kind}/web`, '--replicas=3', '-n', twin)
      const live = await read(kind, 'web', ns)
      expect(live['spec']).toEqual((await read(kind, 'web', twin))['spec'])
      expect(await scale(ours, await find(), options)).toMatchObject([
        { action: 'unchanged', message: 'it has 3 replicas' },
      ])
      const [again] = await applyAll(ours.api, [placed(object, ns)])
      expect(specOf(again as KubeObject).replicas).toBe(1)
    },
  )

  test('what an autoscaler drives is refused with its name unless forced', async () => {
    const ns = await cluster.namespace()
    const object = workload({ kind: 'Deployment', name: 'web', image: 'example/web:1' })
    const scaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web-load' },
      spec: {
        maxReplicas: 5,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      },
    }
    await applyAll(ours.api, [placed(object, ns), placed(scaler, ns)])
    const find = () => targets('scale', ns, 'deploy/web')
    expect(await scale(ours, await find(), { dryRun, replicas: 4, force: false })).toMatchObject([
      {
        action: 'refused',
        reason: 'Autoscaled',
        message: `HorizontalPodAutoscaler ${ns}/web-load sets its replicas and would undo this; change that one, or set \`force-conflicts: true\``,
      },
    ])
    expect(await scale(ours, await find(), { dryRun, replicas: 4, force: true })).toMatchObject([
      { action: 'scaled' },
    ])
  })
})

describe('history', () => {
  test.each(kinds)('%s: the revisions and causes that kubectl shows', async (kind) => {
    const ns = await rolledOut(kind, 'example/web:1', 'example/web:2')
    const [history] = await observeHistory(ours, await targets('history', ns, `${kind}/web`))
    const shown = await kubectl('rollout', 'history', `${kind}/web`, '-n', ns)
    const theirs = [...shown.matchAll(/^(\d+)\s+(.*)$/gm)].map(([, number, cause]) => [
      Number(number),
      cause?.trim(),
    ])
    expect(history?.revisions.map(({ number, changeCause }) => [number, changeCause])).toEqual(
      theirs,
    )
    expect(history?.revisions).toMatchObject([
      { images: ['example/web:1'], current: false },
      { images: ['example/web:2'], current: true },
    ])
    expect(renderHistory(history === undefined ? [] : [history])).toEqual([
      `${kind} ${ns}/web`,
      expect.stringMatching(/^ {2}REVISION +CREATED +IMAGES +CHANGE-CAUSE$/),
      expect.stringMatching(/^ {2}1 +\S+Z {2}example\/web:1 {2}image example\/web:1$/),
      expect.stringMatching(/^ {2}2 \(current\) +\S+Z {2}example\/web:2 {2}image example\/web:2$/),
    ])
  })
})

describe('undo', () => {
  const images = ['example/web:1', 'example/web:2', 'example/web:3']

  test.each(kinds.flatMap((kind) => [[kind, null] as const, [kind, 1] as const]))(
    '%s to revision %p: the template that kubectl gives, no second step back, and no conflict after it',
    async (kind, revision) => {
      const ns = await rolledOut(kind, ...images)
      const twin = await rolledOut(kind, ...images)
      const find = () => targets('undo', ns, `${kind}/web`)
      const [report] = await undo(ours, await find(), { dryRun, revision })
      const image = revision === 1 ? 'example/web:1' : 'example/web:2'
      expect(report).toMatchObject({
        action: 'restored',
        message: `to revision ${revision ?? 2} (${image})`,
      })
      await kubectl('rollout', 'undo', `${kind}/web`, '-n', twin, `--to-revision=${revision ?? 0}`)
      const live = await read(kind, 'web', ns)
      expect(templateOf(live)).toBe(templateOf(await read(kind, 'web', twin)))
      expect(live.metadata.annotations?.['kubernetes.io/change-cause']).toBe(`image ${image}`)
      await seeUntil(/4/, () => revisions(ns, `${kind}/web`, 3))
      const [again] = await undo(ours, await find(), { dryRun, revision: null })
      expect(again).toMatchObject({
        action: 'unchanged',
        reason: 'Undone',
        message: 'revision 4 is the one that an undo restored; name a revision to go further back',
      })
      expect(templateOf(await read(kind, 'web', ns))).toBe(templateOf(live))
      // The mended manifest names less than any revision had.
      const mended = workload({ kind, name: 'web', image: 'example/web:4' })
      const [after] = await applyAll(ours.api, [placed(mended, ns)])
      const clean = await applyAll(ours.api, [placed(mended, await cluster.namespace())])
      expect(templateOf(after as KubeObject)).toBe(templateOf(clean[0] as KubeObject))
      expect(after?.metadata.annotations?.['sluice.dev/undone']).toBeUndefined()
    },
  )

  test('killed before or after each request and run once more: the same end, without a conflict', async () => {
    const run = async (life: { readonly requests: number; readonly sendsLast: boolean }) => {
      const ns = await rolledOut('Deployment', 'example/web:1', 'example/web:2')
      const api = mortal(ours.api, life)
      const find = () => targets('undo', ns, 'deploy/web')
      const ended = await undo({ ...ours, api }, await find(), { dryRun, revision: null }).then(
        () => 'whole',
        (error: unknown) => (error instanceof Killed ? 'killed' : error),
      )
      await undo(ours, await find(), { dryRun, revision: null })
      const template = templateOf(await read('Deployment', 'web', ns))
      const mended = workload({ kind: 'Deployment', name: 'web', image: 'example/web:3' })
      const [after] = await applyAll(ours.api, [placed(mended, ns)])
      return { ended, asked: api.asked(), template, after: templateOf(after as KubeObject) }
    }
    const whole = await run({ requests: Infinity, sendsLast: false })
    expect(whole).toMatchObject({ ended: 'whole', template: expect.stringContaining('web:1') })
    // Revisions, the template, a read, the owners; more when a status was written meanwhile.
    for (const requests of [1, 2, 3, 4]) {
      for (const sendsLast of [false, true]) {
        const ended = { ...whole, ended: 'killed', asked: requests }
        expect(await run({ requests, sendsLast })).toEqual(ended)
      }
    }
  })

  test('fields that others added to the template are gone as with kubectl', async () => {
    const ns = await rolledOut('Deployment', 'example/web:1', 'example/web:2')
    const twin = await rolledOut('Deployment', 'example/web:1', 'example/web:2')
    for (const one of [ns, twin]) await kubectl('set', 'env', 'deploy/web', 'ADDED=1', '-n', one)
    await revisions(ns, 'deploy/web', 3)
    await revisions(twin, 'deploy/web', 3)
    await undo(ours, await targets('undo', ns, 'deploy/web'), { dryRun, revision: 1 })
    await kubectl('rollout', 'undo', 'deploy/web', '-n', twin, '--to-revision=1')
    const live = templateOf(await read('Deployment', 'web', ns))
    expect(live).toBe(templateOf(await read('Deployment', 'web', twin)))
    expect(live).not.toContain('ADDED')
  })

  test('a workload that kubectl applied', async () => {
    const ns = await cluster.namespace()
    for (const image of ['example/web:1', 'example/web:2']) {
      const stdin = JSON.stringify(workload({ kind: 'Deployment', name: 'web', image }))
      await cluster.kubectl('apply', '-n', ns, '-f', '-', { stdin })
      await revisions(ns, 'deploy/web', image.endsWith('1') ? 1 : 2)
    }
    await undo(ours, await targets('undo', ns, 'deploy/web'), { dryRun, revision: null })
    await scale(ours, await targets('scale', ns, 'deploy/web'), {
      dryRun,
      replicas: 2,
      force: false,
    })
    const live = await read('Deployment', 'web', ns)
    expect(templateOf(live)).toContain('example/web:1')
    // The template is kubectl's again; it never named a number of replicas.
    expect(live.metadata.managedFields?.map(({ manager }) => manager)).not.toContain('sluice-undo')
    expect(live.metadata.managedFields?.map(({ manager }) => manager)).toContain('sluice-scale')
  })

  test('nothing to go back to, the same template, a revision that is not there, a dry run', async () => {
    const ns = await rolledOut('Deployment', 'example/web:1')
    const find = () => targets('undo', ns, 'deploy/web')
    expect(await undo(ours, await find(), { dryRun, revision: null })).toMatchObject([
      {
        action: 'unchanged',
        reason: 'NoHistory',
        message: 'there is no earlier revision to go back to',
      },
    ])
    expect(await undo(ours, await find(), { dryRun, revision: 1 })).toMatchObject([
      {
        action: 'unchanged',
        reason: 'SameTemplate',
        message: 'it has the template of revision 1 already',
      },
    ])
    expect(await undo(ours, await find(), { dryRun, revision: 9 })).toMatchObject([
      { action: 'refused', reason: 'NoRevision', message: 'it has no revision 9; there are 1' },
    ])
    const two = await rolledOut('Deployment', 'example/web:1', 'example/web:2')
    const found = await targets('undo', two, 'deploy/web')
    expect(await undo(ours, found, { dryRun: true, revision: null })).toMatchObject([
      { action: 'restored' },
    ])
    expect(templateOf(await read('Deployment', 'web', two))).toContain('example/web:2')
  })
})

describe('delete and status', () => {
  const many = (ns: string) => [
    placed(workload({ kind: 'Deployment', name: 'web', image: 'example/web:1', replicas: 0 }), ns),
    placed(configMap('settings'), ns),
    placed(configMap('kept'), ns),
  ]
  const options = () => ({
    propagation: 'Background' as const,
    deleteData: false,
    deadline: Date.now() + 20_000,
    dryRun: false,
  })

  test('status before, delete, status after, delete again; what is left equals what kubectl leaves', async () => {
    const ns = await cluster.namespace()
    const twin = await cluster.namespace()
    await applyAll(ours.api, [...many(ns), ...many(twin)])
    await cluster.kubectl('rollout', 'status', 'deploy/web', '-n', ns, '--timeout=20s')
    expect((await observeManifests(ours, many(ns))).reports.map(({ verdict }) => verdict)).toEqual([
      'ready',
      'ready',
      'ready',
    ])
    const named = many(ns).slice(0, 2)
    expect(await deleteManifests(ours, named, { ...options(), dryRun: true })).toMatchObject([
      { action: 'deleted', verdict: 'none', message: 'would be deleted' },
      { action: 'deleted', verdict: 'none', message: 'would be deleted' },
    ])
    expect(await deleteManifests(ours, named, options())).toMatchObject([
      { action: 'deleted', verdict: 'gone' },
      { action: 'deleted', verdict: 'gone' },
    ])
    await cluster.kubectl('delete', '-n', twin, 'deploy/web', 'cm/settings')
    const left = (where: string) =>
      kubectl('get', 'deploy,cm', '-n', where, '-o', 'jsonpath={.items[*].metadata.name}')
    expect(await left(ns)).toBe(await left(twin))
    expect(await observeManifests(ours, named)).toMatchObject({
      reports: [
        { verdict: 'gone', reason: 'NotFound' },
        { verdict: 'gone', reason: 'NotFound' },
      ],
    })
    expect(await deleteManifests(ours, named, options())).toMatchObject([
      { action: 'unchanged', verdict: 'gone', message: 'it is not there' },
      { action: 'unchanged', verdict: 'gone', message: 'it is not there' },
    ])
  })

  test('status says what is wrong with the pods, and what is under way', async () => {
    const ns = await cluster.namespace()
    const named = (name: string) => ({ kind: 'Deployment' as const, name, image: 'example/web:1' })
    const all = ['fine', 'broken', 'slow'].map((name) => placed(workload(named(name)), ns))
    await cluster.setFate({ namespace: ns, labels: { app: 'broken' }, fate: 'imagepull' })
    await cluster.setFate({ namespace: ns, labels: { app: 'slow' }, fate: 'creating' })
    await applyAll(ours.api, all)
    await cluster.kubectl('rollout', 'status', 'deploy/fine', '-n', ns, '--timeout=20s')
    await seeUntil(/BackOff/, () => kubectl('get', 'pods', '-n', ns, '-o', 'yaml'))
    const { reports, verdicts } = await observeManifests(ours, all)
    expect(reports[0]).toMatchObject({ verdict: 'ready', reason: '' })
    expect(reports[1]?.message).toContain('example/web:1')
    expect(reports[1]?.reason).toMatch(/^(ErrImagePull|ImagePullBackOff)$/)
    expect(reports[2]).toMatchObject({ verdict: 'none' })
    expect(reports[2]?.reason).not.toBe('')
    expect(verdicts.map(({ id }) => id.name)).toEqual(['broken', 'slow'])
    expect(verdicts[0]?.evidence[0]?.about).toMatch(/^pod broken-/)
  })

  test('foreground: the pods are gone with the Deployment', async () => {
    const ns = await cluster.namespace()
    const object = workload({
      kind: 'Deployment',
      name: 'web',
      image: 'example/web:1',
      replicas: 2,
    })
    await applyAll(ours.api, [placed(object, ns)])
    await cluster.kubectl('rollout', 'status', 'deploy/web', '-n', ns, '--timeout=20s')
    const [report] = await deleteManifests(ours, [placed(object, ns)], {
      ...options(),
      propagation: 'Foreground',
    })
    expect(report).toMatchObject({ action: 'deleted', verdict: 'gone' })
    expect(await kubectl('get', 'replicasets', '-n', ns, '-o', 'name')).toBe('')
  })

  test('finalizers are named when the time is up; a namespace is kept, and so is what Helm keeps', async () => {
    const ns = await cluster.namespace()
    const held = configMap('held')
    const finalizers = ['example.com/hold']
    const annotations = { 'helm.sh/resource-policy': 'keep' }
    const all = [
      placed({ ...held, metadata: { ...held.metadata, finalizers } }, ns),
      placed({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } }, null),
      placed({ ...configMap('kept'), metadata: { name: 'kept', annotations } }, ns),
    ]
    await applyAll(ours.api, all)
    const reports = await deleteManifests(ours, all, { ...options(), deadline: Date.now() + 700 })
    expect(reports).toMatchObject([
      {
        verdict: 'timeout',
        reason: 'Finalizers',
        message: 'still there when the time was up; held by finalizers example.com/hold',
      },
      {
        action: 'unchanged',
        reason: 'HoldsData',
        message: 'kept, because everything in it would go with it; `delete-data: true` allows it',
      },
      { action: 'unchanged', message: 'kept, because of annotation helm.sh/resource-policy' },
    ])
    const patch = JSON.stringify({ metadata: { finalizers: null } })
    await cluster.kubectl('patch', 'cm', 'held', '-n', ns, '--type=merge', '-p', patch)
    expect(await deleteManifests(ours, all.slice(0, 1), options())).toMatchObject([
      { verdict: 'gone' },
    ])
  })
})

describe('targets', () => {
  test('kinds in every form that kubectl takes', async () => {
    const ns = await rolledOut('Deployment', 'example/web:1')
    for (const name of ['deploy/web', 'Deployments/web', 'deployment.apps/web', 'DEPLOYMENT/web']) {
      expect(await targets('undo', ns, name)).toMatchObject([
        { id: { kind: 'Deployment', name: 'web' } },
      ])
    }
  })

  test('everything that is wrong is told at once', async () => {
    const ns = await rolledOut('Deployment', 'example/web:1')
    const named = ['deploy/wob', 'deploy/nothing-like-it', 'sts/web']
    expect(
      await findTargets(ours.api, { mode: 'restart', named, namespace: ns, placed: [] }),
    ).toMatchObject({
      ok: false,
      problems: [
        {
          where: `Deployment ${ns}/wob`,
          message: 'it does not exist; did you mean web? (known: web)',
        },
        { where: `Deployment ${ns}/nothing-like-it`, message: 'it does not exist; known: web' },
        {
          where: `StatefulSet ${ns}/web`,
          message: 'it does not exist; there is none of this kind',
        },
      ],
    })
    expect(
      await findTargets(ours.api, {
        mode: 'pause',
        named: ['deploment/web', 'web', 'sts/web'],
        namespace: ns,
        placed: [],
      }),
    ).toMatchObject({
      ok: false,
      problems: [
        {
          where: 'objects',
          message: expect.stringContaining(
            'the server knows no kind deploment; did you mean Deployment?',
          ),
        },
        { message: 'found "web"; wanted Kind/name, such as deployment/web' },
        {
          message:
            'sts/web: mode pause cannot be used on a StatefulSet; wanted Deployment, Rollout',
        },
      ],
    })
  })
})
