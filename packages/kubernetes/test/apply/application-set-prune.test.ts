// What a prune takes and leaves, how it waits, and that a kill at any request changes no ending.
import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import {
  applicationSetOf,
  applyPrune,
  findMembersElsewhere,
  idOf,
  labelMembers,
  observeMembers,
  planPrune,
  planRecord,
  readRecord,
  removalStages,
  setLabels,
  setRights,
  writeRecord,
  type ApplicationSet,
  type KubeObject,
  type Member,
  type ObjectId,
  type PlacedManifest,
  type PruneOrder,
} from '@sluice/kubernetes'
import { Killed, memoryServer, resourceOf, type MemoryServer } from './application-set-server.ts'

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')

function setNamed(application: string): ApplicationSet {
  const made = applicationSetOf({ application, namespace: 'shop', sha256 })
  if (!made.ok) throw new Error(`${application} is a good name`)
  return made.value
}
const taxi = setNamed('taxi')

const kinds = [
  resourceOf('v1', 'Namespace'),
  resourceOf('v1', 'ConfigMap'),
  resourceOf('v1', 'Secret'),
  resourceOf('v1', 'PersistentVolumeClaim'),
  resourceOf('apps/v1', 'Deployment'),
  resourceOf('apiextensions.k8s.io/v1', 'CustomResourceDefinition'),
  resourceOf('x.io/v1', 'Thing'),
]

const objectOf = (
  kind: string,
  name: string,
  metadata: Partial<KubeObject['metadata']> = {},
): KubeObject => {
  const resource = kinds.find((one) => one.kind === kind)
  const group = resource?.group ?? ''
  return {
    apiVersion: group === '' ? 'v1' : `${group}/v1`,
    kind,
    metadata: {
      name,
      ...(resource?.namespaced === true ? { namespace: 'shop' } : {}),
      ...metadata,
    },
  }
}

const placedOf = (object: KubeObject): PlacedManifest => ({
  object,
  id: idOf(object, object.metadata.namespace ?? null),
  known: true,
  source: { file: 'a.yml', lineOf: () => 1 },
})

/** Time stands still but for sleeps. */
function portsFor(api: MemoryServer) {
  let now = 0
  const lines: string[] = []
  const ports = {
    api,
    clock: {
      now: () => now,
      monotonic: () => now,
      sleep: async (seconds: number) => {
        now += seconds * 1000
      },
    },
    log: { info: (line: string) => lines.push(line), notice: (line: string) => lines.push(line) },
    signal: new AbortController().signal,
  }
  return { ports, lines }
}

function server(): MemoryServer {
  const api = memoryServer(kinds)
  api.put(objectOf('Namespace', 'shop'))
  return api
}

/** One whole run of an apply as far as the set is concerned. */
async function deploy(
  api: MemoryServer,
  objects: readonly KubeObject[],
  more: Partial<PruneOrder> = {},
) {
  const placed = labelMembers(taxi, objects.map(placedOf))
  if (!placed.ok) throw new Error(placed.problems.map(({ message }) => message).join())
  const before = await readRecord(api, taxi)
  const record = planRecord(taxi, before, placed.value)
  const written = await writeRecord(api, { set: taxi, seen: before, record, dryRun: false })
  if (written.kind === 'no-namespace') throw new Error('shop is there')
  const applied: string[] = []
  for (const { object } of placed.value) {
    const answer = await api.apply(object, { fieldManager: 'sluice', force: false })
    if (answer.ok) applied.push(answer.value.object.metadata.uid ?? '')
  }
  const { ports, lines } = portsFor(api)
  const pruned = await applyPrune(ports, {
    set: taxi,
    seen: written.seen,
    placed: placed.value,
    appliedUids: new Set(applied),
    deleteData: false,
    dryRun: false,
    propagation: 'Background',
    deadline: 20_000,
    ...more,
  })
  return { ...pruned, lines }
}

const kindsRecorded = (api: MemoryServer) =>
  api.take(taxi.parent)?.metadata.annotations?.['applyset.kubernetes.io/contains-group-kinds']
