// Why it does not work: containers, logs and warnings of what is failing, fit to be shown.
import { SluiceError } from '@sluice/rollout'
import type { ApiServer } from '../connection/api-server.ts'
import type { KubeObject } from '../object.ts'
import { containersOf, type Container } from './early/containers.ts'
import type { Doom } from './early/early.ts'
import { byTime, countOf, lastTime } from './event-times.ts'
import { textAt } from './fields.ts'
import { inertLine, inertLines } from './inert-text.ts'
import type { Evidence } from './verdict.ts'

const LOG_LINES = 20
const MOST_PODS = 3
const MOST_EVENTS = 5

export interface EvidenceParts {
  readonly api: Pick<ApiServer, 'log'>
  /** Told once per text: what could not be read. */
  readonly notice: (message: string) => void
  readonly namespace: string
}

export interface EvidenceView {
  readonly workload: KubeObject
  /** Who makes its pods; the workload itself when nobody else does. */
  readonly maker: KubeObject
  /** The newest pods that are not ready; with the doomed ones' reasons. */
  readonly pods: readonly KubeObject[]
  readonly dooms: readonly Doom[]
  /** Warnings of the namespace. */
  readonly events: readonly KubeObject[]
  /** Milliseconds since 1970 by the server's clock: older events are not shown. */
  readonly since: number
}

/** At most three pods, five warnings and twenty log lines each. */
export async function observeEvidence(
  parts: EvidenceParts,
  view: EvidenceView,
): Promise<readonly Evidence[]> {
  const shown: Evidence[] = []
  for (const subject of subjectsOf(view)) {
    shown.push({ ...subject.evidence, log: await logOf(parts, subject) })
  }
  const objects = [view.workload, view.maker, ...view.pods]
  return [...shown, ...eventEvidence(view, new Set(objects.map(({ metadata }) => metadata.uid)))]
}

interface Subject {
  readonly evidence: Evidence
  readonly pod: KubeObject | null
  readonly container: Container | null
}

/** The doomed containers first; without one, the first container of each pod that is not ready. */
function subjectsOf({ dooms, pods, workload }: EvidenceView): readonly Subject[] {
  const doomed = dooms.slice(0, MOST_PODS).map((doom) => {
    const container = containerOf(doom.pod, doom.container)
    const about = doom.pod === null ? nameOf(workload) : nameOf(doom.pod)
    const { reason, message, exitCode } = doom
    return subject(
      { about, container: doom.container, reason, message, exitCode, log: [] },
      doom.pod,
      container,
    )
  })
  if (doomed.length > 0) return doomed
  return pods.slice(0, MOST_PODS).flatMap((pod) => {
    const container = containersOf(pod).find((one) => !one.ready && !isDone(one))
    return container === undefined ? [] : [subject(stateOf(pod, container), pod, container)]
  })
}

const subject = (
  evidence: Evidence,
  pod: KubeObject | null,
  container: Container | null,
): Subject => ({
  evidence: {
    ...evidence,
    about: inertLine(evidence.about),
    reason: inertLine(evidence.reason, 100),
    message: inertLine(evidence.message),
  },
  pod,
  container,
})

const isDone = ({ terminated }: Container): boolean => terminated?.exitCode === 0

const containerOf = (pod: KubeObject | null, name: string | null): Container | null =>
  pod === null ? null : (containersOf(pod).find((one) => one.name === name) ?? null)

const nameOf = ({ kind, metadata }: KubeObject): string =>
  `${kind === 'Pod' ? 'pod' : kind} ${metadata.name ?? ''}`

function stateOf(pod: KubeObject, container: Container): Evidence {
  const ended = container.terminated ?? container.last
  return {
    about: nameOf(pod),
    container: container.name,
    reason: container.waiting?.reason || ended?.reason || 'NotReady',
    message: container.waiting?.message || ended?.message || 'it runs, but is not ready',
    exitCode: ended?.exitCode ?? null,
    log: [],
  }
}

async function logOf(
  parts: EvidenceParts,
  { pod, container }: Subject,
): Promise<readonly string[]> {
  // A container that never ran has no log; asking costs a request and gives an error.
  if (pod === null || container === null || !hasRun(container)) return []
  const query = {
    namespace: parts.namespace,
    pod: pod.metadata.name ?? '',
    container: container.name,
    // In a crash loop the present container is the one that waits.
    previous: !container.running && container.terminated === null,
    lines: LOG_LINES,
  }
  const answer = await parts.api.log(query).catch((error: unknown) => {
    // A log is a help, not a need; a cancelled run ends at the next wait.
    if (error instanceof SluiceError) return null
    throw error
  })
  if (answer === null) return []
  if (answer.ok) return inertLines(answer.value, LOG_LINES)
  if (answer.refusal.status === 403) {
    const where = `namespace ${parts.namespace}`
    parts.notice(`logs in ${where} may not be read (pods/log): failures are shown without them`)
  }
  return []
}

const hasRun = ({ running, terminated, last }: Container): boolean =>
  running || terminated !== null || last !== null

function eventEvidence(
  { events, since }: EvidenceView,
  uids: ReadonlySet<string | undefined>,
): readonly Evidence[] {
  const from = Math.floor(since / 1000) * 1000
  return events
    .filter(
      (event) => uids.has(textAt(event, 'involvedObject.uid')) && (lastTime(event) ?? 0) >= from,
    )
    .sort(byTime)
    .slice(-MOST_EVENTS)
    .map((event) => {
      const about = `${textAt(event, 'involvedObject.kind')} ${textAt(event, 'involvedObject.name')}`
      const times = countOf(event) > 1 ? ` (${countOf(event)} times)` : ''
      return {
        about: inertLine(`event of ${about}`),
        container: null,
        reason: inertLine(textAt(event, 'reason'), 100),
        message: inertLine(`${textAt(event, 'message')}${times}`),
        exitCode: null,
        log: [],
      }
    })
}
