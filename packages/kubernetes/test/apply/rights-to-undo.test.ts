// What `on-failure: undo` must be allowed to do, asked before the first write.
import { expect, test } from '@jest/globals'
import {
  idOf,
  keyOf,
  planApply,
  rightsToUndo,
  type KubeObject,
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
  resource('batch', 'Job', 'jobs'),
]
const resources: Resources = {
  all,
  find: (group, _version, kind) =>
    all.find((one) => one.group === group && one.kind === kind) ?? null,
  preferred: () => null,
}

const object = (apiVersion: string, kind: string, metadata: object): KubeObject => ({
  apiVersion,
  kind,
  metadata,
})
const map = object('v1', 'ConfigMap', { name: 'web' })
const claim = object('v1', 'PersistentVolumeClaim', { name: 'web' })
const job = object('batch/v1', 'Job', { generateName: 'once-' })
const widget = object('example.com/v1', 'Widget', { name: 'web' })

test.each([
  ['what is made must be deleted again', map, [], ['get configmaps', 'delete configmaps']],
  ['so must what has a generated name', job, [], ['get jobs', 'delete jobs']],
  ['what is there is patched back, as it was patched', map, [map], []],
  ['a claim is kept', claim, [], []],
  ['a kind that comes with the set cannot be asked about', widget, [], []],
])('%s', (_, wanted, there, expected) => {
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
  const plan = planApply([manifest], live, { force: false, replace: false, takeOver: [] })
  const rights = rightsToUndo(plan, resources)
  expect(rights.map((right) => `${right.verb} ${right.resource}`)).toEqual(expected)
  expect(rights.every(({ namespace }) => namespace === 'shop')).toBe(true)
})
