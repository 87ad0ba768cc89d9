// What the suites of this folder share: an endpoint with two slots, an order, a plan, who asks.
import {
  isRefusal,
  planRollout,
  type Asking,
  type Capabilities,
  type Plan,
  type RequestMatch,
  type RolloutOrder,
} from '@sluice/rollout'
import { digestOfJson } from '../../../test/doubles/drive-ports.ts'
import {
  MemoryPlatform,
  type MemorySlot,
  type MemoryState,
} from '../../../test/doubles/memory-platform.ts'

export const OLD = '1111111111111111.1111111111111111'
export const NEW = '2222222222222222.2222222222222222'
export const NOW = 1_700_000_000
export const signal = new AbortController().signal
export const BETA: RequestMatch = { kind: 'header', name: 'x-cohort', value: 'beta' }
/** A back end that can everything. */
export const ROUTES: Partial<Capabilities> = {
  matches: ['header', 'cookie'],
  mirrorMaxPercent: 100,
  countsReady: true,
}
export const REPLICAS: Partial<Capabilities> = { weights: 'replicas', countsReady: true }

export const slot = (revision: string, more: Partial<MemorySlot> = {}): MemorySlot => ({
  health: 'healthy',
  revision,
  replicas: 3,
  ...more,
})

/** Blue serves, green is deployed. */
export const twoSlots = (
  capabilities: Partial<Capabilities> = ROUTES,
  more: Partial<MemoryState> = {},
): MemoryPlatform =>
  new MemoryPlatform(
    { slots: { blue: slot(OLD), green: slot(NEW) }, traffic: { blue: 100 }, ...more },
    capabilities,
  )

export const orderOf = (
  strategy: RolloutOrder['strategy'],
  more: Partial<RolloutOrder> = {},
): RolloutOrder => ({
  slots: ['blue', 'green'],
  slot: 'green',
  revision: NEW,
  allowRejected: null,
  strategy,
  ...more,
})

export async function tryPlan(platform: MemoryPlatform, order: RolloutOrder) {
  const facts = { capabilities: platform.capabilities, digest: digestOfJson }
  return planRollout(await platform.observe(signal), order, facts)
}

export async function planOn(platform: MemoryPlatform, order: RolloutOrder): Promise<Plan> {
  const plan = await tryPlan(platform, order)
  if (isRefusal(plan)) throw new Error(`${plan.code}: ${plan.message}`)
  return plan
}

export const asking = (plan: Plan, more: Partial<Asking> = {}) => ({
  planDigest: digestOfJson(plan),
  owner: '7.1',
  allowed: { verdict: 'pass', revision: plan.revision, evidenceDigest: 'e' } as const,
  allowRejected: null,
  ...more,
})
