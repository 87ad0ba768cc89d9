// Putting back what an apply changed, for `on-failure: undo`: fields that were ours before, or that we
// changed, get their values back; what this run made is deleted again, unless data would go with it.
//
// The record is the live state that was read before the first write, in memory only: it holds
// Secrets. Killed in the middle: every step is an apply or a delete bound to a uid, so the next apply
// of any revision goes on from whatever is there.
import { keyOf, renderId, type KubeObject } from '../object.ts'
import { yieldReplicas } from './autoscaler.ts'
import { extractFields } from './extract.ts'
import { APPLIER, entryOf, fieldsOf, othersOf, unionOf } from './field-set.ts'
import { inLanes } from './lanes.ts'
import { objectsOf, type ApplyPlan, type PlannedObject } from './plan.ts'
import { dataLostWith } from './removal-stages.ts'
import { removeObjects, type Removal } from './removal.ts'
import type { ObjectReport } from './report.ts'
import { stages } from './stages.ts'
import { writeObject, type WriteParts } from './write.ts'
import type { ApplyOutcome } from './run.ts'

/** What was there before an object of the plan was written; null: nothing. */
export type BeforeRecord = ReadonlyMap<PlannedObject['placed'], KubeObject | null>

export const recordBefore = (plan: ApplyPlan): BeforeRecord =>
  new Map(objectsOf(plan).map(({ placed, live }) => [placed, live]))

export interface Restoring {
  readonly plan: ApplyPlan
  readonly before: BeforeRecord
  readonly outcome: ApplyOutcome
}

export interface RestoredObject {
  readonly report: ObjectReport
  /** As it is now; null: it is gone, was kept as it is, or was refused. */
  readonly object: KubeObject | null
  /** Milliseconds since 1970 of the write. */
  readonly since: number
}

/** Reports have the action `restored`, or `refused`, or `skipped` for what was kept on purpose. */
export async function restoreBefore(
  restoring: Restoring,
  parts: Omit<WriteParts, 'rules'>,
): Promise<readonly RestoredObject[]> {
  const changes = await findChanges(restoring, parts)
  // What stands in the way of writes goes first, what others refer to goes last.
  const gates = changes.filter(({ planned }) => planned.stage === 'gatekeepers')
  const gone = await removeMade(gates, parts)
  const back: RestoredObject[] = []
  for (const stage of stages) {
    const members = changes.filter(
      ({ planned, before }) => planned.stage === stage && before !== null,
    )
    back.push(...(await inLanes(members, (change) => putBack(change, parts))))
  }
  const others = changes.filter(({ planned }) => planned.stage !== 'gatekeepers')
  return [...gone, ...back, ...(await removeMade(others, parts))]
}

interface Change {
  readonly planned: PlannedObject
  readonly before: KubeObject | null
  /** Null: it was deleted and could not be made anew. */
  readonly now: KubeObject | null
  /** It was not there before this run. */
  readonly made: boolean
}

/** Of this run: what it wrote, and what a write without an answer may have done. */
async function findChanges(
  { plan, before, outcome }: Restoring,
  parts: Omit<WriteParts, 'rules'>,
): Promise<readonly Change[]> {
  const applied = new Map(outcome.applied.map((one) => [one.planned.placed.object, one]))
  const refused = new Set(
    outcome.reports.filter(({ action }) => action === 'refused').map(({ id }) => keyOf(id)),
  )
  const found = await inLanes(objectsOf(plan), async (planned): Promise<readonly Change[]> => {
    const was = before.get(planned.placed) ?? null
    // Where it stands can have been learnt during the run; what was read from the file is the same.
    const done = applied.get(planned.placed.object)
    if (done !== undefined) {
      const { planned, object: now, created, changed } = done
      const made = was === null && (created || isOursAlone(planned, now))
      return changed ? [{ planned, before: was, now, made }] : []
    }
    const { intent, placed } = planned
    if (intent === 'refused' || intent === 'generate' || !refused.has(keyOf(placed.id))) return []
    const answer = await parts.api.get(planned.placed.id)
    if (!answer.ok) return []
    const now = answer.value
    const made = was === null && now !== null && isOursAlone(planned, now)
    return isTouched(was, now) ? [{ planned, before: was, now, made }] : []
  })
  return found.flat()
}

