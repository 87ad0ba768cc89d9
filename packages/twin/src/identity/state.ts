// What the simulated identity providers know. Plain JSON.

/** One federated credential of an application: all three must fit the assertion. */
export interface FederatedCredential {
  readonly issuer: string
  /** `repo:owner/name:environment:production` or `repo:owner/name:ref:refs/heads/main` */
  readonly subject: string
  readonly audience: string
}

/** An application (service principal) of a tenant. */
export interface Application {
  readonly tenantId: string
  readonly clientId: string
  readonly objectId: string
  /** A password, for those who still use one; null: federated credentials only. */
  readonly secret: string | null
  readonly federated: readonly FederatedCredential[]
}

export interface IdentityOptions {
  readonly issuer: string
  /** Signs access tokens; the simulated Azure must be given the same. */
  readonly tokenKey: string
  /** Signs GitHub's ID tokens and the request tokens of jobs. */
  readonly oidcKey: string
  readonly idTokenSeconds: number
  readonly accessTokenSeconds: number
}

export interface IdentityState {
  options: IdentityOptions
  applications: Application[]
  /** Numbers tokens, so that no two are equal. */
  serial: number
}
