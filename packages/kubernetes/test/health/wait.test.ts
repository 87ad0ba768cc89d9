// The wait against a cluster in memory, with time that moves only when nothing else does.
import { describe, expect, test } from '@jest/globals'
import {
  createMemoryCluster,
  type MemoryCluster,
  type MemoryClusterParts,
} from '../../../../test/doubles/memory-cluster.ts'
import { createVirtualClock, type VirtualClock } from '../../../../test/doubles/virtual-clock.ts'
import { defaultEarlyOptions } from '../../src/health/early/early-options.ts'
import { defaultStatusOptions } from '../../src/health/status/health-status.ts'
import type { Awaited } from '../../src/health/verdict.ts'
import type { WaitOptions } from '../../src/health/wait/options.ts'
import { waitForReady } from '../../src/health/wait/wait.ts'
import { idOf, type KubeObject } from '../../src/object.ts'
import type { KubernetesPorts } from '../../src/ports.ts'
import {
  START,
  at,
  crashing,
  deployment,
  pod,
  readyStatus,
  replicaSet,
  waiting,
  warning,
} from './objects.ts'

interface Scene {
  readonly cluster: MemoryCluster
  readonly clock: VirtualClock
  readonly lines: string[]
  readonly notices: string[]
  readonly cancel: () => void
  /** Puts it, and tells what to wait for. */
  readonly written: (object: KubeObject) => Awaited
  readonly wait: (
    awaited: readonly Awaited[],
    options?: Partial<WaitOptions>,
  ) => ReturnType<typeof waitForReady>
}

function scene(parts: MemoryClusterParts = {}): Scene {
  const cluster = createMemoryCluster(parts)
  const clock = createVirtualClock(START / 1000)
  const lines: string[] = []
  const notices: string[] = []
  const controller = new AbortController()
  const ports = {
    clock,
    signal: controller.signal,
    log: {
      info: (line: string) => void lines.push(`${clock.passed().toFixed(1)} ${line}`),
      notice: (text: string) => void notices.push(text),
    },
  } as unknown as KubernetesPorts
  return {
    cluster,
    clock,
    lines,
    notices,
    cancel: () => controller.abort(new Error('cancelled')),
    written: (object) => {
      const kept = cluster.put(object)
      const id = idOf(kept, kept.metadata.namespace ?? null)
      return { id, uid: kept.metadata.uid ?? '', since: START, object: kept }
    },
    wait: (awaited, options = {}) =>
      waitForReady(awaited, {
        api: cluster.api,
        ports,
        options: {
          started: START,
          timeoutSeconds: 600,
          early: defaultEarlyOptions,
          status: defaultStatusOptions,
          steadySeconds: 0,
          stopAtFirstFailure: true,
          ...options,
        },
      }),
  }
}

const ready = () => deployment({ status: readyStatus() })
const simple = (kind: string, name: string): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop' },
})

describe('requests', () => {
  test('what is ready by its write costs none, and keeps its order', async () => {
    const { cluster, written, wait } = scene()
    const awaited = [
      written(simple('ConfigMap', 'b')),
      written(ready()),
      written(simple('Secret', 'a')),
    ]
    const verdicts = await wait(awaited)
    expect(verdicts.map(({ id, verdict }) => `${id.name} ${verdict}`)).toEqual([
      'b ready',
      'web ready',
      'a ready',
    ])
    expect(cluster.requests).toEqual([])
  })

  test('one watch from the version of the write, no list', async () => {
    const { cluster, clock, written, wait } = scene()
    const awaited = [written(deployment())]
    clock.plan(0.5, () => cluster.put(ready()))
    const [verdict] = await wait(awaited)
    expect(verdict).toMatchObject({ verdict: 'ready', seconds: 0.6 })
    expect(cluster.requests).toEqual(['watch deployments shop'])
  })

  test('a kind and namespace is watched once, pods, sets and warnings of a namespace once', async () => {
    const { cluster, clock, written, wait } = scene()
    const names = ['a', 'b', 'c']
    const awaited = names.map((name) => written(deployment({ name })))
    clock.plan(30, () =>
      names.forEach((name) => cluster.put(deployment({ name, status: readyStatus() }))),
    )
    await wait(awaited)
    expect([...cluster.requests].sort()).toEqual([
      'list events shop',
      'list pods shop',
      'list replicasets shop',
      'watch deployments shop',
      'watch events shop',
      'watch pods shop',
      'watch replicasets shop',
    ])
  })

  test('without the object it is listed first', async () => {
    const { cluster, written, wait } = scene()
    const { id, uid, since } = written(ready())
    const [verdict] = await wait([{ id, uid, since }])
    expect(verdict?.verdict).toBe('ready')
    expect(cluster.requests[0]).toBe('list deployments shop')
  })
})

