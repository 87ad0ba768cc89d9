// When the pods of a workload prove that it cannot become ready.
import { describe, expect, test } from '@jest/globals'
import { decideEarlyFailure, type EarlyView } from '../../src/health/early/early.ts'
import {
  defaultEarlyOptions,
  earlyClasses,
  parseEarlyOptions,
} from '../../src/health/early/early-options.ts'
import type { KubeObject } from '../../src/object.ts'
import { START, at, crashing, deployment, pod, replicaSet, waiting, warning } from './objects.ts'

const view = (parts: Partial<EarlyView> & { readonly pods: readonly KubeObject[] }): EarlyView => ({
  workload: deployment(),
  replicaSets: [replicaSet(1), replicaSet(2)],
  events: [],
  now: START + 5_000,
  since: START,
  proofFrom: START,
  options: defaultEarlyOptions,
  marks: new Map(),
  ...parts,
})

/** Second of the fatal verdict when nothing changes; null: never. */
function fatalAt(parts: Parameters<typeof view>[0]): number | null {
  const now = parts.now ?? START + 5_000
  const first = decideEarlyFailure(view({ ...parts, now }))
  if (first.fatal !== null) return (now - START) / 1000
  if (first.wakeAt === null) return null
  const later = decideEarlyFailure(view({ ...parts, now: first.wakeAt, marks: first.marks }))
  expect(later.fatal).not.toBeNull()
  return (first.wakeAt - START) / 1000
}

const image = (state = 'ImagePullBackOff') => pod({ container: waiting(state, 'Back-off pulling') })

describe('grace of each class, from the fifth second on', () => {
  test.each([
    ['InvalidImageName', 5],
    ['ErrImageNeverPull', 5],
    ['CreateContainerConfigError', 15],
    ['CreateContainerError', 15],
    ['RunContainerError', 15],
    ['ErrImagePull', 65],
    ['ImagePullBackOff', 65],
    ['ContainerCreating', null],
    ['PodInitializing', null],
  ])('%s: fatal at %s s', (reason, seconds) => {
    expect(fatalAt({ pods: [pod({ container: waiting(reason) })] })).toBe(seconds)
  })

  test('a late cache of the kubelet is no missing ConfigMap', () => {
    const message = 'failed to sync configmap cache: timed out waiting for the condition'
    const pods = [pod({ container: waiting('CreateContainerConfigError', message) })]
    expect(fatalAt({ pods })).toBeNull()
  })

  test.each(earlyClasses)('%s can be switched off', (name) => {
    const options = { ...defaultEarlyOptions, [name]: 'off' as const }
    const broken = {
      'invalid-image': [waiting('InvalidImageName')],
      'config-error': [waiting('CreateContainerConfigError')],
      'crash-loop': [crashing(5, 2, 3)],
      'image-pull': [waiting('ErrImagePull')],
      'out-of-memory': [crashing(5, 2, 3, 'OOMKilled')],
      quota: [],
    }[name]
    const pods = broken.map((container) => pod({ container }))
    const replicaSets = [replicaSet(2, name === 'quota' ? refusing : {})]
    expect(fatalAt({ pods, replicaSets })).not.toBeNull()
    const decision = decideEarlyFailure(view({ pods, replicaSets, options }))
    expect(decision).toMatchObject({ fatal: null, wakeAt: null })
    expect(decision.dooms).toHaveLength(1)
  })
})

const refusing = {
  conditions: [
    {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: 'exceeded quota: none',
      lastTransitionTime: at(2),
    },
  ],
}

