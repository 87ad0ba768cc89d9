// What came of a rehearsal on Kubernetes, read from the API server.
import { Git } from '../../github/git.ts'
import {
  countCalls,
  observeGitHub,
  type Played,
  type RehearsalOutcome,
  type Report,
} from '../report.ts'
import { findTag } from './description.ts'
import { imagesOf, isReady, type KubeObject } from './kube-object.ts'
import type { ClusterStage } from './stage.ts'

/** Field manager of the actions, as docs/kubernetes.md names it. */
const MANAGER = 'sluice'

export interface ReportedObject {
  readonly kind: string
  readonly namespace: string
  readonly name: string
  /** All pods that it wants are there and ready; an object without pods is. */
  readonly ready: boolean
  /** Of its pod template; empty without one. */
  readonly images: readonly string[]
}

export interface ClusterReport extends Report {
  /** What the actions left in the namespace, by kind and name. */
  readonly objects: readonly ReportedObject[]
  /** Conclusion of every attempt of every run, oldest first. */
  readonly runs: readonly string[]
  readonly apiCalls: Readonly<Record<'kubernetes' | 'github', number>>
}

export async function observeCluster(stage: ClusterStage, played: Played): Promise<ClusterReport> {
  const objects = (await observeObjects(stage)).map(reportObject)
  return {
    outcome: decideOutcome(objects, await newestImage(stage)),
    timeline: played.timeline,
    objects,
    runs: stage.runs.map(({ conclusion }) => conclusion),
    ...observeGitHub(stage),
    apiCalls: { kubernetes: stage.api.calls.length, github: countCalls(stage, 'github') },
    seconds: played.seconds,
  }
}

export const observeObjects = ({ administrator, options }: ClusterStage) =>
  administrator.objectsOf(options.description.namespace, MANAGER)

const reportObject = (object: KubeObject): ReportedObject => ({
  kind: object.kind,
  namespace: object.metadata.namespace ?? '',
  name: object.metadata.name,
  ready: isReady(object),
  images: imagesOf(object),
})

/** The image that the manifest on `main` names now. */
async function newestImage({ github, options }: ClusterStage): Promise<string> {
  const { manifest, image } = options.description
  const text = await new Git(github.gitDirectory).text(['show', `main:${manifest}`])
  return `${image}:${findTag(text, image)}`
}

/** Promoted: the newest image of `main` is what runs, and all of it is ready. */
export const decideOutcome = (
  objects: readonly ReportedObject[],
  newest: string,
): RehearsalOutcome =>
  objects.some(({ images }) => images.includes(newest)) && objects.every(({ ready }) => ready)
    ? 'promoted'
    : 'aborted'

/** The report in the words of the table. */
export const renderClusterReport = (report: ClusterReport): Readonly<Record<string, string>> => ({
  outcome: report.outcome,
  objects: renderReadiness(report.objects),
  runs: report.runs.join(', '),
})

function renderReadiness(objects: readonly ReportedObject[]): string {
  const unready = objects.filter(({ ready }) => !ready)
  if (objects.length === 0) return 'none'
  if (unready.length === 0) return 'all ready'
  return `not ready: ${unready.map(({ kind, name }) => `${kind}/${name}`).join(', ')}`
}
