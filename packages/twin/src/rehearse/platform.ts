// What a rehearsal must know of the platform that a user's workflows deploy to.
import type { RehearsalOutcome, Played, Report } from './report.ts'
import type { Scenario } from './scenario.ts'
import type { Stage, StageOptions } from './stage.ts'

export interface Platform<On extends Stage, Gives extends Report, Plays extends Scenario<On>> {
  /** The repository that is played when nobody brings one; relative to the checkout. */
  readonly example: string
  /** The timeline shows what steps write to their summary. */
  readonly showsSummaries: boolean
  /** As docs/rehearsal.md explains them. */
  readonly meanings: Readonly<Record<RehearsalOutcome, string>>
  /**
   * Throws RehearsalRefused when the repository lacks something, PartsMissing when the machine does;
   * nothing is left running then.
   */
  open(options: StageOptions, scenario: Plays): Promise<On>
  observe(stage: On, played: Played): Promise<Gives>
  /** Column of the table of expected results to text, in order. */
  render(report: Gives): Readonly<Record<string, string>>
}
