// Is the slot still what the target says? Looked at before the first request and after the last.
import type { Clock } from '@sluice/http'
import type { Observation, Platform, SluiceError, Target } from '@sluice/rollout'
import { endpointTestError } from './errors.ts'

/** `wait`: it may become right by itself. */
export type SlotCheck =
  | { readonly kind: 'right' }
  | { readonly kind: 'wait'; readonly error: SluiceError }
  | { readonly kind: 'wrong'; readonly error: SluiceError }

export function checkSlot(observation: Observation, target: Target): SlotCheck {
  const where = `slot ${target.slot} of ${target.endpoint}`
  const slot = observation.slots.find((seen) => seen.slot === target.slot)
  if (slot === undefined) {
    const message = `${where}: found no such slot; wanted revision ${target.revision}`
    return { kind: 'wait', error: endpointTestError('ENDPOINT_TEST_TARGET_CHANGED', message) }
  }
  if (slot.health === 'changing') {
    const message = `${where} is still being changed; wanted a healthy one`
    return { kind: 'wait', error: endpointTestError('ENDPOINT_TEST_SLOT_UNHEALTHY', message) }
  }
  if (slot.revision !== target.revision) {
    const found = slot.revision === null ? 'no mark of ours' : `revision ${slot.revision}`
    const message = `${where}: found ${found}; wanted revision ${target.revision}`
    return { kind: 'wrong', error: endpointTestError('ENDPOINT_TEST_TARGET_CHANGED', message) }
  }
  if (slot.health !== 'healthy') {
    const detail = slot.detail === '' ? '' : `: ${slot.detail}`
    const message = `${where} is ${slot.health}${detail}; wanted a healthy one`
    return { kind: 'wrong', error: endpointTestError('ENDPOINT_TEST_SLOT_UNHEALTHY', message) }
  }
  return { kind: 'right' }
}

const PAUSE_SECONDS = 5

export interface SlotQuestion {
  readonly platform: Pick<Platform, 'observe'>
  readonly target: Target
  /** How long an absent or unfinished slot is waited for. */
  readonly waitSeconds: number
}

/** What was seen when the slot was right; throws what is wrong with it. */
export async function observeSlot(
  { platform, target, waitSeconds }: SlotQuestion,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Observation> {
  for (let waited = 0; ; waited += PAUSE_SECONDS) {
    const observation = await platform.observe(signal)
    const check = checkSlot(observation, target)
    if (check.kind === 'right') return observation
    if (check.kind === 'wrong' || waited >= waitSeconds) throw check.error
    await clock.sleep(PAUSE_SECONDS, signal)
  }
}
