// The connection against a real API server: what our own strict server cannot prove.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  connect,
  createApiServer,
  findCluster,
  type ApiServer,
  type KubeObject,
  type ObjectId,
  type Resource,
  type Resources,
  type WatchEvent,
} from '@sluice/kubernetes'
import type { OpenPool } from '@sluice/http'
import { kubernetesPorts, type RecordedPorts } from '../doubles/kubernetes-ports.ts'
import { useCluster } from './harness.ts'
import { seeUntil } from './patience.ts'

const cluster = useCluster()
const manager = { fieldManager: 'sluice', force: false }

interface Connected {
  readonly api: ApiServer
  readonly ports: RecordedPorts
}

const opened: ApiServer[] = []
afterAll(() => Promise.all(opened.map((api) => api.close())))

async function open(kubeconfig: string): Promise<Connected> {
  const ports = kubernetesPorts({ env: { KUBECONFIG: kubeconfig, PATH: process.env['PATH'] } })
  const api = await connect({ context: null }, ports)
  opened.push(api)
  return { api, ports }
}

let api: ApiServer
let ports: RecordedPorts
let namespace = ''
beforeAll(async () => {
  const connected = await open(cluster.kubeconfig)
  api = connected.api
  ports = connected.ports
  namespace = await cluster.namespace()
})

const core = (kind: string, name: string): ObjectId => ({
  group: '',
  version: 'v1',
  kind,
  namespace,
  name,
})
const configMap = (name: string, data: Readonly<Record<string, string>> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  data,
})
const kindOf = async (kind: string, group = ''): Promise<Resource> => {
  const found = (await api.resources()).preferred(group, kind)
  if (found === null) throw new Error(`no kind ${kind}`)
  return found
}
const objectOf = (answer: { readonly ok: boolean }): KubeObject =>
  (answer as unknown as { readonly value: KubeObject }).value

describe('discovery', () => {
  test('tells the kinds that kubectl tells', async () => {
    const { stdout } = await cluster.kubectl('api-resources', '--no-headers', '-o', 'wide')
    const theirs = stdout
      .trim()
      .split('\n')
      .map((line) => /(\S+)\s+(true|false)\s+(\S+)\s+\S+/.exec(line)?.slice(1, 4).join(' ') ?? line)
    const { all } = await api.resources()
    const ours = all
      .filter((one) => all.find((other) => sameKind(one, other)) === one)
      .map(({ group, version, kind, namespaced }) =>
        [group === '' ? version : `${group}/${version}`, namespaced, kind].join(' '),
      )
    expect([...ours].sort()).toEqual([...theirs].sort())
  })

  test('the older form of the lists says the same', async () => {
    const old = kubernetesPorts({ env: { KUBECONFIG: cluster.kubeconfig } })
    const openPool: OpenPool = (options) => {
      const pool = old.openPool(options)
      return {
        ...pool,
        fetch: (url, init) =>
          pool.fetch(url, { ...init, headers: { ...init.headers, accept: 'application/json' } }),
      }
    }
    const access = await findCluster(null, old)
    const classic = createApiServer({ access, ports: { ...old, openPool } })
    opened.push(classic)
    expect(tableOf(await classic.resources())).toEqual(tableOf(await api.resources()))
  })
})

const sameKind = (one: Resource, other: Resource): boolean =>
  one.group === other.group && one.plural === other.plural

const tableOf = ({ all }: Resources): readonly string[] =>
  all
    .map((one) =>
      JSON.stringify({
        ...one,
        verbs: [...one.verbs].sort(),
        subresources: [...one.subresources].sort(),
      }),
    )
    .sort()

