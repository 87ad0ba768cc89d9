// Application sets against the real server: what kubectl's own ApplySets do with the same manifests,
// what each tool says of the other's set, and every ending that a kill can leave.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  applicationSetOf,
  applyPrune,
  deleteApplication,
  findMembersElsewhere,
  labelMembers,
  observeApplication,
  planRecord,
  readRecord,
  writeRecord,
  type ApplicationSet,
  type KubeObject,
  type PlacedManifest,
  type PruneOrder,
} from '@sluice/kubernetes'
import { useCluster } from './harness.ts'
import {
  Killed,
  applyAll,
  configMap,
  connected,
  mortal,
  placed,
  sha256,
  workload,
  type ConnectedPorts,
} from './mode-bench.ts'

const cluster = useCluster()
let ours: ConnectedPorts
beforeAll(async () => {
  ours = await connected(cluster.kubeconfig)
})
afterAll(() => ours.api.close())

function setIn(namespace: string, application = 'taxi'): ApplicationSet {
  const made = applicationSetOf({ application, namespace, sha256 })
  if (!made.ok) throw new Error('a good name')
  return made.value
}

const service = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80 }] },
})
const web = workload({ kind: 'Deployment', name: 'web', image: 'example/web:1', replicas: 0 })

interface Deployed extends Partial<PruneOrder> {
  readonly ports?: ConnectedPorts
}

/** A whole run as far as the set is concerned. */
async function deploy(
  set: ApplicationSet,
  manifests: readonly PlacedManifest[],
  more: Deployed = {},
) {
  const { ports = ours, ...order } = more
  const labelled = labelMembers(set, manifests)
  if (!labelled.ok) throw new Error(labelled.problems.map(({ message }) => message).join('; '))
  const before = await readRecord(ports.api, set)
  const record = planRecord(set, before, labelled.value)
  const written = await writeRecord(ports.api, { set, seen: before, record, dryRun: false })
  if (written.kind === 'no-namespace') throw new Error('the namespace is there')
  const applied = await applyAll(ports.api, labelled.value)
  return applyPrune(ports, {
    set,
    seen: written.seen,
    placed: labelled.value,
    appliedUids: new Set(applied.flatMap(({ metadata }) => metadata.uid ?? [])),
    deleteData: false,
    dryRun: false,
    propagation: 'Background',
    deadline: Date.now() + 20_000,
    ...order,
  })
}

const kubectlSet = (ns: string, parent: string, objects: readonly KubeObject[]) =>
  cluster.kubectl(
    'apply',
    '--server-side',
    '--prune',
    `--applyset=${parent}`,
    '-n',
    ns,
    '-f',
    '-',
    {
      stdin: objects.map((one) => JSON.stringify(one)).join('\n---\n'),
      env: { KUBECTL_APPLYSET: 'true' },
    },
  )

const inNamespace = (ns: string, objects: readonly KubeObject[]) =>
  objects.map((object) => placed(object, ns))

/** What is in a namespace, without what the cluster itself puts there. */
async function contents(ns: string): Promise<readonly string[]> {
  const { stdout } = await cluster.kubectl(
    'get',
    'cm,svc,deploy,secret,pvc',
    '-n',
    ns,
    '-o',
    'name',
  )
  return stdout.split('\n').filter((line) => line !== '' && !line.includes('kube-root-ca'))
}

async function parent(ns: string, name = 'taxi'): Promise<KubeObject> {
  const id = { group: '', version: 'v1', kind: 'ConfigMap', namespace: ns, name }
  const answer = await ours.api.get(id)
  if (!answer.ok || answer.value === null) throw new Error(`no record ${name}`)
  return answer.value
}

const kindsOf = async (ns: string) =>
  (await parent(ns)).metadata.annotations?.['applyset.kubernetes.io/contains-group-kinds']

