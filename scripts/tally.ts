// Counts of passed and failed checks, for people and for `.ci/run`.
import { appendFileSync } from 'node:fs'

export interface Tally {
  readonly part: string
  readonly passed: number
  readonly failed: number
  /** What needs something that is not here. Absent: none. */
  readonly skipped?: number
}

/**
 * Prints one line, and adds it to the file named by SLUICE_TALLY where that is set, so that
 * `.ci/run` can sum up parts that run in processes of their own.
 */
export function reportTally(tally: Tally): void {
  const { part, passed, failed, skipped = 0 } = tally
  console.log(
    `${part}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
  )
  const file = process.env['SLUICE_TALLY']
  if (file) appendFileSync(file, `${passed} ${failed} ${skipped} ${part}\n`)
}
