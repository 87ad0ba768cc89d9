// How this package talks to Azure: who gets the token, how waits end, what becomes of hostile answers.
import { describe, expect, test } from '@jest/globals'
import type { HttpRequest, HttpResponse } from '@sluice/http'
import { openAzureMl } from '@sluice/azureml'
import { allTo } from '@sluice/rollout'
import { createFakeClock } from '../../../test/doubles/clock.ts'
import { createAzureWorld, PLACE, SETTINGS } from '../../../test/doubles/azure-world.ts'
import { createPatience } from '../src/patience.ts'

const signal = new AbortController().signal
const target = { place: PLACE, endpoint: 'taxi' }

interface Scripted {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** A platform over answers by `METHOD /tail`; the sign-in is `az`. */
async function scripted(answers: Readonly<Record<string, Scripted>>) {
  const world = createAzureWorld()
  const requests: HttpRequest[] = []
  const http = (request: HttpRequest): Promise<HttpResponse> => {
    requests.push(request)
    const { pathname, searchParams } = new URL(request.url)
    const tail = pathname.split('/workspaces/taxi-ws')[1] ?? pathname
    const page = searchParams.get('$skip')
    const answer = answers[`${request.method} ${tail}${page === null ? '' : `#${page}`}`]
    return Promise.resolve({
      status: answer?.status ?? (answer === undefined ? 404 : 200),
      headers: answer?.headers ?? {},
      text: JSON.stringify(answer?.body ?? {}),
      requestId: answer?.headers?.['x-ms-request-id'] ?? null,
    })
  }
  const commands: string[] = []
  const exec = (file: string, args: readonly string[]) => {
    commands.push([file, ...args].join(' '))
    return Promise.resolve({
      code: 0,
      stdout: JSON.stringify({ accessToken: 'az-token', expires_on: 1_780_000_000 }),
      stderr: '',
    })
  }
  const platform = await openAzureMl({
    target,
    settings: { ...SETTINGS, identity: null },
    ports: { ...world.ports, http, exec },
  })
  return { platform, requests, commands, world }
}

const endpoint = (properties: Readonly<Record<string, unknown>> = {}) => ({
  body: {
    location: 'x',
    identity: {
      type: 'UserAssigned',
      principalId: 'p',
      tenantId: 't',
      userAssignedIdentities: { '/id': { clientId: 'c', principalId: 'p' } },
    },
    tags: {},
    properties: {
      authMode: 'Key',
      keys: null,
      provisioningState: 'Succeeded',
      traffic: { blue: 100 },
      ...properties,
    },
  },
})
const slot = (name: string) => ({ name, properties: { provisioningState: 'Succeeded' } })

describe('observe', () => {
  test('follows pages, as the account of az, masked', async () => {
    const { platform, requests, commands, world } = await scripted({
      'GET /onlineEndpoints/taxi': endpoint(),
      'GET /onlineEndpoints/taxi/deployments': {
        body: {
          value: [slot('blue')],
          nextLink: `https://arm.test/subscriptions/${PLACE.subscription}/resourceGroups/taxi-rg/providers/Microsoft.MachineLearningServices/workspaces/taxi-ws/onlineEndpoints/taxi/deployments?api-version=2024-04-01&$skip=1`,
        },
      },
      'GET /onlineEndpoints/taxi/deployments#1': { body: { value: [slot('green')] } },
    })
    const seen = await platform.observe(signal)
    expect(seen.slots.map((one) => one.slot)).toEqual(['blue', 'green'])
    expect(commands).toEqual([
      'az account get-access-token --output json --resource https://arm.test',
    ])
    expect(world.masked).toContain('az-token')
    expect(requests.map(({ headers }) => headers?.['authorization'])).toEqual(
      Array(3).fill('Bearer az-token'),
    )
  })

  test('every page is asked for in our version, by our name, with an id of its own', async () => {
    const { platform, requests } = await scripted({
      'GET /onlineEndpoints/taxi': endpoint(),
      'GET /onlineEndpoints/taxi/deployments': {
        body: {
          value: [],
          nextLink: `https://arm.test/x/workspaces/taxi-ws/next?$skip=1&api-version=2022-10-01&b=2`,
        },
      },
      'GET /next#1': { body: { value: [slot('green')] } },
    })
    expect((await platform.observe(signal)).slots.map((one) => one.slot)).toEqual(['green'])
    expect(requests.at(-1)?.url).toBe(
      'https://arm.test/x/workspaces/taxi-ws/next?$skip=1&api-version=2024-04-01&b=2',
    )
    const headers = requests.map((request) => request.headers ?? {})
    expect(headers.map((one) => one['user-agent']?.split(' ')[0])).toEqual(Array(3).fill('sluice'))
    expect(new Set(headers.map((one) => one['x-ms-client-request-id'])).size).toBe(3)
  })

  test('a sign-in that is refused is told once, and nothing is asked of Azure', async () => {
    const world = createAzureWorld()
    const platform = await openAzureMl({
      target,
      settings: { ...SETTINGS, identity: null },
      ports: world.ports,
    })
    await expect(platform.observe(signal)).rejects.toMatchObject({ code: 'AZUREML_SIGN_IN_FAILED' })
    expect(world.exchanges).toEqual([])
  })

  test('the token does not go to another host', async () => {
    const { platform, requests } = await scripted({
      'GET /onlineEndpoints/taxi': endpoint(),
      'GET /onlineEndpoints/taxi/deployments': {
        body: { value: [], nextLink: 'https://arm.test.evil.test/next?api-version=1' },
      },
    })
    await expect(platform.observe(signal)).rejects.toMatchObject({
      code: 'AZUREML_URL_NOT_TRUSTED',
    })
    expect(requests).toHaveLength(2)
  })

  test.each([
    [401, {}, 'AZUREML_FORBIDDEN'],
    [403, { code: 'AuthorizationFailed', message: 'no role' }, 'AZUREML_FORBIDDEN'],
    [404, { code: 'ResourceGroupNotFound', message: 'x' }, 'AZUREML_PLACE_NOT_FOUND'],
    [400, { code: 'BadRequest', message: 'what' }, 'AZUREML_REFUSED'],
    [503, null, 'AZUREML_UNAVAILABLE'],
  ])('%i %j becomes %s, with the request id', async (status, error, code) => {
    const { platform } = await scripted({
      'GET /onlineEndpoints/taxi': {
        status,
        body: { error },
        headers: { 'x-ms-request-id': 'r-1' },
      },
    })
    await expect(platform.observe(signal)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/r-1|ResourceGroupNotFound/),
    })
  })

  test('a hostile message of a server is one short line', async () => {
    const hostile = `::error::x\n\u001b[31m\u202e${'a'.repeat(5000)}`
    const { platform } = await scripted({
      'GET /onlineEndpoints/taxi': {
        status: 400,
        body: { error: { code: 'B', message: hostile } },
      },
    })
    const message = await platform.observe(signal).then(
      () => '',
      (error: unknown) => (error as Error).message,
    )
    expect(message).not.toMatch(/[\n\u001b\u202e]/)
    expect(message.length).toBeLessThan(800)
  })

  test('answers of no shape are observed as what they are not', async () => {
    const { platform } = await scripted({
      'GET /onlineEndpoints/taxi': endpoint({ traffic: { blue: '100' }, provisioningState: 7 }),
      'GET /onlineEndpoints/taxi/deployments': { body: { value: [null, 'x', { properties: [] }] } },
    })
    const seen = await platform.observe(signal)
    expect(seen.traffic).toEqual({ blue: Number.NaN })
    expect(seen.slots).toEqual([
      {
        slot: '',
        health: 'unhealthy',
        detail: 'provisioning state Unknown',
        revision: null,
        replicas: 0,
      },
    ])
  })
})

