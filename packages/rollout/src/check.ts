// What a look at the endpoint's own address says after a step: is it well for those who call it?
import type { Verdict } from './verdict.ts'
import type { Weights } from './weights.ts'

export interface CheckedStep {
  /** 1-based; 0: after going back. */
  readonly number: number
  readonly of: number
  /** What the endpoint was given by then. */
  readonly weights: Weights
}

export interface EndpointCheck {
  readonly verdict: Verdict
  /** In one sentence for a person, without secrets; may be empty when it passed. */
  readonly reason: string
}

/** One check that was made, in order. */
export interface StepCheck extends EndpointCheck {
  /** 1-based; 0: after going back. */
  readonly step: number
}

/** Whether the endpoint was seen well again after going back. */
export interface BackCheck {
  readonly state: 'verified' | 'unverified'
  /** Why it is not verified; empty otherwise. */
  readonly reason: string
}
