// Observing, deploying, swapping, probing and retiring, against the simulated Azure.
import { beforeEach, describe, expect, test } from '@jest/globals'
import { openAzureWorkspace, type AzureWorkspace } from '@sluice/azureml'
import { allTo, type Observation, type RawMarks } from '@sluice/rollout'
import { seedEndpoint, seedSlot } from '@sluice/twin'
import {
  createAzureWorld,
  PLACE,
  SEED_PLACE,
  SETTINGS,
  type AzureWorld,
} from '../../../test/doubles/azure-world.ts'
import { workload } from './workloads.ts'

const signal = new AbortController().signal
const MARK = '0123456789abcdef.fedcba9876543210'
const OTHER_MARK = 'aaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbb'
const MODEL = `/subscriptions/${PLACE.subscription}/resourceGroups/${PLACE.resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/${PLACE.workspace}/models/fare/versions/1`

const open = (world: AzureWorld): Promise<AzureWorkspace> =>
  openAzureWorkspace({
    target: { place: PLACE, endpoint: 'taxi' },
    settings: SETTINGS,
    ports: world.ports,
  })

function seedBoth(world: AzureWorld, tags: Readonly<Record<string, string>> = {}) {
  const endpoint = seedEndpoint(world.state, SEED_PLACE, {
    name: 'taxi',
    tags: { team: 'fares', ...tags },
    properties: {
      traffic: { blue: 100 },
      mirrorTraffic: { green: 10 },
      futureField: { deep: [1] },
    },
  })
  seedSlot(endpoint, { name: 'blue', model: MODEL, tags: { 'sluice-revision': MARK } })
  seedSlot(endpoint, { name: 'green', model: MODEL })
  return endpoint
}

describe('observe', () => {
  test('an endpoint that is not there', async () => {
    const { platform } = await open(createAzureWorld())
    expect(await platform.observe(signal)).toMatchObject({
      exists: false,
      slots: [],
      endpoint: expect.stringMatching(/^\/subscriptions\/.*\/onlineendpoints\/taxi$/),
    })
  })

  test('a workspace that is not there is an error, not an absent endpoint', async () => {
    const world = createAzureWorld()
    const target = { place: { ...PLACE, workspace: 'other' }, endpoint: 'taxi' }
    const { platform } = await openAzureWorkspace({
      target,
      settings: SETTINGS,
      ports: world.ports,
    })
    await expect(platform.observe(signal)).rejects.toMatchObject({
      code: 'AZUREML_PLACE_NOT_FOUND',
    })
  })

  test('slots, weights, mirror and marks in two calls', async () => {
    const world = createAzureWorld()
    seedBoth(world, { 'sluice-previous': 'blue=100', 'sluice-unknown': 'x' })
    const { platform } = await open(world)
    expect(await platform.observe(signal)).toEqual({
      endpoint: `/subscriptions/${PLACE.subscription}/resourcegroups/taxi-rg/providers/microsoft.machinelearningservices/workspaces/taxi-ws/onlineendpoints/taxi`,
      exists: true,
      changing: false,
      slots: [
        { slot: 'blue', health: 'healthy', detail: '', revision: MARK, replicas: 1 },
        { slot: 'green', health: 'healthy', detail: '', revision: null, replicas: 1 },
      ],
      traffic: { blue: 100 },
      mirror: { green: 10 },
      marks: { previous: 'blue=100' },
      version: null,
    })
    expect(world.armCalls()).toHaveLength(2)
  })

  test.each([
    ['Succeeded', 'healthy'],
    ['Creating', 'changing'],
    ['Updating', 'changing'],
    ['Deleting', 'changing'],
    ['Failed', 'unhealthy'],
  ] as const)('provisioning state %s is %s', async (provisioningState, health) => {
    const world = createAzureWorld()
    const endpoint = seedEndpoint(world.state, SEED_PLACE, { name: 'taxi' })
    seedSlot(endpoint, { name: 'blue', model: MODEL, provisioningState })
    const { platform } = await open(world)
    const seen = await platform.observe(signal)
    expect(seen.slots[0]?.health).toBe(health)
  })
})

