// Long-running operations: they end after a number of polls, never after seconds.
import type { SimAnswer } from '../kernel/simulator.ts'
import type { ArmCall } from './call.ts'
import { endpointKey, nextGuid, PROVIDER, workspaceOf } from './ids.ts'
import { own } from './json.ts'
import { notFound } from './refusal.ts'
import type { AzureState, EndpointRecord, OperationRecord, SlotRecord } from './state.ts'

export interface OperationOrder {
  readonly endpoint: EndpointRecord
  readonly slot: SlotRecord | null
  readonly effect: OperationRecord['effect']
  readonly failure?: OperationRecord['failure']
}

/** Starts an operation on an endpoint or a slot; with `polls: 0` it has ended when this returns. */
export function startOperation(call: ArmCall, order: OperationOrder): OperationRecord {
  const { state, world } = call
  const { endpoint, slot } = order
  const { location, subscription } = workspaceOf(state, endpoint)
  const operation: OperationRecord = {
    id: `${slot === null ? 'oe' : 'odidp'}:${nextGuid(state)}:${nextGuid(state)}`,
    subscription,
    location,
    endpoint: endpointKey(location, endpoint.name),
    slot: slot?.name ?? null,
    effect: order.effect,
    failure: order.failure ?? null,
    startedAt: new Date(world.now()).toISOString(),
    pollsLeft: state.options.polls,
    status: 'InProgress',
  }
  state.operations[operation.id] = operation
  ;(slot ?? endpoint).operation = operation.id
  if (operation.pollsLeft === 0) end(state, operation)
  return operation
}

/** Something asked about the operation: it gets on by one, and ends at the first poll after its last. */
export function pollOperation(state: AzureState, id: string | null): void {
  const operation = id === null ? undefined : state.operations[id]
  if (operation === undefined || operation.status !== 'InProgress') return
  if (operation.pollsLeft > 0) operation.pollsLeft -= 1
  else end(state, operation)
}

function end(state: AzureState, operation: OperationRecord): void {
  operation.status = operation.failure === null ? 'Succeeded' : 'Failed'
  const endpoint = state.endpoints[operation.endpoint]
  if (endpoint === undefined) return
  const subject = operation.slot === null ? endpoint : endpoint.slots[operation.slot]
  if (subject === undefined) return
  if (operation.effect === 'remove') {
    if (operation.slot === null) delete state.endpoints[operation.endpoint]
    else delete endpoint.slots[operation.slot]
    return
  }
  subject.provisioningState = operation.status === 'Failed' ? 'Failed' : 'Succeeded'
  subject.operation = null
  if (operation.slot === null) endpoint.lateRefusals = state.options.lateRefusals
}

const urlOf = (call: ArmCall, operation: OperationRecord, kind: string): string =>
  `${call.request.origin}/subscriptions/${operation.subscription}/providers/${PROVIDER}` +
  `/locations/${operation.location}/${kind}/${operation.id}` +
  `?api-version=${call.state.options.operationApiVersion}`

export const statusUrl = (call: ArmCall, operation: OperationRecord): string =>
  urlOf(call, operation, 'mfeOperationsStatus')

/** Headers of a PUT answered 201. */
export function writeHeaders(call: ArmCall, operation: OperationRecord): Record<string, string> {
  return {
    'azure-asyncoperation': statusUrl(call, operation),
    'x-ms-async-operation-timeout': 'PT1H',
  }
}

/** The answer 202 of a DELETE or PATCH. */
export function accepted(call: ArmCall, operation: OperationRecord): SimAnswer {
  return {
    status: 202,
    headers: {
      location: urlOf(call, operation, 'mfeOperationResults'),
      'retry-after': String(call.state.options.retryAfterSeconds),
      ...writeHeaders(call, operation),
    },
  }
}

/** GET .../mfeOperationsStatus/{id}: the state of the operation. */
export function getOperationStatus(call: ArmCall): SimAnswer {
  const operation = operationOf(call)
  pollOperation(call.state, operation.id)
  return {
    status: 200,
    body: {
      id: new URL(statusUrl(call, operation)).pathname,
      name: operation.id,
      status: operation.status,
      startTime: operation.startedAt,
      ...(operation.failure !== null &&
        operation.status === 'Failed' && {
          error: { ...operation.failure, target: operation.slot ?? '', details: [] },
        }),
    },
  }
}

/** The operation named by the path; 404 when there is none. */
export function operationOf(call: ArmCall): OperationRecord {
  const { subscription = '', location = '', operation = '' } = call.names
  const found = own(call.state.operations, operation)
  if (
    found?.subscription.toLowerCase() === subscription.toLowerCase() &&
    found.location.toLowerCase() === location.toLowerCase()
  ) {
    return found
  }
  throw notFound(`The operation '${operation}' was not found.`, 'operationId')
}
