// After the last bake: what becomes of the slot that served before. Until then it is the way back (S4).
import type { Ports } from '@sluice/action'
import { SluiceError, type Observation } from '@sluice/rollout'
import type { Config } from './config.ts'
import type { Subject } from './subject.ts'

export interface OldSlotEnd {
  readonly changed: boolean
  /** For the summary; '' when there is nothing to tell. */
  readonly told: string
}

/** How often a drain shows that it goes on. */
const PROGRESS_SECONDS = 30

/**
 * Waits `drain-seconds`, then scales the old slot to zero or deletes it. A failure is a warning: the
 * traffic is where it belongs, and a failed step would take it back.
 */
export async function endOldSlot(
  config: Config,
  subject: Pick<Subject, 'platform' | 'target'>,
  ports: Ports,
): Promise<OldSlotEnd> {
  if (config.oldSlot === 'keep') return { changed: false, told: '' }
  const how = config.oldSlot === 'retire' ? 'delete' : 'scale-to-zero'
  const old = config.slots.find((slot) => slot !== subject.target.slot) ?? ''
  try {
    const look = await subject.platform.observe(ports.signal)
    if (!isLeft(look, old, config.oldSlot)) return { changed: false, told: '' }
    await drain(config.drainSeconds, old, ports)
    const { changed } = await subject.platform.retire(old, ports.signal, how)
    const told = how === 'delete' ? `slot ${old} was deleted` : `slot ${old} was scaled to zero`
    return { changed, told: changed ? told : '' }
  } catch (error) {
    if (!(error instanceof SluiceError) || ports.signal.aborted) throw error
    ports.log.warning(
      `slot ${old} was to ${how === 'delete' ? 'be deleted' : 'be scaled to zero'}: ${error.message}`,
    )
    return { changed: false, told: `slot ${old} is still there: ${error.message}` }
  }
}

const isLeft = (look: Observation, old: string, wish: Config['oldSlot']): boolean => {
  const slot = look.slots.find((seen) => seen.slot === old)
  if (slot === undefined || (look.traffic[old] ?? 0) > 0) return false
  return wish === 'retire' || slot.replicas > 0 || slot.health === 'changing'
}

async function drain(seconds: number, slot: string, { clock, log, signal }: Ports): Promise<void> {
  for (let left = seconds; left > 0; left -= PROGRESS_SECONDS) {
    log.info(`slot ${slot} drains for another ${left} s`)
    await clock.sleep(Math.min(left, PROGRESS_SECONDS), signal)
  }
}