describe('writing', () => {
  test('what only Azure may say is left out, identities keep their ids alone', async () => {
    const { platform, requests } = await scripted({
      'GET /onlineEndpoints/taxi': endpoint({ scoringUri: 'https://x', traffic: { green: 100 } }),
      'GET /onlineEndpoints/taxi/deployments': { body: { value: [slot('blue'), slot('green')] } },
      'PUT /onlineEndpoints/taxi': { body: {} },
    })
    const seen = await platform.observe(signal)
    // The scripted endpoint never changes, so the write is not seen: that is told, not assumed.
    await expect(
      platform.setWeights({ weights: allTo('blue'), marks: {}, seen }, signal),
    ).rejects.toMatchObject({
      code: 'AZUREML_NOT_VISIBLE',
    })
    const put = requests.find(({ method }) => method === 'PUT')
    expect(JSON.parse(String(put?.body))).toEqual({
      location: 'x',
      identity: { type: 'UserAssigned', userAssignedIdentities: { '/id': {} } },
      tags: {},
      properties: { authMode: 'Key', traffic: { blue: 100 } },
    })
  })

  test('an operation on another host is not followed with our token', async () => {
    const { platform, requests } = await scripted({
      'GET /onlineEndpoints/taxi': endpoint(),
      'GET /onlineEndpoints/taxi/deployments': { body: { value: [slot('blue'), slot('green')] } },
      'PUT /onlineEndpoints/taxi': {
        status: 201,
        headers: { 'azure-asyncoperation': 'https://evil.test/op' },
        body: {},
      },
    })
    const seen = await platform.observe(signal)
    await expect(
      platform.setWeights({ weights: allTo('green'), marks: {}, seen }, signal),
    ).rejects.toMatchObject({
      code: 'AZUREML_URL_NOT_TRUSTED',
    })
    expect(requests.some(({ url }) => url.includes('evil'))).toBe(false)
  })
})

describe('a target that cannot be one', () => {
  test.each([
    [{ place: {}, endpoint: 'taxi' }],
    [{ place: { ...PLACE, workspace: '../x' }, endpoint: 'taxi' }],
    [{ place: PLACE, endpoint: 'a/b' }],
  ])('%j', async (bad) => {
    const { ports } = createAzureWorld()
    await expect(openAzureMl({ target: bad, settings: SETTINGS, ports })).rejects.toMatchObject({
      code: 'AZUREML_TARGET_INVALID',
    })
  })
})

describe('patience', () => {
  test('says at least every half minute what it waits for, and ends', async () => {
    const lines: { readonly at: number; readonly line: string }[] = []
    const clock = createFakeClock()
    const start = clock.now()
    const wait = createPatience({
      clock,
      progress: (line) => lines.push({ at: (clock.now() - start) / 1000, line }),
      what: 'slot green',
      seconds: 300,
    })
    const end = async (): Promise<void> => {
      for (;;) await wait(70, 'Creating', signal)
    }
    await expect(end()).rejects.toMatchObject({ code: 'AZUREML_STILL_RUNNING' })
    expect(lines.map(({ at }) => at)).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300])
    expect(lines[0]?.line).toBe('slot green: Creating, 30 s of 300 s')
  })
})