describe('what was there before the write', () => {
  test('is told by the watch, and not believed', async () => {
    const { cluster, clock, written, wait } = scene()
    const first = written(deployment({ name: 'first' }))
    // Ready, of another object with this name, and deleted: all before the second write.
    const before = ready()
    cluster.put({ ...before, metadata: { ...before.metadata, uid: 'before' } })
    cluster.remove(before)
    const second = written(deployment())
    clock.plan(3, () => cluster.put(deployment({ name: 'first', status: readyStatus() })))
    clock.plan(6, () => cluster.put(ready()))
    const verdicts = await wait([first, second])
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['ready', 'ready'])
    expect(verdicts[1]?.seconds).toBeGreaterThanOrEqual(6)
  })
})

describe('watches that break', () => {
  test.each([[undefined], [410], [500]] as const)(
    'ended with %s, it is taken up again',
    async (status) => {
      const { cluster, clock, written, wait } = scene()
      const awaited = [written(deployment())]
      clock.plan(3, () => cluster.endWatches(status))
      clock.plan(3.01, () => cluster.put(ready()))
      const [verdict] = await wait(awaited)
      expect(verdict?.verdict).toBe('ready')
      expect(verdict?.seconds).toBeLessThan(5)
    },
  )

  test('410: an object that went in between is gone', async () => {
    const { cluster, clock, written, wait } = scene()
    const awaited = [written(deployment())]
    clock.plan(3, () => {
      cluster.endWatches(410)
      cluster.remove(deployment())
    })
    const [verdict] = await wait(awaited)
    expect(verdict).toMatchObject({ verdict: 'gone', reason: 'Deleted' })
  })

  test('forbidden: polled by list', async () => {
    const { cluster, clock, written, wait } = scene({ forbidden: ['watch deployments'] })
    const awaited = [written(deployment())]
    clock.plan(12, () => cluster.put(ready()))
    const [verdict] = await wait(awaited)
    expect(verdict).toMatchObject({ verdict: 'ready' })
    expect(verdict?.seconds).toBeLessThan(18)
    expect(cluster.requests.filter((one) => one === 'list deployments shop').length).toBeLessThan(6)
  })

  test('list forbidden too: asked by name', async () => {
    const forbidden = ['watch deployments', 'list deployments']
    const { cluster, clock, written, wait } = scene({ forbidden })
    const awaited = [written(deployment())]
    clock.plan(12, () => cluster.put(ready()))
    const [verdict] = await wait(awaited)
    expect(verdict?.verdict).toBe('ready')
    expect(cluster.requests).toContain('get deployments shop')
  })

  test('nothing allowed: told, without a wait', async () => {
    const forbidden = ['watch deployments', 'list deployments', 'get deployments']
    const { written, wait, clock } = scene({ forbidden })
    const [verdict] = await wait([written(deployment())])
    expect(verdict).toMatchObject({ verdict: 'timeout', reason: 'Forbidden' })
    expect(clock.passed()).toBeLessThan(2)
  })

  test('pods, sets and warnings forbidden: one notice each set, and the deadline decides', async () => {
    const forbidden = ['list pods', 'list events', 'list replicasets']
    const { written, wait, notices } = scene({ forbidden })
    const [verdict] = await wait([written(deployment())], { timeoutSeconds: 40 })
    expect(verdict).toMatchObject({ verdict: 'timeout', evidence: [], seconds: 40 })
    expect(notices).toEqual([
      expect.stringMatching(/^pods, replicasets, events in namespace shop may not be read/),
    ])
  })

  test('a kind that nobody knows has failed', async () => {
    const { wait } = scene()
    const object = {
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'x', generation: 2 },
      status: { observedGeneration: 1 },
    }
    const [verdict] = await wait([{ id: idOf(object, 'shop'), uid: 'u', since: START, object }])
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'UnknownKind' })
  })
})

