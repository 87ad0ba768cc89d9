// Taking down what the manifests name, or a whole application.
//
// Kept unless told otherwise: namespaces, CRDs and volume claims, because other people's objects or
// data go with them (`delete-data: true` deletes them too), and what an annotation says to keep.
//
// Why a kill is harmless: what is gone is not found by the next run, and the record of an application
// goes last, so the next run still knows where to look.
import { setLabels, setOf, type ApplicationSet } from '../apply/application-set.ts'
import {
  planShrunk,
  readRecord,
  writeRecord,
  type SetRecordSeen,
} from '../apply/application-set-record.ts'
import {
  isHomeOf,
  observeMembers,
  planPrune,
  type KeptMember,
  type Member,
  type MembersSeen,
} from '../apply/prune.ts'
import { keptReport } from '../apply/prune-run.ts'
import { inLanes } from '../apply/lanes.ts'
import { dataLostWith } from '../apply/removal-stages.ts'
import { removeObjects, type RemovalOptions } from '../apply/removal.ts'
import type { ObjectReport } from '../apply/report.ts'
import { inertLine } from '../health/inert-text.ts'
import type { PlacedManifest } from '../manifests/manifest.ts'
import { keyOf, renderId, type KubeObject, type ObjectId } from '../object.ts'
import type { ModePorts } from './change.ts'

export interface DeleteOptions {
  readonly propagation: RemovalOptions['propagation']
  /** Also namespaces, CRDs and volume claims, with all that goes with them. */
  readonly deleteData: boolean
  /** Milliseconds since 1970. */
  readonly deadline: number
  readonly dryRun: boolean
  /** Whose objects these are: what belongs to another application is kept. null or absent: not said. */
  readonly set?: ApplicationSet | null
}

export interface ApplicationDeleteOptions extends DeleteOptions {
  /**
   * Called once, with all that will be deleted, before anything is; also in a dry run. When it rejects,
   * nothing is deleted. Absent: nobody is asked.
   */
  readonly approve?: (ids: readonly ObjectId[]) => Promise<void>
}

/**
 * Deletes what the manifests name, in the reverse order of an apply, and waits until it is gone. What
 * is not there is `unchanged`. Reports in the order of the manifests.
 */
export async function deleteManifests(
  ports: ModePorts,
  placed: readonly PlacedManifest[],
  options: DeleteOptions,
): Promise<readonly ObjectReport[]> {
  const named = placed.filter(({ object }) => object.metadata.name !== undefined)
  const looked = await inLanes(named, ({ id }) => lookAt(ports, id))
  const found = looked.flatMap((one) => ('object' in one ? [one] : []))
  const others = found.filter(({ object }) => isElsewhere(object, options.set ?? null))
  const live = found.filter((member) => !others.includes(member))
  const plan = planPrune({
    set: null,
    members: live,
    placed: [],
    appliedUids: new Set(),
    deleteData: options.deleteData,
  })
  const kept = [...plan.kept, ...others.map(elsewhere)]
  const done = [...(await remove(ports, plan.removals, options)), ...kept.map(keptReport)]
  const reports = new Map(done.map((report) => [keyOf(report.id), report]))
  return looked.map((one) =>
    'object' in one ? (reports.get(keyOf(one.id)) ?? absent(one.id)) : one,
  )
}

/** An apply would have been refused: one object is in one set at most. */
const isElsewhere = (object: KubeObject, set: ApplicationSet | null): boolean => {
  const found = setOf(object)
  return set !== null && found !== null && found !== set.id
}

const elsewhere = (member: Member): KeptMember => ({
  member,
  reason: 'OtherSet',
  message: `kept, because it belongs to another application (label ${setLabels.partOf})`,
})

const absent = (id: ObjectId): ObjectReport => ({
  id,
  action: 'unchanged',
  verdict: 'gone',
  reason: 'NotFound',
  message: 'it is not there',
  seconds: 0,
})

async function lookAt({ api }: ModePorts, id: ObjectId): Promise<Member | ObjectReport> {
  const answer = await api.get(id)
  if (answer.ok) return answer.value === null ? absent(id) : { id, object: answer.value }
  const { reason, request, message } = answer.refusal
  return {
    id,
    action: 'refused',
    verdict: 'failed',
    reason,
    message: `${request}: ${message}`,
    seconds: 0,
  }
}

