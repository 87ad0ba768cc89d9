// What goes on a slot: the user's manifests, pinned, before they are placed in a slot.
import type { KubeObject } from '../object.ts'

export interface KubernetesWorkload {
  /** The one Deployment, as written, images replaced. */
  readonly deployment: KubeObject
  /** Its Service, as written: the address that users know. */
  readonly service: KubeObject
  /** The traffic object, where the manifests hold one that is not the Service; else null. */
  readonly trafficObject: KubeObject | null
  /** Create the traffic object when it is not there. */
  readonly createEndpoint: boolean
}