describe('failures', () => {
  const broken = (container: Record<string, unknown>) => {
    const made = scene({ logs: { 'web-2-a/web previous': 'starting\nboom' } })
    const awaited = [made.written(deployment())]
    made.cluster.put(replicaSet(1))
    made.cluster.put(replicaSet(2))
    made.cluster.put(pod({ container }))
    return { ...made, awaited }
  }

  test.each([
    [waiting('InvalidImageName'), 1],
    [waiting('CreateContainerConfigError'), 11],
    [waiting('ImagePullBackOff'), 61],
    [crashing(1, 1, 2), 61],
  ])('%j: the verdict comes when the grace is over, not later', async (container, seconds) => {
    const { wait, awaited } = broken(container)
    const [verdict] = await wait(awaited)
    expect(verdict?.verdict).toBe('failed')
    expect(verdict?.seconds).toBeGreaterThanOrEqual(seconds)
    expect(verdict?.seconds).toBeLessThan(seconds + 0.5)
  })

  test('with the log of the crashed run, and the warnings of after the write', async () => {
    const { cluster, wait, awaited } = broken(crashing(4, 1, 2))
    const about = pod()
    cluster.put(warning({ about, reason: 'BackOff', message: 'Back-off restarting', last: 3 }))
    cluster.put(warning({ about, reason: 'Old', message: 'long ago', first: -90, last: -80 }))
    const [verdict] = await wait(awaited)
    expect(verdict?.evidence).toEqual([
      {
        about: 'pod web-2-a',
        container: 'web',
        reason: 'CrashLoopBackOff',
        message: 'it ends with exit code 1; restarted 4 times',
        exitCode: 1,
        log: ['starting', 'boom'],
      },
      {
        about: 'event of Pod web-2-a',
        container: null,
        reason: 'BackOff',
        message: 'Back-off restarting',
        exitCode: null,
        log: [],
      },
    ])
  })

  test('logs forbidden: the rest of the evidence, one notice', async () => {
    const { cluster, written, wait, notices } = scene({ forbidden: ['get pods/log'] })
    const awaited = [written(deployment())]
    cluster.put(replicaSet(2))
    cluster.put(pod({ container: crashing(4, 1, 2) }))
    cluster.put(pod({ name: 'web-2-b', container: crashing(4, 1, 2) }))
    const [verdict] = await wait(awaited)
    expect(verdict?.evidence.map(({ log, exitCode }) => [log, exitCode])).toEqual([
      [[], 1],
      [[], 1],
    ])
    expect(notices).toEqual([expect.stringContaining('pods/log')])
  })

  test('the first failure ends it within three seconds; the others as they stand', async () => {
    const { cluster, wait, awaited, written, clock } = broken(waiting('InvalidImageName'))
    const slow = written(deployment({ name: 'slow' }))
    const late = written(deployment({ name: 'late' }))
    clock.plan(2, () => cluster.put(deployment({ name: 'late', status: readyStatus(2) })))
    const verdicts = await wait([...awaited, slow, late])
    expect(verdicts.map(({ id, verdict, reason }) => [id.name, verdict, reason])).toEqual([
      ['web', 'failed', 'InvalidImageName'],
      ['slow', 'timeout', 'NotAwaited'],
      ['late', 'ready', ''],
    ])
    expect(verdicts[1]?.message).toMatch(/not awaited further, because Deployment web failed$/)
    expect(clock.passed()).toBeLessThan(4)
  })

  test('unless all are to be awaited', async () => {
    const { cluster, wait, awaited, written, clock } = broken(waiting('InvalidImageName'))
    const late = written(deployment({ name: 'late' }))
    clock.plan(50, () => cluster.put(deployment({ name: 'late', status: readyStatus(50) })))
    const verdicts = await wait([...awaited, late], { stopAtFirstFailure: false })
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['failed', 'ready'])
  })

  test('another object of the same name', async () => {
    const { cluster, clock, written, wait } = scene()
    const awaited = [written(deployment())]
    clock.plan(2, () => {
      const other = ready()
      cluster.put({ ...other, metadata: { ...other.metadata, uid: 'another' } })
    })
    const [verdict] = await wait(awaited)
    expect(verdict).toMatchObject({ verdict: 'failed', reason: 'Replaced' })
  })

  test('a Job that its time to live removed, and those that somebody removed', async () => {
    const job = (name: string, spec: object): KubeObject => ({
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name, namespace: 'shop' },
      spec: { ...spec },
      status: { startTime: at(0), active: 1 },
    })
    const { cluster, clock, written, wait } = scene()
    const done = job('done', { ttlSecondsAfterFinished: 0 })
    const running = job('running', { ttlSecondsAfterFinished: 0 })
    const lost = job('lost', {})
    const awaited = [written(done), written(running), written(lost)]
    clock.plan(2, () => {
      const condition = { type: 'Complete', status: 'True' }
      cluster.put({ ...done, status: { startTime: at(0), conditions: [condition] } })
      cluster.remove(done)
      cluster.remove(running)
      cluster.remove(lost)
    })
    const verdicts = await wait(awaited)
    expect(verdicts.map(({ verdict, message }) => `${verdict}: ${message}`)).toEqual([
      'ready: it is done and was removed by its ttlSecondsAfterFinished',
      'gone: it was removed before it was seen to complete',
      'gone: somebody deleted it during the wait',
    ])
  })

  test('cancelled: rejects at once', async () => {
    const { written, wait, clock, cancel } = scene()
    clock.plan(5, cancel)
    await expect(wait([written(deployment())])).rejects.toThrow('cancelled')
    expect(clock.passed()).toBeLessThan(6)
  })
})