describe('objects', () => {
  test('apply creates, changes nothing the second time, and merges by manager', async () => {
    const first = await api.apply(configMap('a', { x: '1' }), manager)
    expect(first).toMatchObject({ ok: true, value: { created: true } })
    const second = await api.apply(configMap('a', { x: '1' }), manager)
    expect(second).toMatchObject({ ok: true, value: { created: false } })
    expect(versionOf(second)).toBe(versionOf(first))
    const other = await api.apply(configMap('a', { x: '2' }), { ...manager, fieldManager: 'other' })
    expect(other).toMatchObject({
      refusal: {
        status: 409,
        reason: 'Conflict',
        causes: [{ reason: 'FieldManagerConflict', field: '.data.x' }],
      },
    })
    const forced = { fieldManager: 'other', force: true, dryRun: true }
    expect(await api.apply(configMap('a', { x: '2' }), forced)).toMatchObject({ ok: true })
    expect(objectOf(await api.get(core('ConfigMap', 'a')))['data']).toEqual({ x: '1' })
  })

  test('patches, of the object and of its scale', async () => {
    const id: ObjectId = { ...core('Deployment', 'web'), group: 'apps' }
    const labels = { app: 'web' }
    const template = { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'a:1' }] } }
    const spec = { replicas: 0, selector: { matchLabels: labels }, template }
    await api.apply(
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace }, spec },
      manager,
    )
    const options = { fieldManager: 'sluice', dryRun: true } as const
    const scaled = await api.patch(
      id,
      { spec: { replicas: 3 } },
      { ...options, kind: 'merge', subresource: 'scale' },
    )
    expect(objectOf(scaled)).toMatchObject({ kind: 'Scale', spec: { replicas: 3 } })
    const json = [{ op: 'test', path: '/spec/replicas', value: 7 }]
    expect(await api.patch(id, json, { ...options, kind: 'json' })).toMatchObject({ ok: false })
    const container = { name: 'a', image: 'b:2' }
    const strategic = await api.patch(
      id,
      { spec: { template: { spec: { containers: [container] } } } },
      { ...options, kind: 'strategic' },
    )
    expect(JSON.stringify(strategic)).toContain('"image":"b:2"')
  })

  test('a patch of the status changes it and nothing else, and only through its own path', async () => {
    const id: ObjectId = { ...core('Ingress', 'shop'), group: 'networking.k8s.io' }
    const defaultBackend = { service: { name: 'web', port: { number: 80 } } }
    const ingress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      spec: { defaultBackend },
    }
    const made = await api.apply({ ...ingress, metadata: { name: 'shop', namespace } }, manager)
    expect(made).toMatchObject({ ok: true, value: { object: { metadata: { generation: 1 } } } })
    const patch = {
      spec: { ingressClassName: 'other' },
      status: { loadBalancer: { ingress: [{ hostname: 'shop.example.com' }] } },
    }
    const options = { kind: 'merge', fieldManager: 'sluice' } as const
    const patched = await api.patch(id, patch, { ...options, subresource: 'status' })
    expect(objectOf(patched)).toMatchObject({ status: patch.status, metadata: { generation: 1 } })
    const live = objectOf(await api.get(id))
    expect(live).toMatchObject({ status: patch.status, spec: { defaultBackend } })
    expect(live['spec']).not.toHaveProperty('ingressClassName')
    expect(live.metadata['managedFields']).toContainEqual(
      expect.objectContaining({ manager: 'sluice', operation: 'Update', subresource: 'status' }),
    )

    const other = { status: { loadBalancer: { ingress: [{ hostname: 'other.example.com' }] } } }
    expect(objectOf(await api.patch(id, other, options))).toMatchObject({ status: patch.status })
    const configMaps = await api.patch(
      core('ConfigMap', 'a'),
      { status: {} },
      { ...options, subresource: 'status' },
    )
    expect(configMaps).toMatchObject({ ok: false, refusal: { status: 404 } })
  })

  test('a generated name, and strict validation of it', async () => {
    const metadata = { generateName: 'made-', namespace }
    const made = await api.create({ ...configMap('x'), metadata }, {})
    expect(objectOf(made).metadata.name).toMatch(/^made-/)
    expect(await api.create({ ...configMap('x'), metadata, dta: {} }, {})).toMatchObject({
      refusal: { status: 400, message: expect.stringContaining('unknown field "dta"') },
    })
  })

  test('delete takes only the object that was seen', async () => {
    const applied = await api.apply(configMap('gone'), manager)
    const uid = (applied.ok && applied.value.object.metadata.uid) || ''
    const id = core('ConfigMap', 'gone')
    const options = { propagation: 'Background', uid } as const
    expect(await api.delete(id, { ...options, uid: 'another' })).toMatchObject({
      refusal: { status: 409 },
    })
    expect(await api.delete(id, options)).toEqual({ ok: true, value: true })
    expect(await api.delete(id, options)).toEqual({ ok: true, value: false })
    expect(await api.get(id)).toEqual({ ok: true, value: null })
  })

  test('names with colons and capitals', async () => {
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' }
    const name = `system:My:Role.${namespace}`
    const applied = await api.apply({ ...role, metadata: { name }, rules: [] }, manager)
    const uid = (applied.ok && applied.value.object.metadata.uid) || ''
    const id = { ...core('ClusterRole', name), group: 'rbac.authorization.k8s.io', namespace: null }
    expect(objectOf(await api.get(id)).metadata.name).toBe(name)
    expect(await api.delete(id, { propagation: 'Background', uid })).toMatchObject({ value: true })
  })

  // client-node's own serializer drops these two: https://github.com/kubernetes-client/javascript/issues/2962
  test('no field is dropped on the way', async () => {
    const peers = [{ from: [{ podSelector: { matchLabels: { a: 'b' } } }], ports: [{ port: 80 }] }]
    const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' }
    const metadata = { name: 'open', namespace }
    await api.apply({ ...policy, metadata, spec: { podSelector: {}, ingress: peers } }, manager)
    const group = `${namespace}.example.org`
    const schema = {
      type: 'object',
      properties: {
        spec: {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
          properties: { mode: { type: 'string', default: 'a', enum: ['a', 'b'] } },
        },
      },
    }
    const version = { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }
    const names = { kind: 'Thing', plural: 'things', singular: 'thing' }
    const crd = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }
    const definition = { group, scope: 'Namespaced', names, versions: [version] }
    await api.apply({ ...crd, metadata: { name: `things.${group}` }, spec: definition }, manager)
    const stored = await cluster.kubectl(
      'get',
      'networkpolicy',
      'open',
      '-n',
      namespace,
      '-o',
      'json',
    )
    expect(JSON.parse(stored.stdout)).toMatchObject({
      spec: { ingress: [{ from: peers[0]?.from, ports: [{ port: 80, protocol: 'TCP' }] }] },
    })
    const kept = await cluster.kubectl('get', 'crd', `things.${group}`, '-o', 'json')
    expect(JSON.parse(kept.stdout)).toMatchObject({
      spec: { versions: [{ schema: { openAPIV3Schema: schema } }] },
    })
    expect((await api.resources()).preferred(group, 'Thing')).toBeNull()
    const known = await seeUntil(/Thing/, async () => {
      const found = (await api.rediscover()).preferred(group, 'Thing')
      return JSON.stringify(found)
    })
    expect(JSON.parse(known)).toMatchObject({ plural: 'things', aliases: ['thing'] })
    const thing = { apiVersion: `${group}/v1`, kind: 'Thing', metadata: { name: 't', namespace } }
    const applied = await seeUntil(/"ok":true/, async () =>
      JSON.stringify(await api.apply({ ...thing, spec: { mode: 'b', futureField: [1] } }, manager)),
    )
    expect(JSON.parse(applied)).toMatchObject({
      value: { object: { spec: { mode: 'b', futureField: [1] } } },
    })
  })

  test('more than a page', async () => {
    const many = Array.from({ length: 520 }, (_, at) => configMap(`page-${at}`))
    const labelled = many.map((one) => ({
      ...one,
      metadata: { ...one.metadata, labels: { part: 'pages' } },
    }))
    const before = performance.now()
    const answers = await Promise.all(labelled.map((one) => api.apply(one, manager)))
    console.log(`520 objects applied in ${((performance.now() - before) / 1000).toFixed(1)} s`)
    expect(answers.filter(({ ok }) => !ok)).toEqual([])
    const selection = { namespace, labelSelector: 'part=pages' }
    const listed = await api.list(await kindOf('ConfigMap'), selection)
    expect(listed).toMatchObject({
      ok: true,
      value: { resourceVersion: expect.stringMatching(/^\d+$/) },
    })
    expect(listed.ok && new Set(listed.value.items.map(({ metadata }) => metadata.name)).size).toBe(
      520,
    )
    expect(listed.ok && listed.value.items[519]).toMatchObject({
      apiVersion: 'v1',
      kind: 'ConfigMap',
    })
  })
})

