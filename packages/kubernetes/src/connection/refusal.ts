// What the server answered instead, as a Refusal that may be shown: no value of a Secret in it.
import { isRecord, parseJson, recordsIn, textOf } from '../record.ts'
import type { Refusal, RefusalCause } from './api-server.ts'

export interface RefusedRequest {
  /** For people: `PATCH Deployment shop/web`. */
  readonly request: string
  /** The object is a Secret: servers echo its values. */
  readonly secret: boolean
}

interface RefusedAnswer {
  readonly status: number
  readonly text: string
}

const LONGEST_MESSAGE = 2000
const LONGEST_FOREIGN = 200

export function parseRefusal(answer: RefusedAnswer, { request, secret }: RefusedRequest): Refusal {
  const status = parseStatus(answer.text)
  if (status === null) {
    const message = secret ? withheld(answer.status) : foreignMessage(answer)
    return { status: answer.status, reason: reasonOf(answer.status), message, causes: [], request }
  }
  return refusalOf(status, { request, secret, code: answer.status })
}

/** From a Status object, as bodies and watch events carry it. */
export function refusalOf(
  status: Readonly<Record<string, unknown>>,
  { request, secret, code }: RefusedRequest & { readonly code: number },
): Refusal {
  const told = status['code']
  const number = typeof told === 'number' && told > 0 ? told : code
  const said = textOf(status['message'])
  const plain: Refusal = {
    status: number,
    reason: textOf(status['reason']) || reasonOf(number),
    message: cut(said || `the server answered ${number} without a message`, LONGEST_MESSAGE),
    causes: causesOf(status['details']),
    request,
  }
  // What was "got" may be a text of several lines that look like fields.
  const [shown = ''] = secret ? said.split(', got ') : [said]
  const refusal = isObjectFault(number, said)
    ? { ...plain, status: 422, reason: 'Invalid', causes: schemaCauses(shown) }
    : plain
  return secret ? withoutValues(refusal) : refusal
}

/**
 * Server-side apply answers 500 without a reason for an object that does not fit its schema. That
 * is no fault of the server: sending it again brings the same answer, and it is told as 422.
 */
const isObjectFault = (status: number, message: string): boolean =>
  status === 500 && /^failed to (create typed patch object|convert new object) \(/.test(message)

/** Whether the next try would bring the same answer, whatever its status says. */
export const isFinalAnswer = ({ status, text }: RefusedAnswer): boolean =>
  status === 500 && isObjectFault(status, textOf(parseStatus(text)?.['message']))

/** `  .spec.replicas: expected numeric (int or float), got string`, one in a line or one alone. */
const SCHEMA_FAULT = /(?:^|\): |\n\s*)(\.[^\s:]{1,300}): ([^\n]*)/g

const schemaCauses = (message: string): readonly RefusalCause[] =>
  [...message.matchAll(SCHEMA_FAULT)].map(([, field = '', fault = '']) => ({
    reason: fault.startsWith('field not declared') ? 'FieldNotDeclared' : 'FieldValueInvalid',
    field,
    message: cut(fault, LONGEST_MESSAGE),
  }))

const WITHHELD = '(the rest is not shown: it could hold a value of the Secret)'
const withheld = (status: number): string => `${reasonOf(status)} ${WITHHELD}`

/** Servers echo what they refuse; of a Secret only reason and names of fields are kept. */
function withoutValues({ status, reason, message, causes, request }: Refusal): Refusal {
  const named = causes.map(({ field }) => field).filter((field) => field !== '')
  const fields = [...new Set(named.length > 0 ? named : fieldsIn(message))]
  return {
    status,
    reason,
    message: `${[reason, ...fields].join(' ')} ${WITHHELD}`,
    causes: causes.map((cause) => ({ ...cause, message: WITHHELD })),
    request,
  }
}

/** Names of fields in the server's sentence about unknown ones; nothing else of it is taken over. */
const fieldsIn = (message: string): readonly string[] =>
  [...message.matchAll(/\b(?:unknown|duplicate) field "([\w.[\]-]{1,200})"/g)].map(
    ([, field = '']) => field,
  )

/** What the server itself said instead of passing a request on. */
export interface ServerStatus {
  readonly code: number
  readonly reason: string
  readonly message: string
}

/**
 * Null: the answer is of who is behind the server's proxy. Somebody there can write the same body;
 * it then counts as an answer that did not come, never as a good one.
 */
export function parseServerStatus({ status, text }: RefusedAnswer): ServerStatus | null {
  if (status < 400) return null
  const found = parseStatus(text)
  if (found?.['apiVersion'] !== 'v1' || found['status'] !== 'Failure') return null
  if (found['code'] !== status) return null
  const reason = textOf(found['reason']) || reasonOf(status)
  return { code: status, reason, message: textOf(found['message']) || reason }
}

function parseStatus(text: string): Readonly<Record<string, unknown>> | null {
  const value = parseJson(text)
  return isRecord(value) && value['kind'] === 'Status' ? value : null
}

function causesOf(details: unknown): readonly RefusalCause[] {
  return recordsIn(isRecord(details) ? details['causes'] : null).map((cause) => ({
    reason: textOf(cause['reason']),
    field: textOf(cause['field']),
    message: cut(textOf(cause['message']), LONGEST_MESSAGE),
  }))
}

/** A proxy's page, or a plain text of the server itself: its first line that says something. */
function foreignMessage({ status, text }: RefusedAnswer): string {
  const plain = text
    .slice(0, 20_000)
    .replace(/<(script|style)\b[^]*?<\/\1\s*>/gi, ' ')
    .replace(/<[^>]*>/g, '\n')
  const line = plain.split(/[\r\n]+/).find((line) => line.trim() !== '')
  const said = line === undefined ? 'no message' : cut(line.trim(), LONGEST_FOREIGN)
  return `the answer ${status} is not of a Kubernetes API server: ${said}`
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

export const reasonOf = (status: number): string => REASONS[status] ?? `Status${status}`

const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest).toWellFormed()}...`
