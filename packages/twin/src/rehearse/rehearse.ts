// One rehearsal from the first commit to the last status.
import type { ReviewWanted } from '../driver/request.ts'
import { findFailure, type Failure } from './failure.ts'
import { observeOutcome, type RehearsalReport } from './outcome.ts'
import type { Scenario } from './scenarios.ts'
import { Stage, type StageOptions } from './stage.ts'
import type { Timeline } from './timeline.ts'

export type Decision = 'approved' | 'rejected'

export interface RehearsalOptions {
  readonly repository: StageOptions['repository']
  readonly project: StageOptions['project']
  readonly description: StageOptions['description']
  readonly azure?: StageOptions['azure']
  readonly scenario: Scenario
  readonly timeline: Timeline
  /** Asks the person; `evidence` is the summary of what was planned and tested. */
  readonly decide: (wanted: ReviewWanted, evidence: string) => Promise<Decision>
  /** Real seconds. */
  readonly clock: () => number
  /** Looks at the world once everything has been played, before it is taken down. */
  readonly inspect?: (stage: Stage) => Promise<void>
}

export interface Rehearsed {
  readonly report: RehearsalReport
  /** What the scenario itself found wrong. */
  readonly notes: readonly string[]
  /** Where the last run that failed stopped; null when none failed. */
  readonly failure: Failure | null
}

export async function rehearse(options: RehearsalOptions): Promise<Rehearsed> {
  const { scenario, timeline } = options
  const started = options.clock()
  const summaries: string[] = []
  const stage = await Stage.open({
    repository: options.repository,
    project: options.project,
    description: options.description,
    ...(options.azure !== undefined && { azure: options.azure }),
    ...scenario.setting,
    onEvent: (event) => {
      if (event.kind === 'run-started') summaries.length = 0
      if (event.kind === 'step-ended' && event.summary !== null) summaries.push(event.summary)
      timeline.hear(event)
    },
    onPerson: (at, text) => timeline.person(at, text),
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
  })
  try {
    timeline.person(stage.twin.now(), `${scenario.name}: ${scenario.about}`)
    const notes = await scenario.play(stage)
    const seconds = Math.round((options.clock() - started) * 10) / 10
    await options.inspect?.(stage)
    const report = observeOutcome(stage, { timeline: timeline.entries, seconds })
    return { report, notes, failure: findFailure(stage.runs) }
  } finally {
    await stage.close()
  }
}