describe('setWeights', () => {
  const marks: RawMarks = {
    rollout: '1111111111111111',
    step: '1/1@1770000000',
    previous: 'blue=100',
  }
  let world: AzureWorld
  beforeEach(() => {
    world = createAzureWorld()
  })
  const change = (seen: Observation) => ({ weights: allTo('green'), marks, seen })

  test('writes weights and marks, keeps every other field and tag, drops the mirror of a live slot', async () => {
    const endpoint = seedBoth(world, { 'sluice-plan': 'old', 'sluice-foreign': 'stays' })
    const { platform } = await open(world)
    const report = await platform.setWeights(change(await platform.observe(signal)), signal)
    expect(report).toEqual({ changed: true })
    expect(endpoint.body).toMatchObject({
      tags: {
        team: 'fares',
        'sluice-foreign': 'stays',
        'sluice-rollout': '1111111111111111',
        'sluice-step': '1/1@1770000000',
        'sluice-previous': 'blue=100',
      },
      properties: { traffic: { green: 100 }, mirrorTraffic: {}, futureField: { deep: [1] } },
    })
    expect(endpoint.body['tags']).not.toHaveProperty('sluice-plan')
    const seen = await platform.observe(signal)
    expect(seen).toMatchObject({ traffic: { green: 100 }, marks })
  })

  test('a swap costs four calls besides polls when reads are not stale', async () => {
    world = createAzureWorld({ staleReads: 0 })
    seedBoth(world)
    const { platform } = await open(world)
    await platform.setWeights(change(await platform.observe(signal)), signal)
    expect(world.armCalls()).toEqual([
      'GET /onlineEndpoints/taxi',
      'GET /onlineEndpoints/taxi/deployments',
      'PUT /onlineEndpoints/taxi',
      'GET /onlineEndpoints/taxi',
    ])
  })

  test('a change that is there already costs nothing', async () => {
    seedBoth(world)
    const { platform } = await open(world)
    await platform.setWeights(change(await platform.observe(signal)), signal)
    const seen = await platform.observe(signal)
    const before = world.armCalls().length
    expect(await platform.setWeights(change(seen), signal)).toEqual({ changed: false })
    expect(world.armCalls()).toHaveLength(before)
  })

  test('what was seen long ago is read again, and a change in between is refused', async () => {
    const endpoint = seedBoth(world)
    const { platform } = await open(world)
    const seen = await platform.observe(signal)
    world.clock.advance(120)
    endpoint.body = {
      ...endpoint.body,
      properties: { authMode: 'Key', traffic: { blue: 60, green: 40 } },
    }
    await expect(platform.setWeights(change(seen), signal)).rejects.toMatchObject({
      code: 'ROLLOUT_CHANGED_MEANWHILE',
    })
    expect(world.armCalls().filter((call) => call.startsWith('PUT'))).toEqual([])
  })

  test('a second owner that writes after us is detected at the read-back', async () => {
    const endpoint = seedBoth(world)
    const { platform } = await open(world)
    const seen = await platform.observe(signal)
    world.loss = ({ method, url }) => {
      const rival = method === 'GET' && !url.includes('mfeOperation') && endpoint.operation === null
      if (rival) {
        endpoint.stale = null
        endpoint.body = { ...endpoint.body, tags: { 'sluice-rollout': '9999999999999999' } }
      }
      return null
    }
    await expect(platform.setWeights(change(seen), signal)).rejects.toMatchObject({
      code: 'AZUREML_CHANGED_MEANWHILE',
      message: expect.stringContaining('9999999999999999'),
    })
  })

  test('an endpoint that is Updating is waited for', async () => {
    const endpoint = seedBoth(world)
    endpoint.provisioningState = 'Updating'
    const { platform } = await open(world)
    const seen = await platform.observe(signal)
    expect(seen.changing).toBe(true)
    let reads = 0
    world.loss = ({ method }) => {
      if (method === 'GET' && ++reads === 3) endpoint.provisioningState = 'Succeeded'
      return null
    }
    expect(await platform.setWeights(change(seen), signal)).toEqual({ changed: true })
    expect(world.clock.waits.slice(0, 2)).toEqual([5, 5])
  })

  test('a refusal because the endpoint is at work is waited out', async () => {
    const endpoint = seedBoth(world)
    const { platform } = await open(world)
    const seen = await platform.observe(signal)
    const rival = await open(world)
    const rivalSeen = await rival.platform.observe(signal)
    const cancel = new AbortController()
    world.loss = ({ url }) => {
      if (url.includes('mfeOperation')) cancel.abort(new Error('rival died'))
      return null
    }
    await expect(
      rival.platform.setWeights(
        { weights: allTo('blue'), marks: { rollout: '2222222222222222' }, seen: rivalSeen },
        cancel.signal,
      ),
    ).rejects.toThrow('rival died')
    expect(endpoint.provisioningState).toBe('Updating')
    expect(endpoint.body['tags']).toMatchObject({ 'sluice-rollout': '2222222222222222' })
    world.loss = () => null
    await expect(platform.setWeights(change(seen), signal)).rejects.toMatchObject({
      code: 'ROLLOUT_CHANGED_MEANWHILE',
      message: expect.stringContaining('before our write'),
    })
  })

  test('after a write nothing is taken from memory: the same `seen` is compared again', async () => {
    seedBoth(world)
    const { platform } = await open(world)
    const seen = await platform.observe(signal)
    await platform.setWeights(change(seen), signal)
    await expect(
      platform.setWeights({ weights: allTo('blue'), marks: {}, seen }, signal),
    ).rejects.toMatchObject({ code: 'ROLLOUT_CHANGED_MEANWHILE' })
  })

  test.each(['before', 'after'] as const)(
    'a PUT whose answer is lost (%s it was done) is settled by reading',
    async (when) => {
      seedBoth(world)
      const { platform } = await open(world)
      const seen = await platform.observe(signal)
      let lost = 0
      world.loss = ({ method }) => (method === 'PUT' && lost++ === 0 ? when : null)
      const outcome = await platform.setWeights(change(seen), signal).then(
        () => 'changed',
        (error: { code: string }) => error.code,
      )
      expect(outcome).toBe({ before: 'AZUREML_NOT_VISIBLE', after: 'changed' }[when])
    },
  )
})

