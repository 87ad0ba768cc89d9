// A step as the status of a Pod (pure).
import type { Pod, PodContainer } from './pod.ts'
import type { ContainerView, Step } from './step.ts'

export interface StatusFacts {
  readonly ip: string
  /** RFC 3339, whole seconds. */
  readonly now: string
  /** When the kubelet took the pod up. */
  readonly startedAt: string
  /** Of the first container, under an earlier fate: the count never falls. */
  readonly earlierRestarts: number
}

export function renderPodStatus(pod: Pod, step: Step, facts: StatusFacts): object {
  const isOver = step.phase === 'Succeeded' || step.phase === 'Failed'
  const isReady = !isOver && step.containers.every(({ ready }) => ready)
  const isInitialized = step.init.every(({ ready }) => ready)
  const condition = (type: string, holds: boolean, reason: string | null) => ({
    type,
    status: holds ? 'True' : 'False',
    lastProbeTime: null,
    lastTransitionTime: facts.now,
    reason: holds ? null : reason,
    message: null,
  })
  const notReady = step.phase === 'Succeeded' ? 'PodCompleted' : 'ContainersNotReady'
  return {
    phase: step.phase,
    startTime: facts.startedAt,
    hostIP: '127.0.0.1',
    hostIPs: [{ ip: '127.0.0.1' }],
    podIP: facts.ip,
    podIPs: [{ ip: facts.ip }],
    conditions: [
      condition('PodReadyToStartContainers', !isOver, null),
      condition('Initialized', isInitialized, 'ContainersNotInitialized'),
      condition('ContainersReady', isReady, notReady),
      condition('Ready', isReady, notReady),
      condition('PodScheduled', true, null),
    ],
    initContainerStatuses: (pod.spec.initContainers ?? []).map((container, index) =>
      renderContainer(container, step.init[index], { ...facts, earlierRestarts: 0 }),
    ),
    containerStatuses: pod.spec.containers.map((container, index) =>
      renderContainer(
        container,
        step.containers[index],
        index === 0 ? facts : { ...facts, earlierRestarts: 0 },
      ),
    ),
  }
}

function renderContainer(
  { name, image }: PodContainer,
  view: ContainerView | undefined,
  facts: StatusFacts,
): object {
  if (view === undefined) throw new Error(`a step says nothing of the container ${name}`)
  const isRunning = view.state.kind === 'running'
  return {
    name,
    image,
    imageID: '',
    ready: view.ready,
    started: isRunning,
    restartCount: view.restarts + facts.earlierRestarts,
    state: renderState(view.state, facts),
    lastState: view.last === null ? {} : renderState(view.last, facts),
  }
}

function renderState(state: ContainerView['state'], { now }: StatusFacts): object {
  switch (state.kind) {
    case 'waiting':
      return { waiting: { reason: state.reason, ...(state.message && { message: state.message }) } }
    case 'running':
      return { running: { startedAt: now } }
    case 'terminated':
      return {
        terminated: {
          exitCode: state.exitCode,
          reason: state.reason,
          startedAt: now,
          finishedAt: now,
        },
      }
  }
}
