// The same folders by us and by `kubectl apply --server-side`, in two namespaces: the same state.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { PlacedManifest } from '@sluice/kubernetes'
import { createApplyRig, type ApplyRig } from './apply-rig.ts'
import { CORPUS, describeCorpus } from './corpus.ts'
import { essence, ownedBy } from './essence.ts'
import { useCluster } from './harness.ts'

const cluster = useCluster()
let rig: ApplyRig
beforeAll(async () => {
  rig = await createApplyRig(cluster.kubeconfig)
})
afterAll(() => rig.api.close())

interface Seen {
  readonly object: unknown
  readonly owned: unknown
}

const read = async (placed: readonly PlacedManifest[], manager: string): Promise<readonly Seen[]> =>
  Promise.all(
    placed.map(async ({ id }) => {
      const answer = await rig.api.get(id)
      const object = answer.ok ? answer.value : answer.refusal
      return { object: essence(object), owned: ownedBy(manager, object) }
    }),
  )

/** Both ways; the second time kubectl applies on top of nothing of ours. */
async function both(paths: readonly string[]) {
  const [ours, theirs] = [await cluster.namespace(), await cluster.namespace()]
  const placed = await rig.read(ours, ...paths)
  const applied = await rig.apply(placed)
  expect(applied.outcome.complete).toBe(true)
  const files = paths.flatMap((path) => ['-f', path])
  const ran = await cluster.kubectl('apply', '--server-side', '-n', theirs, ...files)
  expect(ran).toMatchObject({ code: 0 })
  return {
    ours: await read(placed, 'sluice'),
    theirs: await read(await rig.read(theirs, ...paths), 'kubectl'),
  }
}

describeCorpus('folders that nobody here wrote', () => {
  test.each([
    ['kubernetes-demo/kubernetes'],
    ['kubernetes-examples/web/guestbook/all-in-one/guestbook-all-in-one.yaml'],
    ['kubernetes-examples/web/guestbook/legacy'],
    ['kubernetes-examples/databases/cassandra/cassandra-statefulset.yaml'],
    ['kubernetes-examples/databases/cassandra/cassandra-service.yaml'],
    ['kubernetes-examples/AI/vllm-deployment/vllm-deployment.yaml'],
    ['kubernetes-examples/AI/vllm-deployment/vllm-service.yaml'],
    ['kubernetes-examples/AI/vllm-deployment/hpa/horizontal-pod-autoscaler.yaml'],
  ])('%s', async (path) => {
    const { ours, theirs } = await both([`${CORPUS}/${path}`])
    expect(ours).toEqual(theirs)
  })
})

test('awkward values; a Secret differs only in how its texts are owned', async () => {
  const { ours, theirs } = await both(['test/cluster/fixtures/apply-values.yml'])
  expect(ours.map(({ object }) => object)).toEqual(theirs.map(({ object }) => object))
  const withoutSecret = (seen: readonly Seen[]) => seen.slice(1).map(({ owned }) => owned)
  expect(withoutSecret(ours)).toEqual(withoutSecret(theirs))
})
