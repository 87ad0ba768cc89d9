// Taking over from client-side apply. The fields that `kubectl apply` set stay its own when we apply
// on top, so a field that leaves the manifest would stay in the object for ever, and a field that we
// change would be a conflict. So its entry is joined with ours first, in one patch that is bound to
// the version that was read; the apply that follows then removes what is not in the manifest, the
// annotation with the copy of the last manifest included.
//
// Killed between the two: the entry is ours and says more than the manifest does, so the next run
// sees a difference and applies. Killed before the first: nothing has happened.
import type { KubeObject, ManagedFields } from '../object.ts'
import {
  APPLIER,
  CLIENT_SIDE,
  childOf,
  entryOf,
  fieldsOf,
  unionOf,
  type FieldSet,
} from './field-set.ts'

export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

export interface TakeOver {
  /** Whose fields become ours. */
  readonly managers: readonly string[]
  readonly fields: FieldSet
  readonly managedFields: readonly ManagedFields[]
}

/** Null when nothing is to be taken over. `wanted`: managers that the user names. */
export function planTakeOver(live: KubeObject, wanted: readonly string[]): TakeOver | null {
  const entries = live.metadata.managedFields ?? []
  const taken = entries.filter((entry) => isTaken(entry, wanted))
  const [first] = taken
  if (first === undefined) return null
  const ours = entryOf(live, APPLIER)
  const fields = taken.reduce<FieldSet | undefined>(
    (sum, entry) => unionOf(sum, fieldsOf(entry)),
    fieldsOf(ours),
  )
  if (fields === undefined) return null
  const { subresource: _none, time: _time, ...entry } = ours ?? first
  const joined: ManagedFields = {
    ...entry,
    manager: APPLIER,
    operation: 'Apply',
    fieldsV1: fields,
  }
  const others = entries.filter((entry) => entry !== ours && !taken.includes(entry))
  return {
    managers: [...new Set(taken.map(({ manager }) => manager))],
    fields,
    managedFields: [joined, ...others],
  }
}

/** The managers of scale, pause and the like are ours, but not what applied the manifests. */
function isTaken(entry: ManagedFields, wanted: readonly string[]): boolean {
  const { manager, operation, subresource } = entry
  if (subresource !== undefined) return false
  if (manager === APPLIER && operation === 'Apply') return false
  if (wanted.includes(manager)) return true
  // The copy that `kubectl apply --server-side` keeps for a way back.
  if (manager === 'kubectl-last-applied') return wanted.includes('kubectl')
  return operation === 'Update' && (manager === CLIENT_SIDE || ownsLastApplied(entry))
}

/** Whoever wrote the annotation is a client-side apply, whatever it is called. */
function ownsLastApplied({ fieldsV1 }: ManagedFields): boolean {
  const metadata = childOf(fieldsV1 ?? {}, 'f:metadata')
  const annotations = metadata && childOf(metadata, 'f:annotations')
  return annotations !== undefined && childOf(annotations, `f:${LAST_APPLIED}`) !== undefined
}