describe('crash loops', () => {
  test('the end of the crashed run proves since when', () => {
    expect(fatalAt({ pods: [pod({ container: crashing(1, 1, 2) })] })).toBe(62)
  })

  test('three restarts prove as much as the time', () => {
    expect(fatalAt({ pods: [pod({ container: crashing(3, 3, 4) })] })).toBe(5)
  })

  test('not with a grace of one’s own that is longer', () => {
    const options = { ...defaultEarlyOptions, 'crash-loop': 120 }
    expect(fatalAt({ pods: [pod({ container: crashing(3, 3, 4) })], options })).toBe(124)
  })

  test('a run that began before the write is no proof: what was written may have mended it', () => {
    expect(fatalAt({ pods: [pod({ container: crashing(9, -100, -90) })] })).toBe(65)
  })

  test('a step that runs again and writes nothing need not wait again', () => {
    const pods = [pod({ container: crashing(9, -100, -90) })]
    expect(fatalAt({ pods, proofFrom: -Infinity })).toBe(5)
    const once = [pod({ container: crashing(1, -100, -90) })]
    expect(fatalAt({ pods: once, proofFrom: -Infinity })).toBe(5)
  })

  test('a short run in between does not begin the grace anew', () => {
    const pods = [pod({ container: crashing(1, 1, 2) })]
    const first = decideEarlyFailure(view({ pods, now: START + 5_000 }))
    const running = pod({ container: { restartCount: 2, state: { running: {} } } })
    const between = decideEarlyFailure(
      view({ pods: [running], now: START + 40_000, marks: first.marks }),
    )
    expect(between).toMatchObject({ fatal: null, dooms: [] })
    const again = [pod({ container: crashing(2, 40, 66) })]
    const last = decideEarlyFailure(
      view({ pods: again, now: START + 66_000, marks: between.marks }),
    )
    expect(last.fatal?.class).toBe('crash-loop')
  })

  test('memory has its own class and its own words', () => {
    const decision = decideEarlyFailure(
      view({ pods: [pod({ container: crashing(3, 2, 3, 'OOMKilled') })] }),
    )
    expect(decision.fatal).toMatchObject({ class: 'out-of-memory', reason: 'OOMKilled' })
    expect(decision.fatal?.message).toContain('resources.limits.memory')
  })

  test('a Job counts the failures of its pods itself', () => {
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'job', namespace: 'shop', uid: 'uid-job', generation: 1 },
    }
    const pods = [pod({ owner: 'uid-job', container: crashing(9, 2, 3) })]
    expect(fatalAt({ workload: job, pods })).toBeNull()
    const unpulled = [pod({ owner: 'uid-job', container: waiting('ErrImagePull') })]
    expect(fatalAt({ workload: job, pods: unpulled })).toBe(65)
  })
})

describe('images', () => {
  const tried = (first: number, last: number) => [
    warning({ about: image(), reason: 'Failed', container: 'web', first, last }),
  ]

  test('events prove since when, with a try of after the start', () => {
    expect(fatalAt({ pods: [image()], events: tried(-300, 2) })).toBe(5)
  })

  test('events of before the start prove nothing: the image may have been pushed', () => {
    const parts = { pods: [image()], events: tried(-300, -10), proofFrom: -Infinity }
    expect(fatalAt(parts)).toBe(65)
  })

  test('the two reasons that take turns are one class', () => {
    const first = decideEarlyFailure(view({ pods: [image('ErrImagePull')] }))
    const last = decideEarlyFailure(
      view({ pods: [image()], now: START + 65_000, marks: first.marks }),
    )
    expect(last.fatal?.reason).toBe('ImagePullBackOff')
  })
})

describe('whose pods', () => {
  const bad = pod({ container: waiting('InvalidImageName') })
  const fine = pod({ name: 'web-2-b' })

  test('all new pods must be doomed', () => {
    expect(fatalAt({ pods: [bad] })).toBe(5)
    expect(fatalAt({ pods: [bad, fine] })).toBeNull()
  })

  test.each<[string, Parameters<typeof view>[0]]>([
    [
      'of an old ReplicaSet',
      { pods: [pod({ owner: 'uid-web-1', container: waiting('InvalidImageName') })] },
    ],
    [
      'before the new generation was seen',
      { workload: deployment({ generation: 3 }), pods: [bad] },
    ],
    ['before the new ReplicaSet is there', { replicaSets: [replicaSet(1)], pods: [bad] }],
    ['when ReplicaSets may not be read', { replicaSets: null, pods: [bad] }],
    ['being deleted', { pods: [pod({ deleted: true, container: waiting('InvalidImageName') })] }],
    ['evicted', { pods: [pod({ status: { phase: 'Failed', reason: 'Evicted' } })] }],
  ])('not those %s', (_, parts) => {
    expect(decideEarlyFailure(view(parts))).toMatchObject({ fatal: null, dooms: [], wakeAt: null })
  })

  test('an evicted pod does not hide that the others are doomed', () => {
    const gone = pod({ name: 'web-2-b', status: { phase: 'Failed', reason: 'Evicted' } })
    expect(fatalAt({ pods: [bad, gone] })).toBe(5)
  })

  test('init containers and sidecars count', () => {
    const status = {
      initContainerStatuses: [
        { name: 'proxy', ready: false, restartCount: 4, ...crashing(4, 2, 3) },
      ],
      containerStatuses: [{ name: 'web', ready: false, ...waiting('PodInitializing') }],
    }
    const decision = decideEarlyFailure(view({ pods: [pod({ status })] }))
    expect(decision.fatal).toMatchObject({ container: 'proxy', class: 'crash-loop' })
  })

  const stateful: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'shop', uid: 'uid-db', generation: 1 },
    spec: { replicas: 2 },
    status: { observedGeneration: 1, updateRevision: 'db-new', currentRevision: 'db-old' },
  }
  const ofSet = (name: string, hash: string, container = waiting('InvalidImageName')) =>
    pod({ name, owner: 'uid-db', labels: { 'controller-revision-hash': hash }, container })

  test('of a StatefulSet one new pod is enough, and it is named', () => {
    const pods = [ofSet('db-1', 'db-new'), ofSet('db-0', 'db-new', { ready: true } as never)]
    expect(decideEarlyFailure(view({ workload: stateful, pods })).fatal?.pod?.metadata.name).toBe(
      'db-1',
    )
  })

  test('a broken pod of the old revision holds a StatefulSet up: told, not fatal', () => {
    const pods = [ofSet('db-1', 'db-old')]
    const decision = decideEarlyFailure(view({ workload: stateful, pods }))
    expect(decision.fatal).toBeNull()
    expect(decision.warnings.join()).toMatch(/pod db-1 of an earlier revision .* delete that pod/)
  })

  test('OnDelete: nothing that is new yet', () => {
    const workload = { ...stateful, spec: { updateStrategy: { type: 'OnDelete' } } }
    expect(fatalAt({ workload, pods: [ofSet('db-1', 'db-new')] })).toBeNull()
  })
})

