// Control plane: deployments of an endpoint (slots).
import type { SimAnswer } from '../kernel/simulator.ts'
import { bodyOf, timesOf, type ArmCall } from './call.ts'
import { endpointOf } from './endpoints.ts'
import { isObject, objectAt, own, shown, type Json, type JsonObject } from './json.ts'
import { accepted, pollOperation, startOperation, writeHeaders } from './operations.ts'
import { paged, wholeNumber } from './paging.ts'
import { armRefusal, badRequest, conflict, notFound } from './refusal.ts'
import {
  checkEnvelope,
  checkName,
  checkOnlyAdded,
  checkTags,
  keptProperties,
  sameLocation,
} from './rules.ts'
import { checkSlotProperties, modelOf } from './slot-rules.ts'
import type { DeploymentFault, EndpointRecord, SlotRecord } from './state.ts'
import { percentsOf } from './traffic.ts'
import { viewSlot } from './views.ts'

const MAX_SLOTS = 20
const MAX_INSTANCES = 50

interface Place {
  readonly endpoint: EndpointRecord
  readonly slot: SlotRecord | null
  readonly name: string
}

function placeOf(call: ArmCall): Place {
  const endpoint = endpointOf(call)
  const name = call.names.slot ?? ''
  const key = Object.keys(endpoint.slots).find((one) => one.toLowerCase() === name.toLowerCase())
  return { endpoint, slot: key === undefined ? null : (endpoint.slots[key] ?? null), name }
}

function existing(call: ArmCall): { endpoint: EndpointRecord; slot: SlotRecord } {
  const { endpoint, slot, name } = placeOf(call)
  if (slot !== null) return { endpoint, slot }
  throw notFound(
    `The deployment '${name}' of endpoint '${endpoint.name}' was not found.`,
    'deploymentName',
  )
}

export function listSlots(call: ArmCall): SimAnswer {
  const endpoint = endpointOf(call)
  const top = wholeNumber(call, '$top') ?? MAX_SLOTS
  const values = Object.values(endpoint.slots).map((slot) => readSlot(call, endpoint, slot))
  return paged(call, values, Math.max(top, 1))
}

export function getSlot(call: ArmCall): SimAnswer {
  const { endpoint, slot } = existing(call)
  return { status: 200, body: readSlot(call, endpoint, slot) }
}

function readSlot(call: ArmCall, endpoint: EndpointRecord, slot: SlotRecord): JsonObject {
  pollOperation(call.state, slot.operation)
  return viewSlot(call, endpoint, slot)
}

export function putSlot(call: ArmCall): SimAnswer {
  const { endpoint, slot: before, name } = placeOf(call)
  const body = bodyOf(call)
  checkBody(call, { body, name, endpoint })
  refuseWhileBusy(call, endpoint, before)
  checkSlotProperties(call.state, { endpoint, properties: objectAt(body, 'properties') })
  if (before !== null) checkUnchanged(before.body, body)
  else if (Object.keys(endpoint.slots).length >= MAX_SLOTS) {
    throw armRefusal({
      status: 400,
      code: 'QuotaExceeded',
      message: `An endpoint holds at most ${MAX_SLOTS} deployments.`,
      target: 'deploymentName',
    })
  }
  const slot: SlotRecord = before ?? {
    name,
    body: {},
    provisioningState: 'Creating',
    operation: null,
    times: timesOf(call, null),
    logs: [],
  }
  endpoint.slots[slot.name] = slot
  store(call, slot, body)
  slot.provisioningState = before === null ? 'Creating' : 'Updating'
  return written(call, endpoint, slot)
}

function checkBody(
  call: ArmCall,
  about: { readonly body: JsonObject; readonly name: string; readonly endpoint: EndpointRecord },
): void {
  const { body, name, endpoint } = about
  checkName(name, 'deployment')
  checkEnvelope(body)
  checkTags(body.tags, call.state.options)
  if (!sameLocation(body.location, shown(endpoint.body.location))) {
    throw badRequest("A deployment must be in its endpoint's location.", 'location')
  }
  checkSku(body.sku)
}

function checkSku(sku: Json | undefined): void {
  const capacity = isObject(sku) ? sku.capacity : undefined
  if (isObject(sku) && sku.name !== undefined && sku.name !== 'Default') {
    throw badRequest(`The sku name must be Default, found '${shown(sku.name)}'.`, 'sku.name')
  }
  if (
    typeof capacity === 'number' &&
    Number.isInteger(capacity) &&
    capacity >= 1 &&
    capacity <= MAX_INSTANCES
  ) {
    return
  }
  throw badRequest(
    `sku.capacity must be a whole number from 1 to ${MAX_INSTANCES}.`,
    'sku.capacity',
  )
}

/** 409 while the endpoint or this slot is being changed; the refused write counts as a poll. */
function refuseWhileBusy(call: ArmCall, endpoint: EndpointRecord, slot: SlotRecord | null): void {
  const late = endpoint.operation === null && endpoint.lateRefusals > 0
  if (endpoint.operation !== null || late) {
    const shown = late ? 'Updating' : endpoint.provisioningState
    if (late) endpoint.lateRefusals -= 1
    else pollOperation(call.state, endpoint.operation)
    throw conflict(
      `Cannot create a deployment in endpoint ${endpoint.name} because it is in ${shown} provisioning state.`,
      'endpointName',
    )
  }
  if (endpoint.provisioningState === 'Failed') {
    throw conflict(
      `Cannot create a deployment in endpoint ${endpoint.name} because it is in Failed provisioning state.`,
      'endpointName',
    )
  }
  if (slot !== null) refuseWhileSlotBusy(call, slot)
}

