// What follows from a refused write, by the sentences of a real server (1.36).
import { describe, expect, test } from '@jest/globals'
import type { Refusal } from '@sluice/kubernetes'
import { isImmutable, reactTo, type RefusalFacts } from '../../src/apply/refusals.ts'

const id = { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'shop', name: 'web' }
const facts: RefusalFacts = { id, seconds: 0, fresh: false, autoscaled: false, replace: false }
const refusal = (status: number, message: string, more: Partial<Refusal> = {}): Refusal => ({
  status,
  reason: 'Reason',
  message,
  causes: [],
  request: 'APPLY Deployment shop/web',
  ...more,
})
const conflictOf = (field: string) => ({
  reason: 'FieldManagerConflict',
  field,
  message: 'conflict with "kubectl-edit" using apps/v1',
})
const webhook = refusal(
  500,
  'Internal error occurred: failed calling webhook "a.b": no endpoints available for service "w"',
)
const replicas = refusal(409, '', { causes: [conflictOf('.spec.replicas')] })
const both = refusal(409, '', {
  causes: [conflictOf('.spec.replicas'), conflictOf('.spec.paused')],
})

test.each<[string, Refusal, Partial<RefusalFacts>, string]>([
  ['a race', refusal(409, 'the object has been modified'), {}, 'again'],
  [
    'a race that does not end',
    refusal(409, 'the object has been modified'),
    { seconds: 11 },
    'give-up',
  ],
  ['a conflict', both, {}, 'give-up'],
  ['replicas of an autoscaler', replicas, { autoscaled: true }, 'without-replicas'],
  ['replicas and more', both, { autoscaled: true }, 'give-up'],
  ['replicas without one', replicas, {}, 'give-up'],
  ['a kind that came just now', refusal(404, 'not found'), { fresh: true }, 'again'],
  ['a kind that never comes', refusal(404, 'not found'), { fresh: true, seconds: 11 }, 'give-up'],
  ['a kind that is not there', refusal(404, 'not found'), {}, 'give-up'],
  ['a webhook that is down', webhook, { seconds: 5 }, 'again'],
  ['a webhook that stays down', webhook, { seconds: 21 }, 'give-up'],
  [
    'a webhook that says no',
    refusal(400, 'admission webhook "a.b" denied the request: no'),
    {},
    'give-up',
  ],
  [
    'an account that comes',
    refusal(403, 'pods "a" is forbidden: error looking up service account shop/default: not found'),
    {},
    'again',
  ],
  [
    'a quota that is not counted yet',
    refusal(403, 'status unknown for quota: q, resources: pods'),
    {},
    'again',
  ],
  ['a quota that is used up', refusal(403, 'exceeded quota: q'), {}, 'give-up'],
  ['immutable', refusal(422, 'field is immutable'), {}, 'give-up'],
  ['immutable, to be replaced', refusal(422, 'field is immutable'), { replace: true }, 'replace'],
  [
    'invalid, to be replaced',
    refusal(422, 'spec.replicas: must be 0 or more'),
    { replace: true },
    'give-up',
  ],
])('%s', (_, given, more, kind) => {
  expect(reactTo(given, { ...facts, ...more }).kind).toBe(kind)
})

describe('immutable', () => {
  test.each([
    'Deployment.apps "web" is invalid: spec.selector: Invalid value: {}: field is immutable',
    'StatefulSet.apps "web" is invalid: spec: Forbidden: updates to statefulset spec for fields other than \'replicas\' are forbidden',
    'RoleBinding "r" is invalid: roleRef: Invalid value: {}: cannot change roleRef',
    'PersistentVolumeClaim "d" is invalid: spec: Forbidden: spec is immutable after creation except resources.requests',
    'Pod "p" is invalid: spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`',
    'Service "s" is invalid: spec.clusterIPs[0]: Invalid value: []: may not change once set',
    'StorageClass.storage.k8s.io "s" is invalid: parameters: Forbidden: updates to parameters are forbidden.',
    'ConfigMap "c" is invalid: data: Forbidden: field is immutable when `immutable` is set',
  ])('%s', (message) => {
    expect(isImmutable(refusal(422, message))).toBe(true)
  })
  test('is told by the causes where the message is withheld', () => {
    const cause = {
      reason: 'FieldValueForbidden',
      field: 'data',
      message: 'field is immutable when `immutable` is set',
    }
    expect(isImmutable(refusal(422, 'Invalid data', { causes: [cause] }))).toBe(true)
  })
})

describe('sentences', () => {
  const said = (given: Refusal, more: Partial<RefusalFacts> = {}) =>
    reactTo(given, { ...facts, ...more })

  test('a conflict names fields and owners', () => {
    expect(said(both)).toMatchObject({
      reason: 'Conflict',
      message:
        'others own fields of Deployment shop/web: .spec.replicas (kubectl-edit), .spec.paused (kubectl-edit); take them out of the manifest, or set force-conflicts: true to take them over',
    })
  })
  test('a namespace that is going', () => {
    const cause = { reason: 'NamespaceTerminating', field: 'metadata.namespace', message: '' }
    expect(
      said(refusal(403, 'being terminated', { causes: [cause] }), { fresh: true }),
    ).toMatchObject({
      reason: 'NamespaceTerminating',
    })
  })
  test('an object that keeps data is not offered to be replaced', () => {
    const claim = { ...id, group: '', kind: 'PersistentVolumeClaim' }
    expect(said(refusal(422, 'spec is immutable'), { id: claim })).toMatchObject({
      message: expect.stringMatching(/it is never replaced, because its volume/),
    })
  })
})
