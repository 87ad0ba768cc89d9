// Time, injected. Waits go through `sleep` alone, so that a rehearsal can let them pass at once.

export interface Clock {
  /** Milliseconds since 1970. Never used for latency. */
  now(): number
  /** Milliseconds that only grow; for latency. */
  monotonic(): number
  /** Resolves after `seconds`; rejects with the signal's reason at once when it is aborted. */
  sleep(seconds: number, signal: AbortSignal): Promise<void>
}
