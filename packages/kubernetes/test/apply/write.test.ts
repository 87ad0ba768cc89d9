// Writes whose way is long: objects that go slowly, versions that race, servers that say nothing.
import { describe, expect, test } from '@jest/globals'
import { SluiceError } from '@sluice/rollout'
import {
  applyPlan,
  idOf,
  planApply,
  type Answer,
  type ApiServer,
  type Applied,
  type ApplyRules,
  type KubeObject,
  type LiveState,
  type Refusal,
  type Resources,
} from '@sluice/kubernetes'
import { createFakeClock } from '../../../../test/doubles/clock.ts'

const resources: Resources = {
  all: [],
  find: (group, version, kind) => ({
    group,
    version,
    kind,
    plural: `${kind.toLowerCase()}s`,
    namespaced: true,
    verbs: [],
    subresources: [],
  }),
  preferred: () => null,
}
const map = (name: string, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop', ...metadata },
  data: { a: '1' },
})
const refusal = (status: number, message: string): Refusal => ({
  status,
  reason: 'Conflict',
  message,
  causes: [],
  request: 'PATCH',
})
const ok = <Value>(value: Value): Answer<Value> => ({ ok: true, value })

/** Only what these tests send; everything else would be a fault of the test. */
type Verbs = Partial<Pick<ApiServer, 'apply' | 'get' | 'patch' | 'delete'>>
const rules: ApplyRules = { force: false, replace: false, takeOver: [] }

function plan(live: readonly KubeObject[], wanted: readonly KubeObject[] = live) {
  const placed = wanted.map((object) => ({
    object: map(object.metadata.name ?? ''),
    id: idOf(object, 'shop'),
    known: true,
    source: { file: 'all.yml', lineOf: () => 1 },
  }))
  const state: LiveState = {
    objects: new Map(live.map((object) => [`/ConfigMap/shop/${object.metadata.name}`, object])),
    unreadable: new Map(),
    autoscaled: new Set(),
    resources,
    notices: [],
  }
  return planApply(placed, state, rules)
}

async function run(
  planned: ReturnType<typeof plan>,
  verbs: Verbs,
  controller = new AbortController(),
) {
  const clock = createFakeClock()
  const api = { resources: async () => resources, namespace: 'shop', ...verbs } as ApiServer
  const outcome = await applyPlan(planned, {
    api,
    clock,
    log: { info: () => undefined, notice: () => undefined },
    signal: controller.signal,
    deadline: clock.now() + 10_000,
    waitForStage: async () => [],
  })
  return {
    clock,
    outcome,
    told: outcome.reports.map(({ action, reason }) => `${action} ${reason}`.trim()),
  }
}

const applied = async (object: KubeObject): Promise<Answer<Applied>> =>
  ok({
    object: { ...object, metadata: { ...object.metadata, resourceVersion: '2' } },
    created: true,
  })

describe('an object that is going', () => {
  const going = map('held', { uid: 'old', deletionTimestamp: 't', finalizers: ['example.org/x'] })

  test('is awaited until the deadline, then told with what holds it', async () => {
    const { outcome } = await run(plan([going]), { get: async () => ok(going), apply: applied })
    expect(outcome.reports[0]).toMatchObject({
      action: 'refused',
      reason: 'Terminating',
      message:
        'ConfigMap shop/held is being deleted and was still there when the time was up, held by finalizers example.org/x; run again to make it anew',
    })
  })

  test('is made anew when another one took its name', async () => {
    const next = map('held', { uid: 'new' })
    const { told } = await run(plan([going]), { get: async () => ok(next), apply: applied })
    expect(told).toEqual(['created'])
  })
})

describe('taking over', () => {
  const old = (resourceVersion: string) =>
    map('conf', {
      uid: 'u',
      resourceVersion,
      managedFields: [
        {
          manager: 'kubectl-client-side-apply',
          operation: 'Update',
          apiVersion: 'v1',
          fieldsV1: { 'f:data': { 'f:a': {} } },
        },
      ],
    })

  test('looks again when the object changed meanwhile, and names the version it saw', async () => {
    const versions: unknown[] = []
    const { told } = await run(plan([old('1')]), {
      patch: async (_, patch) => {
        const [first] = patch as readonly { value: unknown }[]
        versions.push(first?.value)
        return versions.length < 3 ? { ok: false, refusal: refusal(409, 'modified') } : ok(old('9'))
      },
      get: async () => ok(old(`${versions.length + 1}`)),
      apply: async (object) => {
        const answer = await applied(object)
        return answer.ok ? ok({ ...answer.value, created: false }) : answer
      },
    })
    expect([versions, told]).toEqual([['1', '2', '3'], ['configured']])
  })

  test('ends when it never gets a turn', async () => {
    const { told } = await run(plan([old('1')]), {
      patch: async () => ({ ok: false, refusal: refusal(409, 'modified') }),
      get: async () => ok(old('2')),
      apply: applied,
    })
    expect(told).toEqual(['refused Conflict'])
  })
})

describe('no answer at all', () => {
  const lost = new SluiceError({
    code: 'HTTP_NO_ANSWER',
    fault: 'platform',
    message: 'm',
    hint: 'h',
  })
  const wanted = [map('a'), map('b'), map('c')]
  const apply = async (object: KubeObject) => {
    if (object.metadata.name === 'b') throw lost
    return applied(object)
  }

  test('is told of its object; the others are written', async () => {
    const { told, outcome } = await run(plan([], wanted), { apply })
    expect(told).toEqual(['created', 'refused HTTP_NO_ANSWER', 'created'])
    expect(outcome.complete).toBe(false)
  })

  test('of a cancelled run ends it', async () => {
    const controller = new AbortController()
    controller.abort()
    await expect(run(plan([], wanted), { apply }, controller)).rejects.toBe(lost)
  })
})
