import type { RevisionMark } from './revision.ts'

export type Verdict = 'pass' | 'fail' | 'inconclusive'

/** A verdict as far as a traffic change needs it: what it says, and of which revision. */
export interface BoundVerdict {
  readonly verdict: Verdict
  /** The mark that the tested slot bore: revision and configuration. */
  readonly revision: RevisionMark
  /** sha256 hex of the evidence document. */
  readonly evidenceDigest: string
}
