// What the objects of a namespace say of how a rehearsal ended.
import { describe, expect, test } from '@jest/globals'
import { isReady, type KubeObject } from '../../src/rehearse/cluster/kube-object.ts'
import { decideOutcome, renderClusterReport } from '../../src/rehearse/cluster/outcome.ts'

const NEW = 'r.io/a:2'

function workload(
  status: KubeObject['status'] = {},
  metadata: Partial<KubeObject['metadata']> = {},
): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'a', generation: 3, ...metadata },
    spec: { replicas: 2, template: { spec: { containers: [{ name: 'a', image: NEW }] } } },
    status: {
      observedGeneration: 3,
      replicas: 2,
      updatedReplicas: 2,
      readyReplicas: 2,
      ...status,
    },
  }
}

describe('ready', () => {
  test.each<[string, KubeObject, boolean]>([
    ['all pods are new and ready', workload(), true],
    ['the controller has not seen the change', workload({ observedGeneration: 2 }), false],
    ['a pod is not ready', workload({ readyReplicas: 1 }), false],
    ['a pod is of the old version', workload({ updatedReplicas: 1 }), false],
    ['an old pod is still there', workload({ replicas: 3 }), false],
    [
      'an object without pods',
      { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } },
      true,
    ],
  ])('%s', (_, object, ready) => expect(isReady(object)).toBe(ready))
})

describe('the outcome', () => {
  const reported = { kind: 'Deployment', namespace: 'n', name: 'a', ready: true, images: [NEW] }
  test.each([
    ['nothing is there', [], 'aborted'],
    ['the newest runs', [reported], 'promoted'],
    ['the newest is not ready', [{ ...reported, ready: false }], 'aborted'],
    ['an older one runs', [{ ...reported, images: ['r.io/a:1'] }], 'aborted'],
  ])('%s', (_, objects, outcome) => expect(decideOutcome(objects, NEW)).toBe(outcome))

  const report = {
    outcome: 'aborted',
    timeline: [],
    statuses: [],
    pullRequests: [],
    apiCalls: { kubernetes: 3, github: 0 },
    seconds: 1,
    runs: ['success', 'failure'],
  } as const
  test.each([
    ['none', []],
    ['all ready', [reported]],
    [
      'not ready: Deployment/b, Job/c',
      [
        reported,
        { ...reported, name: 'b', ready: false },
        { ...reported, kind: 'Job', name: 'c', ready: false },
      ],
    ],
  ])('%s, in the words of the table', (objects, reportedObjects) =>
    expect(renderClusterReport({ ...report, objects: reportedObjects })).toEqual({
      outcome: 'aborted',
      objects,
      runs: 'success, failure',
    }),
  )
})
