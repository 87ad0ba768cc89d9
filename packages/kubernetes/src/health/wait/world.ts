// Everything that one wait holds in its hands.
import type { ApiServer } from '../../connection/api-server.ts'
import { createAlarm, type Alarm } from './alarm.ts'
import type { Item, LookTimes } from './item.ts'
import type { WaitOptions, WaitPorts } from './options.ts'
import { createProgress, type Progress } from './progress.ts'
import type { Sources } from './sources.ts'

export interface WaitParts {
  readonly api: ApiServer
  readonly ports: WaitPorts
  readonly options: WaitOptions
}

export interface World extends WaitParts {
  readonly items: readonly Item[]
  readonly alarm: Alarm
  readonly progress: Progress
  /** Milliseconds since 1970. */
  readonly begun: number
  readonly times: () => LookTimes
  /** Told once per text. */
  readonly notice: (message: string) => void
  /** null until something is not ready by what is at hand. */
  sources: Sources | null
  /** When the first failure was told. */
  failedAt: number | null
  /** Why nothing can be read any more. */
  lost: { readonly error: unknown } | null
}

export function createWorld(items: readonly Item[], parts: WaitParts, signal: AbortSignal): World {
  const { clock, log } = parts.ports
  const isWritten = items.some(({ awaited }) => awaited.written !== false)
  const first = Math.min(...items.map(({ awaited }) => awaited.since))
  const notices = new Set<string>()
  return {
    ...parts,
    items,
    alarm: createAlarm(clock, signal),
    progress: createProgress(clock, log.info, parts.options),
    begun: clock.now(),
    times: () => ({
      now: clock.now(),
      proofFrom: isWritten ? first : -Infinity,
    }),
    notice: (message) => {
      if (notices.has(message)) return
      notices.add(message)
      log.notice(message)
    },
    sources: null,
    failedAt: null,
    lost: null,
  }
}

export const openItems = ({ items }: World): readonly Item[] =>
  items.filter((item) => item.verdict === null)
