// What came of a rehearsal, read from the simulators: the value that `--json` writes.
import { objectAt, textAt } from '../azure/json.ts'
import type { EndpointRecord } from '../azure/state.ts'
import { PERSON_USER_AGENT } from '../github/person.ts'
import type { TimelineEntry } from './timeline.ts'
import type { Stage } from './stage.ts'

export type RehearsalOutcome = 'promoted' | 'aborted' | 'held'

/** Slot to weight, zeros included. */
export type Traffic = Readonly<Record<string, number>>

export interface RehearsalReport {
  readonly outcome: RehearsalOutcome
  readonly timeline: readonly TimelineEntry[]
  readonly traffic: { readonly staging: Traffic; readonly production: Traffic }
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
  readonly apiCalls: Readonly<Record<'arm' | 'entra' | 'github' | 'scoring' | 'blob', number>>
  /** Real seconds. */
  readonly seconds: number
}

export function observeOutcome(
  stage: Stage,
  about: {
    readonly timeline: readonly TimelineEntry[]
    readonly seconds: number
  },
): RehearsalReport {
  const { staging, production } = stage.options.description
  const at = {
    staging: endpointOf(stage, staging.endpoint),
    production: endpointOf(stage, production.endpoint),
  }
  return {
    outcome: outcomeOf(stage, at),
    timeline: about.timeline,
    traffic: { staging: trafficOf(at.staging), production: trafficOf(at.production) },
    statuses: newestStatuses(stage),
    pullRequests: stage.githubSimulator.state.pulls.map(({ number, head, base, state }) => ({
      number,
      head: head.ref,
      base: base.ref,
      state,
    })),
    apiCalls: countCalls(stage),
    seconds: about.seconds,
  }
}

function endpointOf(stage: Stage, name: string): EndpointRecord | null {
  return Object.values(stage.azure.state.endpoints).find((one) => one.name === name) ?? null
}

export function trafficOf(endpoint: EndpointRecord | null): Traffic {
  if (endpoint === null) return {}
  const weights = objectAt(objectAt(endpoint.body, 'properties'), 'traffic')
  return Object.fromEntries(
    Object.keys(endpoint.slots)
      .sort()
      .map((slot) => [slot, Number(weights[slot] ?? 0)]),
  )
}

/** The revision that a slot says it holds, without its configuration. */
function revisionIn(endpoint: EndpointRecord, slot: string): string | null {
  const record = endpoint.slots[slot]
  const mark =
    record === undefined ? null : textAt(objectAt(record.body, 'tags'), 'sluice-revision')
  return mark === null ? null : mark.slice(0, 16)
}

const slotHolding = (endpoint: EndpointRecord | null, revision: string): string | null =>
  endpoint === null
    ? null
    : (Object.keys(endpoint.slots).find((slot) => revisionIn(endpoint, slot) === revision) ?? null)

/** What became of the newest tested revision: in production when it got there, else in staging. */
function outcomeOf(
  stage: Stage,
  at: { readonly staging: EndpointRecord | null; readonly production: EndpointRecord | null },
): RehearsalOutcome {
  const newest = newestRevision(at.staging)
  if (newest === null) return 'aborted'
  const inProduction = slotHolding(at.production, newest)
  if (inProduction !== null) {
    if (trafficOf(at.production)[inProduction] === 100) return 'promoted'
    return wasRejected(stage) ? 'held' : 'aborted'
  }
  const inStaging = slotHolding(at.staging, newest)
  return inStaging !== null && trafficOf(at.staging)[inStaging] === 100 ? 'promoted' : 'aborted'
}

function newestRevision(endpoint: EndpointRecord | null): string | null {
  if (endpoint === null) return null
  const marked = Object.values(endpoint.slots)
    .filter((slot) => revisionIn(endpoint, slot.name) !== null)
    .sort((a, b) => (a.times.createdAt < b.times.createdAt ? 1 : -1))
  const [slot] = marked
  return slot === undefined ? null : revisionIn(endpoint, slot.name)
}

const wasRejected = (stage: Stage): boolean =>
  stage.githubSimulator.state.runs.some((run) =>
    run.approvals.some(({ state }) => state === 'rejected'),
  )

function newestStatuses(stage: Stage): RehearsalReport['statuses'] {
  const newest = new Map<string, { sha: string; context: string; state: string }>()
  for (const { sha, context, state } of stage.githubSimulator.state.statuses) {
    newest.set(`${sha} ${context}`, { sha, context, state })
  }
  return [...newest.values()]
}

/** Calls of the actions; what the person did is left out. */
function countCalls(stage: Stage): RehearsalReport['apiCalls'] {
  const count = (face: string): number =>
    stage.twin.log
      .all()
      .filter((one) => one.face === face && one.requestHeaders['user-agent'] !== PERSON_USER_AGENT)
      .length
  return {
    arm: count('arm'),
    entra: count('entra'),
    github: count('github'),
    scoring: count('scoring'),
    blob: count('blob'),
  }
}
