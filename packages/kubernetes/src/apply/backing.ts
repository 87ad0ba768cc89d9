// Which workloads of a set answer for its webhooks and extension servers: those must be ready before
// the server is told to ask them, or every later write fails.
import type { KubeObject } from '../object.ts'
import { fieldAt, isRecord, recordsIn, textOf } from '../record.ts'
import type { PlannedObject } from './plan.ts'

/** Objects of the set that `gatekeepers` send requests to, through a Service of the set. */
export function backingOf(
  gatekeepers: readonly PlannedObject[],
  set: readonly PlannedObject[],
): readonly PlannedObject[] {
  const wanted = new Set(gatekeepers.flatMap(({ object }) => servicesOf(object)))
  const services = set.filter(
    ({ placed: { id } }) =>
      id.group === '' && id.kind === 'Service' && wanted.has(`${id.namespace ?? ''}/${id.name}`),
  )
  return set.filter((one) => services.some((service) => selects(service, one)))
}

/** `namespace/name` of every Service that the object names. */
function servicesOf(object: KubeObject): readonly string[] {
  const configs = recordsIn(object['webhooks']).map(({ clientConfig }) => clientConfig)
  const spec = isRecord(object['spec']) ? object['spec'] : {}
  return [...configs, spec].flatMap((config) => {
    const service = isRecord(config) ? config['service'] : null
    return isRecord(service) ? [`${textOf(service['namespace'])}/${textOf(service['name'])}`] : []
  })
}

function selects(service: PlannedObject, { object, placed }: PlannedObject): boolean {
  if (placed.id.namespace !== service.placed.id.namespace) return false
  const selector = fieldAt(service.object, ['spec', 'selector'])
  const labels =
    placed.id.kind === 'Pod'
      ? object.metadata.labels
      : fieldAt(object, ['spec', 'template', 'metadata', 'labels'])
  if (!isRecord(selector) || !isRecord(labels)) return false
  const pairs = Object.entries(selector)
  return pairs.length > 0 && pairs.every(([name, value]) => labels[name] === value)
}
