// What was applied holds: a second run writes nothing, whatever the kind, and what others did is seen.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createApplyRig, differing, type ApplyRig } from './apply-rig.ts'
import { CORPUS, describeCorpus } from './corpus.ts'
import { useCluster } from './harness.ts'

const cluster = useCluster()
let rig: ApplyRig
beforeAll(async () => {
  rig = await createApplyRig(cluster.kubeconfig)
})
afterAll(() => rig.api.close())

const fixtures = 'test/cluster/fixtures'

test('every kind of the fixture: applied, then nothing to do and nothing written', async () => {
  const ns = await cluster.namespace()
  const placed = await rig.read(ns, `${fixtures}/apply-kinds.yml`)
  const first = await rig.apply(placed)
  expect(first.told.filter((line) => !line.endsWith(': created'))).toEqual([])
  const second = await rig.apply(placed)
  expect(differing(second.plan)).toEqual([])
  expect(second.writes).toBe(0)
  expect(second.outcome.complete).toBe(true)
})

test('awkward values: empty, null, amounts, texts of Secrets, defaults of keys', async () => {
  const ns = await cluster.namespace()
  const placed = await rig.read(ns, `${fixtures}/apply-values.yml`)
  const first = await rig.apply(placed)
  expect(first.told.filter((line) => !line.endsWith(': created'))).toEqual([])
  const second = await rig.apply(placed)
  expect(differing(second.plan)).toEqual([])
  expect(second.writes).toBe(0)
})

describeCorpus('folders that nobody here wrote', () => {
  test.each([
    ['kubernetes-demo/kubernetes'],
    ['kubernetes-examples/web/guestbook/all-in-one/guestbook-all-in-one.yaml'],
    ['kubernetes-examples/web/guestbook/legacy'],
    ['kubernetes-examples/AI/model-serving-tensorflow'],
    ['kubernetes-examples/databases/cassandra/cassandra-statefulset.yaml'],
    ['kubernetes-examples/databases/cassandra/cassandra-service.yaml'],
    ['kubernetes-examples/AI/vllm-deployment/vllm-deployment.yaml'],
    ['kubernetes-examples/AI/vllm-deployment/vllm-service.yaml'],
    ['kubernetes-examples/AI/vllm-deployment/hpa/horizontal-pod-autoscaler.yaml'],
  ])('%s', async (path) => {
    const ns = await cluster.namespace()
    const placed = await rig.read(ns, `${CORPUS}/${path}`)
    const first = await rig.apply(placed)
    expect(first.outcome.complete).toBe(true)
    const second = await rig.apply(placed)
    expect(differing(second.plan)).toEqual([])
    expect(second.writes).toBe(0)
  })
})

const kinds = 4
const count = 100

/** 40% ConfigMap, 20% Secret, 20% Service, 20% Deployment without pods. */
const mixed = (index: number): object => {
  const name = `obj-${index}`
  const metadata = { name, labels: { app: name } }
  const all = [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { conf: `a=${index}\n`, k: 'v' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { conf: '', n: `${index}` } },
    { apiVersion: 'v1', kind: 'Secret', metadata, type: 'Opaque', data: { token: 'c2VjcmV0' } },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata,
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            containers: [
              {
                name: 'c',
                image: 'example/web:v1',
                ports: [{ containerPort: 8080 }],
                env: [{ name: 'A', value: 'b' }],
                resources: { requests: { cpu: '10m', memory: '16Mi' } },
              },
            ],
          },
        },
      },
    },
  ]
  return all[index % all.length] ?? {}
}

test('the number of requests: what differs, and a few for each kind and namespace', async () => {
  const ns = await cluster.namespace()
  const placed = await rig.place(ns, ...Array.from({ length: count }, (_, index) => mixed(index)))
  const first = await rig.apply(placed)
  expect(first.outcome.complete).toBe(true)
  expect(first.requests).toBeLessThanOrEqual(count + 2 * kinds + 15)
  const second = await rig.apply(placed)
  expect(differing(second.plan)).toEqual([])
  expect(second.writes).toBe(0)
  expect(second.requests).toBeLessThanOrEqual(2 * kinds + 15)
})

describe('drift', () => {
  const web = (env: readonly object[] = [{ name: 'A', value: '1' }]) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels: { tier: 'front', team: 'shop' } },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'example/web:1', env }] },
      },
    },
  })

  test.each([
    ['a value of ours', ['set', 'image', 'deploy/web', 'web=example/web:2'], true],
    ['a label of ours is gone', ['label', 'deploy/web', 'team-'], true],
    ['replicas', ['scale', 'deploy/web', '--replicas=2'], true],
    ['an environment variable of ours', ['set', 'env', 'deploy/web', 'A=2'], true],
    ['a label that somebody added', ['label', 'deploy/web', 'more=yes'], false],
    ['a variable that somebody added', ['set', 'env', 'deploy/web', 'B=2'], false],
    ['a restart', ['rollout', 'restart', 'deploy/web'], false],
  ])('%s', async (_, command, seen) => {
    const ns = await cluster.namespace()
    const placed = await rig.place(ns, web())
    await rig.apply(placed)
    const ran = await cluster.kubectl(...command, '-n', ns)
    expect(ran.code).toBe(0)
    const { plan } = await rig.plan(placed)
    expect(differing(plan).length > 0).toBe(seen)
    const again = await rig.apply(placed, { force: true })
    expect(again.outcome.complete).toBe(true)
    const third = await rig.apply(placed)
    expect(third.writes).toBe(0)
  })

  test('a field that left the manifest goes, one that others added stays', async () => {
    const ns = await cluster.namespace()
    await rig.apply(
      await rig.place(
        ns,
        web([
          { name: 'A', value: '1' },
          { name: 'OLD', value: 'x' },
        ]),
      ),
    )
    await cluster.kubectl('set', 'env', 'deploy/web', 'THEIRS=1', '-n', ns)
    const next = await rig.apply(await rig.place(ns, web()))
    expect(next.told).toEqual(['Deployment web: configured'])
    const names = '{.spec.template.spec.containers[0].env[*].name}'
    const ran = await cluster.kubectl('get', 'deploy/web', '-n', ns, '-o', `jsonpath=${names}`)
    expect(ran.stdout).toBe('A THEIRS')
  })

  test('a key of stringData that left the manifest goes', async () => {
    const ns = await cluster.namespace()
    const secret = (stringData: object) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys' },
      stringData,
    })
    await rig.apply(await rig.place(ns, secret({ a: '1', b: '2' })))
    await rig.apply(await rig.place(ns, secret({ a: '1' })))
    const ran = await cluster.kubectl('get', 'secret/keys', '-n', ns, '-o', 'jsonpath={.data}')
    expect(JSON.parse(ran.stdout)).toEqual({ a: Buffer.from('1').toString('base64') })
  })
})
