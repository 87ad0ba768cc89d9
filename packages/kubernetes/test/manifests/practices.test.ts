import { describe, expect, test } from '@jest/globals'
import { adviceOf, idOf } from '@sluice/kubernetes'
import { manifestsOf } from './sample-manifests.ts'

const GOOD = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
  annotations:
    sluice.dev/strategy: blue-green
    sluice.dev/rollback: https://example.com/runbook
spec:
  replicas: 2
  template:
    metadata:
      labels: {app: web, tier: front}
    spec:
      containers:
      - name: main
        image: registry:5000/web:1.2.3
        readinessProbe: {httpGet: {path: /health, port: 80}}
        resources: {requests: {cpu: 100m}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web, namespace: shop}
spec:
  selector:
    matchLabels: {app: web}
`

async function advise(text: string) {
  const manifests = await manifestsOf(text)
  const placed = manifests.map((manifest) => {
    const { object } = manifest
    return { ...manifest, id: idOf(object, object.metadata.namespace ?? 'default'), known: true }
  })
  return adviceOf(placed).map(({ rule, where, message }) => `${rule} ${where} ${message}`)
}

test('a good example gets no advice', async () => {
  expect(await advise(GOOD)).toEqual([])
})

describe('one thing missing', () => {
  test.each<[string, string, string, string]>([
    [
      'readiness probe',
      '        readinessProbe: {httpGet: {path: /health, port: 80}}\n',
      '',
      'readiness-probe a.yml:15 Deployment shop/web has no readiness probe: pods get requests before they can answer, and a broken version counts as ready',
    ],
    [
      'replicas',
      'replicas: 2',
      'replicas: 1',
      'replicas a.yml:10 Deployment shop/web runs one replica: it is away while its node is drained or its pod restarts',
    ],
    [
      'no replicas',
      '  replicas: 2\n',
      '',
      'replicas a.yml:9 Deployment shop/web runs one replica: it is away while its node is drained or its pod restarts',
    ],
    [
      'a budget of others',
      '{app: web}\n',
      '{app: other}\n',
      'disruption-budget a.yml:1 Deployment shop/web has no PodDisruptionBudget in the set that selects its pods: a drain may take all of them at once',
    ],
    [
      'a budget in another namespace',
      '{name: web, namespace: shop}',
      '{name: web, namespace: other}',
      'disruption-budget a.yml:1 Deployment shop/web has no PodDisruptionBudget in the set that selects its pods: a drain may take all of them at once',
    ],
    [
      'latest',
      ':1.2.3',
      ':latest',
      'moving-tag a.yml:17 Deployment shop/web uses registry:5000/web:latest with the tag latest: two pods may run different versions, and there is no way back',
    ],
    [
      'no tag',
      ':1.2.3',
      '',
      'moving-tag a.yml:17 Deployment shop/web uses registry:5000/web with no tag, which means latest: two pods may run different versions, and there is no way back',
    ],
    [
      'no version',
      ':1.2.3',
      ':build-17',
      'image-version a.yml:17 Deployment shop/web uses registry:5000/web:build-17, whose tag is no version such as 1.4.2',
    ],
    [
      'resources',
      '        resources: {requests: {cpu: 100m}}\n',
      '',
      'resources a.yml:15 Deployment shop/web asks for no resources (main): the scheduler packs it anywhere, and it is evicted first',
    ],
    [
      'empty resources',
      '{requests: {cpu: 100m}}',
      '{requests: {}}',
      'resources a.yml:15 Deployment shop/web asks for no resources (main): the scheduler packs it anywhere, and it is evicted first',
    ],
    [
      'strategy',
      '    sluice.dev/strategy: blue-green\n',
      '',
      'strategy-note a.yml:6 Deployment shop/web has no annotation sluice.dev/strategy: say how it is rolled out (rolling, blue-green, canary)',
    ],
    [
      'rollback',
      'https://example.com/runbook',
      '""',
      'rollback-note a.yml:6 Deployment shop/web has no annotation sluice.dev/rollback: say how to get back (a command, a runbook)',
    ],
  ])('%s', async (_, from, to, message) => {
    expect(GOOD).toContain(from)
    expect(await advise(GOOD.replace(from, to))).toEqual([message])
  })
})

describe('all is well with', () => {
  const hpa = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web, namespace: shop}
spec:
  minReplicas: 2
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
`
  test.each<[string, string, string]>([
    ['an autoscaler that keeps two', '  replicas: 2\n', ''],
    ['a digest, whatever the tag says', ':1.2.3', `:latest@sha256:${'a'.repeat(64)}`],
    ['a version with a v and more', ':1.2.3', ':v1.2.3-rc.1'],
    ['none at all running', 'replicas: 2', 'replicas: 0'],
    ['limits alone', 'requests: {cpu', 'limits: {cpu'],
    [
      'resources of the whole pod',
      '        resources: {requests: {cpu: 100m}}\n',
      '      resources: {requests: {cpu: 100m}}\n',
    ],
    [
      'a budget by expressions',
      'matchLabels: {app: web}',
      'matchExpressions: [{key: app, operator: In, values: [web]}, {key: tier, operator: Exists}, {key: x, operator: DoesNotExist}, {key: tier, operator: NotIn, values: [back]}]',
    ],
    ['a budget for everything', '  selector:\n    matchLabels: {app: web}\n', '  selector: {}\n'],
  ])('%s', async (_, from, to) => {
    expect(GOOD).toContain(from)
    expect(await advise(GOOD.replace(from, to) + hpa)).toEqual([])
  })

  test.each([
    '[{key: app, operator: In, values: [other]}]',
    '[{key: x, operator: Exists}]',
    '[{key: app, operator: DoesNotExist}]',
    '[{key: tier, operator: NotIn, values: [front]}]',
    '[{key: app, operator: Odd}]',
  ])('but not a budget by %s', async (expressions) => {
    const text = GOOD.replace('matchLabels: {app: web}', `matchExpressions: ${expressions}`)
    expect(await advise(text)).toEqual([expect.stringContaining('has no PodDisruptionBudget')])
  })
})

test('a Job needs an image and resources, and nothing for rollouts', async () => {
  const job = `apiVersion: batch/v1
kind: Job
metadata: {name: j}
spec:
  template:
    spec:
      initContainers: [{name: i, image: busybox}]
      containers: [{name: main, image: "app:1.0.0"}]
`
  expect((await advise(job)).map((line) => line.split(' ')[0])).toEqual(['moving-tag', 'resources'])
})

test('what has no pods gets no advice', async () => {
  expect(await advise('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n')).toEqual([])
})
