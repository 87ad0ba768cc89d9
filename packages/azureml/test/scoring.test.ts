// The scoring plane through the real door: every try is an answer of its own, measured by itself.
import { expect, test } from '@jest/globals'
import { openAzureMl } from '@sluice/azureml'
import { asFetch, createDoor } from '@sluice/http'
import type { ProbeAnswer } from '@sluice/rollout'
import { seedEndpoint, seedSlot } from '@sluice/twin'
import { createAzureWorld, PLACE, SEED_PLACE, SETTINGS } from '../../../test/doubles/azure-world.ts'

const signal = new AbortController().signal
const MODEL = `/subscriptions/${PLACE.subscription}/resourceGroups/${PLACE.resourceGroup}/providers/Microsoft.MachineLearningServices/workspaces/${PLACE.workspace}/models/fare/versions/1`

const later = (status: number) => () =>
  Promise.resolve(new Response('', { status, headers: { 'retry-after': '7' } }))

const unsent = () =>
  Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))

test('what the door would send again on its own comes back as it is, at once', async () => {
  const world = createAzureWorld()
  const endpoint = seedEndpoint(world.state, SEED_PLACE, { name: 'taxi' })
  seedSlot(endpoint, { name: 'green', model: MODEL })
  const azure = asFetch(world.ports.http)
  const scoring: (() => Promise<Response>)[] = [later(429), later(503), unsent]
  const http = createDoor({
    fetch: (input, init) =>
      String(input).includes('scoring.test')
        ? (scoring.shift() ?? (() => azure(input, init)))()
        : azure(input, init),
    clock: world.clock,
    random: () => 1,
  })
  const platform = await openAzureMl({
    target: { place: PLACE, endpoint: 'taxi' },
    settings: SETTINGS,
    ports: { ...world.ports, http },
  })
  const request = { name: 'one', body: '{}', contentType: 'application/json' }
  const answers: ProbeAnswer[] = []
  for (let sent = 0; sent < 3; sent += 1)
    answers.push(await platform.probe('green', request, signal))
  expect(answers.map(({ status, latencyMs }) => [status, latencyMs])).toEqual([
    [429, 0],
    [503, 0],
    [null, 0],
  ])
  expect((await platform.probe('green', request, signal)).status).toBe(200)
  expect(world.clock.waits).toEqual([])
})
