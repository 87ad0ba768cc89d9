// One rehearsal from the first commit to the last status.
import type { DriverEvent } from '../driver/timeline.ts'
import type { ReviewWanted } from '../driver/request.ts'
import { findFailure, type Failure } from './failure.ts'
import type { Platform } from './platform.ts'
import type { Report } from './report.ts'
import type { Scenario } from './scenario.ts'
import type { SiteOwner } from './site.ts'
import type { Stage } from './stage.ts'
import type { Timeline } from './timeline.ts'

export type Decision = 'approved' | 'rejected'

export interface RehearsalOptions<On extends Stage = Stage> extends SiteOwner {
  readonly timeline: Timeline
  /** Asks the person; `evidence` is the summary of what was planned and tested. */
  readonly decide: (wanted: ReviewWanted, evidence: string) => Promise<Decision>
  /** Real seconds. */
  readonly clock: () => number
  /** Looks at the world once everything has been played, before it is taken down. */
  readonly inspect?: (stage: On) => Promise<void>
}

export interface Rehearsed<Gives extends Report> {
  readonly report: Gives
  /** The report in the words of the table, by column. */
  readonly cells: Readonly<Record<string, string>>
  /** What its outcome means on this platform. */
  readonly meaning: string
  /** What the scenario itself found wrong. */
  readonly notes: readonly string[]
  /** Where the last run that failed stopped; null when none failed. */
  readonly failure: Failure | null
}

/** Rejects with RehearsalRefused or PartsMissing when it cannot begin. */
export async function rehearse<On extends Stage, Gives extends Report, Plays extends Scenario<On>>(
  { platform, scenario }: { platform: Platform<On, Gives, Plays>; scenario: Plays },
  options: RehearsalOptions<On>,
): Promise<Rehearsed<Gives>> {
  const { timeline } = options
  const started = options.clock()
  const summaries: string[] = []
  const stage = await platform.open(
    {
      repository: options.repository,
      project: options.project,
      onEvent: (event) => {
        const summary = summaryIn(event)
        if (event.kind === 'run-started') summaries.length = 0
        if (summary !== null) summaries.push(summary)
        timeline.hear(event)
        if (summary !== null && platform.showsSummaries) timeline.summary(event.at, summary)
      },
      onPerson: (at, text) => timeline.person(at, text),
      onProgress: (text) => timeline.progress(text),
      awaitReview: async (wanted, at) => {
        const state =
          scenario.review === 'reject'
            ? 'rejected'
            : await options.decide(wanted, summaries.join('\n'))
        await at.person.review(wanted.run.id, {
          state,
          comment: `rehearsal: ${state}`,
          environment: wanted.environment,
        })
      },
    },
    scenario,
  )
  try {
    timeline.person(stage.twin.now(), `${scenario.name}: ${scenario.about}`)
    const notes = await scenario.play(stage)
    const seconds = Math.round((options.clock() - started) * 10) / 10
    await options.inspect?.(stage)
    const report = await platform.observe(stage, { timeline: timeline.entries, seconds })
    return {
      report,
      cells: platform.render(report),
      meaning: platform.meanings[report.outcome],
      notes,
      failure: findFailure(stage.runs),
    }
  } finally {
    await stage.close()
  }
}

const summaryIn = (event: DriverEvent): string | null =>
  event.kind === 'step-ended' ? event.summary : null
