// One write or deletion of a slot, sent until Azure takes it. The door would send it again by itself
// without a look at the traffic, so here every try is the only one of its request.
import { RETRY_LIMITS } from '@sluice/http'
import { SluiceError } from '@sluice/rollout'
import type { JsonObject } from './json.ts'
import { isNoAnswer, retryAfter } from './operation.ts'
import type { Patience } from './patience.ts'
import { isBusy, refusalError, type AzureAnswer } from './refusal.ts'
import { slotPath, type Site } from './site.ts'
import { guardSlot } from './slot-guard.ts'

export interface SlotWriting {
  readonly slot: string
  readonly patience: Patience
  readonly request:
    { readonly method: 'PUT'; readonly body: JsonObject } | { readonly method: 'DELETE' }
  /** A read shows that a try was taken although its answer did not say so. */
  readonly isUnderWay: () => Promise<boolean>
}

const BUSY_SECONDS = 10

/**
 * The answer with which Azure took it; null: it was taken without one, and reads show how it goes on.
 * Throws AZUREML_SLOT_HAS_TRAFFIC when the slot serves anybody before a try.
 */
export async function sendSlotWrite(
  site: Site,
  { slot, patience, request, isUnderWay }: SlotWriting,
  signal: AbortSignal,
): Promise<AzureAnswer | null> {
  const path = slotPath(site, slot)
  let passing = 0
  for (let wary = false; ; wary = true) {
    await guardSlot(site, { slot, patience, wary }, signal)
    const tried = await site.arm
      .send({ ...request, path, retry: 'never' }, signal)
      .catch((error: unknown) => {
        if (isNoAnswer(error, signal)) return error
        throw error
      })
    const answer = tried instanceof SluiceError ? null : tried
    if (answer !== null && isTaken(answer, request.method)) return answer
    const failure =
      tried instanceof SluiceError ? tried : refusalError(`${request.method} ${path}`, tried)
    const busy = answer !== null && isBusy(answer)
    if (answer !== null && !busy && !isPassing(answer)) throw failure
    if (await isUnderWay()) return null
    if (!busy && ++passing >= RETRY_LIMITS.tries) throw failure
    const seconds = busy || answer === null ? BUSY_SECONDS : retryAfter(answer)
    await patience(seconds, busy ? 'at work, and refused the write' : 'not answering', signal)
  }
}

const isTaken = ({ status }: AzureAnswer, method: string): boolean =>
  status < 300 || (method === 'DELETE' && status === 404)

/** Says nothing about the write itself, and may be over at the next try. */
const isPassing = ({ status }: AzureAnswer): boolean =>
  status === 408 || status === 429 || status >= 500
