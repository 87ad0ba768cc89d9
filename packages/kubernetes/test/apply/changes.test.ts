// Differences as people read them; no value of a Secret among them.
import { describe, expect, test } from '@jest/globals'
import { renderDiff, type KubeObject, type ObjectDiff } from '@sluice/kubernetes'
import { changesBetween } from '../../src/apply/changes.ts'
import { extractFields } from '../../src/apply/extract.ts'
import { unionOf } from '../../src/apply/field-set.ts'
import { planTakeOver } from '../../src/apply/take-over.ts'

const object = (kind: string, more: object, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'web', ...metadata },
  ...more,
})
const lines = (before: KubeObject | null, after: KubeObject | null, hideEnv = false) =>
  changesBetween(before, after, { hideEnv }).map(
    ({ path, before, after }) => `${path}: ${before} > ${after}`,
  )
const container = (env: readonly object[]) =>
  object('Pod', { spec: { containers: [{ name: 'c', env }] } })

test.each<[string, KubeObject | null, KubeObject | null, readonly string[]]>([
  ['nothing', object('Pod', { a: 1 }), object('Pod', { a: 1 }), []],
  [
    'what the server counts',
    object('Pod', {}, { generation: 1, uid: 'a' }),
    object('Pod', {}, { generation: 2, uid: 'b' }),
    [],
  ],
  ['a value', object('Pod', { a: 1 }), object('Pod', { a: 2 }), ['a: 1 > 2']],
  ['a field that goes', object('Pod', { a: { b: 1 } }), object('Pod', {}), ['a.b: 1 > null']],
  ['a list of values', object('Pod', { a: [1, 2] }), object('Pod', { a: [2] }), ['a: [1,2] > [2]']],
  [
    'items by name',
    object('Pod', {
      a: [
        { name: 'x', v: 1 },
        { name: 'y', v: 1 },
      ],
    }),
    object('Pod', { a: [{ name: 'y', v: 2 }] }),
    ['a[name=x].name: "x" > null', 'a[name=x].v: 1 > null', 'a[name=y].v: 1 > 2'],
  ],
  [
    'values of a Secret',
    object('Secret', { data: { a: 'x', b: 'y' } }),
    object('Secret', { data: { a: 'z', c: 'y' } }),
    ['data.a: *** > ***', 'data.b: *** > null', 'data.c: null > ***'],
  ],
  [
    'the copy of a manifest',
    object(
      'Secret',
      {},
      { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'secret' } },
    ),
    object('Secret', {}, { annotations: {} }),
    ['metadata.annotations.kubectl.kubernetes.io/last-applied-configuration: *** > null'],
  ],
])('%s', (_, before, after, expected) => {
  expect(lines(before, after)).toEqual(expected)
})

test('values of the environment can be hidden, their names stay', () => {
  const [before, after] = [
    container([{ name: 'A', value: '1' }]),
    container([{ name: 'A', value: '2' }]),
  ]
  const path = 'spec.containers[name=c].env[name=A].value'
  expect(lines(before, after)).toEqual([`${path}: "1" > "2"`])
  expect(lines(before, after, true)).toEqual([`${path}: *** > ***`])
})

describe('text', () => {
  const diff = (name: string): ObjectDiff => ({
    report: {
      id: { group: '', version: 'v1', kind: 'ConfigMap', namespace: 'shop', name },
      action: 'configured',
      verdict: 'none',
      reason: '',
      message: '',
      seconds: 0,
    },
    changes: [{ path: 'data.a', before: null, after: JSON.stringify('x'.repeat(300)) }],
  })

  test('is capped, by value and as a whole', () => {
    const text = renderDiff([diff('a'), diff('b'), diff('c')], { longest: 600 })
    expect(text.split('\n').map((line) => line.slice(0, 30))).toEqual([
      '~ ConfigMap shop/a configured',
      '    + data.a: "xxxxxxxxxxxxxxx',
      '~ ConfigMap shop/b configured',
      '    + data.a: "xxxxxxxxxxxxxxx',
      '... and 1 more objects',
    ])
    expect(text).toMatch(/x\.\.\. \(302 characters\)/)
  })
})

