// Our own rules, and what differs from kstatus or goes beyond it; shapes as controllers write them.
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { defaultStatusOptions, statusOf, type StatusContext } from '../../src/health/index.ts'
import type { KubeObject } from '../../src/object.ts'
import { START, at, deployment, readyStatus } from './objects.ts'

const context: StatusContext = {
  now: START,
  since: START,
  written: null,
  lateClasses: new Set(),
  options: defaultStatusOptions,
}

const of = (object: KubeObject, more: Partial<StatusContext> = {}): string => {
  const { state, reason } = statusOf(object, { ...context, ...more })
  return `${state} ${reason}`.trim()
}

const kube = (apiVersion: string, kind: string, yaml: string): KubeObject => ({
  metadata: { name: 'x', namespace: 'shop', uid: 'u', generation: 1 },
  ...(parse(yaml) as object),
  apiVersion,
  kind,
})

interface Row {
  readonly says: string
  readonly wanted: string
  readonly yaml: string
}

const rows = (text: string): readonly Row[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const [says = '', wanted = '', yaml = ''] = line.split(' | ').map((cell) => cell.trim())
      return { says, wanted, yaml }
    })

const table = (apiVersion: string, kind: string, text: string): void => {
  describe(`${kind}`, () => {
    test.each(rows(text))('$says: $wanted', ({ wanted, yaml }) => {
      expect(of(kube(apiVersion, kind, yaml))).toBe(wanted)
    })
  })
}

table(
  'apps/v1',
  'StatefulSet',
  `
  OnDelete | ready OnDelete | {spec: {updateStrategy: {type: OnDelete}}, status: {observedGeneration: 1}}
  no replicas | ready | {spec: {replicas: 0}, status: {observedGeneration: 1, replicas: 0}}
  partition kept | ready Partition | {spec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 2}}}, status: {observedGeneration: 1, replicas: 3, readyReplicas: 3, updatedReplicas: 1, currentRevision: a, updateRevision: b}}
  partition not reached | progressing LessUpdated | {spec: {replicas: 3, updateStrategy: {rollingUpdate: {partition: 1}}}, status: {observedGeneration: 1, replicas: 3, readyReplicas: 3, updatedReplicas: 1}}
  partition 0, the server's default | progressing LessUpdated | {spec: {replicas: 2, updateStrategy: {rollingUpdate: {partition: 0}}}, status: {observedGeneration: 1, replicas: 2, readyReplicas: 2, updatedReplicas: 1}}
  ready too short | progressing LessAvailable | {spec: {replicas: 1, minReadySeconds: 5, updateStrategy: {rollingUpdate: {partition: 0}}}, status: {observedGeneration: 1, replicas: 1, readyReplicas: 1, updatedReplicas: 1, availableReplicas: 0}}
  old revision left | progressing RevisionMismatch | {spec: {replicas: 1}, status: {observedGeneration: 1, replicas: 1, readyReplicas: 1, currentReplicas: 1, currentRevision: a, updateRevision: b}}
`,
)

table(
  'apps/v1',
  'DaemonSet',
  `
  OnDelete | ready OnDelete | {spec: {updateStrategy: {type: OnDelete}}, status: {observedGeneration: 1, desiredNumberScheduled: 2}}
  no nodes | ready NoNodes | {status: {observedGeneration: 1, desiredNumberScheduled: 0}}
  old pods left | progressing LessUpdated | {status: {observedGeneration: 1, desiredNumberScheduled: 2, currentNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2, numberReady: 2}}
`,
)

table(
  'batch/v1',
  'Job',
  `
  running | progressing JobRunning | {status: {startTime: x, active: 1}}
  complete | ready | {status: {startTime: x, conditions: [{type: Complete, status: "True"}]}}
  about to complete | progressing Completing | {status: {startTime: x, conditions: [{type: SuccessCriteriaMet, status: "True"}]}}
  about to fail | failed BackoffLimitExceeded | {status: {startTime: x, conditions: [{type: FailureTarget, status: "True", reason: BackoffLimitExceeded}]}}
  failed | failed DeadlineExceeded | {status: {conditions: [{type: Failed, status: "True", reason: DeadlineExceeded}]}}
  suspended | paused Suspended | {spec: {suspend: true}, status: {conditions: [{type: Suspended, status: "True"}]}}
`,
)

