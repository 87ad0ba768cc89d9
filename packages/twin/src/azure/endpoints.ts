// Control plane: online endpoints.
import type { SimAnswer } from '../kernel/simulator.ts'
import { signToken } from '../identity/token.ts'
import { bodyOf, timesOf, workspaceOfCall, type ArmCall } from './call.ts'
import { endpointId, endpointKey, nextGuid } from './ids.ts'
import { objectAt, sameJson, shown, textAt, without, type JsonObject } from './json.ts'
import { accepted, pollOperation, startOperation, writeHeaders } from './operations.ts'
import { paged } from './paging.ts'
import { armRefusal, badRequest, conflict, notFound } from './refusal.ts'
import {
  checkEnvelope,
  checkName,
  checkOnlyAdded,
  checkTags,
  keptProperties,
  sameLocation,
} from './rules.ts'
import type { EndpointRecord } from './state.ts'
import { checkTraffic, noTraffic } from './traffic.ts'
import { viewEndpoint } from './views.ts'

const AUTH_MODES = ['Key', 'AMLToken', 'AADToken']

/** The endpoint of the path in the workspace of the path, or null. */
export function findEndpoint(call: ArmCall): EndpointRecord | null {
  const { key, workspace } = workspaceOfCall(call)
  const found = call.state.endpoints[endpointKey(workspace.location, call.names.endpoint ?? '')]
  return found?.workspace === key ? found : null
}

export function endpointOf(call: ArmCall): EndpointRecord {
  const found = findEndpoint(call)
  if (found !== null) return found
  throw notFound(`The online endpoint '${call.names.endpoint}' was not found.`, 'endpointName')
}

export function listEndpoints(call: ArmCall): SimAnswer {
  const { key } = workspaceOfCall(call)
  const all = Object.values(call.state.endpoints).filter((one) => one.workspace === key)
  return paged(
    call,
    all.map((one) => readEndpoint(call, one)),
  )
}

export const getEndpoint = (call: ArmCall): SimAnswer => ({
  status: 200,
  body: readEndpoint(call, endpointOf(call)),
})

/** A read is a poll of what runs; after a traffic write the first ones show an older moment. */
function readEndpoint(call: ArmCall, endpoint: EndpointRecord): JsonObject {
  const { stale } = endpoint
  pollOperation(call.state, endpoint.operation)
  if (stale === null || stale.left === 0) return viewEndpoint(call, endpoint)
  stale.left -= 1
  return stale.shown
}

export function putEndpoint(call: ArmCall): SimAnswer {
  const { key, workspace } = workspaceOfCall(call)
  const name = call.names.endpoint ?? ''
  const taken = call.state.endpoints[endpointKey(workspace.location, name)]
  const before = findEndpoint(call)
  const body = bodyOf(call)
  checkName(name, 'endpoint')
  checkEnvelope(body)
  checkTags(body.tags, call.state.options)
  if (!sameLocation(body.location, workspace.location)) {
    throw badRequest(
      `An endpoint must be in the workspace's location '${workspace.location}'.`,
      'location',
    )
  }
  if (taken !== undefined && before === null) {
    throw conflict(
      `There is already an endpoint with name '${name}' in region '${workspace.location}'. Choose another name.`,
      'endpointName',
    )
  }
  if (before !== null) refuseWhileBusy(call, before)
  checkProperties(objectAt(body, 'properties'), before)
  const endpoint = before ?? newEndpoint(call, name, key)
  const shown = before === null ? null : viewEndpoint(call, before)
  store(call, endpoint, body)
  if (shown !== null && trafficChanged(shown, viewEndpoint(call, endpoint))) {
    endpoint.traffic = { ...noTraffic(), ...pastCounts(endpoint) }
    endpoint.stale = { left: call.state.options.staleReads, shown }
  }
  endpoint.provisioningState = before === null ? 'Creating' : 'Updating'
  return written(call, endpoint)
}

/** Counters of the past stay; the running shares start again with the new weights. */
const pastCounts = ({ traffic }: EndpointRecord) => ({
  routed: traffic.routed,
  addressed: traffic.addressed,
  mirrored: traffic.mirrored,
})

function newEndpoint(call: ArmCall, name: string, workspace: string): EndpointRecord {
  const { state } = call
  const endpoint: EndpointRecord = {
    name,
    workspace,
    body: {},
    provisioningState: 'Creating',
    operation: null,
    times: timesOf(call, null),
    keys: { primaryKey: `key-${nextGuid(state)}`, secondaryKey: `key-${nextGuid(state)}` },
    stale: null,
    lateRefusals: 0,
    slots: {},
    traffic: noTraffic(),
  }
  state.endpoints[endpointKey(workspaceOfCall(call).workspace.location, name)] = endpoint
  return endpoint
}

