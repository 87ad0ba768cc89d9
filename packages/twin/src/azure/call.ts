// One authenticated call on the control plane, as the handlers of routes get it.
import type { SimRequest, World } from '../kernel/simulator.ts'
import { isObject, type JsonObject } from './json.ts'
import { workspaceKey } from './ids.ts'
import { badRequest, notFound } from './refusal.ts'
import type { AzureState, Times, WorkspaceRecord } from './state.ts'

export interface Caller {
  readonly clientId: string
  readonly objectId: string
}

export interface ArmCall {
  readonly request: SimRequest
  readonly state: AzureState
  readonly world: World
  readonly caller: Caller
  /** Parts of the path by name, decoded. */
  readonly names: Readonly<Record<string, string>>
}

/** The body as a JSON object; refused when it is anything else. */
export function bodyOf(call: ArmCall): JsonObject {
  const type = call.request.headers['content-type'] ?? 'application/json'
  if (!/^(application|text)\/json/i.test(type)) {
    throw badRequest(`The content media type '${type}' is not supported: use application/json.`)
  }
  let value: unknown
  try {
    value = JSON.parse(call.request.body.toString('utf8'))
  } catch {
    throw badRequest('The request content was invalid and could not be deserialized.')
  }
  if (isObject(value)) return value
  throw badRequest('The request content must be a JSON object.')
}

/** The workspace named by the path, with its key. */
export function workspaceOfCall(call: ArmCall): { key: string; workspace: WorkspaceRecord } {
  const { subscription = '', group = '', workspace = '' } = call.names
  const key = workspaceKey({ subscription, resourceGroup: group, name: workspace })
  const found = call.state.workspaces[key]
  if (found !== undefined) return { key, workspace: found }
  throw notFound(
    `The Resource 'Microsoft.MachineLearningServices/workspaces/${workspace}' under resource group '${group}' was not found.`,
    'workspaceName',
  )
}

/** The author and the moment of a write; `before` keeps who created it. */
export function timesOf(call: ArmCall, before: Times | null): Times {
  const now = new Date(call.world.now()).toISOString()
  return {
    createdAt: before?.createdAt ?? now,
    createdBy: before?.createdBy ?? call.caller.objectId,
    modifiedAt: now,
    modifiedBy: call.caller.objectId,
  }
}

export function systemData(times: Times): JsonObject {
  return {
    createdAt: times.createdAt,
    createdBy: times.createdBy,
    createdByType: 'Application',
    lastModifiedAt: times.modifiedAt,
    lastModifiedBy: times.modifiedBy,
    lastModifiedByType: 'Application',
  }
}
