// An image that does not come: ErrImagePull and ImagePullBackOff turn by turn (pure).
import type { PodContainer } from './pod.ts'
import { waiting, type ContainerView, type PodEvent } from './step.ts'

export interface PullMoment {
  readonly view: ContainerView
  readonly events: readonly PodEvent[]
  readonly next: number
}

/** Why the registry did not give the image. */
export type PullFault = 'not-found' | 'timeout'

const PAUSES_MS = { first: 100, error: 200, backOff: 1000, longest: 30_000 }

/** Moment 0: pulls. Then turn by turn: the pull failed, and waiting for the next one. */
export function planImagePull(
  container: PodContainer,
  fault: PullFault,
  moment: number,
): PullMoment {
  const { name, image } = container
  const event = (type: PodEvent['type'], reason: string, message: string): PodEvent => ({
    type,
    reason,
    message,
    container: name,
  })
  if (moment === 0)
    return {
      view: waiting('ContainerCreating'),
      events: [event('Normal', 'Pulling', `Pulling image "${image}"`)],
      next: PAUSES_MS.first,
    }
  const cause = causeOf(image, fault)
  if (moment % 2 === 1)
    return {
      view: waiting('ErrImagePull', cause),
      events: [
        event('Warning', 'Failed', `Failed to pull image "${image}": ${cause}`),
        event('Warning', 'Failed', 'Error: ErrImagePull'),
      ],
      next: PAUSES_MS.error,
    }
  return {
    view: waiting('ImagePullBackOff', `Back-off pulling image "${image}": ErrImagePull: ${cause}`),
    events: [
      event('Normal', 'BackOff', `Back-off pulling image "${image}"`),
      event('Warning', 'Failed', 'Error: ImagePullBackOff'),
    ],
    next: Math.min(PAUSES_MS.backOff * 2 ** (moment / 2 - 1), PAUSES_MS.longest),
  }
}

function causeOf(image: string, fault: PullFault): string {
  const what = `failed to pull and unpack image "${image}": failed to resolve reference "${image}"`
  return fault === 'not-found'
    ? `rpc error: code = NotFound desc = ${what}: ${image}: not found`
    : `rpc error: code = Unknown desc = ${what}: failed to do request: dial tcp 192.0.2.1:443: i/o timeout`
}
