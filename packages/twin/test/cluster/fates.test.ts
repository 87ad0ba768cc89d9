// From a fate to what the API server is told of a pod.
import { describe, expect, test } from '@jest/globals'
import { planStep } from '../../src/cluster/kubelet/course.ts'
import { FateRules } from '../../src/cluster/kubelet/fate-rules.ts'
import { parseFate } from '../../src/cluster/kubelet/fate.ts'
import { renderPodStatus } from '../../src/cluster/kubelet/pod-status.ts'
import type { Pod } from '../../src/cluster/kubelet/pod.ts'
import { planStop } from '../../src/cluster/kubelet/stop.ts'

const pod = (spec: Partial<Pod['spec']> = {}, metadata: Partial<Pod['metadata']> = {}): Pod => ({
  metadata: { name: 'web-1', namespace: 'shop', uid: 'u1', labels: { app: 'web' }, ...metadata },
  spec: { containers: [{ name: 'web', image: 'example/web:1' }], ...spec },
})

interface Told {
  readonly phase: string
  readonly containerStatuses: readonly { readonly state: object; readonly restartCount: number }[]
  readonly initContainerStatuses: readonly { readonly state: object }[]
  readonly conditions: readonly { readonly type: string; readonly status: string }[]
}

/** The status of the first `count` steps. */
function statuses(subject: Pod, fate: string, count: number): readonly Told[] {
  const facts = { ip: '10.66.0.1', now: 'NOW', startedAt: 'START', earlierRestarts: 0 }
  return Array.from({ length: count }, (_, number) => {
    const step = planStep(subject, parseFate(fate), number)
    return renderPodStatus(subject, step, facts) as Told
  })
}

/** `Running/crash 2`: phase, reason or kind of the first container's state, restarts. */
const brief = ({ phase, containerStatuses }: Told): string => {
  const [first] = containerStatuses
  const [[kind, facts] = ['none', {}]] = Object.entries(first?.state ?? {})
  const reason = (facts as { readonly reason?: string }).reason ?? kind
  return `${phase}/${reason} ${first?.restartCount}`
}

describe('the course of a fate', () => {
  test.each([
    ['ok', ['Running/running 0']],
    ['never', ['Running/running 0']],
    ['late:50', ['Running/running 0', 'Running/running 0']],
    ['creating', ['Pending/ContainerCreating 0']],
    [
      'crash',
      [
        'Running/running 0',
        'Running/Error 0',
        'Running/running 1',
        'Running/CrashLoopBackOff 1',
        'Running/running 2',
        'Running/CrashLoopBackOff 2',
      ],
    ],
    ['oom', ['Running/running 0', 'Running/OOMKilled 0']],
    ['exit:0', ['Running/running 0', 'Running/Completed 0']],
    [
      'imagepull',
      [
        'Pending/ContainerCreating 0',
        'Pending/ErrImagePull 0',
        'Pending/ImagePullBackOff 0',
        'Pending/ErrImagePull 0',
      ],
    ],
    [
      'pull-late:500',
      ['Pending/ContainerCreating 0', 'Pending/ErrImagePull 0', 'Running/running 0'],
    ],
    ['invalid-image', ['Pending/InvalidImageName 0']],
    ['config-error', ['Pending/CreateContainerConfigError 0']],
    ['late', ['Pending/UnknownFate 0']],
  ])('%s', (fate, wanted) => {
    expect(statuses(pod(), fate, wanted.length).map(brief)).toEqual(wanted)
  })

  test.each([
    ['Never', 'crash', 'Failed/Error 0'],
    ['Never', 'exit:0', 'Succeeded/Completed 0'],
    ['Never', 'exit:7', 'Failed/Error 0'],
    ['OnFailure', 'exit:0', 'Succeeded/Completed 0'],
    ['OnFailure', 'fail', 'Running/Error 0'],
  ])('with restartPolicy %s, %s ends as %s', (restartPolicy, fate, wanted) => {
    expect(statuses(pod({ restartPolicy }), fate, 2).map(brief).at(-1)).toBe(wanted)
  })

  test('a pod of a Job that is not told otherwise succeeds', () => {
    const ofJob = pod({ restartPolicy: 'Never' }, { ownerReferences: [{ kind: 'Job', name: 'j' }] })
    expect(statuses(ofJob, 'ok', 2).map(brief).at(-1)).toBe('Succeeded/Completed 0')
  })

  test('only the first container fails; the others run beside it', () => {
    const two = pod({
      containers: [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b' },
      ],
    })
    const [, last] = statuses(two, 'oom', 2)
    expect(last?.containerStatuses).toMatchObject([
      { state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
      { state: { running: { startedAt: 'NOW' } } },
    ])
  })

  test('an init container that crashes keeps the pod pending', () => {
    const initContainers = [{ name: 'migrate', image: 'm' }]
    const told = statuses(pod({ initContainers }), 'init-crash', 4).at(-1)
    expect(told).toMatchObject({
      phase: 'Pending',
      initContainerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }],
      containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
    })
    expect(told?.conditions.find(({ type }) => type === 'Initialized')?.status).toBe('False')
  })

  test('init containers have ended and sidecars run when the pod is ready', () => {
    const initContainers = [
      { name: 'migrate', image: 'm' },
      { name: 'proxy', image: 'p', restartPolicy: 'Always' },
    ]
    const [told] = statuses(pod({ initContainers }), 'ok', 1)
    expect(told?.initContainerStatuses).toMatchObject([
      { state: { terminated: { exitCode: 0 } } },
      { state: { running: {} } },
    ])
    expect(told?.conditions.find(({ type }) => type === 'Ready')?.status).toBe('True')
  })
})

