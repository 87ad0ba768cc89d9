// Face `entra`: the token endpoint, for client credentials with a federated assertion or a secret.
import type { SimAnswer, SimRequest, World } from '../kernel/simulator.ts'
import type { Application, IdentityState } from './state.ts'
import { signToken, verifyToken } from './token.ts'

const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const PUBLIC_RESOURCES = ['https://management.azure.com', 'https://ml.azure.com']

class Refused extends Error {
  readonly answer: SimAnswer

  constructor(answer: SimAnswer) {
    super('refused')
    this.answer = answer
  }
}

/** POST /{tenant}/oauth2/v2.0/token, `application/x-www-form-urlencoded`. */
export function entraFace(request: SimRequest, state: IdentityState, world: World): SimAnswer {
  const tenant = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(request.path)?.[1]
  if (tenant === undefined) return { status: 404, body: { error: 'not_found' } }
  if (request.method !== 'POST') return { status: 405, body: { error: 'method_not_allowed' } }
  try {
    return issue({ tenant, form: formOf(request, world), state, world })
  } catch (error) {
    if (error instanceof Refused) return error.answer
    throw error
  }
}

interface Ask {
  readonly tenant: string
  readonly form: URLSearchParams
  readonly state: IdentityState
  readonly world: World
}

function issue(ask: Ask): SimAnswer {
  const { form, state, world } = ask
  if (form.get('grant_type') !== 'client_credentials') {
    throw refused(
      world,
      'unsupported_grant_type',
      70003,
      'The grant_type is not client_credentials.',
    )
  }
  const application = applicationOf(ask)
  if (form.has('client_assertion')) checkAssertion(ask, application)
  else checkSecret(ask, application)
  const resource = resourceOf(ask)
  state.serial += 1
  const seconds = Math.floor(world.now() / 1000)
  const accessToken = signToken(
    {
      aud: resource,
      iss: `https://sts.windows.net/${application.tenantId}/`,
      tid: application.tenantId,
      appid: application.clientId,
      oid: application.objectId,
      idtyp: 'app',
      uti: `entra-${state.serial}`,
      iat: seconds,
      nbf: seconds,
      exp: seconds + state.options.accessTokenSeconds,
    },
    state.options.tokenKey,
  )
  const lifetime = state.options.accessTokenSeconds
  return {
    status: 200,
    headers: { 'cache-control': 'no-store, no-cache' },
    body: {
      token_type: 'Bearer',
      expires_in: lifetime,
      ext_expires_in: lifetime,
      access_token: accessToken,
    },
  }
}

function formOf(request: SimRequest, world: World): URLSearchParams {
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('application/x-www-form-urlencoded')) {
    throw refused(
      world,
      'invalid_request',
      900144,
      'The body must be application/x-www-form-urlencoded.',
    )
  }
  return new URLSearchParams(request.body.toString('utf8'))
}

function applicationOf({ tenant, form, state, world }: Ask): Application {
  const ofTenant = state.applications.filter((one) => one.tenantId === tenant)
  if (ofTenant.length === 0) {
    throw refused(world, 'invalid_request', 90002, `Tenant '${tenant}' not found.`)
  }
  const clientId = form.get('client_id')
  const found = ofTenant.find((one) => one.clientId === clientId)
  if (found !== undefined) return found
  throw refused(
    world,
    'unauthorized_client',
    700016,
    `Application with identifier '${clientId}' was not found in the directory '${tenant}'.`,
  )
}

function checkAssertion({ form, state, world }: Ask, application: Application): void {
  if (form.get('client_assertion_type') !== JWT_BEARER) {
    throw refused(
      world,
      'invalid_request',
      900144,
      `client_assertion_type must be '${JWT_BEARER}'.`,
    )
  }
  const claims = verifyToken(form.get('client_assertion') ?? '', state.options.oidcKey)
  // A job's request token is signed with the same key and has no issuer: it is no assertion.
  if (claims === null || claims.iss === undefined) {
    throw refused(world, 'invalid_client', 50027, 'JWT token is invalid or malformed.')
  }
  const seconds = Math.floor(world.now() / 1000)
  if (seconds < Number(claims.nbf) || seconds >= Number(claims.exp)) {
    throw refused(
      world,
      'invalid_client',
      700024,
      'Client assertion is not within its valid time range.',
    )
  }
  const fits = application.federated.some(
    (one) => one.issuer === claims.iss && one.subject === claims.sub && one.audience === claims.aud,
  )
  if (fits) return
  throw refused(
    world,
    'invalid_client',
    70021,
    'No matching federated identity record found for presented assertion. ' +
      `Assertion Issuer: '${claims.iss}'. Assertion Subject: '${claims.sub}'. ` +
      `Assertion Audience: '${claims.aud}'.`,
  )
}

function checkSecret({ form, world }: Ask, application: Application): void {
  if (application.secret !== null && form.get('client_secret') === application.secret) return
  throw refused(
    world,
    'invalid_client',
    7000215,
    `Invalid client secret provided for app '${application.clientId}'.`,
  )
}

/** The audience of the token: the scope without `/.default`. The simulated ARM counts as a cloud of its own. */
function resourceOf({ form, world }: Ask): string {
  const scope = form.get('scope') ?? ''
  if (!scope.endsWith('/.default') || scope.includes(' ')) {
    throw refused(
      world,
      'invalid_scope',
      1002012,
      `The provided value for scope ${scope} is not valid: one <resource>/.default is needed.`,
    )
  }
  const resource = scope.slice(0, -'/.default'.length).replace(/\/$/, '')
  if ([...PUBLIC_RESOURCES, world.origin('arm')].includes(resource)) return resource
  throw refused(
    world,
    'invalid_resource',
    500011,
    `The resource principal named ${resource} was not found in the tenant.`,
  )
}

function refused(world: World, ...[error, code, text]: [string, number, string]): Refused {
  return new Refused({
    status: error === 'invalid_client' ? 401 : 400,
    body: {
      error,
      error_description: `AADSTS${code}: ${text}`,
      error_codes: [code],
      timestamp: new Date(world.now()).toISOString(),
    },
  })
}
