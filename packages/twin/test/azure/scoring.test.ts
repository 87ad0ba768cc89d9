import { describe, expect, test } from '@jest/globals'
import { answererOf, type ModelBehaviour } from '../../src/index.ts'
import type { Json } from '../../src/azure/json.ts'
import {
  ENDPOINT,
  endpointBody,
  MODELS,
  REQUEST,
  Rig,
  slotBody,
  withSlots,
  type Answer,
} from './rig.ts'

const HEADER = 'azureml-model-deployment'

async function scoringRig(
  options: ConstructorParameters<typeof Rig>[0] = {},
  traffic: object = { blue: 100 },
): Promise<Rig> {
  const rig = await Rig.ready({ polls: 0, staleReads: 0, ...options })
  await withSlots(rig, traffic)
  return rig
}

async function score(
  rig: Rig,
  headers: Readonly<Record<string, string>> = {},
  body: unknown = REQUEST,
): Promise<Answer> {
  const scoringUri = (await rig.arm('GET', ENDPOINT)).at('properties.scoringUri')
  const keys = rig.azure.state.endpoints['westeurope/taxi']?.keys
  return rig.call('scoring', {
    method: 'POST',
    target: new URL(scoringUri).pathname,
    headers: { authorization: `Bearer ${keys?.primaryKey}`, ...headers },
    body: JSON.stringify(body),
  })
}

async function shares(rig: Rig, requests: number): Promise<Record<string, number>> {
  const seen: Record<string, number> = {}
  for (let one = 0; one < requests; one += 1) {
    const slot = (await score(rig)).headers[HEADER] ?? 'none'
    seen[slot] = (seen[slot] ?? 0) + 1
  }
  return seen
}

