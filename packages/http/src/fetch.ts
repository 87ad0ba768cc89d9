// The door as a `fetch`, for libraries that bring their own client and take only that.
import type { HttpDoor, HttpRequest } from './door.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
/** Statuses whose Response must have no body. */
const EMPTY = new Set([204, 205, 304])

export type FetchClasses = Pick<typeof globalThis, 'Request' | 'Response'>

/**
 * Deadline, retries and cancellation are the door's. Bodies are texts or bytes; others are refused.
 * Node loads a whole HTTP client when its own classes are first named; whoever has others gives them.
 */
export function asFetch(
  door: HttpDoor,
  { Request, Response }: FetchClasses = globalThis,
): typeof globalThis.fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const answer = await door({
      method: methodOf(request.method),
      url: request.url,
      headers: Object.fromEntries(request.headers),
      ...(request.body !== null && { body: new Uint8Array(await request.arrayBuffer()) }),
      signal: init?.signal ?? request.signal,
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
