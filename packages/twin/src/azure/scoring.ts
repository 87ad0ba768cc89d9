// Face `scoring`: the data plane of every endpoint, as /{endpoint}.{region}/score.
import type { SimAnswer, SimRequest, World } from '../kernel/simulator.ts'
import { bearerOf } from '../identity/token.ts'
import { callerFrom, mayAct, readAccessToken } from './access.ts'
import { endpointId, endpointKey, nextGuid } from './ids.ts'
import { objectAt, own } from './json.ts'
import { modelOf } from './slot-rules.ts'
import type { AzureState, EndpointRecord, SlotRecord } from './state.ts'
import { count, nextByWeight, nextMirror } from './traffic.ts'

/** What the container answers; anything but 200 reaches the caller as 424. */
export interface ModelAnswer {
  readonly status: number
  /** JSON text, or any other text. */
  readonly body: string
}

/** What a model version answers to a request body; behaviour, so it is given and not kept in state. */
export type Answerer = (
  model: { readonly name: string; readonly version: string } | null,
  requestBody: string,
) => ModelAnswer

const SLOT_HEADER = 'azureml-model-deployment'
const MAX_LOG_LINES = 200

export const scoringFace =
  (answer: Answerer) =>
  (request: SimRequest, state: AzureState, world: World): SimAnswer => {
    const given = request.headers['x-ms-client-request-id']
    const found = take({ request, state, world, answer })
    return {
      ...found,
      headers: {
        ...found.headers,
        'x-ms-request-id': nextGuid(state),
        'x-ms-server-version': 'twin',
        ...(given !== undefined && { 'x-ms-client-request-id': given }),
      },
    }
  }

interface Visit {
  readonly request: SimRequest
  readonly state: AzureState
  readonly world: World
  readonly answer: Answerer
}

function take(visit: Visit): SimAnswer {
  const { request, state } = visit
  const [, name, region, route] = /^\/([^/.]+)\.([^/.]+)\/(.+)$/.exec(request.path) ?? []
  const endpoint = state.endpoints[endpointKey(region ?? '', name ?? '')]
  if (endpoint === undefined || route !== 'score') return text(404, 'No such endpoint or route.')
  const refused = refuseCaller(visit, endpoint)
  if (refused !== null) return refused
  if (request.method !== 'POST') return text(405, 'Only POST is allowed here.')
  const slot = chooseSlot(visit, endpoint)
  if (slot === null) return text(404, 'No deployment takes this request.')
  return named(state, slot, ask(visit, slot))
}

/** By header when it is there (that also switches mirroring off), else by weight. */
function chooseSlot({ request, state }: Visit, endpoint: EndpointRecord): SlotRecord | null {
  const wanted = state.options.ignoreSlotHeader ? undefined : request.headers[SLOT_HEADER]
  if (wanted !== undefined) {
    const addressed = own(endpoint.slots, wanted)
    if (addressed !== undefined) count(endpoint.traffic.addressed, addressed.name)
    return addressed ?? null
  }
  const name = nextByWeight(endpoint)
  const slot = name === null ? undefined : endpoint.slots[name]
  if (slot === undefined) return null
  count(endpoint.traffic.routed, slot.name)
  const mirror = nextMirror(endpoint)
  if (mirror !== null) count(endpoint.traffic.mirrored, mirror)
  return slot
}

function ask({ request, world, answer }: Visit, slot: SlotRecord): SimAnswer {
  if (slot.provisioningState !== 'Succeeded') return modelError(503, 'model_not_ready', '')
  const found = answer(modelOf(slot.body), request.body.toString('utf8'))
  const line = `${new Date(world.now()).toISOString()} POST /score ${found.status}`
  slot.logs = [...slot.logs, line].slice(-MAX_LOG_LINES)
  if (found.status !== 200) return modelError(found.status, 'model_error', found.body)
  return { status: 200, headers: { 'content-type': 'application/json' }, body: found.body }
}

/** The platform's own status for a container that did not answer 200. */
const modelError = (inner: number, reason: string, body: string): SimAnswer => ({
  status: 424,
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    'ms-azureml-model-error-statuscode': String(inner),
    'ms-azureml-model-error-reason': reason,
  },
  body,
})

function named(state: AzureState, slot: SlotRecord, answer: SimAnswer): SimAnswer {
  if (state.options.hideSlot) return answer
  return { ...answer, headers: { ...answer.headers, [SLOT_HEADER]: slot.name } }
}

/** 401 or 403, by the endpoint's way of authentication; null: come in. */
function refuseCaller(visit: Visit, endpoint: EndpointRecord): SimAnswer | null {
  const mode = objectAt(endpoint.body, 'properties').authMode
  const header = visit.request.headers.authorization
  if (mode === 'Key') {
    const { primaryKey, secondaryKey } = endpoint.keys
    const given = bearerOf(header)
    return given === primaryKey || given === secondaryKey ? null : text(401, 'key_auth_bad_header')
  }
  const { state, world } = visit
  const id = endpointId(state, endpoint)
  const read = readAccessToken({
    header,
    key: state.options.tokenKey,
    now: world.now(),
    audiences: [mode === 'AMLToken' ? id : 'https://ml.azure.com'],
  })
  if ('refused' in read) return text(401, read.refused)
  if (mode === 'AMLToken') return null
  const wish = { action: 'workspaces/onlineEndpoints/score/action', scope: id }
  return mayAct(state, callerFrom(read.claims).clientId, wish) ? null : text(403, 'Forbidden')
}

const text = (status: number, body: string): SimAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
})
