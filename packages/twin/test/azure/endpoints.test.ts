import { describe, expect, test } from '@jest/globals'
import { azureSimulator } from '../../src/index.ts'
import { ENDPOINT, endpointBody, Rig, slotBody, withSlots, WORKSPACE, type Answer } from './rig.ts'

const trafficOf = (answer: Answer) => answer.json().properties?.traffic
const stateOf = (answer: Answer) => answer.json().properties?.provisioningState
const codeOf = (answer: Answer) => [answer.status, answer.json().error?.code]

describe('a write of an endpoint', () => {
  test('is answered 201 with an operation that ends after three polls', async () => {
    const rig = await Rig.ready()
    const made = await rig.arm('PUT', ENDPOINT, endpointBody())
    expect(made.status).toBe(201)
    expect(made.headers['x-ms-async-operation-timeout']).toBe('PT1H')
    expect(stateOf(made)).toBe('Creating')
    expect(await rig.finish(made)).toEqual(['InProgress', 'InProgress', 'InProgress', 'Succeeded'])
    expect(stateOf(await rig.arm('GET', ENDPOINT))).toBe('Succeeded')
  })

  test('also ends by polls of the resource itself', async () => {
    const rig = await Rig.ready({ staleReads: 0 })
    await rig.finish(await rig.arm('PUT', ENDPOINT, endpointBody()))
    const updated = await rig.arm('PUT', ENDPOINT, endpointBody({ description: 'text' }))
    expect(updated.status).toBe(201)
    const seen: unknown[] = []
    for (let poll = 0; poll < 4; poll += 1) seen.push(stateOf(await rig.arm('GET', ENDPOINT)))
    expect(seen).toEqual(['Updating', 'Updating', 'Updating', 'Succeeded'])
  })

  test('never ends by time', async () => {
    const rig = await Rig.ready()
    await rig.arm('PUT', ENDPOINT, endpointBody())
    rig.now += 10 * 60_000
    expect(stateOf(await rig.arm('GET', ENDPOINT))).toBe('Creating')
  })

  test('is answered 200 when nothing is long running', async () => {
    const rig = await Rig.ready({ polls: 0 })
    const made = await rig.arm('PUT', ENDPOINT, endpointBody())
    expect([made.status, stateOf(made)]).toEqual([200, 'Succeeded'])
  })

  test('locks the endpoint and its deployments until it ends; refusals count as polls', async () => {
    const rig = await Rig.ready()
    await rig.arm('PUT', ENDPOINT, endpointBody())
    const other = await rig.arm('PUT', ENDPOINT, endpointBody())
    expect(codeOf(other)).toEqual([409, 'Conflict'])
    const slot = await rig.arm('PUT', `${ENDPOINT}/deployments/blue`, slotBody())
    expect(slot.status).toBe(409)
    expect(slot.json().error?.message).toBe(
      'Cannot create a deployment in endpoint taxi because it is in Creating provisioning state.',
    )
    const statuses: number[] = []
    for (let attempt = 0; attempt < 3; attempt += 1) {
      statuses.push((await rig.arm('PUT', ENDPOINT, endpointBody())).status)
    }
    expect(statuses).toEqual([409, 409, 201])
  })

  test('can leave late refusals of deployments behind', async () => {
    const rig = await Rig.ready({ lateRefusals: 1 })
    await rig.finish(await rig.arm('PUT', ENDPOINT, endpointBody()))
    const put = () => rig.arm('PUT', `${ENDPOINT}/deployments/blue`, slotBody())
    expect([(await put()).status, (await put()).status]).toEqual([409, 201])
  })

  test('without traffic clears it', async () => {
    const rig = await Rig.ready({ staleReads: 0, polls: 0 })
    await withSlots(rig, { blue: 100 })
    expect(trafficOf(await rig.arm('GET', ENDPOINT))).toEqual({ blue: 100 })
    await rig.arm('PUT', ENDPOINT, endpointBody())
    expect(trafficOf(await rig.arm('GET', ENDPOINT))).toEqual({})
  })

  test('of traffic is followed by two reads of the old endpoint', async () => {
    const rig = await Rig.ready()
    await withSlots(rig, { blue: 100, green: 0 })
    const written = await rig.arm(
      'PUT',
      ENDPOINT,
      endpointBody({ traffic: { blue: 50, green: 50 } }),
    )
    expect(trafficOf(written)).toEqual({ blue: 50, green: 50 })
    await rig.finish(written)
    const reads = [
      trafficOf(await rig.arm('GET', ENDPOINT)),
      trafficOf(await rig.arm('GET', ENDPOINT)),
      trafficOf(await rig.arm('GET', ENDPOINT)),
    ]
    expect(reads).toEqual([{ blue: 100 }, { blue: 100 }, { blue: 50, green: 50 }])
  })

  test('of tags alone is seen at once', async () => {
    const rig = await Rig.ready({ polls: 0 })
    await withSlots(rig, { blue: 100 })
    const body = endpointBody({ traffic: { blue: 100 } }, { tags: { a: 'b' } })
    await rig.arm('PUT', ENDPOINT, body)
    expect((await rig.arm('GET', ENDPOINT)).json().tags).toEqual({ a: 'b' })
  })

  test('takes zero weights and does not show them', async () => {
    const rig = await Rig.ready({ staleReads: 0, polls: 0 })
    await withSlots(rig, { blue: 100, green: 0 })
    expect(trafficOf(await rig.arm('GET', ENDPOINT))).toEqual({ blue: 100 })
  })

  test('keeps fields that nobody knows, and never shows keys', async () => {
    const rig = await Rig.ready({ polls: 0 })
    const keys = { primaryKey: 'my-first-key', secondaryKey: 'my-second-key' }
    const made = await rig.arm(
      'PUT',
      ENDPOINT,
      endpointBody({ keys, fromTheFuture: { a: [1] } }, { kind: 'Managed' }),
    )
    const { properties, kind } = (await rig.arm('GET', ENDPOINT)).json()
    expect([properties?.fromTheFuture, kind]).toEqual([{ a: [1] }, 'Managed'])
    expect(made.text).not.toContain('my-first-key')
    expect((await rig.arm('POST', `${ENDPOINT}/listKeys`, {})).json()).toEqual(keys)
  })

  test('can be what a read gave, without its read-only fields', async () => {
    const rig = await Rig.ready({ polls: 0, staleReads: 0 })
    await withSlots(rig, { blue: 100 })
    const read = (await rig.arm('GET', ENDPOINT)).json() as unknown as Record<string, object>
    const { id: _id, name: _name, type: _type, systemData: _data, properties, ...rest } = read
    const {
      provisioningState: _p,
      scoringUri: _s,
      swaggerUri: _w,
      ...own
    } = {
      provisioningState: '',
      scoringUri: '',
      swaggerUri: '',
      ...properties,
    }
    expect((await rig.arm('PUT', ENDPOINT, { ...rest, properties: own })).status).toBe(200)
  })
})

