// A slot that somebody else puts live while we are on our way to write or delete it (S2, S4, S6).
import { describe, expect, test } from '@jest/globals'
import { openAzureWorkspace, type AzureWorkspace } from '@sluice/azureml'
import {
  asFetch,
  createDoor,
  type HttpDoor,
  type HttpRequest,
  type HttpResponse,
} from '@sluice/http'
import { allTo } from '@sluice/rollout'
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

const open = (world: AzureWorld, http: HttpDoor = world.ports.http): Promise<AzureWorkspace> =>
  openAzureWorkspace({
    target: { place: PLACE, endpoint: 'taxi' },
    settings: SETTINGS,
    ports: { ...world.ports, http },
  })

interface Slots {
  readonly instanceType?: string
  readonly traffic?: Readonly<Record<string, number>>
  readonly staleReads?: number
}

/** Blue and green, green with a revision of somebody else. */
function createWorld(slots: Slots = {}) {
  const { instanceType = 'Standard_DS3_v2', traffic = { blue: 100 }, staleReads = 2 } = slots
  const world = createAzureWorld({ staleReads })
  const endpoint = seedEndpoint(world.state, SEED_PLACE, { name: 'taxi', properties: { traffic } })
  seedSlot(endpoint, { name: 'blue', model: MODEL })
  seedSlot(endpoint, {
    name: 'green',
    model: MODEL,
    tags: { 'sluice-revision': OTHER_MARK },
    properties: { instanceType },
  })
  world.files.set('ml/score.py', 'def run(): ...')
  return world
}

/** Returns once Azure is at work on it: nobody waits for its end. */
async function beginSwap(world: AzureWorld, slot: string): Promise<null> {
  const { platform } = await open(world)
  const cancel = new AbortController()
  const seen = await platform.observe(signal)
  world.loss = ({ url }) => {
    if (url.includes('mfeOperation')) cancel.abort(new Error('left alone'))
    return null
  }
  await platform
    .setWeights({ weights: allTo(slot), marks: {}, seen }, cancel.signal)
    .catch(() => null)
  world.loss = () => null
  return null
}

/** A door that does something once, right before the first request of a kind; it can answer it, too. */
function doorWith(
  world: AzureWorld,
  isFirst: (request: HttpRequest) => boolean,
  act: () => Promise<HttpResponse | null>,
): HttpDoor {
  let done = false
  return async (request) => {
    if (done || !isFirst(request)) return world.ports.http(request)
    done = true
    return (await act()) ?? world.ports.http(request)
  }
}

/** Somebody swaps to green, from beginning to end, while Azure refuses what we sent. */
async function swapAndRefuse(world: AzureWorld): Promise<HttpResponse> {
  const { platform } = await open(world)
  const seen = await platform.observe(signal)
  await platform.setWeights({ weights: allTo('green'), marks: {}, seen }, signal)
  const message = 'Cannot delete the deployment: the endpoint is in Updating provisioning state.'
  const text = JSON.stringify({ error: { code: 'Conflict', message } })
  return { status: 409, headers: {}, text, requestId: null }
}

const isSlotWrite = (verb: string) => (request: HttpRequest) =>
  request.method === verb && request.url.includes('/deployments/green')

const isUpload = ({ url }: HttpRequest): boolean => url.includes('blob.test')

const liveGreen = {
  traffic: { green: 100 },
  slots: [{ slot: 'blue' }, { slot: 'green', health: 'healthy', revision: OTHER_MARK }],
}

const refusal = {
  code: 'AZUREML_SLOT_HAS_TRAFFIC',
  message: expect.stringContaining('100 % of live traffic'),
}

const deploy = async ({ platform }: AzureWorkspace): Promise<unknown> => {
  const order = { slot: 'green', mark: MARK, workload: workload() } as const
  return platform.deploy({ ...order, seen: await platform.observe(signal) }, signal)
}

