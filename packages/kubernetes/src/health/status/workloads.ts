// Deployment, StatefulSet, DaemonSet and ReplicaSet: counts, revisions, and what never finishes.
import type { KubeObject } from '../../object.ts'
import { conditionOf, isTrue, numberAt, parseTime, textAt } from '../fields.ts'
import {
  failed,
  paused,
  progressing,
  ready,
  readyBut,
  tooFew,
  type HealthStatus,
  type StatusContext,
} from './health-status.ts'

/** What the controller takes as "no deadline". */
const NO_DEADLINE = 2_147_483_647

export function deploymentStatus(object: KubeObject, context: StatusContext): HealthStatus {
  const spec = object['spec']
  if (isPaused(spec)) {
    return paused('Paused', 'spec.paused is true: no new pods are made until it is resumed')
  }
  const deadline = numberAt(spec, 'progressDeadlineSeconds', NO_DEADLINE)
  const progress = conditionOf(object, 'Progressing')
  const exceeded = progress?.reason === 'ProgressDeadlineExceeded'
  if (exceeded && isOfThisRollout(object, deadline, context)) {
    return failed('ProgressDeadlineExceeded', progress.message || 'no progress in time')
  }
  const refused = conditionOf(object, 'ReplicaFailure')
  return (
    deploymentCounts(object, refused?.status === 'True' ? refused.message : '') ??
    (deadline !== NO_DEADLINE && progress?.reason !== 'NewReplicaSetAvailable'
      ? progressing('ReplicaSetNotAvailable', 'the controller has not called it complete yet')
      : null) ??
    (isTrue(object, 'Available')
      ? ready
      : progressing('NotAvailable', 'the controller does not call it available yet'))
  )
}

const isPaused = (spec: unknown): boolean =>
  typeof spec === 'object' && spec !== null && 'paused' in spec && spec.paused === true

/**
 * The condition stays when a new generation brings no new ReplicaSet at once (a rollback, another
 * number of pods), and when nothing was written at all but something else was mended. So it counts
 * only when the controller said it after the write, or when its whole deadline has passed again.
 */
function isOfThisRollout(object: KubeObject, deadline: number, context: StatusContext): boolean {
  const said = conditionOf(object, 'Progressing')?.updated ?? null
  if (said === null) return true
  // Server times have whole seconds; both times must come from the same clock where they can.
  const start = serverStart(object, context)
  if (said >= Math.floor(start / 1000) * 1000) return true
  return context.now - context.since >= deadline * 1000
}

/** The server's time of the last write of anything but the status; else our own time. */
function serverStart(object: KubeObject, { since, written }: StatusContext): number {
  return (written === null ? null : writeTime(object)) ?? since
}

/** By the server's clock; null when nobody is recorded. */
function writeTime(object: KubeObject): number | null {
  const times = (object.metadata.managedFields ?? [])
    .filter(({ subresource }) => subresource === undefined || subresource === '')
    .flatMap(({ time }) => parseTime(time) ?? [])
  return times.length === 0 ? null : Math.max(...times)
}

function deploymentCounts(object: KubeObject, refusal: string): HealthStatus | null {
  const wanted = numberAt(object, 'spec.replicas', 1)
  const status = object['status']
  const all = numberAt(status, 'replicas', 0)
  const updated = numberAt(status, 'updatedReplicas', 0)
  if (refusal !== '' && updated < wanted) return progressing('ReplicaFailure', refusal)
  return (
    tooFew([all, wanted], 'LessReplicas', 'pods made') ??
    tooFew([updated, wanted], 'LessUpdated', 'pods updated') ??
    (all > wanted ? progressing('ExtraPods', `${all - wanted} old pods still to end`) : null) ??
    tooFew([numberAt(status, 'availableReplicas', 0), updated], 'LessAvailable', AVAILABLE) ??
    tooFew([numberAt(status, 'readyReplicas', 0), wanted], 'LessReady', 'updated pods ready')
  )
}

const AVAILABLE = 'updated pods available'

