// The action from inputs to report, against the simulated Azure.
import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Report } from '@sluice/action'
import { SluiceError } from '@sluice/rollout'
import { seedEnvironment, seedModel } from '@sluice/twin'
import { actionPorts } from '../../../test/doubles/action-ports.ts'
import { createAzureWorld, SEED_PLACE, type AzureWorld } from '../../../test/doubles/azure-world.ts'
import { readConfig } from '../src/config.ts'
import { main } from '../src/main.ts'
import { rawInputs } from './inputs.ts'

const COMMIT = 'abcdef0123456789abcdef0123456789abcdef01'
const ENDPOINT = 'name: taxi-fares\nauth_mode: key\ntraffic: {blue: 100}\n'
const DEPLOYMENT = `name: green
endpoint_name: elsewhere
model: azureml:fare:9
code_configuration: {code: ./, scoring_script: score.py}
environment: {conda_file: ./conda.yml, image: "example.test/base:1"}
instance_type: Standard_DS2_V2
instance_count: 1
`

let world: AzureWorld
beforeEach(() => {
  world = createAzureWorld({ staleReads: 0 })
  seedModel(world.state, SEED_PLACE, {
    name: 'fare',
    version: '2',
    createdAt: '2026-01-02T00:00:00Z',
    tags: { git_commit: COMMIT },
  })
  seedModel(world.state, SEED_PLACE, {
    name: 'fare',
    version: '10',
    createdAt: '2026-01-03T00:00:00Z',
  })
  world.files.set('ml/endpoint.yml', ENDPOINT)
  world.files.set('ml/deployment.yml', DEPLOYMENT)
  world.files.set('ml/conda.yml', 'name: fares\n')
  world.files.set('ml/score.py', 'def run(data): return data\n')
  world.files.set(
    '.env.staging',
    'group=other\nworkspace=other\nlocation=westeurope\ncompute=cpu\nendpoint=stg-taxi\nmodel=fare\n',
  )
})

