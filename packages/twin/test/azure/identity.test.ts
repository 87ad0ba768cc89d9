import { describe, expect, test } from '@jest/globals'
import { grantRole } from '../../src/index.ts'
import { CLIENT, ENDPOINT, endpointBody, Rig, slotBody, withSlots, WORKSPACE } from './rig.ts'

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as object

const ARM = 'https://management.azure.com/.default'

describe("the issuer of a job's ID tokens", () => {
  test.each([
    ['an environment', 'staging', 'repo:acme/taxi:environment:staging'],
    ['a branch', null, 'repo:acme/taxi:ref:refs/heads/main'],
  ])('names %s', async (_what, environment, sub) => {
    const rig = new Rig()
    expect(claimsOf(await rig.idToken(environment))).toMatchObject({
      iss: 'https://token.actions.githubusercontent.com',
      aud: 'api://AzureADTokenExchange',
      sub,
      repository: 'acme/taxi',
      run_id: '7',
      run_attempt: '1',
      exp: rig.now / 1000 + 300,
    })
  })

  test('wants the request token of a job', async () => {
    const rig = new Rig()
    const idToken = await rig.idToken()
    for (const authorization of ['', 'Bearer nonsense', 'Bearer a.b.c', `Bearer ${idToken}`]) {
      const headers = { authorization }
      const answer = await rig.call('oidc', { method: 'GET', target: '/token?audience=x', headers })
      expect(answer.status).toBe(401)
    }
  })
})

describe('the token endpoint', () => {
  test('exchanges an ID token for the audience that was asked for', async () => {
    const rig = new Rig()
    for (const audience of [
      'https://management.azure.com',
      'https://ml.azure.com',
      'https://arm.twin',
    ]) {
      const token = await rig.entraToken(`${audience}/.default`)
      expect(claimsOf(token)).toMatchObject({ aud: audience, appid: CLIENT })
    }
  })

  test.each([
    ['an unknown client', { client_id: 'nobody' }, 400, 700016],
    ['no assertion', { client_assertion: '' }, 401, 50027],
    ['a forged assertion', { client_assertion: 'a.b.c' }, 401, 50027],
    ['another assertion type', { client_assertion_type: 'jwt' }, 400, 900144],
    ['another grant', { grant_type: 'password' }, 400, 70003],
    ['a scope without .default', { scope: 'https://management.azure.com' }, 400, 1002012],
    ['an unknown resource', { scope: 'https://example.org/.default' }, 400, 500011],
  ])('refuses %s', async (_what, form, status, code) => {
    const rig = new Rig()
    const answer = await rig.entra({ scope: ARM, ...form })
    expect([answer.status, answer.json().error_codes]).toEqual([status, [code]])
    expect(answer.json().access_token).toBeUndefined()
  })

  test('refuses a job that no federated credential names', async () => {
    const rig = new Rig()
    const assertion = await rig.idToken('production')
    const answer = await rig.entra({ scope: ARM, client_assertion: assertion })
    expect(answer.status).toBe(401)
    expect(answer.at('error_description')).toMatch(
      /^AADSTS70021: .*repo:acme\/taxi:environment:production/,
    )
  })

  test('refuses an ID token after its time', async () => {
    const rig = new Rig()
    const assertion = await rig.idToken()
    rig.now += 300_000
    const answer = await rig.entra({ scope: ARM, client_assertion: assertion })
    expect(answer.json().error_codes).toEqual([700024])
  })
})

describe('the control plane', () => {
  test.each([
    ['no token', '', 'AuthenticationFailed'],
    ['a forged token', 'a.b.c', 'InvalidAuthenticationToken'],
  ])('refuses %s', async (_what, token, code) => {
    const rig = await Rig.ready()
    const answer = await rig.call('arm', {
      method: 'GET',
      target: `${WORKSPACE}?api-version=2024-04-01`,
      headers: token === '' ? {} : { authorization: `Bearer ${token}` },
    })
    expect([answer.status, answer.json().error?.code]).toEqual([401, code])
  })

  test('refuses a token for scoring, and one whose time is over', async () => {
    const rig = await Rig.ready()
    const arm = rig.token
    rig.token = await rig.entraToken('https://ml.azure.com/.default')
    expect((await rig.arm('GET', WORKSPACE)).status).toBe(401)
    rig.token = arm
    rig.now += 3599_000
    expect((await rig.arm('GET', WORKSPACE)).status).toBe(401)
  })

  test('lets a role deploy and not move traffic, and names the missing action', async () => {
    const rig = await Rig.ready({ polls: 0 })
    await withSlots(rig)
    rig.azure.state.roles = {}
    const own = 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints'
    grantRole(rig.azure.state, {
      clientId: CLIENT,
      scope: WORKSPACE,
      actions: [`${own}/read`, `${own}/deployments/*`, `${own}/listKeys/action`],
    })
    expect((await rig.arm('PUT', `${ENDPOINT}/deployments/blue`, slotBody('2'))).status).toBe(200)
    expect((await rig.arm('POST', `${ENDPOINT}/listKeys`, {})).status).toBe(200)
    const moved = await rig.arm('PUT', ENDPOINT, endpointBody({ traffic: { blue: 100 } }))
    expect([moved.status, moved.json().error?.code]).toEqual([403, 'AuthorizationFailed'])
    expect(moved.at('error.message')).toContain(`'${own}/write'`)
    const models = await rig.arm('GET', `${WORKSPACE}/models`)
    expect(models.status).toBe(403)
  })

  test('keeps a role inside its scope', async () => {
    const rig = await Rig.ready({ polls: 0 })
    await withSlots(rig)
    rig.azure.state.roles = {}
    grantRole(rig.azure.state, { clientId: CLIENT, scope: ENDPOINT, actions: ['*'] })
    expect((await rig.arm('GET', ENDPOINT)).status).toBe(200)
    expect((await rig.arm('GET', `${ENDPOINT}-2`)).status).toBe(403)
    expect((await rig.arm('GET', WORKSPACE)).status).toBe(403)
  })

  test('polls of operations need the version they were given with, and no role', async () => {
    const rig = await Rig.ready()
    const made = await rig.arm('PUT', ENDPOINT, endpointBody())
    rig.azure.state.roles = {}
    const url = made.headers['azure-asyncoperation'] ?? ''
    expect((await rig.follow(url)).status).toBe(200)
    const rewritten = url.replace(/api-version=.*/, 'api-version=2024-04-01')
    expect((await rig.follow(rewritten)).status).toBe(400)
    expect((await rig.follow(url.replace('oe:', 'oe:x'))).status).toBe(404)
    expect((await rig.follow(url.replace(/oe:[^?]*/, 'constructor'))).status).toBe(404)
  })
})
