// Typed calls of the SDK: its errors become ours.
import type { RestError } from '@azure/core-rest-pipeline'
import type { SluiceError } from '@sluice/rollout'
import { parseJson } from './json.ts'
import { refusalError } from './refusal.ts'

export const typed = async <Value>(what: string, call: () => Promise<Value>): Promise<Value> => {
  try {
    return await call()
  } catch (error) {
    throw typedError(what, error) ?? error
  }
}

/** null: the error is not an answer of Azure. */
function typedError(what: string, error: unknown): SluiceError | null {
  if (!isRestError(error) || error.response === undefined) return null
  const { status, headers, bodyAsText } = error.response
  return refusalError(what, {
    status,
    headers: headers.toJSON(),
    body: parseJson(bodyAsText ?? '') ?? null,
    requestId: headers.get('x-ms-request-id') ?? null,
  })
}

/** By name, as the SDK's own guard does: to import that one is to load the SDK with it. */
const isRestError = (error: unknown): error is RestError =>
  error instanceof Error && error.name === 'RestError'

/** Did Azure answer 404? */
export const isMissing = (error: unknown): boolean => isRestError(error) && error.statusCode === 404
