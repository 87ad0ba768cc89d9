// The one error class of the project. Expected endings are outcome values; this is for the rest.

/** Who can mend it: the user (annotate, no stack), the platform (request id, status), or us. */
export type Fault = 'user' | 'platform' | 'bug'

export interface ErrorFacts {
  /** UPPER_SNAKE with the package as prefix, from that package's closed table. */
  readonly code: string
  readonly fault: Fault
  /** What, where, what was found, what was wanted. */
  readonly message: string
  /** What to do next. */
  readonly hint: string
  readonly cause?: unknown
}

export class SluiceError extends Error {
  readonly code: string
  readonly fault: Fault
  readonly hint: string

  constructor(facts: ErrorFacts) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'SluiceError'
    this.code = facts.code
    this.fault = facts.fault
    this.hint = facts.hint
  }
}

/** One row of a package's table of codes; `docs/errors.md` is generated from all tables. */
export interface ErrorRow {
  readonly fault: Fault
  readonly meaning: string
  readonly hint: string
}

/**
 * Turns a package's closed table into its error constructor, so that a code, its fault and its
 * usual hint are written once.
 */
export function errorsOf<const Table extends Readonly<Record<string, ErrorRow>>>(table: Table) {
  return (
    code: keyof Table & string,
    message: string,
    more: { readonly hint?: string; readonly cause?: unknown } = {},
  ): SluiceError => {
    const row = table[code] as ErrorRow
    return new SluiceError({
      code,
      fault: row.fault,
      message,
      hint: more.hint ?? row.hint,
      cause: more.cause,
    })
  }
}
