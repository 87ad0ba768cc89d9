// Which rights the set of an application uses beside those of its plan, for a look before any write.
import type { Resources, Right } from '../connection/api-server.ts'
import type { ApplicationSet } from './application-set.ts'
import { parseKind, type SetRecord, type SetRecordSeen } from './application-set-record.ts'
import type { PlanRights } from './rights.ts'

export interface SetRightsQuestion {
  readonly resources: Resources
  /** As it was read. */
  readonly seen: SetRecordSeen
  /** As it will be written before the apply. */
  readonly record: SetRecord
}

/**
 * Needed: to keep the record and to look for members. Optional: to delete them, which only a run that
 * prunes needs; without it the prune of that run is refused and the record stays.
 */
export function setRights(set: ApplicationSet, question: SetRightsQuestion): PlanRights {
  const { resources, seen, record } = question
  const configMaps = { group: '', resource: 'configmaps', namespace: set.namespace }
  const parent = (verb: string): Right => ({ verb, ...configMaps, names: [set.name] })
  const places = record.kinds.flatMap((text) => {
    const { group, kind } = parseKind(text)
    const resource = resources.preferred(group, kind)
    if (resource === null) return []
    const namespaces = resource.namespaced ? [set.namespace, ...record.namespaces] : [null]
    return namespaces.map((namespace) => ({ group, resource: resource.plural, namespace }))
  })
  return {
    needed: [
      seen.resourceVersion === null ? { verb: 'create', ...configMaps } : parent('get'),
      parent('patch'),
      ...places.map((place) => ({ verb: 'list', ...place })),
    ],
    optional: places.map((place) => ({ verb: 'delete', ...place })),
  }
}
