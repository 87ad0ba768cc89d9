import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '@sluice/http'

/** Real time. Waits go through `timers/promises` alone: a rehearsal shortens those and no others. */
export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async (seconds, signal) => {
    signal.throwIfAborted()
    try {
      await wait(seconds * 1000, undefined, { signal })
    } catch (error) {
      signal.throwIfAborted()
      throw error
    }
  },
}
