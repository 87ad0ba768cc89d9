// A failure of the door, told in the words of a kubeconfig.
import { SluiceError } from '@sluice/rollout'
import { kubernetesError } from '../errors.ts'
import type { ClusterAccess } from './cluster-access.ts'

/** The same error, or one that names the cluster's address and the field to mend. */
export function explainFailure(error: unknown, access: ClusterAccess): unknown {
  if (!(error instanceof SluiceError)) return error
  if (error.code === 'HTTP_NOT_TRUSTED') {
    return kubernetesError(
      'KUBERNETES_NOT_TRUSTED',
      `${error.message}; the server is from ${access.source}, trust comes from ${access.trust.field}`,
      { cause: error.cause },
    )
  }
  return error
}
