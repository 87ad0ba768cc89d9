// Resource ids: how they are written, and the keys under which the state keeps things.
import { createHash } from 'node:crypto'
import type { AssetKind, AzureState, EndpointRecord, WorkspaceRecord } from './state.ts'

export const PROVIDER = 'Microsoft.MachineLearningServices'

export function workspaceId(workspace: {
  readonly subscription: string
  readonly resourceGroup: string
  readonly name: string
}): string {
  return (
    `/subscriptions/${workspace.subscription}/resourceGroups/${workspace.resourceGroup}` +
    `/providers/${PROVIDER}/workspaces/${workspace.name}`
  )
}

export const workspaceKey = (workspace: Parameters<typeof workspaceId>[0]): string =>
  workspaceId(workspace).toLowerCase()

export const endpointKey = (location: string, name: string): string =>
  `${location}/${name}`.toLowerCase()

export const assetKey = (workspace: string, kind: AssetKind, name: string): string =>
  `${workspace}/${kind}/${name}`.toLowerCase()

export function workspaceOf(state: AzureState, endpoint: EndpointRecord): WorkspaceRecord {
  const found = state.workspaces[endpoint.workspace]
  if (found === undefined) throw new Error(`endpoint ${endpoint.name} has no workspace`)
  return found
}

export function endpointId(state: AzureState, endpoint: EndpointRecord): string {
  return `${workspaceId(workspaceOf(state, endpoint))}/onlineEndpoints/${endpoint.name}`
}

/** A fresh id in the form of a GUID; the same run gives the same ones. */
export function nextGuid(state: AzureState): string {
  state.serial += 1
  const hex = createHash('sha256').update(`twin ${state.serial}`).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-')
}

/** A model, environment or code version as a deployment names it. */
export type AssetReference =
  | {
      readonly place: 'registry'
      readonly key: string
      readonly name: string
      readonly version: string
    }
  | {
      readonly place: 'workspace'
      readonly workspace: string
      readonly kind: string
      readonly name: string
      readonly version: string
    }

/** Reads an ARM id (an optional `azureml:` in front is allowed) or a registry id; null when neither. */
export function parseAssetReference(text: string): AssetReference | null {
  const registry =
    /^azureml:\/\/registries\/[^/]+\/(models|environments|codes)\/([^/]+)\/versions\/([^/]+)$/i.exec(
      text,
    )
  if (registry !== null) {
    const [, , name, version] = registry
    return { place: 'registry', key: text.toLowerCase(), name: name ?? '', version: version ?? '' }
  }
  const inWorkspace =
    /^(?:azureml:)?(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.MachineLearningServices\/workspaces\/[^/]+)\/(models|environments|codes)\/([^/]+)\/versions\/([^/]+)$/i.exec(
      text,
    )
  if (inWorkspace === null) return null
  const [, workspace, kind, name, version] = inWorkspace
  return {
    place: 'workspace',
    workspace: (workspace ?? '').toLowerCase(),
    kind: (kind ?? '').toLowerCase(),
    name: name ?? '',
    version: version ?? '',
  }
}
