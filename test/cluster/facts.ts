// What a suite must know to use a cluster that another process holds.
import type { GatewayNames } from '@sluice/twin'

export interface ClusterFacts {
  /** https://127.0.0.1:PORT */
  readonly server: string
  /** PEM */
  readonly ca: string
  readonly folder: string
  /** Path of the administrator's file. */
  readonly kubeconfig: string
  /** The administrator's token. */
  readonly token: string
  /** Users without a group, and their kubeconfig files. */
  readonly restricted: readonly {
    readonly name: string
    readonly file: string
    readonly token: string
  }[]
  readonly control: { readonly url: string; readonly token: string; readonly ca: string }
  /** Paths of the oracles. */
  readonly kubectl: string
  readonly helm: string
  /** Where its parts are from, and how long their build took. */
  readonly origin: string
  /** How long the start took. */
  readonly seconds: number
  /** Guard, etcd, kube-apiserver, kube-controller-manager; and the gateway where there is one. */
  readonly pids: readonly number[]
  /** Only in the traffic suites. */
  readonly gateway?: GatewayFacts
}

export interface GatewayFacts {
  /** http://127.0.0.1:PORT */
  readonly address: string
  /** http://127.0.0.1:PORT/metrics */
  readonly metrics: string
  readonly names: GatewayNames
  readonly origin: string
  readonly seconds: number
}

/** One line from a host process. */
export interface HostLine {
  readonly facts?: ClusterFacts
  /** The parts are not on this machine: no failure of the bed. */
  readonly missing?: string
  readonly failed?: string
}

/** Set by jest's global set-up: the facts as JSON, or why there is no cluster. */
export const FACTS_VARIABLE = 'SLUICE_CLUSTER_FACTS'
export const ABSENT_VARIABLE = 'SLUICE_CLUSTER_ABSENT'