describe('scoring', () => {
  test('answers by the live slot, from the request, and says which slot it was', async () => {
    const rig = await scoringRig()
    const answer = await score(rig, { 'x-ms-client-request-id': 'mine' })
    expect([answer.status, answer.json()]).toEqual([200, [5.35, 18.575]])
    expect(answer.headers).toMatchObject({ [HEADER]: 'blue', 'x-ms-client-request-id': 'mine' })
    expect(answer.headers['x-ms-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('by header reaches a slot at 0', async () => {
    const rig = await scoringRig()
    const answer = await score(rig, { [HEADER]: 'green' })
    expect([answer.headers[HEADER], answer.json()]).toEqual(['green', [5.28, 15.86]])
    expect((await score(rig, { [HEADER]: 'red' })).status).toBe(404)
    expect((await score(rig, { [HEADER]: 'constructor' })).status).toBe(404)
  })

  test('can ignore the header, or hide the slot', async () => {
    const ignoring = await scoringRig({ ignoreSlotHeader: true })
    expect((await score(ignoring, { [HEADER]: 'green' })).headers[HEADER]).toBe('blue')
    const hiding = await scoringRig({ hideSlot: true })
    expect((await score(hiding, { [HEADER]: 'green' })).headers[HEADER]).toBeUndefined()
  })

  test.each([
    [{ blue: 90, green: 10 }],
    [{ blue: 50, green: 50 }],
    [{ blue: 1, green: 99 }],
    [{ blue: 33, green: 67 }],
  ])('gives exact shares over 100 requests for %j', async (traffic) => {
    const rig = await scoringRig({}, traffic)
    expect(await shares(rig, 100)).toEqual(traffic)
  })

  test('mirrors exactly its percent, and never for addressed requests', async () => {
    const rig = await scoringRig()
    const properties = { traffic: { blue: 100 }, mirrorTraffic: { green: 10 } }
    await rig.arm('PUT', ENDPOINT, endpointBody(properties))
    await shares(rig, 100)
    for (let one = 0; one < 20; one += 1) await score(rig, { [HEADER]: 'green' })
    expect(rig.azure.state.endpoints['westeurope/taxi']?.traffic).toMatchObject({
      routed: { blue: 100 },
      mirrored: { green: 10 },
      addressed: { green: 20 },
    })
  })

  test('without a live slot, or under another name, finds nothing', async () => {
    const rig = await scoringRig({}, {})
    expect((await score(rig)).status).toBe(404)
    const other = await rig.call('scoring', { method: 'POST', target: '/bus.westeurope/score' })
    expect(other.status).toBe(404)
  })

  test('wants the key', async () => {
    const rig = await scoringRig()
    expect((await score(rig, { authorization: 'Bearer wrong' })).status).toBe(401)
    expect((await score(rig, { authorization: `Bearer ${rig.token}` })).status).toBe(401)
  })

  test('wants the token of the endpoint when it uses tokens', async () => {
    const rig = await scoringRig()
    await rig.arm('PUT', ENDPOINT, endpointBody({ authMode: 'AMLToken', traffic: { blue: 100 } }))
    expect((await score(rig)).status).toBe(401)
    const accessToken = (await rig.arm('POST', `${ENDPOINT}/token`, {})).at('accessToken')
    const headers = { authorization: `Bearer ${accessToken}` }
    expect((await score(rig, headers)).status).toBe(200)
    rig.now += 12 * 3600_000
    rig.token = await rig.entraToken('https://management.azure.com/.default')
    expect((await score(rig, headers)).status).toBe(401)
  })

  test('wants a token for ml.azure.com and the role when it uses Entra', async () => {
    const rig = await scoringRig()
    await rig.arm('PUT', ENDPOINT, endpointBody({ authMode: 'AADToken', traffic: { blue: 100 } }))
    expect((await score(rig, { authorization: `Bearer ${rig.token}` })).status).toBe(401)
    const token = await rig.entraToken('https://ml.azure.com/.default')
    const headers = { authorization: `Bearer ${token}` }
    expect((await score(rig, headers)).status).toBe(200)
    const read = ['Microsoft.MachineLearningServices/workspaces/onlineEndpoints/read']
    rig.azure.state.roles = { 'client-1': [{ scope: '/', actions: read }] }
    expect((await score(rig, headers)).status).toBe(403)
  })

  test('of a slot that is not ready answers 424', async () => {
    const rig = await scoringRig()
    rig.azure.state.options = { ...rig.azure.state.options, polls: 3 }
    await rig.arm('PUT', `${ENDPOINT}/deployments/green`, slotBody('2'))
    const answer = await score(rig, { [HEADER]: 'green' })
    expect([answer.status, answer.headers['ms-azureml-model-error-reason']]).toEqual([
      424,
      'model_not_ready',
    ])
  })

  test('of a model that breaks answers 424 with the inner status', async () => {
    const rig = await scoringRig()
    await rig.arm('PUT', `${ENDPOINT}/deployments/green`, slotBody('4'))
    const answer = await score(rig, { [HEADER]: 'green' })
    expect([answer.status, answer.headers['ms-azureml-model-error-statuscode']]).toEqual([
      424,
      '500',
    ])
    const logs = await rig.arm('POST', `${ENDPOINT}/deployments/green/getLogs`, { tail: 1 })
    expect(logs.at('content')).toMatch(/POST \/score 500$/)
  })
})

describe('a model described in rehearsal.yml', () => {
  const linear: ModelBehaviour = {
    kind: 'linear',
    rows: 'data',
    intercept: 1,
    terms: { a: 0.1, b: 0.2 },
  }
  const answer = answererOf({ m: { '1': linear, '*': { kind: 'error-text', text: 'oops' } } })
  const ask = (body: string) => answer({ name: 'm', version: '1' }, body)

  test('predicts row by row, in the order of the rows', () => {
    const data = { a: { x: '1', y: '3' }, b: { x: '1', y: '-1' }, name: { x: 'text', y: 'nan' } }
    expect(ask(JSON.stringify({ data }))).toEqual({ status: 200, body: '[1.3,1.1]' })
  })

  test.each([
    ['no JSON', 'nonsense'],
    ['another field', '{"rows": {}}'],
    ['rows that are a list', '{"data": []}'],
    ['no rows', '{"data": {}}'],
    ['a missing column', '{"data": {"a": {"x": "1"}}}'],
    ['a hole', '{"data": {"a": {"x": "1"}, "b": {"x": ""}}}'],
    ['text for a number', '{"data": {"a": {"x": "one"}, "b": {"x": "1"}}}'],
  ])('answers %s with 200 and an error text', (_what, body) => {
    const { status, body: text } = ask(body)
    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatch(/^Error: /)
  })

  test.each<[string, Json]>([
    ['an object', { class: 'short', shares: [0.25, 0.75] }],
    ['a list', [1, 2]],
    ['null', null],
  ])('answers fixed JSON with 200, whatever the request: %s', (_what, body) => {
    const fixed = answererOf({ m: { '1': { kind: 'fixed', body } } })
    const { status, body: text } = fixed({ name: 'm', version: '1' }, 'nonsense')
    expect(status).toBe(200)
    expect(JSON.parse(text)).toEqual(body)
  })

  test('can always answer an error text, and is not there when nobody described it', () => {
    expect(answer({ name: 'm', version: '9' }, '{}')).toEqual({ status: 200, body: '"oops"' })
    expect(answer({ name: 'other', version: '1' }, '{}').status).toBe(500)
    expect(answer(null, '{}').status).toBe(500)
    expect(answererOf(MODELS)({ name: 'taxi', version: '3' }, '')).toMatchObject({ status: 200 })
  })
})
