// Making an object anew: nothing is deleted that would not come back.
import { describe, expect, test } from '@jest/globals'
import { SluiceError } from '@sluice/rollout'
import {
  applyPlan,
  idOf,
  planApply,
  type Answer,
  type ApiServer,
  type KubeObject,
  type LiveState,
  type Refusal,
  type Resources,
} from '@sluice/kubernetes'
import { createFakeClock } from '../../../../test/doubles/clock.ts'

const resources: Resources = { all: [], find: () => null, preferred: () => null }

const refusal = (status: number, message: string): Refusal => ({
  status,
  reason: status === 422 ? 'Invalid' : 'Forbidden',
  message,
  causes: [],
  request: 'APPLY',
})
const ok = <Value>(value: Value): Answer<Value> => ({ ok: true, value })
const no = (status: number, message: string): Answer<never> => ({
  ok: false,
  refusal: refusal(status, message),
})

const object = (spec: object, kind = 'Deployment'): KubeObject => ({
  apiVersion: kind === 'Service' ? 'v1' : 'apps/v1',
  kind,
  metadata: { name: 'web', namespace: 'shop' },
  spec,
})

interface Server {
  /** The answer to a new object as a dry run. */
  readonly trial?: Answer<KubeObject>
  /** Answers to writes once the old one is gone; then it is made. */
  readonly afterwards?: readonly (Answer<never> | SluiceError)[]
  /** Answers to reads while it goes; then it is gone. */
  readonly going?: readonly (Answer<never> | SluiceError)[]
}

const give = async (told: Answer<never> | SluiceError): Promise<Answer<never>> => {
  if (told instanceof SluiceError) throw told
  return told
}

/** One immutable object: what was sent, and what was told. */
async function replace(live: KubeObject, wanted: KubeObject, server: Server = {}) {
  const sent: string[] = []
  const trials: KubeObject[] = []
  const afterwards = [...(server.afterwards ?? [])]
  const going = [...(server.going ?? [])]
  let gone = false
  const held = { ...live, metadata: { ...live.metadata, uid: 'u1', resourceVersion: '1' } }
  const api = {
    namespace: 'shop',
    resources: async () => resources,
    get: async () => {
      if (!gone) return ok(held)
      const told = going.shift()
      return told === undefined ? ok(null) : give(told)
    },
    create: async (one: KubeObject, { dryRun }: { readonly dryRun?: boolean }) => {
      sent.push(dryRun === true ? 'try' : 'create')
      trials.push(one)
      return server.trial ?? ok(one)
    },
    delete: async () => {
      sent.push('delete')
      gone = true
      return ok(true)
    },
    apply: async (one: KubeObject) => {
      sent.push('apply')
      if (!gone) return no(422, 'spec.selector: Invalid value: field is immutable')
      const told = afterwards.shift()
      return told === undefined ? ok({ object: one, created: true }) : give(told)
    },
  } as unknown as ApiServer
  const id = idOf(wanted, 'shop')
  const state: LiveState = {
    objects: new Map([[`${id.group}/${id.kind}/shop/web`, held]]),
    unreadable: new Map(),
    autoscaled: new Set(),
    resources,
    notices: [],
  }
  const placed = {
    object: wanted,
    id,
    known: true,
    source: { file: 'all.yml', lineOf: () => 1 },
  }
  const plan = planApply([placed], state, { force: false, replace: true, takeOver: [] })
  const clock = createFakeClock()
  const { reports } = await applyPlan(plan, {
    api,
    clock,
    log: { info: () => undefined, notice: () => undefined },
    signal: new AbortController().signal,
    deadline: clock.now() + 60_000,
    waitForStage: async () => [],
  })
  const told = reports.map(({ action, reason, message }) => ({ action, reason, message }))[0]
  return { sent, trials, told }
}

const old = object({ selector: { a: '1' } })
const fresh = object({ selector: { a: '2' } })

describe('the new object is tried before the old one goes', () => {
  test('under a name that is free', async () => {
    const { sent, trials, told } = await replace(old, fresh)
    expect(sent).toEqual(['apply', 'try', 'delete', 'apply'])
    expect(trials[0]?.metadata).toEqual({ generateName: 'web-', namespace: 'shop' })
    expect(told?.action).toBe('replaced')
  })

  test('a policy would refuse it: nothing is deleted', async () => {
    const { sent, told } = await replace(old, fresh, {
      trial: no(422, 'denied: images must be immutable: use a digest'),
    })
    expect(sent).toEqual(['apply', 'try'])
    expect(told).toEqual({
      action: 'refused',
      reason: 'Invalid',
      message:
        'Deployment shop/web cannot be changed in place, and is not deleted to be made anew, because the new one would be refused too: denied: images must be immutable: use a digest',
    })
  })

  test('what the old one holds is no reason: addresses of a Service', async () => {
    const ports = [{ name: 'http', port: 80, nodePort: 30080 }]
    const wanted = object({ clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9'], ports }, 'Service')
    const { trials, told } = await replace(object({ ports }, 'Service'), wanted)
    expect(trials[0]?.['spec']).toEqual({ ports: [{ name: 'http', port: 80 }] })
    expect(told?.action).toBe('replaced')
  })

  test.each([
    ['counts objects', 'count/deployments.apps=1', 'replaced'],
    ['counts what they use', 'requests.cpu=1', 'refused'],
  ])('a quota that %s', async (_, requested, action) => {
    const message = `deployments.apps "web-x" is forbidden: exceeded quota: q, requested: ${requested}, used: x=9, limited: x=9`
    const { told } = await replace(old, fresh, { trial: no(403, message) })
    expect(told?.action).toBe(action)
  })
})

const whenDeleted = (policy: string) => ({
  volumeClaimTemplates: [{ metadata: { name: 'data' } }],
  persistentVolumeClaimRetentionPolicy: { whenDeleted: policy },
})

test('a StatefulSet that takes its claims along is not deleted', async () => {
  const { sent, told } = await replace(
    object(whenDeleted('Delete'), 'StatefulSet'),
    object(whenDeleted('Retain'), 'StatefulSet'),
  )
  expect(sent).toEqual(['apply'])
  expect(told).toEqual({
    action: 'refused',
    reason: 'Immutable',
    message:
      'StatefulSet shop/web cannot be changed in place, and is not deleted to be made anew, because its volume claims, because of whenDeleted: Delete, would go with it',
  })
})

test('one that leaves its claims is', async () => {
  const { told } = await replace(
    object(whenDeleted('Retain'), 'StatefulSet'),
    object({ ...whenDeleted('Retain'), serviceName: 'x' }, 'StatefulSet'),
  )
  expect(told?.action).toBe('replaced')
})

const lost = new SluiceError({
  code: 'HTTP_NO_ANSWER',
  fault: 'platform',
  message: 'no answer',
  hint: '',
})

test.each<[string, Server]>([
  ['while it goes', { going: [no(500, 'etcd is busy'), lost] }],
  ['when it is made', { afterwards: [no(503, 'busy'), lost, no(429, 'slow down')] }],
  ['a quota still counts the old one', { afterwards: [no(403, 'exceeded quota: q')] }],
])('after the delete a trouble that passes is waited for: %s', async (_, server) => {
  const { told } = await replace(old, fresh, server)
  expect(told?.action).toBe('replaced')
})
