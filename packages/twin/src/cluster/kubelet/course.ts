// The life of a pod by its fate, step by step (pure). Step 0 is the first after the binding.
import { planCrashLoop } from './crash-loop.ts'
import type { Fate } from './fate.ts'
import { planImagePull } from './image-pull.ts'
import { isOfJob, type Pod } from './pod.ts'
import {
  over,
  running,
  terminated,
  waiting,
  type ContainerView,
  type PodEvent,
  type Step,
  type Terminated,
} from './step.ts'

/** What happens to the first container; the others only run beside it. */
interface FirstContainer {
  readonly view: ContainerView
  readonly events?: readonly PodEvent[]
  readonly next?: number | null
}

interface Ending {
  readonly end: Terminated
  /** Ready while it runs, as without a readiness probe. */
  readonly readyFirst?: boolean
}

/** How long a container runs before it ends by itself. */
const RUN_MS = 100

export function planStep(pod: Pod, fate: Fate, number: number): Step {
  switch (fate.kind) {
    case 'ok':
      return isOfJob(pod)
        ? planEnd(pod, { end: terminated(0, 'Completed') }, number)
        : live(pod, true)
    case 'never':
      return live(pod, false)
    case 'late':
      return number === 0 ? { ...live(pod, false), next: fate.ms } : live(pod, true, [])
    case 'creating':
    case 'unschedulable':
      return besides(pod, { view: waiting('ContainerCreating') })
    case 'crash':
      return planEnd(pod, { end: terminated(1, 'Error') }, number)
    case 'flap':
      return planEnd(pod, { end: terminated(1, 'Error'), readyFirst: true }, number)
    case 'oom':
      return planEnd(pod, { end: terminated(137, 'OOMKilled') }, number)
    case 'exit':
      return planEnd(
        pod,
        { end: terminated(fate.code, fate.code === 0 ? 'Completed' : 'Error') },
        number,
      )
    case 'init-crash':
      return planInitCrash(pod, number)
    case 'imagepull':
      return besides(pod, planImagePull(firstOf(pod), 'not-found', number))
    case 'pull-late':
      return number * PULL_MS < fate.ms
        ? { ...besides(pod, planImagePull(firstOf(pod), 'timeout', number)), next: PULL_MS }
        : live(pod, true)
    case 'invalid-image':
    case 'config-error':
      return besides(pod, planRefusal(pod, fate.kind))
    case 'unknown':
      // Not Failed: its controller would make the next one at once, thousands in a minute.
      return besides(pod, {
        view: waiting('UnknownFate', `test/fate "${fate.text}" is not known`),
      })
  }
}

const PULL_MS = 300

const firstOf = (pod: Pod) => pod.spec.containers[0] ?? { name: 'none', image: 'none' }

const pulled = (pod: Pod): readonly PodEvent[] => {
  const { name, image } = firstOf(pod)
  const message = `Container image "${image}" already present on machine`
  return [{ type: 'Normal', reason: 'Pulled', message, container: name }, started(pod)]
}

const started = (pod: Pod): PodEvent => {
  const { name } = firstOf(pod)
  return {
    type: 'Normal',
    reason: 'Started',
    message: `Started container ${name}`,
    container: name,
  }
}

/** Init containers have ended well, but for those that run along (restartPolicy Always). */
function doneInit(pod: Pod): readonly ContainerView[] {
  return (pod.spec.initContainers ?? []).map(({ restartPolicy }) =>
    restartPolicy === 'Always'
      ? running(true)
      : { ...over(terminated(0, 'Completed')), ready: true },
  )
}

function live(pod: Pod, ready: boolean, events = pulled(pod)): Step {
  const containers = pod.spec.containers.map(() => running(ready))
  return { phase: 'Running', init: doneInit(pod), containers, events, next: null }
}

function besides(pod: Pod, first: FirstContainer): Step {
  const [, ...others] = pod.spec.containers
  const isUp = first.view.state.kind !== 'waiting' || first.view.last !== null
  return {
    // A pod is Pending until all its containers have started once.
    phase: isUp ? 'Running' : 'Pending',
    init: doneInit(pod),
    containers: [first.view, ...others.map(() => running(true))],
    events: first.events ?? [],
    next: first.next ?? null,
  }
}

/** The first container ends; whether it starts again is the restart policy's matter. */
function planEnd(pod: Pod, ending: Ending, number: number): Step {
  const { end, readyFirst = false } = ending
  const policy = pod.spec.restartPolicy ?? 'Always'
  if (policy === 'Always' || (policy === 'OnFailure' && end.exitCode !== 0)) {
    const { view, next, event } = planCrashLoop(
      loopOf(pod, firstOf(pod).name, { end, readyFirst }),
      number,
    )
    return besides(pod, { view, next, events: crashEvents(pod, firstOf(pod).name, event) })
  }
  if (number === 0) return { ...live(pod, readyFirst), next: RUN_MS }
  const others = terminated(0, 'Completed')
  return {
    phase: end.exitCode === 0 ? 'Succeeded' : 'Failed',
    init: doneInit(pod),
    containers: pod.spec.containers.map((_, index) => over(index === 0 ? end : others)),
    events: [],
    next: null,
  }
}

function planInitCrash(pod: Pod, number: number): Step {
  const [first, ...others] = pod.spec.initContainers ?? []
  if (first === undefined)
    return planStep(pod, { kind: 'unknown', text: 'init-crash (the pod has no init container)' }, 0)
  const end = terminated(1, 'Error')
  const main = pod.spec.containers.map(() => waiting('PodInitializing'))
  const rest = others.map(() => waiting('PodInitializing'))
  if (pod.spec.restartPolicy === 'Never' && number > 0)
    return { phase: 'Failed', init: [over(end), ...rest], containers: main, events: [], next: null }
  const { view, next, event } = planCrashLoop(
    loopOf(pod, first.name, { end, readyFirst: false }),
    number,
  )
  const events = crashEvents(pod, first.name, event)
  return { phase: 'Pending', init: [view, ...rest], containers: main, events, next }
}

const loopOf = (
  pod: Pod,
  container: string,
  how: { readonly end: Terminated; readonly readyFirst: boolean },
) => {
  const { name, namespace, uid } = pod.metadata
  return { ...how, container, pod: `${name}_${namespace}(${uid})` }
}

function crashEvents(
  pod: Pod,
  container: string,
  event: 'started' | 'backing-off' | null,
): readonly PodEvent[] {
  const { name, namespace, uid } = pod.metadata
  if (event === 'started')
    return [
      { type: 'Normal', reason: 'Started', message: `Started container ${container}`, container },
    ]
  const message = `Back-off restarting failed container ${container} in pod ${name}_${namespace}(${uid})`
  return event === null ? [] : [{ type: 'Warning', reason: 'BackOff', message, container }]
}

function planRefusal(pod: Pod, kind: 'invalid-image' | 'config-error'): FirstContainer {
  const { name, image } = firstOf(pod)
  const warning = (reason: string, message: string): PodEvent => ({
    type: 'Warning',
    reason,
    message,
    container: name,
  })
  if (kind === 'config-error') {
    const message = 'configmap "settings" not found'
    return {
      view: waiting('CreateContainerConfigError', message),
      events: [warning('Failed', `Error: ${message}`)],
    }
  }
  const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`
  return {
    view: waiting('InvalidImageName', message),
    events: [warning('InspectFailed', message), warning('Failed', 'Error: InvalidImageName')],
  }
}
