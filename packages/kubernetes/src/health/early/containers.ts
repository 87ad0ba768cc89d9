// The containers of a pod as their kubelet reports them, and what is wrong with one.
import type { KubeObject } from '../../object.ts'
import { fieldsOf, listAt, numberAt, parseTime, textAt, valueAt } from '../fields.ts'
import type { EarlyClass } from './early-options.ts'

export interface Ending {
  readonly reason: string
  readonly message: string
  readonly exitCode: number
  /** Milliseconds since 1970, by the server; null when it does not tell. */
  readonly started: number | null
  readonly finished: number | null
}

export interface Container {
  readonly name: string
  readonly ready: boolean
  readonly restarts: number
  /** Why it does not run; null when it does or did. */
  readonly waiting: { readonly reason: string; readonly message: string } | null
  readonly running: boolean
  /** How it ended just now. */
  readonly terminated: Ending | null
  /** How it ended the time before. */
  readonly last: Ending | null
}

/** Init containers and sidecars first, then the others. */
export const containersOf = (pod: KubeObject): readonly Container[] =>
  [...listAt(pod, 'status.initContainerStatuses'), ...listAt(pod, 'status.containerStatuses')].map(
    (status) => ({
      name: textAt(status, 'name'),
      ready: status['ready'] === true,
      restarts: numberAt(status, 'restartCount', 0),
      waiting:
        valueAt(status, 'state.waiting') === undefined
          ? null
          : {
              reason: textAt(status, 'state.waiting.reason'),
              message: textAt(status, 'state.waiting.message'),
            },
      running: valueAt(status, 'state.running') !== undefined,
      terminated: endingOf(valueAt(status, 'state.terminated')),
      last: endingOf(valueAt(status, 'lastState.terminated')),
    }),
  )

function endingOf(value: unknown): Ending | null {
  if (value === undefined) return null
  const fields = fieldsOf(value)
  return {
    reason: textAt(fields, 'reason'),
    message: textAt(fields, 'message'),
    exitCode: numberAt(fields, 'exitCode', 0),
    started: parseTime(fields['startedAt']),
    finished: parseTime(fields['finishedAt']),
  }
}

const CLASSES: Readonly<Record<string, EarlyClass>> = {
  InvalidImageName: 'invalid-image',
  ErrImageNeverPull: 'invalid-image',
  CreateContainerConfigError: 'config-error',
  CreateContainerError: 'config-error',
  RunContainerError: 'config-error',
  ErrImagePull: 'image-pull',
  ImagePullBackOff: 'image-pull',
  ImageInspectError: 'image-pull',
  RegistryUnavailable: 'image-pull',
  SignatureValidationFailed: 'image-pull',
}

export interface Fault {
  readonly class: EarlyClass
  readonly reason: string
  readonly message: string
  readonly exitCode: number | null
  /** The run of the container that failed; null when it never ran. */
  readonly ending: Ending | null
}

/** What is wrong with a container at this moment; null when nothing that we know to last. */
export function faultOf(container: Container): Fault | null {
  const { waiting, terminated, last } = container
  const reason = waiting?.reason ?? ''
  if (reason === 'CrashLoopBackOff') return crash(container, last ?? terminated)
  const known = CLASSES[reason]
  if (known !== undefined) {
    // Many pods that start at once can make the kubelet late; it comes right by itself.
    if (/failed to sync .* cache/.test(waiting?.message ?? '')) return null
    return {
      class: known,
      reason,
      message: waiting?.message ?? '',
      exitCode: last?.exitCode ?? null,
      ending: null,
    }
  }
  const ended = terminated ?? null
  // 128 is what a node in trouble gives.
  if (ended?.reason === 'ContainerCannotRun' && ended.exitCode !== 128) {
    return { ...crash(container, ended), class: 'config-error' }
  }
  // Between its end and the next wait: it is the same loop.
  return ended !== null && container.restarts > 0 && ended.exitCode !== 0
    ? crash(container, ended)
    : null
}

function crash(container: Container, ending: Ending | null): Fault {
  const starved = ending?.reason === 'OOMKilled'
  const times = container.restarts === 1 ? 'once' : `${container.restarts} times`
  const how = ending === null ? '' : ` with exit code ${ending.exitCode}`
  return {
    class: starved ? 'out-of-memory' : 'crash-loop',
    reason: starved ? 'OOMKilled' : 'CrashLoopBackOff',
    message: starved
      ? `it used more memory than resources.limits.memory allows; restarted ${times}`
      : `it ends${how}; restarted ${times}${ending?.message ? `: ${ending.message}` : ''}`,
    exitCode: ending?.exitCode ?? null,
    ending,
  }
}
