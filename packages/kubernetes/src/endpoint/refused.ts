// What the API server refused, as the error that a run ends with.
import type { SluiceError } from '@sluice/rollout'
import type { Refusal, Resource } from '../connection/api-server.ts'
import { kubernetesError } from '../errors.ts'

/** One request that was refused, with the right that it uses. */
export interface RefusedRequest {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete'
  readonly resource: Pick<Resource, 'group' | 'plural'>
  readonly subresource?: string
  readonly namespace: string
  readonly refusal: Refusal
}

/** All missing rights at once; null when none of the refusals is about a right. */
export function missingRights(requests: readonly RefusedRequest[]): SluiceError | null {
  const denied = requests.filter(({ refusal }) => refusal.status === 403)
  const [first] = denied
  if (first === undefined) return null
  const rights = denied.map(
    (one) => `${verbOf(one)} ${resourceOf(one)} in namespace ${one.namespace}`,
  )
  return kubernetesError(
    'KUBERNETES_RIGHT_MISSING',
    `the account may not ${rights.join(', nor ')}: ${first.refusal.message}`,
  )
}

/** For reads that nothing can go on without. */
export function refusedRead(requests: readonly RefusedRequest[]): SluiceError {
  const missing = missingRights(requests)
  if (missing !== null) return missing
  const told = requests.map(({ refusal }) => `${refusal.request}: ${tell(refusal)}`)
  return kubernetesError('KUBERNETES_READ_REFUSED', told.join('; '))
}

/** For a write that the server answered with a no: nothing was changed by it. */
export function refusedWrite(request: RefusedRequest): SluiceError {
  const { refusal } = request
  return (
    missingRights([request]) ??
    kubernetesError('KUBERNETES_WRITE_REFUSED', `${refusal.request}: ${tell(refusal)}`)
  )
}

const tell = ({ status, reason, message }: Refusal): string => `${status} ${reason}: ${message}`

/** An apply that would make its object needs two rights, and only the server knows which one is missing. */
const verbOf = ({ verb, refusal }: RefusedRequest): string =>
  verb === 'patch' && /\bcannot create resource\b/.test(refusal.message) ? 'create' : verb

const resourceOf = ({ resource, subresource }: RefusedRequest): string =>
  `${resource.plural}${subresource === undefined ? '' : `/${subresource}`}${resource.group === '' ? '' : `.${resource.group}`}`
