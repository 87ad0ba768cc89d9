// Address, trust and proxy of a cluster entry; every fault names its field.
import { kubernetesError } from '../errors.ts'
import type { ClusterAccess, Trust } from './cluster-access.ts'
import type { ChosenContext, ConfigPorts, Entry } from './kube-config.ts'

/** Where a field stands, for messages. */
export interface Place {
  readonly source: string
  /** `cluster "aks"` */
  readonly owner: string
}

export async function readCluster(
  { source, cluster, clusterName }: ChosenContext,
  ports: ConfigPorts,
): Promise<Pick<ClusterAccess, 'server' | 'trust' | 'proxy'>> {
  const place = { source, owner: `cluster "${clusterName}"` }
  const server = parseServer(textIn(cluster, 'server') ?? '', place)
  return {
    server,
    trust: await readTrust(cluster, place, ports),
    proxy: parseProxy(cluster, place),
  }
}

export const badField = (place: Place, field: string, message: string): Error =>
  kubernetesError('KUBERNETES_BAD_CONFIG', `${place.source}: ${place.owner}, ${field}: ${message}`)

export const textIn = (entry: Entry, field: string): string | null => {
  const value = entry[field]
  return typeof value === 'string' && value !== '' ? value : null
}

/** PEM of `<field>-data` or of the file that `<field>` names; null without either. */
export async function readPem(
  { entry, field, place }: { readonly entry: Entry; readonly field: string; readonly place: Place },
  { files }: ConfigPorts,
): Promise<{ readonly pem: string; readonly field: string } | null> {
  const data = textIn(entry, `${field}-data`)
  if (data !== null) {
    const pem = decodeBase64(data)
    if (pem?.includes('-----BEGIN ') === true) return { pem, field: `${field}-data` }
    throw badField(place, `${field}-data`, 'found no base64 of a PEM text; wanted one')
  }
  const path = textIn(entry, field)
  if (path === null) return null
  if ((await files.kind(path)) !== 'file') {
    throw badField(place, field, `found no file ${path}; wanted a PEM file`)
  }
  const pem = await files.readText(path)
  if (pem.includes('-----BEGIN ')) return { pem, field: `${field} (${path})` }
  throw badField(place, field, `found no PEM text in ${path}`)
}

function decodeBase64(text: string): string | null {
  const bare = text.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(bare)) return null
  return Buffer.from(bare, 'base64').toString('utf8')
}

function parseServer(text: string, place: Place): string {
  const bad = (message: string): Error => badField(place, 'server', message)
  if (!URL.canParse(text)) throw bad(`found "${text}"; wanted https://host:port`)
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw bad(`found ${url.protocol}//...; wanted https://host:port`)
  }
  // They would be sent in clear to whoever reads the address in a log.
  if (url.username !== '' || url.password !== '') {
    throw bad(`found credentials in the address of ${url.host}; wanted them in the user's entry`)
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
}

async function readTrust(cluster: Entry, place: Place, ports: ConfigPorts): Promise<Trust> {
  const field = 'certificate-authority'
  const skipVerification = cluster['insecure-skip-tls-verify'] === true
  const ca = await readPem({ entry: cluster, field, place }, ports)
  return {
    ca: skipVerification ? null : (ca?.pem ?? null),
    field: ca === null ? `the runner, as ${place.owner} has no ${field}-data` : `its ${ca.field}`,
    serverName: textIn(cluster, 'tls-server-name'),
    skipVerification,
  }
}

function parseProxy(cluster: Entry, place: Place): string | null {
  const proxy = textIn(cluster, 'proxy-url')
  if (proxy === null) return null
  const protocol = URL.canParse(proxy) ? new URL(proxy).protocol : 'no address'
  if (protocol === 'http:' || protocol === 'https:') return proxy
  // The address itself may hold a password.
  const found = protocol === 'no address' ? protocol : `${protocol}//...`
  throw badField(
    place,
    'proxy-url',
    `found ${found}; wanted http://host:port (SOCKS is not supported)`,
  )
}
