// The bed itself: what the fake kubelet makes of pods, told by the real API server and by kubectl.
import { describe, expect, test } from '@jest/globals'
import { useCluster } from './harness.ts'
import { controlled, deployment, job, type Workload } from './manifests.ts'
import { seeUntil } from './patience.ts'

const cluster = useCluster()

async function apply(stdin: string): Promise<string> {
  const ns = await cluster.namespace()
  const applied = await cluster.kubectl('apply', '-n', ns, '-f', '-', { stdin })
  if (applied.code !== 0) throw new Error(applied.stderr)
  return ns
}

/** What a jsonpath says, as soon as it matches. */
const seen = (ns: string, what: string, wanted: RegExp) => {
  const [kind = '', path = ''] = what.split(' ', 2)
  return seeUntil(wanted, async () => {
    const asked = await cluster.kubectl('get', kind, '-n', ns, '-o', `jsonpath=${path}`)
    return asked.stdout
  })
}

const first = '{.items[0].status.containerStatuses[0]'

describe('a Deployment', () => {
  test('of a hundred pods rolls out', async () => {
    const ns = await apply(deployment({ name: 'web', fate: 'ok', replicas: 100 }))
    const args = ['rollout', 'status', 'deploy/web', '-n', ns, '--timeout=40s']
    expect(await cluster.kubectl(...args)).toMatchObject({ code: 0 })
    const addresses = await cluster.kubectl(
      'get',
      'pods',
      '-n',
      ns,
      '-o',
      'jsonpath={.items[*].status.podIP}',
    )
    const list = addresses.stdout.split(' ')
    expect(list).toHaveLength(100)
    expect(new Set(list).size).toBe(100)
    expect(list.filter((ip) => !ip.startsWith('10.66.'))).toEqual([])
  })

  test.each<[string, readonly (readonly [string, RegExp])[]]>([
    [
      'crash',
      [
        [`${first}.state.waiting.reason}`, /^CrashLoopBackOff$/],
        [`${first}.lastState.terminated.exitCode}`, /^1$/],
        [`${first}.restartCount}`, /^[3-9]$/],
      ],
    ],
    [
      'flap',
      [
        [`${first}.ready}`, /^true$/],
        [`${first}.restartCount}`, /^[2-9]$/],
      ],
    ],
    ['oom', [[`${first}.lastState.terminated.reason}`, /^OOMKilled$/]]],
    [
      'imagepull',
      [
        [`${first}.state.waiting.reason}`, /^ErrImagePull$/],
        [`${first}.state.waiting.reason}`, /^ImagePullBackOff$/],
        [`${first}.state.waiting.message}`, /not found$/],
      ],
    ],
    ['invalid-image', [[`${first}.state.waiting.reason}`, /^InvalidImageName$/]]],
    ['config-error', [[`${first}.state.waiting.reason}`, /^CreateContainerConfigError$/]]],
    ['creating', [[`${first}.state.waiting.reason}`, /^ContainerCreating$/]]],
    [
      'never',
      [
        ['{.items[0].status.phase}', /^Running$/],
        [`${first}.ready}`, /^false$/],
      ],
    ],
    ['late:300', [[`${first}.ready}`, /^true$/]]],
    [
      'pull-late:3000',
      [
        [`${first}.state.waiting.message}`, /i\/o timeout$/],
        [`${first}.ready}`, /^true$/],
      ],
    ],
    ['unschedulable', [['{.items[0].status.conditions[0].reason}', /^Unschedulable$/]]],
    ['exit:3', [[`${first}.lastState.terminated.exitCode}`, /^3$/]]],
    [
      'init-crash',
      [
        [`${first}.state.waiting.reason}`, /^PodInitializing$/],
        ['{.items[0].status.initContainerStatuses[0].state.waiting.reason}', /^CrashLoopBackOff$/],
      ],
    ],
    ['nonsense', [[`${first}.state.waiting.message}`, /"nonsense" is not known/]]],
  ])('whose pods have the fate %s', async (fate, facts) => {
    const ns = await apply(deployment({ name: 'web', fate }))
    for (const [path, wanted] of facts)
      expect(await seen(ns, `pods ${path}`, wanted)).toMatch(wanted)
  })

  test('that never gets ready misses its deadline', async () => {
    const ns = await apply(deployment({ name: 'web', fate: 'never' }))
    const wanted = /^ProgressDeadlineExceeded$/
    const path = '{.items[0].status.conditions[?(@.type=="Progressing")].reason}'
    expect(await seen(ns, `deployments ${path}`, wanted)).toMatch(wanted)
  })
})