describe('the deadline', () => {
  test('the best reason and what is there of evidence', async () => {
    const { cluster, written, wait } = scene({ logs: { 'web-2-a/web': 'listening' } })
    const awaited = [written(deployment())]
    cluster.put(replicaSet(2))
    cluster.put(pod())
    const [verdict] = await wait(awaited, { timeoutSeconds: 30 })
    expect(verdict).toMatchObject({
      verdict: 'timeout',
      reason: 'LessAvailable',
      message: '0 of 1 updated pods available; pod web-2-a: container web: runs, but is not ready',
      seconds: 30,
    })
    expect(verdict?.evidence[0]).toMatchObject({ reason: 'NotReady', log: ['listening'] })
  })

  test('it counts from the start of the writes', async () => {
    const { written, wait, clock } = scene()
    const started = START - 590_000
    const [verdict] = await wait([written(deployment())], { started })
    expect(verdict?.verdict).toBe('timeout')
    expect(clock.passed()).toBeLessThan(11)
  })
})

describe('what is told', () => {
  test('at once on change, else every 15 s, with strategy and time', async () => {
    const { cluster, clock, written, wait, lines } = scene()
    const awaited = [written(deployment({ spec: { replicas: 3 } }))]
    clock.plan(20, () =>
      cluster.put(
        deployment({ spec: { replicas: 3 }, status: { replicas: 3, updatedReplicas: 2 } }),
      ),
    )
    clock.plan(40, () => cluster.put(ready()))
    await wait(awaited)
    expect(lines).toEqual([
      '0.0 Deployment shop/web: 1 of 3 pods made (maxSurge 25%, maxUnavailable 0), 0 s of 600 s',
      '15.0 Deployment shop/web: 1 of 3 pods made (maxSurge 25%, maxUnavailable 0), 15 s of 600 s',
      '20.1 Deployment shop/web: 2 of 3 pods updated (maxSurge 25%, maxUnavailable 0), 20 s of 600 s',
      '35.1 Deployment shop/web: 2 of 3 pods updated (maxSurge 25%, maxUnavailable 0), 35 s of 600 s',
      '40.1 Deployment shop/web: ready after 40.1 s',
    ])
  })

  test('Recreate has a time without pods', async () => {
    const { written, wait, lines } = scene()
    const object = deployment({
      spec: { strategy: { type: 'Recreate' } },
      status: { replicas: 0, updatedReplicas: 0 },
    })
    await wait([written(object)], { timeoutSeconds: 3 })
    expect(lines[0]).toContain(
      '0 of 1 pods made (Recreate: all old pods end before new ones start), 0 s of 3 s',
    )
  })

  test('hostile text of a cluster gives no command', async () => {
    const { cluster, written, wait, lines } = scene()
    const awaited = [written(deployment())]
    cluster.put(replicaSet(2))
    cluster.put(
      pod({ container: waiting('ErrImagePull', 'x\n::error::owned\u001b[31m token=abc') }),
    )
    await wait(awaited, { timeoutSeconds: 5 })
    expect(lines.join('|')).toContain('token=***')
    expect(lines.join('|')).not.toMatch(/\n|\u001b|abc/)
  })

  test('many at once are counted', async () => {
    const { written, wait, lines } = scene()
    const awaited = Array.from({ length: 30 }, (_, index) =>
      written(deployment({ name: `w${index}` })),
    )
    await wait(awaited, { timeoutSeconds: 3 })
    expect(lines.filter((line) => line.startsWith('0.0 '))).toHaveLength(11)
    expect(lines[10]).toBe('0.0 20 more are not ready yet, 0 s of 600 s'.replace('600', '3'))
  })
})

