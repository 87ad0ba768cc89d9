// The one entry for every action that works on a Kubernetes endpoint.
import type { Platform, Result, SlotPair, Target } from '@sluice/rollout'
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
  readonly close: () => Promise<void>
}

export interface OpenOrder {
  /** A target's endpoint and place, or what inputs name. */
  readonly target: Pick<Target, 'place' | 'endpoint'> | EndpointWanted
  readonly settings: KubernetesSettings
  /** The most that one write is waited for; 600 unless told. */
  readonly waitSeconds?: number
}

export type OpenKubernetes = (
  order: OpenOrder,
  ports: KubernetesPorts,
) => Promise<KubernetesEndpoint>

/** Inputs of these names, to settings; all problems at once. */
export const KUBERNETES_SETTING_INPUTS = [
  'context',
  'slot-address',
  'slot-proof',
  'request-path',
  'port',
] as const
export const KUBERNETES_PLACE_INPUTS = ['namespace', 'back-end', 'traffic-object'] as const

export type ParseKubernetesSettings = (
  inputs: Readonly<Record<string, string | undefined>>,
) => Result<KubernetesSettings>