export function statefulSetStatus(object: KubeObject): HealthStatus {
  const spec = object['spec']
  const status = object['status']
  if (textAt(spec, 'updateStrategy.type') === 'OnDelete') return onDelete
  const wanted = numberAt(spec, 'replicas', 1)
  const all = numberAt(status, 'replicas', 0)
  const partition = numberAt(spec, 'updateStrategy.rollingUpdate.partition', -1)
  const updated = numberAt(status, 'updatedReplicas', 0)
  const short =
    tooFew([all, wanted], 'LessReplicas', 'pods made') ??
    tooFew([numberAt(status, 'readyReplicas', 0), wanted], 'LessReady', 'pods ready') ??
    (all > wanted ? progressing('ExtraPods', `${all - wanted} pods still to end`) : null)
  if (short !== null) return short
  if (partition > 0) {
    const due = Math.max(0, wanted - partition)
    return (
      tooFew([updated, due], 'LessUpdated', `pods from ordinal ${partition} on updated`) ??
      availableSet(object) ??
      readyBut('Partition', `pods below ordinal ${partition} keep their revision on purpose`)
    )
  }
  if (partition === 0) {
    return tooFew([updated, wanted], 'LessUpdated', 'pods updated') ?? availableSet(object) ?? ready
  }
  return (
    tooFew([numberAt(status, 'currentReplicas', 0), wanted], 'LessCurrent', 'pods current') ??
    (textAt(status, 'currentRevision') === textAt(status, 'updateRevision')
      ? null
      : progressing('RevisionMismatch', 'not every pod has the new revision')) ??
    availableSet(object) ??
    ready
  )
}

/** With `minReadySeconds` a ready pod counts only after that time. */
function availableSet(object: KubeObject): HealthStatus | null {
  if (numberAt(object, 'spec.minReadySeconds', 0) === 0) return null
  const wanted = numberAt(object, 'spec.replicas', 1)
  const available = numberAt(object, 'status.availableReplicas', 0)
  return tooFew([available, wanted], 'LessAvailable', 'pods available (minReadySeconds)')
}

const onDelete = readyBut(
  'OnDelete',
  'its update strategy is OnDelete: pods change only when somebody deletes them',
)

export function daemonSetStatus(object: KubeObject): HealthStatus {
  const status = object['status']
  if (object.metadata.generation === undefined || numberAt(status, 'observedGeneration', -1) < 0) {
    return progressing('NotObserved', 'the controller has not seen it yet')
  }
  const wanted = numberAt(status, 'desiredNumberScheduled', -1)
  if (wanted === -1) return progressing('NotObserved', 'the controller has not counted nodes yet')
  if (textAt(object, 'spec.updateStrategy.type') === 'OnDelete') return onDelete
  if (wanted === 0) return readyBut('NoNodes', 'no node is meant to run it')
  const count = (field: string): readonly [number, number] => [numberAt(status, field, 0), wanted]
  return (
    tooFew(count('currentNumberScheduled'), 'LessCurrent', 'nodes have a pod') ??
    tooFew(count('updatedNumberScheduled'), 'LessUpdated', 'pods updated') ??
    tooFew(count('numberAvailable'), 'LessAvailable', 'pods available') ??
    tooFew(count('numberReady'), 'LessReady', 'pods ready') ??
    ready
  )
}

export function replicaSetStatus(object: KubeObject): HealthStatus {
  const refused = conditionOf(object, 'ReplicaFailure')
  if (refused?.status === 'True') {
    return progressing('ReplicaFailure', refused.message || 'pods cannot be made')
  }
  const wanted = numberAt(object, 'spec.replicas', 1)
  const all = numberAt(object, 'status.replicas', 0)
  const count = (field: string): readonly [number, number] => [
    numberAt(object, `status.${field}`, 0),
    wanted,
  ]
  return (
    tooFew(count('fullyLabeledReplicas'), 'LessLabelled', 'pods labelled') ??
    tooFew(count('availableReplicas'), 'LessAvailable', 'pods available') ??
    tooFew(count('readyReplicas'), 'LessReady', 'pods ready') ??
    (all > wanted ? progressing('ExtraPods', `${all - wanted} pods still to end`) : ready)
  )
}
