// Face `arm`: token, api-version, route, role, and then the handler.
import type { SimAnswer, SimRequest, World } from '../kernel/simulator.ts'
import { authorizationFailed, callerOf, mayAct } from './access.ts'
import type { ArmCall } from './call.ts'
import { nextGuid } from './ids.ts'
import { armRefusal, badRequest, Refusal } from './refusal.ts'
import { matchRoute, ROUTES, type ArmRoute } from './routes.ts'
import type { AzureState } from './state.ts'

export function armFace(request: SimRequest, state: AzureState, world: World): SimAnswer {
  const answer = take(request, state, world)
  return { ...answer, headers: { ...answer.headers, 'x-ms-request-id': nextGuid(state) } }
}

function take(request: SimRequest, state: AzureState, world: World): SimAnswer {
  try {
    const caller = callerOf(request, state, world)
    const { route, names } = routeOf(request)
    checkVersion(request, route, state)
    if (route.action !== null) {
      const wish = { action: route.action, scope: scopeOf(request.path) }
      if (!mayAct(state, caller.clientId, wish)) throw authorizationFailed(caller, wish)
    }
    const call: ArmCall = { request, state, world, caller, names }
    return route.take(call)
  } catch (error) {
    if (error instanceof Refusal) return error.answer
    throw error
  }
}

/** A role is checked on the resource; an action on it (`.../listKeys`) is no resource of its own. */
const scopeOf = (path: string): string =>
  path.replace(/\/(listKeys|token|getLogs|startPendingUpload)$/i, '')

function routeOf(request: SimRequest): { route: ArmRoute; names: Record<string, string> } {
  const segments = segmentsOf(request.path)
  let known = false
  for (const route of ROUTES) {
    const names = matchRoute(route, segments)
    if (names === null) continue
    if (route.method === request.method) return { route, names }
    known = true
  }
  throw armRefusal({
    status: known ? 405 : 404,
    code: known ? 'MethodNotAllowed' : 'InvalidResourceType',
    message: known
      ? `The method ${request.method} is not supported by this resource.`
      : `The resource type of '${request.path}' could not be found.`,
    target: 'url',
  })
}

function segmentsOf(path: string): string[] {
  try {
    return path.split('/').slice(1).map(decodeURIComponent)
  } catch {
    throw badRequest('The path is not well formed.', 'url')
  }
}

/** Resources want their version; an operation wants the one that its URL was given with. */
function checkVersion(request: SimRequest, route: ArmRoute, state: AzureState): void {
  const version = request.query.get('api-version')
  if (version === null || version === '') {
    throw armRefusal({
      status: 400,
      code: 'MissingApiVersionParameter',
      message: 'The api-version query parameter (?api-version=) is required for all requests.',
      target: 'api-version',
    })
  }
  const { apiVersion, operationApiVersion } = state.options
  const wanted = route.isOperation ? operationApiVersion : apiVersion
  if (version === wanted) return
  throw armRefusal({
    status: 400,
    code: 'InvalidApiVersionParameter',
    message: `The api-version '${version}' is invalid. The supported versions are '${wanted}'.`,
    target: 'api-version',
  })
}
