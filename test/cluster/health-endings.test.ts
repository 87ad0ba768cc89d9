// Verdicts on a real control plane: endings that are neither ready nor failed by a pod.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Verdict } from '@sluice/kubernetes'
import { useCluster } from './harness.ts'
import { createRig, workload, type Rig } from './health-rig.ts'

const cluster = useCluster()
let rig: Rig
beforeAll(async () => {
  rig = await createRig(cluster.kubeconfig)
})
afterAll(() => rig.close())

const brief = ({ id, verdict, reason }: Verdict): string => `${id.name} ${verdict} ${reason}`.trim()

describe('other endings', () => {
  test('a paused Deployment is an outcome of its own', async () => {
    const namespace = await cluster.namespace()
    const object = workload('Deployment', { namespace, fate: 'ok', spec: { paused: true } })
    const [verdict] = await rig.wait([await rig.apply(object)])
    expect(verdict).toMatchObject({ verdict: 'paused', reason: 'Paused' })
  })

  test('deleted while waiting', async () => {
    const namespace = await cluster.namespace()
    const awaited = await rig.apply(workload('Deployment', { namespace, fate: 'never' }))
    const verdicts = rig.wait([awaited])
    await pause(1500)
    await cluster.kubectl('delete', 'deployment', 'web', '-n', namespace, '--wait=false')
    expect((await verdicts).map(brief)).toEqual([expect.stringMatching(/^web gone /)])
  })

  test('deleted and made anew while waiting', async () => {
    const namespace = await cluster.namespace()
    const object = workload('Deployment', { namespace, fate: 'never' })
    const awaited = await rig.apply(object)
    await cluster.kubectl('delete', 'deployment', 'web', '-n', namespace)
    await rig.apply(object)
    const [verdict] = await rig.wait([{ ...awaited, object: undefined } as never])
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'Replaced' })
  })

  test('the first failure ends the wait, and the others are told as they stand', async () => {
    const namespace = await cluster.namespace()
    const awaited = [
      await rig.apply(workload('Deployment', { namespace, name: 'bad', fate: 'crash' })),
      await rig.apply(workload('Deployment', { namespace, name: 'slow', fate: 'never' })),
      await rig.apply(workload('Deployment', { namespace, name: 'good', fate: 'ok' })),
    ]
    const start = Date.now()
    const verdicts = await rig.wait(awaited)
    expect(verdicts.map(brief)).toEqual([
      'bad failed CrashLoopBackOff',
      'slow timeout NotAwaited',
      'good ready',
    ])
    expect(Date.now() - start).toBeLessThan(6000)
  })

  test('a cancelled run ends within a second', async () => {
    const namespace = await cluster.namespace()
    const own = await createRig(cluster.kubeconfig)
    const awaited = await own.apply(workload('Deployment', { namespace, fate: 'never' }))
    const waiting = own.wait([awaited])
    await pause(1500)
    const start = Date.now()
    own.ports.cancel(new Error('cancelled'))
    await expect(waiting).rejects.toThrow('cancelled')
    expect(Date.now() - start).toBeLessThan(1000)
    await own.close()
  })

  test('what is written without a status costs no request', async () => {
    const namespace = await cluster.namespace()
    const proxy = await cluster.faultProxy()
    const own = await createRig(proxy.kubeconfig)
    const data = Array.from({ length: 5 }, (_, index) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `settings-${index}`, namespace },
    }))
    const awaited = await Promise.all(data.map(own.apply))
    const before = proxy.requests.length
    const verdicts = await own.wait(awaited)
    expect(verdicts.every(({ verdict }) => verdict === 'ready')).toBe(true)
    expect(proxy.requests.length).toBe(before)
    await own.close()
  })
})

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
