// Empty values: some are no value at all, some change what runs or who may talk to it.
import { expect, test } from '@jest/globals'
import { firstDifference } from '@sluice/kubernetes'

interface Case {
  readonly kind?: string
  readonly apiVersion?: string
  readonly wanted: object
  readonly found: object
  /** Ours, of `spec`. */
  readonly fields: object
}

function compared({ kind = 'Deployment', apiVersion = 'apps/v1', wanted, found, fields }: Case) {
  const object = { apiVersion, kind, metadata: { name: 'web', namespace: 'shop' } }
  const manager = 'sluice'
  const entry = { manager, operation: 'Apply' as const, apiVersion, fieldsV1: { 'f:spec': fields } }
  const metadata = { ...object.metadata, managedFields: [entry] }
  return firstDifference({
    manifest: { ...object, spec: wanted },
    live: { ...object, metadata, spec: found },
    manager,
  })
}

const one = (name: string) => ({ [`f:${name}`]: {} })
const custom = { apiVersion: 'example.org/v1', kind: 'Thing' }
const tolerated = { key: 'gone', operator: 'Exists', effect: 'NoExecute' }
const peer = { podSelector: { matchLabels: { app: 'web' } } }

test.each<[string, Case, string]>([
  [
    'a label without a value in a selector',
    {
      wanted: { nodeSelector: { disk: 'ssd', gpu: '' } },
      found: { nodeSelector: { disk: 'ssd' } },
      fields: one('nodeSelector'),
    },
    'spec.nodeSelector',
  ],
  [
    'a toleration of no second instead of for ever',
    {
      wanted: { tolerations: [{ ...tolerated, tolerationSeconds: 0 }] },
      found: { tolerations: [tolerated] },
      fields: one('tolerations'),
    },
    'spec.tolerations',
  ],
  [
    'every namespace instead of the own one',
    {
      kind: 'NetworkPolicy',
      wanted: { ingress: [{ from: [{ ...peer, namespaceSelector: {} }] }] },
      found: { ingress: [{ from: [peer] }] },
      fields: one('ingress'),
    },
    'spec.ingress',
  ],
  [
    'an empty storage class instead of the default one',
    {
      wanted: { volumeClaimTemplates: [{ spec: { storageClassName: '' } }] },
      found: { volumeClaimTemplates: [{ spec: {} }] },
      fields: one('volumeClaimTemplates'),
    },
    'spec.volumeClaimTemplates',
  ],
  [
    'everything selected instead of nothing',
    { wanted: { a: 1, selector: {} }, found: { a: 1 }, fields: one('a') },
    'spec.selector',
  ],
  [
    'an empty value in a resource of a CRD',
    { ...custom, wanted: { a: 1, on: {} }, found: { a: 1 }, fields: one('a') },
    'spec.on',
  ],
  [
    'no number of our own any more',
    { wanted: { replicas: null }, found: { replicas: 0 }, fields: one('replicas') },
    'spec.replicas',
  ],
  [
    'a key that every JavaScript object seems to have',
    {
      wanted: { selector: { app: 'web' } },
      found: { selector: { app: 'web', constructor: 'x' } },
      fields: one('selector'),
    },
    'spec.selector',
  ],
])('means something: %s', (_, given, path) => {
  expect(compared(given)).toBe(path)
})

test.each<[string, Case]>([
  [
    'no names of resources in a rule',
    {
      wanted: { rules: [{ verbs: ['get'], resourceNames: [] }] },
      found: { rules: [{ verbs: ['get'] }] },
      fields: one('rules'),
    },
  ],
  [
    'the empty group of a service account',
    {
      wanted: { subjects: [{ kind: 'ServiceAccount', name: 'a', apiGroup: '' }] },
      found: { subjects: [{ kind: 'ServiceAccount', name: 'a' }] },
      fields: one('subjects'),
    },
  ],
  [
    'no items in a list of a resource of a CRD',
    { ...custom, wanted: { a: 1, items: [] }, found: { a: 1, items: [] }, fields: one('a') },
  ],
])('means nothing: %s', (_, given) => {
  expect(compared(given)).toBeNull()
})
