export { startCluster, type Cluster } from './cluster.ts'
export { findBinaries, findServers, type Binaries } from './parts/binaries.ts'
export { findGateway, type FoundGateway } from './parts/gateway.ts'
export {
  startGateway,
  type Definition,
  type Gateway,
  type GatewayOptions,
} from './gateway/gateway.ts'
export type { GatewayNames } from './gateway/gateway-objects.ts'
export { ClusterFailure, PartsMissing } from './failure.ts'
export { ADMIN, RESTRICTED_USERS } from './users.ts'
export type { PodRequestRecord } from './kubelet/request-log.ts'
export type { FateRule } from './kubelet/fate-rules.ts'
export { renderKubeconfig, type KubeconfigFacts } from './kubeconfig.ts'
export type { PodProgram } from './kubelet/pod-http.ts'
