// The built endpoint-deploy: one exact revision into the idle slot, once.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { seedEnvironment, SUBSCRIPTION, type Snapshot } from '@sluice/twin'
import { auditSteps } from './rig/audit.ts'
import { failureOf } from './rig/step.ts'
import { armCalls, writesIn } from './rig/wire.ts'
import { ENDPOINT, MODEL, World } from './rig/world.ts'

const SLOT = `/onlineEndpoints/${ENDPOINT}/deployments`

jest.setTimeout(60_000)

let world: World
let start: Snapshot

/** Nothing is there but the workspace and the model's versions 1, 2 and 4. */
beforeAll(async () => {
  world = await World.open()
  for (const version of ['2', '4']) world.train(version)
  start = await world.snapshot()
})
afterAll(() => world.close())
beforeEach(() => world.restore(start))

/** The lock that a promotion would write for what was deployed. */
function lockOf(target: string): string {
  const { name, contents, revisionDigest } = JSON.parse(target) as Record<string, string>
  const entry = {
    revision: contents,
    revisionDigest,
    evidenceDigest: 'e'.repeat(64),
    testedCommit: 'c'.repeat(40),
  }
  return JSON.stringify({ schema: 'sluice/lock/v1', endpoints: { [String(name)]: entry } })
}

describe('a fresh endpoint', () => {
  test('is created, the slot is deployed, and nobody gets traffic', async () => {
    const step = await world.deploy({ 'model-version': '2' })
    expect(step.exitCode).toBe(0)
    expect(step.headings).toEqual([`## endpoint-deploy: ${ENDPOINT} deployed`])
    expect(step.outputs).toMatchObject({
      slot: 'blue',
      endpoint: ENDPOINT,
      model: `${MODEL}:2`,
      traffic: 'none',
      changed: 'true',
    })
    expect(step.outputs).not.toHaveProperty('active-slot')
    expect(world.traffic).toEqual({ blue: 0 })
    const slot = world.endpoint.slots['blue']
    expect(slot?.provisioningState).toBe('Succeeded')
    expect(slot?.body['tags']).toMatchObject({ 'sluice-revision': step.outputs['revision'] })
    expect(JSON.parse(step.outputs['target'] ?? '')).toMatchObject({
      schema: 'sluice/target/v1',
      platform: 'azureml',
      endpoint: ENDPOINT,
      name: 'taxi-fare',
      slot: 'blue',
      revision: step.outputs['revision'],
      revisionDigest: step.outputs['revision-digest'],
    })
    expect(world.document('target')).toBe(step.outputs['target'])
  })

  test('is not created where people do that, and nothing else is written', async () => {
    const step = await world.deploy({ 'model-version': '2', 'create-endpoint': 'false' })
    expect(failureOf(step)).toContain('AZUREML_ENDPOINT_ABSENT')
    expect(writesIn(step.exchanges)).toEqual([])
    expect(world.azure.endpoints).not.toHaveProperty(ENDPOINT)
  })
})

test('the same again changes nothing and gives the same target, with traffic or without', async () => {
  const first = await world.deploy({ 'model-version': '2' })
  const again = await world.deploy({ 'model-version': '2' })
  expect(again.outputs).toMatchObject({ changed: 'false', target: first.outputs['target'] })
  expect(writesIn(again.exchanges)).toEqual([])
  expect(again.headings).toEqual([`## endpoint-deploy: ${ENDPOINT} unchanged`])

  await world.swap({ target: first.outputs['target'] ?? '', 'allow-untested': 'a test' })
  const live = await world.deploy({ 'model-version': '2' })
  expect(live.outputs).toMatchObject({
    changed: 'false',
    target: first.outputs['target'],
    'active-slot': 'blue',
    traffic: 'blue=100',
  })
})

test('another version goes to the other slot, and the same code is uploaded once', async () => {
  const first = await world.deploy({ 'model-version': '2' })
  await world.swap({ target: first.outputs['target'] ?? '', 'allow-untested': 'a test' })
  const second = await world.deploy({ 'model-version': '4' })
  expect(second.outputs).toMatchObject({ slot: 'green', 'active-slot': 'blue', changed: 'true' })
  expect(world.traffic).toEqual({ blue: 100, green: 0 })
  expect(first.exchanges.filter(({ face }) => face === 'blob').length).toBeGreaterThan(0)
  expect(writesIn(second.exchanges)).toEqual([`arm PUT ${SLOT}/green`])

  world.write('scoring/score.py', 'def run(raw_body):\n    return []\n')
  const changed = await world.deploy({ 'model-version': '4' })
  expect(changed.exchanges.filter(({ face }) => face === 'blob').length).toBeGreaterThan(0)
  expect(changed.outputs).toMatchObject({ slot: 'green', changed: 'true' })
})

