// GET .../mfeOperationResults/{id}, the Location of a DELETE or PATCH.
import type { SimAnswer } from '../kernel/simulator.ts'
import type { ArmCall } from './call.ts'
import { accepted, operationOf, pollOperation } from './operations.ts'
import { viewEndpoint, viewSlot } from './views.ts'

/** 202 while it runs; then 204 after a removal, or 200 with the resource after a write. */
export function getOperationResult(call: ArmCall): SimAnswer {
  const operation = operationOf(call)
  pollOperation(call.state, operation.id)
  if (operation.status === 'InProgress') return accepted(call, operation)
  const endpoint = call.state.endpoints[operation.endpoint]
  if (operation.effect === 'remove' || endpoint === undefined) return { status: 204 }
  const slot = operation.slot === null ? null : endpoint.slots[operation.slot]
  if (slot === undefined) return { status: 204 }
  return {
    status: 200,
    body: slot === null ? viewEndpoint(call, endpoint) : viewSlot(call, endpoint, slot),
  }
}
