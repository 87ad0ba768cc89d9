// One awaited object during the wait: what was seen last, and what to make of it. Pure.
import type { KubeObject } from '../../object.ts'
import { decideEarlyFailure, undecided, type EarlyDecision } from '../early/early.ts'
import { groupKindOf } from '../fields.ts'
import { progressing, type HealthStatus, type StatusContext } from '../status/health-status.ts'
import { endsByItself, hasDoneItsWork } from '../status/pods.ts'
import { statusOf } from '../status/status.ts'
import type { Awaited, Verdict } from '../verdict.ts'
import type { WaitOptions } from './options.ts'
import type { Details } from './sources.ts'
import { continueStreak, hasJustTurned, noStreak, steadyStatus, type Streak } from './steady.ts'

export interface Item {
  readonly awaited: Awaited
  /** As last seen; null before the first look. */
  object: KubeObject | null
  status: HealthStatus
  early: EarlyDecision
  streak: Streak
  /** How it ended, before its evidence is gathered. */
  ending: Ending | null
  verdict: Verdict | null
}

export type Ending = Pick<Verdict, 'verdict' | 'reason' | 'message'>

export const createItem = (awaited: Awaited): Item => ({
  awaited,
  object: awaited.object ?? null,
  status: progressing('NotRead', 'not read yet'),
  early: undecided(new Map()),
  streak: noStreak,
  ending: null,
  verdict: null,
})

const WORKLOADS = [
  '/Pod',
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/ReplicaSet',
  'apps/StatefulSet',
  'argoproj.io/Rollout',
  'batch/Job',
]

/** It has pods that can tell why it is not ready. */
export const isWorkload = (object: KubeObject): boolean => WORKLOADS.includes(groupKindOf(object))

/** The times that one look goes by. */
export interface LookTimes {
  /** Milliseconds since 1970. */
  readonly now: number
  /** What ran before this is no proof of a failure; -Infinity when nothing was written. */
  readonly proofFrom: number
}

export interface Sight {
  /** null: it is not there. */
  readonly object: KubeObject | null
  /** As it was when it went; null when nobody saw that. */
  readonly gone: KubeObject | null
  readonly lateClasses: ReadonlySet<string>
}

/** Takes in what is seen; the ending when there is one. */
export function lookAt(
  item: Item,
  sight: Sight,
  { times, options }: { readonly times: LookTimes; readonly options: WaitOptions },
): Ending | null {
  const { object } = sight
  if (object === null) return endOfGone(sight.gone ?? item.object)
  if (item.awaited.uid !== '' && object.metadata.uid !== item.awaited.uid) {
    return {
      verdict: 'failed',
      reason: 'Replaced',
      message: 'another object of the same name is there now: somebody deleted it and made it anew',
    }
  }
  item.object = object
  const status = statusOf(object, contextOf(item, sight, { times, options }))
  item.streak = continueStreak(item.streak, status, times.now)
  item.status = status
  const seconds = options.steadySeconds
  // A crash loop is ready for a moment, too; a run that changes nothing must not fall for it.
  if (item.awaited.written !== false || hasJustTurned(object, times.now, seconds)) {
    const { streak } = item
    item.status = steadyStatus(object, status, { streak, now: times.now, seconds })
  }
  return endOfStatus(object, item.status)
}

function contextOf(
  { awaited }: Item,
  { lateClasses }: Sight,
  { times, options }: { readonly times: LookTimes; readonly options: WaitOptions },
): StatusContext {
  return {
    now: times.now,
    since: awaited.since,
    written: awaited.written === false ? null : (awaited.object ?? null),
    lateClasses,
    options: options.status,
  }
}

function endOfGone(last: KubeObject | null): Ending {
  if (last !== null && hasDoneItsWork(last)) {
    return {
      verdict: 'ready',
      reason: 'Gone',
      message: 'it is done and was removed by its ttlSecondsAfterFinished',
    }
  }
  const message =
    last !== null && endsByItself(last)
      ? 'it was removed before it was seen to complete'
      : 'somebody deleted it during the wait'
  return { verdict: 'gone', reason: 'Deleted', message }
}

function endOfStatus(object: KubeObject, status: HealthStatus): Ending | null {
  const { state, reason, message } = status
  switch (state) {
    case 'ready':
    case 'paused':
    case 'failed':
      return { verdict: state, reason, message }
    case 'terminating':
      return endsByItself(object)
        ? null
        : { verdict: 'gone', reason: 'Terminating', message: 'it is being deleted' }
    case 'progressing':
      return null
  }
}

/** Asks its pods whether it can still become ready; the ending when it cannot. */
export function lookAtPods(
  item: Item,
  details: Details,
  { times, options }: { readonly times: LookTimes; readonly options: WaitOptions },
): Ending | null {
  const pods = details.pods()
  const own = item.object !== null && groupKindOf(item.object) === '/Pod'
  if (item.object === null || (pods === null && !own)) return null
  item.early = decideEarlyFailure({
    workload: item.object,
    replicaSets: details.replicaSets(),
    pods: pods ?? [],
    events: details.events(),
    now: times.now,
    since: item.awaited.since,
    proofFrom: times.proofFrom,
    options: options.early,
    marks: item.early.marks,
  })
  const { fatal } = item.early
  if (fatal === null) return null
  const pod = fatal.pod === null ? '' : `pod ${fatal.pod.metadata.name ?? ''}: `
  const container = fatal.container === null ? '' : `container ${fatal.container}: `
  const message = `${pod}${container}${fatal.message || fatal.reason}`
  return { verdict: 'failed', reason: fatal.reason, message }
}
