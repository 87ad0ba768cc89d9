// What the workflow driver needs of the simulated GitHub beyond its REST face: runs, job tokens,
// environments with reviewers, variables, and the events that start workflows.

export type Permission = 'read' | 'write'

/** What a job's GITHUB_TOKEN may do; a scope that is not named is not granted. */
export interface JobGrant {
  readonly runId: number
  readonly attempt: number
  readonly job: string
  /** Keys as in YAML: contents, statuses, pull-requests, deployments, actions, issues, id-token. */
  readonly permissions: Readonly<Record<string, Permission>>
}

export interface Run {
  readonly id: number
  readonly number: number
  readonly attempt: number
  /** `.github/workflows/x.yml` */
  readonly workflow: string
  readonly event: string
  /** refs/heads/... */
  readonly ref: string
  readonly sha: string
  readonly actor: string
}

export interface RepositoryEvent {
  readonly name: 'push' | 'pull_request' | 'workflow_dispatch'
  readonly ref: string
  readonly before: string
  readonly after: string
  readonly actor: string
  /** Paths that the push changed, for path filters. */
  readonly paths: readonly string[]
  /** The webhook payload: `github.event`. */
  readonly payload: Readonly<Record<string, unknown>>
}

export type Review = 'not-needed' | 'pending' | 'approved' | 'rejected'

export interface GitHubService {
  /** owner/name of the user's repository. */
  readonly slug: string
  /** The real bare repository behind every SHA. */
  readonly gitDirectory: string
  /** A token of the person at the keyboard (all rights, and its pushes and merges start workflows). */
  readonly personToken: string
  startRun(facts: Omit<Run, 'id' | 'number' | 'attempt'>): Run
  /** The same run, attempt + 1. Approvals given before stay listed, as on GitHub. */
  rerun(runId: number): Run
  endAttempt(runId: number, conclusion: 'success' | 'failure' | 'cancelled'): void
  /** Makes a `ghs_...` token. Events that it causes start no workflow. */
  grantToken(grant: JobGrant): string
  revokeToken(token: string): void
  /** A job of this run wants to enter the environment; GitHub creates it unprotected when absent. */
  requestEnvironment(runId: number, environment: string): void
  reviewOf(runId: number, environment: string): Review
  /** `vars` as a job sees them: repository, then environment. */
  variables(environment: string | null): Readonly<Record<string, string>>
  secrets(environment: string | null): Readonly<Record<string, string>>
  /** Events since the last call, oldest first, that may start workflows. */
  takeEvents(): readonly RepositoryEvent[]
}
