// A process that is one cluster: prints its facts as a line of JSON, lives until its standard input closes.
// `node --conditions=source host.ts`; jest's own process stays free of the kubelet's work that way.
import { findBinaries, PartsMissing, RESTRICTED_USERS, ADMIN, startCluster } from '@sluice/twin'
import type { ClusterFacts } from './facts.ts'

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

try {
  const binaries = await findBinaries(process.env)
  const cluster = await startCluster(binaries.server)
  process.stdin.resume()
  process.stdin.on('close', () => {
    void cluster.stop().then(() => process.exit(0))
  })
  const facts: ClusterFacts = {
    server: cluster.server,
    ca: cluster.ca,
    folder: cluster.folder,
    kubeconfig: cluster.kubeconfig(ADMIN),
    token: cluster.users.get(ADMIN)?.token ?? '',
    restricted: RESTRICTED_USERS.map((name) => ({
      name,
      file: cluster.kubeconfig(name),
      token: cluster.users.get(name)?.token ?? '',
    })),
    control: cluster.control,
    kubectl: binaries.kubectl,
    helm: binaries.helm,
    origin: binaries.server.origin,
    seconds: cluster.seconds,
    pids: [cluster.guard.pid, ...cluster.guard.pids.values()],
  }
  say({ facts })
} catch (error) {
  const { message } = error as Error
  say(error instanceof PartsMissing ? { missing: message } : { failed: message })
  process.exitCode = 1
}