async function run(
  given: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Report> {
  const raw = rawInputs({
    'endpoint-file': 'ml/endpoint.yml',
    'deployment-file': 'ml/deployment.yml',
    'env-file': '.env.staging',
    commit: COMMIT,
    ...given,
  })
  const config = readConfig(raw, { env: {} })
  expect(config).toMatchObject({ ok: true })
  const ports = actionPorts({ world, ...(signal !== undefined && { signal }) })
  return main(config.ok ? config.value : (null as never), ports)
}

const unchanged = (): void => undefined
const writes = () => world.armCalls().filter((call) => /^(PUT|DELETE|PATCH)/.test(call))
const targetOf = (report: Report) =>
  JSON.parse(report.outputs['target'] ?? '{}') as Record<string, unknown>

const lockOf = (target: Record<string, unknown>, over: Record<string, unknown> = {}): string =>
  JSON.stringify({
    schema: 'sluice/lock/v1',
    endpoints: {
      'taxi-fares': {
        revision: target['contents'],
        revisionDigest: target['revisionDigest'],
        evidenceDigest: 'e'.repeat(64),
        testedCommit: COMMIT,
        ...over,
      },
    },
  })

describe('a first deploy', () => {
  test('creates the endpoint and fills the first slot with the version of the commit', async () => {
    const report = await run()
    expect(report).toMatchObject({
      ending: 'deployed',
      subject: 'stg-taxi',
      outputs: {
        slot: 'blue',
        traffic: 'none',
        model: 'fare:2',
        changed: 'true',
        endpoint: 'stg-taxi',
      },
    })
    expect(report.failure).toBeUndefined()
    expect(world.notices).toEqual([])
    const target = targetOf(report)
    expect(target).toMatchObject({
      schema: 'sluice/target/v1',
      platform: 'azureml',
      endpoint: 'stg-taxi',
      name: 'taxi-fares',
      slot: 'blue',
      revision: report.outputs['revision'],
      revisionDigest: report.outputs['revision-digest'],
      contents: { model: 'fare:2', modelDigest: null, scoringScript: 'score.py' },
    })
    expect(JSON.stringify(target['contents'])).not.toMatch(/taxi-ws|1111/)
    expect(world.files.get(report.outputs['target-file'] ?? '')).toBe(report.outputs['target'])
  })

  test('again: nothing is written, with at most five calls', async () => {
    const first = await run()
    const before = world.armCalls().length
    const second = await run()
    expect(second).toMatchObject({
      ending: 'unchanged',
      outputs: { ...first.outputs, changed: 'false' },
    })
    expect(world.armCalls().slice(before)).toEqual([
      'GET /models/fare/versions',
      'GET /onlineEndpoints/stg-taxi',
      'GET /onlineEndpoints/stg-taxi/deployments',
    ])
  })

  test('files at the root of the workspace', async () => {
    const below = new Map(world.files)
    for (const [name, text] of below) world.files.set(name.replace('ml/', ''), text)
    const files = { 'endpoint-file': 'endpoint.yml', 'deployment-file': 'deployment.yml' }
    expect((await run(files)).ending).toBe('deployed')
    expect(Object.keys(world.state.blobs).join(' ')).not.toMatch(/\.env/)
  })

  test('dry run: reads only, and the summary lists the writes', async () => {
    const report = await run({ 'dry-run': 'true' })
    expect(report.ending).toBe('dry run')
    expect(writes()).toEqual([])
    expect(report.outputs).not.toHaveProperty('target')
    expect(report.summary.match(/^- /gm)).toHaveLength(5)
  })
})

describe('which model version', () => {
  test.each([
    ['the tagged one', {}, 'fare:2'],
    ['a named one', { 'model-version': '1' }, 'fare:1'],
    ['latest when asked for', { 'model-version': 'latest' }, 'fare:10'],
    ['latest when none is tagged', { commit: 'f'.repeat(40) }, 'fare:10'],
  ])('%s', async (_, given, model) => {
    expect((await run(given)).outputs['model']).toBe(model)
  })

  test('a choice that nobody named is noticed', async () => {
    await run({ commit: 'f'.repeat(40) })
    expect(world.notices).toEqual([expect.stringContaining('took version 10, the latest of 3')])
  })

  test('a version that is not there is told with those that are', async () => {
    const { failure } = await run({ 'model-version': '77' })
    expect(failure).toMatchObject({
      message: expect.stringMatching(/has no model fare version 77; found 1, 2, 10$/),
      hint: expect.stringMatching(/^Name an existing version in `model-version`; /),
    })
  })

  test.each([
    [{ 'model-version': '77' }, 'AZUREML_MODEL_NOT_FOUND'],
    [{ model: 'unheard-of' }, 'AZUREML_MODEL_NOT_FOUND'],
  ])('%j is not there: nothing is written', async (given, code) => {
    expect((await run(given)).failure).toMatchObject({ code })
    expect(writes()).toEqual([])
  })
})

describe('the revision', () => {
  const digest = async (): Promise<string | undefined> => (await run()).outputs['revision-digest']
  const mark = async (): Promise<string | undefined> => (await run()).outputs['revision']

  test.each([
    ['score.py', 'def run(data): return 1\n'],
    ['conda.yml', 'name: other\n'],
    ['new.py', ''],
  ])('a change of ml/%s is another revision', async (file, text) => {
    const before = await digest()
    world.files.set(`ml/${file}`, text)
    expect(await digest()).not.toBe(before)
  })

  test.each([
    '.env',
    '.env.prod',
    'revision.lock.json',
    '.git/HEAD',
    'deep/.env.local',
    'ignored.log',
  ])('ml/%s does not count', async (file) => {
    world.files.set('ml/.gitignore', '*.log\n')
    const before = await digest()
    world.files.set(`ml/${file}`, 'secret')
    expect(await digest()).toBe(before)
    expect(JSON.stringify(world.state.blobs)).not.toContain(
      Buffer.from('secret').toString('base64'),
    )
  })

  test('an .amlignore counts instead of a .gitignore', async () => {
    world.files.set('ml/.gitignore', '*.log\n')
    world.files.set('ml/.amlignore', '*.tmp\n')
    const before = await digest()
    world.files.set('ml/a.tmp', '1')
    expect(await digest()).toBe(before)
    world.files.set('ml/a.log', '1')
    expect(await digest()).not.toBe(before)
  })

  test('settings are configuration: the digest stays, the mark changes', async () => {
    world.files.set('ml/.amlignore', 'deployment.yml\n')
    const [beforeDigest, beforeMark] = [await digest(), await mark()]
    world.files.set(
      'ml/deployment.yml',
      DEPLOYMENT.replace('instance_count: 1', 'instance_count: 3'),
    )
    expect(await digest()).toBe(beforeDigest)
    expect(await mark()).not.toBe(beforeMark)
  })
})

describe('with a revision lock', () => {
  test('the locked revision is deployed although a later version exists', async () => {
    const tested = targetOf(await run())
    world.files.set('revision.lock.json', lockOf(tested))
    const report = await run({
      'revision-lock': 'revision.lock.json',
      endpoint: 'prd-taxi',
      commit: 'f'.repeat(40),
    })
    expect(report).toMatchObject({
      ending: 'deployed',
      outputs: {
        model: 'fare:2',
        'revision-digest': tested['revisionDigest'],
        endpoint: 'prd-taxi',
      },
    })
  })

  test.each([
    ['other files', {}, () => void world.files.set('ml/score.py', 'changed')],
    ['another version', { 'model-version': '1' }, unchanged],
    ['latest', { 'model-version': 'latest' }, unchanged],
    ['another model', { model: 'other' }, unchanged],
  ])('%s: refused, nothing written', async (_, given, change) => {
    const tested = targetOf(await run())
    world.files.set('revision.lock.json', lockOf(tested))
    change()
    const before = writes().length
    const report = await run({
      'revision-lock': 'revision.lock.json',
      endpoint: 'prd-taxi',
      ...given,
    })
    expect(report.failure).toMatchObject({ code: 'AZUREML_LOCK_DIFFERS' })
    expect(writes()).toHaveLength(before)
  })

  test('both digests are told', async () => {
    const tested = targetOf(await run())
    world.files.set('revision.lock.json', lockOf(tested))
    world.files.set('ml/score.py', 'changed')
    const message = (await run({ 'revision-lock': 'revision.lock.json' })).failure?.message
    expect(message).toContain(String(tested['revisionDigest']))
    expect(message).toMatch(/the files give [0-9a-f]{64} \(codeSha256: lock "[0-9a-f]{64}", found/)
  })

  test('an endpoint that the lock does not have is refused', async () => {
    world.files.set('revision.lock.json', '{"schema":"sluice/lock/v1","endpoints":{}}')
    const report = await run({ 'revision-lock': 'revision.lock.json' })
    expect(report.failure).toMatchObject({ code: 'AZUREML_LOCK_ENTRY_MISSING' })
  })
})

describe('which slot', () => {
  const endpoint = () => {
    const found = Object.values(world.state.endpoints)[0]
    expect(found).toBeDefined()
    return found ?? (null as never)
  }
  const setTraffic = (traffic: Record<string, number>, tags: Record<string, string> = {}) => {
    const { body } = endpoint()
    Object.assign(endpoint(), { body: { ...body, tags, properties: { authMode: 'Key', traffic } } })
  }

  test('another revision goes beside the live one', async () => {
    await run()
    setTraffic({ blue: 100 })
    const report = await run({ 'model-version': '1' })
    expect(report.outputs).toMatchObject({
      slot: 'green',
      'active-slot': 'blue',
      traffic: 'blue=100',
      changed: 'true',
    })
  })

  test('the live slot is the target when it holds the revision', async () => {
    await run()
    setTraffic({ blue: 100 })
    expect((await run()).outputs).toMatchObject({
      slot: 'blue',
      'active-slot': 'blue',
      changed: 'false',
    })
  })

  test('a revision that was taken back needs a reason', async () => {
    const first = await run()
    const rejected = (first.outputs['revision'] ?? '').slice(0, 16)
    setTraffic({}, { 'sluice-rejected': rejected })
    expect((await run()).failure).toMatchObject({ code: 'ROLLOUT_REJECTED' })
    const allowed = await run({ 'allow-rejected': 'the data was wrong, not the model' })
    expect(allowed.failure).toBeUndefined()
    expect(allowed.summary).toContain('the data was wrong, not the model')
  })

  test('traffic at a slot of another name is refused, and the summary shows the slots', async () => {
    await run()
    setTraffic({ blue: 100 })
    const report = await run({ 'model-version': '1', slots: 'red,black' })
    expect(report.failure).toMatchObject({ code: 'ROLLOUT_FOREIGN_SLOT' })
    expect(report.summary).toContain('blue')
  })

  test('an absent endpoint is not created when that is forbidden', async () => {
    const report = await run({ 'create-endpoint': 'false' })
    expect(report.failure).toMatchObject({ code: 'AZUREML_ENDPOINT_ABSENT' })
    expect(writes()).toEqual([])
  })
})

describe('files with problems', () => {
  test('all are told at once, with their lines, and no call is made', async () => {
    world.files.set('ml/endpoint.yml', 'name: t\nauth_mode: keys\n')
    world.files.set(
      'ml/deployment.yml',
      `${DEPLOYMENT}instance_typ: x\nrequest_settings:\n  request_timeout_ms: 500000\n`,
    )
    world.files.set('.env.staging', 'what\n')
    const error = await run({ workspace: '' }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'ACTION_BAD_INPUT' })
    const { message } = error as Error
    expect(message).toContain('ml/endpoint.yml:1')
    expect(message).toContain('ml/endpoint.yml:2')
    expect(message).toMatch(
      /ml\/deployment\.yml:8: instance_typ: unknown key; did you mean instance_type\?/,
    )
    expect(message).toContain(
      'ml/deployment.yml:10: request_settings.request_timeout_ms: found 500000',
    )
    expect(message).toContain('.env.staging:1')
    expect(world.exchanges).toEqual([])
  })

  test('files that cannot be read are told together with the others', async () => {
    world.files.delete('ml/endpoint.yml')
    world.files.delete('ml/deployment.yml')
    world.files.set('.env.staging', 'what\n')
    const error = await run().catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'ACTION_BAD_INPUT' })
    const { message } = error as Error
    expect(message).toContain('- input endpoint-file: ml/endpoint.yml: not found')
    expect(message).toContain('- input deployment-file: ml/deployment.yml: not found')
    expect(message).toContain('.env.staging:1')
    expect(world.exchanges).toEqual([])
  })

  test('a registered environment that is not there', async () => {
    const registered = DEPLOYMENT.replace(/environment: .*/, 'environment: azureml:fares:4')
    world.files.set('ml/deployment.yml', registered)
    const { failure } = await run()
    expect(failure).toMatchObject({ code: 'AZUREML_NOT_FOUND' })
    expect(failure?.message).toContain('no environment fares version 4')
    expect(writes()).toEqual([])

    seedEnvironment(world.state, SEED_PLACE, { name: 'fares', version: '4', image: 'a.test/b:1' })
    expect((await run()).outputs['changed']).toBe('true')
  })

  test('a missing scoring script and conda file', async () => {
    world.files.delete('ml/score.py')
    world.files.delete('ml/conda.yml')
    const { failure } = await run()
    expect(failure).toMatchObject({ code: 'AZUREML_FILE_INVALID' })
    expect(failure?.message).toMatch(/score\.py[\s\S]*conda\.yml/)
    expect(world.exchanges).toEqual([])
  })
})

describe('endings', () => {
  test('a cancel while Azure works is reported as such', async () => {
    world = Object.assign(world, {
      state: Object.assign(world.state, { options: { ...world.state.options, polls: 1000 } }),
    })
    const cancel = new AbortController()
    world.loss = ({ url }) => {
      if (url.includes('mfeOperation'))
        cancel.abort(
          new SluiceError({ code: 'ACTION_CANCELLED', fault: 'user', message: 'SIGINT', hint: '' }),
        )
      return null
    }
    expect(await run({}, cancel.signal)).toMatchObject({
      ending: 'cancelled',
      subject: 'stg-taxi',
      outputs: {},
      failure: { code: 'ACTION_CANCELLED' },
    })
  })

  test('hostile texts in answers stay text in the summary', async () => {
    await run()
    const endpoint = Object.values(world.state.endpoints)[0]
    Object.assign(endpoint?.slots['blue']?.body ?? {}, {
      tags: { 'sluice-revision': '<img src=x>|@everyone' },
    })
    const report = await run({ 'model-version': '1' })
    expect(report.summary).not.toMatch(/<img|@everyone/)
  })
})
