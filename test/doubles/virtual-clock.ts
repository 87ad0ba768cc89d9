// A clock for code with several waits at once: time moves to the next wait that ends only when
// everything else has come to rest. What a test plans happens in between, in order.
import type { Clock } from '@sluice/http'

export interface VirtualClock extends Clock {
  /** Does it when so many seconds since the start have passed. */
  readonly plan: (seconds: number, act: () => void) => void
  /** Seconds since the start. */
  readonly passed: () => number
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** Turns of the event loop in which everything that is ready to go on does so. */
const TURNS_OF_REST = 5

export function createVirtualClock(startSeconds = 1_700_000_000): VirtualClock {
  const start = startSeconds * 1000
  let now = start
  let moves = false
  const sleepers = new Set<Sleeper>()

  const move = async (): Promise<void> => {
    if (moves) return
    moves = true
    while (sleepers.size > 0) {
      for (let turn = 0; turn < TURNS_OF_REST; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve))
      }
      const next = [...sleepers].sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      sleepers.delete(next)
      now = Math.max(now, next.at)
      next.wake()
    }
    moves = false
  }
  const add = (sleeper: Sleeper): void => {
    sleepers.add(sleeper)
    void move()
  }
  return {
    now: () => now,
    monotonic: () => now - start,
    passed: () => (now - start) / 1000,
    plan: (seconds, act) => add({ at: start + seconds * 1000, wake: act }),
    sleep: (seconds, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(reasonOf(signal))
        const stop = (): void => {
          sleepers.delete(sleeper)
          reject(reasonOf(signal))
        }
        const sleeper = {
          at: now + seconds * 1000,
          wake: () => {
            signal.removeEventListener('abort', stop)
            resolve()
          },
        }
        signal.addEventListener('abort', stop, { once: true })
        add(sleeper)
      }),
  }
}

const reasonOf = ({ reason }: AbortSignal): Error =>
  reason instanceof Error ? reason : new Error(String(reason))
