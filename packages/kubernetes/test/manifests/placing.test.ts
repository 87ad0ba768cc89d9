import { describe, expect, test } from '@jest/globals'
import { placeManifests, renderId, type Placing, type Resource } from '@sluice/kubernetes'
import { manifestsOf } from './sample-manifests.ts'

const resource = (group: string, version: string, kind: string, namespaced = true): Resource => ({
  group,
  version,
  kind,
  plural: `${kind.toLowerCase()}s`,
  namespaced,
  verbs: ['get', 'patch'],
  subresources: [],
})

const all: readonly Resource[] = [
  resource('', 'v1', 'ConfigMap'),
  resource('', 'v1', 'Namespace', false),
  resource('apps', 'v1', 'Deployment'),
  resource('networking.k8s.io', 'v1', 'Ingress'),
  resource('rbac.authorization.k8s.io', 'v1', 'ClusterRole', false),
  resource('autoscaling', 'v1', 'HorizontalPodAutoscaler'),
  resource('autoscaling', 'v2', 'HorizontalPodAutoscaler'),
  resource('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition', false),
  { ...resource('authentication.k8s.io', 'v1', 'TokenReview', false), verbs: ['create'] },
]

const placing = (more: Partial<Placing> = {}): Placing => ({
  resources: {
    all,
    find: (group, version, kind) =>
      all.find((r) => r.group === group && r.version === version && r.kind === kind) ?? null,
    preferred: (group, kind) => all.find((r) => r.group === group && r.kind === kind) ?? null,
  },
  namespace: null,
  contextNamespace: '',
  ...more,
})

async function place(text: string, more: Partial<Placing> = {}) {
  const manifests = await manifestsOf(text)
  const result = placeManifests(manifests, placing(more))
  return {
    before: manifests.map(({ object }) => object),
    objects: result.ok ? result.value.map(({ object }) => object) : [],
    ids: result.ok
      ? result.value.map(({ id, known }) => `${renderId(id)}${known ? '' : ' ?'}`)
      : [],
    problems: result.ok ? [] : result.problems.map(({ where, message }) => `${where}: ${message}`),
  }
}

const object = (apiVersion: string, kind: string, more = ''): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a${more}}\n`

describe('namespace', () => {
  test.each<[string, string, Partial<Placing>, string]>([
    ['the own one first', ', namespace: own', { contextNamespace: 'context' }, 'own'],
    ['the same as the input', ', namespace: input', { namespace: 'input' }, 'input'],
    ['then the input', '', { namespace: 'input', contextNamespace: 'context' }, 'input'],
    ['then the context', '', { contextNamespace: 'context' }, 'context'],
    ['else default', '', {}, 'default'],
    ['an empty one is none', ', namespace: ""', {}, 'default'],
    ['nothing is none', ', namespace: ~', {}, 'default'],
  ])('%s', async (_, own, more, namespace) => {
    const { ids, objects } = await place(object('v1', 'ConfigMap', own), more)
    expect(ids).toEqual([`ConfigMap ${namespace}/a`])
    expect(objects[0]).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace },
    })
  })

  test('what has none by its kind gets none, and loses one', async () => {
    const text = object('rbac.authorization.k8s.io/v1', 'ClusterRole', ', namespace: other')
    const { ids, objects, problems } = await place(text, { namespace: 'input' })
    expect({ ids, problems }).toEqual({ ids: ['ClusterRole a'], problems: [] })
    expect(objects[0]?.metadata).toEqual({ name: 'a' })
  })

  test('another one than the input is refused', async () => {
    const text = object('v1', 'ConfigMap', ', namespace: own')
    expect((await place(text, { namespace: 'input' })).problems).toEqual([
      'a.yml:3: metadata.namespace is own, and the input `namespace` is input; take one of them out, or apply own in a step of its own',
    ])
  })

  test('the manifest that was read stays as it was', async () => {
    const { before } = await place(object('v1', 'ConfigMap'), { namespace: 'input' })
    expect(before[0]?.metadata).toEqual({ name: 'a' })
  })

  test('two that become one are refused', async () => {
    const text = `${object('v1', 'ConfigMap')}---\n${object('v1', 'ConfigMap', ', namespace: shop')}`
    expect((await place(text, { contextNamespace: 'shop' })).problems).toEqual([
      'a.yml:5: ConfigMap shop/a is in the set already, at a.yml:1; wanted each object once',
    ])
  })

  test('generated names never are one', async () => {
    const text = object('v1', 'ConfigMap').replace('name:', 'generateName:')
    expect((await place(`${text}---\n${text}`)).ids).toHaveLength(2)
  })
})

describe('kind', () => {
  test.each<[string, string, string]>([
    ['v1', 'Deployment', 'the server knows no Deployment in v1; it has apps/v1: change apiVersion'],
    [
      'extensions/v1beta1',
      'Ingress',
      'the server knows no Ingress in extensions/v1beta1; it has networking.k8s.io/v1: change apiVersion',
    ],
    [
      'autoscaling/v2beta2',
      'HorizontalPodAutoscaler',
      'the server knows no HorizontalPodAutoscaler in autoscaling/v2beta2; it has autoscaling/v1 and autoscaling/v2: change apiVersion',
    ],
    [
      'apps/v1',
      'Deploymnet',
      'the server knows no Deploymnet in apps/v1; did you mean Deployment in apps/v1?',
    ],
    [
      'example.com/v1',
      'Whatsit',
      'the server knows no Whatsit in example.com/v1; if a CustomResourceDefinition brings it, install that first or put it into the set',
    ],
    [
      'authentication.k8s.io/v1',
      'TokenReview',
      'TokenReview cannot be applied: the server keeps no objects of this kind',
    ],
  ])('%s %s', async (apiVersion, kind, message) => {
    expect((await place(object(apiVersion, kind))).problems).toEqual([`a.yml:1: ${message}`])
  })

  const crd = (scope: string): string => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: ${scope}
  names: {kind: Thing, plural: things}
  versions:
  - {name: v1, served: true, storage: true}
  - {name: v0, served: false, storage: false}
`
  test('of a CRD in the set: placed by its scope, not known yet, in any order', async () => {
    const thing = object('example.com/v1', 'Thing')
    expect((await place(`${thing}---\n${crd('Namespaced')}`)).ids).toEqual([
      'Thing.example.com default/a ?',
      'CustomResourceDefinition things.example.com',
    ])
    expect((await place(`${thing}---\n${crd('Cluster')}`)).ids[0]).toBe('Thing.example.com a ?')
  })

  test('a version that the CRD does not serve is unknown', async () => {
    const text = `${crd('Namespaced')}---\n${object('example.com/v0', 'Thing')}`
    expect((await place(text)).problems).toEqual([
      expect.stringContaining('the server knows no Thing in example.com/v0'),
    ])
  })

  test('all problems at once', async () => {
    const text = [
      object('v1', 'Deployment'),
      object('v1', 'ConfigMap', ', namespace: own'),
      object('v1', 'Namespace'),
    ].join('---\n')
    expect((await place(text, { namespace: 'input' })).problems).toHaveLength(2)
  })
})
