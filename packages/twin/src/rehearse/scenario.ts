// A scenario: what people do, and what is done to them. What must come of it stands in
// docs/rehearsal.md, not here.
import type { Stage } from './stage.ts'

export interface Scenario<On extends Stage = Stage> {
  readonly name: string
  /** One line for `--list`. */
  readonly about: string
  /** What the reviewer says; `ask`: the person at the terminal, or the flag. */
  readonly review: 'ask' | 'reject' | 'none'
  /** Returns notes of its own checks that failed; empty when all held. */
  readonly play: (stage: On) => Promise<readonly string[]>
}
