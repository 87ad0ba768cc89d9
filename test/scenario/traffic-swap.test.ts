// The built traffic-swap: every mode, the documents between jobs, and what it refuses.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Snapshot } from '@sluice/twin'
import { auditSteps } from './rig/audit.ts'
import { failureOf, type Texts } from './rig/step.ts'
import { trafficWrites, writesIn } from './rig/wire.ts'
import { AZURE, ENDPOINT, prepare, World, type Papers } from './rig/world.ts'

const STEPS = { steps: '10,50,100', 'bake-seconds': '60' }
const CANARY = [{ blue: 90, green: 10 }, { blue: 50, green: 50 }, { green: 100 }]

jest.setTimeout(60_000)

let world: World
let papers: Papers & Texts
let start: Snapshot

/** Version 1 serves from blue, deployed by hand; version 2 is tested in green. */
beforeAll(async () => {
  world = await World.open({ liveBefore: true })
  world.train('2')
  papers = await prepare(world, '2')
  start = await world.snapshot()
})
afterAll(() => world.close())
beforeEach(() => world.restore(start))

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const weights = (exchanges: Parameters<typeof trafficWrites>[0]) =>
  trafficWrites(exchanges).map(({ traffic }) =>
    Object.fromEntries(Object.entries(traffic).filter(([, weight]) => weight > 0)),
  )
/** What a person at the portal sets. */
function setTraffic(traffic: Readonly<Record<string, number>>): void {
  const { endpoint } = world
  endpoint.body = {
    ...endpoint.body,
    properties: { ...(endpoint.body['properties'] as object), traffic: { ...traffic } },
  }
}
const tags = (): Texts => world.endpoint.body['tags'] as Texts

async function plan(inputs: Texts = {}): Promise<Texts & { 'plan-digest': string }> {
  const step = await world.swap({ mode: 'plan', ...papers, ...STEPS, ...inputs })
  expect(step.exitCode).toBe(0)
  return { 'plan-file': world.document('plan'), 'plan-digest': step.outputs['plan-digest'] ?? '' }
}

describe('plan', () => {
  test('writes plan.json and no traffic', async () => {
    const step = await world.swap({ mode: 'plan', ...papers, ...STEPS })
    expect(step.exitCode).toBe(0)
    expect(writesIn(step.exchanges)).toEqual([])
    expect(step.headings).toEqual([`## traffic-swap: ${ENDPOINT} paused`])
    const text = world.document('plan')
    expect(step.outputs).toMatchObject({
      outcome: 'paused',
      changed: 'false',
      'traffic-before': 'blue=100',
      traffic: 'blue=100',
      'plan-digest': sha256(text),
    })
    const document = JSON.parse(text) as { schema: string; steps: { weights: object }[] }
    expect(document.schema).toBe('sluice/plan/v1')
    expect(document.steps.map((one) => one.weights)).toEqual(CANARY)
    expect(step.summary).toContain('60 s')
  })

  test('the same again makes the same plan', async () => {
    const [one, other] = [await plan(), await plan()]
    expect(other).toEqual(one)
  })
})