const versionOf = (answer: { readonly ok: boolean }): string | undefined =>
  (answer as unknown as { readonly value: { readonly object: KubeObject } }).value.object.metadata
    .resourceVersion

describe('refusals', () => {
  test('fields that the schema does not know, at once', async () => {
    const began = performance.now()
    const answer = await api.apply(
      { ...configMap('bad'), dta: 1, data: { a: 7 } as never },
      manager,
    )
    expect(answer).toMatchObject({
      refusal: {
        status: 422,
        reason: 'Invalid',
        causes: [
          { field: '.data.a', reason: 'FieldValueInvalid' },
          { field: '.dta', reason: 'FieldNotDeclared' },
        ],
      },
    })
    expect(performance.now() - began).toBeLessThan(2000)
  })

  test.each([
    ['a number', { stringData: { pin: 777_123 } }],
    ['a text instead of a map', { data: 'hunter2-777123' }],
    ['no base64', { data: { a: 'hunter2-777123!' } }],
    [
      'a wrong type',
      { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': '777123' } },
    ],
    ['an unknown field', { stringDta: { a: '777123' } }],
    ['a bad type', { type: 'not valid 777123', immutable: 'no' }],
  ])('a Secret with %s: no value comes back', async (_, more) => {
    const metadata = { name: 'key', namespace }
    const answer = await api.apply({ apiVersion: 'v1', kind: 'Secret', metadata, ...more }, manager)
    expect(answer).toMatchObject({
      ok: false,
      refusal: { request: `APPLY Secret ${namespace}/key` },
    })
    expect(JSON.stringify([answer, ports.logged])).not.toMatch(/777_?123/)
  })

  test('a namespace that is not there', async () => {
    const lost = { ...configMap('a'), metadata: { name: 'a', namespace: 'nowhere' } }
    expect(await api.apply(lost, manager)).toMatchObject({
      refusal: { status: 404, message: 'namespaces "nowhere" not found' },
    })
  })

  test('a warning of the server is told once', async () => {
    const endpoints = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'old', namespace } }
    await api.apply({ ...endpoints, subsets: [] }, manager)
    await api.apply({ ...endpoints, subsets: [] }, manager)
    const warnings = ports.logged.filter(({ level }) => level === 'warning')
    expect(warnings.map(({ text }) => text)).toEqual([
      expect.stringContaining('v1 Endpoints is deprecated'),
    ])
  })
})

