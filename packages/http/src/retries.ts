// The one retry table, as data, and the pure decision that reads it.

/** What one try brought. `unsent`: the failure proves that nothing reached the server. */
export type Attempt =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers: Readonly<Record<string, string>>
    }
  | { readonly kind: 'unsent' | 'broken' | 'deadline' | 'hopeless' }

export type RetryPolicy = 'safe' | 'once' | 'never'

/** `told`: only when the answer says when to come back. */
type Cell = 'yes' | 'told' | 'no'

export interface RetryRow {
  /** A status, or a failure without an answer. */
  readonly on: number | 'unsent' | 'broken' | 'deadline'
  /** For requests that may be sent twice. */
  readonly safe: Cell
  /** For requests that may not: only where nothing can have happened. */
  readonly once: Cell
}

export const RETRY_TABLE: readonly RetryRow[] = [
  { on: 408, safe: 'yes', once: 'no' },
  { on: 403, safe: 'told', once: 'told' },
  { on: 429, safe: 'yes', once: 'yes' },
  { on: 500, safe: 'yes', once: 'no' },
  { on: 502, safe: 'yes', once: 'no' },
  { on: 503, safe: 'yes', once: 'told' },
  { on: 504, safe: 'yes', once: 'no' },
  { on: 'unsent', safe: 'yes', once: 'yes' },
  { on: 'broken', safe: 'yes', once: 'no' },
  { on: 'deadline', safe: 'yes', once: 'no' },
]

export const RETRY_LIMITS = {
  tries: 4,
  /** First backoff; doubles with each try. */
  firstSeconds: 1,
  /** An answer that wants a longer wait is given back instead. */
  longestToldSeconds: 60,
} as const

export interface RetryQuestion {
  readonly attempt: Attempt
  readonly policy: RetryPolicy
  /** Tries made so far, this one included. */
  readonly tries: number
  /** Milliseconds since 1970. */
  readonly now: number
  /** From 0 to 1. */
  readonly random: number
}

/** Seconds to wait before the next try; null: no next try. */
export function decideRetry(question: RetryQuestion): number | null {
  const { attempt, policy, tries, now, random } = question
  if (policy === 'never' || tries >= RETRY_LIMITS.tries) return null
  const key = attempt.kind === 'answer' ? attempt.status : attempt.kind
  const cell = RETRY_TABLE.find(({ on }) => on === key)?.[policy] ?? 'no'
  const told = attempt.kind === 'answer' ? toldSeconds(attempt.headers, now) : null
  if (cell === 'no' || (cell === 'told' && told === null)) return null
  const backoff = RETRY_LIMITS.firstSeconds * 2 ** (tries - 1) * (0.5 + random / 2)
  if (told === null) return backoff
  return told > RETRY_LIMITS.longestToldSeconds ? null : Math.max(told, backoff)
}

/** `Date.parse` alone would take almost any text for a date. */
const HTTP_DATE = /^[A-Z][a-z]+, \d/

/** When the answer says to come back, in seconds from `now`; null when it does not say. */
export function toldSeconds(headers: Readonly<Record<string, string>>, now: number): number | null {
  const milliseconds = headers['x-ms-retry-after-ms'] ?? headers['retry-after-ms']
  if (milliseconds !== undefined && /^\d+$/.test(milliseconds)) return Number(milliseconds) / 1000
  const after = headers['retry-after']
  if (after !== undefined) {
    if (/^\d+$/.test(after)) return Number(after)
    const date = HTTP_DATE.test(after) ? Date.parse(after) : NaN
    if (!Number.isNaN(date)) return Math.max(0, (date - now) / 1000)
  }
  // GitHub's rate limit: the quota is used up, and this is when it is filled again.
  const reset = headers['x-ratelimit-reset']
  if (headers['x-ratelimit-remaining'] !== '0' || reset === undefined) return null
  return /^\d+$/.test(reset) ? Math.max(0, Number(reset) - now / 1000) : null
}
