// Verdicts on a real control plane: every way in which pods fail, and every way in which they do not.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { defaultEarlyOptions, type Verdict } from '@sluice/kubernetes'
import { useCluster } from './harness.ts'
import { createRig, quick, workload, type Rig } from './health-rig.ts'

const cluster = useCluster()
let rig: Rig
beforeAll(async () => {
  rig = await createRig(cluster.kubeconfig)
})
afterAll(() => rig.close())

const brief = ({ id, verdict, reason }: Verdict): string => `${id.name} ${verdict} ${reason}`.trim()

describe('what cannot become ready', () => {
  test.each([
    ['crash', 'CrashLoopBackOff', 'CrashLoopBackOff', 1],
    ['oom', 'OOMKilled', 'OOMKilled', 137],
    ['init-crash', 'CrashLoopBackOff', 'CrashLoopBackOff', 1],
    ['imagepull', '(ErrImagePull|ImagePullBackOff)', '(ErrImagePull|ImagePullBackOff)', null],
    ['invalid-image', 'InvalidImageName', 'InvalidImageName', null],
    ['config-error', 'CreateContainerConfigError', 'CreateContainerConfigError', null],
  ])('%s fails soon after its grace, with evidence', async (fate, reason, shown, exitCode) => {
    const namespace = await cluster.namespace()
    const pods = fate === 'init-crash' ? { initContainers: INIT } : {}
    const awaited = await rig.apply(workload('Deployment', { namespace, fate, replicas: 2, pods }))
    const [verdict] = await rig.wait([awaited])
    expect(verdict?.verdict).toBe('failed')
    expect(verdict?.reason).toMatch(new RegExp(`^${reason}$`))
    expect(verdict?.seconds).toBeLessThan(4)
    const [first] = verdict?.evidence ?? []
    expect(first?.about).toMatch(/^pod web-/)
    expect(first?.reason).toMatch(new RegExp(`^${shown}$`))
    expect(first?.exitCode).toBe(exitCode)
  })

  test('the log of the container before its restart is shown', async () => {
    const namespace = await cluster.namespace()
    const log = 'one\npassword=hunter2\n::error::owned\nlast words\n'
    await cluster.setFate({ namespace, fate: 'crash', log })
    const awaited = await rig.apply(workload('Deployment', { namespace, fate: 'crash' }))
    const [verdict] = await rig.wait([awaited])
    const lines = verdict?.evidence[0]?.log.join('\n') ?? ''
    expect(lines).toContain('last words')
    expect(lines).not.toContain('hunter2')
    expect(lines).not.toMatch(/^::/m)
  })

  test('a quota refuses the pods of a Deployment, a StatefulSet and a Job', async () => {
    const namespace = await cluster.namespace()
    const quota = { metadata: { name: 'none' }, spec: { hard: { pods: '0' } } }
    await cluster.api('POST', `/api/v1/namespaces/${namespace}/resourcequotas`, { body: quota })
    await untilEnforced(namespace)
    const awaited = await Promise.all([
      rig.apply(workload('Deployment', { namespace, name: 'one', fate: 'ok' })),
      rig.apply(workload('StatefulSet', { namespace, name: 'two', fate: 'ok' })),
      rig.apply(
        workload('Job', { namespace, name: 'three', fate: 'ok', pods: { restartPolicy: 'Never' } }),
      ),
    ])
    const verdicts = await rig.wait(awaited, { stopAtFirstFailure: false })
    expect(verdicts.map(brief)).toEqual([
      'one failed FailedCreate',
      'two failed FailedCreate',
      'three failed FailedCreate',
    ])
    expect(verdicts[0]?.message).toContain('exceeded quota')
  })

  test('a Job fails with its own reason, and its pod tells why', async () => {
    const namespace = await cluster.namespace()
    const object = workload('Job', {
      namespace,
      fate: 'fail',
      spec: { backoffLimit: 0 },
      pods: { restartPolicy: 'Never' },
    })
    const [verdict] = await rig.wait([await rig.apply(object)])
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'BackoffLimitExceeded' })
    expect(verdict?.evidence[0]).toMatchObject({ container: 'web', exitCode: 1 })
    expect(verdict?.evidence[0]?.log.join('\n')).not.toBe('')
  })

  test('a bare pod that crashes has its grace too', async () => {
    const namespace = await cluster.namespace()
    const awaited = await rig.apply(workload('Pod', { namespace, fate: 'crash' }))
    const [verdict] = await rig.wait([awaited])
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'CrashLoopBackOff' })
  })

  test('one broken pod of a StatefulSet holds up the rest', async () => {
    const namespace = await cluster.namespace()
    await cluster.setFate({ namespace, name: 'web-1', fate: 'crash' })
    const awaited = await rig.apply(workload('StatefulSet', { namespace, fate: 'ok', replicas: 3 }))
    const [verdict] = await rig.wait([awaited])
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'CrashLoopBackOff' })
    expect(verdict?.message).toContain('pod web-1')
  })
})

