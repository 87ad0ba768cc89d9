// Ids, labels and records of application sets, as the public specification has them.
import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import {
  applicationSetOf,
  idOf,
  invalidSet,
  labelMembers,
  noRecord,
  parentOf,
  parseKind,
  parseRecord,
  planRecord,
  planShrunk,
  renderKind,
  setIdOf,
  type ApplicationSet,
  type KubeObject,
  type PlacedManifest,
} from '@sluice/kubernetes'

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')

const taxi: ApplicationSet = (() => {
  const made = applicationSetOf({ application: 'taxi', namespace: 'shop', sha256 })
  if (!made.ok) throw new Error('taxi is a good name')
  return made.value
})()

const placedOf = (object: KubeObject, namespace: string | null = 'shop'): PlacedManifest => ({
  object,
  id: idOf(object, namespace),
  known: true,
  source: { file: 'kubernetes/web.yml', lineOf: (path) => path.length },
})

const configMap = (name: string, metadata: KubeObject['metadata'] = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
})

describe('applicationSetOf', () => {
  // Made by `kubectl apply --prune --applyset=...` 1.36 for parents of these names.
  test.each([
    ['Secret', 'taxi', 'applyset-1A6IKfQhOK5r8jiTCGHjAWWzkTHFc2YLSIsBNVjSVsc-v1'],
    ['ConfigMap', 'taxi2', 'applyset-tJtSrwndh_jMwh4Ual8ZoVgetK3iOe3beHMzA_e2HMI-v1'],
  ])('the id of %s %s in shop is the one that kubectl gives', (kind, name, id) => {
    expect(setIdOf({ group: '', version: 'v1', kind, namespace: 'shop', name }, sha256)).toBe(id)
  })

  test('the parent is a ConfigMap of that name', () => {
    expect(taxi.parent).toEqual({
      group: '',
      version: 'v1',
      kind: 'ConfigMap',
      namespace: 'shop',
      name: 'taxi',
    })
  })

  test.each(['', 'Taxi', 'a_b', '-a', 'a-', 'a..b', 'a/b', 'x'.repeat(254)])(
    '%j is refused',
    (application) => {
      expect(applicationSetOf({ application, namespace: 'shop', sha256 })).toMatchObject({
        ok: false,
        problems: [{ where: 'application' }],
      })
    },
  )
})

describe('labelMembers', () => {
  test('adds the label and keeps the others', () => {
    const labelled = labelMembers(taxi, [placedOf(configMap('a', { labels: { app: 'web' } }))])
    expect(labelled).toMatchObject({
      ok: true,
      value: [
        {
          object: {
            metadata: { labels: { app: 'web', 'applyset.kubernetes.io/part-of': taxi.id } },
          },
        },
      ],
    })
  })

  test('an object with generateName belongs to no set', () => {
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { generateName: 'seed-' } }
    const labelled = labelMembers(taxi, [placedOf(job), placedOf(configMap('a'))])
    expect(labelled).toMatchObject({ ok: true, value: [{ object: job }, {}] })
  })

  test('nothing at all is refused', () => {
    const labelled = labelMembers(taxi, [])
    expect(labelled.ok ? null : invalidSet(labelled.problems)).toMatchObject({
      code: 'KUBERNETES_SET_INVALID',
      message: expect.stringMatching(/^1 problem with the application:\n- manifests: no object/),
    })
    expect(labelled).toEqual({
      ok: false,
      problems: [
        {
          where: 'manifests',
          message:
            'no object is left in application taxi, so everything of it would be pruned; use mode delete if that is the wish',
        },
      ],
    })
  })

  test('the label of another set and the record itself are refused, both at once, with their lines', () => {
    const foreign = { labels: { 'applyset.kubernetes.io/part-of': 'applyset-x-v1' } }
    expect(
      labelMembers(taxi, [placedOf(configMap('a', foreign)), placedOf(configMap('taxi'))]),
    ).toEqual({
      ok: false,
      problems: [
        {
          where: 'kubernetes/web.yml:3',
          message:
            'label applyset.kubernetes.io/part-of names another set (applyset-x-v1); remove it, it is set for application taxi',
        },
        {
          where: 'kubernetes/web.yml:2',
          message:
            'ConfigMap shop/taxi holds the record of application taxi; choose another `application` or another name',
        },
      ],
    })
  })

  test('a ConfigMap of the same name in another namespace is none of its business', () => {
    expect(labelMembers(taxi, [placedOf(configMap('taxi'), 'other')])).toMatchObject({ ok: true })
  })
})