describe('beside kubectl', () => {
  test('the same manifests leave the same objects and the same record', async () => {
    const [ns, twin] = [await cluster.namespace(), await cluster.namespace()]
    const steps = [
      [configMap('a'), configMap('b'), service('web'), web],
      [configMap('a'), web],
      [configMap('c')],
    ]
    for (const objects of steps) {
      const { complete } = await deploy(setIn(ns), inNamespace(ns, objects))
      expect(complete).toBe(true)
      const ran = await kubectlSet(twin, 'configmaps/taxi', objects)
      expect(ran).toMatchObject({ code: 0 })
      expect(await contents(ns)).toEqual(await contents(twin))
      const [mine, theirs] = [await parent(ns), await parent(twin)]
      const tooling = 'applyset.kubernetes.io/tooling'
      expect({ ...mine.metadata.annotations, [tooling]: '' }).toEqual({
        ...theirs.metadata.annotations,
        [tooling]: '',
      })
      expect(mine.metadata.annotations?.[tooling]).toBe('sluice/v1')
      // The id has the namespace in it; kubectl computes the same one for our parent.
      expect(setIn(twin).id).toBe(theirs.metadata.labels?.['applyset.kubernetes.io/id'])
    }
  })

  test('kubectl leaves our set alone, and we leave its set alone', async () => {
    const [ns, twin] = [await cluster.namespace(), await cluster.namespace()]
    await deploy(setIn(ns), inNamespace(ns, [configMap('a')]))
    const ran = await kubectlSet(ns, 'configmaps/taxi', [configMap('b')])
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain(
      'already exists and is managed by tooling "sluice" instead of "kubectl"',
    )
    await kubectlSet(twin, 'configmaps/taxi', [configMap('a')])
    await expect(deploy(setIn(twin), inNamespace(twin, [configMap('b')]))).rejects.toThrow(
      expect.objectContaining({
        code: 'KUBERNETES_SET_FOREIGN',
        message: expect.stringMatching(
          /^ConfigMap \S+\/taxi is kept by "kubectl\/v1\.\d+\.\d+"; this is sluice\/v1$/,
        ),
      }),
    )
    expect(await contents(twin)).toEqual(['configmap/a', 'configmap/taxi'])
  })

  test('an object of a set of kubectl is named with that set', async () => {
    const ns = await cluster.namespace()
    await kubectlSet(ns, 'bus', [configMap('a')])
    const id = { group: '', version: 'v1', kind: 'ConfigMap', namespace: ns, name: 'a' }
    const live = await ours.api.get(id)
    const object = live.ok && live.value !== null ? live.value : configMap('a')
    expect(await findMembersElsewhere(ours.api, setIn(ns), [{ id, object }])).toEqual([
      {
        where: `ConfigMap ${ns}/a`,
        message: `belongs to set bus (Secret in ${ns}), not to application taxi; to move it, remove its label applyset.kubernetes.io/part-of first and then its manifest there`,
      },
    ])
  })
})

describe('the record', () => {
  test('is not written again when nothing changed', async () => {
    const ns = await cluster.namespace()
    const objects = inNamespace(ns, [configMap('a'), web])
    await deploy(setIn(ns), objects)
    const { resourceVersion } = (await parent(ns)).metadata
    await deploy(setIn(ns), objects)
    expect((await parent(ns)).metadata.resourceVersion).toBe(resourceVersion)
  })

  test.each(['create', 'grow'] as const)(
    'of two runs that %s it at once one is refused',
    async (how) => {
      const ns = await cluster.namespace()
      const set = setIn(ns)
      if (how === 'grow') await deploy(set, inNamespace(ns, [configMap('a')]))
      const seen = await readRecord(ours.api, set)
      const write = (kind: string) =>
        writeRecord(ours.api, {
          set,
          seen,
          record: { kinds: [kind], namespaces: [] },
          dryRun: false,
        })
      const results = await Promise.allSettled([write('Service'), write('Deployment.apps')])
      expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
      expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'KUBERNETES_SET_NOT_WRITTEN' },
      })
    },
  )

  test('that somebody edited is refused', async () => {
    const ns = await cluster.namespace()
    await deploy(setIn(ns), inNamespace(ns, [configMap('a')]))
    const label = 'applyset.kubernetes.io/id'
    await cluster.kubectl('label', 'cm', 'taxi', '-n', ns, '--overwrite', `${label}=applyset-x-v1`)
    await expect(deploy(setIn(ns), inNamespace(ns, [configMap('b')]))).rejects.toThrow(
      expect.objectContaining({ code: 'KUBERNETES_SET_DAMAGED' }),
    )
    expect(await contents(ns)).toEqual(['configmap/a', 'configmap/taxi'])
  })

  test('in a namespace that is not there yet is told, not thrown', async () => {
    const set = setIn('not-there-yet')
    const record = { kinds: ['ConfigMap'], namespaces: [] }
    const seen = await readRecord(ours.api, set)
    expect(await writeRecord(ours.api, { set, seen, record, dryRun: false })).toEqual({
      kind: 'no-namespace',
    })
  })

  test('other fields of the parent survive our writes', async () => {
    const ns = await cluster.namespace()
    await deploy(setIn(ns), inNamespace(ns, [configMap('a')]))
    await cluster.kubectl('label', 'cm', 'taxi', '-n', ns, 'team=data')
    await deploy(setIn(ns), inNamespace(ns, [configMap('a'), service('web')]))
    expect((await parent(ns)).metadata.labels).toMatchObject({ team: 'data' })
  })
})

