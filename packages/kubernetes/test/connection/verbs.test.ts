// What each verb sends, to the letter, and what it makes of the answer.
import { afterEach, describe, expect, test } from '@jest/globals'
import type { KubeObject, ObjectId, Resource } from '@sluice/kubernetes'
import { createFakeClock } from '../../../../test/doubles/clock.ts'
import { kubernetesPorts } from '../../../../test/doubles/kubernetes-ports.ts'
import {
  asked,
  behindDiscovery,
  closeAll,
  connectTo,
  statusBody,
  type Answerer,
  type Reply,
} from './strict-server.ts'

afterEach(closeAll)

const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', unknownToUs: { deep: [1, null, 'x'] } },
  spec: { replicas: 2, futureField: { a: 1e21 } },
}
const id: ObjectId = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  namespace: 'shop',
  name: 'web',
}
const secretId: ObjectId = { ...id, group: '', kind: 'Secret', name: 'key' }
const manager = { fieldManager: 'sluice', force: false }
const webPath = '/apis/apps/v1/namespaces/shop/deployments/web'

const behind = (answer: Answerer) => connectTo(behindDiscovery(answer))
const always = (reply: Reply) => behind(() => reply)

describe('apply', () => {
  test('sends the object as it is, strictly validated', async () => {
    const connected = await always({ status: 201, body: deployment })
    expect(await connected.api.apply(deployment, manager)).toEqual({
      ok: true,
      value: { object: deployment, created: true },
    })
    const [request] = asked(connected)
    expect(request).toMatchObject({
      method: 'PATCH',
      path: `${webPath}?fieldManager=sluice&force=false&fieldValidation=Strict`,
      body: JSON.stringify(deployment),
    })
    expect(request?.headers['content-type']).toBe('application/apply-patch+yaml')
  })

  test.each([
    ['a dry run', { ...manager, dryRun: true }, 'force=false&fieldValidation=Strict&dryRun=All'],
    ['force', { ...manager, force: true }, 'force=true&fieldValidation=Strict'],
  ])('%s', async (_, options, query) => {
    const connected = await always({ body: deployment })
    const answer = await connected.api.apply(deployment, options)
    expect(answer).toMatchObject({ ok: true, value: { created: false } })
    expect(asked(connected)[0]?.path).toBe(`${webPath}?fieldManager=sluice&${query}`)
  })

  test('other validation, when asked', async () => {
    const connected = await connectTo(
      behindDiscovery(() => ({ body: deployment })),
      {
        fieldValidation: 'Warn',
      },
    )
    await connected.api.apply(deployment, manager)
    expect(asked(connected)[0]?.path).toContain('fieldValidation=Warn')
  })

  test('an object without a namespace goes to the one of the connection', async () => {
    const connected = await always({ body: deployment })
    await connected.api.apply({ ...deployment, metadata: { name: 'web' } }, manager)
    expect(asked(connected)[0]?.path).toMatch(/^\/apis\/apps\/v1\/namespaces\/shop\//)
  })

  test('a namespace on an object of the whole cluster is not in its address', async () => {
    const connected = await always({ body: {} })
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' }
    await connected.api.apply({ ...role, metadata: { name: 'a:b', namespace: 'shop' } }, manager)
    expect(asked(connected)[0]?.path).toMatch(/\/v1\/clusterroles\/a%3Ab\?/)
  })

  test('a kind that the server does not know is refused without a request', async () => {
    const connected = await always({ body: {} })
    const answer = await connected.api.apply({ ...deployment, kind: 'Deploymnt' }, manager)
    expect(answer).toMatchObject({
      ok: false,
      refusal: {
        status: 404,
        message: 'the server knows no kind Deploymnt in apps/v1',
        request: 'APPLY Deploymnt shop/web',
      },
    })
    expect(asked(connected)).toEqual([])
  })

  test('conflicts come back by field', async () => {
    const causes = [{ reason: 'FieldManagerConflict', field: '.spec.replicas', message: 'hpa' }]
    const { api } = await always({
      status: 409,
      body: statusBody(409, 'Conflict', { details: { causes } }),
    })
    expect(await api.apply(deployment, manager)).toMatchObject({
      ok: false,
      refusal: { status: 409, reason: 'Conflict', causes, request: 'APPLY Deployment shop/web' },
    })
  })

  test('a refused Secret tells no value', async () => {
    const message = 'Secret "key" is invalid: data[a]: Invalid value: "hunter2"'
    const causes = [{ reason: 'FieldValueInvalid', field: 'data[a]', message: '"hunter2"' }]
    const body = statusBody(422, 'Invalid', { message, details: { causes } })
    const { api, ports } = await always({ status: 422, body })
    const metadata = { name: 'key', namespace: 'shop' }
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata, data: { a: 'hunter2' } }
    const answer = await api.apply(secret, manager)
    expect(answer).toMatchObject({ ok: false, refusal: { reason: 'Invalid' } })
    expect(JSON.stringify(answer)).toContain('data[a]')
    expect(JSON.stringify([answer, ports.logged])).not.toContain('hunter2')
  })
})

