// From what the runner has (kubeconfig, service account) to an API server that can be asked.
import { kubernetesError } from '../errors.ts'
import type { KubernetesPorts } from '../ports.ts'
import type { ApiServer, Resource } from './api-server.ts'
import type { CredentialPorts } from './authorizer.ts'
import type { ClusterAccess } from './cluster-access.ts'
import { createApiServer } from './create-api-server.ts'
import { readInCluster } from './in-cluster.ts'
import type { FieldValidation } from './objects.ts'
import { runPluginProcess } from './plugin-process.ts'
import { readCluster } from './trust.ts'
import { createAuthorizer } from './user-credentials.ts'

export interface ConnectOptions {
  /** null: the kubeconfig's current one. */
  readonly context: string | null
  /** `Strict` unless told. */
  readonly fieldValidation?: FieldValidation
  /** Kinds that need no discovery; see `ApiServerParts`. */
  readonly known?: readonly Resource[]
}

/**
 * Nothing is sent yet. Throws KUBERNETES_NO_CONFIG or KUBERNETES_BAD_CONFIG, which name file and field;
 * a plugin is run at the first request.
 */
export async function connect(
  { context, fieldValidation = 'Strict', known = [] }: ConnectOptions,
  ports: KubernetesPorts,
): Promise<ApiServer> {
  const access = await findCluster(context, ports)
  if (access.trust.skipVerification) {
    ports.log.warning(
      `insecure-skip-tls-verify of ${access.source}: the certificate of ${access.server} is not checked, so anybody in between can read the credentials`,
    )
  }
  return createApiServer({ access, ports, fieldValidation, known })
}

/** KUBECONFIG, then ~/.kube/config, then the pod's service account. */
export async function findCluster(
  context: string | null,
  ports: CredentialPorts,
): Promise<ClusterAccess> {
  // The library is loaded only where it is needed: it is the larger half of the start-up time.
  const { readKubeConfig } = await import('./kube-config.ts')
  const chosen = await readKubeConfig(context, ports)
  if (chosen !== null) {
    const cluster = await readCluster(chosen, ports)
    const authorizer = await createAuthorizer({
      chosen,
      cluster,
      ports,
      runPlugin: runPluginProcess,
    })
    const { source, namespace } = chosen
    return { source, namespace: namespace ?? 'default', ...cluster, ...authorizer }
  }
  const pod = context === null ? await readInCluster(ports) : null
  if (pod !== null) return pod
  const asked = context === null ? '' : ` with the context "${context}"`
  throw kubernetesError(
    'KUBERNETES_NO_CONFIG',
    `found neither KUBECONFIG nor ~/.kube/config, and this runner is no pod; wanted a kubeconfig${asked}`,
  )
}
