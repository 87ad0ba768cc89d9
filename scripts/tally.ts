// Counts of passed and failed checks, for people and for `.ci/run`.
import { appendFileSync } from 'node:fs'

export interface Tally {
  readonly part: string
  readonly passed: number
  readonly failed: number
}

/**
 * Prints one line, and adds it to the file named by SLUICE_TALLY where that is set, so that
 * `.ci/run` can sum up parts that run in processes of their own.
 */
export function reportTally(tally: Tally): void {
  console.log(`${tally.part}: ${tally.passed} passed, ${tally.failed} failed`)
  const file = process.env['SLUICE_TALLY']
  if (file) appendFileSync(file, `${tally.passed} ${tally.failed} ${tally.part}\n`)
}