describe('a swap onto the slot that begins after a deploy has looked', () => {
  test.each([
    ['its PUT', isSlotWrite('PUT')],
    ['its code goes up', isUpload],
  ])('before %s: the live slot stays as it is', async (_, isFirst) => {
    const world = createWorld()
    const ours = await open(
      world,
      doorWith(world, isFirst, () => beginSwap(world, 'green')),
    )
    await expect(deploy(ours)).rejects.toMatchObject(refusal)
    expect(await ours.platform.observe(signal)).toMatchObject(liveGreen)
  })

  test.each([
    ['deploy', deploy],
    ['retire', ({ platform }: AzureWorkspace) => platform.retire('green', signal)],
  ])('before the deletion by %s is sent again: we do not even ask', async (_, act) => {
    const world = createWorld({ instanceType: 'Standard_F2s_v2' })
    const ours = await open(
      world,
      doorWith(world, isSlotWrite('DELETE'), () => swapAndRefuse(world)),
    )
    await expect(act(ours)).rejects.toMatchObject(refusal)
    expect(world.armCalls().filter((call) => call.startsWith('DELETE'))).toEqual([])
    expect(await ours.platform.observe(signal)).toMatchObject(liveGreen)
  })
})

describe('the real door, which sends writes again by itself', () => {
  /** Every write on a slot meets `answers` first, one each; null: it goes through. */
  function retryingDoor(
    world: AzureWorld,
    answers: readonly (() => Promise<Response | null>)[],
  ): HttpDoor {
    const azure = asFetch(world.ports.http)
    const left = [...answers]
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const isWrite = init?.method !== 'GET' && String(input).includes('/deployments/green')
      return ((isWrite && (await left.shift()?.())) || null) ?? azure(input, init)
    }
    return createDoor({ fetch, clock: world.clock, random: () => 1 })
  }

  const hangUp = () => Promise.reject(new Error('socket hang up'))
  const later = (): Response => new Response('', { status: 503, headers: { 'retry-after': '30' } })

  const swapped = (world: AzureWorld) => async (): Promise<Response> => {
    await swapAndRefuse(world)
    return later()
  }

  test.each([
    ['PUT', 'Standard_DS3_v2'],
    ['DELETE', 'Standard_F2s_v2'],
  ])('does not send a %s again to a slot that went live meanwhile', async (verb, instanceType) => {
    const world = createWorld({ instanceType })
    const ours = await open(world, retryingDoor(world, [swapped(world)]))
    await expect(deploy(ours)).rejects.toMatchObject(refusal)
    expect(world.armCalls().filter((call) => call.startsWith(`${verb} `))).not.toContainEqual(
      expect.stringContaining('/deployments/green'),
    )
    expect(await ours.platform.observe(signal)).toMatchObject(liveGreen)
  })

  test.each([
    ['503', () => Promise.resolve(later())],
    ['429', () => Promise.resolve(new Response('', { status: 429 }))],
    ['no answer', hangUp],
  ])('a write that meets %s three times is sent again', async (_, answer) => {
    const world = createWorld()
    expect(await deploy(await open(world, retryingDoor(world, Array(3).fill(answer))))).toEqual({
      changed: true,
    })
  })

  test.each([
    ['PUT', '503', () => Promise.resolve(later()), 'AZUREML_UNAVAILABLE', 'Standard_DS3_v2'],
    ['PUT', 'nothing', hangUp, 'HTTP_NO_ANSWER', 'Standard_DS3_v2'],
    ['DELETE', 'nothing', hangUp, 'HTTP_NO_ANSWER', 'Standard_F2s_v2'],
  ])('a %s that only ever meets %s ends in that', async (_, __, answer, code, instanceType) => {
    const world = createWorld({ instanceType })
    const ours = await open(world, retryingDoor(world, Array(50).fill(answer)))
    await expect(deploy(ours)).rejects.toMatchObject({ code })
  })
})

test('a swap away from the slot is waited for', async () => {
  const world = createWorld({ traffic: { green: 100 }, staleReads: 0 })
  await beginSwap(world, 'blue')
  expect(await deploy(await open(world))).toEqual({ changed: true })
})

test('a deploy that changes nothing looks twice and no more', async () => {
  const world = createWorld()
  const ours = await open(world)
  await deploy(ours)
  const seen = await ours.platform.observe(signal)
  const before = world.armCalls().length
  const order = { slot: 'green', mark: MARK, workload: workload(), seen } as const
  expect(await ours.platform.deploy(order, signal)).toEqual({ changed: false })
  expect(world.armCalls().length - before).toBe(2)
})
