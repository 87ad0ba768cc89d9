// A lock and the workspace that its evidence is about: the same name elsewhere may be another model.
import { beforeEach, expect, test } from '@jest/globals'
import type { Report } from '@sluice/action'
import { seedModel, seedRegistryAsset, seedWorkspace } from '@sluice/twin'
import { actionPorts } from '../../../test/doubles/action-ports.ts'
import {
  createAzureWorld,
  PLACE,
  SEED_PLACE,
  type AzureWorld,
} from '../../../test/doubles/azure-world.ts'
import { readConfig } from '../src/config.ts'
import { main } from '../src/main.ts'
import { rawInputs } from './inputs.ts'

const REGISTRY_ID = 'azureml://registries/shared/models/fare/versions/1'
const LOCK = 'revision.lock.json'

let world: AzureWorld
beforeEach(() => {
  world = createAzureWorld({ staleReads: 0 })
  const production = { ...SEED_PLACE, name: 'prod-ws' }
  seedWorkspace(world.state, { ...production, location: 'westeurope' })
  // Registered there, too, and perhaps by somebody else.
  seedModel(world.state, production, { name: 'fare', version: '1' })
  world.files.set('ml/endpoint.yml', 'name: taxi-fares\nauth_mode: key\n')
  world.files.set(
    'ml/deployment.yml',
    `name: green
endpoint_name: taxi-fares
model: azureml:fare:1
code_configuration: {code: ./, scoring_script: score.py}
environment: {image: "example.test/base:1"}
instance_type: Standard_DS2_V2
instance_count: 1
`,
  )
  world.files.set('ml/score.py', 'def run(data): return data\n')
})

async function run(given: Readonly<Record<string, string>>): Promise<Report> {
  const files = { 'endpoint-file': 'ml/endpoint.yml', 'deployment-file': 'ml/deployment.yml' }
  const version = { 'model-version': given['model'] === undefined ? '1' : '' }
  const config = readConfig(rawInputs({ ...files, ...version, ...given }), { env: {} })
  expect(config).toMatchObject({ ok: true })
  return main(config.ok ? config.value : (null as never), actionPorts({ world }))
}

const writes = () => world.armCalls().filter((call) => !call.startsWith('GET'))

/** Deploys in staging and locks what it made. */
async function lockTested(
  testedIn: Readonly<Record<string, string>> | undefined,
  given: Readonly<Record<string, string>> = {},
): Promise<void> {
  const report = await run(given)
  const target = JSON.parse(report.outputs['target'] ?? '{}') as Record<string, unknown>
  const entry = {
    revision: target['contents'],
    revisionDigest: target['revisionDigest'],
    evidenceDigest: 'e'.repeat(64),
    testedCommit: 'a'.repeat(40),
    ...(testedIn !== undefined && { testedIn }),
  }
  const endpoints = { 'taxi-fares': entry }
  world.files.set(LOCK, JSON.stringify({ schema: 'sluice/lock/v1', endpoints }))
}

const production = { 'revision-lock': LOCK, endpoint: 'prd-taxi' }

test.each([
  ['as it is', PLACE],
  ['in other letters, which Azure does not tell apart', { ...PLACE, workspace: 'TAXI-WS' }],
])('the tested workspace, %s: deployed', async (_, testedIn) => {
  await lockTested(testedIn)
  expect(await run(production)).toMatchObject({ ending: 'deployed', outputs: { model: 'fare:1' } })
  expect(world.notices).toEqual([])
})

test.each([
  ['a deploy', {}],
  ['a dry run', { 'dry-run': 'true' }],
])('another workspace: %s is refused before any write', async (_, given) => {
  await lockTested(PLACE)
  const before = writes()
  const report = await run({ ...production, workspace: 'prod-ws', ...given })
  expect(report.failure).toMatchObject({
    code: 'AZUREML_MODEL_ELSEWHERE',
    message: expect.stringMatching(/taxi-ws.* prod-ws/),
  })
  const hint = report.failure?.hint ?? ''
  expect(hint).toContain(
    `az ml model share --subscription ${PLACE.subscription} --resource-group taxi-rg --workspace-name taxi-ws --name fare --version 1 --registry-name REGISTRY --share-with-name fare --share-with-version 1`,
  )
  expect(hint).toContain('model: azureml://registries/REGISTRY/models/fare/versions/1')
  expect(writes()).toEqual(before)
})

test.each([
  ['subscription', '99999999-1111-1111-1111-111111111111'],
  ['resourceGroup', 'other-rg'],
])('a workspace of the same name in another %s is another workspace', async (key, value) => {
  await lockTested({ ...PLACE, [key]: value })
  const report = await run(production)
  expect(report.failure).toMatchObject({
    code: 'AZUREML_MODEL_ELSEWHERE',
    message: expect.stringContaining(value),
  })
})

test('a registry id is the same model everywhere', async () => {
  seedRegistryAsset(world.state, REGISTRY_ID, {})
  const given = { model: REGISTRY_ID }
  await lockTested(PLACE, given)
  const report = await run({ ...production, ...given, workspace: 'prod-ws' })
  expect(report.failure?.message).toBeUndefined()
  expect(report).toMatchObject({ ending: 'deployed', outputs: { model: REGISTRY_ID } })
})

test('an older lock, which does not say where it was tested, is believed with a warning', async () => {
  await lockTested(undefined)
  const report = await run({ ...production, workspace: 'prod-ws' })
  expect(report.ending).toBe('deployed')
  expect(world.notices).toEqual([
    expect.stringMatching(/does not say in which workspace fare:1 was tested.*prod-ws/),
  ])
})

test('a place that no workspace can have is refused; nothing of it is printed as a command', async () => {
  await lockTested({ ...PLACE, workspace: 'x; rm -rf ~' })
  const { failure } = await run(production)
  expect(failure).toMatchObject({ code: 'AZUREML_LOCK_ENTRY_MISSING' })
  expect(failure?.hint).not.toContain('rm -rf')
})
