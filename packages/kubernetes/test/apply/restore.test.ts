// The way back deletes only what the run made, and finds what it made wherever that came to stand.
import { expect, test } from '@jest/globals'
import {
  idOf,
  planApply,
  recordBefore,
  restoreBefore,
  type Answer,
  type ApiServer,
  type ApplyOutcome,
  type KubeObject,
  type LiveState,
  type ManagedFields,
  type PlacedManifest,
  type Resources,
} from '@sluice/kubernetes'
import { createFakeClock } from '../../../../test/doubles/clock.ts'

const resources: Resources = { all: [], find: () => null, preferred: () => null }
const object: KubeObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'conf', namespace: 'shop' },
  data: { a: '1' },
}
const placed: PlacedManifest = {
  object,
  id: idOf(object, 'shop'),
  known: true,
  source: { file: 'all.yml', lineOf: () => 1 },
}
const forbidden = {
  status: 403,
  reason: 'Forbidden',
  message: 'no',
  causes: [],
  request: 'GET ConfigMap shop/conf',
}
const ok = <Value>(value: Value): Answer<Value> => ({ ok: true, value })

const entry = (manager: string, operation: ManagedFields['operation']): ManagedFields => ({
  manager,
  operation,
  apiVersion: 'v1',
  fieldsV1: { 'f:data': { 'f:a': {} } },
})

interface Story {
  /** Whether it could be looked for before. */
  readonly readable: boolean
  /** The answer to its write was 201. */
  readonly created: boolean
  readonly managers: readonly ManagedFields[]
}

/** What the way back deleted, and what it told. */
async function undo({ readable, created, managers }: Story) {
  const live: LiveState = {
    objects: new Map(),
    unreadable: new Map(readable ? [] : [['/ConfigMap/shop/conf', forbidden]]),
    autoscaled: new Set(),
    resources,
    notices: [],
  }
  const plan = planApply([placed], live, { force: false, replace: false, takeOver: [] })
  const [planned] = plan.stages.flatMap(({ objects }) => objects)
  if (planned === undefined) throw new Error('nothing was planned')
  const now = { ...object, metadata: { ...object.metadata, uid: 'u1', managedFields: managers } }
  // As after a run that learnt the scope of the kind on its way.
  const settled = { ...planned, placed: { ...placed, id: { ...placed.id } } }
  const outcome: ApplyOutcome = {
    reports: [],
    applied: [{ planned: settled, id: placed.id, object: now, since: 0, changed: true, created }],
    complete: true,
  }
  const deleted: string[] = []
  const api = {
    get: async () => ok(null),
    delete: async (id: { readonly name: string }) => {
      deleted.push(id.name)
      return ok(true)
    },
  } as unknown as ApiServer
  const clock = createFakeClock()
  const restored = await restoreBefore(
    { plan, before: recordBefore(plan), outcome },
    {
      api,
      clock,
      log: { info: () => undefined, notice: () => undefined },
      signal: new AbortController().signal,
      deadline: clock.now() + 10_000,
    },
  )
  return { deleted, told: restored.map(({ report: { action, reason } }) => `${action} ${reason}`) }
}

const ours = entry('sluice', 'Apply')

test.each<[string, Story]>([
  ['the server said so', { readable: true, created: true, managers: [ours] }],
  [
    'the server said so of what may not be read',
    { readable: false, created: true, managers: [ours] },
  ],
  ['the first answer was lost', { readable: true, created: false, managers: [ours] }],
])('what the run made is deleted again: %s', async (_, story) => {
  expect(await undo(story)).toEqual({ deleted: ['conf'], told: ['restored '] })
})

test.each<[string, Story]>([
  ['it may not be read', { readable: false, created: false, managers: [ours] }],
  [
    'somebody made it after the look',
    { readable: true, created: false, managers: [entry('kubectl-create', 'Update'), ours] },
  ],
])('what was there before is never deleted: %s', async (_, story) => {
  expect(await undo(story)).toEqual({ deleted: [], told: ['skipped Kept'] })
})

test('what was deleted to be made anew, and has not gone yet, is made anew as it was', async () => {
  const before = { ...object, metadata: { ...object.metadata, uid: 'u1', managedFields: [ours] } }
  const key = '/ConfigMap/shop/conf'
  const live = { unreadable: new Map(), autoscaled: new Set<string>(), resources, notices: [] }
  const changed = { ...placed, object: { ...object, data: { a: '2' } } }
  const plan = planApply(
    [changed],
    { ...live, objects: new Map([[key, before]]) },
    { force: false, replace: true, takeOver: [] },
  )
  const report = {
    id: placed.id,
    action: 'refused',
    verdict: 'failed',
    reason: 'Terminating',
    message: '',
    seconds: 0,
  } as const
  let reads = 0
  const going = { ...before, metadata: { ...before.metadata, deletionTimestamp: 't' } }
  const sent: unknown[] = []
  const api = {
    // To be found, to be still there, then gone.
    get: async () => ok((reads += 1) < 3 ? going : null),
    apply: async (one: KubeObject) => {
      sent.push(one['data'])
      return ok({ object: one, created: true })
    },
  } as unknown as ApiServer
  const clock = createFakeClock()
  const restored = await restoreBefore(
    {
      plan,
      before: recordBefore(plan),
      outcome: { reports: [report], applied: [], complete: false },
    },
    {
      api,
      clock,
      log: { info: () => undefined, notice: () => undefined },
      signal: new AbortController().signal,
      deadline: clock.now() + 10_000,
    },
  )
  expect(sent).toEqual([{ a: '1' }])
  expect(restored.map(({ report: { action } }) => action)).toEqual(['restored'])
})
