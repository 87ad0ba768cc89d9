// Kinds of the core and its neighbours that are not workloads.
import type { KubeObject } from '../../object.ts'
import { conditionOf, isTrue, listAt, textAt } from '../fields.ts'
import {
  failed,
  progressing,
  ready,
  readyBut,
  type HealthStatus,
  type StatusContext,
} from './health-status.ts'

/** Set by the scheduler as soon as a pod wants the claim. */
const CONSUMER = 'volume.kubernetes.io/selected-node'

export function claimStatus(object: KubeObject, context: StatusContext): HealthStatus {
  const phase = textAt(object, 'status.phase')
  if (phase === 'Bound') return ready
  if (phase === 'Lost') return failed('Lost', 'its volume is gone')
  const late = context.lateClasses.has(textAt(object, 'spec.storageClassName'))
  if (late && object.metadata.annotations?.[CONSUMER] === undefined) {
    return readyBut('WaitForFirstConsumer', 'it is bound when a pod uses it')
  }
  return progressing('NotBound', `the claim is ${phase || 'not seen yet'}`)
}

export function serviceStatus(object: KubeObject, { options }: StatusContext): HealthStatus {
  if (textAt(object, 'spec.type') !== 'LoadBalancer') return ready
  if (textAt(object, 'spec.clusterIP') === '') {
    return progressing('NoClusterAddress', 'it has no address in the cluster yet')
  }
  return options.waitLoadBalancer && listAt(object, 'status.loadBalancer.ingress').length === 0
    ? progressing('NoLoadBalancer', 'the load balancer has no address yet')
    : ready
}

export const ingressStatus = (object: KubeObject, { options }: StatusContext): HealthStatus =>
  options.waitIngress && listAt(object, 'status.loadBalancer.ingress').length === 0
    ? progressing('NoAddress', 'no controller gave it an address yet')
    : ready

/** Metrics may come later, or never in a small cluster: that is a remark, not a failure. */
export function scalerStatus(object: KubeObject): HealthStatus {
  const able = conditionOf(object, 'AbleToScale')
  if (able?.status === 'False') return progressing(able.reason || 'NotAbleToScale', able.message)
  const active = conditionOf(object, 'ScalingActive')
  return active?.status === 'False'
    ? readyBut(active.reason || 'ScalingNotActive', active.message)
    : ready
}

export function definitionStatus(object: KubeObject): HealthStatus {
  const names = conditionOf(object, 'NamesAccepted')
  if (names?.status === 'False') return failed(names.reason || 'NamesNotAccepted', names.message)
  const established = conditionOf(object, 'Established')
  if (established?.status === 'True') return ready
  if (established?.status === 'False' && established.reason !== 'Installing') {
    return failed(established.reason || 'NotEstablished', established.message)
  }
  return progressing('Installing', 'the server does not serve it yet')
}

export function apiServiceStatus(object: KubeObject): HealthStatus {
  if (isTrue(object, 'Available')) return ready
  const available = conditionOf(object, 'Available')
  return progressing(
    available?.reason || 'NotAvailable',
    available?.message || 'the server has not checked it yet',
  )
}

export const namespaceStatus = (object: KubeObject): HealthStatus =>
  textAt(object, 'status.phase') === 'Terminating'
    ? { state: 'terminating', reason: 'Terminating', message: 'it is being deleted' }
    : ready
