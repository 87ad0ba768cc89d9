// The `github` context. In a called workflow it is the caller's.
import type { Value } from '../reading/expression.ts'
import type { RunRequest } from '../request.ts'
import type { JobFolders } from './folders.ts'

export interface ContextFacts {
  readonly request: RunRequest
  /** `name:` of the workflow that the event started. */
  readonly workflow: string
}

/** What jobs and called workflows see before a machine exists. */
export function githubContext(facts: ContextFacts): Record<string, Value> {
  const { run, event, machine, services } = facts.request
  const { slug } = services.github
  const payload = event.payload as Record<string, Value>
  return {
    event: payload,
    event_name: run.event,
    sha: run.sha,
    ref: run.ref,
    ref_name: run.ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    ref_type: run.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: false,
    base_ref: textAt(payload, ['pull_request', 'base', 'ref']),
    head_ref: textAt(payload, ['pull_request', 'head', 'ref']),
    repository: slug,
    repository_owner: slug.split('/')[0] ?? '',
    repository_id: textAt(payload, ['repository', 'id']),
    repository_owner_id: textAt(payload, ['repository', 'owner', 'id']),
    actor: run.actor,
    actor_id: textAt(payload, ['sender', 'id']),
    triggering_actor: run.actor,
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    workflow: facts.workflow,
    workflow_ref: `${slug}/${run.workflow}@${run.ref}`,
    workflow_sha: run.sha,
    server_url: machine.urls.server,
    api_url: machine.urls.api,
    graphql_url: machine.urls.graphql,
    retention_days: '90',
  }
}

export function jobGithubContext(
  base: Readonly<Record<string, Value>>,
  facts: { readonly jobId: string; readonly token: string; readonly folders: JobFolders },
): Record<string, Value> {
  return {
    ...base,
    job: facts.jobId,
    token: facts.token,
    workspace: facts.folders.workspace,
    event_path: facts.folders.eventFile,
  }
}

// Variables that the runner takes from the context. `token` is not among them.
const exported = [
  'action',
  'action_path',
  'action_ref',
  'action_repository',
  'actor',
  'actor_id',
  'api_url',
  'base_ref',
  'event_name',
  'event_path',
  'graphql_url',
  'head_ref',
  'job',
  'ref',
  'ref_name',
  'ref_protected',
  'ref_type',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'retention_days',
  'run_attempt',
  'run_id',
  'run_number',
  'server_url',
  'sha',
  'triggering_actor',
  'workflow',
  'workflow_ref',
  'workflow_sha',
  'workspace',
]

export function githubVariables(github: Readonly<Record<string, Value>>): Record<string, string> {
  return Object.fromEntries(
    exported.map((name) => [`GITHUB_${name.toUpperCase()}`, textOf(github[name])]),
  )
}

// Everything exported is text, save the flag `ref_protected`.
const textOf = (value: Value | undefined): string =>
  typeof value === 'object' || value === undefined ? '' : String(value)

function textAt(value: Value | undefined, path: readonly string[]): string {
  let found: unknown = value
  for (const key of path) found = (found as Record<string, unknown> | null | undefined)?.[key]
  return typeof found === 'string' || typeof found === 'number' ? String(found) : ''
}
