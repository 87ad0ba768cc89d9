// The door as a `fetch`, for libraries that bring their own client and take only that.
import type { HttpDoor, HttpRequest } from './door.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
/** Statuses whose Response must have no body. */
const EMPTY = new Set([204, 205, 304])

export type FetchClasses = Pick<typeof globalThis, 'Response'>

/**
 * Deadline, retries and cancellation are the door's. Called with an address, never with a Request;
 * bodies are texts or bytes; anything else is refused. Node loads a whole HTTP client when its own
 * Response is first named; whoever has another one gives it.
 */
export function asFetch(
  door: HttpDoor,
  { Response }: FetchClasses = globalThis,
): typeof globalThis.fetch {
  return async (input, init = {}) => {
    const answer = await door({
      method: methodOf(init.method ?? 'GET'),
      url: addressOf(input),
      headers: headersOf(init.headers),
      ...bodyOf(init.body),
      signal: init.signal ?? new AbortController().signal,
    })
    const body = EMPTY.has(answer.status) ? null : answer.text
    return new Response(body, { status: answer.status, headers: { ...answer.headers } })
  }
}

function methodOf(method: string): HttpRequest['method'] {
  const known = METHODS.find((name) => name === method)
  if (known === undefined) throw new TypeError(`the door has no method ${method}`)
  return known
}

function addressOf(input: unknown): string {
  if (typeof input === 'string') return input
  if (input instanceof URL) return input.href
  throw new TypeError('the door is called with an address, as a text or a URL')
}

const headersOf = (headers: RequestInit['headers'] = {}): Readonly<Record<string, string>> =>
  Symbol.iterator in headers
    ? Object.fromEntries(headers as Iterable<[string, string]>)
    : { ...(headers as Readonly<Record<string, string>>) }

function bodyOf(body: unknown): Pick<HttpRequest, 'body'> {
  if (body === undefined || body === null) return {}
  if (typeof body === 'string' || body instanceof Uint8Array) return { body }
  throw new TypeError('the door sends a body that is a text or bytes, nothing else')
}
