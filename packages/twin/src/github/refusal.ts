// Answers that say no, in GitHub's shapes. Handlers throw them; the face sends them.
import type { SimAnswer } from '../kernel/simulator.ts'

export class Refusal extends Error {
  readonly status: number
  readonly more: Readonly<Record<string, unknown>>

  constructor(status: number, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = 'Refusal'
    this.status = status
    this.more = more
  }
}

export interface FieldError {
  readonly resource: string
  readonly code: string
  readonly field?: string
  readonly message?: string
}

export const notFound = (message = 'Not Found'): Refusal => new Refusal(404, message)

export const unprocessable = (message: string): Refusal => new Refusal(422, message)

export const validationFailed = (...errors: readonly FieldError[]): Refusal =>
  new Refusal(422, 'Validation Failed', { errors })

/** A token that lacks a permission. */
export const notAccessible = (accepted: string): Refusal =>
  new Refusal(403, 'Resource not accessible by integration', { accepted })

/** `violations` are sentences such as `Changes must be made through a pull request.` */
export const ruleViolations = (status: number, violations: readonly string[]): Refusal =>
  new Refusal(status, `Repository rule violations found\n\n${violations.join('\n\n')}\n\n`)

export function answerOf(refusal: Refusal): SimAnswer {
  const { accepted, ...more } = refusal.more
  return {
    status: refusal.status,
    headers: typeof accepted === 'string' ? { 'x-accepted-github-permissions': accepted } : {},
    body: {
      message: refusal.message,
      ...more,
      documentation_url: 'https://docs.github.com/rest',
      status: String(refusal.status),
    },
  }
}
