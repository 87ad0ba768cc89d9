// Rows of a report for tests.
import type { ObjectId, ObjectReport } from '@sluice/kubernetes'

export const idOfConfigMap = (name: string): ObjectId => ({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  namespace: 'shop',
  name,
})

export const row = (name: string, told: Partial<ObjectReport> = {}): ObjectReport => ({
  id: idOfConfigMap(name),
  action: 'unchanged',
  verdict: 'none',
  reason: '',
  message: '',
  seconds: 0,
  ...told,
})