async function collect(
  watch: AsyncGenerator<WatchEvent, unknown>,
  wanted: number,
): Promise<readonly string[]> {
  const seen: string[] = []
  for await (const event of watch) {
    if (event.type === 'BOOKMARK') continue
    seen.push(`${event.type} ${event.object.metadata.name ?? ''}`)
    if (seen.length === wanted) break
  }
  return seen
}

describe('watches', () => {
  const from = async () => {
    const listed = await api.list(await kindOf('ConfigMap'), { namespace })
    const resourceVersion = listed.ok ? listed.value.resourceVersion : ''
    return { namespace, resourceVersion, signal: new AbortController().signal }
  }
  const changes = async (name: string): Promise<void> => {
    const applied = await api.apply(configMap(name), manager)
    await api.apply(configMap(name, { x: 'ü🚀' }), manager)
    const uid = (applied.ok && applied.value.object.metadata.uid) || ''
    await api.delete(core('ConfigMap', name), { propagation: 'Background', uid })
  }

  test('all changes since the list, of the selected objects', async () => {
    const start = { ...(await from()), fieldSelector: 'metadata.name=seen' }
    await changes('unseen')
    const watch = collect(api.watch(await kindOf('ConfigMap'), start), 3)
    await changes('seen')
    expect(await watch).toEqual(['ADDED seen', 'MODIFIED seen', 'DELETED seen'])
  })

  test.each([
    ['dripping', { kind: 'drip', bytes: 7 }, 3],
    ['cut in the middle of an event', { kind: 'cut-watch', events: 2 }, 2],
    ['ended by the server', { kind: 'end-watch', events: 1 }, 1],
  ] as const)('%s', async (_, fault, events) => {
    const proxy = await cluster.faultProxy([{ fault, where: ({ query }) => query.has('watch') }])
    const { api: behind } = await open(proxy.kubeconfig)
    const start = { ...(await from()), fieldSelector: 'metadata.name=dripped' }
    await changes('dripped')
    const seen = await collect(
      behind.watch(await kindOf('ConfigMap'), start),
      events + 1 === 4 ? 3 : 9,
    )
    expect(seen).toEqual(['ADDED dripped', 'MODIFIED dripped', 'DELETED dripped'].slice(0, events))
  })

  test('a version that is too old, as an event', async () => {
    const proxy = await cluster.faultProxy([
      { fault: { kind: 'gone', events: 0 }, where: ({ query }) => query.has('watch') },
    ])
    const { api: behind } = await open(proxy.kubeconfig)
    const watch = behind.watch(await kindOf('ConfigMap'), await from())
    expect(await watch.next()).toMatchObject({
      done: true,
      value: { ok: false, refusal: { status: 410 } },
    })
  })
})

