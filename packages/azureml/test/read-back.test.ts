// A traffic write whose answer says nothing: it is done when Azure has ended it, not when it shows.
import { expect, test } from '@jest/globals'
import { openAzureWorkspace } from '@sluice/azureml'
import type { HttpDoor, HttpRequest } from '@sluice/http'
import { allTo } from '@sluice/rollout'
import { seedEndpoint, seedSlot } from '@sluice/twin'
import {
  createAzureWorld,
  PLACE,
  SEED_PLACE,
  SETTINGS,
  type AzureWorld,
} from '../../../test/doubles/azure-world.ts'

const signal = new AbortController().signal
const MODEL = `/subscriptions/${PLACE.subscription}/resourceGroups/${PLACE.resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/${PLACE.workspace}/models/fare/versions/1`

const isTrafficWrite = ({ method, url }: HttpRequest): boolean =>
  method === 'PUT' && new URL(url).pathname.endsWith('/onlineEndpoints/taxi')

function createWorld(polls: number) {
  const world = createAzureWorld({ polls, staleReads: 0 })
  const properties = { traffic: { blue: 100 } }
  const endpoint = seedEndpoint(world.state, SEED_PLACE, { name: 'taxi', properties })
  seedSlot(endpoint, { name: 'blue', model: MODEL })
  seedSlot(endpoint, { name: 'green', model: MODEL })
  return { world, endpoint }
}

/** A door to the very same Azure, whose answers to traffic writes become what a proxy makes of them. */
const behindProxy =
  (world: AzureWorld): HttpDoor =>
  async (request) => {
    const answer = await world.ports.http(request)
    return isTrafficWrite(request) ? { ...answer, status: 502, headers: {}, text: '' } : answer
  }

async function swap(world: AzureWorld, http: HttpDoor): Promise<unknown> {
  const { platform } = await openAzureWorkspace({
    target: { place: PLACE, endpoint: 'taxi' },
    settings: SETTINGS,
    ports: { ...world.ports, http },
  })
  const seen = await platform.observe(signal)
  return platform.setWeights({ weights: allTo('green'), marks: {}, seen }, signal)
}

/** The same, whose traffic writes are never answered. */
function deaf(world: AzureWorld): HttpDoor {
  world.loss = (request) => (isTrafficWrite(request) ? 'after' : null)
  return world.ports.http
}

test.each([
  ['a lost answer', 3, deaf],
  ['a 502', 3, behindProxy],
  ['a 502, and work for longer than reads may lag', 60, behindProxy],
])('%s: Azure has ended its work when the change is reported', async (_, polls, doorOf) => {
  const { world, endpoint } = createWorld(polls)
  expect(await swap(world, doorOf(world))).toEqual({ changed: true })
  expect(endpoint.provisioningState).toBe('Succeeded')
  expect(endpoint.operation).toBeNull()
})

test('a write that shows and has ended Failed is no success', async () => {
  const { world } = createWorld(1)
  const door = behindProxy(world)
  const failing: HttpDoor = async (request) => {
    const answer = await door(request)
    const operation = isTrafficWrite(request) ? Object.values(world.state.operations).at(-1) : {}
    Object.assign(operation ?? {}, { failure: { code: 'InternalError', message: 'broken' } })
    return answer
  }
  await expect(swap(world, failing)).rejects.toMatchObject({
    code: 'AZUREML_OPERATION_FAILED',
    message: expect.stringContaining('Failed'),
  })
})