/**
 * Did this run make it, though no answer says so? Only where it was looked for before and was not
 * there; and not when somebody else made it between that look and our write.
 */
const isOursAlone = ({ intent, live }: PlannedObject, { metadata }: KubeObject): boolean =>
  live === null &&
  intent !== 'configure' &&
  (metadata.managedFields ?? [])
    .filter(({ subresource }) => subresource === undefined)
    .every(({ manager, operation }) => manager === APPLIER && operation === 'Apply')

const isGoing = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined

/** An object that was not there before counts as ours only when we own fields of it. */
function isTouched(before: KubeObject | null, now: KubeObject | null): boolean {
  if (before === null) return now !== null && entryOf(now, APPLIER) !== undefined
  if (now === null || (isGoing(now) && !isGoing(before))) return true
  const ours = (object: KubeObject) => JSON.stringify(entryOf(object, APPLIER)?.fieldsV1)
  return now.metadata.uid !== before.metadata.uid || ours(now) !== ours(before)
}

/** The fields that were ours, were taken over, or are ours now, with their values before. */
function previousObject(before: KubeObject, { now, planned }: Pick<Change, 'now' | 'planned'>) {
  const { takeOver } = planned
  const owned = unionOf(fieldsOf(entryOf(before, APPLIER)), takeOver?.fields)
  const fields = unionOf(owned, now === null ? undefined : fieldsOf(entryOf(now, APPLIER))) ?? {}
  const previous = extractFields(before, { fields, others: othersOf(before, APPLIER) })
  return planned.autoscaled && now !== null ? yieldReplicas(previous, now, APPLIER) : previous
}

async function putBack(change: Change, parts: Omit<WriteParts, 'rules'>): Promise<RestoredObject> {
  const { planned, before, now } = change
  const object = before === null ? planned.object : previousObject(before, change)
  const target: PlannedObject = {
    ...planned,
    // One that was deleted to be made anew can still be on its way.
    intent: now === null ? 'create' : isGoing(now) ? 'recreate' : 'configure',
    object,
    live: now,
    takeOver: null,
    // Made anew once, so the way back is the same.
    replace: now === null || now.metadata.uid !== before?.metadata.uid,
  }
  const rules = { force: true, replace: false, takeOver: [] }
  const written = await writeObject({ ...parts, rules }, target, false)
  const refused = written.object === null
  const report: ObjectReport = refused
    ? { ...written.report, message: `not restored: ${written.report.message}` }
    : { ...written.report, action: 'restored', message: 'as before this run' }
  return { report, object: written.object, since: written.since }
}

async function removeMade(
  changes: readonly Change[],
  parts: Omit<WriteParts, 'rules'>,
): Promise<readonly RestoredObject[]> {
  const fresh = changes.filter(({ before, now }) => before === null && now !== null)
  const kept = fresh.filter(
    ({ made, planned, now }) => !made || dataLostWith(planned.placed.id, now) !== null,
  )
  const removals = fresh
    .filter((change) => !kept.includes(change))
    .map(({ planned, now }): Removal => ({
      id: { ...planned.placed.id, name: now?.metadata.name ?? planned.placed.id.name },
      uid: now?.metadata.uid ?? '',
    }))
  const since = parts.clock.now()
  const reports = await removeObjects(parts, removals, {
    action: 'deleted',
    propagation: 'Background',
    deadline: parts.deadline,
  })
  return [...reports.map(asRestored), ...kept.map(keep)].map((report) => ({
    report,
    object: null,
    since,
  }))
}

const asRestored = (report: ObjectReport): ObjectReport =>
  report.verdict === 'gone'
    ? { ...report, action: 'restored', message: 'made by this run, deleted again' }
    : report

const keep = ({ made, now, planned: { placed } }: Change): ObjectReport => ({
  id: placed.id,
  action: 'skipped',
  verdict: 'none',
  reason: 'Kept',
  message: made
    ? `${renderId(placed.id)} was made by this run and is kept, because ${dataLostWith(placed.id, now) ?? 'data'} would go with it`
    : `${renderId(placed.id)} was perhaps there before this run, so it stays as this run left it`,
  seconds: 0,
})