describe('deploy', () => {
  const order = async (platform: AzureWorkspace['platform'], slot = 'green', mark = MARK) => ({
    slot,
    mark,
    workload: workload(),
    seen: await platform.observe(signal),
  })

  test('creates the endpoint, uploads the code once, and leaves a healthy marked slot', async () => {
    const world = createAzureWorld()
    world.files.set('ml/score.py', 'def run(): ...')
    const { platform } = await open(world)
    expect(await platform.deploy(await order(platform), signal)).toEqual({ changed: true })
    const seen = await platform.observe(signal)
    expect(seen).toMatchObject({
      exists: true,
      traffic: {},
      slots: [{ slot: 'green', health: 'healthy', revision: MARK, replicas: 2 }],
    })
    expect(Object.keys(world.state.blobs)).toEqual([expect.stringMatching(/\/score\.py$/)])
    expect(world.exchanges.filter(({ face }) => face === 'blob')).toHaveLength(1)

    await platform.deploy(await order(platform, 'blue', OTHER_MARK), signal)
    expect(world.exchanges.filter(({ face }) => face === 'blob')).toHaveLength(1)
  })

  test('the same mark again changes nothing', async () => {
    const world = createAzureWorld()
    world.files.set('ml/score.py', 'def run(): ...')
    const { platform } = await open(world)
    await platform.deploy(await order(platform), signal)
    const writes = () => world.armCalls().filter((call) => !call.startsWith('GET')).length
    const before = writes()
    expect(await platform.deploy(await order(platform), signal)).toEqual({ changed: false })
    expect(writes()).toBe(before)
  })

  test.each([
    ['live', { blue: 100 }, {}],
    ['mirrored', { green: 100 }, { blue: 10 }],
  ])('a slot with %s traffic is refused', async (_, traffic, mirrorTraffic) => {
    const world = createAzureWorld()
    const endpoint = seedBoth(world)
    endpoint.body = { ...endpoint.body, properties: { authMode: 'Key', traffic, mirrorTraffic } }
    const { platform } = await open(world)
    await expect(platform.deploy(await order(platform, 'blue'), signal)).rejects.toMatchObject({
      code: 'AZUREML_SLOT_HAS_TRAFFIC',
    })
    expect(world.armCalls().filter((call) => call.startsWith('PUT'))).toEqual([])
  })

  test.each([
    ['OutOfQuota', 'AZUREML_OUT_OF_QUOTA'],
    ['ImageBuildFailure', 'AZUREML_IMAGE_BUILD_FAILURE'],
    ['ResourceNotReady', 'AZUREML_RESOURCE_NOT_READY'],
    ['BadArgument', 'AZUREML_BAD_ARGUMENT'],
    ['SomethingNew', 'AZUREML_OPERATION_FAILED'],
  ])(
    '%s becomes %s with the words of Azure, and the failed slot is overwritten next time',
    async (code, ours) => {
      const fault = { code, message: 'no cores left in the family', times: 1 }
      const world = createAzureWorld({ deploymentFaults: [fault] })
      world.files.set('ml/score.py', 'def run(): ...')
      const { platform } = await open(world)
      await expect(platform.deploy(await order(platform), signal)).rejects.toMatchObject({
        code: ours,
        message: expect.stringContaining('no cores left in the family'),
      })
      expect((await platform.observe(signal)).slots[0]?.health).toBe('unhealthy')
      expect(await platform.deploy(await order(platform), signal)).toEqual({ changed: true })
      expect((await platform.observe(signal)).slots[0]?.health).toBe('healthy')
    },
  )

  test('a failed slot of another instance type is deleted and created', async () => {
    const world = createAzureWorld()
    const endpoint = seedEndpoint(world.state, SEED_PLACE, { name: 'taxi' })
    seedSlot(endpoint, {
      name: 'green',
      model: MODEL,
      provisioningState: 'Failed',
      properties: { instanceType: 'Standard_F2s_v2' },
    })
    world.files.set('ml/score.py', 'def run(): ...')
    const { platform } = await open(world)
    await platform.deploy(await order(platform), signal)
    expect(world.armCalls().filter((call) => call.startsWith('DELETE'))).toEqual([
      'DELETE /onlineEndpoints/taxi/deployments/green',
    ])
    expect((await platform.observe(signal)).slots[0]).toMatchObject({
      health: 'healthy',
      revision: MARK,
    })
  })

  test('refusals while the endpoint is at work are waited out', async () => {
    const world = createAzureWorld({ lateRefusals: 2 })
    world.files.set('ml/score.py', 'def run(): ...')
    const { platform } = await open(world)
    expect(await platform.deploy(await order(platform), signal)).toEqual({ changed: true })
    expect(world.exchanges.filter(({ status }) => status === 409).length).toBeGreaterThan(0)
  })

  test('when the time is up it says so, and the next run waits on', async () => {
    const world = createAzureWorld({ polls: 40 })
    seedEndpoint(world.state, SEED_PLACE, { name: 'taxi' })
    world.files.set('ml/score.py', 'def run(): ...')
    const parts = {
      target: { place: PLACE, endpoint: 'taxi' },
      settings: SETTINGS,
      ports: world.ports,
    }
    const hasty = await openAzureWorkspace({ ...parts, waitSeconds: 60 })
    await expect(hasty.platform.deploy(await order(hasty.platform), signal)).rejects.toMatchObject({
      code: 'AZUREML_STILL_RUNNING',
    })
    const patient = await openAzureWorkspace(parts)
    await patient.platform.deploy(await order(patient.platform), signal)
    expect(
      world.armCalls().filter((call) => call === 'PUT /onlineEndpoints/taxi/deployments/green'),
    ).toHaveLength(1)
    expect((await patient.platform.observe(signal)).slots[0]).toMatchObject({
      health: 'healthy',
      revision: MARK,
    })
  })

  test('a PUT whose answer is lost is settled by reading', async () => {
    const world = createAzureWorld()
    seedEndpoint(world.state, SEED_PLACE, { name: 'taxi' })
    world.files.set('ml/score.py', 'def run(): ...')
    const { platform } = await open(world)
    world.loss = ({ method, url }) =>
      method === 'PUT' && url.includes('/deployments/') ? 'after' : null
    expect(await platform.deploy(await order(platform), signal)).toEqual({ changed: true })
  })

  test('a cancel ends the wait at once', async () => {
    const world = createAzureWorld({ polls: 1000 })
    seedEndpoint(world.state, SEED_PLACE, { name: 'taxi' })
    world.files.set('ml/score.py', 'def run(): ...')
    const { platform } = await open(world)
    const cancel = new AbortController()
    const seen = await order(platform)
    world.loss = ({ url }) => {
      if (url.includes('mfeOperation')) cancel.abort(new Error('cancelled'))
      return null
    }
    await expect(platform.deploy(seen, cancel.signal)).rejects.toThrow('cancelled')
  })

  test('no token, key or signature stands in a line of the log', async () => {
    const world = createAzureWorld()
    world.files.set('ml/score.py', 'def run(): ...')
    const { platform } = await open(world)
    await platform.deploy(await order(platform), signal)
    await platform.probe(
      'green',
      { name: 'a', body: '{}', contentType: 'application/json' },
      signal,
    )
    expect(world.masked.length).toBeGreaterThan(3)
    for (const secret of world.masked) expect(world.lines.join('\n')).not.toContain(secret)
  })
})

