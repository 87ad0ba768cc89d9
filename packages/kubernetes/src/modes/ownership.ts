// Who owns a field after a mode has changed it.
//
// A change by hand (scale, pause, undo) is an Update of a manager of its own, `sluice-scale` and so on.
// The server takes the changed fields away from `sluice`, which applied them, and the next apply of
// the manifests would end in a conflict with ourselves. So fields that we had applied are handed back:
// the manifests go on to decide about what they name. Fields that they do not name (the time of a
// restart) stay with the mode, and an apply leaves them alone.
import type { KubeObject, ManagedFields } from '../object.ts'
import type { ApiServer } from '../connection/api-server.ts'
import { isRecord } from '../record.ts'
import type { Target } from './workload.ts'

/** Who applies manifests. */
const APPLIER = 'sluice'

type Fields = Readonly<Record<string, unknown>>

interface Node {
  /** Is the field itself in the set, beside what is below it? */
  readonly self: boolean
  readonly below: Fields
}

const parse = (node: unknown): Node => {
  if (!isRecord(node)) return { self: false, below: {} }
  const { '.': self, ...below } = node
  return { self: self !== undefined || Object.keys(node).length === 0, below }
}

const render = ({ self, below }: Node): Fields | null => {
  if (Object.keys(below).length === 0) return self ? {} : null
  return self ? { '.': {}, ...below } : below
}

type Combine = (a: unknown, b: unknown) => Fields | null

/** Applies a rule to every field of both sets; undefined where one of them lacks it. */
function combine(rule: (a: boolean, b: boolean) => boolean): Combine {
  const all: Combine = (a, b) => {
    const [left, right] = [parse(a), parse(b)]
    const keys = new Set([...Object.keys(left.below), ...Object.keys(right.below)])
    const below = [...keys].flatMap((key) => {
      const made = all(left.below[key], right.below[key])
      return made === null ? [] : [[key, made] as const]
    })
    return render({ self: rule(left.self, right.self), below: Object.fromEntries(below) })
  }
  return all
}

const union = combine((a, b) => a || b)
const both = combine((a, b) => a && b)
const without = combine((a, b) => a && !b)

/** An entry that owns nothing is `{}`, which inside a set would mean "this field". */
const fieldsOf = (entry: ManagedFields | undefined): unknown =>
  entry === undefined || Object.keys(entry.fieldsV1 ?? {}).length === 0 ? undefined : entry.fieldsV1

const isApplier = ({ manager, operation, subresource }: ManagedFields): boolean =>
  manager === APPLIER && operation === 'Apply' && subresource === undefined

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
  const had = (before.metadata.managedFields ?? []).find(isApplier)
  if (had === undefined) return null
  const entries = after.metadata.managedFields ?? []
  const isTaker = (entry: ManagedFields) =>
    entry.manager === manager && entry.operation === 'Update'
  const taken = entries
    .filter(isTaker)
    .map((entry) => (fields === 'all' ? fieldsOf(entry) : both(fieldsOf(entry), fieldsOf(had))))
    .reduce<unknown>((sum, one) => union(sum, one), undefined)
  if (taken === null || taken === undefined) return null
  const has = entries.find(isApplier)
  const applied = { ...(has ?? had), fieldsV1: union(fieldsOf(has), taken) ?? {} }
  const others = entries.flatMap((entry) => {
    if (isApplier(entry)) return []
    if (!isTaker(entry)) return [entry]
    const left = without(fieldsOf(entry), taken)
    return left === null ? [] : [{ ...entry, fieldsV1: left }]
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
    const patch = [
      {
        op: 'replace',
        path: '/metadata/resourceVersion',
        value: answer.value.metadata.resourceVersion,
      },
      { op: 'replace', path: '/metadata/managedFields', value: entries },
    ]
    const written = await api.patch(id, patch, { kind: 'json', fieldManager: manager })
    if (written.ok || written.refusal.status !== 409) return
  }
}