const names = (api: MemoryServer) => [...api.objects.values()].map(({ metadata }) => metadata.name)
const byText = (one = '', other = '') => (one < other ? -1 : 1)
const a = objectOf('ConfigMap', 'a')
const web = objectOf('Deployment', 'web')
const thing = objectOf('Thing', 'one')

describe('a run of an application', () => {
  test('what left the folder goes, and the record follows', async () => {
    const api = server()
    await deploy(api, [a, web, thing])
    expect(kindsRecorded(api)).toBe('ConfigMap,Deployment.apps,Thing.x.io')
    const { reports, complete } = await deploy(api, [a])
    expect(reports.map(({ id, action, verdict }) => [id.name, action, verdict])).toEqual([
      ['web', 'pruned', 'gone'],
      ['one', 'pruned', 'gone'],
    ])
    expect(complete).toBe(true)
    expect(kindsRecorded(api)).toBe('ConfigMap')
    expect(names(api)).toEqual(['shop', 'taxi', 'a'])
  })

  test('another run of it began meanwhile: nothing of that one is removed', async () => {
    const api = server()
    await deploy(api, [a, web])
    const slow = await readRecord(api, taxi)
    // The other run brings another kind, and writes the record for it.
    const kept = planRecord(taxi, slow, [placedOf(thing)])
    await writeRecord(api, { set: taxi, seen: slow, record: kept, dryRun: false })
    const before = names(api)
    await expect(
      applyPrune(portsFor(api).ports, {
        set: taxi,
        seen: slow,
        placed: [placedOf(a)],
        appliedUids: new Set(),
        deleteData: false,
        dryRun: false,
        propagation: 'Background',
        deadline: 20_000,
      }),
    ).rejects.toThrow('by another run since this one began, so nothing was removed')
    expect(names(api)).toEqual(before)
  })

  test('nothing left the folder: no write', async () => {
    const api = server()
    await deploy(api, [a, web])
    const record = api.take(taxi.parent)
    await deploy(api, [a, web])
    expect(api.take(taxi.parent)).toBe(record)
  })

  test('a dry run lists and changes nothing', async () => {
    const api = server()
    await deploy(api, [a, web])
    const before = api.writes.length
    const { reports } = await deploy(api, [a], { dryRun: true })
    expect(reports).toEqual([
      expect.objectContaining({
        action: 'pruned',
        verdict: 'none',
        message: 'would be deleted: it is no longer in the manifests',
      }),
    ])
    expect(api.writes.slice(before)).toEqual(['APPLY ConfigMap shop/a'])
  })

  test('a member of a kind or namespace that is not recorded is not touched', async () => {
    const api = server()
    await deploy(api, [a])
    const labels = { [setLabels.partOf]: taxi.id }
    api.put(objectOf('Secret', 'unrecorded', { labels }))
    api.put(objectOf('ConfigMap', 'elsewhere', { labels, namespace: 'zoo' }))
    const { reports } = await deploy(api, [a])
    expect(reports).toEqual([])
    expect(api.requests.filter((line) => line.startsWith('LIST'))).not.toContain('LIST Secret shop')
    expect(names(api)).toEqual(expect.arrayContaining(['unrecorded', 'elsewhere']))
  })

  test('a refused delete is told, and the record is not shrunk', async () => {
    const api = server()
    await deploy(api, [a, web])
    api.forbidden.add('DELETE Deployment')
    const { reports, complete } = await deploy(api, [a])
    expect(reports).toEqual([
      expect.objectContaining({
        action: 'refused',
        reason: 'Forbidden',
        message: 'not deleted: no',
      }),
    ])
    expect(complete).toBe(false)
    expect(kindsRecorded(api)).toBe('ConfigMap,Deployment.apps')
  })

  test('a kind that may not be listed is told, and the record is not shrunk', async () => {
    const api = server()
    await deploy(api, [a, web])
    api.forbidden.add('LIST Deployment')
    const { lines, complete } = await deploy(api, [a])
    expect(lines).toEqual(['prune could not look for Deployment.apps in shop: Forbidden: no'])
    expect(complete).toBe(false)
    expect(kindsRecorded(api)).toBe('ConfigMap,Deployment.apps')
  })

  test('an object with finalizers is waited for until the deadline, and its finalizers are named', async () => {
    const api = server()
    await deploy(api, [a, objectOf('Deployment', 'web', { finalizers: ['x.io/hold'] })])
    const { reports, complete, lines } = await deploy(api, [a])
    expect(reports).toEqual([
      expect.objectContaining({
        action: 'pruned',
        verdict: 'timeout',
        reason: 'Finalizers',
        message: 'still there when the time was up; held by finalizers x.io/hold',
        seconds: 20,
      }),
    ])
    expect(complete).toBe(false)
    expect(lines).toEqual(['waiting until Deployment shop/web is gone'])
  })

  test('what holds an earlier stage keeps the later ones', async () => {
    const api = server()
    const crd = objectOf('CustomResourceDefinition', 'things.x.io')
    await deploy(api, [a, crd, objectOf('Thing', 'one', { finalizers: ['x.io/hold'] })])
    const { reports } = await deploy(api, [a], { deleteData: true })
    expect(reports.map(({ id, action, message }) => [id.kind, action, message])).toEqual([
      [
        'CustomResourceDefinition',
        'skipped',
        'not deleted, because Thing.x.io shop/one is still there',
      ],
      ['Thing', 'pruned', 'still there when the time was up; held by finalizers x.io/hold'],
    ])
    expect(names(api)).toContain('things.x.io')
  })

  test('an object that was made anew between look and delete is left alone', async () => {
    const api = server()
    await deploy(api, [a, web])
    const list = api.list
    const stale: MemoryServer = Object.assign(api, {
      list: async (...query: Parameters<typeof list>) => {
        const answer = await list(...query)
        const live = api.take(idOf(web, 'shop'))
        if (live !== undefined) {
          api.objects.delete('apps/Deployment/shop/web')
          api.put(web)
        }
        return answer
      },
    })
    const { reports } = await deploy(stale, [a])
    expect(reports).toEqual([
      expect.objectContaining({
        action: 'skipped',
        reason: 'Changed',
        message: 'Deployment shop/web was made anew after it was looked at; it was left alone',
      }),
    ])
  })

  test('two runs at once: the second one is refused, not forgotten', async () => {
    const api = server()
    await deploy(api, [a])
    const seen = await readRecord(api, taxi)
    await deploy(api, [a, web])
    const record = { kinds: ['ConfigMap', 'Thing.x.io'], namespaces: [] }
    await expect(writeRecord(api, { set: taxi, seen, record, dryRun: false })).rejects.toThrow(
      expect.objectContaining({ code: 'KUBERNETES_SET_NOT_WRITTEN' }),
    )
    expect(kindsRecorded(api)).toBe('ConfigMap,Deployment.apps')
  })

  test('a write whose answer was lost, sent again, is our own', async () => {
    const api = server()
    const record = { kinds: ['ConfigMap'], namespaces: [] }
    const write = { set: taxi, seen: await readRecord(api, taxi), record, dryRun: false }
    const first = await writeRecord(api, write)
    expect(await writeRecord(api, write)).toEqual(first)
    const more = { ...write, seen: await readRecord(api, taxi), record: { ...record, kinds: [] } }
    expect(await writeRecord(api, more)).toEqual(await writeRecord(api, more))
  })

  test('a namespace that is not there yet is told', async () => {
    const api = memoryServer(kinds)
    const seen = await readRecord(api, taxi)
    const record = planRecord(taxi, seen, [placedOf(a)])
    expect(await writeRecord(api, { set: taxi, seen, record, dryRun: false })).toEqual({
      kind: 'no-namespace',
    })
  })

  test('a kill at any request, then one more run: the same end', async () => {
    const wanted = [a, objectOf('ConfigMap', 'b'), thing]
    const before = [a, web, objectOf('Secret', 's'), objectOf('Deployment', 'old')]
    const ending = (api: MemoryServer) => ({
      names: names(api).toSorted(byText),
      kinds: kindsRecorded(api),
    })
    const run = async (killAfter: number) => {
      const api = server()
      await deploy(api, before)
      const start = api.requests.length
      api.killAfter = start + killAfter
      const killed = await deploy(api, wanted).then(
        () => false,
        (error: unknown) => error instanceof Killed,
      )
      const requests = api.requests.length - start
      api.killAfter = Infinity
      await deploy(api, wanted)
      return { killed, requests, ending: ending(api) }
    }
    const whole = await run(Infinity)
    expect(whole).toEqual({
      killed: false,
      requests: expect.any(Number),
      ending: { names: ['a', 'b', 'one', 'shop', 'taxi'], kinds: 'ConfigMap,Thing.x.io' },
    })
    expect(whole.requests).toBeGreaterThan(10)
    for (let killAfter = 0; killAfter < whole.requests; killAfter += 1) {
      expect(await run(killAfter)).toEqual({ ...whole, killed: true, requests: killAfter })
    }
  })
})

