// Verdicts on a real control plane: what a server and its rights allow to see.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { defaultEarlyOptions } from '@sluice/kubernetes'
import { useCluster } from './harness.ts'
import { createRig, workload, type Rig } from './health-rig.ts'

const cluster = useCluster()
let rig: Rig
beforeAll(async () => {
  rig = await createRig(cluster.kubeconfig)
})
afterAll(() => rig.close())

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
