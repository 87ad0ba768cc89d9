// Deletion of a slot. A slot that serves anybody is never deleted.
import type { WriteReport } from '@sluice/rollout'
import { azuremlError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { mirrorOf, stateOf, trafficOf } from './observe.ts'
import { finishOperation } from './operation.ts'
import type { Patience } from './patience.ts'
import { isBusy, refusalError } from './refusal.ts'
import { patienceFor, readIdleEndpoint, readSlot, slotPath, type Site } from './site.ts'

const POLL_SECONDS = 5
const BUSY_SECONDS = 10

/** Throws AZUREML_SLOT_HAS_TRAFFIC when the slot gets live or mirrored requests. */
export function refuseServingSlot(
  site: Pick<Site, 'endpoint'>,
  slot: string,
  endpoint: JsonObject,
): void {
  const live = trafficOf(endpoint)[slot] ?? 0
  const mirrored = mirrorOf(endpoint)[slot] ?? 0
  if (live === 0 && mirrored === 0) return
  throw azuremlError(
    'AZUREML_SLOT_HAS_TRAFFIC',
    `slot ${slot} of ${site.endpoint} has ${live} % of live traffic and ${mirrored} % mirrored; it was not touched`,
  )
}

export async function retireSlot(
  site: Site,
  slot: string,
  signal: AbortSignal,
): Promise<WriteReport> {
  const patience = patienceFor(site, `slot ${slot} of ${site.endpoint}`)
  const endpoint = await readIdleEndpoint(site, patience, signal)
  if (endpoint === null) return { changed: false }
  refuseServingSlot(site, slot, endpoint)
  if ((await readSlot(site, slot, signal)) === null) return { changed: false }
  await deleteSlot(site, { slot, patience }, signal)
  return { changed: true }
}

/** Resolves when a read no longer finds the slot. The caller has made sure that it serves nobody. */
export async function deleteSlot(
  site: Site,
  { slot, patience }: { readonly slot: string; readonly patience: Patience },
  signal: AbortSignal,
): Promise<void> {
  const path = slotPath(site, slot)
  for (;;) {
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
