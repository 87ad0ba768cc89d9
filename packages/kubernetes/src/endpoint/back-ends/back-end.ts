// The seam of the traffic back ends: pure functions over the one object that holds weights and marks.
import type { Capabilities, Mirror, Result, SlotMatch, SlotPair, Weights } from '@sluice/rollout'
import type { KubeObject } from '../../object.ts'
import type { Resource } from '../../connection/api-server.ts'
import type { BackEndKind } from '../place.ts'
import type { KubernetesSlot, ServiceEndpoints } from '../slot.ts'

/** What the cluster shows around one endpoint. */
export interface TrafficScene {
  /** Name of the endpoint: of its Service, or of the object that routes to it. */
  readonly endpoint: string
  readonly slots: SlotPair
  readonly object: KubeObject
  /** Other objects of the kind in the namespace; empty unless the back end asks for them. */
  readonly siblings: readonly KubeObject[]
  readonly found: readonly KubernetesSlot[]
  /** Services of the namespace by name. */
  readonly services: ReadonlyMap<string, KubeObject>
  /** The endpoint's own Service as its EndpointSlices show it; null where it has none. */
  readonly endpoints: ServiceEndpoints | null
}

/** What decides which slot gets a request. Only rules of ours are in `match` and `mirror`. */
export interface Routing {
  readonly weights: Weights
  readonly match: SlotMatch | null
  readonly mirror: Mirror
}

/** As the object has it: weights may be nonsense, which the core refuses with its own words. */
export interface RoutingSeen {
  readonly traffic: Readonly<Record<string, number>>
  readonly match: SlotMatch | null
  readonly mirror: Mirror
  /** Back ends that work by replicas: what each slot really gets, percent with one decimal. */
  readonly shares?: Readonly<Record<string, number>>
  /** See `Observation.unfinished`. */
  readonly unfinished?: boolean
  /** Rules of others that also decide which slot gets a request: left alone, told once per run. */
  readonly notices?: readonly string[]
  /** Slots that such rules lead requests to, beside the weights; absent: none. */
  readonly ledByOthers?: readonly string[]
}

/** A change of the number of pods that belongs to a change of weights. */
export interface Scaling {
  readonly slot: string
  readonly replicas: number
  /** Before or after the traffic object is written; both are waited for until the pods are ready. */
  readonly when: 'before' | 'after'
}

/** One write of the traffic object. */
export interface RoutingWrite {
  /**
   * JSON merge patch of the object without `metadata.resourceVersion` and without our marks: the
   * caller adds both, so that weights, marks and compare-and-swap are one write. Lists are whole:
   * made from the object that was read, so that unknown fields survive (S8).
   */
  readonly patch: Readonly<Record<string, unknown>>
  readonly scalings: readonly Scaling[]
}

export interface BackEnd {
  readonly kind: BackEndKind
  /** The kind that holds the weights. */
  readonly resource: Resource
  readonly capabilities: Pick<Capabilities, 'weights' | 'mirrorMaxPercent'> &
    Required<Pick<Capabilities, 'matches'>>
  readonly reads: 'object' | 'siblings'
  /** What shows that a write is in force: pods in EndpointSlices, a status, or nothing (then time). */
  readonly acknowledgedBy: 'endpoint-slices' | 'status' | 'time'
  /** For a person, told once per run; null: nothing. */
  readonly notice: string | null
  /** All problems of an object that cannot be followed, with what to write instead. */
  readonly read: (scene: TrafficScene) => Result<RoutingSeen>
  /** Refuses what this object cannot express before anything is written. */
  readonly write: (scene: TrafficScene, wanted: Routing) => Result<RoutingWrite>
  /** null: in force as far as the cluster shows. Else what is still awaited, for a progress line. */
  readonly awaiting: (scene: TrafficScene, wanted: Routing) => string | null
  /**
   * Why what the object says after a write will not come into force by waiting (a parent refused
   * the route); null: nothing known.
   */
  readonly refused: (scene: TrafficScene) => string | null
  /**
   * The object for an endpoint that has none yet, with all weights 0, made from what the manifests
   * hold of it (null: nothing). A result with problems where it must be written by a person.
   */
  readonly create: (order: CreateOrder) => Result<KubeObject>
}

export interface CreateOrder {
  readonly endpoint: string
  readonly name: string
  readonly namespace: string
  readonly slots: SlotPair
  /** The object from the manifests; null: they do not hold it. */
  readonly given: KubeObject | null
  /** The endpoint's Service from the manifests, with its ports. */
  readonly service: KubeObject
  /** Key of the label that tells the slots' pods apart. */
  readonly slotLabel: string
}