describe('a bad line before the server', () => {
  test.each([
    ['429', { kind: 'answer', status: 429, headers: { 'retry-after': '0' } }],
    ['503', { kind: 'answer', status: 503 }],
    ['500', { kind: 'answer', status: 500 }],
    ['a reset before it was done', { kind: 'reset', when: 'before' }],
    ['a reset after it was done', { kind: 'reset', when: 'after' }],
  ] as const)('apply meets %s and is sent again', async (name, fault) => {
    const proxy = await cluster.faultProxy([{ fault, method: 'PATCH' }])
    const { api: behind } = await open(proxy.kubeconfig)
    const object = configMap(`line-${name.replaceAll(' ', '-')}`, { x: '1' })
    expect(await behind.apply(object, manager)).toMatchObject({ ok: true })
    const sent = proxy.requests.filter(({ method }) => method === 'PATCH')
    expect(sent).toHaveLength(2)
    expect(sent.map(({ body }) => JSON.parse(body) as unknown)).toEqual([object, object])
  })
})

describe('who is let in', () => {
  const write = (name: string, text: string): string => {
    const file = join(cluster.facts.folder, `${namespace}-${name}`)
    writeFileSync(file, text)
    return file
  }
  const withToken = (name: string, user: object): string => {
    const parsed = JSON.stringify({
      'current-context': 'c',
      clusters: [
        {
          name: 'c',
          cluster: {
            server: cluster.server,
            'certificate-authority-data': Buffer.from(cluster.facts.ca).toString('base64'),
          },
        },
      ],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    })
    return write(name, parsed)
  }

  test('not a wrong token', async () => {
    const { api: stranger, ports: told } = await open(withToken('wrong', { token: 'wrong-777123' }))
    const failing = stranger.read('/version')
    await expect(failing).rejects.toMatchObject({ code: 'KUBERNETES_UNAUTHORIZED' })
    await expect(failing).rejects.not.toThrow('777123')
    expect(told.logged.filter(({ level }) => level !== 'mask')).toEqual([])
  })

  test('a plugin whose first token has ended is run once more', async () => {
    const runs = join(cluster.facts.folder, `${namespace}-runs`)
    const command = write(
      'login',
      `#!${process.execPath}
const fs = require('node:fs')
fs.appendFileSync(${JSON.stringify(runs)}, 'x')
const token = fs.statSync(${JSON.stringify(runs)}).size === 1 ? 'ended' : ${JSON.stringify(cluster.facts.token)}
console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token } }))
`,
    )
    chmodSync(command, 0o700)
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command,
      interactiveMode: 'Never',
    }
    const { api: renewed } = await open(withToken('plugin', { exec }))
    const answers = await Promise.all(Array.from({ length: 8 }, () => renewed.read('/version')))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200))
    expect(readFileSync(runs, 'utf8')).toBe('xx')
  })

  test('a server that nobody vouches for is not spoken to', async () => {
    const parsed = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8')) as {
      readonly clusters: readonly { readonly name: string }[]
    }
    const clusters = parsed.clusters.map(({ name }) => ({
      name,
      cluster: { server: cluster.server },
    }))
    const text = JSON.stringify({ ...parsed, clusters })
    const { api: untrusted } = await open(write('untrusted', text))
    await expect(untrusted.read('/version')).rejects.toMatchObject({
      code: 'KUBERNETES_NOT_TRUSTED',
      message: expect.stringContaining('certificate-authority-data'),
    })
  })

  test('a user with few rights: refusals, and the rights that are missing', async () => {
    const user = 'restricted-24'
    const rbac = 'rbac.authorization.k8s.io'
    const rules = [
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] },
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['one'], verbs: ['get'] },
      { apiGroups: ['apps'], resources: ['*'], verbs: ['*'] },
    ]
    const metadata = { name: 'few', namespace }
    await api.apply({ apiVersion: `${rbac}/v1`, kind: 'Role', metadata, rules }, manager)
    const roleRef = { apiGroup: rbac, kind: 'Role', name: 'few' }
    const subjects = [{ apiGroup: rbac, kind: 'User', name: user }]
    await api.apply(
      { apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects },
      manager,
    )
    const { api: few } = await open(cluster.userKubeconfig(user))
    const right = (
      verb: string,
      resource: string,
      group = '',
      where: string | null = namespace,
    ) => ({
      verb,
      resource,
      group,
      namespace: where,
    })
    const given = [right('get', 'configmaps'), right('patch', 'deployments/scale', 'apps')]
    const missing = [
      right('patch', 'configmaps'),
      right('get', 'secrets'),
      right('get', 'configmaps', '', 'default'),
      right('list', 'nodes', '', null),
    ]
    const found = await seeUntil(/"missing":4/, async () => {
      const answer = await few.missingRights([...given, ...missing])
      return JSON.stringify({ missing: answer.length, answer })
    })
    expect(JSON.parse(found)).toEqual({ missing: 4, answer: missing })
    expect(await few.apply(configMap('mine'), manager)).toMatchObject({
      refusal: { status: 403, reason: 'Forbidden', request: `APPLY ConfigMap ${namespace}/mine` },
    })
    expect((await few.list(await kindOf('ConfigMap'), { namespace })).ok).toBe(true)
  })
})