describe('a write of an endpoint is refused', () => {
  const tags = (count: number, prefix: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, 'x']))
  const cases: [string, object, string][] = [
    ['an unknown slot', endpointBody({ traffic: { red: 100 } }), 'properties.traffic'],
    ['an unknown slot at 0', endpointBody({ traffic: { red: 0 } }), 'properties.traffic'],
    ['a sum of 99', endpointBody({ traffic: { blue: 99 } }), 'properties.traffic'],
    ['a sum of 101', endpointBody({ traffic: { blue: 51, green: 50 } }), 'properties.traffic'],
    ['a weight that is text', endpointBody({ traffic: { blue: '100' } }), 'properties.traffic'],
    ['half a percent', endpointBody({ traffic: { blue: 99.5, green: 0.5 } }), 'properties.traffic'],
    ['mirror above 50', endpointBody({ mirrorTraffic: { blue: 51 } }), 'properties.mirrorTraffic'],
    [
      'two mirrors',
      endpointBody({ mirrorTraffic: { blue: 5, green: 5 } }),
      'properties.mirrorTraffic',
    ],
    [
      'a slot live and mirrored',
      endpointBody({ traffic: { blue: 100 }, mirrorTraffic: { blue: 10 } }),
      'properties.mirrorTraffic',
    ],
    ['51 tags', endpointBody({}, { tags: tags(51, 'tag') }), 'tags'],
    ['13 tags of ours', endpointBody({}, { tags: tags(13, 'sluice-') }), 'tags'],
    ['a long tag value', endpointBody({}, { tags: { a: 'x'.repeat(257) } }), 'tags'],
    ['a long tag name', endpointBody({}, { tags: { ['x'.repeat(513)]: 'a' } }), 'tags'],
    ['a slash in a tag name', endpointBody({}, { tags: { 'a/b': 'a' } }), 'tags'],
    ['an id', endpointBody({}, { id: 'x' }), 'id'],
    [
      'a provisioning state',
      endpointBody({ provisioningState: 'Succeeded' }),
      'properties.provisioningState',
    ],
    [
      'a principal',
      endpointBody({}, { identity: { type: 'SystemAssigned', principalId: 'x' } }),
      'identity.principalId',
    ],
    ['no location', { properties: { authMode: 'Key' } }, 'location'],
    ['another location', endpointBody({}, { location: 'northeurope' }), 'location'],
    ['no properties', { location: 'westeurope' }, 'properties'],
    ['a wrong authMode', endpointBody({ authMode: 'key' }), 'properties.authMode'],
    ['new keys', endpointBody({ keys: { primaryKey: 'x' } }), 'properties.keys'],
    [
      'a property altered',
      endpointBody({ properties: { kept: 'other' } }),
      'properties.properties',
    ],
    ['a property removed', endpointBody({ properties: {} }), 'properties.properties'],
  ]

  test.each(cases)('%s', async (_what, body, target) => {
    const rig = await Rig.ready({ polls: 0, staleReads: 0 })
    await withSlots(rig)
    await rig.arm('PUT', ENDPOINT, endpointBody({ properties: { kept: 'value' } }))
    const before = structuredClone({ ...rig.azure.state, serial: 0 })
    const answer = await rig.arm('PUT', ENDPOINT, body)
    expect([answer.status, answer.json().error?.target]).toEqual([400, target])
    expect({ ...rig.azure.state, serial: 0 }).toEqual(before)
  })

  test('a name that another workspace of the region has', async () => {
    const rig = await Rig.ready({ polls: 0 })
    await rig.arm('PUT', ENDPOINT, endpointBody())
    const other = ENDPOINT.replace('ws-one', 'ws-two')
    expect(codeOf(await rig.arm('PUT', other, endpointBody()))).toEqual([409, 'Conflict'])
    expect((await rig.arm('GET', other)).status).toBe(404)
  })

  test.each(['ab', '1taxi', 'taxi-', 'a'.repeat(33), 'ta.xi'])('the name %s', async (name) => {
    const rig = await Rig.ready()
    const answer = await rig.arm('PUT', `${WORKSPACE}/onlineEndpoints/${name}`, endpointBody())
    expect(answer.status).toBe(400)
  })

  test('12 tags of ours and 38 others are fine', async () => {
    const rig = await Rig.ready()
    const all = { ...tags(12, 'sluice-'), ...tags(38, 'other') }
    expect((await rig.arm('PUT', ENDPOINT, endpointBody({}, { tags: all }))).status).toBe(201)
  })
})

