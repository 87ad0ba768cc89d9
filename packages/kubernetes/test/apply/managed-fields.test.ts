// Values that a server keeps in another form, and everything that must not pass for the same.
import { describe, expect, test } from '@jest/globals'
import { firstDifference, holds, type KubeObject } from '@sluice/kubernetes'

interface Case {
  readonly kind?: string
  readonly apiVersion?: string
  readonly wanted: object
  readonly found: object
  /** Of `spec`. */
  readonly fields: object
  readonly others?: object
}

function compared({ kind = 'Deployment', apiVersion = 'apps/v1', ...rest }: Case) {
  const { wanted, found, fields, others } = rest
  const object = { apiVersion, kind, metadata: { name: 'web', namespace: 'shop' } }
  const manager = 'sluice'
  const entry = { manager, operation: 'Apply' as const, apiVersion, fieldsV1: { 'f:spec': fields } }
  const other = { manager: 'kubectl-edit', operation: 'Update' as const, apiVersion }
  const managedFields = [
    entry,
    ...(others === undefined ? [] : [{ ...other, fieldsV1: { 'f:spec': others } }]),
  ]
  const live = { ...object, metadata: { ...object.metadata, managedFields }, spec: found }
  return firstDifference({ manifest: { ...object, spec: wanted }, live, manager })
}

const one = (name: string) => ({ [`f:${name}`]: {} })
const resources = { 'f:resources': { 'f:limits': { 'f:cpu': {} } } }
const limited = (cpu: unknown) => ({ resources: { limits: { cpu } } })

test.each<[string, Case]>([
  ['1000m is 1', { wanted: limited('1000m'), found: limited('1'), fields: resources }],
  ['0.5 is 500m', { wanted: limited(0.5), found: limited('500m'), fields: resources }],
  ['1024Mi is 1Gi', { wanted: limited('1024Mi'), found: limited('1Gi'), fields: resources }],
  ['1000 is 1k', { wanted: limited('1000'), found: limited('1k'), fields: resources }],
  ['0.5Gi is 512Mi', { wanted: limited('0.5Gi'), found: limited('512Mi'), fields: resources }],
  ['"" is left out', { wanted: { a: '' }, found: {}, fields: one('a') }],
  ['false is left out', { wanted: { a: false }, found: {}, fields: one('a') }],
  ['[] is left out', { wanted: { a: [] }, found: {}, fields: one('a') }],
  ['null is nothing', { wanted: { a: null }, found: {}, fields: one('a') }],
  ['null is an empty text', { wanted: { a: null }, found: { a: '' }, fields: one('a') }],
  ['no items own nothing', { wanted: { a: [], b: 1 }, found: { b: 1 }, fields: one('b') }],
  [
    'an empty strategy leaves the defaults',
    {
      wanted: { strategy: {} },
      found: { strategy: { type: 'RollingUpdate' } },
      fields: one('strategy'),
    },
  ],
  [
    'a default inside of a whole value',
    {
      wanted: { fieldRef: { fieldPath: 'metadata.name' } },
      found: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } },
      fields: one('fieldRef'),
    },
  ],
  [
    'the protocol of a port is a key with a default',
    {
      wanted: { ports: [{ containerPort: 80 }] },
      found: { ports: [{ containerPort: 80, protocol: 'TCP' }] },
      fields: {
        'f:ports': {
          'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
        },
      },
    },
  ],
])('holds: %s', (_, given) => {
  expect(compared(given)).toBeNull()
})

