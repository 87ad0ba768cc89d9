// The door itself: tries, asks the retry table, waits, and says plainly when nothing came back.
import type { Clock } from './clock.ts'
import type { HttpDoor, HttpRequest, HttpResponse } from './door.ts'
import { httpError } from './errors.ts'
import type { Fetch } from './pool.ts'
import { decideRetry, RETRY_LIMITS, type Attempt, type RetryPolicy } from './retries.ts'
import { reasonOf, tryOnce, type Tried } from './try.ts'

export interface DoorParts {
  /** `globalThis.fetch` is one. */
  readonly fetch: Fetch
  readonly clock: Clock
  /** From 0 to 1, for jitter. */
  readonly random: () => number
  /** Told before each wait, in one line without secrets. */
  readonly onRetry?: (note: string) => void
}

/** See `HttpDoor`. Every package shares one door, so that one table rules all retries. */
export function createDoor(parts: DoorParts): HttpDoor {
  return (request) =>
    askUntilSettled(request, {
      parts,
      attempt: tryOnce,
      isFinal: (answer) => request.isFinal?.(answer) === true,
    })
}

interface Asking<Response> {
  readonly parts: DoorParts
  readonly isFinal: (answer: Response) => boolean
  readonly attempt: (fetch: Fetch, request: HttpRequest) => Promise<Tried<Response>>
}

/** One request by the retry table; `attempt` says what counts as an answer. */
export async function askUntilSettled<Response extends Told>(
  request: HttpRequest,
  { parts, attempt, isFinal }: Asking<Response>,
): Promise<Response> {
  refuseUnsendable(request)
  const policy = request.retry ?? (isWriteOnce(request) ? 'once' : 'safe')
  for (let tries = 1; ; tries++) {
    const tried = await attempt(parts.fetch, request)
    const final = tried.kind === 'answer' && isFinal(tried.response)
    const wait = final ? null : waitAfter(tried, { parts, policy, tries })
    if (wait === null) return settle(request, { tried, tries })
    parts.onRetry?.(renderRetry(request, { tried, tries, wait }))
    await parts.clock.sleep(wait, request.signal)
  }
}

/** What the retry table reads of an answer. */
export type Told = Pick<HttpResponse, 'status' | 'headers'>

const isWriteOnce = ({ method }: HttpRequest): boolean => method === 'POST' || method === 'PATCH'

function waitAfter(
  tried: Tried<Told>,
  { parts, policy, tries }: { parts: DoorParts; policy: RetryPolicy; tries: number },
): number | null {
  const attempt: Attempt =
    tried.kind === 'answer'
      ? { kind: 'answer', status: tried.response.status, headers: tried.response.headers }
      : { kind: tried.kind }
  return decideRetry({ attempt, policy, tries, now: parts.clock.now(), random: parts.random() })
}

function settle<Response>(
  request: HttpRequest,
  { tried, tries }: { readonly tried: Tried<Response>; readonly tries: number },
): Response {
  if (tried.kind === 'answer') return tried.response
  const what = `${request.method} ${bareUrl(request.url)}`
  const times = tries === 1 ? '1 try' : `${tries} tries`
  if (tried.kind === 'deadline') {
    const seconds = request.deadlineSeconds ?? 60
    throw httpError('HTTP_DEADLINE', `${what}: no answer within ${seconds} s (${times})`, tried)
  }
  const code = tried.kind === 'hopeless' ? 'HTTP_NOT_TRUSTED' : 'HTTP_NO_ANSWER'
  throw httpError(code, `${what}: ${reasonOf(tried.cause)} (${times})`, tried)
}

function renderRetry(
  request: HttpRequest,
  {
    tried,
    tries,
    wait,
  }: { readonly tried: Tried<Told>; readonly tries: number; readonly wait: number },
): string {
  const found =
    tried.kind === 'answer'
      ? `answered ${tried.response.status}`
      : tried.kind === 'deadline'
        ? 'was not answered in time'
        : `failed (${reasonOf(tried.cause)})`
  return `${request.method} ${bareUrl(request.url)} ${found}; try ${tries + 1} of ${RETRY_LIMITS.tries} in ${wait.toFixed(1)} s`
}

/** Origin and path. Query and user part may be secrets (signatures, keys). */
export function bareUrl(url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

/** Before the first try, because the platform's own messages would print the value. */
function refuseUnsendable(request: HttpRequest): void {
  if (!URL.canParse(request.url) || !/^https?:$/.test(new URL(request.url).protocol)) {
    const found = request.url.replace(/[?#].*$/s, '').replace(/\/\/[^/]*@/, '//')
    throw httpError(
      'HTTP_BAD_REQUEST',
      `${request.method} "${found}": no address; wanted https://host/path`,
    )
  }
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (/[\0\r\n]|[^\0-\xFF]/.test(value) || !/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) {
      throw httpError(
        'HTTP_BAD_REQUEST',
        `${request.method} ${bareUrl(request.url)}: the header ${JSON.stringify(name)} holds a line end or a letter that headers cannot hold`,
      )
    }
  }
}