function store(call: ArmCall, endpoint: EndpointRecord, body: JsonObject): void {
  const properties = objectAt(body, 'properties')
  const keys = objectAt(properties, 'keys')
  endpoint.keys = {
    primaryKey: textAt(keys, 'primaryKey') ?? endpoint.keys.primaryKey,
    secondaryKey: textAt(keys, 'secondaryKey') ?? endpoint.keys.secondaryKey,
  }
  endpoint.times = timesOf(call, endpoint.times)
  endpoint.body = {
    ...body,
    properties: {
      ...without(properties, ['keys']),
      properties: keptProperties(endpoint.body, properties),
    },
  }
}

function written(call: ArmCall, endpoint: EndpointRecord): SimAnswer {
  const operation = startOperation(call, { endpoint, slot: null, effect: 'write' })
  const body = viewEndpoint(call, endpoint)
  if (operation.status !== 'InProgress') return { status: 200, body }
  return { status: 201, headers: writeHeaders(call, operation), body }
}

function trafficChanged(before: JsonObject, after: JsonObject): boolean {
  const [left, right] = [objectAt(before, 'properties'), objectAt(after, 'properties')]
  return (
    !sameJson(left.traffic, right.traffic) || !sameJson(left.mirrorTraffic, right.mirrorTraffic)
  )
}

function checkProperties(properties: JsonObject, before: EndpointRecord | null): void {
  if (!AUTH_MODES.includes(shown(properties.authMode))) {
    throw badRequest(`authMode must be one of ${AUTH_MODES.join(', ')}.`, 'properties.authMode')
  }
  checkTraffic(properties, Object.keys(before?.slots ?? {}))
  if (before === null) return
  const stored = objectAt(before.body, 'properties')
  checkOnlyAdded(stored, properties)
  if (properties.keys !== undefined && properties.keys !== null) {
    throw badRequest('Keys can be given when the endpoint is created only.', 'properties.keys')
  }
  if (!sameJson(stored.compute, properties.compute)) {
    throw badRequest('The compute of an endpoint cannot change.', 'properties.compute')
  }
}

/** A refused write meets the running operation too, so it counts as a poll: writers always get on. */
export function refuseWhileBusy(call: ArmCall, endpoint: EndpointRecord): void {
  const { operation, provisioningState } = endpoint
  if (operation === null) return
  pollOperation(call.state, operation)
  throw conflict(
    `Cannot update endpoint ${endpoint.name} because it is in ${provisioningState} provisioning state.`,
    'endpointName',
  )
}

export function patchEndpoint(call: ArmCall): SimAnswer {
  const endpoint = endpointOf(call)
  const body = bodyOf(call)
  const unknown = Object.keys(body).filter((key) => key !== 'tags' && key !== 'identity')
  if (unknown.length > 0) {
    throw badRequest(
      `Only tags and identity can be patched, found ${unknown.join(', ')}.`,
      unknown[0],
    )
  }
  checkTags(body.tags, call.state.options)
  refuseWhileBusy(call, endpoint)
  endpoint.body = { ...endpoint.body, ...body }
  endpoint.times = timesOf(call, endpoint.times)
  return { status: 200, body: viewEndpoint(call, endpoint) }
}

export function deleteEndpoint(call: ArmCall): SimAnswer {
  const endpoint = findEndpoint(call)
  if (endpoint === null) return { status: 204 }
  refuseWhileBusy(call, endpoint)
  endpoint.provisioningState = 'Deleting'
  endpoint.stale = null
  return accepted(call, startOperation(call, { endpoint, slot: null, effect: 'remove' }))
}

export function listKeys(call: ArmCall): SimAnswer {
  const endpoint = endpointOf(call)
  wantAuthMode(endpoint, 'Key')
  return { status: 200, body: { ...endpoint.keys } }
}

const TOKEN_SECONDS = 12 * 3600

/** A token for the scoring plane of one endpoint; its audience is the endpoint's id. */
export function getToken(call: ArmCall): SimAnswer {
  const endpoint = endpointOf(call)
  wantAuthMode(endpoint, 'AMLToken')
  const seconds = Math.floor(call.world.now() / 1000)
  const expiryTimeUtc = seconds + TOKEN_SECONDS
  const accessToken = signToken(
    { aud: endpointId(call.state, endpoint), exp: expiryTimeUtc, uti: nextGuid(call.state) },
    call.state.options.tokenKey,
  )
  const refreshAfterTimeUtc = seconds + TOKEN_SECONDS / 2
  return {
    status: 200,
    body: { accessToken, expiryTimeUtc, refreshAfterTimeUtc, tokenType: 'Bearer' },
  }
}

function wantAuthMode(endpoint: EndpointRecord, wanted: string): void {
  const found = objectAt(endpoint.body, 'properties').authMode
  if (found === wanted) return
  throw armRefusal({
    status: 400,
    code: 'BadRequest',
    message: `The endpoint '${endpoint.name}' uses authMode ${shown(found)}; this call needs ${wanted}.`,
    target: 'authMode',
  })
}
