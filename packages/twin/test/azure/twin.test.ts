import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { request } from 'node:https'
import {
  answererOf,
  azureSimulator,
  federatedApplication,
  grantAll,
  identitySimulator,
  makeCertificate,
  seedEndpoint,
  seedSlot,
  seedWorkspace,
  Twin,
  VirtualTime,
  type Certificate,
  type Simulator,
} from '../../src/index.ts'
import { CLIENT, ENDPOINT, endpointBody, MODELS, PLACE, REQUEST, TENANT, WORKSPACE } from './rig.ts'

const identity = identitySimulator({
  applications: [
    federatedApplication({
      tenantId: TENANT,
      clientId: CLIENT,
      repository: 'acme/taxi',
      subjects: ['environment:staging'],
    }),
  ],
})
const azure = azureSimulator({
  answer: answererOf(MODELS),
  seed: (state) => {
    seedWorkspace(state, { ...PLACE, location: 'westeurope' })
    grantAll(state, CLIENT)
    const endpoint = seedEndpoint(state, PLACE, {
      name: 'taxi',
      properties: { traffic: { blue: 100 } },
    })
    for (const name of ['blue', 'green']) {
      seedSlot(endpoint, { name, model: `${WORKSPACE}/models/taxi/versions/1` })
    }
  },
})

let certificate: Certificate
let twin: Twin

beforeAll(async () => {
  certificate = await makeCertificate()
  twin = new Twin({
    simulators: [azure, identity.simulator] as Simulator[],
    certificate,
    time: new VirtualTime(Date.UTC(2026, 5, 1)),
  })
  await twin.listen()
})
afterAll(() => twin.close())

interface Wish {
  readonly method?: string
  readonly token?: string
  readonly type?: string
  readonly body?: string
}

/** One real HTTPS request that trusts the twin's certificate. */
function ask(url: string, wish: Wish = {}): Promise<{ status: number; text: string }> {
  const headers = {
    ...(wish.token !== undefined && { authorization: `Bearer ${wish.token}` }),
    ...(wish.body !== undefined && { 'content-type': wish.type ?? 'application/json' }),
  }
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: wish.method ?? 'GET', headers, ca: certificate.cert },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => (text += chunk))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      },
    )
    sent.on('error', reject)
    sent.end(wish.body)
  })
}

async function armToken(): Promise<string> {
  const requestToken = identity.service.grantRequestToken({
    repository: 'acme/taxi',
    ref: 'refs/heads/main',
    environment: 'staging',
    runId: 1,
    attempt: 1,
    job: 'deploy',
  })
  const oidc = `${twin.origin('oidc')}/token?api-version=2.0&audience=api%3A%2F%2FAzureADTokenExchange`
  const { value } = JSON.parse((await ask(oidc, { token: requestToken })).text) as { value: string }
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: CLIENT,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: value,
    scope: `${twin.origin('arm')}/.default`,
  })
  const answer = await ask(`${twin.origin('entra')}/${TENANT}/oauth2/v2.0/token`, {
    method: 'POST',
    type: 'application/x-www-form-urlencoded',
    body: form.toString(),
  })
  return (JSON.parse(answer.text) as { access_token: string }).access_token
}

test('a job gets its token, moves traffic over HTTPS, and a snapshot brings the world back', async () => {
  const token = await armToken()
  const url = `${twin.origin('arm')}${ENDPOINT}?api-version=2024-04-01`
  const trafficNow = async () => {
    const { properties } = JSON.parse((await ask(url, { token })).text) as {
      properties: { traffic: object; scoringUri: string }
    }
    return properties
  }
  const snapshot = await twin.snapshot()
  const body = JSON.stringify(endpointBody({ traffic: { green: 100 } }))
  expect((await ask(url, { method: 'PUT', token, body })).status).toBe(201)
  const seen = [await trafficNow(), await trafficNow(), await trafficNow()]
  expect(seen.map(({ traffic }) => traffic)).toEqual([{ blue: 100 }, { blue: 100 }, { green: 100 }])

  await twin.restore(snapshot)
  expect(twin.log.last).toBe(snapshot.exchanges)
  const { traffic, scoringUri } = await trafficNow()
  expect(traffic).toEqual({ blue: 100 })
  const keys = `${twin.origin('arm')}${ENDPOINT}/listKeys?api-version=2024-04-01`
  const { primaryKey } = JSON.parse(
    (await ask(keys, { method: 'POST', token, body: '{}' })).text,
  ) as {
    primaryKey: string
  }
  const scored = await ask(scoringUri, {
    method: 'POST',
    token: primaryKey,
    body: JSON.stringify(REQUEST),
  })
  expect(scored).toEqual({ status: 200, text: '[5.35,18.575]' })
})