table(
  'v1',
  'Pod',
  `
  ended badly | failed Evicted | {status: {phase: Failed, reason: Evicted}}
  done | ready | {status: {phase: Succeeded}}
  no node | progressing Unschedulable | {status: {phase: Pending, conditions: [{type: PodScheduled, status: "False", reason: Unschedulable}]}}
  held by a gate | progressing NotScheduled | {status: {phase: Pending, conditions: [{type: PodScheduled, status: "False", reason: SchedulingGated}]}}
  crashes: its grace decides | progressing CrashLoopBackOff | {status: {phase: Running, containerStatuses: [{name: a, state: {waiting: {reason: CrashLoopBackOff}}}]}}
  deleted | terminating Terminating | {metadata: {name: x, deletionTimestamp: now}, status: {phase: Running, conditions: [{type: Ready, status: "True"}]}}
`,
)

table(
  'v1',
  'Namespace',
  `
  active | ready | {status: {phase: Active}}
  going | terminating Terminating | {status: {phase: Terminating}}
`,
)

table(
  'v1',
  'PersistentVolumeClaim',
  `
  bound | ready | {status: {phase: Bound}}
  pending | progressing NotBound | {status: {phase: Pending}}
  lost | failed Lost | {status: {phase: Lost}}
`,
)

table(
  'autoscaling/v2',
  'HorizontalPodAutoscaler',
  `
  new | ready | {spec: {}}
  without metrics | ready FailedGetResourceMetric | {status: {conditions: [{type: ScalingActive, status: "False", reason: FailedGetResourceMetric}]}}
  without a target | progressing FailedGetScale | {status: {conditions: [{type: AbleToScale, status: "False", reason: FailedGetScale}]}}
`,
)

table(
  'apiregistration.k8s.io/v1',
  'APIService',
  `
  new | progressing NotAvailable | {spec: {}}
  available | ready | {status: {conditions: [{type: Available, status: "True"}]}}
  no endpoints | progressing MissingEndpoints | {status: {conditions: [{type: Available, status: "False", reason: MissingEndpoints}]}}
`,
)

table(
  'argoproj.io/v1alpha1',
  'Rollout',
  `
  new | progressing NotObserved | {spec: {}}
  seen as a text | ready | {status: {observedGeneration: "1", phase: Healthy, stableRS: a, currentPodHash: a}}
  not seen | progressing NotObserved | {metadata: {name: x, generation: 2}, status: {observedGeneration: "1", phase: Healthy, stableRS: a, currentPodHash: a}}
  healthy, not promoted | progressing NotPromoted | {status: {observedGeneration: "1", phase: Healthy, stableRS: a, currentPodHash: b}}
  paused at a step | paused CanaryPauseStep | {status: {observedGeneration: "1", phase: Paused, controllerPause: true, pauseConditions: [{reason: CanaryPauseStep}]}}
  going on | progressing Resuming | {status: {observedGeneration: "1", phase: Paused, controllerPause: true}}
  degraded | failed Degraded | {status: {observedGeneration: "1", phase: Degraded}}
  aborted | failed Aborted | {status: {observedGeneration: "1", phase: Degraded, abort: true}}
`,
)

table(
  'flagger.app/v1beta1',
  'Canary',
  `
  new | progressing NotObserved | {spec: {}}
  first time | ready Initialized | {status: {phase: Initialized}}
  busy | progressing WaitingPromotion | {status: {phase: WaitingPromotion}}
  promoted | ready | {status: {phase: Succeeded, lastAppliedSpec: a, lastPromotedSpec: a}}
  not this one | progressing NotPromoted | {status: {phase: Succeeded, lastAppliedSpec: b, lastPromotedSpec: a}}
  failed | failed CanaryFailed | {status: {phase: Failed, failedChecks: 5}}
`,
)