describe('apply', () => {
  test('follows the plan that was handed over, step by step', async () => {
    const planned = await plan()
    const step = await world.swap({ ...papers, ...planned })
    expect(step.exitCode).toBe(0)
    expect(weights(step.exchanges)).toEqual(CANARY)
    expect(step.headings).toEqual([`## traffic-swap: ${ENDPOINT} promoted`])
    expect(step.outputs).toMatchObject({
      outcome: 'promoted',
      changed: 'true',
      'traffic-before': 'blue=100',
      traffic: 'green=100',
      'plan-digest': planned['plan-digest'],
    })
    expect(step.summary).toMatch(/\| before \| blue\\?=100 \|\n\| after \| green\\?=100 \|/)
    expect(world.traffic).toEqual({ blue: 0, green: 100 })

    const again = await world.swap({ ...papers, ...planned })
    expect(again.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' })
    expect(writesIn(again.exchanges)).toEqual([])
  })

  test.each<[string, (planned: Texts) => Texts, string]>([
    [
      'a plan that was changed',
      ({ 'plan-file': text = '' }) => ({ 'plan-file': text.replace('"green":10', '"green":11') }),
      'ACTION_DIGEST_MISMATCH',
    ],
    [
      'another digest of the plan',
      () => ({ 'plan-digest': '0'.repeat(64) }),
      'ACTION_DIGEST_MISMATCH',
    ],
    [
      'evidence that was changed',
      () => ({ 'evidence-file': papers['evidence-file'].replace('"failed":0', '"failed":1') }),
      'ACTION_DIGEST_MISMATCH',
    ],
    [
      'evidence that contradicts itself, its digest not announced',
      () => ({
        'evidence-file': papers['evidence-file'].replace('"failed":0', '"failed":1'),
        'evidence-digest': '',
      }),
      'EVIDENCE_',
    ],
    ['no evidence', () => ({ 'evidence-file': '', 'evidence-digest': '' }), 'ROLLOUT_UNTESTED'],
    [
      'a target of another revision than the plan',
      () => ({
        target: papers.target.replace(/"revision":"[0-9a-f]{16}/, `"revision":"${'0'.repeat(16)}`),
      }),
      'ROLLOUT_PLAN_STALE',
    ],
  ])('%s is refused, and nothing is written', async (_, change, code) => {
    const planned = await plan()
    const step = await world.swap({ ...papers, ...planned, ...change(planned) })
    expect(step.exitCode).toBe(1)
    expect(failureOf(step)).toContain(code)
    expect(writesIn(step.exchanges)).toEqual([])
    expect(world.traffic).toEqual({ blue: 100, green: 0 })
  })

  test('an edit at the portal between plan and apply holds it', async () => {
    const planned = await plan()
    setTraffic({ blue: 80, green: 20 })
    const step = await world.swap({ ...papers, ...planned })
    expect(step.outputs).toMatchObject({ outcome: 'held', changed: 'false' })
    expect(failureOf(step)).toContain('ROLLOUT_PLAN_STALE')
    expect(writesIn(step.exchanges)).toEqual([])
    expect(world.traffic).toEqual({ blue: 80, green: 20 })
  })

  test('an edit at the portal while a step bakes holds it, and is left alone', async () => {
    let writes = 0
    world.stage.twin.log.hook = (moment, { request }) => {
      const isWrite = request.method === 'PUT' && request.path.endsWith(`/${ENDPOINT}`)
      const isLook = request.method === 'GET' && request.path.endsWith('/deployments')
      if (moment === 'after' && isWrite) writes += 1
      if (moment === 'before' && isLook && writes === 1) setTraffic({ blue: 70, green: 30 })
      return 'go-on'
    }
    const step = await world.swap({ ...papers, ...STEPS })
    expect(step.outputs).toMatchObject({ outcome: 'held', changed: 'true' })
    expect(step.exitCode).toBe(1)
    expect(weights(step.exchanges)).toEqual(CANARY.slice(0, 1))
    expect(world.traffic).toEqual({ blue: 70, green: 30 })
  })

  test('a candidate that falls ill while it bakes: the last good weights come back', async () => {
    world.stage.twin.log.hook = (moment, { request }) => {
      const isWrite = request.method === 'PUT' && request.path.endsWith(`/${ENDPOINT}`)
      const green = world.endpoint.slots['green']
      if (moment === 'after' && isWrite && green !== undefined) green.provisioningState = 'Failed'
      return 'go-on'
    }
    const step = await world.swap({ ...papers, ...STEPS })
    expect(step.outputs).toMatchObject({ outcome: 'aborted', traffic: 'blue=100' })
    expect(step.exitCode).toBe(1)
    expect(failureOf(step)).toContain('ROLLOUT_ABORTED')
    expect(weights(step.exchanges)).toEqual([CANARY[0], { blue: 100 }])
  })

  test('a way back that is lost while a step bakes: it holds, with an exit code of its own', async () => {
    world.stage.twin.log.hook = (moment, { request }) => {
      const isWrite = request.method === 'PUT' && request.path.endsWith(`/${ENDPOINT}`)
      const blue = world.endpoint.slots['blue']
      if (moment === 'after' && isWrite && blue !== undefined) blue.provisioningState = 'Failed'
      return 'go-on'
    }
    const step = await world.swap({ ...papers, ...STEPS })
    expect(step).toMatchObject({ exitCode: 3, outputs: { outcome: 'held', changed: 'true' } })
    expect(weights(step.exchanges)).toEqual(CANARY.slice(0, 1))
  })

  test('a write that no read ever shows: the traffic is not proven, and no output claims it', async () => {
    world.azure.options = { ...world.azure.options, staleReads: 10_000 }
    const step = await world.swap(papers)
    expect(step.exitCode).toBe(2)
    expect(step.outputs).not.toHaveProperty('traffic')
    expect(step.outputs).toMatchObject({ 'traffic-before': 'blue=100' })
    expect(step.summary).toContain('not proven')
  })

  test('a reason instead of evidence is an override that the summary records', async () => {
    const { target } = papers
    const step = await world.swap({ target, 'allow-untested': 'the site is down' })
    expect(step.outputs['outcome']).toBe('promoted')
    expect(step.summary).toContain('the site is down')
  })

  test('evidence of another revision does not count', async () => {
    const text = papers['evidence-file']
    world.train('4')
    world.answers('4', {
      kind: 'linear',
      rows: 'data',
      intercept: 3.3,
      terms: { tripDistance: 2.55 },
    })
    const other = await prepare(world, '4')
    const step = await world.swap({
      ...other,
      'evidence-file': text,
      'evidence-digest': sha256(text),
    })
    expect(failureOf(step)).toContain('ROLLOUT_UNTESTED')
    expect(writesIn(step.exchanges)).toEqual([])
    expect(world.traffic).toEqual({ blue: 100, green: 0 })
  })
})

describe('going back', () => {
  const place = {
    ...AZURE,
    endpoint: ENDPOINT,
    slot: 'blue',
    'azure-subscription-id': '11111111-2222-3333-4444-555555555555',
    'resource-group': 'taxi-rg',
    workspace: 'taxi-workspace',
  }

  test('rollback brings the slot before back, and the revision is refused until it is allowed', async () => {
    await world.swap(papers)
    expect(world.traffic).toEqual({ blue: 0, green: 100 })

    const back = await world.swap({ mode: 'rollback', ...place })
    expect(back.exitCode).toBe(0)
    expect(back.headings).toEqual([`## traffic-swap: ${ENDPOINT} rolled-back`])
    expect(back.outputs).toMatchObject({
      outcome: 'rolled-back',
      'traffic-before': 'green=100',
      traffic: 'blue=100',
      changed: 'true',
    })
    expect(trafficWrites(back.exchanges)).toHaveLength(1)
    const { revision } = JSON.parse(papers.target) as { revision: string }
    expect(tags()['sluice-rejected']).toBe(revision.slice(0, 16))

    const refused = await world.swap(papers)
    expect(failureOf(refused)).toContain('ROLLOUT_REJECTED')
    expect(writesIn(refused.exchanges)).toEqual([])
    const deployed = await world.deploy({ 'model-version': '2' })
    expect(failureOf(deployed)).toContain('ROLLOUT_REJECTED')
    expect(writesIn(deployed.exchanges)).toEqual([])

    const allowed = await world.swap({ ...papers, 'allow-rejected': 'the cause was elsewhere' })
    expect(allowed.outputs['outcome']).toBe('promoted')
    expect(allowed.summary).toContain('the cause was elsewhere')
    expect(world.traffic).toEqual({ blue: 0, green: 100 })
  })

  test('rollback twice is one rollback', async () => {
    await world.swap(papers)
    await world.swap({ mode: 'rollback', ...place })
    const again = await world.swap({ mode: 'rollback', ...place })
    expect(again.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' })
    expect(writesIn(again.exchanges)).toEqual([])
  })

  test('without a rollout there is nothing to go back to, and nothing is written', async () => {
    const step = await world.swap({ mode: 'rollback', ...place, slot: 'green' })
    expect(failureOf(step)).toContain('ROLLOUT_NO_WAY_BACK')
    expect(writesIn(step.exchanges)).toEqual([])
  })

  test('abort takes a rollout back before its end, and marks nothing as bad', async () => {
    // Somebody's run dies after the first step.
    const died = await world.swap(
      { ...papers, ...STEPS },
      { onLine: (line, child) => void (line.startsWith('step 2 of 3') && child.kill('SIGKILL')) },
    )
    expect(died.exitCode).toBeNull()
    // Outputs are set once they are true, not before.
    expect(died.outputs).toEqual({})
    const aborted = await world.swap({ mode: 'abort', ...place })
    expect(aborted.outputs).toMatchObject({ outcome: 'aborted', traffic: 'blue=100' })
    expect(world.traffic).toEqual({ blue: 100, green: 0 })
    expect(tags()['sluice-rejected']).toBeUndefined()
    expect((await world.swap({ ...papers, ...STEPS })).outputs['outcome']).toBe('promoted')
  })

  test('abort with no rollout under way changes nothing', async () => {
    const step = await world.swap({ mode: 'abort', ...place })
    expect(step.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' })
    expect(writesIn(step.exchanges)).toEqual([])
  })
})

describe('the post step', () => {
  test('restores what was there when a later step failed, from saved state alone', async () => {
    const swapped = await world.swap(papers)
    expect(world.traffic).toEqual({ blue: 0, green: 100 })
    const post = await world.act(
      'traffic-swap',
      // Evaluated again by the runner: by now they may be anything.
      { mode: 'rollback', target: '', steps: 'nonsense' },
      { stage: 'post', state: swapped.state },
    )
    expect(post.exitCode).toBe(0)
    expect(world.traffic).toEqual({ blue: 100, green: 0 })
    expect(trafficWrites(post.exchanges)).toHaveLength(1)
    expect(tags()['sluice-rejected']).toBeUndefined()
    expect(post.headings).toEqual([`## traffic-swap: ${ENDPOINT} restored`])
  })

  test('leaves alone what somebody else has set since', async () => {
    const swapped = await world.swap(papers)
    setTraffic({ blue: 40, green: 60 })
    const post = await world.act('traffic-swap', {}, { stage: 'post', state: swapped.state })
    expect(writesIn(post.exchanges)).toEqual([])
    expect(world.traffic).toEqual({ blue: 40, green: 60 })
  })

  test('after a step that wrote nothing it asks nobody', async () => {
    const planned = await world.swap({ mode: 'plan', ...papers })
    const post = await world.act('traffic-swap', {}, { stage: 'post', state: planned.state })
    expect(post.exchanges).toEqual([])
    expect(post.exitCode).toBe(0)
  })
})

test('fields and tags that we do not know survive every write', async () => {
  const { endpoint } = world
  endpoint.body = {
    ...endpoint.body,
    tags: { ...(endpoint.body['tags'] as object), team: 'fares' },
    properties: { ...(endpoint.body['properties'] as object), futureField: { deep: [1] } },
  }
  await world.swap(papers)
  expect(tags()['team']).toBe('fares')
  expect(world.endpoint.body['properties']).toMatchObject({ futureField: { deep: [1] } })
  expect(join(world.temp, 'sluice', 'plan.json')).toBe(world.steps.at(-1)?.outputs['plan-file'])
})

auditSteps(() => world)
