// Workloads whose number of replicas an autoscaler decides: applying ours would take it back.
import { keyOf, parseApiVersion, type KubeObject, type ObjectId } from '../object.ts'
import { isRecord, textOf } from '../record.ts'
import { childOf, entryOf } from './field-set.ts'

const autoscalerKinds = new Set(['autoscaling/HorizontalPodAutoscaler', 'keda.sh/ScaledObject'])

export const isAutoscaler = ({ group, kind }: Pick<ObjectId, 'group' | 'kind'>): boolean =>
  autoscalerKinds.has(`${group}/${kind}`)

/** Key of the workload that an autoscaler drives; null when it names none. */
export function targetOf(autoscaler: KubeObject, namespace: string | null): string | null {
  const spec = isRecord(autoscaler['spec']) ? autoscaler['spec'] : {}
  const target = spec['scaleTargetRef']
  if (!isRecord(target)) return null
  const name = textOf(target['name'])
  // KEDA takes a Deployment for granted.
  const apiVersion = textOf(target['apiVersion']) || 'apps/v1'
  const kind = textOf(target['kind']) || 'Deployment'
  return name === '' ? null : keyOf({ ...parseApiVersion(apiVersion), kind, namespace, name })
}

export const hasReplicas = (object: KubeObject): boolean =>
  isRecord(object['spec']) && 'replicas' in object['spec']

/** The path that the server names in a conflict. */
export const REPLICAS_FIELD = '.spec.replicas'

export function withReplicas(object: KubeObject, replicas: unknown): KubeObject {
  const { replicas: _ours, ...spec } = isRecord(object['spec']) ? object['spec'] : {}
  return { ...object, spec: replicas === undefined ? spec : { ...spec, replicas } }
}

/**
 * What to send for a workload that an autoscaler drives and that is there already. While the field is
 * ours, leaving it out would delete it, and the server's default is 1: so the live number is sent,
 * which changes nothing. Once the autoscaler has changed the number the field is its own, and it is
 * left out. When that happens between the read and the write, the server answers with a conflict.
 */
export function yieldReplicas(object: KubeObject, live: KubeObject, manager: string): KubeObject {
  const spec = childOf(entryOf(live, manager)?.fieldsV1 ?? {}, 'f:spec')
  const ours = spec !== undefined && childOf(spec, 'f:replicas') !== undefined
  const replicas = isRecord(live['spec']) ? live['spec']['replicas'] : undefined
  return withReplicas(object, ours ? replicas : undefined)
}
