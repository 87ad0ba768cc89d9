// The command lines of etcd, kube-apiserver and kube-controller-manager (pure).
import type { Program } from './guard.ts'
import { egressConfig } from './kubelet/egress.ts'
import { kubeconfigPath } from './kubeconfig.ts'
import { CONTROLLER_MANAGER_USER } from './users.ts'

export interface ControlPlanePlace {
  /** Absolute; holds pki/, tokens.csv and the kubeconfig files. */
  readonly folder: string
  readonly ports: { readonly etcd: number; readonly peer: number; readonly api: number }
}

export interface ServerFiles {
  readonly etcd: string
  readonly apiServer: string
  readonly controllerManager: string
}

export const SERVICE_RANGE = '10.96.0.0/16'

export function etcdProgram({ folder, ports }: ControlPlanePlace, files: ServerFiles): Program {
  const client = `http://127.0.0.1:${ports.etcd}`
  const peer = `http://127.0.0.1:${ports.peer}`
  return {
    name: 'etcd',
    file: files.etcd,
    args: [
      `--data-dir=${folder}/etcd`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      // Nothing outlives the run, so nothing needs to survive a power cut.
      '--unsafe-no-fsync=true',
    ],
  }
}

export function apiServerProgram(
  { folder, ports }: ControlPlanePlace,
  files: ServerFiles,
): Program {
  return {
    name: 'kube-apiserver',
    file: files.apiServer,
    args: [
      `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${ports.api}`,
      // It makes its own serving certificate there, and that file is the authority for clients.
      `--cert-dir=${folder}/pki`,
      `--token-auth-file=${folder}/tokens.csv`,
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${folder}/pki/sa.key`,
      `--service-account-signing-key-file=${folder}/pki/sa.key`,
      `--service-cluster-ip-range=${SERVICE_RANGE}`,
      '--endpoint-reconciler-type=none',
      `--egress-selector-config-file=${egressConfig(folder)}`,
      '--allow-privileged=true',
      // For logs: the fake kubelet listens on loopback, and its node's host name means nothing.
      '--kubelet-preferred-address-types=InternalIP',
    ],
  }
}

export function controllerManagerProgram(
  { folder }: ControlPlanePlace,
  files: ServerFiles,
): Program {
  const config = kubeconfigPath(folder, CONTROLLER_MANAGER_USER)
  return {
    name: 'kube-controller-manager',
    file: files.controllerManager,
    args: [
      `--kubeconfig=${config}`,
      `--authentication-kubeconfig=${config}`,
      `--authorization-kubeconfig=${config}`,
      '--leader-elect=false',
      '--secure-port=0',
      `--service-account-private-key-file=${folder}/pki/sa.key`,
      `--root-ca-file=${folder}/pki/apiserver.crt`,
      '--use-service-account-credentials=false',
      // Node lifecycle would taint the fake node, which sends no heartbeats.
      '--controllers=*,-node-lifecycle-controller',
      // The default of 20 requests a second would be what a test of 100 pods measures.
      '--kube-api-qps=500',
      '--kube-api-burst=1000',
    ],
  }
}