describe('observeMembers', () => {
  const record = (...recorded: string[]) => ({ kinds: recorded, namespaces: ['zoo'] })

  test('one list per kind and namespace', async () => {
    const api = server()
    await observeMembers(api, taxi, record('ConfigMap', 'Namespace'))
    expect(api.requests).toEqual([
      'LIST ConfigMap shop',
      'LIST ConfigMap zoo',
      'LIST Namespace null',
    ])
  })

  test.each([
    ['its group serves other kinds: gone for good', 'Other.x.io', []],
    ['its group is not there: gone for good', 'Other.y.io', []],
    [
      'its group shows nothing: may come back',
      'Other.down.example.com',
      ['Other.down.example.com'],
    ],
  ])('a kind that is not served; %s', async (_, kind, unseenKinds) => {
    expect(await observeMembers(server(), taxi, record(kind))).toEqual({
      members: [],
      unlisted: [],
      unseenKinds,
    })
  })
})

describe('planPrune', () => {
  const memberOf = (object: KubeObject): Member => ({
    id: idOf(object, object.metadata.namespace ?? null),
    object,
  })
  const plan = (object: KubeObject, deleteData = false) =>
    planPrune({
      set: taxi,
      members: [memberOf(object)],
      placed: [],
      appliedUids: new Set(['u']),
      deleteData,
    })
  const annotated = (key: string, value: string) =>
    objectOf('ConfigMap', 'a', { annotations: { [key]: value } })

  test.each([
    ['a plain one', objectOf('ConfigMap', 'a')],
    ['another value of an opt-out', annotated('sluice.dev/prune', 'enabled')],
    ['another sync option', annotated('argocd.argoproj.io/sync-options', 'Delete=false')],
  ])('%s goes', (_, object) => {
    expect(plan(object)).toEqual({ removals: [memberOf(object)], kept: [] })
  })

  test.each([
    ['sluice.dev/prune', 'disabled'],
    ['kustomize.toolkit.fluxcd.io/prune', 'disabled'],
    ['argocd.argoproj.io/sync-options', 'Delete=false, Prune=false'],
    ['helm.sh/resource-policy', 'keep'],
  ])('%s: %s stays', (key, value) => {
    expect(plan(annotated(key, value), true).kept).toEqual([
      expect.objectContaining({ reason: 'OptOut', message: `kept, because of annotation ${key}` }),
    ])
  })

  test.each([
    [
      objectOf('ConfigMap', 'a', { labels: { [setLabels.id]: 'applyset-x-v1' } }),
      'SetParent',
      'kept, because it holds the record of an ApplySet',
    ],
    [
      objectOf('ConfigMap', 'a', {
        ownerReferences: [{ apiVersion: 'x.io/v1', kind: 'Thing', name: 'one', uid: 'u1' }],
      }),
      'Owned',
      'kept, because Thing one owns it',
    ],
    [
      objectOf('Namespace', 'shop'),
      'SetParent',
      'kept, because the record of the application is in it',
    ],
  ])('stays also with delete-data: %#', (object, reason, message) => {
    expect(plan(object, true).kept).toEqual([
      expect.objectContaining({ member: memberOf(object), reason, message }),
    ])
  })

  test.each([
    ['Namespace', 'everything in it'],
    ['CustomResourceDefinition', 'all objects of its kind in every namespace'],
    ['PersistentVolumeClaim', 'its volume, when the storage class reclaims it'],
  ])('a %s stays unless delete-data says so', (kind, lost) => {
    const object = objectOf(kind, 'a')
    expect(plan(object).kept).toEqual([
      expect.objectContaining({
        reason: 'HoldsData',
        message: `kept, because ${lost} would go with it; \`delete-data: true\` allows it`,
      }),
    ])
    expect(plan(object, true).removals).toEqual([memberOf(object)])
  })

  test('an object that was applied under another group stays', () => {
    expect(plan(objectOf('ConfigMap', 'a', { uid: 'u' }))).toEqual({ removals: [], kept: [] })
  })
})

