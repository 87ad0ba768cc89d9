// Deletion of a slot. A slot that serves anybody is never deleted.
import type { WriteReport } from '@sluice/rollout'
import { stateOf } from './observe.ts'
import { finishOperation } from './operation.ts'
import type { Patience } from './patience.ts'
import { patienceFor, readSlot, type Site } from './site.ts'
import { sendSlotWrite } from './slot-write.ts'

const POLL_SECONDS = 5

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
  const isUnderWay = async (): Promise<boolean> => {
    const raw = await readSlot(site, slot, signal)
    return raw === null || stateOf(raw).toLowerCase() === 'deleting'
  }
  const request = { method: 'DELETE' } as const
  const answer = await sendSlotWrite(site, { slot, patience, request, isUnderWay }, signal)
  const what = `deletion of slot ${slot} of ${site.endpoint}`
  if (answer !== null) await finishOperation({ arm: site.arm, what, patience }, answer, signal)
  for (;;) {
    const raw = await readSlot(site, slot, signal)
    if (raw === null) return
    await patience(POLL_SECONDS, stateOf(raw), signal)
  }
}
