// A container without a probe counts as ready the moment it starts, and crashes a moment later. So
// such a workload must stay ready for a while before we call it so.
import type { KubeObject } from '../../object.ts'
import { conditionOf, groupKindOf, listAt, numberAt, textAt } from '../fields.ts'
import { progressing, type HealthStatus } from '../status/health-status.ts'

const KINDS = ['/Pod', 'apps/DaemonSet', 'apps/Deployment', 'apps/ReplicaSet', 'apps/StatefulSet']

/** Nothing but time can tell that its pods work. */
function isUnproven(object: KubeObject): boolean {
  if (!KINDS.includes(groupKindOf(object))) return false
  if (numberAt(object, 'spec.replicas', 1) === 0) return false
  if (numberAt(object, 'status.desiredNumberScheduled', 1) === 0) return false
  if (numberAt(object, 'spec.minReadySeconds', 0) > 0) return false
  if (textAt(object, 'status.phase') === 'Succeeded') return false
  const pods = groupKindOf(object) === '/Pod' ? 'spec' : 'spec.template.spec'
  return listAt(object, `${pods}.containers`).some(
    (container) => !('readinessProbe' in container) && !('startupProbe' in container),
  )
}

export interface Streak {
  /** When it was first seen ready without a break; null: not ready at the last look. */
  readonly from: number | null
  /** It was seen not ready before. */
  readonly broken: boolean
}

export const noStreak: Streak = { from: null, broken: false }

/** The streak after one more look. */
export function continueStreak(streak: Streak, { state }: HealthStatus, now: number): Streak {
  if (state !== 'ready') return { from: null, broken: true }
  return { from: streak.from ?? now, broken: streak.broken }
}

/** `status`, or that it must stay ready for longer. `now` by the server's clock. */
export function steadyStatus(
  object: KubeObject,
  status: HealthStatus,
  {
    streak,
    now,
    seconds,
  }: { readonly streak: Streak; readonly now: number; readonly seconds: number },
): HealthStatus {
  if (status.state !== 'ready' || seconds === 0 || !isUnproven(object)) return status
  // Its conditions may prove that it was ready long before the first look.
  const from = streak.broken ? streak.from : (readySince(object) ?? streak.from)
  if (now - (from ?? now) >= seconds * 1000) return status
  const why = 'a container has no readiness probe'
  return progressing('Settling', `ready; it must stay so for ${seconds} s, because ${why}`)
}

/** It says itself that it became ready within the last `seconds`: a loop may have made it so. */
export function hasJustTurned(object: KubeObject, now: number, seconds: number): boolean {
  const from = readySince(object)
  return from !== null && now >= from && now - from < seconds * 1000
}

/** null where the kind does not tell. */
function readySince(object: KubeObject): number | null {
  const available =
    conditionOf(object, 'Available')?.changed ?? conditionOf(object, 'Ready')?.changed
  const complete = conditionOf(object, 'Progressing')?.updated
  return available === null || available === undefined ? null : Math.max(available, complete ?? 0)
}