describe('prune', () => {
  test('over several namespaces and for objects of the whole cluster', async () => {
    const [ns, other] = [await cluster.namespace(), await cluster.namespace()]
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: `reader-${ns}` },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    }
    const set = setIn(ns)
    const all = [placed(configMap('a'), ns), placed(configMap('b'), other), placed(role, null)]
    await deploy(set, all)
    expect((await parent(ns)).metadata.annotations).toMatchObject({
      'applyset.kubernetes.io/contains-group-kinds':
        'ClusterRole.rbac.authorization.k8s.io,ConfigMap',
      'applyset.kubernetes.io/additional-namespaces': other,
    })
    const { reports } = await deploy(set, all.slice(0, 1))
    expect(reports.map(({ id, action, verdict }) => [id.kind, action, verdict])).toEqual([
      ['ClusterRole', 'pruned', 'gone'],
      ['ConfigMap', 'pruned', 'gone'],
    ])
    expect(await contents(other)).toEqual([])
    expect((await parent(ns)).metadata.annotations).toMatchObject({
      'applyset.kubernetes.io/additional-namespaces': '',
    })
  })

  test('a CRD and its objects: kept first, then deleted with delete-data, objects before the CRD', async () => {
    const ns = await cluster.namespace()
    const group = `${ns}.example.com`
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `things.${group}` },
      spec: {
        group,
        scope: 'Namespaced',
        names: { kind: 'Thing', plural: 'things' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object' } },
          },
        ],
      },
    }
    const set = setIn(ns)
    const thing = { apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name: 'one' } }
    await deploy(set, [placed(configMap('a'), ns), placed(crd, null)])
    await cluster.kubectl('wait', '--for=condition=Established', 'crd', `things.${group}`)
    while ((await ours.api.rediscover()).preferred(group, 'Thing') === null);
    await deploy(set, [placed(configMap('a'), ns), placed(crd, null), placed(thing, ns)])
    const only = [placed(configMap('a'), ns)]
    const first = await deploy(set, only)
    expect(first.reports.map(({ id, action }) => [id.kind, action])).toEqual([
      ['Thing', 'pruned'],
      ['CustomResourceDefinition', 'unchanged'],
    ])
    expect(await kindsOf(ns)).toBe('ConfigMap,CustomResourceDefinition.apiextensions.k8s.io')
    const second = await deploy(set, only, { deleteData: true })
    expect(second.reports).toMatchObject([{ action: 'pruned', verdict: 'gone' }])
    expect(await kindsOf(ns)).toBe('ConfigMap')
  })

  test('a right to delete that is missing is told, and the next run with it goes on', async () => {
    const ns = await cluster.namespace()
    const set = setIn(ns)
    await deploy(set, inNamespace(ns, [configMap('a'), web]))
    const rules = [
      {
        apiGroups: [''],
        resources: ['configmaps'],
        verbs: ['get', 'list', 'create', 'patch', 'delete'],
      },
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'list'] },
    ]
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'deployer' }
    const subjects = [{ kind: 'User', name: 'restricted-7', apiGroup: roleRef.apiGroup }]
    await applyAll(
      ours.api,
      inNamespace(ns, [
        {
          apiVersion: `${roleRef.apiGroup}/v1`,
          kind: 'Role',
          metadata: { name: 'deployer' },
          rules,
        },
        {
          apiVersion: `${roleRef.apiGroup}/v1`,
          kind: 'RoleBinding',
          metadata: { name: 'deployer' },
          roleRef,
          subjects,
        },
      ]),
    )
    const ports = await connected(cluster.userKubeconfig('restricted-7'))
    const { reports, complete } = await deploy(set, inNamespace(ns, [configMap('a')]), { ports })
    await ports.api.close()
    expect(complete).toBe(false)
    expect(reports).toEqual([
      expect.objectContaining({
        action: 'refused',
        verdict: 'failed',
        reason: 'Forbidden',
        message: expect.stringContaining('cannot delete resource "deployments"'),
      }),
    ])
    expect(await kindsOf(ns)).toBe('ConfigMap,Deployment.apps')
    expect(await deploy(set, inNamespace(ns, [configMap('a')]))).toMatchObject({ complete: true })
    expect(await contents(ns)).toEqual(['configmap/a', 'configmap/taxi'])
  })

  test('a volume claim stays until delete-data, an opted-out object until the annotation goes', async () => {
    const ns = await cluster.namespace()
    const set = setIn(ns)
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    }
    const kept = {
      ...service('kept'),
      metadata: { name: 'kept', annotations: { 'sluice.dev/prune': 'disabled' } },
    }
    await deploy(set, inNamespace(ns, [configMap('a'), claim, kept]))
    const only = inNamespace(ns, [configMap('a')])
    const first = await deploy(set, only)
    expect(first.reports.map(({ reason }) => reason).toSorted()).toEqual(['HoldsData', 'OptOut'])
    expect(await kindsOf(ns)).toBe('ConfigMap,PersistentVolumeClaim,Service')
    await cluster.kubectl('annotate', 'svc', 'kept', '-n', ns, 'sluice.dev/prune-')
    await deploy(set, only, { deleteData: true })
    expect(await contents(ns)).toEqual(['configmap/a', 'configmap/taxi'])
    expect(await kindsOf(ns)).toBe('ConfigMap')
  })
})

