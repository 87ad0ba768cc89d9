// What is planned for each object, and in which order.
import { describe, expect, test } from '@jest/globals'
import {
  idOf,
  objectsOf,
  planApply,
  requiredRights,
  type ApplyRules,
  type KubeObject,
  type LiveState,
  type PlacedManifest,
  type Resource,
  type Resources,
} from '@sluice/kubernetes'
import { keyOf } from '@sluice/kubernetes'

const rules: ApplyRules = { force: false, replace: false, takeOver: [] }

const resource = (group: string, version: string, kind: string): Resource => ({
  group,
  version,
  kind,
  plural: `${kind.toLowerCase()}s`,
  namespaced: true,
  verbs: ['list', 'patch'],
  subresources: kind === 'Deployment' ? ['status'] : [],
})
const all = [
  resource('', 'v1', 'ConfigMap'),
  resource('', 'v1', 'Secret'),
  resource('apps', 'v1', 'Deployment'),
  resource('batch', 'v1', 'Job'),
]
const resources: Resources = {
  all,
  find: (group, version, kind) =>
    all.find((one) => one.group === group && one.version === version && one.kind === kind) ?? null,
  preferred: () => null,
}

const placed = (object: object, namespace: string | null = 'shop'): PlacedManifest => ({
  object: object as KubeObject,
  id: idOf(object as KubeObject, namespace),
  source: { file: 'all.yml', lineOf: () => 1 },
  known: true,
})
const named = (apiVersion: string, kind: string, more: object = {}, name = 'web') => ({
  apiVersion,
  kind,
  metadata: { name },
  ...more,
})
const state = (...objects: readonly KubeObject[]): LiveState => ({
  objects: new Map(objects.map((object) => [keyOf(idOf(object, 'shop')), object])),
  unreadable: new Map(),
  autoscaled: new Set(),
  resources,
  notices: [],
})
const live = (object: object, metadata: object = {}): KubeObject => {
  const whole = object as KubeObject
  return { ...whole, metadata: { ...whole.metadata, uid: 'u', resourceVersion: '1', ...metadata } }
}

test('stages: what others need comes first, what guards writes comes last', () => {
  const set = [
    placed(named('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration'), null),
    placed(named('apiregistration.k8s.io/v1', 'APIService'), null),
    placed(named('example.org/v1', 'Widget')),
    placed(named('apps/v1', 'Deployment')),
    placed(named('v1', 'ServiceAccount')),
    placed(named('rbac.authorization.k8s.io/v1', 'ClusterRole'), null),
    placed(named('v1', 'Secret')),
    placed(named('gateway.networking.k8s.io/v1', 'GatewayClass'), null),
    placed(named('scheduling.k8s.io/v1', 'PriorityClass'), null),
    placed(named('example.org/v1', 'WorldClass')),
    placed(named('v1', 'Namespace'), null),
    placed(named('apiextensions.k8s.io/v1', 'CustomResourceDefinition'), null),
  ]
  const plan = planApply(set, state(), rules)
  expect(
    plan.stages.map(({ stage, objects }) => [stage, ...objects.map((one) => one.placed.id.kind)]),
  ).toEqual([
    ['definitions', 'CustomResourceDefinition'],
    ['namespaces', 'Namespace'],
    ['classes', 'GatewayClass', 'PriorityClass'],
    ['foundations', 'ServiceAccount', 'ClusterRole', 'Secret'],
    ['rest', 'Widget', 'Deployment', 'WorldClass'],
    ['gatekeepers', 'ValidatingWebhookConfiguration', 'APIService'],
  ])
})

