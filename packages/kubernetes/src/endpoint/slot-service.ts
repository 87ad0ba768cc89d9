// The Service by which one slot is asked, and the port of it.
import { kubernetesError } from '../errors.ts'
import { listAt, numberAt } from '../health/fields.ts'
import type { KubeObject } from '../object.ts'
import { textOf } from '../record.ts'
import type { SlotService } from './probe.ts'
import type { Site } from './site.ts'
import { slotsIn, type Snapshot } from './snapshot.ts'

/** null: the slot has none. Throws KUBERNETES_ENDPOINT_INVALID where it has no such port. Pure. */
export function slotServiceIn(
  site: Site,
  snapshot: Pick<Snapshot, 'deployments' | 'services'>,
  slot: string,
): SlotService | null {
  const { found } = slotsIn(site, snapshot)
  const service = found.find((one) => one.slot === slot)?.service ?? null
  if (service === null) return null
  const name = service.metadata.name ?? ''
  return { name, namespace: site.place.namespace, port: portOf(service, site.settings.port) }
}

/** By number or name; null: the first one. */
function portOf(service: KubeObject, wanted: string | null): number {
  const ports = listAt(service, 'spec.ports').map((port) => ({
    name: textOf(port['name']),
    number: numberAt(port, 'port', 0),
  }))
  const port = ports.find(
    ({ name, number }) => wanted === null || name === wanted || String(number) === wanted,
  )
  if (port !== undefined) return port.number
  const has = ports.map(({ name, number }) => (name === '' ? `${number}` : `${name} (${number})`))
  throw kubernetesError(
    'KUBERNETES_ENDPOINT_INVALID',
    `port: found "${wanted ?? ''}"; Service ${service.metadata.name ?? ''} has ${has.length === 0 ? 'no ports' : has.join(', ')}`,
  )
}
