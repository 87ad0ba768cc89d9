// One try: send, read the whole answer, or say what kind of nothing came back.
import { SluiceError } from '@sluice/rollout'
import type { HttpRequest, HttpResponse } from './door.ts'
import type { Fetch, FetchAnswer } from './pool.ts'
import { planRedirect } from './redirects.ts'

export type Nothing = {
  readonly kind: 'unsent' | 'broken' | 'deadline' | 'hopeless'
  readonly cause: unknown
}

export type Tried<Response = HttpResponse> =
  { readonly kind: 'answer'; readonly response: Response } | Nothing

const DEADLINE_SECONDS = 60
const MAX_REDIRECTS = 5

/** Codes that prove that no byte of the request was sent. */
const UNSENT = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
])
/** A certificate that is not trusted: the next try would meet it again. */
const HOPELESS = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/

export async function tryOnce(fetch: Fetch, request: HttpRequest): Promise<Tried> {
  request.signal.throwIfAborted()
  const deadline = deadlineOf(request)
  const signal = AbortSignal.any([request.signal, deadline])
  try {
    return { kind: 'answer', response: await send(fetch, { ...request, signal }) }
  } catch (cause) {
    request.signal.throwIfAborted()
    return nothingOf(cause, deadline)
  }
}

/** The deadline of one try, from now. */
export const deadlineOf = (request: HttpRequest): AbortSignal =>
  AbortSignal.timeout(Math.ceil((request.deadlineSeconds ?? DEADLINE_SECONDS) * 1000))

/** What kind of nothing a failed try was. */
export function nothingOf(cause: unknown, deadline: AbortSignal): Nothing {
  // Told by the fetch itself before it sent anything, such as a proxy that cannot be used.
  if (cause instanceof SluiceError) throw cause
  if (deadline.aborted) return { kind: 'deadline', cause }
  const codes = codesOf(cause)
  if (codes.some((code) => HOPELESS.test(code))) return { kind: 'hopeless', cause }
  const unsent = codes.length > 0 && codes.every((code) => UNSENT.has(code))
  return { kind: unsent ? 'unsent' : 'broken', cause }
}

async function send(fetch: Fetch, request: HttpRequest): Promise<HttpResponse> {
  let next = request
  for (let redirects = 0; ; redirects++) {
    const answer = await fetch(next.url, {
      method: next.method,
      headers: { ...next.headers },
      ...(next.body !== undefined && { body: next.body }),
      redirect: 'manual',
      ...(next.mostBytes !== undefined && { mostBytes: next.mostBytes }),
      signal: next.signal,
    })
    const text =
      next.mostBytes === undefined
        ? await answer.text()
        : await readStart(answer.body, next.mostBytes)
    const headers = Object.fromEntries(answer.headers)
    const redirect = planRedirect(next, { status: answer.status, location: headers['location'] })
    if (redirect === null || redirects >= MAX_REDIRECTS || next.redirects === 'never') {
      return { status: answer.status, headers, text, requestId: requestIdOf(headers) }
    }
    next = redirect
  }
}

/** The first bytes as text; a letter that is cut in two is left out. */
async function readStart(body: FetchAnswer['body'], most: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let left = most
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk.subarray(0, left), { stream: true })
    left -= chunk.length
    if (left <= 0) return text
  }
  return text + decoder.decode()
}

const requestIdOf = (headers: Readonly<Record<string, string>>): string | null =>
  headers['x-ms-request-id'] ?? headers['x-github-request-id'] ?? headers['x-request-id'] ?? null

/** The codes down the chain of causes; several when several addresses were tried. */
function codesOf(error: unknown): readonly string[] {
  const { code, errors, cause } = failureFields(error)
  if (Array.isArray(errors) && errors.length > 0) return errors.flatMap(codesOf)
  if (typeof code === 'string') return [code]
  return cause === undefined ? [] : codesOf(cause)
}

/** The innermost words of a failure: the outer ones only say "fetch failed". */
export function reasonOf(error: unknown): string {
  const { cause, message, code, errors } = failureFields(error)
  if (cause !== undefined) return reasonOf(cause)
  if (typeof message === 'string' && message !== '') return message
  if (Array.isArray(errors) && errors.length > 0) return reasonOf(errors[0])
  return typeof code === 'string' ? code : 'no reason given'
}

/** By shape and not by class: what a fetch throws may come from another realm. */
const failureFields = (
  error: unknown,
): { readonly [Key in 'code' | 'errors' | 'cause' | 'message']?: unknown } =>
  typeof error === 'object' && error !== null ? error : {}
