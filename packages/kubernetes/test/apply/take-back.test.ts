// A mode that was killed between its change and its hand-back must not stop the next apply; anybody
// else must.
import { expect, test } from '@jest/globals'
import {
  applyPlan,
  idOf,
  planApply,
  type ApiServer,
  type KubeObject,
  type LiveState,
  type Resources,
} from '@sluice/kubernetes'
import { createFakeClock } from '../../../../test/doubles/clock.ts'

const resources: Resources = { all: [], find: () => null, preferred: () => null }
const wanted: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { replicas: 3 },
}

const conflict = (manager: string) => ({
  reason: 'FieldManagerConflict',
  field: '.spec.replicas',
  message: `conflict with ${JSON.stringify(manager)} with subresource "scale" using apps/v1`,
})
const refused = (causes: readonly object[]) => ({
  ok: false,
  refusal: { status: 409, reason: 'Conflict', message: 'conflict', causes, request: 'APPLY' },
})

/**
 * `managers`: who owns the field. `busy`: before this apply somebody writes the object.
 * Answers with what was sent (`version`, `force`) and what was told.
 */
async function apply(managers: readonly string[], { busy = 0, readable = true } = {}) {
  const sent: string[] = []
  let version = 7
  let requests = 0
  const live = () => ({
    ...wanted,
    metadata: { ...wanted.metadata, resourceVersion: `${version}` },
  })
  const moved = (object: KubeObject) => ({
    ...object,
    metadata: { ...object.metadata, resourceVersion: 'new' },
  })
  const tick = () => {
    requests += 1
    if (requests === busy) version += 1
  }
  const api = {
    namespace: 'shop',
    resources: async () => resources,
    get: async () => (readable ? { ok: true, value: live() } : refused([])),
    apply: async (object: KubeObject, { force }: { readonly force: boolean }) => {
      tick()
      const asked = object.metadata.resourceVersion
      sent.push(`${asked ?? 'any'}${force ? ' force' : ''}`)
      if (!force) return refused(managers.map(conflict))
      return asked === `${version}`
        ? { ok: true, value: { object: moved(object), created: false } }
        : refused([])
    },
  } as unknown as ApiServer
  const state: LiveState = {
    objects: new Map([['apps/Deployment/shop/web', live()]]),
    unreadable: new Map(),
    autoscaled: new Set(),
    resources,
    notices: [],
  }
  const placed = {
    object: wanted,
    id: idOf(wanted, 'shop'),
    known: true,
    source: { file: 'all.yml', lineOf: () => 1 },
  }
  const clock = createFakeClock()
  const { reports } = await applyPlan(
    planApply([placed], state, { force: false, replace: false, takeOver: [] }),
    {
      api,
      clock,
      log: { info: () => undefined, notice: () => undefined },
      signal: new AbortController().signal,
      deadline: clock.now() + 60_000,
      waitForStage: async () => [],
    },
  )
  return { sent, told: reports.map(({ action, reason }) => `${action} ${reason}`.trim()) }
}

test.each([['sluice-scale'], ['sluice-pause'], ['sluice-undo'], ['sluice-restart']])(
  'what %s left is taken back, at the version at which nobody else was in the way',
  async (manager) => {
    expect(await apply([manager])).toEqual({
      sent: ['any', '7', '7 force'],
      told: ['configured'],
    })
  },
)

test('a version that moved on begins it anew', async () => {
  const { sent, told } = await apply(['sluice-scale'], { busy: 3 })
  expect(sent.slice(0, 3)).toEqual(['any', '7', '7 force'])
  expect(sent.at(-1)).toBe('8 force')
  expect(told).toEqual(['configured'])
})

test.each([
  ['sluice-applyset'],
  ['sluice-traffic'],
  ['sluice-scaler'],
  ['sluice-scale" using'],
  ['kubectl-edit'],
])('%s is not a mode: nothing is forced', async (manager) => {
  expect(await apply(['sluice-scale', manager])).toEqual({
    sent: ['any'],
    told: ['refused Conflict'],
  })
})

test('what may not be read cannot be taken back', async () => {
  const { sent, told } = await apply(['sluice-scale'], { readable: false })
  expect(sent).toEqual(['any'])
  expect(told).toEqual(['refused Conflict'])
})
