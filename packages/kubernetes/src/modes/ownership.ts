// Who owns a field after a mode has changed it.
//
// A change by hand (scale, pause, undo) is an Update of a manager of its own, `sluice-scale` and so on.
// The server takes the changed fields away from `sluice`, which applied them, and the next apply of
// the manifests would end in a conflict with ourselves. So fields that had been applied are handed back:
// the manifests go on to decide about what they name. Fields that they do not name (the time of a
// restart) stay with the mode, and an apply leaves them alone.
//
// It takes a second request. An undo that was killed before it is mended by the next undo; what a
// scale, pause or restart left that was killed there, the next apply takes back (see refusals.ts).
import type { KubeObject, ManagedFields } from '../object.ts'
import type { ApiServer } from '../connection/api-server.ts'
import {
  APPLIER,
  CLIENT_SIDE,
  childOf,
  entryOf,
  fieldsOf,
  ownersPatch,
  unionOf,
  type FieldSet,
} from '../apply/field-set.ts'
import type { Target } from './workload.ts'

type Rule = (a: boolean, b: boolean) => boolean

/** Is the field itself in the set, beside what is below it? */
const hasSelf = (node: FieldSet | undefined): boolean =>
  node !== undefined && (node['.'] !== undefined || Object.keys(node).length === 0)

/** Applies a rule to every field that the first set has; undefined when nothing is left. */
function pick(rule: Rule, a: FieldSet, b: FieldSet | undefined): FieldSet | undefined {
  const below = Object.keys(a).flatMap((key) => {
    const child = key === '.' ? undefined : childOf(a, key)
    const left = child && pick(rule, child, b && childOf(b, key))
    return left === undefined ? [] : [[key, left] as const]
  })
  const self = rule(hasSelf(a), hasSelf(b))
  if (below.length === 0) return self ? {} : undefined
  return Object.fromEntries(self ? [['.', {}] as const, ...below] : below)
}

const inBoth = (a: FieldSet | undefined, b: FieldSet | undefined): FieldSet | undefined =>
  a && b && pick((left, right) => left && right, a, b)
const without = (a: FieldSet | undefined, b: FieldSet): FieldSet | undefined =>
  a && pick((left, right) => left && !right, a, b)

/** Who applied the manifests: we, or kubectl before us, whose fields an apply of ours takes over. */
const isClientSide = ({ manager, operation, subresource }: ManagedFields): boolean =>
  manager === CLIENT_SIDE && operation === 'Update' && subresource === undefined

export interface HandBack {
  /** As it was read before the change. */
  readonly before: KubeObject
  /** As it is now. */
  readonly after: KubeObject
  /** `sluice-scale` */
  readonly manager: string
  /** `named`: what we had applied; `all`: also what the change added. */
  readonly fields: 'named' | 'all'
}

/** The entries to write, or null when there is nothing to hand back. */
export function planHandBack({
  before,
  after,
  manager,
  fields,
}: HandBack): readonly ManagedFields[] | null {
  // Beside what it names, kubectl's entry has the server's defaults from when it made the object. The
  // template is whole either way; a default such as one replica is no wish of the manifests.
  const had =
    entryOf(before, APPLIER) ??
    (fields === 'all' ? before.metadata.managedFields?.find(isClientSide) : undefined)
  if (had === undefined) return null
  const isApplier = (entry: ManagedFields) =>
    entry.manager === had.manager &&
    entry.operation === had.operation &&
    entry.subresource === undefined
  const isTaker = (entry: ManagedFields) =>
    entry.manager === manager && entry.operation === 'Update'
  const entries = after.metadata.managedFields ?? []
  const taken = entries
    .filter(isTaker)
    .map((entry) => (fields === 'all' ? fieldsOf(entry) : inBoth(fieldsOf(entry), fieldsOf(had))))
    .reduce(unionOf, undefined)
  if (taken === undefined) return null
  const has = entries.find(isApplier)
  const applied = { ...(has ?? had), fieldsV1: unionOf(fieldsOf(has), taken) ?? {} }
  const others = entries.flatMap((entry) => {
    if (isApplier(entry)) return []
    if (!isTaker(entry)) return [entry]
    const left = without(fieldsOf(entry), taken)
    return left === undefined ? [] : [{ ...entry, fieldsV1: left }]
  })
  return [applied, ...others]
}

const TRIES = 5

/** Hands back what `planHandBack` says. What is refused is left as it is: only owners are wrong then. */
export async function handBack(
  api: ApiServer,
  { id, object: before }: Target,
  { manager, fields }: Pick<HandBack, 'manager' | 'fields'>,
): Promise<void> {
  // Controllers write the status all the time, and each write makes a new version.
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const answer = await api.get(id)
    if (!answer.ok || answer.value === null) return
    const entries = planHandBack({ before, after: answer.value, manager, fields })
    if (entries === null) return
    const patch = ownersPatch(answer.value, entries)
    const written = await api.patch(id, patch, { kind: 'json', fieldManager: manager })
    if (written.ok || written.refusal.status !== 409) return
  }
}