const retrying = async (...replies: readonly Reply[]) => {
  const clock = createFakeClock()
  let at = 0
  const answer = behindDiscovery(() => replies[Math.min(at++, replies.length - 1)])
  const connected = await connectTo(answer, { ports: kubernetesPorts({ clock }) })
  return { ...connected, clock }
}
const failing = (status: number, message: string): Reply => ({
  status,
  body: statusBody(status, '', { message }),
})

describe('the retry table', () => {
  test.each([
    ['429', { status: 429, headers: { 'retry-after': '7' }, body: 'slow down' }, [7]],
    ['503', failing(503, 'starting'), [1]],
    ['a webhook that failed', failing(500, 'Internal error: failed calling webhook "a"'), [1]],
    ['a slow store', failing(500, 'etcdserver: request timed out'), [1]],
  ])('%s: the apply is sent again', async (_, reply, waits) => {
    const { api, clock } = await retrying(reply, { body: deployment })
    expect(await api.apply(deployment, manager)).toMatchObject({ ok: true })
    expect(clock.waits).toEqual(waits)
  })

  test('an object that does not fit its schema is sent once', async () => {
    const message =
      'failed to create typed patch object (shop/web; apps/v1): .spek: field not declared in schema'
    const connected = await retrying(failing(500, message))
    expect(await connected.api.apply(deployment, manager)).toMatchObject({
      refusal: { status: 422, causes: [{ field: '.spek', reason: 'FieldNotDeclared' }] },
    })
    expect(asked(connected)).toHaveLength(1)
  })

  test.each([
    ['create', 4],
    ['generate', 1],
    ['merge', 4],
    ['json', 1],
    ['json at a version', 4],
    ['delete', 4],
  ])('%s on 500: sent %i times', async (verb, times) => {
    const connected = await retrying(failing(500, 'boom'))
    const { api } = connected
    const options = { fieldManager: 'sluice' }
    const atVersion = [{ op: 'replace', path: '/metadata/resourceVersion', value: '7' }]
    const verbs: Readonly<Record<string, () => Promise<{ readonly ok: boolean }>>> = {
      create: () => api.create(deployment, {}),
      generate: () => api.create({ ...deployment, metadata: { generateName: 'web-' } }, {}),
      merge: () => api.patch(id, {}, { ...options, kind: 'merge' }),
      json: () => api.patch(id, [], { ...options, kind: 'json' }),
      'json at a version': () => api.patch(id, atVersion, { ...options, kind: 'json' }),
      delete: () => api.delete(id, { propagation: 'Background', uid: 'u' }),
    }
    expect((await verbs[verb]?.())?.ok).toBe(false)
    expect(asked(connected)).toHaveLength(times)
  })
})