describe('removalStages', () => {
  test('webhooks, custom objects, the rest, classes, namespaces, CRDs', () => {
    const of = (group: string, kind: string, namespace: string | null): { id: ObjectId } => ({
      id: { group, version: 'v1', kind, namespace, name: 'a' },
    })
    const items = [
      of('apiextensions.k8s.io', 'CustomResourceDefinition', null),
      of('', 'Namespace', null),
      of('storage.k8s.io', 'StorageClass', null),
      of('apps', 'Deployment', 'shop'),
      of('', 'ConfigMap', 'shop'),
      of('', 'Service', 'shop'),
      of('x.io', 'Thing', 'shop'),
      of('admissionregistration.k8s.io', 'ValidatingWebhookConfiguration', null),
    ]
    expect(removalStages(items).map((stage) => stage.map(({ id }) => id.kind))).toEqual([
      ['ValidatingWebhookConfiguration'],
      ['Thing'],
      ['Deployment', 'Service'],
      ['ConfigMap'],
      ['StorageClass'],
      ['Namespace'],
      ['CustomResourceDefinition'],
    ])
  })
})

describe('setRights', () => {
  const right = (verb: string, resource: string, namespace: string | null, group = '') => ({
    verb,
    group,
    resource,
    namespace,
  })

  test.each([
    ['create', null, {}],
    ['get', '7', { names: ['taxi'] }],
  ])(
    'to %s and patch the record, to list members and perhaps to delete them',
    async (verb, version, byName) => {
      const record = { kinds: ['Deployment.apps', 'Namespace', 'Other.x.io'], namespaces: ['zoo'] }
      const seen = { kinds: [], namespaces: [], resourceVersion: version }
      const resources = await server().resources()
      expect(setRights(taxi, { resources, seen, record })).toEqual({
        needed: [
          { ...right(verb, 'configmaps', 'shop'), ...byName },
          { ...right('patch', 'configmaps', 'shop'), names: ['taxi'] },
          right('list', 'deployments', 'shop', 'apps'),
          right('list', 'deployments', 'zoo', 'apps'),
          right('list', 'namespaces', null),
        ],
        optional: [
          right('delete', 'deployments', 'shop', 'apps'),
          right('delete', 'deployments', 'zoo', 'apps'),
          right('delete', 'namespaces', null),
        ],
      })
    },
  )
})

