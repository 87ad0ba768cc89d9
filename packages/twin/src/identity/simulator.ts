// The simulated identity providers: GitHub's OIDC issuer and Entra, over one state value.
import type { Simulator } from '../kernel/simulator.ts'
import { entraFace } from './entra.ts'
import { oidcFace, requestTokenOf } from './oidc.ts'
import type { IdentityService } from './service.ts'
import type { Application, IdentityOptions, IdentityState } from './state.ts'
import { TWIN_TOKEN_KEY } from './token.ts'

export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com'
export const EXCHANGE_AUDIENCE = 'api://AzureADTokenExchange'

export const DEFAULT_IDENTITY_OPTIONS: IdentityOptions = {
  issuer: GITHUB_ISSUER,
  tokenKey: TWIN_TOKEN_KEY,
  oidcKey: 'twin: simulated GitHub issuer',
  idTokenSeconds: 300,
  accessTokenSeconds: 3599,
}

/** Faces `oidc` and `entra`; the service hands out request tokens to jobs. */
export function identitySimulator(
  parts: {
    readonly options?: Partial<IdentityOptions>
    readonly applications?: readonly Application[]
  } = {},
): { readonly simulator: Simulator<IdentityState>; readonly service: IdentityService } {
  const simulator: Simulator<IdentityState> = {
    name: 'identity',
    state: {
      options: { ...DEFAULT_IDENTITY_OPTIONS, ...parts.options },
      applications: structuredClone([...(parts.applications ?? [])]),
      serial: 0,
    },
    faces: { oidc: oidcFace, entra: entraFace },
  }
  return {
    simulator,
    service: {
      grantRequestToken: (grant) => requestTokenOf(grant, simulator.state.options.oidcKey),
    },
  }
}

/** An application that trusts jobs of one repository, by environment name or ref. */
export function federatedApplication(parts: {
  readonly tenantId: string
  readonly clientId: string
  readonly repository: string
  /** `environment:production`, `ref:refs/heads/main` */
  readonly subjects: readonly string[]
}): Application {
  return {
    tenantId: parts.tenantId,
    clientId: parts.clientId,
    objectId: `object-of-${parts.clientId}`,
    secret: null,
    federated: parts.subjects.map((subject) => ({
      issuer: GITHUB_ISSUER,
      subject: `repo:${parts.repository}:${subject}`,
      audience: EXCHANGE_AUDIENCE,
    })),
  }
}
