// In which order objects go: the reverse of the order in which they come.
import type { KubeObject, ObjectId } from '../object.ts'
import { isRecord, recordsIn } from '../record.ts'
import { stageOf, stages } from './stages.ts'

/** Kinds whose deletion takes what others keep in them; deleted only when asked for by name. */
const takesDataAlong: Readonly<Record<string, string>> = {
  '/Namespace': 'everything in it',
  'apiextensions.k8s.io/CustomResourceDefinition': 'all objects of its kind in every namespace',
  '/PersistentVolumeClaim': 'its volume, when the storage class reclaims it',
  '/PersistentVolume': 'its data, when it is reclaimed',
  'snapshot.storage.k8s.io/VolumeSnapshot': 'the snapshot itself, when its class says so',
}

/**
 * What goes with an object of this kind (`everything in it`), or with this very one; null: nothing but
 * itself and what it controls.
 */
export const dataLostWith = (
  { group, kind }: Pick<ObjectId, 'group' | 'kind'>,
  object: KubeObject | null = null,
): string | null =>
  takesDataAlong[`${group}/${kind}`] ??
  (`${group}/${kind}` === 'apps/StatefulSet' ? claimsLostWith(object) : null)

/** Claims of a StatefulSet outlive it, unless it says otherwise. */
function claimsLostWith(object: KubeObject | null): string | null {
  const spec = object?.['spec']
  if (!isRecord(spec) || recordsIn(spec['volumeClaimTemplates']).length === 0) return null
  const policy = spec['persistentVolumeClaimRetentionPolicy']
  return isRecord(policy) && policy['whenDeleted'] === 'Delete'
    ? 'its volume claims, because of whenDeleted: Delete,'
    : null
}

/** Custom objects go while what answers their finalizers still runs. */
const isCustom = ({ group }: ObjectId): boolean => group.includes('.') && !group.endsWith('.k8s.io')

const order = [...stages].reverse()

/** Lower ranks go first. A webhook whose backend is gone would refuse every later delete. */
const rankOf = (id: ObjectId): number => {
  const stage = stageOf(id)
  return 2 * order.indexOf(stage) - (stage === 'rest' && isCustom(id) ? 1 : 0)
}

/** Groups in the order in which they go; each must be gone before the next one is touched. */
export function removalStages<Item extends { readonly id: ObjectId }>(
  items: readonly Item[],
): readonly (readonly Item[])[] {
  const byRank = Map.groupBy(items, ({ id }) => rankOf(id))
  return [...byRank.entries()].sort(([a], [b]) => a - b).map(([, stage]) => stage)
}
