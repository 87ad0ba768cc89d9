// A clock whose waits pass at once: they only move its time, and are remembered.
import type { Clock } from '@sluice/http'

export interface FakeClock extends Clock {
  /** Every wait asked for, seconds, in order. */
  readonly waits: readonly number[]
  /** Lets time pass without a wait. */
  advance(seconds: number): void
}

export interface FakeClockStart {
  /** Seconds since 1970; 1,700,000,000 unless told. */
  readonly startSeconds?: number
  /** Called before each wait ends; what it does happens "meanwhile". */
  readonly onSleep?: (seconds: number) => void
}

export function createFakeClock({
  startSeconds = 1_700_000_000,
  onSleep,
}: FakeClockStart = {}): FakeClock {
  const waits: number[] = []
  let passed = 0
  return {
    waits,
    now: () => startSeconds * 1000 + passed,
    monotonic: () => passed,
    advance: (seconds) => {
      passed += seconds * 1000
    },
    sleep: async (seconds, signal) => {
      signal.throwIfAborted()
      waits.push(seconds)
      onSleep?.(seconds)
      passed += seconds * 1000
      // One turn of the event loop, so that a loop of waits cannot starve the rest.
      await new Promise((resolve) => setImmediate(resolve))
      signal.throwIfAborted()
    },
  }
}
