// Where an endpoint is on Kubernetes, and what moves its traffic. The `place` of a Kubernetes target.

/** Closed set of the input `back-end`. */
export const BACK_ENDS = [
  'service',
  'replicas',
  'http-route',
  'ingress',
  'ingress-nginx',
  'virtual-service',
  'openshift-route',
] as const
export type BackEndKind = (typeof BACK_ENDS)[number]

/** Also a `Target['place']`: plain texts, no secrets. */
export type KubernetesPlace = {
  /** Address of the API server: a target is refused on another one. */
  readonly server: string
  readonly namespace: string
  readonly backEnd: BackEndKind
  /** Name of the object that holds the weights and our marks. */
  readonly trafficObject: string
  /** The two slot names, `blue,green`. */
  readonly slots: string
}