describe('what is sent', () => {
  const sent = (object: object) => objectsOf(planApply([placed(object)], state(), rules))[0]?.object

  test('is without what the server sets, in its namespace', () => {
    const exported = {
      ...named('apps/v1', 'Deployment', { spec: {}, status: { replicas: 3 } }),
      metadata: {
        name: 'web',
        uid: 'x',
        resourceVersion: '4',
        creationTimestamp: null,
        managedFields: [],
        generation: 2,
        labels: { a: 'b' },
      },
    }
    expect(sent(exported)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop', labels: { a: 'b' } },
      spec: {},
    })
  })

  test('of a Secret has its texts as data, so that they can be taken away again', () => {
    const secret = named('v1', 'Secret', { data: { a: 'YQ==', b: 'Yg==' }, stringData: { b: 'ü' } })
    expect(sent(secret)).toMatchObject({
      data: { a: 'YQ==', b: Buffer.from('ü').toString('base64') },
    })
    expect(sent(secret)).not.toHaveProperty('stringData')
  })

  test('of a Secret with a text that is none is left to the server to refuse', () => {
    expect(sent(named('v1', 'Secret', { stringData: { a: 1 } }))).toMatchObject({
      stringData: { a: 1 },
    })
  })

  test('of a CRD with a status of its own keeps it where it is no subresource', () => {
    expect(sent(named('example.org/v1', 'Widget', { status: { a: 1 } }))).toMatchObject({
      status: { a: 1 },
    })
  })
})

describe('intents', () => {
  const intentOf = (object: object, before: LiveState, more: Partial<ApplyRules> = {}) => {
    const [planned] = objectsOf(planApply([placed(object)], before, { ...rules, ...more }))
    return planned === undefined ? null : [planned.intent, planned.replace, planned.difference]
  }
  const map = named('v1', 'ConfigMap', { data: { a: '1' } })
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { generateName: 'run-' } }
  const asked = { ...map, metadata: { name: 'web', annotations: { 'sluice.dev/replace': 'true' } } }
  const unreadable: LiveState = {
    ...state(),
    unreadable: new Map([
      [
        keyOf(placed(map).id),
        { status: 403, reason: 'Forbidden', message: '', causes: [], request: 'GET' },
      ],
    ]),
  }

  test.each([
    ['new', map, state(), {}, ['create', false, '']],
    ['of nobody', map, state(live(map)), {}, ['configure', false, 'data']],
    ['not to be read', map, unreadable, {}, ['configure', false, '']],
    ['generated', job, state(), {}, ['generate', false, '']],
    ['going', map, state(live(map, { deletionTimestamp: 't' })), {}, ['recreate', false, '']],
    ['replaced by input', map, state(), { replace: true }, ['create', true, '']],
    ['replaced by annotation', asked, state(), {}, ['create', true, '']],
  ])('%s', (_, object, before, more, expected) => {
    expect(intentOf(object, before, more)).toEqual(expected)
  })

  test.each([
    ['PersistentVolumeClaim', 'v1'],
    ['Namespace', 'v1'],
    ['CustomResourceDefinition', 'apiextensions.k8s.io/v1'],
  ])('%s is never replaced', (kind, apiVersion) => {
    const annotated = {
      apiVersion,
      kind,
      metadata: { name: 'web', annotations: { 'sluice.dev/replace': 'true' } },
    }
    expect(intentOf(annotated, state(), { replace: true })).toEqual(['create', false, ''])
  })
})

describe('rights', () => {
  const rightsOf = (
    set: readonly PlacedManifest[],
    before: LiveState,
    more: Partial<ApplyRules> = {},
  ) => requiredRights(planApply(set, before, { ...rules, ...more }), { resources, wait: true })
  const told = (rights: ReturnType<typeof rightsOf>['needed']) =>
    rights.map(({ verb, resource, namespace }) => `${verb} ${resource} ${namespace}`)
  const map = placed(named('v1', 'ConfigMap', { data: {} }))
  const other = placed(named('v1', 'ConfigMap', { data: {} }, 'other'))

  test('are those of the writes, each once', () => {
    expect(told(rightsOf([map, other], state()).needed)).toEqual([
      'create configmaps shop',
      'patch configmaps shop',
    ])
  })
  test('are only patch for what is there', () => {
    const before = state(live(named('v1', 'ConfigMap', { data: { b: '1' } })))
    const changed = placed(named('v1', 'ConfigMap', { data: { a: '1' } }))
    expect(told(rightsOf([changed], before).needed)).toEqual(['patch configmaps shop'])
    expect(told(rightsOf([changed], before, { replace: true }).needed)).toEqual([
      'create configmaps shop',
      'delete configmaps shop',
      'get configmaps shop',
      'patch configmaps shop',
    ])
  })
  test('of the wait are optional', () => {
    const { optional } = rightsOf([placed(named('apps/v1', 'Deployment'))], state())
    expect(told(optional)).toContain('watch deployments shop')
    expect(told(optional)).toContain('get pods/log shop')
  })
})