function refuseWhileSlotBusy(call: ArmCall, slot: SlotRecord): void {
  if (slot.operation === null) return
  const shown = slot.provisioningState
  pollOperation(call.state, slot.operation)
  throw conflict(
    `Cannot update deployment ${slot.name} because it is in ${shown} provisioning state.`,
    'deploymentName',
  )
}

/** What a deployment keeps for life. */
function checkUnchanged(before: JsonObject, after: JsonObject): void {
  const [old, next] = [objectAt(before, 'properties'), objectAt(after, 'properties')]
  for (const field of ['instanceType', 'endpointComputeType']) {
    if (old[field] === next[field]) continue
    throw badRequest(
      `The property ${field} cannot change from '${shown(old[field])}' to '${shown(next[field])}': delete the deployment first.`,
      `properties.${field}`,
    )
  }
  checkOnlyAdded(old, next)
}

function store(call: ArmCall, slot: SlotRecord, body: JsonObject): void {
  const properties = objectAt(body, 'properties')
  slot.times = timesOf(call, slot.times)
  slot.body = {
    ...body,
    sku: { name: 'Default', ...objectAt(body, 'sku') },
    properties: {
      ...properties,
      properties: keptProperties(slot.body, properties),
    },
  }
}

function written(call: ArmCall, endpoint: EndpointRecord, slot: SlotRecord): SimAnswer {
  const fault = takeFault(call, endpoint, slot)
  const failure = fault === null ? null : { code: fault.code, message: fault.message }
  slot.logs = failure === null ? startLogs(slot) : [`${failure.code}: ${failure.message}`]
  const operation = startOperation(call, { endpoint, slot, effect: 'write', failure })
  const body = viewSlot(call, endpoint, slot)
  if (operation.status !== 'InProgress') return { status: 200, body }
  return { status: 201, headers: writeHeaders(call, operation), body }
}

const startLogs = (slot: SlotRecord): string[] => [
  'Instance status:',
  'SystemSetup: Succeeded',
  'UserContainerImagePull: Succeeded',
  'ModelDownload: Succeeded',
  'UserContainerStart: Succeeded',
  `Serving ${shown(objectAt(slot.body, 'properties').model)}`,
]

/** The first configured fault that fits, counted down. */
function takeFault(
  call: ArmCall,
  endpoint: EndpointRecord,
  slot: SlotRecord,
): DeploymentFault | null {
  const { options } = call.state
  const model = modelOf(slot.body)
  const found = options.deploymentFaults.find(
    (fault) =>
      fault.times > 0 &&
      (fault.endpoint ?? endpoint.name) === endpoint.name &&
      (fault.deployment ?? slot.name) === slot.name &&
      (fault.model === undefined ||
        (model !== null && fault.model === `${model.name}:${model.version}`)),
  )
  if (found === undefined) return null
  call.state.options = {
    ...options,
    deploymentFaults: options.deploymentFaults.map((fault) =>
      fault === found ? { ...fault, times: fault.times - 1 } : fault,
    ),
  }
  return found
}

/** Tags at once; a new capacity is an operation. */
export function patchSlot(call: ArmCall): SimAnswer {
  const { endpoint, slot } = existing(call)
  const body = bodyOf(call)
  const unknown = Object.keys(body).filter((key) => key !== 'tags' && key !== 'sku')
  if (unknown.length > 0) {
    throw badRequest(`Only tags and sku can be patched, found ${unknown.join(', ')}.`, unknown[0])
  }
  checkTags(body.tags, call.state.options)
  if (body.sku !== undefined) checkSku(body.sku)
  refuseWhileSlotBusy(call, slot)
  slot.times = timesOf(call, slot.times)
  slot.body = {
    ...slot.body,
    ...body,
    sku: { ...objectAt(slot.body, 'sku'), ...objectAt(body, 'sku') },
  }
  if (body.sku === undefined) return { status: 200, body: viewSlot(call, endpoint, slot) }
  slot.provisioningState = 'Updating'
  return accepted(call, startOperation(call, { endpoint, slot, effect: 'write' }))
}

export function deleteSlot(call: ArmCall): SimAnswer {
  const { endpoint, slot } = placeOf(call)
  if (slot === null) return { status: 204 }
  const live = { ...percentsOf(endpoint, 'traffic'), ...percentsOf(endpoint, 'mirrorTraffic') }
  const percent = own(live, slot.name)
  if (percent !== undefined) {
    throw badRequest(
      `Deployment '${slot.name}' still gets ${percent} percent of the traffic of endpoint '${endpoint.name}'. Set it to 0 before you delete it.`,
      'deploymentName',
    )
  }
  refuseWhileSlotBusy(call, slot)
  slot.provisioningState = 'Deleting'
  return accepted(call, startOperation(call, { endpoint, slot, effect: 'remove' }))
}

export function getLogs(call: ArmCall): SimAnswer {
  const { slot } = existing(call)
  const body = call.request.body.length === 0 ? {} : bodyOf(call)
  const container = body.containerType ?? 'InferenceServer'
  if (container !== 'InferenceServer' && container !== 'StorageInitializer') {
    throw badRequest(
      'containerType must be InferenceServer or StorageInitializer.',
      'containerType',
    )
  }
  const tail = body.tail ?? slot.logs.length
  if (typeof tail !== 'number' || !Number.isInteger(tail) || tail < 0) {
    throw badRequest('tail must be a whole number.', 'tail')
  }
  const lines = container === 'InferenceServer' ? slot.logs : ['Model files copied.']
  return {
    status: 200,
    body: { content: lines.slice(Math.max(lines.length - tail, 0)).join('\n') },
  }
}
