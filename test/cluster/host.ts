// A process that is one cluster: prints its facts as a line of JSON, lives until its standard input closes.
// `node --conditions=source host.ts [gateway]`; jest's own process stays free of the kubelet's work that way.
// `gateway`: with a real gateway, inside a network namespace where pod addresses are the machine's own.
import {
  ADMIN,
  findBinaries,
  PartsMissing,
  RESTRICTED_USERS,
  startCluster,
  type Cluster,
} from '@sluice/twin'
import type { ClusterFacts, GatewayFacts } from './facts.ts'
import { beginGateway } from './traffic/begin-gateway.ts'

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

try {
  const binaries = await findBinaries(process.env)
  const withGateway = process.argv[2] === 'gateway'
  const cluster = await startCluster(binaries.server, withGateway ? { podPort: 8080 } : {})
  process.stdin.resume()
  process.stdin.on('close', () => {
    void cluster.stop().then(() => process.exit(0))
  })
  const gateway = withGateway ? await beginGatewayOf(cluster) : null
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
    ...(gateway !== null && { gateway }),
  }
  say({ facts })
} catch (error) {
  const { message } = error as Error
  say(error instanceof PartsMissing ? { missing: message } : { failed: message })
  process.exitCode = 1
}

/** A cluster without its gateway is of no use: it goes too. */
async function beginGatewayOf(cluster: Cluster): Promise<GatewayFacts> {
  try {
    return await beginGateway(cluster)
  } catch (error) {
    await cluster.stop()
    throw error
  }
}
