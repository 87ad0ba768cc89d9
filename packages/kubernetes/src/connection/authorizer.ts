// The promise of everything that can give credentials.
import type { KubernetesPorts } from '../ports.ts'
import type { ClusterAccess } from './cluster-access.ts'

/** The same credentials stay the same object: whoever renews compares them. */
export type Authorizer = Pick<ClusterAccess, 'credentials' | 'renew'>

export type CredentialPorts = Pick<KubernetesPorts, 'clock' | 'env' | 'files' | 'log'>

export const bearer = (token: string): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${token}`,
})
