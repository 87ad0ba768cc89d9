// What was applied holds: a second run writes nothing, whatever the kind.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createApplyRig, type ApplyRig } from './apply-rig.ts'
import { useCluster } from './harness.ts'

const cluster = useCluster()
let rig: ApplyRig
beforeAll(async () => {
  rig = await createApplyRig(cluster.kubeconfig)
})
afterAll(() => rig.api.close())

test('x', async () => {
  const ns = await cluster.namespace()
  const placed = await rig.read(ns, 'test/cluster/fixtures/apply-kinds.yml')
  const first = await rig.apply(placed)
  console.log(first.told, first.plan.notices)
  const second = await rig.apply(placed)
  console.log(
    second.told,
    second.writes,
    second.requests,
    second.plan.stages
      .flatMap((s) => s.objects)
      .filter((o) => o.intent !== 'unchanged')
      .map((o) => [o.placed.id.kind, o.difference]),
  )
  expect(second.writes).toBe(0)
})
