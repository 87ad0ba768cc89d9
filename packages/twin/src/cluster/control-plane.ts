// etcd, kube-apiserver and kube-controller-manager on loopback, ready to use.
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiClient } from './api-client.ts'
import {
  apiServerProgram,
  controllerManagerProgram,
  etcdProgram,
  type ControlPlanePlace,
  type ServerFiles,
} from './control-plane-flags.ts'
import { ClusterFailure } from './failure.ts'
import { Guard } from './guard.ts'
import { egressConfig, egressSocket, renderEgressConfig } from './kubelet/egress.ts'
import { kubeconfigPath, renderKubeconfig } from './kubeconfig.ts'
import { pickPorts } from './ports.ts'
import {
  ADMIN,
  CONTROLLER_MANAGER_USER,
  makeUsers,
  renderTokenFile,
  type ClusterUser,
} from './users.ts'

export interface ControlPlane {
  readonly guard: Guard
  readonly folder: string
  /** https://127.0.0.1:PORT */
  readonly server: string
  /** PEM */
  readonly ca: string
  readonly users: ReadonlyMap<string, ClusterUser>
  /** Path of a file of mode 600 with one user's token; the file is written at the first call. */
  kubeconfig(user: string): string
  stop(): Promise<void>
}

const START_LIMIT_MS = 90_000
const ATTEMPTS = 3
const TAKEN = /address already in use/
const PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager']

/** Ready: /readyz is ok and the namespace `default` has its ServiceAccount. */
export async function startControlPlane(files: ServerFiles): Promise<ControlPlane> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(files)
    } catch (error) {
      // Somebody took a port between our look and our start.
      if (attempt === ATTEMPTS || !(error instanceof Error) || !TAKEN.test(error.message))
        throw error
    }
  }
}

async function startOnce(files: ServerFiles): Promise<ControlPlane> {
  const folder = join(tmpdir(), `sluice-cluster-${randomBytes(6).toString('hex')}`)
  const [etcd = 0, peer = 0, api = 0] = await pickPorts(3)
  const place: ControlPlanePlace = { folder, ports: { etcd, peer, api } }
  const guard = await Guard.begin(folder)
  try {
    const users = makeUsers()
    writeSecrets(folder, users)
    writeSecret(egressConfig(folder), renderEgressConfig(egressSocket(folder)))
    guard.start(etcdProgram(place, files))
    guard.start(apiServerProgram(place, files))
    const server = `https://127.0.0.1:${api}`
    const { client, ca } = await waitForApi(guard, { server, users })
    const plane = describePlane({ guard, folder, server, users, ca })
    plane.kubeconfig(CONTROLLER_MANAGER_USER)
    guard.start(controllerManagerProgram(place, files))
    const path = '/api/v1/namespaces/default/serviceaccounts/default'
    await waitFor(guard, {
      what: 'the ServiceAccount "default" in the namespace "default"',
      look: async () => ((await client.ask({ method: 'GET', path })).status === 200 ? true : null),
    })
    client.close()
    return plane
  } catch (error) {
    await guard.end()
    throw error
  }
}

function describePlane(
  parts: Pick<ControlPlane, 'guard' | 'folder' | 'server' | 'users' | 'ca'>,
): ControlPlane {
  const { guard, folder, server, users, ca } = parts
  return {
    ...parts,
    kubeconfig: (user) => {
      const known = users.get(user)
      if (known === undefined)
        throw new ClusterFailure(
          `the cluster has no user "${user}"; it has ${[...users.keys()].join(', ')}`,
        )
      const path = kubeconfigPath(folder, user)
      if (!existsSync(path))
        writeSecret(path, renderKubeconfig({ server, ca, user, token: known.token }))
      return path
    },
    stop: () => guard.end(),
  }
}

function writeSecrets(folder: string, users: ReadonlyMap<string, ClusterUser>): void {
  mkdirSync(join(folder, 'pki'), { mode: 0o700 })
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  writeSecret(join(folder, 'pki', 'sa.key'), key.export({ type: 'sec1', format: 'pem' }).toString())
  writeSecret(join(folder, 'tokens.csv'), renderTokenFile(users.values()))
}

function writeSecret(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 })
}

function waitForApi(
  guard: Guard,
  at: { readonly server: string; readonly users: ReadonlyMap<string, ClusterUser> },
): Promise<{ readonly client: ApiClient; readonly ca: string }> {
  const file = join(guard.folder, 'pki', 'apiserver.crt')
  const token = at.users.get(ADMIN)?.token ?? ''
  return waitFor(guard, {
    what: 'the API server to be ready',
    look: async () => {
      if (!existsSync(file)) return null
      const ca = readFileSync(file, 'utf8')
      const client = new ApiClient({ server: at.server, ca, token })
      if ((await client.ask({ method: 'GET', path: '/readyz' })).status === 200)
        return { client, ca }
      client.close()
      return null
    },
  })
}

/** Looks every 25 ms until there is something; a program that ended meanwhile is the reason told. */
async function waitFor<Found>(
  guard: Guard,
  awaited: { readonly what: string; readonly look: () => Promise<Found | null> },
): Promise<Found> {
  const limit = performance.now() + START_LIMIT_MS
  while (performance.now() < limit) {
    const found = await awaited.look()
    if (found !== null) return found
    for (const name of PROGRAMS) {
      const why = guard.endOf(name)
      if (why !== null)
        throw new ClusterFailure(
          `${name} ended (${why}) while waiting for ${awaited.what}; the end of its log:\n${guard.lastLines(name, 8)}`,
        )
    }
    await sleep(25)
  }
  const logs = PROGRAMS.map((name) => `-- ${name}\n${guard.lastLines(name, 4)}`).join('\n')
  throw new ClusterFailure(
    `waited ${START_LIMIT_MS / 1000} s in vain for ${awaited.what}; the ends of the logs:\n${logs}`,
  )
}