table(
  'argoproj.io/v1alpha1',
  'Application',
  `
  new | progressing NotObserved | {spec: {}}
  good | ready | {status: {sync: {status: Synced}, health: {status: Healthy}, operationState: {phase: Succeeded}}}
  old revision | progressing OutOfSync | {status: {sync: {status: OutOfSync}, health: {status: Healthy}}}
  degraded | failed Degraded | {status: {sync: {status: Synced}, health: {status: Degraded}}}
  suspended | paused Suspended | {status: {sync: {status: Synced}, health: {status: Suspended}}}
  syncing | progressing Syncing | {operation: {}, status: {sync: {status: Synced}, health: {status: Healthy}}}
  failed | failed SyncFailed | {status: {operationState: {phase: Failed}}}
`,
)

table(
  'gateway.networking.k8s.io/v1',
  'HTTPRoute',
  `
  nobody answered | progressing NotAccepted | {spec: {parentRefs: [{name: gw}]}}
  accepted | ready | {spec: {parentRefs: [{name: gw}]}, status: {parents: [{conditions: [{type: Accepted, status: "True", observedGeneration: 1}, {type: ResolvedRefs, status: "True", observedGeneration: 1}]}]}}
  of before | progressing NotObserved | {metadata: {name: x, generation: 2}, spec: {parentRefs: [{name: gw}]}, status: {parents: [{conditions: [{type: Accepted, status: "True", observedGeneration: 1}, {type: ResolvedRefs, status: "True", observedGeneration: 1}]}]}}
  one of two | progressing NotAccepted | {spec: {parentRefs: [{name: gw}, {name: other}]}, status: {parents: [{conditions: []}]}}
  no back end | progressing BackendNotFound | {spec: {parentRefs: [{name: gw}]}, status: {parents: [{conditions: [{type: Accepted, status: "True"}, {type: ResolvedRefs, status: "False", reason: BackendNotFound}]}]}}
`,
)

table(
  'serving.kserve.io/v1beta1',
  'InferenceService',
  `
  new | progressing NotReady | {spec: {}}
  ready | ready | {status: {conditions: [{type: Ready, status: "True"}], modelStatus: {transitionStatus: UpToDate}}}
  loading | progressing InProgress | {status: {conditions: [{type: Ready, status: "True"}], modelStatus: {transitionStatus: InProgress}}}
  cannot load | failed ModelLoadFailed | {status: {conditions: [{type: Ready, status: "True"}], modelStatus: {transitionStatus: BlockedByFailedLoad, lastFailureInfo: {reason: ModelLoadFailed, message: bad}}}}
`,
)

table(
  'example.com/v1',
  'Widget',
  `
  no status | ready | {spec: {}}
  stalled | failed Broken | {status: {conditions: [{type: Stalled, status: "True", reason: Broken}]}}
  reconciling | progressing Busy | {status: {conditions: [{type: Reconciling, status: "True", reason: Busy}]}}
  ready, of before | progressing NotObserved | {metadata: {name: x, generation: 2}, status: {conditions: [{type: Ready, status: "True", observedGeneration: 1}]}}
`,
)

describe('options', () => {
  test.each([
    [
      'v1',
      'Service',
      '{spec: {type: LoadBalancer, clusterIP: 10.0.0.1}}',
      'waitLoadBalancer',
      'NoLoadBalancer',
    ],
    ['networking.k8s.io/v1', 'Ingress', '{spec: {}}', 'waitIngress', 'NoAddress'],
  ] as const)(
    '%s %s waits for its address only when told',
    (apiVersion, kind, yaml, name, reason) => {
      const object = kube(apiVersion, kind, yaml)
      const options = { ...defaultStatusOptions, [name]: true }
      const there = { ...object, status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } }
      expect(of(object)).toBe('ready')
      expect(of(object, { options })).toBe(`progressing ${reason}`)
      expect(of(there, { options })).toBe('ready')
    },
  )

  test('a claim of a late class is not awaited until a pod wants it', () => {
    const claim = kube(
      'v1',
      'PersistentVolumeClaim',
      '{spec: {storageClassName: late}, status: {phase: Pending}}',
    )
    const lateClasses = new Set(['late'])
    const annotations = { 'volume.kubernetes.io/selected-node': 'n' }
    const wanted = { ...claim, metadata: { ...claim.metadata, annotations } }
    expect(of(claim, { lateClasses })).toBe('ready WaitForFirstConsumer')
    expect(of(wanted, { lateClasses })).toBe('progressing NotBound')
  })
})

