// What the change is about: the target and its platform.
import { badInput, type Ports } from '@sluice/action'
import type { Platform, SlotPair, Target } from '@sluice/rollout'
import { loadAdapter } from './adapter.ts'
import type { Config } from './config.ts'
import { readHanded, type Handed } from './handed.ts'

export interface Subject {
  readonly target: Target
  readonly platform: Platform
  readonly close: () => Promise<void>
}

/** What the post step needs to reach the same endpoint again, without inputs. No secrets. */
export interface Reach {
  readonly target: Target
  readonly slots: SlotPair
  readonly raw: Readonly<Record<string, string>>
}

export async function openSubject(
  config: Config,
  ports: Ports,
): Promise<{ readonly subject: Subject; readonly handed: Handed }> {
  const adapter = await loadAdapter(config.platform, config.raw, ports)
  const handed = await readHanded(config, ports, adapter)
  const { place, platform, close } = await adapter.open(handed.target, config.slots)
  return { subject: { target: { ...handed.target, place }, platform, close }, handed }
}

export async function reopen(reach: Reach, ports: Ports): Promise<Subject> {
  const { target, slots, raw } = reach
  if (target.platform === 'memory') throw new Error('the memory platform has no adapter')
  const adapter = await loadAdapter(target.platform, raw, ports)
  if (adapter.problems.length > 0) throw badInput(adapter.problems)
  const { platform, close } = await adapter.open(target, slots)
  return { target, platform, close }
}