describe('logs', () => {
  test('of a pod, and of one that is not there', async () => {
    const spec = { containers: [{ name: 'app', image: 'example/web:1' }] }
    const metadata = { name: 'talks', namespace, annotations: { 'test/log': 'first\nlast words' } }
    await api.apply({ apiVersion: 'v1', kind: 'Pod', metadata, spec }, manager)
    const query = { namespace, pod: 'talks', container: 'app', previous: false, lines: 1 }
    const said = await seeUntil(/last words/, async () => JSON.stringify(await api.log(query)))
    expect(JSON.parse(said)).toMatchObject({
      ok: true,
      value: expect.stringMatching(/^last words\n?$/),
    })
    expect(await api.log({ ...query, pod: 'none' })).toMatchObject({ refusal: { status: 404 } })
  })
})

describe('cancellation', () => {
  test('ends a request that hangs at the server within a second', async () => {
    const proxy = await cluster.faultProxy([{ fault: { kind: 'hang' }, method: 'PATCH' }])
    const { api: behind, ports: own } = await open(proxy.kubeconfig)
    await behind.resources()
    const hanging = behind.apply(configMap('hangs'), manager)
    await seeUntil(/PATCH/, async () => proxy.requests.map(({ method }) => method).join())
    const began = performance.now()
    own.cancel(new Error('enough'))
    await expect(hanging).rejects.toThrow('enough')
    expect(performance.now() - began).toBeLessThan(1000)
  })
})