test.each<[string, Case, string]>([
  [
    'another amount',
    { wanted: limited('2'), found: limited('1'), fields: resources },
    'spec.resources.limits.cpu',
  ],
  [
    'another family of suffixes',
    { wanted: limited('1024'), found: limited('1Ki'), fields: resources },
    'spec.resources.limits.cpu',
  ],
  [
    'an amount where none stands',
    { wanted: { data: '1000m' }, found: { data: '1' }, fields: one('data') },
    'spec.data',
  ],
  [
    'an amount in a kind of a CRD',
    {
      apiVersion: 'example.org/v1',
      wanted: limited('1000m'),
      found: limited('1'),
      fields: resources,
    },
    'spec.resources.limits.cpu',
  ],
  ['a value that is gone', { wanted: { a: 'x' }, found: {}, fields: one('a') }, 'spec.a'],
  ['80 and "80"', { wanted: { a: 80 }, found: { a: '80' }, fields: one('a') }, 'spec.a'],
  [
    'a number beyond what can be compared',
    { wanted: { a: 2 ** 53 + 2 }, found: { a: 2 ** 53 + 2 }, fields: one('a') },
    'spec.a',
  ],
  [
    'a field that is not ours',
    { wanted: { a: 1, b: 1 }, found: { a: 1, b: 1 }, fields: one('b') },
    'spec.a',
  ],
  ['a field of ours that left', { wanted: {}, found: { a: 1 }, fields: one('a') }, 'spec.a'],
  [
    'more in a whole value than a known default',
    { wanted: { w: { a: 1 } }, found: { w: { a: 1, b: 2 } }, fields: one('w') },
    'spec.w',
  ],
  [
    'an empty whole value over entries',
    { wanted: { w: {} }, found: { w: { a: 1 } }, fields: one('w') },
    'spec.w',
  ],
  [
    'entries of others in a map that was empty',
    {
      wanted: { w: { a: 1 } },
      found: { w: { a: 1 } },
      fields: one('w'),
      others: { 'f:w': one('a') },
    },
    'spec.w',
  ],
  [
    'an item that nobody can tell from another',
    {
      wanted: { ports: [{ port: 53 }, { port: 53, protocol: 'UDP' }] },
      found: {
        ports: [
          { port: 53, protocol: 'TCP' },
          { port: 53, protocol: 'UDP' },
        ],
      },
      fields: {
        'f:ports': {
          'k:{"port":53,"protocol":"TCP"}': { '.': {}, 'f:port': {} },
          'k:{"port":53,"protocol":"UDP"}': { '.': {}, 'f:port': {}, 'f:protocol': {} },
        },
      },
    },
    'spec.ports',
  ],
  [
    'a node of a kind that is not known',
    { wanted: { a: [1] }, found: { a: [1] }, fields: { 'f:a': { 'i:0': {} } } },
    'spec.a',
  ],
  [
    'a map where a text was',
    { wanted: { a: { b: 1 } }, found: { a: 'x' }, fields: { 'f:a': one('b') } },
    'spec.a',
  ],
])('is written: %s', (_, given, path) => {
  expect(compared(given)).toBe(path)
})

describe('the entry', () => {
  const manifest: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'conf', namespace: 'shop' },
    data: { a: '1' },
  }
  const entry = {
    manager: 'sluice',
    operation: 'Apply',
    apiVersion: 'v1',
    fieldsV1: { 'f:data': { 'f:a': {} } },
  } as const
  const liveWith = (entries: readonly object[]): KubeObject => ({
    ...manifest,
    metadata: {
      ...manifest.metadata,
      managedFields: entries as KubeObject['metadata']['managedFields'] & object,
    },
  })

  test.each([
    ['ours', [entry], true],
    ['none', [], false],
    ['of an update', [{ ...entry, operation: 'Update' }], false],
    ['of the status', [{ ...entry, subresource: 'status' }], false],
    ['of another version', [{ ...entry, apiVersion: 'v2' }], false],
    ['of another manager', [{ ...entry, manager: 'helm' }], false],
  ])('%s', (_, entries, same) => {
    expect(holds({ manifest, live: liveWith(entries), manager: 'sluice' })).toBe(same)
  })

  test('a manifest that is only a name needs none', () => {
    const { data: _data, ...bare } = manifest
    expect(holds({ manifest: bare, live: bare, manager: 'sluice' })).toBe(true)
  })
})
