// What mode delete takes and leaves, in which order, and that a kill at any request changes no ending.
import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import {
  applicationSetOf,
  deleteApplication,
  deleteManifests,
  idOf,
  parentOf,
  setLabels,
  type ApplicationSet,
  type KubeObject,
} from '@sluice/kubernetes'
import {
  Killed,
  memoryServer,
  resourceOf,
  type MemoryServer,
} from '../apply/application-set-server.ts'

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')
const taxi: ApplicationSet = (() => {
  const made = applicationSetOf({ application: 'taxi', namespace: 'shop', sha256 })
  if (!made.ok) throw new Error('taxi is a good name')
  return made.value
})()

const kinds = [
  resourceOf('v1', 'Namespace'),
  resourceOf('v1', 'ConfigMap'),
  resourceOf('v1', 'PersistentVolumeClaim'),
  resourceOf('apps/v1', 'Deployment'),
  resourceOf('x.io/v1', 'Thing'),
]

const clusterWide = (kind: string) => kind === 'Namespace'
const objectOf = (
  kind: string,
  name: string,
  more: Partial<KubeObject['metadata']> = {},
): KubeObject => {
  const group = kinds.find((one) => one.kind === kind)?.group ?? ''
  const place = clusterWide(kind) ? {} : { namespace: 'shop' }
  return {
    apiVersion: group === '' ? 'v1' : `${group}/v1`,
    kind,
    metadata: { name, ...place, ...more },
  }
}
const member = (kind: string, name: string, more: Partial<KubeObject['metadata']> = {}) =>
  objectOf(kind, name, { labels: { [setLabels.partOf]: taxi.id }, ...more })
const placedOf = (object: KubeObject) => ({
  object,
  id: idOf(object, clusterWide(object.kind) ? null : 'shop'),
  known: true,
  source: { file: 'a.yml', lineOf: () => 1 },
})

function bench(...objects: readonly KubeObject[]) {
  const api = memoryServer(kinds)
  api.put(objectOf('Namespace', 'shop'))
  for (const object of objects) api.put(object)
  let now = 0
  const lines: string[] = []
  const ports = {
    api,
    clock: {
      now: () => now,
      monotonic: () => now,
      sleep: async (seconds: number) => void (now += seconds * 1000),
    },
    log: { info: (line: string) => lines.push(line), notice: (line: string) => lines.push(line) },
    signal: new AbortController().signal,
  }
  return { api, ports, lines }
}

const options = {
  propagation: 'Background' as const,
  deleteData: false,
  deadline: 20_000,
  dryRun: false,
}
const names = (api: MemoryServer) => [...api.objects.values()].map(({ metadata }) => metadata.name)
const deletes = (api: MemoryServer) => api.writes.filter((line) => line.startsWith('DELETE'))

describe('deleteManifests', () => {
  const all = [objectOf('ConfigMap', 'a'), objectOf('Deployment', 'web'), objectOf('Thing', 'one')]

  test('in the reverse order of an apply, told in the order of the manifests', async () => {
    const { api, ports } = bench(...all)
    const reports = await deleteManifests(ports, all.map(placedOf), options)
    expect(deletes(api)).toEqual([
      'DELETE Thing shop/one',
      'DELETE Deployment shop/web',
      'DELETE ConfigMap shop/a',
    ])
    expect(reports.map(({ id, action, verdict }) => [id.name, action, verdict])).toEqual([
      ['a', 'deleted', 'gone'],
      ['web', 'deleted', 'gone'],
      ['one', 'deleted', 'gone'],
    ])
  })

  test('what is not there is unchanged, and objects with generateName are nobody', async () => {
    const { api, ports } = bench(all[0] as KubeObject)
    const job = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'seed-' } }
    const reports = await deleteManifests(ports, [...all, job].map(placedOf), options)
    expect(reports.map(({ action, reason }) => [action, reason])).toEqual([
      ['deleted', ''],
      ['unchanged', 'NotFound'],
      ['unchanged', 'NotFound'],
    ])
    expect(deletes(api)).toEqual(['DELETE ConfigMap shop/a'])
  })

  test('what others keep in it stays, unless delete-data says so; then it is told before', async () => {
    const claim = objectOf('PersistentVolumeClaim', 'data')
    const { api, ports, lines } = bench(claim)
    expect(await deleteManifests(ports, [placedOf(claim)], options)).toMatchObject([
      { action: 'unchanged', verdict: 'none', reason: 'HoldsData' },
    ])
    expect(lines).toEqual([])
    expect(
      await deleteManifests(ports, [placedOf(claim)], { ...options, deleteData: true }),
    ).toMatchObject([{ action: 'deleted', verdict: 'gone' }])
    expect(lines).toEqual([
      'with PersistentVolumeClaim shop/data goes its volume, when the storage class reclaims it',
    ])
    expect(names(api)).toEqual(['shop'])
  })

  test('what may not be read is told, and the rest goes on', async () => {
    const { api, ports } = bench(...all)
    api.forbidden.add('GET Thing')
    const reports = await deleteManifests(ports, all.map(placedOf), options)
    expect(reports.map(({ action, verdict }) => [action, verdict])).toEqual([
      ['deleted', 'gone'],
      ['deleted', 'gone'],
      ['refused', 'failed'],
    ])
  })
})

