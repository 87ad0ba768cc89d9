export type Verdict = 'pass' | 'fail' | 'inconclusive'

/** A verdict as far as a traffic change needs it: what it says, and of which revision. */
export interface BoundVerdict {
  readonly verdict: Verdict
  /** Revision half of the mark that the tested slot had, 16 hex. */
  readonly revision: string
  /** sha256 hex of the evidence document. */
  readonly evidenceDigest: string
}
