// In which order objects come. Inside a stage all are written at once; a stage begins when what it
// needs of the ones before is there.
import type { ObjectId } from '../object.ts'

export const stages = [
  'definitions',
  'namespaces',
  'classes',
  'foundations',
  'rest',
  'gatekeepers',
] as const

export type Stage = (typeof stages)[number]

/** What workloads refer to, and what limits them. */
const foundations = new Set([
  '/ConfigMap',
  '/LimitRange',
  '/PersistentVolume',
  '/PersistentVolumeClaim',
  '/ResourceQuota',
  '/Secret',
  '/ServiceAccount',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/RoleBinding',
])

/** What stands between the server and every later write. */
const gatekeepers = new Set([
  'admissionregistration.k8s.io/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/ValidatingWebhookConfiguration',
  'admissionregistration.k8s.io/MutatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding',
  'apiregistration.k8s.io/APIService',
])

export function stageOf({ group, kind, namespace }: ObjectId): Stage {
  const what = `${group}/${kind}`
  if (what === 'apiextensions.k8s.io/CustomResourceDefinition') return 'definitions'
  if (what === '/Namespace') return 'namespaces'
  if (gatekeepers.has(what)) return 'gatekeepers'
  if (namespace === null && kind.endsWith('Class')) return 'classes'
  return foundations.has(what) ? 'foundations' : 'rest'
}
