// Where pods are described inside other objects.
import type { Path } from '@sluice/documents'
import { isRecord } from '../record.ts'
import { mappingAt, type Json } from './json.ts'

export interface PodTemplate {
  /** Of the template; null when the object is the pod itself. */
  readonly path: Path | null
  readonly template: Json | null
  readonly specPath: Path
  readonly spec: Json
}

const TEMPLATE = ['spec', 'template'] as const

/** Kinds by `Kind.group`; the core has no group. */
const PLACES: Readonly<Record<string, Path>> = {
  'PodTemplate.': ['template'],
  'ReplicationController.': TEMPLATE,
  'Deployment.apps': TEMPLATE,
  'StatefulSet.apps': TEMPLATE,
  'DaemonSet.apps': TEMPLATE,
  'ReplicaSet.apps': TEMPLATE,
  'Job.batch': TEMPLATE,
  'CronJob.batch': ['spec', 'jobTemplate', 'spec', 'template'],
  'Rollout.argoproj.io': TEMPLATE,
}

/** `Deployment.apps`, `Pod.`. */
export function kindKey(object: Json): string {
  const apiVersion = String(object['apiVersion'])
  const slash = apiVersion.indexOf('/')
  return `${String(object['kind'])}.${slash === -1 ? '' : apiVersion.slice(0, slash)}`
}

/** One or none: the pod that an object is, or that its controller makes. */
export function findPodTemplates(object: Json): readonly PodTemplate[] {
  const key = kindKey(object)
  if (key === 'Pod.') {
    const spec = object['spec']
    return isRecord(spec) ? [{ path: null, template: null, specPath: ['spec'], spec }] : []
  }
  const path = Object.hasOwn(PLACES, key) ? PLACES[key] : undefined
  const template = path === undefined ? null : mappingAt(object, path)
  const spec = template?.['spec']
  if (path === undefined || template === null || !isRecord(spec)) return []
  return [{ path, template, specPath: [...path, 'spec'], spec }]
}
