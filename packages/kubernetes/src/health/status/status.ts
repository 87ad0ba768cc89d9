// Object -> status: what holds for all kinds first, then the rule of its kind.
import type { KubeObject } from '../../object.ts'
import { conditionOf, groupKindOf, valueAt } from '../fields.ts'
import {
  applicationStatus,
  canaryStatus,
  inferenceServiceStatus,
  isAsWritten,
  rolloutStatus,
  routeStatus,
} from './controllers.ts'
import {
  failed,
  progressing,
  ready,
  type HealthStatus,
  type StatusContext,
  type StatusRule,
} from './health-status.ts'
import {
  apiServiceStatus,
  claimStatus,
  definitionStatus,
  ingressStatus,
  namespaceStatus,
  scalerStatus,
  serviceStatus,
} from './platform-kinds.ts'
import { jobStatus, podStatus } from './pods.ts'
import {
  daemonSetStatus,
  deploymentStatus,
  replicaSetStatus,
  statefulSetStatus,
} from './workloads.ts'

const alwaysReady: StatusRule = () => ready

const RULES: Readonly<Record<string, StatusRule>> = {
  '/ConfigMap': alwaysReady,
  '/Secret': alwaysReady,
  '/Namespace': namespaceStatus,
  '/PersistentVolumeClaim': claimStatus,
  '/Pod': podStatus,
  '/Service': serviceStatus,
  'apiextensions.k8s.io/CustomResourceDefinition': definitionStatus,
  'apiregistration.k8s.io/APIService': apiServiceStatus,
  'apps/DaemonSet': daemonSetStatus,
  'apps/Deployment': deploymentStatus,
  'apps/ReplicaSet': replicaSetStatus,
  'apps/StatefulSet': statefulSetStatus,
  'argoproj.io/Application': applicationStatus,
  'argoproj.io/Rollout': rolloutStatus,
  'autoscaling/HorizontalPodAutoscaler': scalerStatus,
  'batch/CronJob': alwaysReady,
  'batch/Job': jobStatus,
  'flagger.app/Canary': canaryStatus,
  'gateway.networking.k8s.io/GRPCRoute': routeStatus,
  'gateway.networking.k8s.io/HTTPRoute': routeStatus,
  'networking.k8s.io/Ingress': ingressStatus,
  'policy/PodDisruptionBudget': alwaysReady,
  'serving.kserve.io/InferenceService': inferenceServiceStatus,
}

/** How long a status without observedGeneration that has not moved may be of before the write. */
const SETTLE_SECONDS = 10

/** How the object stands. A status that is of before the write never counts. Pure. */
export function statusOf(object: KubeObject, context: StatusContext): HealthStatus {
  if (object.metadata.deletionTimestamp !== undefined) {
    return { state: 'terminating', reason: 'Terminating', message: 'it is being deleted' }
  }
  if (isUnobserved(object)) {
    return progressing('NotObserved', 'its controller has not seen the new generation yet')
  }
  const reconciling = conditionOf(object, 'Reconciling')
  if (reconciling?.status === 'True') {
    return progressing(reconciling.reason || 'Reconciling', reconciling.message)
  }
  const stalled = conditionOf(object, 'Stalled')
  if (stalled?.status === 'True') return failed(stalled.reason || 'Stalled', stalled.message)
  return RULES[groupKindOf(object)]?.(object, context) ?? readyCondition(object, context)
}

/** Argo Rollouts writes the number as a text. */
function isUnobserved(object: KubeObject): boolean {
  const observed = valueAt(object, 'status.observedGeneration')
  if (object.metadata.generation === undefined) return false
  if (typeof observed === 'string' && !/^\d+$/.test(observed)) return false
  return observed !== undefined && Number(observed) !== object.metadata.generation
}

function readyCondition(object: KubeObject, context: StatusContext): HealthStatus {
  const condition = conditionOf(object, 'Ready')
  if (condition === null) return ready
  const generation = object.metadata.generation ?? 0
  const isOld =
    condition.observedGeneration === null
      ? valueAt(object, 'status.observedGeneration') === undefined &&
        isAsWritten(object, context, SETTLE_SECONDS)
      : condition.observedGeneration < generation
  if (isOld) return progressing('NotObserved', 'its status is of before the write')
  return condition.status === 'True'
    ? ready
    : progressing(condition.reason || 'NotReady', condition.message || 'it is not ready yet')
}
