// What must come of each scenario: the table of docs/rehearsal.md, compared with what came.
import { readFile } from 'node:fs/promises'
import type { RehearsalReport, Traffic } from './outcome.ts'

export interface Expectation {
  readonly scenario: string
  readonly outcome: string
  readonly staging: string
  readonly production: string
  readonly statuses: string
  readonly pullRequests: string
}

const BEGIN = '<!-- expected:begin -->'
const END = '<!-- expected:end -->'

/** Throws when the page has no table, or a row with another number of cells. */
export async function readExpectations(page: string): Promise<readonly Expectation[]> {
  const text = await readFile(page, 'utf8')
  const table = text.slice(text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END))
  const rows = table
    .split('\n')
    .filter((line) => line.trim().startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replaceAll('`', '').trim()),
    )
  if (rows.length === 0) throw new Error(`${page} has no table of expected results`)
  return rows.map((cells) => {
    const [scenario, outcome, staging, production, statuses, pullRequests, ...more] = cells
    if (
      scenario === undefined ||
      outcome === undefined ||
      staging === undefined ||
      production === undefined ||
      statuses === undefined ||
      pullRequests === undefined ||
      more.length > 0
    ) {
      throw new Error(`${page}: a row has ${cells.length} cells, wanted 6: ${cells.join(' | ')}`)
    }
    return { scenario, outcome, staging, production, statuses, pullRequests }
  })
}

/** The report in the words of the table. */
export const renderReport = (report: RehearsalReport): Omit<Expectation, 'scenario'> => ({
  outcome: report.outcome,
  staging: renderTraffic(report.traffic.staging),
  production: renderTraffic(report.traffic.production),
  statuses: counted(report.statuses.map(({ context, state }) => `${context} ${state}`)),
  pullRequests: counted(
    report.pullRequests.map(({ head, base, state }) => `${head} to ${base} ${state}`),
  ),
})

/** One line per difference; empty when the report is as the table says. */
export function differences(expected: Expectation, report: RehearsalReport): readonly string[] {
  const found = renderReport(report)
  return (Object.keys(found) as (keyof typeof found)[])
    .filter((key) => expected[key] !== found[key])
    .map((key) => `${key}: found "${found[key]}"; docs/rehearsal.md says "${expected[key]}"`)
}

export const renderTraffic = (traffic: Traffic): string =>
  Object.entries(traffic)
    .map(([slot, weight]) => `${slot}=${weight}`)
    .join(', ') || 'none'

/** `a x 2, b x 1`, in alphabetical order; `none`. */
function counted(items: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1)
  return (
    [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([item, count]) => `${item} x ${count}`)
      .join(', ') || 'none'
  )
}
