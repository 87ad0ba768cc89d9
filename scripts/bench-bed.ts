// A control plane for a bench, and what a bench asks it as administrator.
import { setTimeout as sleep } from 'node:timers/promises'
import { ADMIN, findBinaries, PartsMissing, startCluster, type Cluster } from '@sluice/twin'
import { askJson, closeConnections, type Answer } from '../test/cluster/oracle.ts'

export interface BedFacts {
  /** https://127.0.0.1:PORT */
  readonly server: string
  /** PEM */
  readonly ca: string
  /** The administrator's. */
  readonly token: string
  /** Path of the administrator's file. */
  readonly kubeconfig: string
  /** Paths of the contenders. */
  readonly kubectl: string
  readonly helm: string
}

export interface Bed {
  readonly facts: BedFacts
  ask(method: string, path: string, body?: object): Promise<Answer>
  /** A new one; its ServiceAccount is there. */
  namespace(): Promise<string>
  stop(): Promise<void>
}

/** null: this machine cannot have one, and it was said why. */
export async function openBed(): Promise<Bed | null> {
  const binaries = await findParts()
  if (binaries === null) return null
  const cluster = await startCluster(binaries.server)
  await useDefaultRates(cluster, binaries.server.controllerManager)
  const { server, ca } = cluster
  const token = cluster.users.get(ADMIN)?.token ?? ''
  const headers = { authorization: `Bearer ${token}` }
  const ask: Bed['ask'] = (method, path, body) =>
    askJson(method, `${server}${path}`, { ca, headers, ...(body !== undefined && { body }) })
  const { kubectl, helm } = binaries
  let made = 0
  return {
    facts: { server, ca, token, kubeconfig: cluster.kubeconfig(ADMIN), kubectl, helm },
    ask,
    namespace: async () => {
      made += 1
      const name = `bench-${made}`
      const metadata = { name }
      await ask('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata })
      const account = `/api/v1/namespaces/${name}/serviceaccounts/default`
      while ((await ask('GET', account)).status !== 200) await sleep(20)
      return name
    },
    stop: async () => {
      closeConnections()
      await cluster.stop()
    },
  }
}

async function findParts() {
  try {
    return await findBinaries(process.env)
  } catch (error) {
    if (!(error instanceof PartsMissing)) throw error
    console.log(error.message)
    return null
  }
}

/**
 * Test suites let the controllers work 25 times as fast as they do anywhere else. Here they would work
 * off what an apply makes while it still runs, and the faster contender would meet more of them.
 */
async function useDefaultRates(cluster: Cluster, file: string): Promise<void> {
  const name = 'kube-controller-manager'
  const config = cluster.kubeconfig('system:kube-controller-manager')
  await cluster.guard.kill(name)
  cluster.guard.start({
    name,
    file,
    args: [
      `--kubeconfig=${config}`,
      `--authentication-kubeconfig=${config}`,
      `--authorization-kubeconfig=${config}`,
      '--leader-elect=false',
      '--secure-port=0',
      `--service-account-private-key-file=${cluster.folder}/pki/sa.key`,
      `--root-ca-file=${cluster.folder}/pki/apiserver.crt`,
      '--use-service-account-credentials=false',
      // The fake node sends no heartbeats.
      '--controllers=*,-node-lifecycle-controller',
    ],
  })
}
