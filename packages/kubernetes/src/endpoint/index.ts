// Light on purpose: what talks to a cluster is behind `openKubernetes`, in a chunk of its own.
export {
  openKubernetes,
  type EndpointPorts,
  type EndpointWanted,
  type KubernetesEndpoint,
  type KubernetesSettings,
  type OpenOrder,
  type SlotAddress,
  type SlotProof,
} from './open.ts'
export {
  BACK_ENDS,
  KUBERNETES_PLACE_INPUTS,
  parsePlace,
  readKubernetesPlace,
  type BackEndKind,
  type KubernetesPlace,
  type PlaceWanted,
} from './place.ts'
export { KUBERNETES_SETTING_INPUTS, parseKubernetesSettings } from './settings.ts'
export type { KubernetesWorkload } from './workload.ts'
export { pinManifests, type KubernetesPinOrder, type PinnedKubernetes } from './pin.ts'
export { findMistakes } from './mistakes.ts'
