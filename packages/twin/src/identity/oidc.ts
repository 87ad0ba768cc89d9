// Face `oidc`: GitHub's issuer of ID tokens, as a job sees it.
import type { SimAnswer, SimRequest, World } from '../kernel/simulator.ts'
import type { OidcGrant } from './service.ts'
import type { IdentityState } from './state.ts'
import { bearerOf, signToken, verifyToken, type Claims } from './token.ts'

/** Name of the claim that keeps a request token from being used as an ID token. */
const REQUEST_TOKEN = 'actions-id-token-request'

/** The grant itself, signed: nothing is kept, so it survives snapshots. */
export function requestTokenOf(grant: OidcGrant, key: string): string {
  return signToken({ use: REQUEST_TOKEN, grant: JSON.stringify(grant) }, key)
}

/** GET <any path>?audience=<text> with the job's request token; without audience GitHub takes the owner's URL. */
export function oidcFace(request: SimRequest, state: IdentityState, world: World): SimAnswer {
  if (request.method !== 'GET') return refusal(405, 'MethodNotAllowed')
  const grant = grantOf(bearerOf(request.headers.authorization), state.options.oidcKey)
  if (grant === null) return refusal(401, 'Unauthorized: the request token is missing or not ours')
  const audience =
    request.query.get('audience') ?? `https://github.com/${grant.repository.split('/')[0] ?? ''}`
  state.serial += 1
  const seconds = Math.floor(world.now() / 1000)
  const claims: Claims = {
    ...claimsOf(grant),
    jti: `oidc-${state.serial}`,
    iss: state.options.issuer,
    aud: audience,
    iat: seconds,
    nbf: seconds,
    exp: seconds + state.options.idTokenSeconds,
  }
  return { status: 200, body: { count: 1, value: signToken(claims, state.options.oidcKey) } }
}

function grantOf(token: string | null, key: string): OidcGrant | null {
  const claims = token === null ? null : verifyToken(token, key)
  if (claims === null || claims.use !== REQUEST_TOKEN) return null
  return JSON.parse(String(claims.grant)) as OidcGrant
}

function claimsOf(grant: OidcGrant): Claims {
  const subject =
    grant.environment === null
      ? `ref:${grant.ref}`
      : `environment:${grant.environment.replaceAll(':', '%3A')}`
  return {
    sub: `repo:${grant.repository}:${subject}`,
    repository: grant.repository,
    repository_owner: grant.repository.split('/')[0] ?? '',
    ref: grant.ref,
    ref_type: grant.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ...(grant.environment !== null && { environment: grant.environment }),
    run_id: String(grant.runId),
    run_attempt: String(grant.attempt),
    runner_environment: 'github-hosted',
  }
}

const refusal = (status: number, message: string): SimAnswer => ({ status, body: { message } })