test('no version given: the one tagged with the commit, else the latest with a notice', async () => {
  const latest = await world.deploy()
  expect(latest.outputs['model']).toBe(`${MODEL}:4`)
  expect(latest.annotations).toMatchObject([{ level: 'notice' }])

  await world.restore(start)
  const versions = Object.entries(world.azure.assets).find(([key]) => key.endsWith(MODEL))?.[1]
  const second = versions?.versions['2']
  if (second !== undefined)
    second.properties = { ...second.properties, tags: { git_commit: world.run.sha } }
  const tagged = await world.deploy()
  expect(tagged.outputs['model']).toBe(`${MODEL}:2`)
  expect(tagged.annotations).toEqual([])
})

test('a registered environment is named, not made again', async () => {
  const file = join(world.workspace, 'scoring/deployment.yml')
  const text = readFileSync(file, 'utf8')
  const registered = text.replace(
    /environment:\n(?: {2}.*\n)+/,
    'environment: azureml:fare-scoring:7\n',
  )
  expect(registered).not.toBe(text)
  world.write(file, registered)
  const absent = await world.deploy({ 'model-version': '2' })
  expect(failureOf(absent)).toContain('fare-scoring')
  expect(writesIn(absent.exchanges)).toEqual([])

  const place = {
    subscription: SUBSCRIPTION,
    resourceGroup: 'taxi-rg',
    name: 'taxi-workspace',
  }
  seedEnvironment(world.azure, place, { name: 'fare-scoring', version: '7', image: 'a.test/b:1' })
  const step = await world.deploy({ 'model-version': '2' })
  expect(step.exitCode).toBe(0)
  expect(writesIn(step.exchanges).filter((write) => write.includes('/environments/'))).toEqual([])
  const properties = world.endpoint.slots['blue']?.body['properties']
  expect(properties).toMatchObject({
    environmentId: expect.stringMatching(/\/environments\/fare-scoring\/versions\/7$/),
  })
})

describe('a revision lock', () => {
  test('is followed, whatever is newest', async () => {
    const staged = await world.deploy({ 'model-version': '2' })
    const lock = lockOf(staged.outputs['target'] ?? '')
    await world.restore(start)
    const step = await world.deploy({ 'revision-lock': lock })
    expect(step.outputs).toMatchObject({
      model: `${MODEL}:2`,
      'revision-digest': staged.outputs['revision-digest'],
    })
  })

  test('that the files do not match is refused before any write', async () => {
    const staged = await world.deploy({ 'model-version': '2' })
    const lock = lockOf(staged.outputs['target'] ?? '')
    await world.restore(start)
    world.write('scoring/conda.yml', 'name: another\n')
    const step = await world.deploy({ 'revision-lock': lock })
    expect(step.exitCode).toBe(1)
    expect(failureOf(step)).toContain('AZUREML_LOCK_DIFFERS')
    expect(writesIn(step.exchanges)).toEqual([])
  })

  test('without an entry for this endpoint is refused before any write', async () => {
    const lock = '{"schema":"sluice/lock/v1","endpoints":{}}'
    const step = await world.deploy({ 'revision-lock': lock })
    expect(failureOf(step)).toContain('AZUREML_LOCK_ENTRY_MISSING')
    expect(writesIn(step.exchanges)).toEqual([])
  })
})

test('a deployment that Azure gives up: its reason, one annotation, and the live slot untouched', async () => {
  const first = await world.deploy({ 'model-version': '2' })
  await world.swap({ target: first.outputs['target'] ?? '', 'allow-untested': 'a test' })
  const fault = { code: 'OutOfQuota', message: 'Not enough quota for 4 cores', times: 1 }
  world.azure.options = { ...world.azure.options, deploymentFaults: [fault] }
  const step = await world.deploy({ 'model-version': '4' })
  expect(step.exitCode).toBe(1)
  expect(failureOf(step)).toContain('AZUREML_OUT_OF_QUOTA')
  expect(failureOf(step)).toContain('Not enough quota for 4 cores')
  expect(step.headings).toEqual([`## endpoint-deploy: ${ENDPOINT} failed`])
  expect(world.traffic).toEqual({ blue: 100, green: 0 })

  const again = await world.deploy({ 'model-version': '4' })
  expect(again.outputs).toMatchObject({ slot: 'green', changed: 'true' })
})

test('a slot that is being changed by an earlier run is waited for, not written twice', async () => {
  // The first run is lost as soon as Azure has taken the deployment.
  await world.deploy(
    { 'model-version': '2' },
    {
      onChild: (child) => {
        world.stage.twin.log.hook = (moment, { request }) => {
          const isSlot = request.method === 'PUT' && request.path.includes(`${SLOT}/`)
          if (isSlot && moment === 'after') child.kill('SIGKILL')
          return 'go-on'
        }
      },
    },
  )
  world.stage.twin.log.hook = null
  const step = await world.deploy({ 'model-version': '2' })
  expect(step.exitCode).toBe(0)
  expect(world.endpoint.slots['blue']?.provisioningState).toBe('Succeeded')
  expect(armCalls(step.exchanges).filter((call) => call.startsWith('PUT'))).toEqual([])
})

auditSteps(() => world)
