// Types of the generated module beside it, which has none of its own.

/** What a compiled validator reports, in the compiler's own format. */
export interface RawComplaint {
  /** JSON pointer into the value. */
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  /** The schema that the keyword stands in. */
  readonly parentSchema: Readonly<Record<string, unknown>>
  readonly data: unknown
}

/** False: `errors` holds what is wrong, until the next call. */
export interface Validator {
  (value: unknown): boolean
  readonly errors?: readonly RawComplaint[] | null
}

export const evidence: Validator
export const lock: Validator
export const plan: Validator
export const policy: Validator
export const target: Validator