describe('a Job', () => {
  test.each([
    ['complete', 'Never', 'Complete'],
    ['ok', 'OnFailure', 'Complete'],
    ['fail', 'Never', 'Failed'],
    ['fail', 'OnFailure', 'Failed'],
    ['oom', 'Never', 'Failed'],
  ])('whose pods have the fate %s and restart %s is %s', async (fate, restartPolicy, condition) => {
    const ns = await apply(job({ name: 'train', fate, restartPolicy }))
    const args = ['wait', `--for=condition=${condition}`, 'job/train', '-n', ns, '--timeout=40s']
    expect(await cluster.kubectl(...args)).toMatchObject({ code: 0 })
  })
})

test.each(['StatefulSet', 'DaemonSet'] as const)('a %s rolls out', async (kind) => {
  const ns = await apply(controlled(kind, { name: 'store', fate: 'ok', replicas: 2 }))
  const args = ['rollout', 'status', `${kind}/store`, '-n', ns, '--timeout=20s']
  expect(await cluster.kubectl(...args)).toMatchObject({ code: 0 })
})

describe('a fate that a test changes', () => {
  test.each([
    ['never', 'ok', `${first}.ready}`, /^true$/],
    ['unschedulable', 'ok', `${first}.ready}`, /^true$/],
    ['ok', 'crash', `${first}.state.waiting.reason}`, /^CrashLoopBackOff$/],
  ])('from %s to %s reaches pods that live', async (before, fate, path, wanted) => {
    const ns = await apply(deployment({ name: 'web', fate: before }))
    await seen(ns, 'pods {.items[0].metadata.name}', /^web-/)
    await cluster.setFate({ namespace: ns, labels: { app: 'web' }, fate })
    expect(await seen(ns, `pods ${path}`, wanted)).toMatch(wanted)
  })

  test('is seen after the watch was cut', async () => {
    await cluster.cutKubeletWatch()
    const ns = await apply(deployment({ name: 'web', fate: 'ok' }))
    const args = ['rollout', 'status', 'deploy/web', '-n', ns, '--timeout=10s']
    expect(await cluster.kubectl(...args)).toMatchObject({ code: 0 })
  })
})

describe('logs', () => {
  const web: Workload = {
    name: 'web',
    fate: 'ok',
    annotations: { 'test/log': 'one\ntwo\nthree with ümlaut' },
  }
  const logs = async (ns: string, ...flags: string[]) => {
    const { stdout, stderr } = await cluster.kubectl('logs', 'deploy/web', '-n', ns, ...flags)
    return stdout + stderr
  }

  test('go through the API server to the kubelet', async () => {
    const ns = await apply(deployment(web))
    await seen(ns, `pods ${first}.ready}`, /^true$/)
    expect(await logs(ns)).toBe('one\ntwo\nthree with ümlaut\n')
    expect(await logs(ns, '--tail=1')).toBe('three with ümlaut\n')
    expect(await logs(ns, '--limit-bytes=5')).toBe('one\nt')
    expect(await logs(ns, '--previous')).toMatch(/previous terminated container "web" .* not found/)
  })

  test('of a crashed container are its previous ones too', async () => {
    const ns = await apply(deployment({ name: 'web', fate: 'crash' }))
    await seen(ns, `pods ${first}.restartCount}`, /^[2-9]$/)
    expect(await logs(ns, '--previous', '--tail=1')).toMatch(/^fatal: /)
  })

  test('of a container that never started are refused with the reason', async () => {
    const ns = await apply(deployment({ name: 'web', fate: 'imagepull' }))
    await seen(ns, `pods ${first}.state.waiting.reason}`, /^ImagePullBackOff$/)
    expect(await logs(ns)).toMatch(/waiting to start/)
  })
})

