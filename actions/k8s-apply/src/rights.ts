// A look at the rights before anything is written: one list of what is missing.
import {
  requiredRights,
  rightsToUndo,
  setRights,
  type ApplyPlan,
  type ObjectId,
  type Resources,
  type Right,
  type SetRecord,
  type SetRecordSeen,
} from '@sluice/kubernetes'
import { k8sApplyError } from './errors.ts'
import type { Scene } from './scene.ts'
import { statusOptionsOf } from './waiting.ts'

export interface RightsOrder {
  readonly plan: ApplyPlan
  /** null: the run has no application, or writes no record. */
  readonly record: { readonly seen: SetRecordSeen; readonly planned: SetRecord } | null
}

/** Throws K8S_APPLY_MISSING_RIGHTS with every one; of optional ones there is a notice. */
export async function refuseMissingRights(scene: Scene, order: RightsOrder): Promise<void> {
  const { api, config, ports, set } = scene
  const resources = await api.resources()
  const own = requiredRights(order.plan, {
    resources,
    wait: config.wait,
    status: statusOptionsOf(config),
  })
  const ofSet =
    set === null || order.record === null
      ? { needed: [], optional: [] }
      : setRights(set, { resources, seen: order.record.seen, record: order.record.planned })
  const needed = [...own.needed, ...ofSet.needed, ...rightsOfTheEnd(scene, order.plan, resources)]
  const asked = [...needed, ...own.optional, ...ofSet.optional]
  const missing = new Set((await api.missingRights(asked)).map(describe))
  const lackingOf = (rights: readonly Right[]): readonly string[] => [
    ...new Set(rights.map(describe).filter((right) => missing.has(right))),
  ]
  refuseAll(lackingOf(needed))
  const untold = 'less can be told of a failure, and waits ask more often'
  notify(ports.log, lackingOf(own.optional), untold)
  notify(ports.log, lackingOf(ofSet.optional), 'what leaves the set cannot be removed')
}

export interface Use {
  readonly verb: 'patch' | 'delete'
  readonly ids: readonly ObjectId[]
  readonly subresource?: 'scale'
}

/** Throws K8S_APPLY_MISSING_RIGHTS before a mode changes the first of these objects. */
export async function refuseMissingUse({ api }: Scene, use: Use): Promise<void> {
  const resources = await api.resources()
  const wanted = use.ids.flatMap(({ group, version, kind, namespace, name }): readonly Right[] => {
    const resource = resources.find(group, version, kind)
    if (resource === null) return []
    const sub = use.subresource === undefined ? '' : `/${use.subresource}`
    return [
      { verb: use.verb, group, resource: `${resource.plural}${sub}`, namespace, names: [name] },
    ]
  })
  refuseAll([...new Set((await api.missingRights(wanted)).map(describe))])
}

function refuseAll(lacking: readonly string[]): void {
  if (lacking.length === 0) return
  const lines = lacking.map((right) => `- ${right}`)
  throw k8sApplyError(
    'K8S_APPLY_MISSING_RIGHTS',
    `${lacking.length === 1 ? '1 right is' : `${lacking.length} rights are`} missing, nothing was changed:\n${lines.join('\n')}`,
  )
}

/** Of a smoke check and of the way back: lacking then, a healthy run would end as a failed one. */
function rightsOfTheEnd(
  { config, namespace }: Scene,
  plan: ApplyPlan,
  resources: Resources,
): readonly Right[] {
  if (config.mode !== 'apply' || config.dryRun) return []
  const { smokeTarget: target } = config
  const proxy = { verb: 'get', group: '', resource: 'services/proxy', namespace }
  const smoke: readonly Right[] =
    target?.kind === 'service' ? [{ ...proxy, names: [`${target.name}:${target.port}`] }] : []
  return [...smoke, ...(config.onFailure === 'undo' ? rightsToUndo(plan, resources) : [])]
}

function notify(
  log: { notice(message: string): void },
  missing: readonly string[],
  consequence: string,
): void {
  if (missing.length === 0) return
  log.notice(`rights that are missing: ${missing.join('; ')}. So ${consequence}`)
}

const describe = ({ verb, group, resource, namespace }: Right): string =>
  `${verb} ${resource}${group === '' ? '' : `.${group}`} ${namespace === null ? 'in the whole cluster' : `in namespace ${namespace}`}`
