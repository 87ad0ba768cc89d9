// The door for answers that are read as they come: the same table, deadlines and cancellation.
import { askUntilSettled, type DoorParts } from './create.ts'
import type { HttpRequest } from './door.ts'
import type { Fetch } from './pool.ts'
import { deadlineOf, nothingOf, type Tried } from './try.ts'

export type HttpStream = {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
} & (
  | {
      readonly kind: 'open'
      /** Breaks off with an error when the line does; leave it early by `return`. */
      readonly body: AsyncIterable<Uint8Array>
    }
  /** Any status but a 2xx, or no body: there is nothing to follow. */
  | { readonly kind: 'closed'; readonly text: string }
)

/**
 * Resolves with the head of the answer; the deadline is for the head alone, the body lasts until
 * the server or the request's signal ends it. Throws as the door does. Redirects are not followed.
 */
export type StreamDoor = (request: HttpRequest) => Promise<HttpStream>

export function createStreamDoor(parts: DoorParts): StreamDoor {
  return (request) => askUntilSettled(request, { parts, attempt: tryOpen, isFinal: () => false })
}

async function tryOpen(fetch: Fetch, request: HttpRequest): Promise<Tried<HttpStream>> {
  request.signal.throwIfAborted()
  const deadline = deadlineOf(request)
  const late = new AbortController()
  const giveUp = (): void => late.abort(deadline.reason)
  deadline.addEventListener('abort', giveUp, { once: true })
  const signal = AbortSignal.any([request.signal, late.signal])
  try {
    return { kind: 'answer', response: await open(fetch, { ...request, signal }) }
  } catch (cause) {
    request.signal.throwIfAborted()
    return nothingOf(cause, deadline)
  } finally {
    deadline.removeEventListener('abort', giveUp)
  }
}

async function open(fetch: Fetch, request: HttpRequest): Promise<HttpStream> {
  const answer = await fetch(request.url, {
    method: request.method,
    headers: { ...request.headers },
    ...(request.body !== undefined && { body: request.body }),
    redirect: 'manual',
    signal: request.signal,
  })
  const head = { status: answer.status, headers: Object.fromEntries(answer.headers) }
  return answer.status >= 200 && answer.status < 300 && answer.body !== null
    ? { ...head, kind: 'open', body: answer.body }
    : { ...head, kind: 'closed', text: await answer.text() }
}
