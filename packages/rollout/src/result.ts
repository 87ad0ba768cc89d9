// A value, or the full list of what is wrong with it. Used where several problems are told at once.

/** One problem of some input: what, where, found, wanted, next, in one sentence or two. */
export interface Problem {
  /** The input, file (with `:line`) or field that it is about. */
  readonly where: string
  readonly message: string
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export const good = <T>(value: T): Result<T> => ({ ok: true, value })

export const bad = (...problems: readonly Problem[]): Result<never> => ({ ok: false, problems })
