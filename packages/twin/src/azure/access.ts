// Who may do what: tokens and role assignments.
import type { SimRequest, World } from '../kernel/simulator.ts'
import { bearerOf, verifyToken, type Claims } from '../identity/token.ts'
import type { Caller } from './call.ts'
import { PROVIDER } from './ids.ts'
import { own } from './json.ts'
import { armRefusal, type Refusal } from './refusal.ts'
import type { AzureState } from './state.ts'

/** The claims of an access token from the simulated Entra, or why it is not accepted. */
export function readAccessToken(parts: {
  readonly header: string | undefined
  readonly key: string
  readonly now: number
  readonly audiences: readonly string[]
}): { readonly claims: Claims } | { readonly refused: string } {
  const token = bearerOf(parts.header)
  if (token === null)
    return { refused: "The 'Authorization' header is missing or not a bearer token." }
  const claims = verifyToken(token, parts.key)
  if (claims === null) return { refused: 'The access token is invalid.' }
  if (parts.now / 1000 >= Number(claims.exp)) return { refused: 'The access token has expired.' }
  const audience = String(claims.aud).replace(/\/$/, '')
  if (parts.audiences.includes(audience)) return { claims }
  return {
    refused: `The access token has been obtained for wrong audience or resource '${audience}'. It should match one of: ${parts.audiences.join(', ')}.`,
  }
}

/** The caller of a control plane request; 401 when its token is not for ARM. */
export function callerOf(request: SimRequest, state: AzureState, world: World): Caller {
  const read = readAccessToken({
    header: request.headers.authorization,
    key: state.options.tokenKey,
    now: world.now(),
    audiences: [
      'https://management.azure.com',
      'https://management.core.windows.net',
      request.origin,
    ],
  })
  if ('claims' in read) return callerFrom(read.claims)
  throw armRefusal({
    status: 401,
    code:
      request.headers.authorization === undefined
        ? 'AuthenticationFailed'
        : 'InvalidAuthenticationToken',
    message: read.refused,
  })
}

export const callerFrom = (claims: Claims): Caller => ({
  clientId: String(claims.appid),
  objectId: String(claims.oid),
})

/** True when a role of the client covers the action on the scope. */
export function mayAct(
  state: AzureState,
  clientId: string,
  wish: { readonly action: string; readonly scope: string },
): boolean {
  return (own(state.roles, clientId) ?? []).some(
    (role) =>
      covers(role.scope, wish.scope) &&
      role.actions.some((pattern) => fits(pattern, `${PROVIDER}/${wish.action}`)),
  )
}

export function authorizationFailed(
  caller: Caller,
  wish: { readonly action: string; readonly scope: string },
): Refusal {
  return armRefusal({
    status: 403,
    code: 'AuthorizationFailed',
    message:
      `The client '${caller.clientId}' with object id '${caller.objectId}' does not have authorization ` +
      `to perform action '${PROVIDER}/${wish.action}' over scope '${wish.scope}' or the scope is invalid. ` +
      'If access was recently granted, please refresh your credentials.',
  })
}

function covers(scope: string, wanted: string): boolean {
  const outer = scope.toLowerCase().replace(/\/$/, '')
  const inner = wanted.toLowerCase()
  return inner === outer || inner.startsWith(`${outer}/`)
}

function fits(pattern: string, action: string): boolean {
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${source}$`, 'i').test(action)
}
