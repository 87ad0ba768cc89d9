// Waiting until an object that is being deleted is gone.
import { SluiceError } from '@sluice/rollout'
import type { Clock } from '@sluice/http'
import type { Answer, ApiServer } from '../connection/api-server.ts'
import { renderId, type KubeObject, type ObjectId } from '../object.ts'
import { isPassing } from './refusals.ts'
import { refuse, refuseWith, type End } from './write-end.ts'

export interface GoingParts {
  readonly api: ApiServer
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Milliseconds since 1970. */
  readonly deadline: number
}

export const PAUSES_SECONDS = [0.1, 0.2, 0.4, 0.8]
export const LONGEST_PAUSE_SECONDS = 1.5

/**
 * Null: it is gone, or another one took its place. A server that gives no answer is asked until the
 * deadline: what was deleted to be made anew must not stay away because of one lost answer.
 */
export async function waitUntilGone(
  parts: GoingParts,
  id: ObjectId,
  { metadata }: KubeObject,
): Promise<End | null> {
  const { api, clock, signal, deadline } = parts
  for (let turn = 0; ; turn += 1) {
    const answer = await untilAnswered(parts, () => api.get(id))
    if (answer.ok && answer.value?.metadata.uid !== metadata.uid) return null
    if (!answer.ok && !isPassing(answer.refusal)) return refuseWith(answer.refusal)
    if (clock.now() >= deadline) {
      return answer.ok && answer.value !== null
        ? refuse('Terminating', stillThere(id, answer.value))
        : refuse('Terminating', `${renderId(id)}: whether it is gone could not be read in time`)
    }
    await clock.sleep(PAUSES_SECONDS[turn] ?? LONGEST_PAUSE_SECONDS, signal)
  }
}

/** Asks again while no answer comes at all; at the deadline rejects with why. */
export async function untilAnswered<Value>(
  { clock, signal, deadline }: GoingParts,
  ask: () => Promise<Answer<Value>>,
): Promise<Answer<Value>> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const mayPass = error instanceof SluiceError && error.fault === 'platform'
      if (signal.aborted || !mayPass || clock.now() >= deadline) throw error
      await clock.sleep(LONGEST_PAUSE_SECONDS, signal)
    }
  }
}

function stillThere(id: ObjectId, { metadata }: KubeObject): string {
  const finalizers = metadata.finalizers ?? []
  const why = finalizers.length === 0 ? '' : `, held by finalizers ${finalizers.join(', ')}`
  return `${renderId(id)} is being deleted and was still there when the time was up${why}; run again to make it anew`
}
