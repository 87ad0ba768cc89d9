// What the workflow driver needs of the simulated identity providers.

export interface OidcGrant {
  readonly repository: string
  readonly ref: string
  readonly environment: string | null
  readonly runId: number
  readonly attempt: number
  readonly job: string
}

export interface IdentityService {
  /** The value for ACTIONS_ID_TOKEN_REQUEST_TOKEN of one job (only with `id-token: write`). */
  grantRequestToken(grant: OidcGrant): string
}
