// The one entry for every action that works on a Kubernetes endpoint. Types and an `import()`: nothing
// heavy loads before it is called.
import type { HttpDoor } from '@sluice/http'
import type { DeployOrder, Platform, Sha256, SlotPair, Target } from '@sluice/rollout'
import type { KubernetesPorts } from '../ports.ts'
import type { BackEndKind, KubernetesPlace } from './place.ts'
import type { KubernetesWorkload } from './workload.ts'

/** How the runner reaches one slot. */
export type SlotAddress =
  /** The API server's service proxy: works from anywhere, needs `create services/proxy`. */
  | { readonly kind: 'proxy' }
  /** The preview Service by its name in the cluster: for runners inside it. */
  | { readonly kind: 'service' }
  /** `{slot}` stands for the slot's name. */
  | { readonly kind: 'url'; readonly template: string }

/** What shows which slot gave an answer. */
export type SlotProof =
  /** The address is the slot's alone. */
  | { readonly kind: 'address' }
  | { readonly kind: 'header'; readonly name: string }
  /** Dotted path in a JSON body. */
  | { readonly kind: 'body'; readonly path: string }

/** From inputs; holds no secrets. */
export interface KubernetesSettings {
  /** null: the kubeconfig's current one. */
  readonly context: string | null
  readonly slotAddress: SlotAddress
  readonly slotProof: SlotProof
  /** Path of a request to a slot, begins with `/`. */
  readonly requestPath: string
  /** Port of the Service, by number or name; null: its only or first one. */
  readonly port: string | null
}

export interface EndpointWanted {
  readonly endpoint: string
  /** null: the context's namespace. */
  readonly namespace: string | null
  readonly backEnd: BackEndKind
  /** null: the endpoint's name. */
  readonly trafficObject: string | null
  readonly slots: SlotPair
}

export interface KubernetesEndpoint {
  readonly platform: Platform<KubernetesWorkload>
  readonly place: KubernetesPlace
  /** What a deploy would write, one line per object; reads only. */
  readonly pendingWrites: (
    order: Pick<DeployOrder<KubernetesWorkload>, 'slot' | 'mark' | 'workload'>,
    signal: AbortSignal,
  ) => Promise<readonly string[]>
  readonly close: () => Promise<void>
}

export interface OpenOrder {
  /** A target's endpoint and place, or what inputs name. */
  readonly target: Pick<Target, 'place' | 'endpoint'> | EndpointWanted
  readonly settings: KubernetesSettings
  /** The most that one write is waited for; 600 unless told. */
  readonly waitSeconds?: number
}

/** An action's ports will do. */
export interface EndpointPorts extends KubernetesPorts {
  readonly sha256: Sha256
  /** For slots that are asked past the API server. */
  readonly http: HttpDoor
}

/**
 * The platform of one endpoint; no request is made before it is used. Throws
 * KUBERNETES_ENDPOINT_INVALID for a target that cannot be one, KUBERNETES_OTHER_CLUSTER for one of
 * another cluster, and what `connect` throws.
 */
export async function openKubernetes(
  order: OpenOrder,
  ports: EndpointPorts,
): Promise<KubernetesEndpoint> {
  const { openEndpoint } = await import('./opening.ts')
  return openEndpoint(order, ports)
}