test('events say what a kubelet says', async () => {
  const ns = await apply(deployment({ name: 'web', fate: 'imagepull' }))
  const wanted = /Failed to pull image "example\/web:1.0.0": .*not found/
  expect(await seen(ns, 'events {.items[*].message}', wanted)).toMatch(/Back-off|Pulling image/)
})

test('a deleted pod keeps its grace and goes', async () => {
  const ns = await apply(
    deployment({ name: 'web', fate: 'ok', annotations: { 'test/grace': '1500' } }),
  )
  await seen(ns, `pods ${first}.ready}`, /^true$/)
  await cluster.kubectl('delete', 'deploy/web', '-n', ns, '--cascade=background')
  const deleting = '{.items[*].metadata.deletionTimestamp}'
  expect(await seen(ns, `pods ${deleting}`, /^\d{4}-/)).toMatch(/^\d{4}-/)
  expect(await seen(ns, 'pods {.items[*].metadata.name}', /^$/)).toBe('')
})

describe('pods answer through the API server', () => {
  const get = (path: string) => cluster.kubectl('get', '--raw', path)

  test('by their own address, and behind a Service', async () => {
    const ns = await apply(deployment({ name: 'web', fate: 'ok' }))
    await cluster.kubectl('expose', 'deploy/web', '--port=80', '--target-port=8080', '-n', ns)
    const name = await seen(
      ns,
      'pods {.items[?(@.status.phase=="Running")].metadata.name}',
      /^web-/,
    )
    const direct = await get(`/api/v1/namespaces/${ns}/pods/${name}:8080/proxy/health`)
    expect(JSON.parse(direct.stdout)).toMatchObject({
      pod: name,
      path: '/health',
      version: '1.0.0',
    })
    const behind = `/api/v1/namespaces/${ns}/services/web:80/proxy/api/version`
    const answered = await seeUntil(/api\/version/, async () => (await get(behind)).stdout)
    expect(JSON.parse(answered)).toMatchObject({ pod: name, path: '/api/version' })
  })

  test('with the status that their annotation says', async () => {
    const annotations = { 'test/http-status': '503' }
    const ns = await apply(deployment({ name: 'web', fate: 'ok', annotations }))
    const name = await seen(
      ns,
      'pods {.items[?(@.status.phase=="Running")].metadata.name}',
      /^web-/,
    )
    const path = `/api/v1/namespaces/${ns}/pods/${name}:8080/proxy/`
    expect(await cluster.api('GET', path)).toMatchObject({ status: 503, body: { pod: name } })
  })

  test.each([
    ['on another port', 'ok', 9090],
    ['when their program has not started', 'imagepull', 8080],
  ])('not %s', async (_, fate, port) => {
    const ns = await apply(deployment({ name: 'web', fate }))
    const name = await seen(ns, 'pods {.items[?(@.status.podIP)].metadata.name}', /^web-/)
    const answered = await get(`/api/v1/namespaces/${ns}/pods/${name}:${port}/proxy/`)
    expect(answered.stderr).toMatch(/502/)
  })
})

describe('users', () => {
  test('without a group may do nothing', async () => {
    const file = cluster.userKubeconfig('restricted-1')
    const asked = await cluster.kubectl('--kubeconfig', file, 'get', 'pods')
    expect(asked.stderr).toMatch(/"restricted-1" cannot list resource "pods"/)
  })

  test('of no such name are named', () => {
    expect(() => cluster.userKubeconfig('nobody')).toThrow(
      /no user "nobody"; there are restricted-1,/,
    )
  })
})
