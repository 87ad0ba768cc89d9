// An open-loop load: request number n leaves at its own time, whether the earlier ones are answered or not,
// as clients that know nothing of each other do. A fixed count at a fixed rate; a seed picks the slow ones.
import { Agent, request } from 'node:http'

export interface Load {
  /** http://127.0.0.1:PORT */
  readonly address: string
  /** What the route is for. */
  readonly host: string
  /** Default: / */
  readonly path?: string
  /** Requests a second. */
  readonly rate: number
  readonly count: number
  /** A whole number; the same seed makes the same requests slow. Default: 1 */
  readonly seed?: number
  /** A share of the requests keeps its pod busy for so long. Default: none */
  readonly slow?: { readonly share: number; readonly ms: number }
  readonly headers?: Readonly<Record<string, string>>
  /** A JSON body makes each request a POST. */
  readonly body?: object
  /** No answer after so long is a failure. Default: 10,000 */
  readonly limitMs?: number
}

/** One request and what came of it. Times are milliseconds since the load began. */
export interface RequestRecord {
  readonly number: number
  /** The header x-request-id, as the pod's own log has it. */
  readonly id: string
  readonly isSlow: boolean
  /** null: no answer. */
  readonly status: number | null
  /** Why there was none; null when there was one. */
  readonly error: string | null
  /** From the answer; '' where it names none. */
  readonly slot: string
  readonly version: string
  readonly pod: string
  readonly start: number
  readonly end: number
}

export interface RunningLoad {
  /** So far, in the order of their ends. */
  readonly records: readonly RequestRecord[]
  /** How many have left. */
  sent(): number
  /** Milliseconds since the load began. */
  now(): number
  /** All requests, in the order in which they left, when the last one is answered. */
  readonly ended: Promise<readonly RequestRecord[]>
}

/** A connection that was idle for longer than a test is not used again. */
const KEEP_MS = 60_000
let loads = 0

export function startLoad(load: Load): RunningLoad {
  const agent = new Agent({ keepAlive: true, keepAliveMsecs: KEEP_MS, maxSockets: Infinity })
  const plan = planRequests(load)
  const records: RequestRecord[] = []
  const began = performance.now()
  const now = (): number => performance.now() - began
  let sent = 0
  const ended = new Promise<readonly RequestRecord[]>((resolve) => {
    const take = (record: RequestRecord): void => {
      records.push(record)
      if (records.length < load.count) return
      agent.destroy()
      resolve(records.toSorted((one, other) => one.number - other.number))
    }
    const tick = (): void => {
      for (
        const due = Math.floor((now() / 1000) * load.rate) + 1;
        sent < due && sent < load.count;
      ) {
        const planned = plan[sent] as Planned
        sent += 1
        send({ load, planned, agent, now }).then(take, () => undefined)
      }
      if (sent < load.count) setTimeout(tick, Math.max(0, (sent / load.rate) * 1000 - now()))
    }
    tick()
  })
  return { records, sent: () => sent, now, ended }
}

/** A load to its end. */
export const runLoad = (load: Load): Promise<readonly RequestRecord[]> => startLoad(load).ended

interface Planned {
  readonly number: number
  readonly id: string
  readonly isSlow: boolean
}

function planRequests({ count, seed = 1, slow }: Load): readonly Planned[] {
  const draw = makeDraw(seed)
  loads += 1
  return Array.from({ length: count }, (_, number) => ({
    number,
    id: `${process.pid}-${loads}-${number}`,
    isSlow: slow !== undefined && draw() < slow.share,
  }))
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function makeDraw(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function send(one: {
  readonly load: Load
  readonly planned: Planned
  readonly agent: Agent
  readonly now: () => number
}): Promise<RequestRecord> {
  const { load, planned, agent, now } = one
  const { address, host, headers, body, slow, limitMs = 10_000 } = load
  const url = new URL(load.path ?? '/', address)
  if (planned.isSlow) url.searchParams.set('work', String(slow?.ms ?? 0))
  const bytes = body === undefined ? null : Buffer.from(JSON.stringify(body))
  const start = now()
  return new Promise((resolve) => {
    const end = (got: { status: number | null; error: string | null; text: string }): void => {
      const { text, ...outcome } = got
      resolve({ ...planned, ...outcome, ...readAnswer(text), start, end: now() })
    }
    const fail = (error: Error): void =>
      end({ status: null, error: (error as NodeJS.ErrnoException).code ?? error.message, text: '' })
    const outgoing = request(
      url,
      {
        agent,
        method: bytes === null ? 'GET' : 'POST',
        signal: AbortSignal.timeout(limitMs),
        headers: {
          ...headers,
          host,
          'x-request-id': planned.id,
          ...(bytes && { 'content-type': 'application/json', 'content-length': bytes.length }),
        },
      },
      (incoming) => {
        let text = ''
        incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        incoming.on('error', fail)
        incoming.on('end', () => end({ status: incoming.statusCode ?? null, error: null, text }))
      },
    )
    outgoing.on('error', fail)
    outgoing.end(bytes ?? undefined)
  })
}

function readAnswer(text: string): Pick<RequestRecord, 'slot' | 'version' | 'pod'> {
  try {
    const { slot = '', version = '', pod = '' } = JSON.parse(text) as Record<string, string>
    return { slot, version, pod }
  } catch {
    return { slot: '', version: '', pod: '' }
  }
}

/** Every request without an answer of status 200. */
export const failuresOf = (records: readonly RequestRecord[]): readonly RequestRecord[] =>
  records.filter(({ status }) => status !== 200)

/** `{blue: 90, green: 10}`, of the answers of status 200. */
export function countBySlot(records: readonly RequestRecord[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { slot, status } of records) if (status === 200) counts[slot] = (counts[slot] ?? 0) + 1
  return counts
}

/**
 * Milliseconds from `since` (see `now` of a running load) until the last request left that another slot
 * still answered: how long the gateway took to follow a write. 0: none did.
 */
export function followedAfter(
  records: readonly RequestRecord[],
  change: { readonly slot: string; readonly since: number },
): number {
  const late = records
    .filter(
      ({ status, slot, start }) => status === 200 && slot !== change.slot && start > change.since,
    )
    .map(({ start }) => start - change.since)
  return Math.max(0, ...late)
}

/** `{"502": 3, "ECONNRESET": 1}` of the failures: for messages. */
export function describeFailures(
  records: readonly RequestRecord[],
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { status, error } of failuresOf(records)) {
    const kind = error ?? String(status)
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}