describe('probe', () => {
  const request = { name: 'one', body: '{}', contentType: 'application/json' }

  test.each(['Key', 'AMLToken', 'AADToken'])(
    'a slot without traffic answers for itself (%s)',
    async (authMode) => {
      const world = createAzureWorld()
      const endpoint = seedBoth(world)
      endpoint.body = { ...endpoint.body, properties: { authMode, traffic: { blue: 100 } } }
      const { platform } = await open(world)
      expect(await platform.probe('green', request, signal)).toMatchObject({
        status: 200,
        body: '["1"]',
        answeredBy: 'green',
      })
    },
  )

  test('who answers is what the answer says', async () => {
    const world = createAzureWorld({ ignoreSlotHeader: true })
    seedBoth(world)
    const { platform } = await open(world)
    expect((await platform.probe('green', request, signal)).answeredBy).toBe('blue')
  })

  test('an answer that does not say who gave it proves nothing', async () => {
    const world = createAzureWorld({ hideSlot: true })
    seedBoth(world)
    const { platform } = await open(world)
    expect((await platform.probe('green', request, signal)).answeredBy).toBeNull()
  })

  test('a slot that is not ready yet is waited for', async () => {
    const world = createAzureWorld()
    const endpoint = seedBoth(world)
    const green = endpoint.slots['green']
    expect(green).toBeDefined()
    Object.assign(green ?? {}, { provisioningState: 'Updating' })
    let asked = 0
    world.loss = (_, face) => {
      if (face === 'scoring' && ++asked === 3)
        Object.assign(green ?? {}, { provisioningState: 'Succeeded' })
      return null
    }
    const { platform } = await open(world)
    expect((await platform.probe('green', request, signal)).status).toBe(200)
    expect(world.clock.waits).toEqual([5, 5])
  })

  test('a key that was regenerated is fetched once more', async () => {
    const world = createAzureWorld()
    const endpoint = seedBoth(world)
    const { platform } = await open(world)
    await platform.probe('green', request, signal)
    endpoint.keys = { primaryKey: 'new-one', secondaryKey: 'new-two' }
    expect((await platform.probe('green', request, signal)).status).toBe(200)
  })

  test('no answer is an answer without status', async () => {
    const world = createAzureWorld()
    seedBoth(world)
    world.loss = (_, face) => (face === 'scoring' ? 'after' : null)
    const { platform } = await open(world)
    expect(await platform.probe('green', request, signal)).toMatchObject({
      status: null,
      answeredBy: null,
    })
  })
})

