// A refusal in the shape Azure Resource Manager gives it.
import type { SimAnswer } from '../kernel/simulator.ts'

/** Thrown by checks before anything changes; the face turns it into its answer. */
export class Refusal extends Error {
  readonly answer: SimAnswer

  constructor(answer: SimAnswer) {
    super(JSON.stringify(answer.body))
    this.answer = answer
  }
}

export interface RefusalFacts {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly target?: string
  /** One line per problem, when there are several. */
  readonly details?: readonly { readonly code: string; readonly message: string }[]
}

export function armRefusal(facts: RefusalFacts): Refusal {
  const { status, code, message } = facts
  return new Refusal({
    status,
    headers: { 'x-ms-error-code': code },
    body: { error: { code, message, target: facts.target ?? '', details: facts.details ?? [] } },
  })
}

/** 400 for a body or a query that makes no sense; `target` names the place. */
export const badRequest = (message: string, target = 'body'): Refusal =>
  armRefusal({ status: 400, code: 'BadRequest', message, target })

export const conflict = (message: string, target: string): Refusal =>
  armRefusal({ status: 409, code: 'Conflict', message, target })

export const notFound = (message: string, target: string): Refusal =>
  armRefusal({ status: 404, code: 'ResourceNotFound', message, target })