describe('the end of a deleted pod', () => {
  test.each([
    [{ 'test/grace': '1500' }, 30, 1500],
    [{ 'test/grace': '1500' }, 1, 1000],
    [{}, 30, 500],
    [{}, 0, 0],
    [{ 'test/grace': 'soon' }, 30, 500],
  ])(
    'annotations %j and a grace period of %d s: %d ms',
    (annotations, deletionGracePeriodSeconds, wanted) => {
      const subject = pod({}, { annotations, deletionGracePeriodSeconds })
      expect(planStop(subject, planStep(subject, { kind: 'ok' }, 0))).toMatchObject({
        graceMs: wanted,
        step: { phase: 'Failed', containers: [{ state: { exitCode: 143 }, ready: false }] },
      })
    },
  )

  test('a pod that had succeeded stays so', () => {
    const subject = pod({ restartPolicy: 'Never' })
    expect(planStop(subject, planStep(subject, { kind: 'exit', code: 0 }, 1)).step?.phase).toBe(
      'Succeeded',
    )
  })

  test('a pod that goes before anything of it was made has nothing to tell', () => {
    expect(planStop(pod(), null)).toEqual({ graceMs: 500, step: null })
  })
})

describe('rules of a test', () => {
  const rules = new FateRules()
  rules.add({ namespace: 'shop', fate: 'never' })
  rules.add({ namespace: 'shop', labels: { app: 'web' }, fate: 'crash', log: 'from the rule' })
  rules.add({ namespace: 'shop', name: 'web-9', fate: 'oom' })

  test.each([
    ['the newest that matches wins', pod(), 'crash'],
    ['by name', pod({}, { name: 'web-9' }), 'oom'],
    ['by namespace', pod({}, { labels: {} }), 'never'],
    ['not those of another namespace', pod({}, { namespace: 'else' }), 'ok'],
    [
      'over the annotation, which holds without a rule',
      pod({}, { namespace: 'else', annotations: { 'test/fate': 'late:5' } }),
      'late:5',
    ],
  ])('%s', (_, subject, wanted) => {
    expect(rules.textOf(subject)).toBe(wanted)
  })

  test('a rule may bring a log', () => {
    expect([rules.logOf(pod()), rules.logOf(pod({}, { labels: {} }))]).toEqual([
      'from the rule',
      null,
    ])
  })
})
