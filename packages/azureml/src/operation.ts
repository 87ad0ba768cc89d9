// Long-running operations of Resource Manager, followed to their end by the address the server gave.
import { SluiceError } from '@sluice/rollout'
import type { Arm } from './arm.ts'
import { textIn, isObject } from './json.ts'
import type { Patience } from './patience.ts'
import { operationError, refusalError, type AzureAnswer } from './refusal.ts'

const POLL_SECONDS = 5
const DONE = ['succeeded']
const LOST = ['failed', 'canceled', 'cancelled']
/** A poll that fails says nothing about the operation; this many in a row are forgiven. */
const FORGIVEN_POLLS = 5

export interface OperationParts {
  readonly arm: Arm
  /** What the operation does, for messages. */
  readonly what: string
  readonly patience: Patience
}

/**
 * Resolves when the operation that `started` began has succeeded, or when nobody knows it any more
 * (then the resource itself must be read). Throws with Azure's code and details when it failed.
 */
export async function finishOperation(
  parts: OperationParts,
  started: AzureAnswer,
  signal: AbortSignal,
): Promise<void> {
  const operation = started.headers['azure-asyncoperation']
  const url = operation ?? started.headers['location']
  if (url === undefined) return
  let last = started
  let state = 'in progress'
  let bad = 0
  for (;;) {
    await parts.patience(retryAfter(last), state, signal)
    const answer = await poll(parts.arm, url, signal)
    if (answer === null || answer.status >= 500) {
      bad += 1
      if (bad > FORGIVEN_POLLS) throw lost(parts.what, answer)
      continue
    }
    bad = 0
    last = answer
    if (answer.status === 404 || answer.status === 204) return
    if (answer.status !== 200 && answer.status !== 202) throw refusalError(parts.what, answer)
    const status = textIn(answer.body, 'status')
    if (status !== null && LOST.includes(status.toLowerCase())) {
      throw operationError(parts.what, status, isObject(answer.body) ? answer.body['error'] : null)
    }
    if (status === null ? answer.status === 200 : DONE.includes(status.toLowerCase())) return
    state = status ?? state
  }
}

/** null: no answer came. A cancel is passed on. */
async function poll(arm: Arm, url: string, signal: AbortSignal): Promise<AzureAnswer | null> {
  try {
    return await arm.follow(url, signal)
  } catch (error) {
    if (isNoAnswer(error, signal)) return null
    throw error
  }
}

/** The door gave up on an answer: what the server did is unknown. */
export const isNoAnswer = (error: unknown, signal: AbortSignal): error is SluiceError =>
  !signal.aborted &&
  error instanceof SluiceError &&
  (error.code === 'HTTP_NO_ANSWER' || error.code === 'HTTP_DEADLINE')

const lost = (what: string, answer: AzureAnswer | null) =>
  refusalError(what, answer ?? { status: 0, headers: {}, body: null, requestId: null })

/** Seconds until the next poll: what the server asks for, else 5. */
export function retryAfter(answer: AzureAnswer): number {
  const seconds = Number(answer.headers['retry-after'] ?? '')
  return Number.isFinite(seconds) && seconds > 0 ? seconds : POLL_SECONDS
}
