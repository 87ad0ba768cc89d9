// The state of the simulated Azure: one plain JSON value, so that a snapshot carries everything.
import { TWIN_TOKEN_KEY } from '../identity/token.ts'
import type { JsonObject } from './json.ts'

/** A deployment that is to fail. Absent fields fit everything. */
export interface DeploymentFault {
  readonly endpoint?: string
  readonly deployment?: string
  /** `name:version` */
  readonly model?: string
  /** As Azure names it: OutOfQuota, ImageBuildFailure, ResourceNotReady, ... */
  readonly code: string
  readonly message: string
  /** How many PUTs still fail by it; counted down. */
  readonly times: number
}

export interface AzureOptions {
  /** The api-version that resources want. */
  readonly apiVersion: string
  /** The one in the URLs of operations: a poll must keep it. */
  readonly operationApiVersion: string
  /** How many polls show an operation running; 0: writes end at once (200). */
  readonly polls: number
  /** How many GETs after a traffic write show the endpoint as it was; 0: none. */
  readonly staleReads: number
  /** How many deployment PUTs are still refused after the endpoint shows Succeeded. */
  readonly lateRefusals: number
  readonly retryAfterSeconds: number
  /** The design's own limit on tags with the prefix `sluice-`. */
  readonly sluiceTags: number
  readonly deploymentFaults: readonly DeploymentFault[]
  /** Scoring routes by weight although the header names a slot. */
  readonly ignoreSlotHeader: boolean
  /** Scoring does not say which slot answered. */
  readonly hideSlot: boolean
  /** By which access tokens are known; the simulated Entra has the same. */
  readonly tokenKey: string
}

export const DEFAULT_AZURE_OPTIONS: AzureOptions = {
  apiVersion: '2024-04-01',
  operationApiVersion: '2023-04-01-preview',
  polls: 3,
  staleReads: 2,
  lateRefusals: 0,
  retryAfterSeconds: 10,
  sluiceTags: 12,
  deploymentFaults: [],
  ignoreSlotHeader: false,
  hideSlot: false,
  tokenKey: TWIN_TOKEN_KEY,
}

export interface RoleAssignment {
  /** A resource id or a leading part of one; `/` is everything. */
  readonly scope: string
  /** `Microsoft.MachineLearningServices/workspaces/onlineEndpoints/*`; `*` also spans slashes. */
  readonly actions: readonly string[]
}

export interface WorkspaceRecord {
  readonly subscription: string
  readonly resourceGroup: string
  readonly name: string
  readonly location: string
  readonly guid: string
}

export type ProvisioningState = 'Creating' | 'Updating' | 'Deleting' | 'Succeeded' | 'Failed'

export interface Times {
  createdAt: string
  createdBy: string
  modifiedAt: string
  modifiedBy: string
}

export interface SlotRecord {
  readonly name: string
  /** What was PUT, unknown fields too. */
  body: JsonObject
  provisioningState: ProvisioningState
  /** Id of the operation that runs, or null. */
  operation: string | null
  times: Times
  logs: string[]
}

export interface EndpointRecord {
  readonly name: string
  /** Key of its workspace in `workspaces`. */
  readonly workspace: string
  body: JsonObject
  provisioningState: ProvisioningState
  operation: string | null
  times: Times
  keys: { primaryKey: string; secondaryKey: string }
  /** The answer that the next GETs still give, and how many. */
  stale: { left: number; shown: JsonObject } | null
  /** Deployment PUTs still refused although the endpoint shows Succeeded. */
  lateRefusals: number
  slots: Record<string, SlotRecord>
  traffic: TrafficCounters
}

export interface TrafficCounters {
  /** Running credit of every slot (smooth weighted round robin): exact shares over 100 requests. */
  credit: Record<string, number>
  mirrorCredit: number
  /** Requests answered, by slot: by weight, and by header. */
  routed: Record<string, number>
  addressed: Record<string, number>
  mirrored: Record<string, number>
}

export interface OperationRecord {
  readonly id: string
  readonly subscription: string
  readonly location: string
  /** Key of the endpoint, and the slot when it is about one. */
  readonly endpoint: string
  readonly slot: string | null
  readonly effect: 'write' | 'remove'
  readonly failure: { readonly code: string; readonly message: string } | null
  readonly startedAt: string
  pollsLeft: number
  status: 'InProgress' | 'Succeeded' | 'Failed'
}

export type AssetKind = 'models' | 'environments' | 'codes'

export interface AssetVersionRecord {
  readonly version: string
  properties: JsonObject
  times: Times
}

export interface AssetRecord {
  readonly name: string
  properties: JsonObject
  times: Times
  versions: Record<string, AssetVersionRecord>
}

export interface BlobRecord {
  readonly base64: string
  readonly contentType: string
  readonly md5: string
}

export interface AzureState {
  options: AzureOptions
  /** Numbers everything that needs a fresh id. */
  serial: number
  /** By client id. */
  roles: Record<string, RoleAssignment[]>
  /** By lower-case resource id. */
  workspaces: Record<string, WorkspaceRecord>
  /** By `<location>/<name>`: endpoint names are unique in a region. */
  endpoints: Record<string, EndpointRecord>
  operations: Record<string, OperationRecord>
  /** By `<workspace key>/<kind>/<name>`, lower case. */
  assets: Record<string, AssetRecord>
  /** By lower-case `azureml://registries/...` id of the version. */
  registryAssets: Record<string, JsonObject>
  /** Containers that were handed out for uploads, by `/account/container`. */
  containers: Record<string, { readonly expires: number }>
  /** By path `/account/container/name`. */
  blobs: Record<string, BlobRecord>
}

export function emptyAzureState(options: Partial<AzureOptions> = {}): AzureState {
  return {
    options: { ...DEFAULT_AZURE_OPTIONS, ...options },
    serial: 0,
    roles: {},
    workspaces: {},
    endpoints: {},
    operations: {},
    assets: {},
    registryAssets: {},
    containers: {},
    blobs: {},
  }
}
