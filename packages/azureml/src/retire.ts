// Deletion of a slot. A slot that serves anybody is never deleted.
import type { WriteReport } from '@sluice/rollout'
import { stateOf } from './observe.ts'
import { finishOperation } from './operation.ts'
import type { Patience } from './patience.ts'
import { isBusy, refusalError } from './refusal.ts'
import { patienceFor, readSlot, slotPath, type Site } from './site.ts'
import { guardSlot } from './slot-guard.ts'

const POLL_SECONDS = 5
const BUSY_SECONDS = 10

export async function retireSlot(
  site: Site,
  slot: string,
  signal: AbortSignal,
): Promise<WriteReport> {
  const patience = patienceFor(site, `slot ${slot} of ${site.endpoint}`)
  if ((await readSlot(site, slot, signal)) === null) return { changed: false }
  await deleteSlot(site, { slot, patience }, signal)
  return { changed: true }
}

/** Resolves when a read no longer finds the slot. Throws AZUREML_SLOT_HAS_TRAFFIC when it serves anybody. */
export async function deleteSlot(
  site: Site,
  { slot, patience }: { readonly slot: string; readonly patience: Patience },
  signal: AbortSignal,
): Promise<void> {
  const path = slotPath(site, slot)
  for (let wary = false; ; wary = true) {
    await guardSlot(site, { slot, patience, wary }, signal)
    const answer = await site.arm.send({ method: 'DELETE', path }, signal)
    if (answer.status < 300 || answer.status === 404) {
      await finishOperation({ arm: site.arm, what: `DELETE ${path}`, patience }, answer, signal)
      break
    }
    if (!isBusy(answer)) throw refusalError(`DELETE ${path}`, answer)
    await patience(BUSY_SECONDS, 'at work, and refused the deletion', signal)
  }
  for (;;) {
    const raw = await readSlot(site, slot, signal)
    if (raw === null) return
    await patience(POLL_SECONDS, stateOf(raw), signal)
  }
}
