// The evidence document: raw counts, what was asked, the rules, and the verdict that follows from them.
import type { Target, Verdict } from '@sluice/rollout'

export const EVIDENCE_SCHEMA = 'sluice/evidence/v1'

/** What became of the samples of one request file. `failures` counts by reason, in fixed words. */
export interface RequestCounts {
  readonly name: string
  /** sha256 hex of the request body. */
  readonly digest: string
  readonly sent: number
  /** Answered by the right slot, every expectation met. */
  readonly passed: number
  /** Answered by the right slot, an expectation not met. */
  readonly failed: number
  /** No answer, or the platform's own failure: says nothing of the revision. */
  readonly unanswered: number
  /** Answered, but not provably by the slot that was asked. */
  readonly unproven: number
  /** Reason to count, for `failed`, `unanswered` and `unproven` together. */
  readonly reasons: Readonly<Record<string, number>>
}

/** Milliseconds over all answered samples; null while nothing was answered. */
export interface LatencyFigures {
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** The thresholds that the verdict was reached with, so that anyone can reach it again. */
export interface GateRules {
  /** Fewer answered samples than this: inconclusive. */
  readonly minimumSamples: number
  /** Share of answered samples that may fail, 0 to 1. */
  readonly maximumFailureShare: number
  /** Share of tries that may get no answer, 0 to 1; more is inconclusive. */
  readonly maximumUnansweredShare: number
  /** Milliseconds; null: latency is reported, not judged. */
  readonly maximumP95Ms: number | null
}

export interface Evidence {
  readonly schema: typeof EVIDENCE_SCHEMA
  readonly target: Target
  readonly requests: readonly RequestCounts[]
  readonly latencyMs: LatencyFigures | null
  readonly rules: GateRules
  /** sha256 hex of the policy file's bytes; null when the default expectations were used. */
  readonly policyDigest: string | null
  readonly verdict: Verdict
  /** Why, in words, the deciding one first. */
  readonly reasons: readonly string[]
}
