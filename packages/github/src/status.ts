// Commit statuses: read the newest of a context, post only what differs.
import { askAll, read, type Reader } from './answer.ts'
import { ask, type Repository } from './repository.ts'

export const STATUS_STATES = ['success', 'failure', 'pending', 'error'] as const

export type StatusState = (typeof STATUS_STATES)[number]

/** GitHub's limit for a description, in characters. */
export const DESCRIPTION_LIMIT = 140

export interface CommitStatus {
  /** 40 hex. */
  readonly sha: string
  readonly context: string
  readonly state: StatusState
  readonly description: string
  readonly targetUrl: string
}

export interface SeenStatus {
  readonly state: string
  readonly description: string
  readonly targetUrl: string
  /** API address of the status. */
  readonly url: string
}

/** A state of a status, or the result of a job; null for any other word. */
export function parseState(word: string): StatusState | null {
  if (word === 'cancelled' || word === 'skipped') return 'error'
  return STATUS_STATES.find((state) => state === word) ?? null
}

/** At most 140 UTF-16 units on one line, no character in halves; a longer text ends in an ellipsis. */
export function fitDescription(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  if (flat.length <= DESCRIPTION_LIMIT) return flat
  // A cut may fall between the halves of a pair.
  const whole = flat.slice(0, DESCRIPTION_LIMIT - 1).replace(/[\uD800-\uDBFF]$/, '')
  return `${whole.trimEnd()}…`
}

/** The status of this context that counts now; null when the commit has none. */
export async function observeStatus(
  repository: Repository,
  place: Pick<CommitStatus, 'sha' | 'context'>,
): Promise<SeenStatus | null> {
  // Newest first, so the first of the context is the one that branch rules look at.
  const isOurs = (item: Reader) => item.at('context').value === place.context
  const items = await askAll(repository, 'GET /repos/{owner}/{repo}/commits/{ref}/statuses', {
    params: { ref: place.sha },
    enough: (seen) => seen.some(isOurs),
  })
  const newest = items.find(isOurs)
  return newest === undefined ? null : seenOf(newest)
}

/** True when posting would say nothing new. */
export const statusHolds = (seen: SeenStatus | null, wanted: CommitStatus): boolean =>
  seen !== null &&
  seen.state === wanted.state &&
  seen.description === wanted.description &&
  seen.targetUrl === wanted.targetUrl

/** Posts the status; resolves with it as GitHub keeps it. */
export async function applyStatus(
  repository: Repository,
  wanted: CommitStatus,
): Promise<SeenStatus> {
  const route = 'POST /repos/{owner}/{repo}/statuses/{sha}'
  const data = await ask(repository, route, {
    sha: wanted.sha,
    state: wanted.state,
    context: wanted.context,
    description: wanted.description,
    ...(wanted.targetUrl === '' ? {} : { target_url: wanted.targetUrl }),
  })
  return seenOf(read(data, route))
}

const seenOf = (item: Reader): SeenStatus => ({
  state: item.at('state').text(),
  description: item.at('description').textOr(''),
  targetUrl: item.at('target_url').textOr(''),
  url: item.at('url').textOr(''),
})
