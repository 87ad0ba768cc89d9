import { describe, expect, test } from '@jest/globals'
import { seedRegistryAsset } from '../../src/index.ts'
import { ENDPOINT, endpointBody, Rig, slotBody, withSlots, WORKSPACE } from './rig.ts'

const BLUE = `${ENDPOINT}/deployments/blue`

async function withEndpoint(options: ConstructorParameters<typeof Rig>[0] = {}): Promise<Rig> {
  const rig = await Rig.ready(options)
  await rig.finish(await rig.arm('PUT', ENDPOINT, endpointBody()))
  return rig
}

describe('a deployment', () => {
  test('is made by an operation and then Succeeded, with the settings of the service', async () => {
    const rig = await withEndpoint()
    const made = await rig.arm('PUT', BLUE, slotBody('1', { fromTheFuture: true }))
    expect([made.status, made.json().properties?.provisioningState]).toEqual([201, 'Creating'])
    expect(await rig.finish(made)).toEqual(['InProgress', 'InProgress', 'InProgress', 'Succeeded'])
    expect((await rig.arm('GET', BLUE)).json()).toMatchObject({
      name: 'blue',
      sku: { name: 'Default', capacity: 1 },
      properties: {
        provisioningState: 'Succeeded',
        fromTheFuture: true,
        requestSettings: { requestTimeout: 'PT5S' },
      },
    })
  })

  test('fails as configured, so many times, and says why', async () => {
    const fault = { deployment: 'blue', model: 'taxi:2', code: 'OutOfQuota', message: 'no cores' }
    const rig = await withEndpoint({ deploymentFaults: [{ ...fault, times: 1 }] })
    const other = await rig.arm('PUT', `${ENDPOINT}/deployments/green`, slotBody('1'))
    expect((await rig.finish(other)).at(-1)).toBe('Succeeded')
    const failed = await rig.arm('PUT', BLUE, slotBody('2'))
    expect((await rig.finish(failed)).at(-1)).toBe('Failed')
    const poll = await rig.follow(failed.headers['azure-asyncoperation'] ?? '')
    expect(poll.json().error).toMatchObject({ code: 'OutOfQuota', message: 'no cores' })
    expect((await rig.arm('GET', BLUE)).json().properties?.provisioningState).toBe('Failed')
    expect((await rig.arm('POST', `${BLUE}/getLogs`, {})).json().content).toBe(
      'OutOfQuota: no cores',
    )
    expect((await rig.finish(await rig.arm('PUT', BLUE, slotBody('2')))).at(-1)).toBe('Succeeded')
  })

  test('is refused while it is being changed', async () => {
    const rig = await withEndpoint()
    await rig.arm('PUT', BLUE, slotBody())
    expect((await rig.arm('PUT', BLUE, slotBody())).status).toBe(409)
    expect((await rig.arm('DELETE', BLUE)).status).toBe(409)
  })

  test('takes assets of a registry and mlflow models without environment', async () => {
    const rig = await withEndpoint()
    const model = 'azureml://registries/shared/models/taxi/versions/9'
    seedRegistryAsset(rig.azure.state, model, { modelType: 'mlflow_model' })
    const body = slotBody('1', { model, environmentId: null })
    expect((await rig.arm('PUT', BLUE, body)).status).toBe(201)
  })

  test('scales by PATCH of its sku, as an operation; tags at once', async () => {
    const rig = await withEndpoint()
    await rig.finish(await rig.arm('PUT', BLUE, slotBody()))
    const patched = await rig.arm('PATCH', BLUE, { sku: { capacity: 3 } })
    expect(patched.status).toBe(202)
    await rig.finish(patched)
    const result = await rig.follow(patched.headers.location ?? '')
    expect([result.status, result.json().sku]).toEqual([200, { name: 'Default', capacity: 3 }])
    expect((await rig.arm('PATCH', BLUE, { tags: { a: 'b' } })).json().tags).toEqual({ a: 'b' })
    expect((await rig.arm('PATCH', BLUE, { properties: {} })).status).toBe(400)
  })

  test('with live or mirrored traffic is not deleted; at 0 it is', async () => {
    const rig = await Rig.ready({ staleReads: 0 })
    await withSlots(rig, { blue: 100 })
    expect((await rig.arm('DELETE', BLUE)).status).toBe(400)
    const mirror = { traffic: { blue: 100 }, mirrorTraffic: { green: 10 } }
    await rig.finish(await rig.arm('PUT', ENDPOINT, endpointBody(mirror)))
    expect((await rig.arm('DELETE', `${ENDPOINT}/deployments/green`)).status).toBe(400)
    await rig.finish(await rig.arm('PUT', ENDPOINT, endpointBody({ traffic: { green: 100 } })))
    const deleted = await rig.arm('DELETE', BLUE)
    expect(deleted.status).toBe(202)
    await rig.finish(deleted)
    expect((await rig.arm('GET', BLUE)).status).toBe(404)
  })
})

