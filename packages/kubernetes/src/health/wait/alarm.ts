// Sleeps until something rings or a time has passed, whichever is first.
import type { Clock } from '@sluice/http'

export interface Alarm {
  /** Ends the wait that is under way, or the next one at once. */
  readonly ring: () => void
  /** True when it rang. Rejects with the signal's reason when that is aborted. */
  readonly wait: (seconds: number) => Promise<boolean>
}

export function createAlarm(clock: Clock, signal: AbortSignal): Alarm {
  let rung = false
  let stop: (() => void) | null = null
  return {
    ring: () => {
      rung = true
      stop?.()
    },
    wait: async (seconds) => {
      signal.throwIfAborted()
      if (!rung) {
        const early = new AbortController()
        stop = () => early.abort()
        try {
          await clock.sleep(seconds, AbortSignal.any([signal, early.signal]))
        } catch (error) {
          if (signal.aborted || !early.signal.aborted) throw error
        } finally {
          stop = null
        }
      }
      const ended = rung
      rung = false
      return ended
    },
  }
}
