// Verdicts on a real control plane: every way in which pods fail, and every way in which they do not.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { defaultEarlyOptions, type Verdict } from '@sluice/kubernetes'
import { useCluster, type Fault, type ProxiedRequest } from './harness.ts'
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

describe('what the server and its rights allow', () => {
  /** A role in a namespace for one of the users without rights. */
  const grant = async (namespace: string, user: string, rules: readonly object[]) => {
    const role = { metadata: { name: 'wait' }, rules }
    const binding = {
      metadata: { name: 'wait' },
      subjects: [{ kind: 'User', name: user }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'wait' },
    }
    const base = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`
    const made = await cluster.api('POST', `${base}/roles`, { body: role })
    const bound = await cluster.api('POST', `${base}/rolebindings`, { body: binding })
    expect([made.status, bound.status]).toEqual([201, 201])
  }
  const rule = (group: string, resources: readonly string[], verbs: readonly string[]) => ({
    apiGroups: [group],
    resources,
    verbs,
  })
  const waitAs = async (user: string, fate: string, rules: readonly object[]) => {
    const namespace = await cluster.namespace()
    await grant(namespace, user, rules)
    const awaited = await rig.apply(workload('Deployment', { namespace, fate }))
    const own = await createRig(cluster.userKubeconfig(user))
    const verdicts = await own.wait([awaited], { timeoutSeconds: 9 })
    await own.close()
    return { verdict: verdicts[0], notices: own.ports.logged.filter(isNotice) }
  }
  const isNotice = ({ level }: { readonly level: string }): boolean => level === 'notice'

  test('without watch it polls', async () => {
    const { verdict, notices } = await waitAs('restricted-17', 'late:1500', [
      rule('apps', ['deployments', 'replicasets'], ['get', 'list']),
      rule('', ['pods', 'events', 'pods/log'], ['get', 'list']),
    ])
    expect(verdict).toMatchObject({ verdict: 'ready' })
    expect(notices).toEqual([])
  })

  test('without list it asks by name, and tells what it cannot see', async () => {
    const { verdict, notices } = await waitAs('restricted-18', 'late:1500', [
      rule('apps', ['deployments'], ['get']),
    ])
    expect(verdict).toMatchObject({ verdict: 'ready' })
    expect(notices).toHaveLength(1)
  })

  test('without logs and events the container’s state is evidence enough', async () => {
    const { verdict, notices } = await waitAs('restricted-19', 'crash', [
      rule('apps', ['deployments', 'replicasets'], ['get', 'list', 'watch']),
      rule('', ['pods'], ['get', 'list', 'watch']),
    ])
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'CrashLoopBackOff' })
    expect(verdict?.evidence[0]).toMatchObject({ exitCode: 1, log: [] })
    expect(notices).toHaveLength(2)
  })

  test('without any right it says so at once', async () => {
    const { verdict } = await waitAs('restricted-20', 'ok', [])
    expect(verdict).toMatchObject({ verdict: 'timeout', reason: 'Forbidden' })
    expect(verdict?.message).toContain('deployments')
  })

  test('a step that runs again sees the same failure without a new grace', async () => {
    const namespace = await cluster.namespace()
    const object = workload('Deployment', { namespace, fate: 'crash' })
    const [first] = await rig.wait([await rig.apply(object)])
    expect(first?.verdict).toBe('failed')
    const again = { ...(await rig.apply(object)), written: false }
    const [second] = await rig.wait([again], { early: defaultEarlyOptions })
    expect(second).toMatchObject({ verdict: 'failed', reason: 'CrashLoopBackOff' })
    expect(second?.seconds).toBeLessThan(3)
  })

  test('pods that are ready for a moment only are not ready', async () => {
    const namespace = await cluster.namespace()
    const awaited = await rig.apply(workload('Deployment', { namespace, fate: 'flap' }))
    const [verdict] = await rig.wait([awaited], { steadySeconds: 3, timeoutSeconds: 15 })
    expect(verdict?.verdict).toBe('failed')
    expect(verdict?.reason).toBe('CrashLoopBackOff')
  })

  test('a smoke check of a Service without pods tells what the server answers', async () => {
    const namespace = await cluster.namespace()
    const ports = [{ port: 80 }]
    await rig.apply({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace },
      spec: { selector: { app: 'web' }, ports },
    })
    const results = await rig.smoke({ kind: 'service', namespace, name: 'web', port: '80' }, 2)
    expect(results).toMatchObject([{ ok: false, status: 503 }])
    expect(results[0]?.message).toContain('no endpoints available')
  })
})

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
