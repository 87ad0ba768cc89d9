// Rights that a run asks for beside those of its writes: to wait, and to undo.
import { describe, expect, test } from '@jest/globals'
import {
  idOf,
  defaultStatusOptions,
  keyOf,
  planApply,
  requiredRights,
  rightsToUndo,
  type KubeObject,
  type Metadata,
  type PlacedManifest,
  type Resource,
  type Resources,
} from '@sluice/kubernetes'

const resource = (group: string, kind: string, plural: string): Resource => ({
  group,
  version: 'v1',
  kind,
  plural,
  namespaced: true,
  verbs: ['list', 'patch'],
  subresources: [],
})
const all = [
  resource('', 'ConfigMap', 'configmaps'),
  resource('', 'PersistentVolumeClaim', 'persistentvolumeclaims'),
  resource('', 'Service', 'services'),
  resource('batch', 'Job', 'jobs'),
  resource('policy', 'PodDisruptionBudget', 'poddisruptionbudgets'),
]
const resources: Resources = {
  all,
  find: (group, _version, kind) =>
    all.find((one) => one.group === group && one.kind === kind) ?? null,
  preferred: () => null,
}

const object = (apiVersion: string, kind: string, metadata: Metadata): KubeObject => ({
  apiVersion,
  kind,
  metadata,
})
const map = object('v1', 'ConfigMap', { name: 'web' })
const claim = object('v1', 'PersistentVolumeClaim', { name: 'web' })
const job = object('batch/v1', 'Job', { generateName: 'once-' })
const widget = object('example.com/v1', 'Widget', { name: 'web' })

const planOf = (wanted: KubeObject, there: readonly KubeObject[]) => {
  const manifest: PlacedManifest = {
    object: wanted,
    id: idOf(wanted, 'shop'),
    source: { file: 'all.yml', lineOf: () => 1 },
    known: true,
  }
  const live = {
    objects: new Map(there.map((one) => [keyOf(idOf(one, 'shop')), one])),
    unreadable: new Map(),
    autoscaled: new Set<string>(),
    resources,
    notices: [],
  }
  return planApply([manifest], live, { force: false, replace: false, takeOver: [] })
}

const budget = object('policy/v1', 'PodDisruptionBudget', { name: 'web' })
const plain = object('v1', 'Service', { name: 'web' })
const balanced = { ...plain, spec: { type: 'LoadBalancer' } }

describe('to wait', () => {
  test.each([
    ['a Job', job, [], false, ['list jobs', 'watch jobs']],
    ['what is ready by its write', map, [], false, []],
    ['a new budget', budget, [], false, []],
    [
      'a budget that its controller must see again',
      budget,
      [{ ...budget, status: { observedGeneration: 1 } }],
      false,
      ['list poddisruptionbudgets', 'watch poddisruptionbudgets'],
    ],
    ['a Service', plain, [], true, []],
    ['a Service until it has an address', balanced, [], true, ['list services', 'watch services']],
  ])('%s', (_, wanted, there, waitLoadBalancer, expected) => {
    const status = { ...defaultStatusOptions, waitLoadBalancer }
    const { optional } = requiredRights(planOf(wanted, there), { resources, wait: true, status })
    const ofPods = /pods|events|replicasets/
    const told = optional.map(({ verb, resource }) => `${verb} ${resource}`)
    expect(told.filter((right) => !ofPods.test(right))).toEqual(expected)
  })
})

test('what goes to an object by its name may be given by its name', () => {
  const { needed } = requiredRights(planOf(map, []), { resources, wait: false })
  expect(needed.map(({ verb, names }) => [verb, names])).toEqual([
    ['create', undefined],
    ['patch', ['web']],
  ])
})

describe('to undo', () => {
  test.each([
    ['what is made must be deleted again', map, [], ['get configmaps', 'delete configmaps']],
    ['so must what has a generated name', job, [], ['get jobs', 'delete jobs']],
    ['what is there is patched back, as it was patched', map, [map], []],
    ['a claim is kept', claim, [], []],
    ['a kind that comes with the set cannot be asked about', widget, [], []],
  ])('%s', (_, wanted, there, expected) => {
    const rights = rightsToUndo(planOf(wanted, there), resources)
    expect(rights.map((right) => `${right.verb} ${right.resource}`)).toEqual(expected)
    expect(rights.every(({ namespace }) => namespace === 'shop')).toBe(true)
  })

  test('what may not be read must be read, because nobody else knows what was there', () => {
    const plan = planOf(map, [])
    const unseen = plan.stages.map((stage) => ({
      ...stage,
      objects: stage.objects.map((one) => ({ ...one, intent: 'configure' as const })),
    }))
    const rights = rightsToUndo({ ...plan, stages: unseen }, resources)
    expect(rights.map(({ verb, names }) => [verb, names])).toEqual([['get', ['web']]])
  })
})
