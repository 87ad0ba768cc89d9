// What is live cannot be read: a missing right is not the same as a server in trouble.
import { expect, test } from '@jest/globals'
import {
  observeLive,
  type ApiServer,
  type PlacedManifest,
  type Resource,
  type Resources,
} from '@sluice/kubernetes'

const resource: Resource = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
  verbs: ['get', 'list'],
  subresources: [],
}
const resources: Resources = { all: [resource], find: () => resource, preferred: () => null }
const placed: PlacedManifest = {
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'shop' } },
  id: { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'a' },
  known: true,
  source: { file: 'a.yml', lineOf: () => 1 },
}
const serverThatSays = (status: number, reason: string): ApiServer => {
  const refusal = { status, reason, message: 'etcd is away', causes: [], request: 'GET it' }
  const answer = () => Promise.resolve({ ok: false as const, refusal })
  return { get: answer, list: answer } as unknown as ApiServer
}

test('a server in trouble ends the run, with its own words', async () => {
  const api = serverThatSays(500, 'InternalError')
  await expect(observeLive([placed], { api, resources })).rejects.toMatchObject({
    code: 'KUBERNETES_READ_FAILED',
    message: 'GET it: 500 InternalError: etcd is away',
    hint: expect.stringMatching(/run again/),
  })
})

test('without the right to read, the objects are applied without a look', async () => {
  const api = serverThatSays(403, 'Forbidden')
  const live = await observeLive([placed], { api, resources })
  expect(live.unreadable.size).toBe(1)
  expect(live.notices.join()).toMatch(/^GET it is not allowed, so it is applied without a look/)
})
