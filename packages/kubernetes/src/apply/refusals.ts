// What to do about a refused write. Pure: the answer, and how long it has been tried.
import type { Refusal, RefusalCause } from '../connection/api-server.ts'
import { renderId, type ObjectId } from '../object.ts'
import type { WorkloadMode } from '../modes/workload.ts'
import { REPLICAS_FIELD } from './autoscaler.ts'
import { dataLostWith } from './removal-stages.ts'

export interface RefusalFacts {
  readonly id: ObjectId
  /** Seconds since the first try. */
  readonly seconds: number
  /** Its CRD, its namespace or its webhook came with this run, so the server may not know them yet. */
  readonly fresh: boolean
  readonly autoscaled: boolean
  readonly replace: boolean
}

export type Reaction =
  | { readonly kind: 'again' }
  /** The autoscaler has taken the number of replicas since we looked. */
  | { readonly kind: 'without-replicas' }
  | { readonly kind: 'replace' }
  /** Only modes of ours own the fields, which a killed run did not hand back. */
  | { readonly kind: 'take-back'; readonly reason: string; readonly message: string }
  | { readonly kind: 'give-up'; readonly reason: string; readonly message: string }

/** A server takes a moment until all of its parts know a new kind, namespace or account. */
const FRESH_SECONDS = 10
const WEBHOOK_SECONDS = 20
const RACE_SECONDS = 10

export function reactTo(refusal: Refusal, facts: RefusalFacts): Reaction {
  const conflicts = refusal.causes.filter(({ reason }) => reason === 'FieldManagerConflict')
  if (conflicts.length > 0) {
    if (facts.autoscaled && conflicts.every(({ field }) => field === REPLICAS_FIELD)) {
      return { kind: 'without-replicas' }
    }
    const ours = conflicts.every((cause) => modeManagers.has(managerIn(cause)))
    return { kind: ours ? 'take-back' : 'give-up', ...describeConflict(refusal, facts.id) }
  }
  if (isWorthAnotherTry(refusal, facts)) return { kind: 'again' }
  if (isImmutable(refusal)) {
    return facts.replace
      ? { kind: 'replace' }
      : { kind: 'give-up', ...describeImmutable(refusal, facts.id) }
  }
  return { kind: 'give-up', reason: reasonOf(refusal), message: refusal.message }
}

const modes: Readonly<Record<Exclude<WorkloadMode, 'history'>, true>> = {
  restart: true,
  undo: true,
  pause: true,
  resume: true,
  scale: true,
}

/**
 * Field managers of the modes that change a workload by hand. What they change and the manifests name
 * is handed back at once, so an apply decides about it anyway. By their full names: other managers of
 * ours (of a record, of traffic) own what an apply must never take from them.
 */
const modeManagers: ReadonlySet<string> = new Set(
  Object.keys(modes).map((mode) => `sluice-${mode}`),
)

/** `conflict with "kubectl-edit" using apps/v1` -> kubectl-edit */
export const managerIn = ({ message }: RefusalCause): string =>
  /"([^"]{1,200})"/.exec(message)?.[1] ?? 'unknown'

function isWorthAnotherTry(refusal: Refusal, { seconds, fresh }: RefusalFacts): boolean {
  const { status, message } = refusal
  if (isTerminating(refusal)) return false
  // Somebody wrote the object between the server's own read and write.
  if (status === 409) return seconds < RACE_SECONDS
  if (status === 404) return fresh && seconds < FRESH_SECONDS
  if (status === 403 && /error looking up service account|status unknown for quota/.test(message)) {
    return seconds < FRESH_SECONDS
  }
  return isWebhookDown(refusal) && seconds < WEBHOOK_SECONDS
}

/** A webhook that could not be asked; one that said no is final. */
const isWebhookDown = ({ status, message }: Refusal): boolean =>
  status >= 500 &&
  /failed calling webhook|no endpoints available|no available endpoint/.test(message)

const isTerminating = ({ status, causes }: Refusal): boolean =>
  status === 403 && causes.some(({ reason }) => reason === 'NamespaceTerminating')

/** The many ways in which servers say that a field cannot be changed. */
const IMMUTABLE =
  /immutable|updates to .{1,80} are forbidden|updates to statefulset spec|pod updates may not change|cannot change roleRef|may not change once set|can ?not be (?:changed|unset|updated)|may not be (?:changed|unset|updated)/i

export const isImmutable = ({ status, message, causes }: Refusal): boolean =>
  status === 422 &&
  (IMMUTABLE.test(message) || causes.some((cause) => IMMUTABLE.test(cause.message)))

/** Right after a delete, what still counts the old object, and a server that is busy: both pass. */
export const isPassing = ({ status, message }: Refusal): boolean =>
  status >= 500 ||
  status === 429 ||
  status === 409 ||
  (status === 403 && /exceeded quota|status unknown for quota/.test(message))

function reasonOf(refusal: Refusal): string {
  if (isTerminating(refusal)) return 'NamespaceTerminating'
  if (isWebhookDown(refusal)) return 'WebhookUnavailable'
  if (refusal.status === 403 && /exceeded quota/.test(refusal.message)) return 'QuotaExceeded'
  return refusal.reason
}

const MANY = 8

/** `.spec.replicas (kubectl-edit)` for each; values are not in the server's answer. */
function describeConflict({ causes }: Refusal, id: ObjectId) {
  const fields = causes
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map((cause) => `${cause.field} (${managerIn(cause)})`)
  const more = fields.length > MANY ? ` and ${fields.length - MANY} more` : ''
  return {
    reason: 'Conflict',
    message: `others own fields of ${renderId(id)}: ${fields.slice(0, MANY).join(', ')}${more}; take them out of the manifest, or set force-conflicts: true to take them over`,
  }
}

function describeImmutable({ message, causes }: Refusal, id: ObjectId) {
  const fields = [...new Set(causes.map(({ field }) => field).filter((field) => field !== ''))]
  const what = fields.length === 0 ? message : fields.slice(0, MANY).join(', ')
  const lost = dataLostWith(id)
  const advice =
    lost === null
      ? 'set replace: true, or the annotation sluice.dev/replace: "true" on it, to delete it and make it anew'
      : `it is never replaced, because ${lost} would go with it; make a new one under another name`
  return {
    reason: 'Immutable',
    message: `${renderId(id)} cannot be changed in place (${what}); ${advice}`,
  }
}
