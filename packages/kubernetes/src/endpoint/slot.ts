// A slot as the cluster shows it: one Deployment, one Service in front of it, the endpoints behind that.
import type { KubeObject } from '../object.ts'

export interface EndpointPort {
  /** '' when the port has no name. */
  readonly name: string
  readonly port: number
}

/** One Service as its EndpointSlices show it. */
export interface ServiceEndpoints {
  /** Addresses whose condition `ready` is true, without the terminating ones. */
  readonly ready: number
  /** Names of the pods behind them. */
  readonly pods: readonly string[]
  readonly ports: readonly EndpointPort[]
}

export interface KubernetesSlot {
  readonly slot: string
  /** null: the slot is not deployed. */
  readonly deployment: KubeObject | null
  /** The slot's own Service, its preview address; null: it has none yet. */
  readonly service: KubeObject | null
  /** Of the slot's own Service; null: it has none. */
  readonly endpoints: ServiceEndpoints | null
  /** Labels that every pod of the slot has and no pod of the other one: `{version: "blue"}`. */
  readonly labels: Readonly<Record<string, string>>
}
