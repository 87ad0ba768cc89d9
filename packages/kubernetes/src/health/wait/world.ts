// Everything that one wait holds in its hands.
import type { ApiServer } from '../../connection/api-server.ts'
import type { KubernetesPorts } from '../../ports.ts'
import { writeTime } from '../status/workloads.ts'
import { createAlarm, type Alarm } from './alarm.ts'
import type { Item, LookTimes } from './item.ts'
import type { WaitOptions } from './options.ts'
import { createProgress, type Progress } from './progress.ts'
import type { Sources } from './sources.ts'

export interface WaitParts {
  readonly api: ApiServer
  readonly ports: KubernetesPorts
  readonly options: WaitOptions
}

export interface World extends WaitParts {
  readonly items: readonly Item[]
  readonly alarm: Alarm
  readonly progress: Progress
  /** Milliseconds since 1970. */
  readonly begun: number
  /** How far the server's clock is ahead, milliseconds. */
  readonly shift: number
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

/** Clocks that are nearer than this count as equal. */
const CLOCKS_DIFFER_MILLISECONDS = 5000

export function createWorld(items: readonly Item[], parts: WaitParts, signal: AbortSignal): World {
  const { clock, log } = parts.ports
  const shift = shiftOf(items)
  const isWritten = items.some(({ awaited }) => awaited.written !== false)
  const first = Math.min(...items.map(({ awaited }) => awaited.since)) + shift
  const notices = new Set<string>()
  return {
    ...parts,
    items,
    alarm: createAlarm(clock, signal),
    progress: createProgress(clock, log.info, parts.options),
    begun: clock.now(),
    shift,
    times: () => ({
      now: clock.now() + shift,
      shift,
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

/** How far the server's clock is ahead, milliseconds, by the times it gave to our writes. */
function shiftOf(items: readonly Item[]): number {
  const shifts = items
    .flatMap(({ awaited: { object, written, since } }) => {
      const time = object === undefined || written === false ? null : writeTime(object)
      return time === null ? [] : time - since
    })
    .sort((a, b) => a - b)
  const middle = shifts[Math.floor(shifts.length / 2)] ?? 0
  return Math.abs(middle) < CLOCKS_DIFFER_MILLISECONDS ? 0 : middle
}

export const openItems = ({ items }: World): readonly Item[] =>
  items.filter((item) => item.verdict === null)
