// Objects that belong to another application already.
import type { Problem } from '@sluice/rollout'
import type { ApiServer } from '../connection/api-server.ts'
import { renderId } from '../object.ts'
import { setLabels, setOf, type ApplicationSet } from './application-set.ts'
import type { Member } from './prune.ts'

/**
 * One problem per live object that carries the label of another set. An object is in one set at
 * most; taken from a set that still has it in its manifests, the two runs would fight over it, and
 * the first prune of the other would delete it. Objects without a label may be adopted.
 */
export async function findMembersElsewhere(
  api: ApiServer,
  set: ApplicationSet,
  live: readonly Member[],
): Promise<readonly Problem[]> {
  const elsewhere = live.flatMap((member) => {
    const other = setOf(member.object)
    return other === null || other === set.id ? [] : [{ member, other }]
  })
  const places = Map.groupBy(elsewhere, ({ other }) => other)
  const names = new Map(
    await Promise.all(
      [...places].map(async ([id, taken]) => {
        const namespaces = new Set([
          set.namespace,
          ...taken.flatMap(({ member }) => member.id.namespace ?? []),
        ])
        return [id, await nameOf(api, id, [...namespaces])] as const
      }),
    ),
  )
  return elsewhere.map(({ member, other }) => ({
    where: renderId(member.id),
    message: `belongs to ${names.get(other) ?? other}, not to application ${set.name}; to move it, remove its label ${setLabels.partOf} first and then its manifest there`,
  }))
}

/** `application shop/web`; the bare id when no parent of that set can be found. */
async function nameOf(api: ApiServer, id: string, namespaces: readonly string[]): Promise<string> {
  const resources = await api.resources()
  const labelSelector = `${setLabels.id}=${id}`
  // Secrets are where kubectl keeps its sets. Without the right to list them the id must do.
  for (const kind of ['ConfigMap', 'Secret']) {
    const resource = resources.preferred('', kind)
    if (resource === null) continue
    for (const namespace of namespaces) {
      const answer = await api.list(resource, { namespace, labelSelector })
      const parent = answer.ok ? answer.value.items[0] : undefined
      if (parent !== undefined) {
        return `set ${parent.metadata.name ?? ''} (${kind} in ${namespace})`
      }
    }
  }
  return `set ${id}, whose parent was not found`
}
