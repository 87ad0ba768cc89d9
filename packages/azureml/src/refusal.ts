// What Azure says when it refuses or fails, turned into our codes. Its own code and words are kept.
import type { SluiceError } from '@sluice/rollout'
import { azuremlError, type AzureMlCode } from './errors.ts'
import { isObject, listIn, objectIn, textIn } from './json.ts'

export interface AzureAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The JSON body; null when there is none. */
  readonly body: unknown
  readonly requestId: string | null
}

/** Azure's deployment error codes, in lower case; the first that occurs in code or details decides. */
const BY_CODE: readonly (readonly [string, AzureMlCode])[] = [
  ['outofquota', 'AZUREML_OUT_OF_QUOTA'],
  ['quotaexceeded', 'AZUREML_OUT_OF_QUOTA'],
  ['outofcapacity', 'AZUREML_OUT_OF_QUOTA'],
  ['imagebuildfailure', 'AZUREML_IMAGE_BUILD_FAILURE'],
  ['workspacemanagednetworknotready', 'AZUREML_NETWORK_NOT_READY'],
  ['secretsinjectionerror', 'AZUREML_SECRETS_INJECTION'],
  ['resourcenotready', 'AZUREML_RESOURCE_NOT_READY'],
  ['operationcanceled', 'AZUREML_OPERATION_CANCELED'],
  ['badargument', 'AZUREML_BAD_ARGUMENT'],
  ['resourcenotfound', 'AZUREML_RESOURCE_NOT_FOUND'],
]

const PLACE_CODES = ['resourcegroupnotfound', 'subscriptionnotfound', 'invalidsubscriptionid']
const MAX_TEXT = 600

/** Server text for our messages: one line, no control characters, cut. */
export function clean(text: string): string {
  // \p{C} covers control and format characters, overrides of the reading direction too.
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim()
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}…` : line
}

/** An answer that is no success, as an error. `what` says what we tried, and on what. */
export function refusalError(what: string, answer: AzureAnswer): SluiceError {
  const error = isObject(answer.body) ? objectIn(answer.body, 'error') : {}
  const message = `${what}: Azure answered ${answer.status}${told(error)}${idOf(answer)}`
  return azuremlError(codeOfStatus(answer, error), message)
}

/** The `error` of an operation that ended Failed or Canceled. */
export function operationError(what: string, status: string, error: unknown): SluiceError {
  const code =
    codeIn(error) ??
    (status.toLowerCase() === 'canceled'
      ? 'AZUREML_OPERATION_CANCELED'
      : 'AZUREML_OPERATION_FAILED')
  return azuremlError(code, `${what}: the operation ended ${clean(status)}${told(error)}`)
}

/** 404 can mean the thing or the place it is in; only the first is an observation. */
export function isPlaceMissing(answer: AzureAnswer, workspace: string): boolean {
  const error = objectIn(answer.body, 'error')
  const code = (textIn(error, 'code') ?? '').toLowerCase()
  const message = (textIn(error, 'message') ?? '').toLowerCase()
  return (
    answer.status === 404 &&
    (PLACE_CODES.includes(code) ||
      message.includes(`/workspaces/${workspace.toLowerCase()}' under`))
  )
}

/** The endpoint is at work: nothing happened, and the same write can be sent again later. */
export function isBusy(answer: AzureAnswer): boolean {
  if (answer.status !== 409 && answer.status !== 400) return false
  const error = objectIn(answer.body, 'error')
  // Status and code of this refusal are not documented, so its words decide.
  const words = `${textIn(error, 'code') ?? ''} ${textIn(error, 'message') ?? ''}`
  return /(creating|updating|deleting|scaling) provisioning state|in progress|inprogress|another operation/i.test(
    words,
  )
}

function codeOfStatus(answer: AzureAnswer, error: unknown): AzureMlCode {
  if (answer.status === 401 || answer.status === 403) return 'AZUREML_FORBIDDEN'
  const code = (textIn(error, 'code') ?? '').toLowerCase()
  if (PLACE_CODES.includes(code)) return 'AZUREML_PLACE_NOT_FOUND'
  if (answer.status === 404) return 'AZUREML_NOT_FOUND'
  const known = codeIn(error)
  if (known !== null) return known
  if (answer.status === 409) return isBusy(answer) ? 'AZUREML_BUSY' : 'AZUREML_CONFLICT'
  return answer.status >= 500 ? 'AZUREML_UNAVAILABLE' : 'AZUREML_REFUSED'
}

function codeIn(error: unknown): AzureMlCode | null {
  const codes = allCodes(error, 0)
  for (const [azure, ours] of BY_CODE) if (codes.some((code) => code.includes(azure))) return ours
  return null
}

function allCodes(error: unknown, depth: number): readonly string[] {
  if (depth > 4) return []
  const own = textIn(error, 'code')
  const inner = listIn(error, 'details').flatMap((detail) => allCodes(detail, depth + 1))
  return own === null ? inner : [own.toLowerCase(), ...inner]
}

/** ` (Code: message; detail; detail)`, or nothing. */
function told(error: unknown): string {
  const parts = [error, ...listIn(error, 'details')]
    .map((part) =>
      [textIn(part, 'code'), textIn(part, 'message')].filter((text) => text !== null).join(': '),
    )
    .filter((text) => text !== '')
  return parts.length === 0 ? '' : ` (${clean([...new Set(parts)].join('; '))})`
}

const idOf = (answer: AzureAnswer): string =>
  answer.requestId === null ? '' : `, request id ${clean(answer.requestId)}`
