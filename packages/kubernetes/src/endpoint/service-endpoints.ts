// EndpointSlices -> what stands behind a Service. Pure.
import { fieldsOf, listAt, numberAt, textAt, valueAt, type Fields } from '../health/fields.ts'
import type { KubeObject } from '../object.ts'
import { recordsIn, textOf } from '../record.ts'
import type { EndpointPort, ServiceEndpoints } from './slot.ts'

/** The label by which a slice says whose it is. */
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'

/** A Service of two address families has two slices of the same pods: each pod counts once. */
export function endpointsOf(service: string, slices: readonly KubeObject[]): ServiceEndpoints {
  const pods = new Set<string>()
  const bare = new Set<string>()
  const ports = new Map<string, EndpointPort>()
  for (const slice of slices) {
    if (slice.metadata.labels?.[SERVICE_NAME_LABEL] !== service) continue
    const ready = listAt(slice, 'endpoints').filter(isReady)
    for (const endpoint of ready) {
      const pod = podOf(endpoint)
      if (pod === null) bare.add(String(valueAt(endpoint, 'addresses')))
      else pods.add(pod)
    }
    if (ready.length === 0) continue
    for (const port of recordsIn(slice['ports'])) {
      const found = { name: textOf(port['name']), port: numberAt(port, 'port', 0) }
      ports.set(`${found.name}:${found.port}`, found)
    }
  }
  return { ready: pods.size + bare.size, pods: [...pods].toSorted(), ports: [...ports.values()] }
}

/** Without the condition an endpoint counts as ready, as the API says. */
function isReady(endpoint: Fields): boolean {
  const conditions = fieldsOf(endpoint['conditions'])
  return conditions['ready'] !== false && conditions['terminating'] !== true
}

const podOf = (endpoint: Fields): string | null =>
  textAt(endpoint, 'targetRef.kind') === 'Pod' ? textAt(endpoint, 'targetRef.name') : null

/** Ports of a Service that no ready endpoint has, by name or number; its pods do not serve them. */
export function missingPorts(service: KubeObject, endpoints: ServiceEndpoints): readonly string[] {
  const served = new Set(endpoints.ports.map(({ name }) => name))
  return listAt(service, 'spec.ports')
    .filter((port) => !served.has(textOf(port['name'])))
    .map((port) => textOf(port['name']) || String(port['port']))
}
