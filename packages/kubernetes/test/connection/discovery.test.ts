import { afterEach, describe, expect, test } from '@jest/globals'
import { createFakeClock } from '../../../../test/doubles/clock.ts'
import { kubernetesPorts } from '../../../../test/doubles/kubernetes-ports.ts'
import {
  closeAll,
  connectTo,
  discoveryReply,
  groupOf,
  groupsOf,
  statusBody,
  type Answerer,
  type Reply,
} from './strict-server.ts'

afterEach(closeAll)

const noticesOf = ({ ports }: Awaited<ReturnType<typeof connectTo>>): readonly string[] =>
  ports.logged.filter(({ level }) => level === 'notice').map(({ text }) => text)

describe('the aggregated form', () => {
  test('two requests tell all kinds, with scope, subresources and short names', async () => {
    const connected = await connectTo(discoveryReply)
    const resources = await connected.api.resources()
    expect(resources.find('apps', 'v1', 'Deployment')).toMatchObject({
      plural: 'deployments',
      namespaced: true,
      subresources: ['scale', 'status'],
      aliases: ['deployment'],
    })
    expect(resources.find('', 'v1', 'Namespace')?.namespaced).toBe(false)
    expect(resources.find('apps', 'v1beta1', 'Deployment')).toBeNull()
    expect(connected.server.seen.map(({ path }) => path).sort()).toEqual(['/api', '/apis'])
    expect(connected.server.seen[0]?.headers.accept).toMatch(
      /^application\/json;g=apidiscovery\.k8s\.io;v=v2;as=APIGroupDiscoveryList,.*v2beta1.*,application\/json$/,
    )
  })

  test('the first version of a group that has the kind is the preferred one', async () => {
    const kinds = [{ kind: 'Thing', resource: 'things' }]
    const [first, second] = ['v2', 'v1'].map((version) => groupOf('x.org', version, kinds))
    const versions = [...(first?.versions ?? []), ...(second?.versions ?? [])]
    const { api } = await connectTo(() => ({
      body: groupsOf([{ metadata: { name: 'x.org' }, versions }]),
    }))
    const resources = await api.resources()
    expect(resources.preferred('x.org', 'Thing')?.version).toBe('v2')
    expect(resources.preferred('x.org', 'Other')).toBeNull()
  })

  test('calls that come meanwhile share one answer; rediscover asks again', async () => {
    const { api, server } = await connectTo(discoveryReply)
    const [one, two] = await Promise.all([api.resources(), api.resources()])
    expect(one).toBe(two)
    await api.resources()
    expect(server.seen).toHaveLength(2)
    expect(await api.rediscover()).not.toBe(one)
    expect(server.seen).toHaveLength(4)
  })

  test('a group whose server does not answer is left out with one notice', async () => {
    const connected = await connectTo((seen) =>
      seen.path === '/api'
        ? discoveryReply(seen)
        : { body: groupsOf([groupOf('metrics.k8s.io', 'v1', [], 'Stale')]) },
    )
    await connected.api.resources()
    await connected.api.rediscover()
    expect(noticesOf(connected)).toEqual([
      'the API metrics.k8s.io/v1 is left out: the server behind it does not answer',
    ])
  })

  test('a parent without a kind of its own is no kind', async () => {
    const { api } = await connectTo(() => ({
      body: groupsOf([
        {
          metadata: { name: 'x.org' },
          versions: [{ version: 'v1', resources: [{ resource: 'parents', subresources: [{}] }] }],
        },
      ]),
    }))
    expect((await api.resources()).all).toEqual([])
  })
})

const classic: Readonly<Record<string, unknown>> = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': {
    kind: 'APIGroupList',
    groups: [
      {
        name: 'x.org',
        versions: [{ version: 'v1beta1' }, { version: 'v1' }],
        preferredVersion: { version: 'v1' },
      },
    ],
  },
  '/api/v1': {
    kind: 'APIResourceList',
    resources: [
      { name: 'pods', kind: 'Pod', namespaced: true, verbs: ['get'], shortNames: ['po'] },
      { name: 'pods/log', kind: 'Pod', namespaced: true, verbs: ['get'] },
      { name: 'podsx/no', kind: 'No' },
    ],
  },
  '/apis/x.org/v1': {
    kind: 'APIResourceList',
    resources: [{ name: 'things', kind: 'Thing', namespaced: false, verbs: ['get'] }],
  },
}

describe('a server that answers the older form', () => {
  const answer: Answerer = ({ path }): Reply =>
    classic[path] === undefined
      ? { status: 503, body: statusBody(503, 'ServiceUnavailable') }
      : { body: classic[path] }

  test('is asked group by group; one that fails is left out with a notice', async () => {
    const connected = await connectTo(answer, {
      ports: kubernetesPorts({ clock: createFakeClock() }),
    })
    const resources = await connected.api.resources()
    expect(resources.find('', 'v1', 'Pod')).toEqual({
      group: '',
      version: 'v1',
      kind: 'Pod',
      plural: 'pods',
      namespaced: true,
      verbs: ['get'],
      subresources: ['log'],
      aliases: ['po'],
    })
    expect(resources.preferred('x.org', 'Thing')?.version).toBe('v1')
    expect(noticesOf(connected)).toEqual([
      'the API x.org/v1beta1 is left out: GET /apis/x.org/v1beta1 was answered 503',
    ])
  })
})

describe('no discovery', () => {
  test.each([
    [
      'forbidden',
      { status: 403, body: statusBody(403, 'Forbidden') },
      'found 403 refused: Forbidden; wanted the kinds of this server',
    ],
    [
      'a web page',
      { body: '<html>hello</html>' },
      'found 200 without a list of kinds; wanted the kinds of this server',
    ],
  ])('%s is told, and tried again at the next call', async (_, reply, message) => {
    const { api, server } = await connectTo(() => reply)
    await expect(api.resources()).rejects.toMatchObject({
      code: 'KUBERNETES_NO_DISCOVERY',
      message: expect.stringContaining(message),
    })
    await expect(api.resources()).rejects.toMatchObject({ code: 'KUBERNETES_NO_DISCOVERY' })
    expect(server.seen.filter(({ path }) => path === '/api')).toHaveLength(2)
  })
})