test('a slot may bear any name that Azure allows', async () => {
  const rig = await withEndpoint({ polls: 0, staleReads: 0 })
  const slot = `${ENDPOINT}/deployments/constructor`
  expect((await rig.arm('PUT', slot, slotBody())).status).toBe(200)
  await rig.arm('PUT', ENDPOINT, endpointBody({ traffic: { constructor: 100 } }))
  expect((await rig.arm('DELETE', slot)).status).toBe(400)
  await rig.arm('PUT', ENDPOINT, endpointBody())
  expect((await rig.arm('DELETE', slot)).status).toBe(202)
})

describe('a deployment is refused', () => {
  const model = (id: string) => slotBody('1', { model: `${WORKSPACE}/${id}` })
  const cases: [string, object, string][] = [
    ['a model that is not there', slotBody('99'), 'properties.model'],
    [
      'an environment for a model',
      model('environments/AzureML-sklearn/versions/1'),
      'properties.model',
    ],
    [
      'a model of another workspace',
      slotBody('1', { model: `${WORKSPACE.replace('one', 'two')}/models/taxi/versions/1` }),
      'properties.model',
    ],
    ['a model by short name', slotBody('1', { model: 'azureml:taxi:1' }), 'properties.model'],
    [
      'an unknown registry model',
      slotBody('1', { model: 'azureml://registries/r/models/m/versions/1' }),
      'properties.model',
    ],
    [
      'an environment that is not there',
      slotBody('1', { environmentId: `${WORKSPACE}/environments/x/versions/1` }),
      'properties.environmentId',
    ],
    ['no environment', slotBody('1', { environmentId: null }), 'properties.environmentId'],
    [
      'code that is not there',
      slotBody('1', {
        codeConfiguration: { codeId: `${WORKSPACE}/codes/x/versions/1`, scoringScript: 'score.py' },
      }),
      'properties.codeConfiguration.codeId',
    ],
    [
      'code without a script',
      slotBody('1', { codeConfiguration: { codeId: 'x' } }),
      'properties.codeConfiguration',
    ],
    ['no instance type', slotBody('1', { instanceType: null }), 'properties.instanceType'],
    [
      'another instance type',
      slotBody('1', { instanceType: 'Standard_F4s_v2' }),
      'properties.instanceType',
    ],
    [
      'no compute type',
      slotBody('1', { endpointComputeType: undefined }),
      'properties.endpointComputeType',
    ],
    ['no instance', slotBody('1', {}, { sku: { name: 'Default', capacity: 0 } }), 'sku.capacity'],
    ['no sku', slotBody('1', {}, { sku: undefined }), 'sku.capacity'],
    ['another sku', slotBody('1', {}, { sku: { name: 'P1', capacity: 1 } }), 'sku.name'],
    [
      'a number as a variable',
      slotBody('1', { environmentVariables: { A: 1 } }),
      'properties.environmentVariables',
    ],
    ['a long tag', slotBody('1', {}, { tags: { a: 'x'.repeat(257) } }), 'tags'],
    [
      'its state',
      slotBody('1', { provisioningState: 'Succeeded' }),
      'properties.provisioningState',
    ],
    ['another place', slotBody('1', {}, { location: 'northeurope' }), 'location'],
  ]

  test.each(cases)('%s', async (_what, body, target) => {
    const rig = await withEndpoint({ polls: 0 })
    await rig.arm('PUT', BLUE, slotBody())
    const before = structuredClone({ ...rig.azure.state, serial: 0 })
    const answer = await rig.arm('PUT', BLUE, body)
    expect([answer.status, answer.json().error?.target]).toEqual([400, target])
    expect({ ...rig.azure.state, serial: 0 }).toEqual(before)
  })

  test('without its endpoint', async () => {
    const rig = await Rig.ready()
    expect((await rig.arm('PUT', BLUE, slotBody())).status).toBe(404)
  })
})
