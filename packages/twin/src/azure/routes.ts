// The routes of the control plane and the action that a caller needs for each.
import type { SimAnswer } from '../kernel/simulator.ts'
import {
  getContainer,
  getVersion,
  listContainers,
  listVersions,
  putContainer,
  putVersion,
} from './assets.ts'
import type { ArmCall } from './call.ts'
import {
  deleteEndpoint,
  getEndpoint,
  getToken,
  listEndpoints,
  listKeys,
  patchEndpoint,
  putEndpoint,
} from './endpoints.ts'
import { PROVIDER } from './ids.ts'
import { getOperationStatus } from './operations.ts'
import { getOperationResult } from './results.ts'
import { deleteSlot, getLogs, getSlot, listSlots, patchSlot, putSlot } from './slots.ts'
import type { AssetKind } from './state.ts'
import { startPendingUpload } from './uploads.ts'
import { getWorkspace } from './workspaces.ts'

export interface ArmRoute {
  readonly method: string
  /** Literal parts compare without case; `{name}` takes one part. */
  readonly parts: readonly string[]
  /** Without the provider; null where a token is enough. */
  readonly action: string | null
  readonly isOperation: boolean
  readonly take: (call: ArmCall) => SimAnswer
}

const WORKSPACE = `subscriptions/{subscription}/resourceGroups/{group}/providers/${PROVIDER}/workspaces/{workspace}`
const OPERATIONS = `subscriptions/{subscription}/providers/${PROVIDER}/locations/{location}`
const ENDPOINT = '/onlineEndpoints/{endpoint}'
const SLOT = `${ENDPOINT}/deployments/{slot}`

const route = (
  method: string,
  path: string,
  rest: { readonly action: string; readonly take: ArmRoute['take'] },
): ArmRoute => ({ method, parts: `${WORKSPACE}${path}`.split('/'), isOperation: false, ...rest })

/** Polls need no role: the ids are hard to guess, and roles on one workspace do not reach them. */
const operation = (kind: string, take: ArmRoute['take']): ArmRoute => ({
  method: 'GET',
  parts: `${OPERATIONS}/${kind}/{operation}`.split('/'),
  action: null,
  isOperation: true,
  take,
})

const endpoints = 'workspaces/onlineEndpoints'
const slots = `${endpoints}/deployments`

const assetRoutes = (kind: AssetKind): ArmRoute[] => {
  const type = `workspaces/${kind}`
  const one = `/${kind}/{name}`
  const version = `${one}/versions/{version}`
  return [
    route('GET', `/${kind}`, {
      action: `${type}/read`,
      take: (call) => listContainers(call, kind),
    }),
    route('GET', one, { action: `${type}/read`, take: (call) => getContainer(call, kind) }),
    route('PUT', one, { action: `${type}/write`, take: (call) => putContainer(call, kind) }),
    route('GET', `${one}/versions`, {
      action: `${type}/versions/read`,
      take: (call) => listVersions(call, kind),
    }),
    route('GET', version, {
      action: `${type}/versions/read`,
      take: (call) => getVersion(call, kind),
    }),
    route('PUT', version, {
      action: `${type}/versions/write`,
      take: (call) => putVersion(call, kind),
    }),
  ]
}

export const ROUTES: readonly ArmRoute[] = [
  route('GET', '', { action: 'workspaces/read', take: getWorkspace }),
  route('GET', '/onlineEndpoints', { action: `${endpoints}/read`, take: listEndpoints }),
  route('GET', ENDPOINT, { action: `${endpoints}/read`, take: getEndpoint }),
  route('PUT', ENDPOINT, { action: `${endpoints}/write`, take: putEndpoint }),
  route('PATCH', ENDPOINT, { action: `${endpoints}/write`, take: patchEndpoint }),
  route('DELETE', ENDPOINT, { action: `${endpoints}/delete`, take: deleteEndpoint }),
  route('POST', `${ENDPOINT}/listKeys`, { action: `${endpoints}/listKeys/action`, take: listKeys }),
  route('POST', `${ENDPOINT}/token`, { action: `${endpoints}/token/action`, take: getToken }),
  route('GET', `${ENDPOINT}/deployments`, { action: `${slots}/read`, take: listSlots }),
  route('GET', SLOT, { action: `${slots}/read`, take: getSlot }),
  route('PUT', SLOT, { action: `${slots}/write`, take: putSlot }),
  route('PATCH', SLOT, { action: `${slots}/write`, take: patchSlot }),
  route('DELETE', SLOT, { action: `${slots}/delete`, take: deleteSlot }),
  route('POST', `${SLOT}/getLogs`, { action: `${slots}/getLogs/action`, take: getLogs }),
  ...assetRoutes('models'),
  ...assetRoutes('environments'),
  ...assetRoutes('codes'),
  route('POST', '/codes/{name}/versions/{version}/startPendingUpload', {
    action: 'workspaces/codes/versions/write',
    take: startPendingUpload,
  }),
  operation('mfeOperationsStatus', getOperationStatus),
  operation('mfeOperationResults', getOperationResult),
]

/** The named parts of the path, or null when it is another route's. */
export function matchRoute(
  one: ArmRoute,
  segments: readonly string[],
): Record<string, string> | null {
  if (one.parts.length !== segments.length) return null
  const names: Record<string, string> = {}
  for (const [index, part] of one.parts.entries()) {
    const segment = segments[index] ?? ''
    if (part.startsWith('{')) {
      if (segment === '') return null
      names[part.slice(1, -1)] = segment
    } else if (part.toLowerCase() !== segment.toLowerCase()) return null
  }
  return names
}
