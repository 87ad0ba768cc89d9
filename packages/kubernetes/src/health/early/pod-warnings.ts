// What may still come right by itself: it is told, and never ends the wait.
import type { KubeObject } from '../../object.ts'
import { conditionOf, textAt } from '../fields.ts'
import { containersOf } from './containers.ts'

const TOLD = [
  'FailedMount',
  'FailedAttachVolume',
  'FailedScheduling',
  'FailedCreatePodSandBox',
  'Unhealthy',
]

/** At most one line of a pod, and none of one that is ready. `events` are warnings, oldest first. */
export function podWarning(pod: KubeObject, events: readonly KubeObject[]): string | null {
  if (conditionOf(pod, 'Ready')?.status === 'True') return null
  const name = `pod ${pod.metadata.name ?? ''}`
  if (pod.metadata.deletionTimestamp !== undefined) return null
  const scheduled = conditionOf(pod, 'PodScheduled')
  if (scheduled?.status === 'False') return `${name} has no node: ${scheduled.message}`
  const event = events
    .filter(
      (one) =>
        textAt(one, 'involvedObject.uid') === pod.metadata.uid &&
        TOLD.includes(textAt(one, 'reason')),
    )
    .at(-1)
  if (event !== undefined) return `${name}: ${textAt(event, 'reason')}: ${textAt(event, 'message')}`
  const container = containersOf(pod).find((one) => !one.ready && one.terminated?.exitCode !== 0)
  if (container === undefined) return `${name} has not started yet`
  const waits = container.waiting?.reason
  const what = waits === undefined || waits === '' ? 'runs, but is not ready' : waits
  return `${name}: container ${container.name}: ${what}`
}
