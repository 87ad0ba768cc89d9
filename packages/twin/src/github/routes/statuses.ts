// Commit statuses: posting, listing, and the combined state.
import type { Call } from '../call.ts'
import { resolveCommit, isFullSha } from '../references.ts'
import { unprocessable, validationFailed, type FieldError } from '../refusal.ts'
import { apiUrl, nodeId, renderRepository, renderUser } from '../render.ts'
import { ok, okPage, part, route } from '../router.ts'
import { nextId, type Status, type StatusState } from '../state.ts'
import { commitOf } from './commits.ts'

const STATES: readonly StatusState[] = ['error', 'failure', 'pending', 'success']
const LONGEST_DESCRIPTION = 140
const MOST_PER_CONTEXT = 1000

export const statusRoutes = [
  route('POST statuses/{sha}', { statuses: 'write' }, createStatus),
  route('GET commits/{ref...}/statuses', { statuses: 'read' }, async (call) => {
    const sha = await commitOf(call, part(call, 'ref'))
    return okPage(
      call,
      statusesOf(call, sha).map((status) => render(call, status)),
    )
  }),
  route('GET commits/{ref...}/status', { statuses: 'read' }, async (call) => {
    const sha = await commitOf(call, part(call, 'ref'))
    return ok(combined(call, sha))
  }),
]

async function createStatus(call: Call) {
  const sha = part(call, 'sha')
  if (!isFullSha(sha) || (await resolveCommit(call.git, sha)) !== sha) {
    throw unprocessable(`No commit found for SHA: ${sha}`)
  }
  const state = call.body.text('state')
  const context = call.body.optionalText('context') ?? 'default'
  const description = call.body.optionalText('description')
  const targetUrl = call.body.optionalText('target_url')
  const errors = problems(call, { sha, state, context, description, targetUrl })
  if (errors.length > 0) throw validationFailed(...errors)
  const status: Status = {
    id: nextId(call.state),
    sha,
    context,
    state: state as StatusState,
    description,
    targetUrl: targetUrl === '' ? null : targetUrl,
    creator: call.actor.login,
    integrationId: call.actor.integrationId,
    createdAt: call.at,
  }
  call.state.statuses.push(status)
  return ok(render(call, status), 201)
}

function problems(
  call: Call,
  given: {
    readonly sha: string
    readonly state: string
    readonly context: string
    readonly description: string | null
    readonly targetUrl: string | null
  },
): readonly FieldError[] {
  const wrong = (field: string, message: string): FieldError => ({
    resource: 'Status',
    code: 'custom',
    field,
    message,
  })
  const earlier = call.state.statuses.filter(
    (status) => status.sha === given.sha && status.context === given.context,
  )
  const target = given.targetUrl ?? ''
  return [
    ...(STATES.some((state) => state === given.state)
      ? []
      : [wrong('state', 'state is not included in the list')]),
    ...((given.description ?? '').length > LONGEST_DESCRIPTION
      ? [wrong('description', 'description is too long (maximum is 140 characters)')]
      : []),
    ...(target === '' || /^https?:\/\//.test(target)
      ? []
      : [wrong('target_url', 'target_url must use http(s) scheme')]),
    ...(earlier.length >= MOST_PER_CONTEXT
      ? [wrong('context', 'This SHA and context has reached the maximum number of statuses.')]
      : []),
  ]
}

/** Newest first. */
const statusesOf = (call: Call, sha: string): readonly Status[] =>
  call.state.statuses.filter((status) => status.sha === sha).toReversed()

/** The newest of each context. */
export function latestStatuses(call: Call, sha: string): readonly Status[] {
  const seen = new Set<string>()
  return statusesOf(call, sha).filter((status) => {
    const isNew = !seen.has(status.context)
    seen.add(status.context)
    return isNew
  })
}

/** No status at all counts as pending, as on GitHub. */
export function combinedState(statuses: readonly Status[]): 'failure' | 'pending' | 'success' {
  if (statuses.some((status) => status.state === 'failure' || status.state === 'error')) {
    return 'failure'
  }
  const isGreen = statuses.length > 0 && statuses.every((status) => status.state === 'success')
  return isGreen ? 'success' : 'pending'
}

function combined(call: Call, sha: string): object {
  const latest = latestStatuses(call, sha)
  return {
    state: combinedState(latest),
    statuses: latest.map((status) => render(call, status)),
    sha,
    total_count: latest.length,
    repository: renderRepository(call),
    commit_url: apiUrl(call, 'commits', sha),
    url: `${apiUrl(call, 'commits', sha)}/status`,
  }
}

const render = (call: Call, status: Status): object => ({
  url: apiUrl(call, 'statuses', status.sha),
  id: status.id,
  node_id: nodeId('SC', status.id),
  state: status.state,
  description: status.description,
  target_url: status.targetUrl,
  context: status.context,
  created_at: status.createdAt,
  updated_at: status.createdAt,
  creator: renderUser(call, status.creator),
})
