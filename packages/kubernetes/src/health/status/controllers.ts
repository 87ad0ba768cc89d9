// Kinds of well-known controllers whose `Ready` condition is missing or means something else.
import type { KubeObject } from '../../object.ts'
import { conditionsAt, fieldsOf, listAt, numberAt, textAt, valueAt } from '../fields.ts'
import {
  failed,
  paused,
  progressing,
  ready,
  readyBut,
  type HealthStatus,
  type StatusContext,
} from './health-status.ts'

/** Argo Rollouts. */
export function rolloutStatus(object: KubeObject): HealthStatus {
  const status = object['status']
  const message = textAt(status, 'message')
  const generation = object.metadata.annotations?.['rollout.argoproj.io/workload-generation']
  const observed = valueAt(status, 'workloadObservedGeneration')
  if (generation !== undefined && observed !== undefined && generation !== observed) {
    return progressing('NotObserved', 'the controller has not seen the new template yet')
  }
  if (valueAt(status, 'abort') === true) {
    return failed('Aborted', message || 'the roll-out was aborted')
  }
  const waits = listAt(status, 'pauseConditions').map((pause) => textAt(pause, 'reason'))
  switch (textAt(status, 'phase')) {
    case 'Healthy':
      return textAt(status, 'stableRS') === textAt(status, 'currentPodHash')
        ? ready
        : progressing('NotPromoted', 'the new pods are not the stable ones yet')
    case 'Degraded':
      return failed('Degraded', message || 'the controller calls it degraded')
    case 'Paused':
      // The controller goes on by itself when it paused without a condition.
      return waits.length === 0 && valueAt(object, 'spec.paused') !== true
        ? progressing('Resuming', message || 'the controller is about to go on')
        : paused(waits[0] ?? 'Paused', message || 'it waits to be promoted')
    default:
      return progressing(textAt(status, 'phase') || 'NotObserved', message || 'it goes on')
  }
}

const CANARY_BUSY = [
  'Initializing',
  'Waiting',
  'Progressing',
  'WaitingPromotion',
  'Promoting',
  'Finalising',
]

/**
 * Flagger keeps no observedGeneration: its last result looks like that of the new object. So a
 * status that is still as it was at the write counts only after the controller had its turn.
 */
export function canaryStatus(object: KubeObject, context: StatusContext): HealthStatus {
  const status = object['status']
  const phase = textAt(status, 'phase')
  const turn = parseInterval(textAt(object, 'spec.analysis.interval')) + 10
  if (isAsWritten(object, context, turn)) {
    return progressing('NotObserved', `Flagger looks again within ${turn} s`)
  }
  if (CANARY_BUSY.includes(phase)) {
    return progressing(
      phase,
      `${numberAt(status, 'canaryWeight', 0)}% of the traffic, ${numberAt(status, 'failedChecks', 0)} failed checks`,
    )
  }
  switch (phase) {
    case 'Initialized':
      return readyBut('Initialized', 'its first deployment; there was nothing to compare with')
    case 'Succeeded': {
      const promoted = textAt(status, 'lastPromotedSpec')
      return promoted === '' || promoted === textAt(status, 'lastAppliedSpec')
        ? ready
        : progressing('NotPromoted', 'the new template is not the promoted one yet')
    }
    case 'Failed':
      return failed('CanaryFailed', `${numberAt(status, 'failedChecks', 0)} failed checks`)
    case 'Terminating':
    case 'Terminated':
      return { state: 'terminating', reason: phase, message: 'Flagger takes it back' }
    default:
      return progressing('NotObserved', 'Flagger has not seen it yet')
  }
}

/** `1m30s` to seconds; Flagger's default is a minute, its least 10 s. */
function parseInterval(text: string): number {
  const units: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|m|s)/g)]
  const seconds = parts.reduce((sum, [, n, unit]) => sum + Number(n) * (units[unit ?? ''] ?? 0), 0)
  return parts.length === 0 ? 60 : Math.max(10, seconds)
}

