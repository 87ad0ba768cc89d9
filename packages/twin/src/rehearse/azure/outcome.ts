// What came of a rehearsal on Azure ML, read from the simulators.
import { objectAt, textAt } from '../../azure/json.ts'
import type { EndpointRecord } from '../../azure/state.ts'
import {
  countCalls,
  observeGitHub,
  renderPullRequests,
  renderStatuses,
  type Played,
  type RehearsalOutcome,
  type Report,
} from '../report.ts'
import type { AzureStage } from './stage.ts'

/** Slot to weight, zeros included. */
export type Traffic = Readonly<Record<string, number>>

export interface RehearsalReport extends Report {
  readonly traffic: { readonly staging: Traffic; readonly production: Traffic }
  readonly apiCalls: Readonly<Record<'arm' | 'entra' | 'github' | 'scoring' | 'blob', number>>
}

export function observeOutcome(stage: AzureStage, played: Played): RehearsalReport {
  const { staging, production } = stage.options.description
  const at = {
    staging: endpointOf(stage, staging.endpoint),
    production: endpointOf(stage, production.endpoint),
  }
  return {
    outcome: outcomeOf(stage, at),
    timeline: played.timeline,
    traffic: { staging: trafficOf(at.staging), production: trafficOf(at.production) },
    ...observeGitHub(stage),
    apiCalls: {
      arm: countCalls(stage, 'arm'),
      entra: countCalls(stage, 'entra'),
      github: countCalls(stage, 'github'),
      scoring: countCalls(stage, 'scoring'),
      blob: countCalls(stage, 'blob'),
    },
    seconds: played.seconds,
  }
}

/** The report in the words of the table. */
export const renderReport = (report: RehearsalReport): Readonly<Record<string, string>> => ({
  outcome: report.outcome,
  staging: renderTraffic(report.traffic.staging),
  production: renderTraffic(report.traffic.production),
  statuses: renderStatuses(report),
  'pull requests': renderPullRequests(report),
})

const renderTraffic = (traffic: Traffic): string =>
  Object.entries(traffic)
    .map(([slot, weight]) => `${slot}=${weight}`)
    .join(', ') || 'none'

function endpointOf(stage: AzureStage, name: string): EndpointRecord | null {
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
  stage: AzureStage,
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

const wasRejected = (stage: AzureStage): boolean =>
  stage.githubSimulator.state.runs.some((run) =>
    run.approvals.some(({ state }) => state === 'rejected'),
  )
