// A watch: one long answer whose lines are events.
import type { KubeObject } from '../object.ts'
import { isRecord, parseJson, textOf } from '../record.ts'
import { describeMany, given, refused } from './answers.ts'
import type { Answer, Resource, Selection, WatchEvent } from './api-server.ts'
import { splitLines } from './lines.ts'
import { collectionPath, withQuery } from './paths.ts'
import { parseRefusal, refusalOf, type RefusedRequest } from './refusal.ts'
import type { Session } from './session.ts'

export interface WatchTimes {
  /** After so long the server ends a watch. */
  readonly seconds: number
  /** A line that lasts longer than that by this much is dead. */
  readonly graceSeconds: number
}

export const WATCH_TIMES: WatchTimes = { seconds: 60, graceSeconds: 10 }

export interface WatchParts {
  readonly session: Session
  readonly times: WatchTimes
  /** Of the run. */
  readonly signal: AbortSignal
}

type From = Selection & { readonly resourceVersion: string; readonly signal: AbortSignal }

/** See `ApiServer.watch`. */
export async function* watchObjects(
  parts: WatchParts,
  resource: Resource,
  from: From,
): AsyncGenerator<WatchEvent, Answer<null>> {
  const leave = new AbortController()
  const { seconds, graceSeconds } = parts.times
  const dead = AbortSignal.timeout(Math.ceil((seconds + graceSeconds) * 1000))
  const signal = AbortSignal.any([parts.signal, from.signal, leave.signal, dead])
  try {
    return yield* follow({ ...parts, signal }, resource, from)
  } catch (error) {
    parts.signal.throwIfAborted()
    if (from.signal.aborted || dead.aborted) return given(null)
    throw error
  } finally {
    leave.abort()
  }
}

async function* follow(
  { session, times, signal }: WatchParts,
  resource: Resource,
  from: From,
): AsyncGenerator<WatchEvent, Answer<null>> {
  const request = describeMany('WATCH', resource, from.namespace)
  const path = withQuery(collectionPath(resource, from.namespace), {
    watch: 1,
    allowWatchBookmarks: true,
    timeoutSeconds: times.seconds,
    resourceVersion: from.resourceVersion,
    labelSelector: from.labelSelector,
    fieldSelector: from.fieldSelector,
  })
  const answer = await session.follow({ method: 'GET', path }, signal)
  if (answer.kind === 'closed') return refused(parseRefusal(answer, request))
  for await (const line of untilBroken(splitLines(answer.body), signal)) {
    const event = parseEvent(line, request)
    if (event === null) continue
    if ('refusal' in event) return refused(event.refusal)
    yield event
  }
  return given(null)
}

/** A line that breaks off ends the watch as its timeout does: what is missing comes with the next. */
async function* untilBroken(
  lines: AsyncIterable<string>,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  try {
    yield* lines
  } catch (error) {
    if (signal.aborted) throw error
  }
}

const CHANGES = ['ADDED', 'MODIFIED', 'DELETED'] as const

function parseEvent(
  line: string,
  request: RefusedRequest,
): WatchEvent | { readonly refusal: ReturnType<typeof refusalOf> } | null {
  // Half a line at the end of a broken answer is no event.
  const event = parseJson(line)
  if (!isRecord(event) || !isRecord(event['object'])) return null
  const { type, object } = event
  if (type === 'ERROR') return { refusal: refusalOf(object, { ...request, code: 500 }) }
  if (type === 'BOOKMARK') {
    const metadata = isRecord(object['metadata']) ? object['metadata'] : {}
    return { type, resourceVersion: textOf(metadata['resourceVersion']) }
  }
  const change = CHANGES.find((one) => one === type)
  return change === undefined ? null : { type: change, object: object as unknown as KubeObject }
}
