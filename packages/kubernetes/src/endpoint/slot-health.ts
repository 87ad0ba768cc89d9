// Can a slot serve? Its Deployment first, then the endpoints of its own Service. Pure.
import type { Health } from '@sluice/rollout'
import { conditionOf, numberAt } from '../health/fields.ts'
import { defaultStatusOptions } from '../health/status/health-status.ts'
import { statusOf } from '../health/status/status.ts'
import type { KubeObject } from '../object.ts'
import { missingPorts } from './service-endpoints.ts'
import type { KubernetesSlot } from './slot.ts'

export interface SlotHealth {
  readonly health: Health
  /** Why; '' when it is healthy. */
  readonly detail: string
  /** Ready ones. */
  readonly replicas: number
}

/** So long what follows ready pods (EndpointSlices) may take to come. */
const SETTLE_SECONDS = 10
/** Pods of a finished rollout that are not ready for so long are no new ones: it is ill. */
const UNAVAILABLE_SECONDS = 30

export const readyReplicas = (deployment: KubeObject): number =>
  numberAt(deployment, 'status.readyReplicas', 0)

/** As the API defaults it. */
export const wantedReplicas = (deployment: KubeObject): number =>
  numberAt(deployment, 'spec.replicas', 1)

/** `now` in milliseconds since 1970. */
export function slotHealth(slot: KubernetesSlot, now: number): SlotHealth {
  const { deployment } = slot
  if (deployment === null) return { health: 'unhealthy', detail: 'it is not deployed', replicas: 0 }
  const replicas = readyReplicas(deployment)
  const fault = deploymentFault(deployment, now) ?? serviceFault(slot, now)
  return fault === null ? { health: 'healthy', detail: '', replicas } : { ...fault, replicas }
}

type Fault = Pick<SlotHealth, 'health' | 'detail'>

const unhealthy = (detail: string): Fault => ({ health: 'unhealthy', detail })

function deploymentFault(deployment: KubeObject, now: number): Fault | null {
  const { state, message } = statusOf(deployment, {
    now,
    since: now,
    written: null,
    lateClasses: new Set(),
    options: defaultStatusOptions,
  })
  const wanted = wantedReplicas(deployment)
  if (wanted === 0 && state !== 'terminating') return unhealthy('scaled to zero')
  if (state === 'ready') return null
  if (state !== 'progressing') return unhealthy(message)
  const lasting = lastingFault(deployment, now)
  return lasting === null ? { health: 'changing', detail: message } : unhealthy(lasting)
}

/** Pods that were lost after the rollout was complete: nobody is at work on that. */
function lastingFault(deployment: KubeObject, now: number): string | null {
  const complete = conditionOf(deployment, 'Progressing')?.reason === 'NewReplicaSetAvailable'
  const current =
    numberAt(deployment, 'status.observedGeneration', -1) === deployment.metadata.generation
  const wanted = wantedReplicas(deployment)
  if (!complete || !current || numberAt(deployment, 'status.replicas', 0) < wanted) return null
  const ready = readyReplicas(deployment)
  if (ready === 0) return `none of its ${wanted} pods is ready any more`
  const available = conditionOf(deployment, 'Available')
  const since = available?.status === 'False' ? available.changed : null
  if (since === null || now - since < UNAVAILABLE_SECONDS * 1000) return null
  return `only ${ready} of ${wanted} pods are ready since ${Math.round((now - since) / 1000)} s`
}

function serviceFault(
  { deployment, service, endpoints }: KubernetesSlot,
  now: number,
): Fault | null {
  if (service === null || endpoints === null || deployment === null) return null
  const name = service.metadata.name ?? ''
  const ports = missingPorts(service, endpoints)
  const detail =
    endpoints.ready === 0
      ? `its Service ${name} has no ready endpoint, so its selector fits none of the ready pods`
      : ports.length > 0
        ? `its Service ${name} has no endpoint for port ${ports.join(', ')}: no container port of that name`
        : null
  if (detail === null) return null
  const changed = ['Available', 'Progressing'].flatMap(
    (type) => conditionOf(deployment, type)?.updated ?? [],
  )
  const isFresh = now - Math.max(0, ...changed) < SETTLE_SECONDS * 1000
  return isFresh ? { health: 'changing', detail } : unhealthy(detail)
}
