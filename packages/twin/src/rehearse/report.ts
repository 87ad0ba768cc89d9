// What came of a rehearsal: the part of the value that `--json` writes which all platforms share.
import { PERSON_USER_AGENT } from '../github/person.ts'
import type { TimelineEntry } from './timeline.ts'
import type { Stage } from './stage.ts'

export type RehearsalOutcome = 'promoted' | 'aborted' | 'held'

export interface Report {
  readonly outcome: RehearsalOutcome
  readonly timeline: readonly TimelineEntry[]
  /** The newest of each commit and context. */
  readonly statuses: readonly {
    readonly sha: string
    readonly context: string
    readonly state: string
  }[]
  readonly pullRequests: readonly {
    readonly number: number
    readonly head: string
    readonly base: string
    readonly state: string
  }[]
  /** By face of the simulators, or by service. */
  readonly apiCalls: Readonly<Record<string, number>>
  /** Real seconds. */
  readonly seconds: number
}

/** What the stage itself does not know. */
export type Played = Pick<Report, 'timeline' | 'seconds'>

/** What happened on GitHub. */
export const observeGitHub = (stage: Stage): Pick<Report, 'statuses' | 'pullRequests'> => ({
  statuses: newestStatuses(stage),
  pullRequests: stage.githubSimulator.state.pulls.map(({ number, head, base, state }) => ({
    number,
    head: head.ref,
    base: base.ref,
    state,
  })),
})

function newestStatuses(stage: Stage): Report['statuses'] {
  const newest = new Map<string, { sha: string; context: string; state: string }>()
  for (const { sha, context, state } of stage.githubSimulator.state.statuses) {
    newest.set(`${sha} ${context}`, { sha, context, state })
  }
  return [...newest.values()]
}

/** Calls of the actions; what the person did is left out. */
export const countCalls = (stage: Stage, face: string): number =>
  stage.twin.log
    .all()
    .filter((one) => one.face === face && one.requestHeaders['user-agent'] !== PERSON_USER_AGENT)
    .length

/** `a x 2, b x 1`, in alphabetical order; `none`. */
export function counted(items: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return (
    [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([item, count]) => `${item} x ${count}`)
      .join(', ') || 'none'
  )
}

export const renderStatuses = ({ statuses }: Report): string =>
  counted(statuses.map(({ context, state }) => `${context} ${state}`))

export const renderPullRequests = ({ pullRequests }: Report): string =>
  counted(pullRequests.map(({ head, base, state }) => `${head} to ${base} ${state}`))
