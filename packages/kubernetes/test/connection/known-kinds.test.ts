// Kinds that the caller knows by itself cost no discovery; all others are looked up as ever.
import { afterEach, expect, test } from '@jest/globals'
import type { ObjectId, Resource } from '@sluice/kubernetes'
import { behindDiscovery, closeAll, connectTo } from './strict-server.ts'

afterEach(closeAll)

const widget: Resource = {
  group: 'example.org',
  version: 'v1',
  kind: 'Widget',
  plural: 'widgets',
  namespaced: true,
  verbs: ['get', 'patch'],
  subresources: [],
}
const idOf = (apiVersion: readonly [string, string], kind: string): ObjectId => ({
  group: apiVersion[0],
  version: apiVersion[1],
  kind,
  namespace: 'shop',
  name: 'one',
})

async function openKnowing(known: readonly Resource[]) {
  const answer = behindDiscovery(() => ({ body: { metadata: {} } }))
  const { server, api } = await connectTo(answer, { known })
  return { api, paths: () => server.seen.map(({ method, path }) => `${method} ${path}`) }
}

test('a known kind is read and patched at once', async () => {
  const { api, paths } = await openKnowing([widget])
  const id = idOf(['example.org', 'v1'], 'Widget')
  expect((await api.get(id)).ok).toBe(true)
  const options = { kind: 'merge', fieldManager: 'test' } as const
  expect((await api.patch(id, {}, options)).ok).toBe(true)
  const path = '/apis/example.org/v1/namespaces/shop/widgets/one'
  expect(paths()).toEqual([`GET ${path}`, `PATCH ${path}?fieldManager=test`])
})

test.each([
  ['another kind', ['apps', 'v1'], 'Deployment'],
  ['another version of a known one', ['example.org', 'v2'], 'Widget'],
] as const)('%s is looked up', async (_, apiVersion, kind) => {
  const { api, paths } = await openKnowing([widget])
  await api.get(idOf(apiVersion, kind))
  expect(paths()).toEqual(expect.arrayContaining(['GET /api', 'GET /apis']))
})