/** What else goes with these; one line each, for a log before it is done. */
const describeLosses = (members: readonly Member[]): readonly string[] =>
  members.flatMap(({ id, object }) => {
    const lost = dataLostWith(id, object)
    return lost === null ? [] : [`with ${renderId(id)} goes ${lost}`]
  })

async function remove(
  { api, clock, log, signal }: ModePorts,
  members: readonly Member[],
  { dryRun, propagation, deadline }: DeleteOptions,
): Promise<readonly ObjectReport[]> {
  const ids = members.map(({ id }) => id)
  for (const line of describeLosses(members)) log.notice(line)
  if (dryRun) return ids.map(planned)
  return removeObjects(
    { api, clock, log, signal },
    members.map(({ id, object }) => ({ id, uid: object.metadata.uid ?? '' })),
    { action: 'deleted', propagation, deadline },
  )
}

const planned = (id: ObjectId): ObjectReport => ({
  id,
  action: 'deleted',
  verdict: 'none',
  reason: '',
  message: 'would be deleted',
  seconds: 0,
})

/**
 * Deletes all members of an application, then its record. When members are kept, the record stays
 * and names them. Throws KUBERNETES_SET_FOREIGN or KUBERNETES_SET_DAMAGED for a record that is not ours.
 */
export async function deleteApplication(
  ports: ModePorts,
  set: ApplicationSet,
  options: ApplicationDeleteOptions,
): Promise<readonly ObjectReport[]> {
  const { approve = async () => undefined } = options
  const record = await readRecord(ports.api, set)
  if (record.resourceVersion === null) {
    await approve([])
    return [absent(set.parent)]
  }
  const seen = await observeMembers(ports.api, set, record)
  for (const line of [...seen.unlisted, ...seen.unseenKinds]) {
    ports.log.notice(inertLine(`delete could not look for ${line}`))
  }
  // The set's own namespace takes the record along, so it is the last to go.
  const home = options.deleteData ? seen.members.filter(({ id }) => isHomeOf(set, id)) : []
  const plan = planPrune({
    set,
    members: seen.members.filter((member) => !home.includes(member)),
    placed: [],
    appliedUids: new Set(),
    deleteData: options.deleteData,
  })
  const staying = [plan.kept, seen.unlisted, seen.unseenKinds].some((some) => some.length > 0)
  const end = staying ? [] : home.length > 0 ? home : [{ id: set.parent }]
  await approve([...plan.removals, ...end].map(({ id }) => id))
  const reports = [...(await remove(ports, plan.removals, options)), ...plan.kept.map(keptReport)]
  const last = await finish(ports, { set, record, seen, home, kept: plan.kept, reports, options })
  return [...reports, ...last]
}

interface Finish {
  readonly set: ApplicationSet
  readonly record: SetRecordSeen
  readonly seen: MembersSeen
  readonly home: readonly Member[]
  readonly kept: readonly KeptMember[]
  readonly reports: readonly ObjectReport[]
  readonly options: DeleteOptions
}

/** The record, or the namespace that it is in, once everything else is gone. */
async function finish(ports: ModePorts, end: Finish): Promise<readonly ObjectReport[]> {
  const { set, record, seen, home, kept, reports, options } = end
  const left = reports.some(
    ({ action, verdict }) => action !== 'unchanged' && verdict !== 'gone' && !options.dryRun,
  )
  if (left || seen.unlisted.length > 0) {
    return [parentKept(set, 'Incomplete', 'kept, because members are left; run again')]
  }
  if (kept.length > 0 || seen.unseenKinds.length > 0) {
    const ids = kept.map(({ member }) => member.id)
    const { unseenKinds } = seen
    const shrunk = planShrunk(set, { seen: record, placed: [], kept: ids, unseenKinds })
    await writeRecord(ports.api, { set, seen: record, record: shrunk, dryRun: options.dryRun })
    return [parentKept(set, 'MembersKept', 'kept, because it names the members that were kept')]
  }
  if (home.length > 0) return remove(ports, home, options)
  const parent = await lookAt(ports, set.parent)
  return 'object' in parent ? remove(ports, [parent], options) : [parent]
}

const parentKept = ({ parent }: ApplicationSet, reason: string, message: string): ObjectReport => ({
  id: parent,
  action: 'unchanged',
  verdict: 'none',
  reason,
  message,
  seconds: 0,
})
