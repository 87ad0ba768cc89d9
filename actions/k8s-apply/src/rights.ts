// A look at the rights before anything is written: one list of what is missing.
import {
  requiredRights,
  parseKind,
  type ApplicationSet,
  type ApplyPlan,
  type Resources,
  type Right,
  type SetRecordSeen,
} from '@sluice/kubernetes'
import { k8sApplyError } from './errors.ts'
import type { Scene } from './scene.ts'

export interface RightsOrder {
  readonly plan: ApplyPlan
  readonly record: SetRecordSeen | null
}

/** Throws K8S_APPLY_MISSING_RIGHTS with every one; of optional ones there is a notice. */
export async function refuseMissingRights(scene: Scene, order: RightsOrder): Promise<void> {
  const { api, config, ports, set } = scene
  const resources = await api.resources()
  const { needed, optional } = requiredRights(order.plan, { resources, wait: config.wait })
  const recording = set === null ? [] : recordRights(set, order.record)
  const pruning = set === null ? [] : pruneRights(set, { record: order.record, resources })
  const missing = await api.missingRights([...needed, ...recording, ...optional, ...pruning])
  const isMissing = (right: Right): boolean =>
    missing.some((one) => describe(one) === describe(right))
  const lacking = [...needed, ...recording].filter(isMissing)
  if (lacking.length > 0) {
    const lines = lacking.map((right) => `- ${describe(right)}`)
    throw k8sApplyError(
      'K8S_APPLY_MISSING_RIGHTS',
      `${lacking.length === 1 ? '1 right is' : `${lacking.length} rights are`} missing, nothing was changed:\n${lines.join('\n')}`,
    )
  }
  notify(
    ports.log,
    optional.filter(isMissing),
    'less can be told of a failure, and waits ask more often',
  )
  notify(ports.log, pruning.filter(isMissing), 'what leaves the set cannot be removed')
}

const recordRights = (set: ApplicationSet, record: SetRecordSeen | null): readonly Right[] =>
  (record?.resourceVersion == null ? ['get', 'create'] : ['get', 'patch']).map((verb) => ({
    verb,
    group: '',
    resource: 'configmaps',
    namespace: set.namespace,
  }))

/** Of every kind that the set held: whether something left it is known only after the writes. */
function pruneRights(
  set: ApplicationSet,
  { record, resources }: { readonly record: SetRecordSeen | null; readonly resources: Resources },
): readonly Right[] {
  if (record === null) return []
  return record.kinds.flatMap((text) => {
    const { group, kind } = parseKind(text)
    const resource = resources.preferred(group, kind)
    if (resource === null) return []
    const places = resource.namespaced ? [set.namespace, ...record.namespaces] : [null]
    return places.flatMap((namespace) =>
      ['list', 'delete'].map((verb) => ({ verb, group, resource: resource.plural, namespace })),
    )
  })
}

function notify(
  log: { notice(message: string): void },
  missing: readonly Right[],
  consequence: string,
): void {
  if (missing.length === 0) return
  log.notice(`rights that are missing: ${missing.map(describe).join('; ')}. So ${consequence}`)
}

const describe = ({ verb, group, resource, namespace }: Right): string =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`} ${namespace === null ? 'in the whole cluster' : `in namespace ${namespace}`}`
