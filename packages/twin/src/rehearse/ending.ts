// The last lines of ./rehearse: what came of it, and whether that is right.
import { renderReport } from './expectation.ts'
import { renderFailure } from './failure.ts'
import type { RehearsalOutcome, RehearsalReport } from './outcome.ts'
import type { Rehearsed } from './rehearse.ts'

/** As docs/rehearsal.md explains them. */
const MEANINGS: Readonly<Record<RehearsalOutcome, string>> = {
  promoted: 'the new model has all the traffic',
  aborted: 'the new model was stopped, and the traffic is as it was before',
  held: 'the reviewer said no, and production is as it was before',
}

export function renderEnd(scenario: string, report: RehearsalReport): string {
  const live = renderReport(report)
  const calls = Object.entries(report.apiCalls).map(([name, count]) => `${name} ${count}`)
  return (
    `\n${scenario}: ${report.outcome} in ${report.seconds} s\n` +
    `  staging       ${live.staging}\n` +
    `  production    ${live.production}\n` +
    `  statuses      ${live.statuses}\n` +
    `  pull requests ${live.pullRequests}\n` +
    `  API calls     ${calls.join(', ')}\n`
  )
}

/** `rejected`: somebody at the terminal, or a flag, said no. */
export function renderRight(
  scenario: string,
  outcome: RehearsalOutcome,
  rejected: boolean,
): string {
  const who = rejected ? 'as the reviewer decided' : 'as docs/rehearsal.md says'
  return `\nThe rehearsal went well, ${who}: ${scenario} ends ${outcome} (${MEANINGS[outcome]}).\n`
}

/** `own`: a run on the user's repository, whose last word is where it stopped. */
export function renderWrong(wrong: readonly string[], own: Rehearsed | null): string {
  const lines = wrong.map((line) => `  ${line}\n`).join('')
  const text = `\nnot as docs/rehearsal.md says:\n${lines}`
  if (own === null) return text
  return `${text}\nthis run ended ${own.report.outcome}: ${renderFailure(own.failure)}\n`
}
