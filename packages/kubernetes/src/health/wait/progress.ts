// What is told during the wait: at once what changed, and at least every 15 s how it stands.
import type { Clock } from '@sluice/http'
import { renderId, type KubeObject } from '../../object.ts'
import { textAt, valueAt } from '../fields.ts'
import { inertLine } from '../inert-text.ts'
import type { Item } from './item.ts'
import type { WaitOptions } from './options.ts'

/** A run never says nothing for longer: a log that stands still looks like one that hangs. */
export const LONGEST_SILENCE_SECONDS = 15
/** One object is told at most so often, however fast it changes. */
const SHORTEST_PAUSE_SECONDS = 2
const MOST_LINES = 10

export interface Progress {
  /** Tells of the open ones what is due. */
  readonly tell: (open: readonly Item[]) => void
  readonly tellVerdict: (item: Item) => void
  /** Seconds until something must be said. */
  readonly silenceLeft: () => number
}

export function createProgress(
  clock: Clock,
  info: (line: string) => void,
  options: WaitOptions,
): Progress {
  const told = new Map<Item, { text: string; at: number }>()
  let spoke = clock.now()
  const passed = (): string =>
    `${Math.max(0, Math.round((clock.now() - options.started) / 1000))} s of ${options.timeoutSeconds} s`
  const say = (line: string): void => {
    spoke = clock.now()
    info(line)
  }
  return {
    silenceLeft: () => LONGEST_SILENCE_SECONDS - (clock.now() - spoke) / 1000,
    tell: (open) => {
      const now = clock.now()
      const silent = now - spoke >= LONGEST_SILENCE_SECONDS * 1000
      const due = open.filter((item) => {
        const last = told.get(item)
        if (silent || last === undefined) return true
        return last.text !== textOf(item) && now - last.at >= SHORTEST_PAUSE_SECONDS * 1000
      })
      for (const item of due.slice(0, MOST_LINES)) say(`${renderProgress(item, passed())}`)
      if (due.length > MOST_LINES)
        say(`${due.length - MOST_LINES} more are not ready yet, ${passed()}`)
      for (const item of due) told.set(item, { text: textOf(item), at: now })
    },
    tellVerdict: (item) => {
      // What was ready at first sight needs no line.
      if (item.verdict === null || (item.verdict.verdict === 'ready' && !told.has(item))) return
      const { verdict, reason, message, seconds } = item.verdict
      const why = [reason, message].filter((text) => text !== '').join(': ')
      say(
        inertLine(
          `${renderId(item.awaited.id)}: ${verdict} after ${seconds} s${why === '' ? '' : `: ${why}`}`,
        ),
      )
    },
  }
}

/** What it waits for, without times, so that a change can be seen. */
function textOf({ status, early }: Item): string {
  const doom = early.dooms[0]
  const first =
    doom === undefined
      ? early.warnings[0]
      : `${doom.pod === null ? '' : `pod ${doom.pod.metadata.name ?? ''}: `}${doom.reason}: ${doom.message}`
  const more = Math.max(0, early.dooms.length + early.warnings.length - 1)
  const rest = more === 0 ? '' : ` (and ${more} more)`
  const waits = first === undefined ? '' : `; waiting for ${first}${rest}`
  return `${status.message || status.reason}|${waits}`
}

/** `Deployment shop/web: 2 of 3 updated pods ready (maxSurge 25%, ...), 45 s of 600 s; waiting for ...` */
function renderProgress(item: Item, passed: string): string {
  const [what = '', waits = ''] = textOf(item).split('|', 2)
  const how = item.object === null ? '' : strategyOf(item.object)
  return inertLine(`${renderId(item.awaited.id)}: ${what}${how}, ${passed}${waits}`)
}

function strategyOf(object: KubeObject): string {
  if (object.kind !== 'Deployment' && object.kind !== 'DaemonSet') return ''
  const field = object.kind === 'Deployment' ? 'strategy' : 'updateStrategy'
  const strategy = valueAt(object, `spec.${field}`)
  if (textAt(strategy, 'type') === 'Recreate') {
    return ' (Recreate: all old pods end before new ones start)'
  }
  const parts = ['maxSurge', 'maxUnavailable'].flatMap((name) => {
    const value = valueAt(strategy, `rollingUpdate.${name}`)
    return typeof value === 'string' || typeof value === 'number' ? `${name} ${value}` : []
  })
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}
