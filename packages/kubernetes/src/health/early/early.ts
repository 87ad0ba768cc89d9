// Can the new pods still become ready? Pure: what is seen and when in, what to do and when out.
import type { KubeObject } from '../../object.ts'
import { conditionOf, groupKindOf, listAt, textAt } from '../fields.ts'
import { firstTime, lastTime } from '../event-times.ts'
import { containersOf, faultOf, type Container, type Fault } from './containers.ts'
import type { EarlyClass, EarlyOptions } from './early-options.ts'
import { newestPods, type NewestPods } from './newest-pods.ts'
import { podWarning } from './pod-warnings.ts'

export interface EarlyView {
  readonly workload: KubeObject
  /** Of its namespace; null when they may not be read. */
  readonly replicaSets: readonly KubeObject[] | null
  readonly pods: readonly KubeObject[]
  /** Warnings of its namespace, oldest first. */
  readonly events: readonly KubeObject[]
  /** Milliseconds since 1970, as near to the server's clock as is known. */
  readonly now: number
  readonly since: number
  /**
   * What ran or failed before this is no proof: something was written that may have mended it.
   * -Infinity when nothing was written at all.
   */
  readonly proofFrom: number
  readonly options: EarlyOptions
  /** What the last decision gave back; empty at first. */
  readonly marks: Marks
}

/** When each fault was first and last seen by us. */
export type Marks = ReadonlyMap<string, { readonly first: number; readonly last: number }>

export interface Doom {
  readonly class: EarlyClass
  /** null: the workload itself, whose pods are refused. */
  readonly pod: KubeObject | null
  readonly container: string | null
  readonly reason: string
  readonly message: string
  readonly exitCode: number | null
  readonly restarts: number
  /** When its grace is over; null: its class is switched off. */
  readonly due: number | null
}

export interface EarlyDecision {
  /** Why it cannot become ready any more; null while it may. */
  readonly fatal: Doom | null
  /** All that is wrong now, the first to be due first. */
  readonly dooms: readonly Doom[]
  readonly warnings: readonly string[]
  /** When to decide again if nothing changes; null: no grace is running. */
  readonly wakeAt: number | null
  readonly marks: Marks
  /** Pods of the new revision, and who makes them; null: not known yet. */
  readonly newest: NewestPods | null
}

/** So many restarts prove a loop as well as the time does. */
const RESTARTS = 3
/** A longer grace was chosen because the container needs its restarts. */
const RESTARTS_PROVE_UP_TO_SECONDS = 60
/** A crashing container runs for a while in between; that is the same loop. */
const SAME_LOOP_MILLISECONDS = 60_000

/**
 * Fatal only when every new pod that exists is doomed and its grace is over; of a StatefulSet or a
 * DaemonSet one such pod is enough, because all of theirs must become ready.
 */
export function decideEarlyFailure(view: EarlyView): EarlyDecision {
  const newest = newestPods(view)
  if (newest === null) return undecided(view.marks)
  const marks = new Map<string, { first: number; last: number }>()
  const byPod = newest.pods.map((pod) => podDooms(pod, view, marks))
  const refused = refusal(newest, view, marks)
  const inPods = byPod.flat().sort(byDue)
  const dooms = refused === null ? inPods : [...inPods, refused].sort(byDue)
  const refusedDue = refused?.due ?? null
  const first = earliest([refusedDue, podsDue(groupKindOf(view.workload), byPod)])
  const cause = first !== null && first === refusedDue ? refused : (inPods[0] ?? null)
  return {
    fatal: first !== null && first <= view.now ? cause : null,
    dooms,
    warnings: [...newest.blocking.flatMap(blocking), ...warningsOf(newest, byPod, view)],
    wakeAt: first !== null && first > view.now ? first : null,
    marks,
    newest,
  }
}

/** Nothing can be told (yet). */
export const undecided = (marks: Marks): EarlyDecision => ({
  fatal: null,
  dooms: [],
  warnings: [],
  wakeAt: null,
  marks,
  newest: null,
})

const byDue = (a: Doom, b: Doom): number => (a.due ?? Infinity) - (b.due ?? Infinity)

const earliest = (times: readonly (number | null)[]): number | null => {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : Math.min(...known)
}

/** When the pods alone make it hopeless; null when one of them may still come right. */
function podsDue(kind: string, byPod: readonly (readonly Doom[])[]): number | null {
  const dues = byPod.map((dooms) => earliest(dooms.map(({ due }) => due)))
  if (kind === 'apps/StatefulSet' || kind === 'apps/DaemonSet') return earliest(dues)
  const all = dues.filter((due) => due !== null)
  return all.length === 0 || all.length < dues.length ? null : Math.max(...all)
}

type NewMarks = Map<string, { first: number; last: number }>

function podDooms(pod: KubeObject, view: EarlyView, marks: NewMarks): readonly Doom[] {
  return containersOf(pod).flatMap((container) => {
    const fault = faultOf(container)
    if (fault === null) {
      keepLoop(`${pod.metadata.uid}/${container.name}`, view, marks)
      return []
    }
    // The Job itself counts how often its pods may fail.
    const loops = fault.class === 'crash-loop' || fault.class === 'out-of-memory'
    if (loops && groupKindOf(view.workload) === 'batch/Job') return []
    const key = `${pod.metadata.uid}/${container.name}/${fault.class}`
    const mark = { first: view.marks.get(key)?.first ?? view.now, last: view.now }
    marks.set(key, mark)
    const since = Math.min(mark.first, provenSince(pod, container, { fault, view }) ?? Infinity)
    return [
      {
        class: fault.class,
        pod,
        container: container.name,
        reason: fault.reason,
        message: fault.message,
        exitCode: fault.exitCode,
        restarts: container.restarts,
        due: dueOf(fault, container, { since, view }),
      },
    ]
  })
}

