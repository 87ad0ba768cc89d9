// Verdicts on a real control plane: lines that break delay them, and no more.
import { describe, expect, test } from '@jest/globals'
import { useCluster, type Fault, type ProxiedRequest } from './harness.ts'
import { createRig, workload } from './health-rig.ts'

const cluster = useCluster()

describe('a line that breaks', () => {
  const isWatch = ({ query }: ProxiedRequest): boolean => query.get('watch') !== null
  test.each<[Fault, number]>([
    [{ kind: 'cut-watch', events: 1 }, 1],
    [{ kind: 'end-watch', events: 1 }, 1],
    [{ kind: 'gone', events: 1 }, 1],
    [{ kind: 'gone', events: 0 }, 3],
    [{ kind: 'drip', bytes: 7 }, 4],
    [{ kind: 'answer', status: 500 }, 2],
    [{ kind: 'answer', status: 429, headers: { 'retry-after': '1' } }, 2],
    [{ kind: 'reset', when: 'before' }, 2],
  ])('%j of the first %i watches delays the verdict, and no more', async (fault, times) => {
    const namespace = await cluster.namespace()
    const proxy = await cluster.faultProxy([{ fault, times, where: isWatch }])
    const own = await createRig(proxy.kubeconfig)
    const awaited = await own.apply(workload('Deployment', { namespace, fate: 'late:1200' }))
    const [verdict] = await own.wait([awaited], { timeoutSeconds: 25 })
    expect(verdict).toMatchObject({ verdict: 'ready' })
    expect(proxy.requests.filter((one) => one.fault === fault.kind)).not.toEqual([])
    await own.close()
  })
})
