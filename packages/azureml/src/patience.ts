// Waiting with an end: says every half minute what it waits for, and stops when the time is up.
import type { Clock } from '@sluice/http'
import { azuremlError } from './errors.ts'

/** Waits once; `state` is what was seen last. Throws AZUREML_STILL_RUNNING when no time is left. */
export type Patience = (seconds: number, state: string, signal: AbortSignal) => Promise<void>

export interface PatienceParts {
  readonly clock: Clock
  readonly progress: (line: string) => void
  /** What is waited for, such as `slot green of taxi`. */
  readonly what: string
  /** The most that all waits together may take. */
  readonly seconds: number
}

const LONGEST_SILENCE_SECONDS = 30
const LONGEST_PAUSE_SECONDS = 120

export function createPatience(parts: PatienceParts): Patience {
  const { clock, progress, what } = parts
  const start = clock.now()
  let told = start
  const passed = (): number => Math.round((clock.now() - start) / 1000)
  const tell = (state: string): void => {
    if (clock.now() - told < LONGEST_SILENCE_SECONDS * 1000) return
    told = clock.now()
    progress(`${what}: ${state}, ${passed()} s of ${parts.seconds} s`)
  }
  return async (seconds, state, signal) => {
    let left = Math.min(seconds, LONGEST_PAUSE_SECONDS)
    while (left > 0) {
      if (passed() >= parts.seconds) {
        throw azuremlError(
          'AZUREML_STILL_RUNNING',
          `${what} is still ${state} after ${passed()} s; Azure goes on with it`,
        )
      }
      const piece = Math.min(left, LONGEST_SILENCE_SECONDS - (clock.now() - told) / 1000)
      await clock.sleep(Math.max(piece, 0.1), signal)
      left -= Math.max(piece, 0.1)
      tell(state)
    }
  }
}