describe('get', () => {
  test('an object', async () => {
    const connected = await always({ body: deployment })
    expect(await connected.api.get(id)).toEqual({ ok: true, value: deployment })
    expect(asked(connected)[0]).toMatchObject({ method: 'GET', path: webPath })
  })

  test('none, and a kind that is not there', async () => {
    const { api } = await always({ status: 404, body: statusBody(404, 'NotFound') })
    expect(await api.get(id)).toEqual({ ok: true, value: null })
    expect(await api.get({ ...id, kind: 'Other' })).toEqual({ ok: true, value: null })
  })

  test('a page of a proxy is no object', async () => {
    const { api } = await always({ body: '<html>login</html>' })
    expect(await api.get(id)).toMatchObject({
      ok: false,
      refusal: { message: 'the answer 200 is not of a Kubernetes API server: login' },
    })
  })

  test.each([
    [{ ...id, name: '' }, 'metadata.name is empty'],
    [{ ...id, name: '..' }, 'metadata.name is a step to another folder'],
    [
      { ...id, name: 'a/b', namespace: '' },
      'metadata.namespace is empty; metadata.name holds a slash',
    ],
  ])('hostile names reach no server', async (hostile, message) => {
    const connected = await always({ body: {} })
    const { api } = connected
    const answers = [
      await api.get(hostile),
      await api.delete(hostile, { propagation: 'Background', uid: 'u' }),
      await api.patch(hostile, {}, { kind: 'merge', fieldManager: 'sluice' }),
    ]
    for (const answer of answers) {
      expect(answer).toMatchObject({ ok: false, refusal: { status: 400, message } })
    }
    expect(asked(connected)).toEqual([])
  })
})

describe('create, patch and delete', () => {
  test('create posts to the collection', async () => {
    const connected = await always({ status: 201, body: deployment })
    const metadata = { generateName: 'web-', namespace: 'shop' }
    await connected.api.create({ ...deployment, metadata }, { dryRun: true })
    expect(asked(connected)[0]).toMatchObject({
      method: 'POST',
      path: '/apis/apps/v1/namespaces/shop/deployments?fieldValidation=Strict&dryRun=All',
    })
  })

  test.each([
    ['merge', undefined, 'application/merge-patch+json', webPath],
    ['json', 'scale', 'application/json-patch+json', `${webPath}/scale`],
    ['strategic', 'status', 'application/strategic-merge-patch+json', `${webPath}/status`],
  ] as const)('patch %s of %s', async (kind, subresource, type, path) => {
    const connected = await always({ body: deployment })
    const patch = { spec: { replicas: null } }
    const options = { kind, fieldManager: 'sluice', ...(subresource && { subresource }) }
    expect(await connected.api.patch(id, patch, options)).toMatchObject({ ok: true })
    const [request] = asked(connected)
    expect(request).toMatchObject({
      path: `${path}?fieldManager=sluice`,
      body: JSON.stringify(patch),
    })
    expect(request?.headers['content-type']).toBe(type)
  })

  test('delete names the uid that was seen', async () => {
    const connected = await always({ status: 202, body: deployment })
    const options = { propagation: 'Foreground', uid: 'u-1', dryRun: true } as const
    expect(await connected.api.delete(id, options)).toEqual({ ok: true, value: true })
    const [request] = asked(connected)
    expect(JSON.parse(request?.body ?? '')).toEqual({
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy: 'Foreground',
      preconditions: { uid: 'u-1' },
      dryRun: ['All'],
    })
  })

  test.each([
    [404, { ok: true, value: false }],
    [409, { ok: false, refusal: { status: 409, request: 'DELETE Deployment shop/web' } }],
  ])('delete answered %i', async (status, answer) => {
    const { api } = await always({ status, body: statusBody(status, 'X') })
    const options = { propagation: 'Background', uid: 'u' } as const
    expect(await api.delete(id, options)).toMatchObject(answer)
  })
})

const configMaps: Resource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
  verbs: [],
  subresources: [],
}
const page = (names: readonly string[], more = {}): Reply => ({
  body: {
    kind: 'ConfigMapList',
    metadata: { resourceVersion: '7', ...more },
    items: names.map((name) => ({ metadata: { name }, data: { x: name } })),
  },
})
const itemsOf = (answer: unknown): readonly KubeObject[] =>
  (answer as { readonly value: { readonly items: readonly KubeObject[] } }).value.items