describe('findMembersElsewhere', () => {
  const memberOf = (labels: Record<string, string>): Member => {
    const object = objectOf('Deployment', 'web', { labels })
    return { id: idOf(object, 'shop'), object }
  }
  const bus = setNamed('bus')

  test('names the set that has the object', async () => {
    const api = server()
    api.put({
      ...objectOf('ConfigMap', 'bus', { labels: { [setLabels.id]: bus.id } }),
    })
    expect(
      await findMembersElsewhere(api, taxi, [memberOf({ [setLabels.partOf]: bus.id })]),
    ).toEqual([
      {
        where: 'Deployment shop/web',
        message:
          'belongs to set bus (ConfigMap in shop), not to application taxi; to move it, remove its label applyset.kubernetes.io/part-of first and then its manifest there',
      },
    ])
  })

  test('a set whose record is not found is named by its id', async () => {
    const [problem] = await findMembersElsewhere(server(), taxi, [
      memberOf({ [setLabels.partOf]: 'applyset-x-v1' }),
    ])
    expect(problem?.message).toContain('belongs to set applyset-x-v1, whose parent was not found,')
  })

  test('own members and objects of no set are free', async () => {
    const live = [memberOf({ [setLabels.partOf]: taxi.id }), memberOf({})]
    expect(await findMembersElsewhere(server(), taxi, live)).toEqual([])
  })
})
