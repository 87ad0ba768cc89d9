// The last lines of ./rehearse: what came of it, and whether that is right.
import { renderFailure } from './failure.ts'
import type { Report } from './report.ts'
import type { Rehearsed } from './rehearse.ts'

type Ended = Rehearsed<Report>

export function renderEnd(scenario: string, { report, cells }: Ended): string {
  const calls = Object.entries(report.apiCalls).map(([name, count]) => `${name} ${count}`)
  const { outcome: _, ...others } = cells
  const lines = Object.entries({ ...others, 'API calls': calls.join(', ') })
  return (
    `\n${scenario}: ${report.outcome} in ${report.seconds} s\n` +
    lines.map(([name, text]) => `  ${name.padEnd(14)}${text}\n`).join('')
  )
}

/** `rejected`: somebody at the terminal, or a flag, said no. */
export function renderRight(scenario: string, ended: Ended, rejected: boolean): string {
  const who = rejected ? 'as the reviewer decided' : 'as docs/rehearsal.md says'
  const { outcome } = ended.report
  return `\nThe rehearsal went well, ${who}: ${scenario} ends ${outcome} (${ended.meaning}).\n`
}

/** `own`: a run on the user's repository, whose last word is where it stopped. */
export function renderWrong(wrong: readonly string[], own: Ended | null): string {
  const lines = wrong.map((line) => `  ${line}\n`).join('')
  const text = `\nnot as docs/rehearsal.md says:\n${lines}`
  if (own === null) return text
  return `${text}\nthis run ended ${own.report.outcome}: ${renderFailure(own.failure)}\n`
}