test('killed before or after each request and run once more: the same end', async () => {
  const before = [configMap('a'), configMap('old'), service('web'), web]
  const wanted = [configMap('a', { now: '1' }), service('api'), configMap('new')]
  const run = async (life: { readonly requests: number; readonly sendsLast: boolean }) => {
    const ns = await cluster.namespace()
    await deploy(setIn(ns), inNamespace(ns, before))
    const api = mortal(ours.api, life)
    const ended = await deploy(setIn(ns), inNamespace(ns, wanted), {
      ports: { ...ours, api },
    }).then(
      () => 'whole',
      (error: unknown) => (error instanceof Killed ? 'killed' : error),
    )
    await deploy(setIn(ns), inNamespace(ns, wanted))
    return { ended, asked: api.asked(), contents: await contents(ns), kinds: await kindsOf(ns) }
  }
  const whole = await run({ requests: Infinity, sendsLast: false })
  expect(whole).toMatchObject({
    ended: 'whole',
    contents: ['configmap/a', 'configmap/new', 'configmap/taxi', 'service/api'],
    kinds: 'ConfigMap,Service',
  })
  expect(whole.asked).toBeGreaterThan(12)
  for (let requests = 1; requests <= whole.asked; requests += 1) {
    for (const sendsLast of [false, true]) {
      const { ended, contents: left, kinds } = await run({ requests, sendsLast })
      expect({ requests, sendsLast, ended, left, kinds }).toEqual({
        requests,
        sendsLast,
        ended: 'killed',
        left: whole.contents,
        kinds: whole.kinds,
      })
    }
  }
}, 180_000)

describe('mode delete and status of an application', () => {
  const options = () => ({
    propagation: 'Background' as const,
    deleteData: false,
    deadline: Date.now() + 20_000,
    dryRun: false,
  })

  test('all members go, then the record; a second time there is nothing', async () => {
    const ns = await cluster.namespace()
    const set = setIn(ns)
    await deploy(set, inNamespace(ns, [configMap('a'), service('web'), web]))
    await applyAll(ours.api, inNamespace(ns, [configMap('not-ours')]))
    expect((await observeApplication(ours, set)).reports.map(({ verdict }) => verdict)).toEqual([
      'ready',
      'ready',
      'ready',
    ])
    const dry = await deleteApplication(ours, set, { ...options(), dryRun: true })
    expect(dry.map(({ id, action, verdict }) => [id.name, action, verdict])).toEqual([
      ['a', 'deleted', 'none'],
      ['web', 'deleted', 'none'],
      ['web', 'deleted', 'none'],
      ['taxi', 'deleted', 'none'],
    ])
    const reports = await deleteApplication(ours, set, options())
    expect(reports.map(({ id, action, verdict }) => [id.name, action, verdict])).toEqual([
      ['a', 'deleted', 'gone'],
      ['web', 'deleted', 'gone'],
      ['web', 'deleted', 'gone'],
      ['taxi', 'deleted', 'gone'],
    ])
    expect(await contents(ns)).toEqual(['configmap/not-ours'])
    expect(await deleteApplication(ours, set, options())).toMatchObject([
      { action: 'unchanged', verdict: 'gone', reason: 'NotFound' },
    ])
    expect(await observeApplication(ours, set)).toEqual({ reports: [], verdicts: [] })
  })

  test('what holds data stays with the record; with delete-data the own namespace goes last', async () => {
    const ns = await cluster.namespace()
    const set = setIn(ns)
    const home = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: ns } }
    await deploy(set, [placed(configMap('a'), ns), placed(home, null)])
    const first = await deleteApplication(ours, set, options())
    expect(first.map(({ id, reason }) => [id.name, reason])).toEqual([
      ['a', ''],
      [ns, 'SetParent'],
      ['taxi', 'MembersKept'],
    ])
    expect(await kindsOf(ns)).toBe('Namespace')
    const second = await deleteApplication(ours, set, { ...options(), deleteData: true })
    expect(second).toMatchObject([{ id: { kind: 'Namespace', name: ns }, verdict: 'gone' }])
  })
})