test('with an application, what belongs to another one stays', async () => {
  const labels = { [setLabels.partOf]: 'applyset-of-somebody-else' }
  const theirs = objectOf('ConfigMap', 'theirs', { labels })
  const own = [member('ConfigMap', 'ours'), objectOf('ConfigMap', 'nobodys')]
  const { api, ports } = bench(theirs, ...own)
  const placed = [theirs, ...own].map(placedOf)
  const reports = await deleteManifests(ports, placed, { ...options, set: taxi })
  expect(names(api)).toEqual(['shop', 'theirs'])
  expect(reports[0]).toMatchObject({ action: 'unchanged', verdict: 'none', reason: 'OtherSet' })
})

describe('deleteApplication', () => {
  const record = { kinds: ['ConfigMap', 'Deployment.apps', 'Thing.x.io'], namespaces: [] }
  const whole = () => [
    parentOf(taxi, record),
    member('ConfigMap', 'a'),
    member('Deployment', 'web'),
    member('Thing', 'one'),
    objectOf('ConfigMap', 'not-ours'),
  ]

  test('the members, then the record', async () => {
    const { api, ports } = bench(...whole())
    await deleteApplication(ports, taxi, options)
    expect(deletes(api)).toEqual([
      'DELETE Thing shop/one',
      'DELETE Deployment shop/web',
      'DELETE ConfigMap shop/a',
      'DELETE ConfigMap shop/taxi',
    ])
    expect(names(api)).toEqual(['shop', 'not-ours'])
  })

  test.each([
    ['a member that may not be deleted', 'DELETE Deployment'],
    ['a kind that may not be listed', 'LIST Deployment'],
  ])('%s keeps the record', async (_, line) => {
    const { api, ports } = bench(...whole())
    api.forbidden.add(line)
    const reports = await deleteApplication(ports, taxi, options)
    expect(reports.at(-1)).toMatchObject({
      id: { name: 'taxi' },
      action: 'unchanged',
      reason: 'Incomplete',
      message: 'kept, because members are left; run again',
    })
    expect(names(api)).toContain('web')
    expect(names(api)).toContain('taxi')
  })

  test('all that will go is told before the first delete; a refusal deletes nothing', async () => {
    const { api, ports } = bench(...whole())
    const told: (readonly string[])[] = []
    const refusing = deleteApplication(ports, taxi, {
      ...options,
      approve: async (ids) => {
        told.push(ids.map(({ name }) => name))
        throw new Error('not allowed')
      },
    })
    await expect(refusing).rejects.toThrow('not allowed')
    expect(told.map((names) => [...names].sort())).toEqual([['a', 'one', 'taxi', 'web']])
    expect(deletes(api)).toEqual([])
  })

  test('what is kept needs no leave to go, and neither does the record then', async () => {
    const kept = member('Deployment', 'web', { annotations: { 'sluice.dev/prune': 'disabled' } })
    const told: string[] = []
    const approve = async (ids: readonly { readonly name: string }[]) =>
      void told.push(...ids.map(({ name }) => name))
    await deleteApplication(bench(...whole(), kept).ports, taxi, { ...options, approve })
    expect(told.sort()).toEqual(['a', 'one'])
    const empty: number[] = []
    const count = async (ids: readonly unknown[]) => void empty.push(ids.length)
    await deleteApplication(bench().ports, taxi, { ...options, approve: count })
    expect(empty).toEqual([0])
  })

  test('a member that is kept stays recorded', async () => {
    const kept = member('Deployment', 'web', { annotations: { 'sluice.dev/prune': 'disabled' } })
    const { api, ports } = bench(...whole(), kept)
    const reports = await deleteApplication(ports, taxi, options)
    expect(reports.at(-1)).toMatchObject({ id: { name: 'taxi' }, reason: 'MembersKept' })
    expect(names(api)).toEqual(['shop', 'taxi', 'web', 'not-ours'])
    expect(api.take(taxi.parent)?.metadata.annotations).toMatchObject({
      'applyset.kubernetes.io/contains-group-kinds': 'Deployment.apps',
    })
  })

  test('another tool keeps the set: nothing is deleted', async () => {
    const [parent] = whole()
    const annotations = { 'applyset.kubernetes.io/tooling': 'kubectl/v1.36.3' }
    const foreign = { ...parent, metadata: { ...parent?.metadata, annotations } } as KubeObject
    const { api, ports } = bench(...whole(), foreign)
    await expect(deleteApplication(ports, taxi, options)).rejects.toThrow(
      expect.objectContaining({ code: 'KUBERNETES_SET_FOREIGN' }),
    )
    expect(deletes(api)).toEqual([])
  })

  test('a kill at any request, then one more run: the same end', async () => {
    const run = async (killAfter: number) => {
      const { api, ports } = bench(...whole())
      api.killAfter = killAfter
      const killed = await deleteApplication(ports, taxi, options).then(
        () => false,
        (error: unknown) => error instanceof Killed,
      )
      const requests = api.requests.length
      api.killAfter = Infinity
      await deleteApplication(ports, taxi, options)
      return { killed, requests, left: names(api) }
    }
    const end = await run(Infinity)
    expect(end).toMatchObject({ killed: false, left: ['shop', 'not-ours'] })
    expect(end.requests).toBeGreaterThan(10)
    for (let killAfter = 0; killAfter < end.requests; killAfter += 1) {
      expect(await run(killAfter)).toEqual({ ...end, killed: true, requests: killAfter })
    }
  })
})