describe('other calls on an endpoint', () => {
  test('PATCH takes tags and identity only', async () => {
    const rig = await Rig.ready({ polls: 0 })
    await rig.arm('PUT', ENDPOINT, endpointBody())
    const patched = await rig.arm('PATCH', ENDPOINT, { tags: { a: 'b' } })
    expect([patched.status, patched.json().tags]).toEqual([200, { a: 'b' }])
    const traffic = await rig.arm('PATCH', ENDPOINT, { properties: { traffic: {} } })
    expect(traffic.status).toBe(400)
  })

  test('DELETE is an operation with Location and Retry-After, and then the endpoint is gone', async () => {
    const rig = await Rig.ready()
    await withSlots(rig, { blue: 100 })
    const deleted = await rig.arm('DELETE', ENDPOINT)
    expect(deleted.status).toBe(202)
    expect(Number(deleted.headers['retry-after'])).toBeGreaterThanOrEqual(10)
    const statuses: number[] = []
    for (let poll = 0; poll < 4; poll += 1) {
      statuses.push((await rig.follow(deleted.headers.location ?? '')).status)
    }
    expect(statuses).toEqual([202, 202, 202, 204])
    expect((await rig.arm('GET', ENDPOINT)).status).toBe(404)
    expect((await rig.arm('DELETE', ENDPOINT)).status).toBe(204)
  })

  test('keys are for key endpoints, tokens for token endpoints', async () => {
    const rig = await Rig.ready({ polls: 0 })
    await rig.arm('PUT', ENDPOINT, endpointBody())
    expect((await rig.arm('POST', `${ENDPOINT}/token`, {})).status).toBe(400)
    await rig.arm('PUT', ENDPOINT, endpointBody({ authMode: 'AMLToken' }))
    expect((await rig.arm('POST', `${ENDPOINT}/listKeys`, {})).status).toBe(400)
    const token = (await rig.arm('POST', `${ENDPOINT}/token`, {})).json()
    expect(token).toMatchObject({ tokenType: 'Bearer', expiryTimeUtc: rig.now / 1000 + 12 * 3600 })
  })

  test('a list shows the endpoints of one workspace', async () => {
    const rig = await Rig.ready({ polls: 0 })
    await rig.arm('PUT', ENDPOINT, endpointBody())
    await rig.arm(
      'PUT',
      `${WORKSPACE.replace('ws-one', 'ws-two')}/onlineEndpoints/bus`,
      endpointBody(),
    )
    const { value } = (await rig.arm('GET', `${WORKSPACE}/onlineEndpoints`)).json()
    expect(value).toHaveLength(1)
    expect(value).toMatchObject([{ name: 'taxi' }])
  })
})

test('a copy of the state brings everything back, running operations too', async () => {
  const rig = await Rig.ready()
  await withSlots(rig, { blue: 100 })
  const kept = structuredClone(rig.azure.state)
  const moved = await rig.arm('PUT', ENDPOINT, endpointBody({ traffic: { green: 100 } }))
  const during = structuredClone(rig.azure.state)
  await rig.finish(moved)
  rig.azure.state = during
  expect(await rig.finish(moved)).toEqual(['InProgress', 'InProgress', 'InProgress', 'Succeeded'])
  rig.azure.state = kept
  expect(trafficOf(await rig.arm('GET', ENDPOINT))).toEqual({ blue: 100 })
  expect(JSON.parse(JSON.stringify(kept))).toEqual(kept)
})

test('seeding decides nothing by itself: an empty simulator has no workspace', () => {
  const empty = azureSimulator({ answer: () => ({ status: 200, body: '' }) })
  expect([empty.name, Object.keys(empty.faces), empty.state.workspaces]).toEqual([
    'azure',
    ['arm', 'blob', 'scoring'],
    {},
  ])
})
