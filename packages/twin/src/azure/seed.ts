// Puts things into the state before a run, as if people had made them earlier.
import { assetKey, endpointKey, nextGuid, workspaceKey } from './ids.ts'
import type { JsonObject } from './json.ts'
import type { AssetKind, AzureState, EndpointRecord, SlotRecord, Times } from './state.ts'
import { noTraffic } from './traffic.ts'

export interface WorkspacePlace {
  readonly subscription: string
  readonly resourceGroup: string
  readonly name: string
}

const SEEDED_AT = '2026-01-05T08:00:00.000Z'

const seededTimes = (at: string): Times => ({
  createdAt: at,
  createdBy: 'seed',
  modifiedAt: at,
  modifiedBy: 'seed',
})

export function seedWorkspace(
  state: AzureState,
  place: WorkspacePlace & { readonly location: string },
): void {
  state.workspaces[workspaceKey(place)] = {
    subscription: place.subscription,
    resourceGroup: place.resourceGroup,
    name: place.name,
    location: place.location,
    guid: nextGuid(state),
  }
}

/** Everything, everywhere. */
export function grantAll(state: AzureState, clientId: string): void {
  grantRole(state, { clientId, scope: '/', actions: ['*'] })
}

/** Adds a role; actions are patterns like `Microsoft.MachineLearningServices/workspaces/onlineEndpoints/*`. */
export function grantRole(
  state: AzureState,
  role: { readonly clientId: string; readonly scope: string; readonly actions: readonly string[] },
): void {
  const { clientId, scope, actions } = role
  state.roles[clientId] = [...(state.roles[clientId] ?? []), { scope, actions: [...actions] }]
}

/** A registered model version; `createdAt` (ISO) decides what is latest. */
export function seedModel(
  state: AzureState,
  workspace: WorkspacePlace,
  model: {
    readonly name: string
    readonly version: string
    readonly tags?: Readonly<Record<string, string>>
    readonly createdAt?: string
    readonly modelType?: string
  },
): void {
  const { name, version } = model
  seedAsset(state, workspace, {
    kind: 'models',
    name,
    version,
    createdAt: model.createdAt ?? SEEDED_AT,
    properties: {
      modelType: model.modelType ?? 'custom_model',
      modelUri: `azureml://subscriptions/${workspace.subscription}/resourceGroups/${workspace.resourceGroup}/workspaces/${workspace.name}/datastores/workspaceblobstore/paths/models/${name}/${version}`,
      tags: { ...model.tags },
      properties: {},
    },
  })
}

/** A registered environment version; names that start with `AzureML-` show as curated. */
export function seedEnvironment(
  state: AzureState,
  workspace: WorkspacePlace,
  environment: { readonly name: string; readonly version: string; readonly image: string },
): void {
  const { name, version, image } = environment
  const properties: JsonObject = { image, osType: 'Linux', tags: {}, properties: {} }
  seedAsset(state, workspace, {
    kind: 'environments',
    name,
    version,
    createdAt: SEEDED_AT,
    properties,
  })
}

/** An asset version in a registry, under its full `azureml://registries/...` id. */
export function seedRegistryAsset(
  state: AzureState,
  id: string,
  properties: JsonObject = {},
): void {
  state.registryAssets[id.toLowerCase()] = structuredClone(properties)
}

function seedAsset(
  state: AzureState,
  workspace: WorkspacePlace,
  made: {
    readonly kind: AssetKind
    readonly name: string
    readonly version: string
    readonly createdAt: string
    readonly properties: JsonObject
  },
): void {
  const key = assetKey(wanted(state, workspace), made.kind, made.name)
  const times = seededTimes(made.createdAt)
  const asset = (state.assets[key] ??= { name: made.name, properties: {}, times, versions: {} })
  const { version, properties } = made
  asset.versions[version] = { version, properties, times }
}

/** An endpoint that is there and Succeeded. `body` is merged over a minimal one, unknown fields too. */
export function seedEndpoint(
  state: AzureState,
  workspace: WorkspacePlace,
  endpoint: {
    readonly name: string
    readonly tags?: Readonly<Record<string, string>>
    readonly properties?: JsonObject
  },
): EndpointRecord {
  const key = wanted(state, workspace)
  const location = state.workspaces[key]?.location ?? ''
  const made: EndpointRecord = {
    name: endpoint.name,
    workspace: key,
    body: {
      location,
      tags: { ...endpoint.tags },
      properties: { authMode: 'Key', traffic: {}, ...structuredClone(endpoint.properties ?? {}) },
    },
    provisioningState: 'Succeeded',
    operation: null,
    times: seededTimes(SEEDED_AT),
    keys: { primaryKey: `key-${nextGuid(state)}`, secondaryKey: `key-${nextGuid(state)}` },
    stale: null,
    lateRefusals: 0,
    slots: {},
    traffic: noTraffic(),
  }
  state.endpoints[endpointKey(location, endpoint.name)] = made
  return made
}

/** A slot of a seeded endpoint. `model` is the id that a deployment would name. */
export function seedSlot(
  endpoint: EndpointRecord,
  slot: {
    readonly name: string
    readonly model: string
    readonly tags?: Readonly<Record<string, string>>
    readonly provisioningState?: SlotRecord['provisioningState']
    readonly properties?: JsonObject
  },
): SlotRecord {
  const made: SlotRecord = {
    name: slot.name,
    body: {
      location: endpoint.body.location ?? '',
      tags: { ...slot.tags },
      sku: { name: 'Default', capacity: 1 },
      properties: {
        endpointComputeType: 'Managed',
        instanceType: 'Standard_DS3_v2',
        model: slot.model,
        ...structuredClone(slot.properties ?? {}),
      },
    },
    provisioningState: slot.provisioningState ?? 'Succeeded',
    operation: null,
    times: seededTimes(SEEDED_AT),
    logs: [],
  }
  endpoint.slots[slot.name] = made
  return made
}

function wanted(state: AzureState, workspace: WorkspacePlace): string {
  const key = workspaceKey(workspace)
  if (state.workspaces[key] === undefined) throw new Error(`no workspace ${key}: seed it first`)
  return key
}
