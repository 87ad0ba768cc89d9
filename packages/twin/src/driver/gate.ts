// What a job passes before it starts: its concurrency group, then the review of its environment.
// The group comes first and is held while a person is asked.
import { resolve, resolveText, type Contexts } from './reading/expression.ts'
import { childOf, type Token } from './reading/token.ts'
import type { Acquired, Hold } from './concurrency.ts'
import type { RunFrame } from './frame.ts'

export interface GroupPlace {
  /** The job or workflow that may say `concurrency:`. */
  readonly owner: Token
  readonly contexts: Contexts
  readonly label: string
  readonly cancel: () => void
  readonly cancelled: AbortSignal
}

/** null: it asks for no group. */
export async function takeGroup(run: RunFrame, place: GroupPlace): Promise<Acquired | null> {
  const token = childOf(place.owner, 'concurrency')
  if (token === undefined) return null
  const { request, tell } = run
  const setting = resolve(token, { contexts: place.contexts })
  const parts =
    typeof setting === 'object' && setting !== null
      ? (setting as Record<string, unknown>)
      : { group: setting }
  const group = textOf(parts['group'])
  if (group === '') return null
  const holder = request.services.groups.holderOf(group)
  if (holder !== null) tell({ kind: 'group-wanted', job: place.label, group })
  return request.services.groups.acquire({
    group,
    queue: parts['queue'] === 'max' ? 'max' : 'single',
    cancelInProgress: parts['cancel-in-progress'] === true,
    runId: request.run.id,
    cancel: place.cancel,
    cancelled: place.cancelled,
  })
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

export const isHold = (acquired: Acquired | null): acquired is Hold =>
  acquired !== null && typeof acquired === 'object'

export interface EnvironmentWanted {
  readonly name: string
  /** Evaluated after the last step. */
  readonly url: Token | undefined
}

/** null: none, or an empty name. */
export function wantedEnvironment(job: Token, contexts: Contexts): EnvironmentWanted | null {
  const token = childOf(job, 'environment')
  if (token === undefined) return null
  const name = childOf(token, 'name') ?? token
  const resolved = name.isScalar ? resolveText(name, { contexts }) : ''
  return resolved === '' ? null : { name: resolved, url: childOf(token, 'url') }
}

/** Waits while the review is pending. */
export async function passReview(
  run: RunFrame,
  place: { readonly job: string; readonly environment: string; readonly cancelled: AbortSignal },
): Promise<'approved' | 'rejected' | 'cancelled'> {
  const { request, tell } = run
  const { github } = request.services
  const { job, environment, cancelled } = place
  github.requestEnvironment(request.run.id, environment)
  const first = github.reviewOf(request.run.id, environment)
  if (first === 'not-needed') return 'approved'
  if (first === 'pending') {
    tell({ kind: 'approval-wanted', job, environment })
    const asked = request.awaitReview({ run: request.run, job, environment })
    await Promise.race([asked, aborted(cancelled)])
    if (cancelled.aborted) return 'cancelled'
  }
  const review = github.reviewOf(request.run.id, environment)
  if (review === 'pending')
    throw new Error(`the review of environment '${environment}' is still pending`)
  tell({ kind: review === 'rejected' ? 'approval-refused' : 'approval-given', job, environment })
  return review === 'rejected' ? 'rejected' : 'approved'
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolveIt) => {
    if (signal.aborted) resolveIt()
    else signal.addEventListener('abort', () => resolveIt(), { once: true })
  })
