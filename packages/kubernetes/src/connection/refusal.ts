// What the server answered instead, as a Refusal that may be shown: no value of a Secret in it.
import { isRecord } from '../record.ts'
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
  const reason = textOf(status['reason']) || reasonOf(number)
  const causes = causesOf(status['details'])
  const message = textOf(status['message']) || `the server answered ${number} without a message`
  return secret
    ? {
        status: number,
        reason,
        message: secretMessage(reason, { message, causes }),
        causes: causes.map(({ reason, field }) => ({ reason, field, message: WITHHELD })),
        request,
      }
    : { status: number, reason, message: cut(message, LONGEST_MESSAGE), causes, request }
}

const WITHHELD = '(not shown: it could hold a value of the Secret)'
const withheld = (status: number): string => `${reasonOf(status)} ${WITHHELD}`

function secretMessage(
  reason: string,
  { message, causes }: { readonly message: string; readonly causes: readonly RefusalCause[] },
): string {
  const named = causes.map(({ field }) => field).filter((field) => field !== '')
  const fields = named.length > 0 ? named : fieldsIn(message)
  return fields.length === 0
    ? `${reason} ${WITHHELD}`
    : `${reason}: ${[...new Set(fields)].join(', ')} ${WITHHELD}`
}

/** Names of fields in the server's own forms of a sentence; nothing else of it is taken over. */
const FIELD_FORMS = [
  /\b(?:unknown|duplicate) field "([\w.[\]-]{1,200})"/g,
  /(?:^|[\s;:])(\.[\w.[\]-]{1,200}): field not declared in schema/g,
]

const fieldsIn = (message: string): readonly string[] =>
  FIELD_FORMS.flatMap((form) => [...message.matchAll(form)].map(([, field = '']) => field))

function parseStatus(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) && value['kind'] === 'Status' ? value : null
  } catch {
    return null
  }
}

function causesOf(details: unknown): readonly RefusalCause[] {
  const causes = isRecord(details) ? details['causes'] : undefined
  if (!Array.isArray(causes)) return []
  return causes.filter(isRecord).map((cause) => ({
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
  503: 'ServiceUnavailable',
  504: 'Timeout',
}

export const reasonOf = (status: number): string => REASONS[status] ?? `Status${status}`

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest).toWellFormed()}...`