describe('retire', () => {
  test('deletes an idle slot, once', async () => {
    const world = createAzureWorld()
    const endpoint = seedBoth(world)
    endpoint.body = { ...endpoint.body, properties: { authMode: 'Key', traffic: { blue: 100 } } }
    const { platform } = await open(world)
    expect(await platform.retire('green', signal)).toEqual({ changed: true })
    expect(Object.keys(endpoint.slots)).toEqual(['blue'])
    expect(await platform.retire('green', signal)).toEqual({ changed: false })
  })

  test.each(['blue', 'green'])('slot %s with live or mirrored traffic is refused', async (slot) => {
    const world = createAzureWorld()
    seedBoth(world)
    const { platform } = await open(world)
    await expect(platform.retire(slot, signal)).rejects.toMatchObject({
      code: 'AZUREML_SLOT_HAS_TRAFFIC',
    })
  })
})

describe('sign-in', () => {
  test('a job that Entra does not trust is told why, without the assertion', async () => {
    const world = createAzureWorld()
    const settings = {
      ...SETTINGS,
      identity: {
        clientId: '33333333-3333-3333-3333-333333333334',
        tenantId: '22222222-2222-2222-2222-222222222222',
      },
    }
    const { platform } = await openAzureWorkspace({
      target: { place: PLACE, endpoint: 'taxi' },
      settings,
      ports: world.ports,
    })
    const error = await platform.observe(signal).then(
      () => new Error('no error'),
      (caught: unknown) => caught as Error,
    )
    expect(error).toMatchObject({
      code: 'AZUREML_SIGN_IN_FAILED',
      message: expect.stringContaining('AADSTS700016'),
    })
    expect(world.masked.some((secret) => error.message.includes(secret))).toBe(false)
  })

  test('one token serves many calls, until five minutes before its end', async () => {
    const world = createAzureWorld()
    const { platform } = await open(world)
    const tokens = () => world.exchanges.filter(({ face }) => face === 'entra').length
    await platform.observe(signal)
    await platform.observe(signal)
    expect(tokens()).toBe(1)
    world.clock.advance(3599 - 299)
    await platform.observe(signal)
    expect(tokens()).toBe(2)
  })
})