describe('records', () => {
  test.each(['ConfigMap', 'Deployment.apps', 'HTTPRoute.gateway.networking.k8s.io'])(
    '%s is read and written alike',
    (text) => {
      expect(renderKind(parseKind(text))).toBe(text)
    },
  )

  const deployment = placedOf({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'w' },
  })
  const role = placedOf(
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'r' } },
    null,
  )
  const elsewhere = placedOf(configMap('c'), 'bay')

  test('before the apply: what was there and what comes, sorted, without the own namespace', () => {
    const seen = { kinds: ['Service', 'ConfigMap'], namespaces: ['zoo'], resourceVersion: '1' }
    expect(planRecord(taxi, seen, [elsewhere, role, deployment, deployment])).toEqual({
      kinds: ['ClusterRole.rbac.authorization.k8s.io', 'ConfigMap', 'Deployment.apps', 'Service'],
      namespaces: ['bay', 'zoo'],
    })
  })

  test('after the prune: what is in the manifests and what was kept', () => {
    const seen = { kinds: ['Service', 'ConfigMap', 'Thing.x.io'], namespaces: ['bay', 'zoo'] }
    const kept = [idOf(configMap('k'), 'zoo')]
    expect(planShrunk(taxi, { seen, placed: [deployment], kept, unseenKinds: [] })).toEqual({
      kinds: ['ConfigMap', 'Deployment.apps'],
      namespaces: ['zoo'],
    })
  })

  test('a kind that cannot be looked at now stays recorded, with all namespaces', () => {
    const seen = { kinds: ['Thing.x.io'], namespaces: ['bay', 'zoo'] }
    expect(
      planShrunk(taxi, { seen, placed: [deployment], kept: [], unseenKinds: ['Thing.x.io'] }),
    ).toEqual({ kinds: ['Deployment.apps', 'Thing.x.io'], namespaces: ['bay', 'zoo'] })
  })

  const record = { kinds: ['ConfigMap', 'Deployment.apps'], namespaces: ['bay'] }

  test('what is written is what is read', () => {
    const parent = parentOf(taxi, record)
    const live = { ...parent, metadata: { ...parent.metadata, resourceVersion: '7' } }
    expect(parseRecord(taxi, live)).toEqual({ ...record, resourceVersion: '7' })
    expect(noRecord.resourceVersion).toBeNull()
  })

  const parentWith = (annotations: Record<string, string>, labels = {}): KubeObject => ({
    ...parentOf(taxi, record),
    metadata: { ...parentOf(taxi, record).metadata, annotations, labels },
  })
  const own = { 'applyset.kubernetes.io/id': taxi.id }
  const tool = (tooling: string) => ({
    'applyset.kubernetes.io/tooling': tooling,
    'applyset.kubernetes.io/contains-group-kinds': 'ConfigMap',
  })

  test.each([
    [
      'a plain ConfigMap',
      parentWith({}, {}),
      'KUBERNETES_SET_FOREIGN',
      'ConfigMap shop/taxi exists and is no record of an application: it has no annotation applyset.kubernetes.io/tooling',
    ],
    [
      'a set of kubectl',
      parentWith(tool('kubectl/v1.36.3'), own),
      'KUBERNETES_SET_FOREIGN',
      'ConfigMap shop/taxi is kept by "kubectl/v1.36.3"; this is sluice/v1',
    ],
    [
      'a newer Sluice',
      parentWith(tool('sluice/v2'), own),
      'KUBERNETES_SET_FOREIGN',
      'ConfigMap shop/taxi is kept by "sluice/v2"; this is sluice/v1',
    ],
    [
      'no id',
      parentWith(tool('sluice/v1'), {}),
      'KUBERNETES_SET_DAMAGED',
      `record of application taxi (ConfigMap shop/taxi): label applyset.kubernetes.io/id is missing; wanted ${taxi.id}`,
    ],
    [
      'the id of another set',
      parentWith(tool('sluice/v1'), { 'applyset.kubernetes.io/id': 'applyset-x-v1' }),
      'KUBERNETES_SET_DAMAGED',
      `record of application taxi (ConfigMap shop/taxi): label applyset.kubernetes.io/id is "applyset-x-v1"; wanted ${taxi.id}`,
    ],
    [
      'no kinds',
      parentWith({ 'applyset.kubernetes.io/tooling': 'sluice/v1' }, own),
      'KUBERNETES_SET_DAMAGED',
      'record of application taxi (ConfigMap shop/taxi): annotation applyset.kubernetes.io/contains-group-kinds is missing',
    ],
  ])('%s is refused', (_, parent, code, message) => {
    expect(() => parseRecord(taxi, parent)).toThrow(expect.objectContaining({ code, message }))
  })
})
