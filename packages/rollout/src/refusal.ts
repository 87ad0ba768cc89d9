// A refusal: a decision not to act, as a value. Nothing was written when one comes back.
import { errors, rolloutError, type RolloutCode } from './errors.ts'
import type { SluiceError } from './sluice-error.ts'

export interface Refusal {
  readonly kind: 'refused'
  readonly code: RolloutCode
  /** What was found, where, and what was wanted. */
  readonly message: string
  /** What to do next. */
  readonly hint: string
}

export const refuse = (code: RolloutCode, message: string, hint?: string): Refusal => ({
  kind: 'refused',
  code,
  message,
  hint: hint ?? errors[code].hint,
})

export const isRefusal = (value: object): value is Refusal =>
  'kind' in value && value.kind === 'refused'

/** For the edge, where a refusal ends the step. */
export const errorOfRefusal = (refusal: Refusal): SluiceError =>
  rolloutError(refusal.code, refusal.message, { hint: refusal.hint })
