// The bed itself: what the fake kubelet makes of pods, told by the real API server and by kubectl.
import { describe, expect, test } from '@jest/globals'
import { useCluster } from './harness.ts'

const cluster = useCluster()

interface Workload {
  readonly name: string
  readonly fate: string
  readonly replicas?: number
}

const deployment = ({ name, fate, replicas = 1 }: Workload) =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      progressDeadlineSeconds: 3,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations: { 'test/fate': fate } },
        spec: { containers: [{ name: 'web', image: 'example/web:1.0.0' }] },
      },
    },
  })

describe('a Deployment', () => {
  test('rolls out', async () => {
    const ns = await cluster.namespace()
    const stdin = deployment({ name: 'web', fate: 'ok', replicas: 3 })
    expect(await cluster.kubectl('apply', '-n', ns, '-f', '-', { stdin })).toMatchObject({
      code: 0,
    })
    expect(
      await cluster.kubectl('rollout', 'status', 'deploy/web', '-n', ns, '--timeout=10s'),
    ).toMatchObject({ code: 0 })
  })
})