describe('ready for a moment', () => {
  const bare = { template: { spec: { containers: [{ name: 'web', image: 'web:1' }] } } }

  test('without a probe it must stay ready for a while', async () => {
    const { cluster, clock, written, wait } = scene()
    const awaited = [written(deployment({ spec: bare }))]
    clock.plan(1, () => cluster.put(deployment({ spec: bare, status: readyStatus(1) })))
    clock.plan(3, () => cluster.put(deployment({ spec: bare })))
    clock.plan(8, () => cluster.put(deployment({ spec: bare, status: readyStatus(8) })))
    const [verdict] = await wait(awaited, { steadySeconds: 5 })
    expect(verdict?.verdict).toBe('ready')
    expect(verdict?.seconds).toBeGreaterThanOrEqual(13)
    expect(verdict?.seconds).toBeLessThan(15)
  })

  test('one that was ready long before is so at once', async () => {
    const { written, wait, clock } = scene()
    await wait([written(deployment({ spec: bare, status: readyStatus(-600) }))], {
      steadySeconds: 5,
    })
    expect(clock.passed()).toBe(0)
  })

  test.each([
    [-6, 0],
    [-1, 4],
  ])('what was not written, and turned ready at %d s, is so after %d s', async (turned, passed) => {
    const { cluster, written, wait, clock } = scene()
    const object = deployment({ spec: bare, status: readyStatus(turned) })
    cluster.put(object)
    await wait([{ ...written(object), written: false }], { steadySeconds: 5 })
    expect(Math.round(clock.passed())).toBe(passed)
  })

  test('a loop that was ready for a moment is not so for a run that writes nothing', async () => {
    const { cluster, written, wait, clock } = scene()
    const object = deployment({ spec: bare, status: readyStatus(-1) })
    cluster.put(object)
    clock.plan(2, () => cluster.put(deployment({ spec: bare })))
    const [verdict] = await wait([{ ...written(object), written: false }], {
      steadySeconds: 5,
      timeoutSeconds: 20,
    })
    expect(verdict?.verdict).toBe('timeout')
  })
})

describe('claims', () => {
  const claim: KubeObject = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'shop', uid: 'uid-data' },
    spec: { storageClassName: 'late' },
    status: { phase: 'Pending' },
  }
  const late: KubeObject = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'late' },
    volumeBindingMode: 'WaitForFirstConsumer',
  }

  test('that are bound for their first pod are not awaited', async () => {
    const { cluster, written, wait } = scene()
    cluster.put(late)
    const [verdict] = await wait([written(claim)])
    expect(verdict).toMatchObject({ verdict: 'ready', reason: 'WaitForFirstConsumer' })
  })

  test('nor without the right to read classes: the controller told the claim', async () => {
    const { cluster, written, wait } = scene({ forbidden: ['list storageclasses'] })
    const event = warning({ about: claim, reason: 'WaitForFirstConsumer' })
    cluster.put({ ...event, type: 'Normal' })
    const [verdict] = await wait([written(claim)])
    expect(verdict).toMatchObject({ verdict: 'ready', reason: 'WaitForFirstConsumer' })
  })

  test('those of other classes are', async () => {
    const { cluster, clock, written, wait } = scene()
    cluster.put({ ...late, volumeBindingMode: 'Immediate' })
    clock.plan(7, () => cluster.put({ ...claim, status: { phase: 'Bound' } }))
    const [verdict] = await wait([written(claim)])
    expect(verdict).toMatchObject({ verdict: 'ready', reason: '' })
    expect(verdict?.seconds).toBeGreaterThanOrEqual(7)
  })
})
