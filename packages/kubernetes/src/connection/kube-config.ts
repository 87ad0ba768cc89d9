// Kubeconfig files, through client-node's `KubeConfig`; nothing else of this package uses that library.
// What it gets wrong is mended here: it fails on an empty file or one that is not there, on a name that
// two files of KUBECONFIG share (kubectl takes the first), lets the last `current-context` win instead of
// the first, and forgets `tokenFile`, `as-groups` and the cluster's extensions. Its exec plugins get no
// KUBERNETES_EXEC_INFO, an open standard input and no deadline, and a token is used up to its last second:
// see exec-plugin.ts.
import { delimiter, dirname, join } from 'node:path'
import { KubeConfig, type User } from '#client-node'
import { didYouMean, parseYaml } from '@sluice/documents'
import { kubernetesError } from '../errors.ts'
import type { KubernetesPorts } from '../ports.ts'
import { isRecord, recordsIn, textOf } from '../record.ts'

export type ConfigPorts = Pick<KubernetesPorts, 'env' | 'files'>
export type Entry = Readonly<Record<string, unknown>>

/** The chosen context, with its cluster and user as the file has them. */
export interface ChosenContext {
  /** `context "prod" of /home/me/.kube/config` */
  readonly source: string
  readonly namespace: string | null
  /** Fields as in the file: `certificate-authority-data`, `tls-server-name` ...; paths are absolute. */
  readonly cluster: Entry
  readonly clusterName: string
  readonly user: Entry
  readonly userName: string
  /** Folder of the file that the user stands in: a plugin's relative path starts there. */
  readonly folder: string
  /** Headers by client-node's own authenticators, for the old `auth-provider: oidc`. */
  readonly authProviderHeaders: () => Promise<Readonly<Record<string, string>>>
}

/** Null: neither KUBECONFIG nor ~/.kube/config is there. Throws KUBERNETES_NO_CONFIG, _BAD_CONFIG. */
export async function readKubeConfig(
  context: string | null,
  ports: ConfigPorts,
): Promise<ChosenContext | null> {
  const files = await findFiles(ports)
  if (files === null) return null
  const parsed: ParsedFile[] = []
  for (const file of files) parsed.push(await parseFile(file, ports))
  return chooseContext(context, parsed)
}

/** Absent files of a KUBECONFIG with several are passed over, as kubectl does. */
async function findFiles({ env, files }: ConfigPorts): Promise<readonly string[] | null> {
  const told = (env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '')
  const home = env['HOME'] ?? env['USERPROFILE'] ?? ''
  const asked = told.length > 0 ? told : home === '' ? [] : [join(home, '.kube', 'config')]
  const kinds = await Promise.all(asked.map((file) => files.kind(file)))
  const there = asked.filter((_, at) => kinds[at] !== 'absent')
  if (there.length > 0) return there
  if (told.length === 0) return null
  throw kubernetesError(
    'KUBERNETES_NO_CONFIG',
    `KUBECONFIG names ${told.join(' and ')}: found no such file; wanted a kubeconfig`,
  )
}

interface ParsedFile {
  readonly file: string
  readonly value: Entry
  readonly config: KubeConfig
}

async function parseFile(file: string, { files }: ConfigPorts): Promise<ParsedFile> {
  const parsed = parseYaml(await files.readText(file), { file })
  if (!parsed.ok) {
    const problems = parsed.problems.map(({ where, message }) => `${where}: ${message}`)
    throw kubernetesError('KUBERNETES_BAD_CONFIG', problems.join('\n'))
  }
  const { value } = parsed.value
  const empty = value === null || (isRecord(value) && Object.keys(value).length === 0)
  if (empty || !isRecord(value)) {
    const found = empty ? 'an empty file' : 'no mapping'
    throw kubernetesError(
      'KUBERNETES_BAD_CONFIG',
      `${file}: found ${found}; wanted a kubeconfig with clusters, users and contexts`,
    )
  }
  const config = new KubeConfig()
  // An entry that nobody chose may be broken; a chosen one is reported as not there.
  config.loadFromString(JSON.stringify(value), { onInvalidEntry: 'filter' })
  config.makePathsAbsolute(dirname(file))
  return { file, value, config }
}