describe('pods that are refused', () => {
  test('told at once, fatal after the grace', () => {
    const replicaSets = [replicaSet(2, refusing)]
    const decision = decideEarlyFailure(view({ pods: [], replicaSets }))
    expect(decision.dooms[0]?.message).toBe('exceeded quota: none')
    expect(fatalAt({ pods: [], replicaSets })).toBe(62)
  })

  test('one more pod is progress and begins the grace anew', () => {
    const replicaSets = [replicaSet(2, refusing)]
    const first = decideEarlyFailure(view({ pods: [pod()], replicaSets }))
    expect(first.wakeAt).toBe(START + 65_000)
    const pods = [pod(), pod({ name: 'web-2-b' })]
    const next = decideEarlyFailure(
      view({ pods, replicaSets, now: START + 60_000, marks: first.marks }),
    )
    expect(next.wakeAt).toBe(START + 120_000)
  })

  test('the event of a StatefulSet, until a pod was made after it', () => {
    const workload: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'shop', uid: 'uid-db', generation: 1 },
      status: { observedGeneration: 1, updateRevision: 'new' },
    }
    const events = [warning({ about: workload, reason: 'FailedCreate', message: 'no', last: 3 })]
    expect(fatalAt({ workload, pods: [], events })).toBe(60)
    const made = pod({ owner: 'uid-db', labels: { 'controller-revision-hash': 'new' } })
    const later = { ...made, metadata: { ...made.metadata, creationTimestamp: at(4) } }
    expect(fatalAt({ workload, pods: [later], events })).toBeNull()
  })
})

describe('what is only told', () => {
  test.each([
    [
      'no node',
      pod({
        status: {
          phase: 'Pending',
          containerStatuses: [],
          conditions: [
            {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message: '0/3 nodes',
            },
          ],
        },
      }),
      'pod web-2-a has no node: 0/3 nodes',
    ],
    ['a probe', pod(), 'pod web-2-a: container web: runs, but is not ready'],
    [
      'creating',
      pod({ container: waiting('ContainerCreating') }),
      'pod web-2-a: container web: ContainerCreating',
    ],
  ])('%s', (_, one, text) => {
    const decision = decideEarlyFailure(view({ pods: [one] }))
    expect(decision).toMatchObject({ fatal: null, dooms: [], wakeAt: null, warnings: [text] })
  })

  test('a volume that cannot be mounted, by its last event', () => {
    const one = pod({ container: waiting('ContainerCreating') })
    const events = [warning({ about: one, reason: 'FailedMount', message: 'secret "x" not found' })]
    expect(decideEarlyFailure(view({ pods: [one], events })).warnings).toEqual([
      'pod web-2-a: FailedMount: secret "x" not found',
    ])
  })
})

describe('the input', () => {
  test('defaults, values, off', () => {
    expect(parseEarlyOptions('')).toEqual({ ok: true, value: defaultEarlyOptions })
    expect(parseEarlyOptions('crash-loop=120, image-pull=off\nquota=0')).toEqual({
      ok: true,
      value: { ...defaultEarlyOptions, 'crash-loop': 120, 'image-pull': 'off', quota: 0 },
    })
    const off = parseEarlyOptions('off')
    expect(off.ok && Object.values(off.value)).toEqual(earlyClasses.map(() => 'off'))
  })

  test('all problems at once', () => {
    const parsed = parseEarlyOptions(
      'crashloop=1, quota=x, quota, image-pull=1, image-pull=2, quota=99999999',
    )
    expect(parsed).toEqual({
      ok: false,
      problems: [
        expect.objectContaining({ message: expect.stringContaining('did you mean crash-loop?') }),
        expect.objectContaining({
          message: expect.stringContaining('found "quota=x"; wanted quota=SECONDS'),
        }),
        expect.objectContaining({ message: expect.stringContaining('found "quota"') }),
        expect.objectContaining({ message: 'image-pull is given twice' }),
        expect.objectContaining({ message: expect.stringContaining('quota=99999999') }),
      ],
    })
  })
})
