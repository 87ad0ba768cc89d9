// How objects are named for people.
import { expect, test } from '@jest/globals'
import { renderId } from '@sluice/kubernetes'

test.each([
  ['apps', 'Deployment', 'shop', 'web', 'Deployment shop/web'],
  ['rbac.authorization.k8s.io', 'ClusterRole', null, 'reader', 'ClusterRole reader'],
  ['cert-manager.io', 'Certificate', 'shop', 'web', 'Certificate.cert-manager.io shop/web'],
  ['batch', 'Job', 'shop', '', 'Job shop/(generated name)'],
])('%s %s %s %j', (group, kind, namespace, name, told) => {
  expect(renderId({ group, version: 'v1', kind, namespace, name })).toBe(told)
})