function keepLoop(prefix: string, view: EarlyView, marks: NewMarks): void {
  for (const name of ['crash-loop', 'out-of-memory']) {
    const mark = view.marks.get(`${prefix}/${name}`)
    if (mark !== undefined && view.now - mark.last < SAME_LOOP_MILLISECONDS) {
      marks.set(`${prefix}/${name}`, mark)
    }
  }
}

interface Base {
  readonly since: number
  readonly view: EarlyView
}

function dueOf(fault: Fault, { restarts }: Container, { since, view }: Base): number | null {
  const grace = view.options[fault.class]
  if (grace === 'off') return null
  const loops = fault.class === 'crash-loop' || fault.class === 'out-of-memory'
  const proven = loops && restarts >= RESTARTS && isFresh(fault, view.proofFrom)
  return proven && grace <= RESTARTS_PROVE_UP_TO_SECONDS ? view.now : since + grace * 1000
}

/** The failed run began after what may have mended it. */
const isFresh = ({ ending }: Fault, proofFrom: number): boolean =>
  (ending?.started ?? ending?.finished ?? -Infinity) >= floorSecond(proofFrom)

/** Times of the server have whole seconds. */
const floorSecond = (time: number): number => Math.floor(time / 1000) * 1000

/**
 * Since when it has failed, by the server's own records, so that a step that runs again need not
 * wait again. The end of a crashed run is such a record. A container that never ran has none; there
 * the pod's events tell, but only with a try of after our start: the image may have been pushed.
 */
function provenSince(
  pod: KubeObject,
  { name }: Container,
  { fault, view }: { readonly fault: Fault; readonly view: EarlyView },
): number | null {
  if (fault.ending !== null) {
    return isFresh(fault, view.proofFrom) ? fault.ending.finished : null
  }
  const tries = view.events.filter(
    (event) =>
      textAt(event, 'involvedObject.uid') === pod.metadata.uid &&
      ['Failed', 'InspectFailed', 'ErrImageNeverPull'].includes(textAt(event, 'reason')) &&
      textAt(event, 'involvedObject.fieldPath').includes(`{${name}}`),
  )
  const isTried = tries.some((event) => (lastTime(event) ?? 0) >= floorSecond(view.since))
  return isTried ? earliest(tries.map(firstTime)) : null
}

/** Pods are not even made: quota, admission. */
function refusal({ maker, pods }: NewestPods, view: EarlyView, marks: NewMarks): Doom | null {
  if (groupKindOf(maker) === '/Pod') return null
  const found = refusalCondition(maker) ?? refusalEvent(maker, view)
  if (found === null) return null
  // One more pod is progress, and begins the grace anew.
  const key = `${maker.metadata.uid}/quota/${pods.length}`
  const mark = { first: view.marks.get(key)?.first ?? view.now, last: view.now }
  marks.set(key, mark)
  const isProven = pods.length === 0 && found.at !== null && found.at >= floorSecond(view.proofFrom)
  const since = isProven ? Math.min(mark.first, found.at) : mark.first
  const grace = view.options.quota
  return {
    class: 'quota',
    pod: null,
    container: null,
    reason: 'FailedCreate',
    message: found.message,
    exitCode: null,
    restarts: 0,
    due: grace === 'off' ? null : since + grace * 1000,
  }
}

interface Refusal {
  readonly message: string
  readonly at: number | null
}

function refusalCondition(maker: KubeObject): Refusal | null {
  const condition = conditionOf(maker, 'ReplicaFailure')
  if (condition?.status !== 'True' || condition.reason !== 'FailedCreate') return null
  return { message: condition.message, at: condition.changed }
}

/** Kinds without such a condition only tell by events; a pod that was made later ends it. */
function refusalEvent(maker: KubeObject, { events, pods, since }: EarlyView): Refusal | null {
  if (!['apps/StatefulSet', 'apps/DaemonSet', 'batch/Job'].includes(groupKindOf(maker))) return null
  const own = events.filter(
    (event) =>
      textAt(event, 'involvedObject.uid') === maker.metadata.uid &&
      textAt(event, 'reason') === 'FailedCreate' &&
      (lastTime(event) ?? 0) >= floorSecond(since),
  )
  const last = own.at(-1)
  if (last === undefined) return null
  const at = lastTime(last) ?? 0
  const madeLater = pods.some(
    ({ metadata }) =>
      (metadata.ownerReferences ?? []).some(({ uid }) => uid === maker.metadata.uid) &&
      Date.parse(metadata.creationTimestamp ?? '') > at,
  )
  return madeLater ? null : { message: textAt(last, 'message'), at: earliest(own.map(firstTime)) }
}

const blocking = (pod: KubeObject): readonly string[] => {
  const fault =
    listAt(pod, 'status.containerStatuses').length === 0
      ? null
      : containersOf(pod)
          .map(faultOf)
          .find((one) => one !== null)
  return fault === null || fault === undefined
    ? []
    : [
        `pod ${pod.metadata.name ?? ''} of an earlier revision is broken (${fault.reason}); its controller waits for it: delete that pod`,
      ]
}

function warningsOf(
  { pods }: NewestPods,
  byPod: readonly (readonly Doom[])[],
  view: EarlyView,
): readonly string[] {
  return pods.flatMap((pod, index) =>
    byPod[index]?.length === 0 ? (podWarning(pod, view.events) ?? []) : [],
  )
}
