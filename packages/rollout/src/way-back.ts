// The way back: the one write that goes there, and whether it is still open (S4, S5).
import { renderMarks, type LastGood, type Marks } from './marks.ts'
import type { Write } from './next.ts'
import type { Observation } from './observation.ts'
import { slotOf } from './slots.ts'

/**
 * The one write that goes back: the last good weights, nobody matched or copied, `rollout` kept,
 * `step` and `plan` dropped. `rejected`: revisions (16 hex) that are refused from now on (S9).
 */
export const goBack = (marks: Marks, good: LastGood, rejected: readonly string[]): Write => ({
  kind: 'write',
  step: 0,
  weights: good.weights,
  match: null,
  mirror: {},
  marks: renderMarks({
    ...marks,
    plan: null,
    step: null,
    owner: null,
    expires: null,
    previous: good,
    rejected: [...new Set([...marks.rejected, ...rejected])],
  }),
})

/** S4, S5: why going back to these weights is not safe now; null: it is. */
export function lostWayBack(observation: Observation, good: LastGood): string | null {
  for (const name of Object.keys(good.weights)) {
    const slot = slotOf(observation, name)
    if (slot === null) return `slot ${name}, the last good one, is gone`
    if (slot.revision !== good.revision) {
      return `slot ${name} holds ${slot.revision ?? 'a revision without a mark'}, not ${good.revision ?? 'the one without a mark'} that was good`
    }
    if (slot.health !== 'healthy' || slot.replicas < 1) {
      return `slot ${name}, the last good one, is ${slot.health} with ${slot.replicas} running`
    }
  }
  return null
}

/** S4: why no step may be made, though the way back is open: the old slot is too small; null: none. */
export function tooSmall(observation: Observation, good: LastGood): string | null {
  if (good.replicas === undefined) return null
  for (const name of Object.keys(good.weights)) {
    const ready = slotOf(observation, name)?.replicas ?? 0
    if (ready < good.replicas) {
      return `slot ${name}, the last good one, has ${ready} ready replicas; it had ${good.replicas} when the rollout began, and going back needs as many: scale it up again, or go back with mode: abort`
    }
  }
  return null
}
