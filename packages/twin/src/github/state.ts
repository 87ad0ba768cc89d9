// The one plain value of the simulated GitHub. Commits, trees and references are not in it: they
// are in the bare repository.
import type { JobGrant, RepositoryEvent, Run } from './service.ts'
import type { Rule } from './rules.ts'

export interface GitHubState {
  /** Last number given to anything that has an id. Above 32 bits, so that nobody keeps it in one. */
  lastId: number
  /** Pull requests and issues share their numbers. */
  lastNumber: number
  requests: number
  readonly repository: RepositoryFacts
  readonly people: readonly Person[]
  personToken: string
  tokens: Token[]
  environments: Environment[]
  readonly rulesets: readonly Ruleset[]
  readonly variables: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  statuses: Status[]
  pulls: Pull[]
  labels: Label[]
  runs: RunRecord[]
  deployments: Deployment[]
  events: RepositoryEvent[]
}

export interface RepositoryFacts {
  readonly id: number
  readonly owner: string
  readonly name: string
  readonly defaultBranch: string
  /** Origin of pages for people, not of the API. */
  readonly serverUrl: string
  /** The switch "Allow GitHub Actions to create and approve pull requests". */
  readonly actionsMayCreatePullRequests: boolean
  readonly mergeMethods: readonly MergeMethod[]
}

export type MergeMethod = 'merge' | 'squash'

export interface Person {
  readonly login: string
  readonly id: number
}

export interface Token {
  readonly text: string
  readonly grant: JobGrant
  revoked: boolean
}

export interface Environment {
  readonly id: number
  readonly name: string
  readonly createdAt: string
  /** Logins; none: no such rule. */
  readonly reviewers: readonly string[]
  readonly preventSelfReview: boolean
  /** Slugs of apps with a custom deployment protection rule. */
  readonly customRules: readonly string[]
  readonly canAdminsBypass: boolean
  readonly variables: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
}

export interface Ruleset {
  readonly id: number
  readonly name: string
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  readonly rules: readonly Rule[]
}

export type StatusState = 'error' | 'failure' | 'pending' | 'success'

export interface Status {
  readonly id: number
  readonly sha: string
  readonly context: string
  readonly state: StatusState
  readonly description: string | null
  readonly targetUrl: string | null
  readonly creator: string
  /** The app behind the token; null for a person. */
  readonly integrationId: number | null
  readonly createdAt: string
}

export interface Pull {
  readonly id: number
  readonly number: number
  title: string
  body: string | null
  state: 'open' | 'closed'
  draft: boolean
  readonly author: string
  readonly head: { readonly ref: string; sha: string }
  base: { ref: string; sha: string }
  labels: string[]
  requestedReviewers: string[]
  reviews: PullReview[]
  readonly maintainerCanModify: boolean
  readonly createdAt: string
  updatedAt: string
  closedAt: string | null
  mergedAt: string | null
  mergedBy: string | null
  mergeCommitSha: string | null
  /** `<base>..<head>` for which somebody has asked whether it merges; the first asker gets null. */
  mergeabilityAskedFor: string
}

export interface PullReview {
  readonly id: number
  readonly user: string
  readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED'
  readonly body: string
  /** The head that was looked at. */
  readonly sha: string
  readonly submittedAt: string
}

export interface Label {
  readonly id: number
  readonly name: string
}

export interface RunRecord extends Run {
  status: 'in_progress' | 'waiting' | 'completed'
  conclusion: 'success' | 'failure' | 'cancelled' | null
  readonly createdAt: string
  updatedAt: string
  gates: Gate[]
  approvals: Approval[]
}

/** One wish of a job to enter an environment that needs a review. */
export interface Gate {
  readonly environment: string
  readonly attempt: number
  review: 'not-needed' | 'pending' | 'approved' | 'rejected' | 'withdrawn'
}

/** As GitHub lists it: no time, no attempt. */
export interface Approval {
  readonly environment: string
  readonly state: 'approved' | 'rejected'
  readonly comment: string
  readonly user: string
}

export interface Deployment {
  readonly id: number
  readonly sha: string
  readonly ref: string
  readonly task: string
  readonly environment: string
  readonly description: string | null
  readonly payload: unknown
  readonly creator: string
  readonly createdAt: string
  updatedAt: string
  readonly transient: boolean
  readonly production: boolean
  statuses: DeploymentStatus[]
}

export interface DeploymentStatus {
  readonly id: number
  readonly state: string
  readonly description: string
  readonly logUrl: string
  readonly environmentUrl: string
  readonly creator: string
  readonly createdAt: string
}

export function nextId(state: GitHubState): number {
  state.lastId += 1
  return state.lastId
}

export const slugOf = (facts: RepositoryFacts): string => `${facts.owner}/${facts.name}`
