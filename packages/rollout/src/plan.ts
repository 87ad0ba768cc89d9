// The plan document: what a rollout will do, before it does anything. Plain JSON, canonical, no time in it.
import type { RevisionMark } from './revision.ts'
import type { Mirror, RequestMatch, SlotMatch } from './routing.ts'
import { renderPlanWeights } from './weights.ts'

export const PLAN_SCHEMA = 'sluice/plan/v1'

export interface Strategy {
  /** Rising weights of the candidate; blue/green is `[100]`. `[0]`, with match or mirror: those alone. */
  readonly steps: readonly number[]
  /** How long each step is watched before the next, and the last before the end. Whole seconds. */
  readonly bakeSeconds: number
  /** A/B: from a first step on, requests that fit get the candidate; ends with weight 100. */
  readonly match?: RequestMatch
  /** Shadow: in a first step of weight 0 the candidate gets copies of this percent of requests. */
  readonly mirrorPercent?: number
}

export interface PlanStep {
  readonly weights: Readonly<Record<string, number>>
  readonly bakeSeconds: number
  /** Absent: none. */
  readonly match?: SlotMatch
  readonly mirror?: Mirror
}

export interface Plan {
  readonly schema: typeof PLAN_SCHEMA
  /** Rollout identity, 16 hex. */
  readonly rollout: string
  readonly endpoint: string
  readonly slot: string
  readonly revision: RevisionMark
  readonly strategy: Strategy
  /** The last good weights; going back is one write of these. Empty for a first rollout: weight 0. */
  readonly before: Readonly<Record<string, number>>
  /** What the slot that served before held; null: none did, or it bore no mark. Going back wants it still there. */
  readonly beforeRevision: RevisionMark | null
  /** Ready replicas that the slot which served had: no step is made while it has fewer (S4). */
  readonly beforeReplicas?: number
  readonly steps: readonly PlanStep[]
  /** What going back means, in one sentence. */
  readonly back: string
}

/** `blue=90,green=10; header X-User=premium to green; 20 % copied to green` */
export function renderPlanStep({ weights, match, mirror = {} }: PlanStep): string {
  const matched =
    match === undefined ? [] : [`${match.kind} ${match.name}=${match.value} to ${match.slot}`]
  const copied = Object.entries(mirror).map(([slot, percent]) => `${percent} % copied to ${slot}`)
  return [renderPlanWeights(weights), ...matched, ...copied].join('; ')
}
