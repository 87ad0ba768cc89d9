// Inside a pod: the service account that the kubelet mounts.
import type { CredentialPorts } from './authorizer.ts'
import type { ClusterAccess } from './cluster-access.ts'
import { fromTokenFile } from './user-credentials.ts'

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Null: this runner is no pod with a service account. */
export async function readInCluster(ports: CredentialPorts): Promise<ClusterAccess | null> {
  const { env, files } = ports
  const [host, port] = [env['KUBERNETES_SERVICE_HOST'], env['KUBERNETES_SERVICE_PORT']]
  const tokenFile = `${FOLDER}/token`
  if (!host || !port || (await files.kind(tokenFile)) !== 'file') return null
  const read = async (name: string): Promise<string | null> =>
    (await files.kind(`${FOLDER}/${name}`)) === 'file' ? files.readText(`${FOLDER}/${name}`) : null
  const ca = await read('ca.crt')
  const source = 'the service account of this pod'
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    namespace: (await read('namespace'))?.trim() || 'default',
    source,
    trust: {
      ca,
      field: ca === null ? `the runner, as ${FOLDER}/ca.crt is not there` : `${FOLDER}/ca.crt`,
      serverName: null,
      skipVerification: false,
    },
    proxy: null,
    ...fromTokenFile({ tokenFile, place: { source, owner: 'its folder' }, ports }),
  }
}
