// A dry run of each action: the simulators see reads only, and the summary lists the writes.
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Snapshot } from '@sluice/twin'
import { auditSteps } from './rig/audit.ts'
import { writesIn } from './rig/wire.ts'
import { ENDPOINT, prepare, World, type Papers, type Step } from './rig/world.ts'

jest.setTimeout(60_000)

let world: World
let empty: Snapshot
let ready: Snapshot
let underWay: Snapshot
let papers: Papers & Record<string, string>

beforeAll(async () => {
  world = await World.open()
  world.train('2')
  empty = await world.snapshot()
  papers = await prepare(world, '2')
  ready = await world.snapshot()
  await world.swap(papers)
  const second = await prepare(world, '1')
  // A run is lost between its first and its second step.
  const canary = { ...second, steps: '10,100', 'bake-seconds': '60' }
  await world.swap(canary, {
    onLine: (line, child) => void (line.startsWith('step 1 of 2: bakes') && child.kill('SIGKILL')),
  })
  underWay = await world.snapshot()
})
afterAll(() => world.close())

/** As a person reads it: no tags, entities or escapes of Markdown. */
const readable = (summary: string): string =>
  summary
    .replace(/<[^>]+>/g, '')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/\\(?=[^\w\s])/g, '')

async function expectDry(step: Step, lists: readonly string[]): Promise<void> {
  expect(step.exitCode).toBe(0)
  expect(writesIn(step.exchanges)).toEqual([])
  const summary = readable(step.summary)
  const missing = lists.filter((text) => !summary.includes(text))
  expect({ missing, summary: missing.length === 0 ? '' : summary }).toEqual({
    missing: [],
    summary: '',
  })
}

describe('endpoint-deploy', () => {
  test('to an empty workspace', async () => {
    await world.restore(empty)
    const step = await world.deploy({ 'model-version': '2', 'dry-run': 'true' })
    await expectDry(step, [
      `PUT /onlineEndpoints/${ENDPOINT} (create the endpoint)`,
      '(register the environment)',
      'upload of 4 files of scoring',
      '(register the code)',
      `PUT /onlineEndpoints/${ENDPOINT}/deployments/blue (create the slot)`,
    ])
    expect(step.outputs).toMatchObject({ changed: 'false', slot: 'blue' })
    expect(step.outputs).not.toHaveProperty('target')
    // What it said is what a run does.
    const real = writesIn((await world.deploy({ 'model-version': '2' })).exchanges)
    expect(real.filter((write) => write.startsWith('arm PUT'))).toHaveLength(4)
  })

  test('of what is there already', async () => {
    await world.restore(ready)
    const step = await world.deploy({ 'model-version': '2', 'dry-run': 'true' })
    await expectDry(step, [])
    expect(step.outputs).toMatchObject({ changed: 'false', target: papers.target })
  })
})

test('endpoint-test', async () => {
  await world.restore(ready)
  const step = await world.test({ target: papers.target, rounds: '3', 'dry-run': 'true' })
  await expectDry(step, ['would send 6 requests', 'airport.json', 'short-trips.json'])
  expect(step.outputs).toEqual({})
})

describe('traffic-swap', () => {
  beforeEach(() => world.restore(ready))

  test('apply', async () => {
    const steps = { steps: '10,100', 'bake-seconds': '60' }
    const step = await world.swap({ ...papers, ...steps, 'dry-run': 'true' })
    await expectDry(step, ['It would write:', `weights blue=100 on`])
    expect(step.outputs).toMatchObject({ outcome: 'paused', changed: 'false', traffic: 'none' })
  })

  test.each(['rollback', 'abort'])('%s', async (mode) => {
    await world.restore(underWay)
    const before = { blue: 90, green: 10 }
    expect(world.traffic).toEqual(before)
    const place = {
      endpoint: ENDPOINT,
      slot: 'blue',
      'azure-subscription-id': '11111111-2222-3333-4444-555555555555',
      'resource-group': 'taxi-rg',
      workspace: 'taxi-workspace',
    }
    const step = await world.swap({ mode, ...place, 'dry-run': 'true' })
    await expectDry(step, ['It would write:', 'weights blue=100'])
    expect(step.outputs).toMatchObject({ outcome: 'unchanged', changed: 'false' })
    expect(world.traffic).toEqual(before)
  })
})

test('open-promotion-pr', async () => {
  const { target: _, ...evidence } = papers
  const step = await world.act('open-promotion-pr', {
    base: 'main',
    ...evidence,
    'dry-run': 'true',
  })
  await expectDry(step, [
    'It would write',
    'commit: pin taxi-fare in revision.lock.json',
    'branch promote/main: create',
    'pull request: open from promote/main to main',
  ])
  expect(step.outputs).toMatchObject({ operation: 'none', changed: 'false' })
  expect(await world.stage.person.pulls()).toEqual([])
})

test('commit-status', async () => {
  const given = { context: 'cd/staging', state: 'success', 'dry-run': 'true' }
  const step = await world.act('commit-status', given)
  await expectDry(step, ['cd/staging success would be posted', world.run.sha])
  expect(step.outputs).toEqual({ changed: 'false', state: 'success' })
  expect(await world.stage.person.statuses(world.run.sha)).toEqual([])
})

auditSteps(() => world)