describe('list', () => {
  test('all pages, each item complete', async () => {
    const connected = await connectTo(({ path }) =>
      path.includes('continue=')
        ? page(['c'], { resourceVersion: '9' })
        : page(['a', 'b'], { continue: 'to=ken' }),
    )
    const answer = await connected.api.list(configMaps, { namespace: null, labelSelector: 'a=b' })
    expect(answer).toMatchObject({ ok: true, value: { resourceVersion: '7' } })
    expect(itemsOf(answer)).toEqual(
      ['a', 'b', 'c'].map((name) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name },
        data: { x: name },
      })),
    )
    expect(connected.server.seen.map(({ path }) => path)).toEqual([
      '/api/v1/configmaps?limit=500&labelSelector=a%3Db',
      '/api/v1/configmaps?limit=500&continue=to%3Dken&labelSelector=a%3Db',
    ])
  })

  test('a token that expired: all of it at once', async () => {
    const connected = await connectTo(({ path }) =>
      path.includes('continue=')
        ? { status: 410, body: statusBody(410, 'Expired') }
        : path.includes('limit=')
          ? page(['old'], { continue: 't' })
          : page(['new', 'er'], { resourceVersion: '8' }),
    )
    const answer = await connected.api.list(configMaps, { namespace: 'shop' })
    expect(answer).toMatchObject({ value: { resourceVersion: '8' } })
    expect(itemsOf(answer).map(({ metadata }) => metadata.name)).toEqual(['new', 'er'])
    expect(connected.server.seen).toHaveLength(3)
  })

  test.each([
    ['forbidden', { status: 403, body: statusBody(403, 'Forbidden') }, 'Forbidden'],
    ['gone at the first page', { status: 410, body: statusBody(410, 'Expired') }, 'Expired'],
    ['no list', { body: { items: 'x' } }, 'NoList'],
  ])('%s', async (_, reply, reason) => {
    const { api } = await connectTo(() => reply)
    expect(await api.list(configMaps, { namespace: 'shop' })).toMatchObject({
      ok: false,
      refusal: { reason, request: 'LIST configmaps in shop' },
    })
  })

  test('an empty list, as some servers write it', async () => {
    const { api } = await connectTo(() => ({ body: { metadata: {}, items: null } }))
    expect(itemsOf(await api.list(configMaps, { namespace: null }))).toEqual([])
  })
})

describe('log and read', () => {
  const query = { namespace: 'shop', pod: 'web', container: 'app', previous: true, lines: 20 }

  test('the end of a log, at most 16 KiB in whole lines', async () => {
    const text = `${'é'.repeat(9000)}\nlast line\n`
    const connected = await connectTo(() => ({ body: text }))
    expect(await connected.api.log(query)).toEqual({ ok: true, value: 'last line\n' })
    expect(connected.server.seen[0]?.path).toBe(
      '/api/v1/namespaces/shop/pods/web/log?container=app&previous=true&tailLines=20&limitBytes=262144',
    )
  })

  test('one line without an end is cut at a letter', async () => {
    const { api } = await connectTo(() => ({ body: `${'x'}${'é'.repeat(20_000)}` }))
    const answer = await api.log(query)
    const text = answer.ok ? answer.value : ''
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(16 * 1024)
    expect(text).toMatch(/^é+$/)
  })

  test('no log', async () => {
    const { api } = await connectTo(() => ({ status: 400, body: statusBody(400, 'BadRequest') }))
    expect(await api.log(query)).toMatchObject({
      refusal: { status: 400, request: 'GET log of Pod shop/web' },
    })
    expect(await api.log({ ...query, pod: '..' })).toMatchObject({ refusal: { status: 400 } })
  })

  test('any path, with any answer', async () => {
    const { api } = await connectTo(({ path }) => ({ status: 418, body: `you asked ${path}` }))
    expect(await api.read('/version?a=b')).toEqual({ status: 418, text: 'you asked /version?a=b' })
  })
})

describe('warnings of the server', () => {
  test('each becomes one annotation of the connection', async () => {
    const headers = { warning: ['299 - "old \\"v1\\""', '299 - "second"'] }
    const { api, ports } = await behind(() => ({ body: deployment, headers }))
    await api.get(id)
    await api.get(secretId)
    expect(ports.logged.filter(({ level }) => level === 'warning')).toEqual([
      { level: 'warning', text: 'the API server warns: old "v1"' },
      { level: 'warning', text: 'the API server warns: second' },
    ])
  })
})
