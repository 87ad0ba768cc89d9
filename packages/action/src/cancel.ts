// SIGINT and SIGTERM: the first asks everything to stop, the second ends the process.
import { actionError } from './errors.ts'

/**
 * How long a cancelled action may take to report what it did. The runner sends SIGTERM after 7.5 s
 * and kills after 10 s; outputs and summary must be written well before.
 */
export const GRACE_SECONDS = 4

/** Aborted by the first signal, with ACTION_CANCELLED as the reason. */
export function listenForSignals(onSignal: (name: string) => void): AbortSignal {
  const controller = new AbortController()
  const onEither = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(1)
    onSignal(name)
    controller.abort(actionError('ACTION_CANCELLED', `cancelled by ${name}`))
  }
  process.on('SIGINT', onEither)
  process.on('SIGTERM', onEither)
  return controller.signal
}

/** The work's own end, or a rejection with ACTION_CANCELLED when it does not stop in time. */
export async function withGrace<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const start = (): void => {
      // A real timer on purpose: it is not one of the waits that a rehearsal shortens.
      timer = setTimeout(() => {
        const message = `cancelled, and what was under way did not stop within ${GRACE_SECONDS} s`
        reject(actionError('ACTION_CANCELLED', message))
      }, GRACE_SECONDS * 1000)
    }
    if (signal.aborted) start()
    else signal.addEventListener('abort', start, { once: true })
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