/** The status has not moved since the write, and `seconds` have not passed. */
export function isAsWritten(
  object: KubeObject,
  { written, now, since }: StatusContext,
  seconds: number,
): boolean {
  if (written === null || now - since >= seconds * 1000) return false
  return JSON.stringify(object['status']) === JSON.stringify(written['status'])
}

/** Argo CD. Health is of the revision that was last compared, so the sync must be of this one. */
export function applicationStatus(object: KubeObject, context: StatusContext): HealthStatus {
  const status = object['status']
  if (valueAt(object, 'operation') !== undefined) {
    return progressing('Syncing', 'an operation is under way')
  }
  if (isAsWritten(object, context, 10)) {
    return progressing('NotObserved', 'Argo CD has not looked at it since the write')
  }
  const phase = textAt(status, 'operationState.phase')
  if (phase === 'Failed' || phase === 'Error') {
    return failed(`Sync${phase}`, textAt(status, 'operationState.message') || 'the sync failed')
  }
  if (phase === 'Running' || phase === 'Terminating') return progressing('Syncing', phase)
  const sync = textAt(status, 'sync.status')
  const health = textAt(status, 'health.status')
  const message = textAt(status, 'health.message')
  if (sync !== 'Synced') return progressing(sync || 'NotObserved', message || 'not synced yet')
  switch (health) {
    case 'Healthy':
      return ready
    case 'Degraded':
      return failed('Degraded', message || 'Argo CD calls it degraded')
    case 'Suspended':
      return paused('Suspended', message || 'something in it waits to be resumed')
    default:
      return progressing(health || 'NotObserved', message || 'its health is not known yet')
  }
}

/** Gateway API: every parent must accept it, and find what it points to. */
export function routeStatus(object: KubeObject): HealthStatus {
  const wanted = listAt(object, 'spec.parentRefs').length
  if (wanted === 0) return ready
  const parents = listAt(object, 'status.parents')
  if (parents.length < wanted) {
    return progressing('NotAccepted', `${parents.length} of ${wanted} gateways answered`)
  }
  const generation = object.metadata.generation ?? 0
  for (const parent of parents) {
    const name = textAt(parent, 'parentRef.name')
    for (const type of ['Accepted', 'ResolvedRefs']) {
      const condition = conditionsAt(parent, 'conditions').find((one) => one.type === type)
      const stale = (condition?.observedGeneration ?? generation) < generation
      if (condition === undefined || stale) {
        return progressing('NotObserved', `gateway ${name} has not seen it yet`)
      }
      if (condition.status !== 'True') {
        const text = `gateway ${name}: ${condition.message || condition.reason}`
        return progressing(condition.reason || `Not${type}`, text)
      }
    }
  }
  return ready
}

/** KServe. */
export function inferenceServiceStatus(object: KubeObject, context: StatusContext): HealthStatus {
  const model = fieldsOf(valueAt(object, 'status.modelStatus'))
  const transition = textAt(model, 'transitionStatus')
  const unobserved = valueAt(object, 'status.observedGeneration') === undefined
  if (unobserved && isAsWritten(object, context, 10)) {
    return progressing('NotObserved', 'KServe has not looked at it since the write')
  }
  if (transition === 'BlockedByFailedLoad' || transition === 'InvalidSpec') {
    const why = textAt(model, 'lastFailureInfo.message') || 'the model cannot be loaded'
    return failed(textAt(model, 'lastFailureInfo.reason') || transition, why)
  }
  const condition = conditionsAt(object, 'status.conditions').find(({ type }) => type === 'Ready')
  if (condition?.status !== 'True') {
    return progressing(condition?.reason || 'NotReady', condition?.message || 'not ready yet')
  }
  return transition === 'InProgress'
    ? progressing('InProgress', 'the new model is being loaded')
    : ready
}
