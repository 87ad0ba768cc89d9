// How endpoints and slots look when they are read.
import type { ArmCall } from './call.ts'
import { systemData } from './call.ts'
import { endpointId, PROVIDER, workspaceOf } from './ids.ts'
import { isObject, objectAt, shown, without, type JsonObject } from './json.ts'
import { statusUrl } from './operations.ts'
import type { EndpointRecord, SlotRecord } from './state.ts'

/** The endpoint as a GET shows it: zero weights left out, keys never there. */
export function viewEndpoint(call: ArmCall, endpoint: EndpointRecord): JsonObject {
  const { body } = endpoint
  const id = endpointId(call.state, endpoint)
  const properties = objectAt(body, 'properties')
  const scoring = `${call.world.origin('scoring')}${scoringPath(call.state, endpoint)}`
  return {
    ...without(body, ['properties', 'identity']),
    id,
    name: endpoint.name,
    type: `${PROVIDER}/workspaces/onlineEndpoints`,
    systemData: systemData(endpoint.times),
    tags: objectAt(body, 'tags'),
    ...(isObject(body.identity) && { identity: viewIdentity(body.identity, id) }),
    properties: {
      publicNetworkAccess: 'Enabled',
      ...without(properties, ['keys']),
      properties: {
        ...objectAt(properties, 'properties'),
        'azureml.onlineendpointid': id,
        ...asyncUri(call, endpoint.operation),
      },
      traffic: withoutZeros(objectAt(properties, 'traffic')),
      mirrorTraffic: withoutZeros(objectAt(properties, 'mirrorTraffic')),
      provisioningState: endpoint.provisioningState,
      scoringUri: `${scoring}/score`,
      swaggerUri: `${scoring}/swagger.json`,
    },
  }
}

/** The place of an endpoint on the scoring face, without the route. */
export function scoringPath(state: ArmCall['state'], endpoint: EndpointRecord): string {
  return `/${endpoint.name}.${workspaceOf(state, endpoint).location}`
}

/** The slot as a GET shows it, with the settings that the service fills in. */
export function viewSlot(call: ArmCall, endpoint: EndpointRecord, slot: SlotRecord): JsonObject {
  const { body } = slot
  const id = `${endpointId(call.state, endpoint)}/deployments/${slot.name}`
  const properties = objectAt(body, 'properties')
  return {
    ...without(body, ['properties', 'identity']),
    id,
    name: slot.name,
    type: `${PROVIDER}/workspaces/onlineEndpoints/deployments`,
    systemData: systemData(slot.times),
    tags: objectAt(body, 'tags'),
    ...(isObject(body.identity) && { identity: viewIdentity(body.identity, id) }),
    properties: {
      appInsightsEnabled: false,
      egressPublicNetworkAccess: 'Enabled',
      scaleSettings: { scaleType: 'Default' },
      livenessProbe: probe(30),
      readinessProbe: probe(30),
      ...properties,
      requestSettings: {
        maxConcurrentRequestsPerInstance: 1,
        requestTimeout: 'PT5S',
        ...objectAt(properties, 'requestSettings'),
      },
      properties: { ...objectAt(properties, 'properties'), ...asyncUri(call, slot.operation) },
      provisioningState: slot.provisioningState,
    },
  }
}

const probe = (failures: number): JsonObject => ({
  failureThreshold: failures,
  initialDelay: 'PT10S',
  period: 'PT10S',
  successThreshold: 1,
  timeout: 'PT2S',
})

/** The service adds ids of its own to identities; they are read-only. */
function viewIdentity(identity: JsonObject, id: string): JsonObject {
  const type = shown(identity.type)
  const assigned = objectAt(identity, 'userAssignedIdentities')
  return {
    ...identity,
    ...(type.includes('SystemAssigned') && {
      principalId: guidFor(id),
      tenantId: guidFor('tenant'),
    }),
    ...(type.includes('UserAssigned') && {
      userAssignedIdentities: Object.fromEntries(
        Object.keys(assigned).map((one) => [
          one,
          { clientId: guidFor(one), principalId: guidFor(one) },
        ]),
      ),
    }),
  }
}

function guidFor(text: string): string {
  const hex = Buffer.from(text).toString('hex').slice(-32).padStart(32, '0')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function asyncUri(call: ArmCall, operation: string | null): JsonObject {
  const found = operation === null ? undefined : call.state.operations[operation]
  return found === undefined ? {} : { AzureAsyncOperationUri: statusUrl(call, found) }
}

const withoutZeros = (weights: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(weights).filter(([, weight]) => weight !== 0))
