// Pod and Job: things that end, well or badly.
import type { KubeObject } from '../../object.ts'
import { conditionOf, isTrue, listAt, numberAt, parseTime, textAt, valueAt } from '../fields.ts'
import {
  failed,
  paused,
  progressing,
  ready,
  type HealthStatus,
  type StatusContext,
} from './health-status.ts'

export function podStatus(object: KubeObject, context: StatusContext): HealthStatus {
  const phase = textAt(object, 'status.phase')
  if (phase === 'Succeeded') return ready
  if (phase === 'Failed') {
    return failed(
      textAt(object, 'status.reason') || 'PodFailed',
      textAt(object, 'status.message') || 'the pod ended with a failure',
    )
  }
  if (phase === 'Running') return runningPod(object, context)
  const scheduled = conditionOf(object, 'PodScheduled')
  if (phase === 'Pending' && scheduled?.status === 'False') {
    if (scheduled.reason !== 'Unschedulable') return progressing('NotScheduled', scheduled.message)
    const made = parseTime(object.metadata.creationTimestamp) ?? 0
    const limit = context.options.unschedulableSeconds
    return (limit !== null && context.now - made >= limit * 1000 ? failed : progressing)(
      'Unschedulable',
      scheduled.message || 'no node takes the pod',
    )
  }
  return progressing(phase || 'NotObserved', 'the pod has not started yet')
}

function runningPod(object: KubeObject, { options }: StatusContext): HealthStatus {
  if (isTrue(object, 'Ready')) return ready
  const looping = listAt(object, 'status.containerStatuses').filter(
    (container) => textAt(container, 'state.waiting.reason') === 'CrashLoopBackOff',
  )
  if (looping.length > 0) {
    const names = looping.map((container) => textAt(container, 'name')).join(', ')
    return (options.crashLoopFails ? failed : progressing)(
      'CrashLoopBackOff',
      `container ${names} ends again and again`,
    )
  }
  return progressing('NotReady', 'the pod runs but is not ready')
}

/** A Job is ready when it is complete: who applies one wants its work done. */
export function jobStatus(object: KubeObject): HealthStatus {
  const bad = [conditionOf(object, 'Failed'), conditionOf(object, 'FailureTarget')].find(
    (condition) => condition?.status === 'True',
  )
  if (bad !== undefined && bad !== null) {
    return failed(bad.reason || 'JobFailed', bad.message || 'the Job failed')
  }
  if (isTrue(object, 'Complete')) return ready
  if (valueAt(object, 'spec.suspend') === true) {
    return paused('Suspended', 'spec.suspend is true: it starts when it is resumed')
  }
  const wanted = numberAt(object, 'spec.completions', 1)
  const done = numberAt(object, 'status.succeeded', 0)
  if (isTrue(object, 'SuccessCriteriaMet')) {
    return progressing('Completing', 'its work is done, its last pods still end')
  }
  if (valueAt(object, 'status.startTime') === undefined) {
    return progressing('NotObserved', 'the Job has not started yet')
  }
  const lost = numberAt(object, 'status.failed', 0)
  return progressing(
    'JobRunning',
    `${done} of ${wanted} completions${lost === 0 ? '' : `, ${lost} pods failed`}`,
  )
}

/** It goes by itself when its work has ended, so going is no trouble yet. */
export const endsByItself = (object: KubeObject): boolean =>
  object.kind === 'Job' &&
  valueAt(object, 'spec.ttlSecondsAfterFinished') !== undefined &&
  jobStatus(object).state !== 'failed'

/** Was its work done when it was seen last? What went before nobody knows, and is no success. */
export const hasDoneItsWork = (object: KubeObject): boolean =>
  endsByItself(object) &&
  (jobStatus(object).state === 'ready' || isTrue(object, 'SuccessCriteriaMet'))