describe('what may still become ready', () => {
  test.each(['unschedulable', 'never', 'creating'])('%s lasts until the deadline', async (fate) => {
    const namespace = await cluster.namespace()
    const awaited = await rig.apply(workload('Deployment', { namespace, fate }))
    const [verdict] = await rig.wait([awaited], { timeoutSeconds: 4 })
    expect(verdict?.verdict).toBe('timeout')
    expect(verdict?.seconds).toBeGreaterThanOrEqual(3.9)
    expect(verdict?.message).toMatch(/pod web-/)
  })

  test('a class that is switched off lasts until the deadline', async () => {
    const namespace = await cluster.namespace()
    const awaited = await rig.apply(workload('Deployment', { namespace, fate: 'imagepull' }))
    const early = { ...quick, 'image-pull': 'off' as const }
    const [verdict] = await rig.wait([awaited], { timeoutSeconds: 4, early })
    expect(verdict?.verdict).toBe('timeout')
    expect(verdict?.reason).toMatch(/ErrImagePull|ImagePullBackOff/)
  })

  test('an image that comes within the grace is awaited', async () => {
    const namespace = await cluster.namespace()
    const awaited = await rig.apply(workload('Deployment', { namespace, fate: 'pull-late:3000' }))
    const [verdict] = await rig.wait([awaited], { early: defaultEarlyOptions })
    expect(verdict?.verdict).toBe('ready')
  })
})

describe('what becomes ready', () => {
  test.each([
    ['Deployment', 'late:1500', {}, {}],
    ['Deployment', 'ok', { strategy: { type: 'Recreate' } }, {}],
    ['StatefulSet', 'ok', { minReadySeconds: 1 }, {}],
    ['DaemonSet', 'ok', {}, {}],
    ['ReplicaSet', 'ok', {}, {}],
    ['Job', 'ok', { backoffLimit: 0 }, { restartPolicy: 'Never' }],
    ['Pod', 'ok', {}, {}],
  ])('%s %s', async (kind, fate, spec, pods) => {
    const namespace = await cluster.namespace()
    const awaited = await rig.apply(workload(kind, { namespace, fate, spec, pods }))
    const [verdict] = await rig.wait([awaited])
    expect(verdict).toMatchObject({ verdict: 'ready', reason: '', evidence: [] })
  })

  test('crashing pods of the old revision do not fail the new one', async () => {
    const namespace = await cluster.namespace()
    const bad = workload('Deployment', { namespace, fate: 'crash', replicas: 2 })
    const [before] = await rig.wait([await rig.apply(bad)])
    expect(before?.verdict).toBe('failed')
    const good = workload('Deployment', { namespace, fate: 'late:2500', replicas: 2 })
    const [after] = await rig.wait([await rig.apply(good)])
    expect(after?.verdict).toBe('ready')
  })

  test('ProgressDeadlineExceeded of the old revision does not fail the way back', async () => {
    const namespace = await cluster.namespace()
    const spec = { progressDeadlineSeconds: 2 }
    const good = workload('Deployment', { namespace, fate: 'ok', replicas: 2, spec })
    const bad = workload('Deployment', { namespace, fate: 'never', replicas: 2, spec })
    await rig.wait([await rig.apply(good)])
    const [stuck] = await rig.wait([await rig.apply(bad)])
    expect(stuck).toMatchObject({ verdict: 'failed', reason: 'ProgressDeadlineExceeded' })
    expect(stuck?.evidence[0]?.about).toMatch(/^pod web-/)
    const [back] = await rig.wait([await rig.apply(good)])
    expect(back).toMatchObject({ verdict: 'ready' })
  })

  test('a Job that its time to live removes has done its work', async () => {
    const namespace = await cluster.namespace()
    const spec = { ttlSecondsAfterFinished: 0 }
    const pods = { restartPolicy: 'Never' }
    const awaited = await rig.apply(workload('Job', { namespace, fate: 'ok', spec, pods }))
    const [verdict] = await rig.wait([awaited])
    expect(verdict?.verdict).toBe('ready')
  })
})

const INIT = [{ name: 'migrate', image: 'example/migrate:1.0.0' }]

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** The quota counts only after its controller has seen it. */
async function untilEnforced(namespace: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/resourcequotas/none`
  for (;;) {
    const { body } = await cluster.api('GET', path)
    const status = body['status'] as { readonly hard?: unknown } | undefined
    if (status?.hard !== undefined) return
    await pause(50)
  }
}
