// After the last bake: what becomes of the slot that served before. Until then it is the way back (S4).
import type { Ports } from '@sluice/action'
import {
  parseMarks,
  refuseForeignClaim,
  SluiceError,
  weightOf,
  type Observation,
  type Platform,
  type Target,
} from '@sluice/rollout'
import type { Config } from './config.ts'

export interface OldSlotEnd {
  readonly changed: boolean
  /** For the summary; '' when there is nothing to tell. */
  readonly told: string
}

/** How often a drain shows that it goes on. */
const PROGRESS_SECONDS = 30

export interface Ending {
  readonly config: Pick<Config, 'oldSlot' | 'drainSeconds' | 'slots'>
  readonly subject: {
    readonly platform: Pick<Platform, 'observe' | 'retire'>
    readonly target: Pick<Target, 'slot'>
  }
  /** As the rollout that ended claimed the endpoint. */
  readonly owner: string
}

type EndingPorts = Pick<Ports, 'clock' | 'signal'> & {
  readonly log: Pick<Ports['log'], 'info' | 'warning'>
}

/**
 * Waits `drain-seconds`, then scales the old slot to zero or deletes it. What somebody else may need
 * stays, and it is told why. A failure is a warning: the traffic is where it belongs, and a failed
 * step would take it back.
 */
export async function endOldSlot(ending: Ending, ports: EndingPorts): Promise<OldSlotEnd> {
  const { config, subject } = ending
  if (config.oldSlot === 'keep') return { changed: false, told: '' }
  const how = config.oldSlot === 'retire' ? 'delete' : 'scale-to-zero'
  const old = config.slots.find((slot) => slot !== subject.target.slot) ?? ''
  const keep = async (): Promise<OldSlotEnd | null> => {
    const look = await subject.platform.observe(ports.signal)
    if (!isLeft(look, old, config.oldSlot)) return { changed: false, told: '' }
    const why = whyKept(look, old, { ...ending, now: Math.floor(ports.clock.now() / 1000) })
    if (why === null) return null
    ports.log.warning(`slot ${old} stays: ${why}`)
    return { changed: false, told: `slot ${old} stays: ${why}` }
  }
  try {
    const kept = await keep()
    if (kept !== null) return kept
    await drain(config.drainSeconds, old, ports)
    // Somebody may have deployed to it, or gone back to it, meanwhile.
    const keptNow = config.drainSeconds === 0 ? null : await keep()
    if (keptNow !== null) return keptNow
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

/**
 * null: it is the slot that served before this endpoint's last rollout, still with what served, and
 * that rollout is over. Else somebody needs it: as the way back of a bake, or for the next revision.
 */
function whyKept(
  look: Observation,
  old: string,
  { subject, owner, now }: Ending & { readonly now: number },
): string | null {
  const { slot: active } = subject.target
  if (look.traffic[active] !== 100) return `slot ${active} does not have all traffic`
  const marks = parseMarks(look.marks)
  if (!marks.ok)
    return marks.problems.map(({ where, message }) => `${where}: ${message}`).join('; ')
  const claimed = refuseForeignClaim(look, marks.value, { owner, now })
  if (claimed !== null) return claimed.message
  const { previous } = marks.value
  if (previous === null || weightOf(previous.weights, old) !== 100) {
    return 'nothing says that it served before'
  }
  const holds = look.slots.find((seen) => seen.slot === old)?.revision ?? null
  if (holds === previous.revision) return null
  return `it holds ${holds ?? 'a revision without a mark'}, not ${previous.revision ?? 'the one without a mark'} that served before`
}

async function drain(
  seconds: number,
  slot: string,
  { clock, log, signal }: EndingPorts,
): Promise<void> {
  for (let left = seconds; left > 0; left -= PROGRESS_SECONDS) {
    log.info(`slot ${slot} drains for another ${left} s`)
    await clock.sleep(Math.min(left, PROGRESS_SECONDS), signal)
  }
}
