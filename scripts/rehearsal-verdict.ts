// What an exit code of ./rehearse counts as (pure).

export interface RehearsalVerdict {
  readonly verdict: 'passed' | 'failed' | 'skipped'
  /** For people. */
  readonly text: string
}

/** ./rehearse says so when the machine lacks what a scenario needs; docs/rehearsal.md has them all. */
const PARTS_MISSING = 3

/** `ci`: the variable CI. There a machine without its parts is a failure: nobody would see the skip. */
export function judgeRehearsal(code: number | null, ci: string | undefined): RehearsalVerdict {
  if (code === 0) return { verdict: 'passed', text: 'as expected' }
  if (code !== PARTS_MISSING) return { verdict: 'failed', text: `ended with ${code}` }
  return isSet(ci)
    ? { verdict: 'failed', text: 'could not begin, and CI is set' }
    : { verdict: 'skipped', text: 'skipped' }
}

const isSet = (ci: string | undefined): boolean => ci !== undefined && ci !== '' && ci !== 'false'