describe('Deployment', () => {
  const exceeded = (said: number) =>
    deployment({
      status: {
        conditions: [
          {
            type: 'Progressing',
            status: 'False',
            reason: 'ProgressDeadlineExceeded',
            lastUpdateTime: at(said),
            lastTransitionTime: at(said),
          },
        ],
      },
    })

  test('counts before it is called complete', () => {
    expect(of(deployment({ status: readyStatus() }))).toBe('ready')
    expect(of(deployment({ generation: 3, status: readyStatus() }))).toBe('progressing NotObserved')
    expect(of(deployment())).toBe('progressing LessAvailable')
  })

  test('no replicas', () => {
    const counts = { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 }
    const object = deployment({ spec: { replicas: 0 }, status: { ...readyStatus(), ...counts } })
    expect(of(object)).toBe('ready')
  })

  test('paused, however it stands', () => {
    expect(of(deployment({ spec: { paused: true }, status: readyStatus() }))).toBe('paused Paused')
    expect(of(exceeded(1))).toBe('failed ProgressDeadlineExceeded')
  })

  test('a deadline that passed before the write does not fail it', () => {
    expect(of(exceeded(-60))).toBe('progressing LessAvailable')
  })

  test('unless it has had all that time again', () => {
    expect(of(exceeded(-60), { now: START + 600_000 })).toBe('failed ProgressDeadlineExceeded')
  })

  test('the server’s own time of the write counts, not ours', () => {
    const managed = (seconds: number) => {
      const object = exceeded(-60)
      const managedFields = [
        {
          manager: 'sluice',
          operation: 'Apply' as const,
          apiVersion: 'apps/v1',
          time: at(seconds),
        },
        {
          manager: 'kube-controller-manager',
          operation: 'Update' as const,
          apiVersion: 'apps/v1',
          subresource: 'status',
          time: at(500),
        },
      ]
      return { ...object, metadata: { ...object.metadata, managedFields } }
    }
    const written = deployment()
    expect(of(managed(-90), { written })).toBe('failed ProgressDeadlineExceeded')
    expect(of(managed(-30), { written })).toBe('progressing LessAvailable')
  })

  test('pods that are refused are told while pods are missing', () => {
    const refused = {
      type: 'ReplicaFailure',
      status: 'True',
      reason: 'FailedCreate',
      message: 'exceeded quota',
    }
    const object = deployment({
      status: { replicas: 0, updatedReplicas: 0, conditions: [refused] },
    })
    expect(statusOf(object, context)).toEqual({
      state: 'progressing',
      reason: 'ReplicaFailure',
      message: 'exceeded quota',
    })
  })
})

describe('a status of before the write', () => {
  const canary = kube(
    'flagger.app/v1beta1',
    'Canary',
    '{spec: {analysis: {interval: 1m30s}}, status: {phase: Succeeded}}',
  )
  const widget = kube(
    'example.com/v1',
    'Widget',
    '{status: {conditions: [{type: Ready, status: "True"}]}}',
  )

  test.each([
    ['Canary', canary, 99, 101],
    ['Widget', widget, 9, 11],
  ])(
    '%s: counts only after its controller had its turn, or when it moved',
    (_, object, before, after) => {
      const written = object
      const moved = { ...object, status: { ...(object['status'] as object), moved: true } }
      expect(of(object, { written, now: START + before * 1000 })).toBe('progressing NotObserved')
      expect(of(object, { written, now: START + after * 1000 })).toBe('ready')
      expect(of(moved, { written, now: START + 1000 })).toBe('ready')
      expect(of(object)).toBe('ready')
    },
  )
})
