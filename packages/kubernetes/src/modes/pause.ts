// Holding a rollout, and letting it go on.
import type { ObjectReport } from '../apply/report.ts'
import { sendChange, told, type ChangeOptions, type ModePorts } from './change.ts'
import { isPaused, isRollout, type Target } from './workload.ts'
import { fieldAt } from '../record.ts'

/** Changes of the template no longer reach the pods. Already paused: `unchanged`. */
export const pause = (
  ports: ModePorts,
  targets: readonly Target[],
  { dryRun }: ChangeOptions,
): Promise<readonly ObjectReport[]> =>
  Promise.all(
    targets.map(async (target) =>
      isPaused(target.object)
        ? told(target, { action: 'unchanged', message: 'it is paused already' })
        : sendChange(ports, target, {
            mode: 'pause',
            action: 'paused',
            patch: { spec: { paused: true } },
            dryRun,
          }),
    ),
  )

/** Changes of the template reach the pods again. Not paused: `unchanged`. */
export const resume = (
  ports: ModePorts,
  targets: readonly Target[],
  { dryRun }: ChangeOptions,
): Promise<readonly ObjectReport[]> =>
  Promise.all(
    targets.map(async (target) =>
      isPaused(target.object)
        ? sendChange(ports, target, {
            mode: 'resume',
            action: 'resumed',
            patch: { spec: { paused: null } },
            dryRun,
          })
        : told(target, { action: 'unchanged', message: describeGoing(target) }),
    ),
  )

/** A Rollout that waits at a step of its canary is not paused in this sense. */
function describeGoing({ id, object }: Target): string {
  const waiting = fieldAt(object, ['status', 'pauseConditions'])
  return isRollout(id) && Array.isArray(waiting) && waiting.length > 0
    ? 'it is not paused but waits at a step of its strategy; promote it to go on'
    : 'it is not paused'
}
