// A GitHub and an identity provider in memory: just enough for a run, with a record of what was asked.
import type {
  GitHubService,
  JobGrant,
  RepositoryEvent,
  Review,
  Run,
} from '../../src/github/service.ts'
import type { IdentityService, OidcGrant } from '../../src/identity/service.ts'

export class MemoryGitHub implements GitHubService {
  readonly slug = 'acme/shop'
  readonly gitDirectory: string
  readonly personToken = 'person-token'
  readonly grants: JobGrant[] = []
  readonly revoked: string[] = []
  readonly ended: string[] = []
  readonly requested: string[] = []
  /** By environment; absent: no reviewers. */
  readonly reviews = new Map<string, Review>()
  readonly repositoryVariables: Record<string, string> = {}
  readonly environmentVariables: Record<string, Record<string, string>> = {}
  readonly repositorySecrets: Record<string, string> = {}
  readonly environmentSecrets: Record<string, Record<string, string>> = {}
  #runs = 0

  constructor(gitDirectory: string) {
    this.gitDirectory = gitDirectory
  }

  startRun(facts: Omit<Run, 'id' | 'number' | 'attempt'>): Run {
    this.#runs += 1
    return { ...facts, id: 100 + this.#runs, number: this.#runs, attempt: 1 }
  }

  rerun(): Run {
    throw new Error('tests count attempts themselves')
  }

  endAttempt(runId: number, conclusion: 'success' | 'failure' | 'cancelled'): void {
    this.ended.push(`${runId} ${conclusion}`)
  }

  grantToken(grant: JobGrant): string {
    this.grants.push(grant)
    return `ghs_token_${this.grants.length}_${'x'.repeat(20)}`
  }

  revokeToken(token: string): void {
    this.revoked.push(token)
  }

  requestEnvironment(_runId: number, environment: string): void {
    this.requested.push(environment)
  }

  reviewOf(_runId: number, environment: string): Review {
    return this.reviews.get(environment) ?? 'not-needed'
  }

  variables(environment: string | null): Readonly<Record<string, string>> {
    return { ...this.repositoryVariables, ...this.environmentVariables[environment ?? ''] }
  }

  secrets(environment: string | null): Readonly<Record<string, string>> {
    return { ...this.repositorySecrets, ...this.environmentSecrets[environment ?? ''] }
  }

  takeEvents(): readonly RepositoryEvent[] {
    return []
  }
}

export class MemoryIdentity implements IdentityService {
  readonly grants: OidcGrant[] = []

  grantRequestToken(grant: OidcGrant): string {
    this.grants.push(grant)
    return `oidc-request-token-${this.grants.length}`
  }
}
