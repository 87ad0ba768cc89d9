// What came of a rehearsal of an endpoint on Kubernetes, read from the API server.
import { Git } from '../../github/git.ts'
import { findTag } from '../cluster/description.ts'
import { imagesOf, type KubeObject } from '../cluster/kube-object.ts'
import {
  countCalls,
  observeGitHub,
  renderPullRequests,
  renderStatuses,
  type Played,
  type RehearsalOutcome,
  type Report,
} from '../report.ts'
import type { EndpointPlace } from './description.ts'
import { IDLE_SLOT, LIVE_SLOT, type BackEnd } from './live-before.ts'
import { backendsOf, pathOfRoutes, type HttpRoute } from './routing.ts'
import type { EndpointStage } from './stage.ts'

/** Slot to weight, zeros included. */
export type Traffic = Readonly<Record<string, number>>

export interface EndpointReport extends Report {
  readonly traffic: { readonly staging: Traffic; readonly production: Traffic }
  readonly apiCalls: Readonly<Record<'kubernetes' | 'github', number>>
}

/** One environment, as the cluster shows it. */
export interface SeenEndpoint {
  readonly endpoint: string
  readonly backEnd: BackEnd
  /** Those of the slots that are there. */
  readonly deployments: readonly KubeObject[]
  /** What holds the weights; null: it is not there. */
  readonly trafficObject: KubeObject | null
}

export async function observeEndpoint(
  stage: EndpointStage,
  played: Played,
): Promise<EndpointReport> {
  const { description } = stage.options
  const [staging, production] = await Promise.all([
    observePlace(stage, description.staging),
    observePlace(stage, description.production),
  ])
  const seen = { staging, production, newest: await newestImage(stage), held: wasRejected(stage) }
  return {
    outcome: decideOutcome(seen),
    timeline: played.timeline,
    traffic: { staging: trafficOf(staging), production: trafficOf(production) },
    ...observeGitHub(stage),
    apiCalls: { kubernetes: stage.api.calls.length, github: countCalls(stage, 'github') },
    seconds: played.seconds,
  }
}

async function observePlace(
  { administrator, options }: EndpointStage,
  { namespace }: EndpointPlace,
): Promise<SeenEndpoint> {
  const { endpoint } = options.description
  const found = await Promise.all(
    [LIVE_SLOT, IDLE_SLOT].map((slot) =>
      administrator.read<KubeObject>(
        `/apis/apps/v1/namespaces/${namespace}/deployments/${endpoint}-${slot}`,
      ),
    ),
  )
  const path =
    options.backEnd === 'service'
      ? `/api/v1/namespaces/${namespace}/services/${endpoint}`
      : `${pathOfRoutes(namespace)}/${endpoint}`
  return {
    endpoint,
    backEnd: options.backEnd,
    deployments: found.filter((one) => one !== null),
    trafficObject: await administrator.read<KubeObject>(path),
  }
}

/** The image that the manifest on `integration` names now. */
async function newestImage({ github, options }: EndpointStage): Promise<string> {
  const { manifest, image } = options.description
  const text = await new Git(github.gitDirectory).text(['show', `integration:${manifest}`])
  return `${image}:${findTag(text, image)}`
}

const wasRejected = (stage: EndpointStage): boolean =>
  stage.githubSimulator.state.runs.some((run) =>
    run.approvals.some(({ state }) => state === 'rejected'),
  )

export function trafficOf(seen: SeenEndpoint): Traffic {
  return Object.fromEntries(
    seen.deployments
      .map((deployment) => [slotOf(seen, deployment), weightOf(seen, deployment)] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

const slotOf = ({ endpoint }: SeenEndpoint, { metadata }: KubeObject): string =>
  metadata.name.slice(endpoint.length + 1)

type Labels = Readonly<Record<string, string>>

function weightOf(seen: SeenEndpoint, deployment: KubeObject): number {
  const { trafficObject } = seen
  if (trafficObject === null) return 0
  if (seen.backEnd === 'service') {
    const { spec } = trafficObject as unknown as { readonly spec: { readonly selector?: Labels } }
    const { selector = {} } = spec
    const labels = labelsOf(deployment)
    return Object.entries(selector).every(([key, value]) => labels[key] === value) ? 100 : 0
  }
  const backends = backendsOf(trafficObject as unknown as HttpRoute)
  return backends.find(({ service }) => service === deployment.metadata.name)?.weight ?? 0
}

function labelsOf(deployment: KubeObject): Labels {
  const template = deployment.spec?.template as
    { readonly metadata?: { readonly labels?: Labels } } | undefined
  return template?.metadata?.labels ?? {}
}

/** What became of the newest version: in production when it got there, else in staging. */
export function decideOutcome(seen: {
  readonly staging: SeenEndpoint
  readonly production: SeenEndpoint
  readonly newest: string
  readonly held: boolean
}): RehearsalOutcome {
  const { staging, production, newest, held } = seen
  const weightIn = (place: SeenEndpoint): number | null => {
    const holder = place.deployments.find((one) => imagesOf(one).includes(newest))
    return holder === undefined ? null : weightOf(place, holder)
  }
  const inProduction = weightIn(production)
  if (inProduction !== null) return inProduction === 100 ? 'promoted' : held ? 'held' : 'aborted'
  return weightIn(staging) === 100 ? 'promoted' : 'aborted'
}

/** The report in the words of the table. */
export const renderEndpointReport = (report: EndpointReport): Readonly<Record<string, string>> => ({
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
