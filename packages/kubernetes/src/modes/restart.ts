// New pods from the same template, as `kubectl rollout restart` does it.
import type { ObjectReport } from '../apply/report.ts'
import { sendChange, told, type ChangeOptions, type ModePorts } from './change.ts'
import { isPaused, isRollout, type Target } from './workload.ts'
import { fieldAt } from '../record.ts'

const ANNOTATION = 'kubectl.kubernetes.io/restartedAt'

/**
 * Notes the time in the pod template (in `spec.restartAt` of a Rollout). The manifests do not name
 * that field, so a later apply neither conflicts with it nor removes it. Each call restarts again.
 */
export async function restart(
  ports: ModePorts,
  targets: readonly Target[],
  options: ChangeOptions,
): Promise<readonly ObjectReport[]> {
  const time = `${new Date(ports.clock.now()).toISOString().slice(0, 19)}Z`
  return Promise.all(targets.map((target) => restartOne(ports, target, { ...options, time })))
}

async function restartOne(
  ports: ModePorts,
  target: Target,
  { dryRun, time }: ChangeOptions & { readonly time: string },
): Promise<ObjectReport> {
  if (isRollout(target.id)) {
    const patch = { spec: { restartAt: time } }
    return sendChange(ports, target, { mode: 'restart', action: 'restarted', patch, dryRun })
  }
  if (isPaused(target.object)) {
    return told(target, {
      action: 'refused',
      reason: 'Paused',
      message: 'it is paused, so its pods would not be replaced; use mode resume first',
    })
  }
  const template = { metadata: { annotations: { [ANNOTATION]: time } } }
  return sendChange(ports, target, {
    mode: 'restart',
    action: 'restarted',
    patch: { spec: { template } },
    dryRun,
    message: describeStrategy(target),
  })
}

const describeStrategy = ({ object }: Target): string =>
  fieldAt(object, ['spec', 'updateStrategy', 'type']) === 'OnDelete'
    ? 'its update strategy is OnDelete: each pod restarts when somebody deletes it'
    : ''