function chooseContext(asked: string | null, parsed: readonly ParsedFile[]): ChosenContext {
  const config = mergeFirstWins(parsed)
  const { name, context } = findContext(asked, { parsed, config })
  config.setCurrentContext(name)
  const { cluster, user } = context
  const clusterFound = findRaw(parsed, 'clusters', cluster)
  const userFound = findRaw(parsed, 'users', user)
  const file = userFound?.file ?? parsed[0]?.file ?? ''
  return {
    source: `context "${name}" of ${file}`,
    namespace: context.namespace ?? null,
    clusterName: cluster,
    cluster: {
      ...entryIn(clusterFound?.entry, 'cluster'),
      'certificate-authority': config.getCluster(cluster)?.caFile,
    },
    userName: user,
    user: {
      ...entryIn(userFound?.entry, 'user'),
      'client-certificate': config.getUser(user)?.certFile,
      'client-key': config.getUser(user)?.keyFile,
    },
    folder: dirname(file),
    authProviderHeaders: () => headersByLibrary(config.getUser(user) ?? { name: user }),
  }
}

interface Searched {
  readonly parsed: readonly ParsedFile[]
  readonly config: KubeConfig
}

/** A context whose cluster and user are there. `user` is '' where it names none. */
function findContext(asked: string | null, { parsed, config }: Searched) {
  const bad = (message: string): Error =>
    kubernetesError(
      'KUBERNETES_BAD_CONFIG',
      `${parsed.map(({ file }) => file).join(', ')}: ${message}`,
    )
  const names = config.getContexts().map(({ name }) => name)
  const name = asked ?? config.getCurrentContext()
  if (!name) {
    const known = names.length === 0 ? 'there are no contexts' : `there are: ${names.join(', ')}`
    throw bad(`found no current-context; wanted one, or the input \`context\`; ${known}`)
  }
  const context = config.getContextObject(name)
  if (context === null) {
    const place = asked === null ? 'current-context' : 'the input `context`'
    const known = names.length === 0 ? 'there are no contexts' : didYouMean(name, names)
    throw bad(`found no context "${name}", which ${place} names; ${known}`)
  }
  const { cluster, namespace } = context
  // The library's type says that it is always there.
  const user = textOf(context.user)
  if (config.getCluster(cluster) === null) {
    const fault =
      findRaw(parsed, 'clusters', cluster) === null
        ? 'which is not there'
        : 'which has no `server`; wanted its address'
    throw bad(`context "${name}" names the cluster "${cluster}", ${fault}`)
  }
  if (user !== '' && config.getUser(user) === null) {
    throw bad(`context "${name}" names the user "${user}", which is not there`)
  }
  return { name, context: { cluster, user, namespace } }
}

/** The library's own merge refuses names that two files share. */
function mergeFirstWins(parsed: readonly ParsedFile[]): KubeConfig {
  const merged = new KubeConfig()
  const firsts = <One extends { readonly name: string }>(lists: readonly One[][]): One[] =>
    [
      ...new Map(
        lists
          .flat()
          .reverse()
          .map((one) => [one.name, one]),
      ).values(),
    ].reverse()
  merged.loadFromOptions({
    clusters: firsts(parsed.map(({ config }) => config.getClusters())),
    contexts: firsts(parsed.map(({ config }) => config.getContexts())),
    users: firsts(parsed.map(({ config }) => config.getUsers())),
    currentContext: parsed.map(({ config }) => config.getCurrentContext()).find(Boolean) ?? '',
  })
  return merged
}

interface RawEntry {
  readonly file: string
  readonly entry: Entry
}

function findRaw(
  parsed: readonly ParsedFile[],
  kind: 'clusters' | 'users',
  name: string,
): RawEntry | null {
  for (const { file, value } of parsed) {
    const found = recordsIn(value[kind]).find((entry) => entry['name'] === name)
    if (found !== undefined) return { file, entry: found }
  }
  return null
}

const entryIn = (entry: Entry | undefined, field: string): Entry => {
  const inner = entry?.[field]
  return isRecord(inner) ? inner : {}
}

/** For a cluster of no account: the library would also open connections to the real one. */
async function headersByLibrary(user: User): Promise<Readonly<Record<string, string>>> {
  const config = new KubeConfig()
  config.loadFromClusterAndUser({ name: '', server: 'https://none', skipTLSVerify: false }, user)
  const options: { headers?: Record<string, string> } = {}
  await config.applyToHTTPSOptions(options)
  return { ...options.headers }
}