describe('fields of a live object', () => {
  const live = object('Deployment', {
    spec: {
      replicas: 2,
      list: [
        { name: 'a', v: 1, w: 2 },
        { name: 'b', v: 1 },
      ],
      set: ['x', 'y'],
      whole: { a: 1, b: 2 },
      shared: { ours: 1, theirs: 2 },
    },
    status: { ready: 1 },
  })
  const extracted = (fields: object, others: readonly object[] = []) =>
    extractFields(live, {
      fields: { 'f:spec': fields } as Record<string, unknown>,
      others: others as Record<string, unknown>[],
    })['spec']

  test.each<[string, object, readonly object[], unknown]>([
    ['a value', { 'f:replicas': {} }, [], { replicas: 2 }],
    ['one that is not there', { 'f:paused': {} }, [], {}],
    [
      'an item, with its keys',
      { 'f:list': { 'k:{"name":"a"}': { '.': {}, 'f:v': {} } } },
      [],
      { list: [{ name: 'a', v: 1 }] },
    ],
    ['a member of a set', { 'f:set': { 'v:"y"': {} } }, [], { set: ['y'] }],
    ['a whole value', { 'f:whole': {} }, [], { whole: { a: 1, b: 2 } }],
    [
      'an empty map that others fill',
      { 'f:shared': {} },
      [{ 'f:spec': { 'f:shared': { 'f:theirs': {} } } }],
      { shared: {} },
    ],
  ])('%s', (_, fields, others, expected) => {
    expect(extracted(fields, others)).toEqual(expected)
  })

  test('texts of a Secret come back as data', () => {
    const secret = object('Secret', { data: { a: 'YQ==', b: 'Yg==' } })
    const fields = { 'f:stringData': { 'f:a': {} } }
    expect(extractFields(secret, { fields, others: [] })['data']).toEqual({ a: 'YQ==' })
  })
})

test.each([
  [{ 'f:a': {} }, { 'f:b': {} }, { 'f:a': {}, 'f:b': {} }],
  [{ 'f:a': {} }, { 'f:a': { 'f:b': {} } }, { 'f:a': { '.': {}, 'f:b': {} } }],
  [
    { 'f:a': { '.': {}, 'f:b': {} } },
    { 'f:a': { 'f:c': {} } },
    { 'f:a': { '.': {}, 'f:b': {}, 'f:c': {} } },
  ],
])('the fields of both: %j and %j', (a, b, sum) => {
  expect(unionOf(a, b)).toEqual(sum)
  expect(unionOf(b, a)).toEqual(sum)
})

describe('taking over', () => {
  const annotation = 'f:kubectl.kubernetes.io/last-applied-configuration'
  const entry = (manager: string, operation: string, more: object = {}) => ({
    manager,
    operation,
    apiVersion: 'apps/v1',
    fieldsV1: { 'f:spec': { 'f:replicas': {} } },
    ...more,
  })
  const annotated = { fieldsV1: { 'f:metadata': { 'f:annotations': { [annotation]: {} } } } }
  const taken = (entries: readonly object[], wanted: readonly string[] = []) =>
    planTakeOver(object('Deployment', {}, { managedFields: entries }), wanted)

  test.each<[string, readonly object[], readonly string[], readonly string[] | null]>([
    ['nobody', [], [], null],
    [
      'client-side apply',
      [entry('kubectl-client-side-apply', 'Update')],
      [],
      ['kubectl-client-side-apply'],
    ],
    ['its copy', [entry('kubectl-create', 'Update', annotated)], [], ['kubectl-create']],
    ['an edit', [entry('kubectl-edit', 'Update')], [], null],
    [
      'a controller',
      [entry('kubectl-client-side-apply', 'Update', { subresource: 'status' })],
      [],
      null,
    ],
    ['helm, not asked', [entry('helm', 'Apply')], [], null],
    ['helm, asked', [entry('helm', 'Apply'), entry('helm', 'Update')], ['helm'], ['helm']],
    ['ourselves', [entry('sluice', 'Apply')], ['sluice'], null],
  ])('%s', (_, entries, wanted, expected) => {
    expect(taken(entries, wanted)?.managers ?? null).toEqual(expected)
  })

  test('joins what is ours, and leaves the rest', () => {
    const ours = entry('sluice', 'Apply', { fieldsV1: { 'f:data': {} } })
    const status = entry('kube-controller-manager', 'Update', { subresource: 'status' })
    const plan = taken([ours, entry('kubectl-client-side-apply', 'Update'), status])
    expect(plan?.managedFields).toEqual([
      { ...ours, fieldsV1: { 'f:data': {}, 'f:spec': { 'f:replicas': {} } } },
      status,
    ])
  })
})
