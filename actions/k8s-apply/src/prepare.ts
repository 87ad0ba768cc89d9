// Everything that is known before the first write: the members, what is live, the plan, the rights.
import {
  findMembersElsewhere,
  keyOf,
  invalidSet,
  labelMembers,
  objectsOf,
  observeLive,
  planApply,
  planRecord,
  readRecord,
  setOf,
  type ApplyPlan,
  type LiveState,
  type ObjectReport,
  type PlacedManifest,
  type PlannedObject,
  type SetRecordSeen,
} from '@sluice/kubernetes'
import { notReached } from './ledger.ts'
import { refuseMissingRights } from './rights.ts'
import type { Scene } from './scene.ts'

export interface Prepared {
  /** With the label of the set. */
  readonly placed: readonly PlacedManifest[]
  readonly live: LiveState
  readonly plan: ApplyPlan
  /** null: the run has no application. */
  readonly record: SetRecordSeen | null
}

/** Reads only. Throws with every problem, and with every missing right. */
export async function prepareApply(scene: Scene): Promise<Prepared> {
  const { api, config, set } = scene
  const labelled = set === null ? null : labelMembers(set, scene.placed)
  if (labelled?.ok === false) throw invalidSet(labelled.problems)
  const placed = labelled?.value ?? scene.placed
  const resources = await api.resources()
  const [live, record] = await Promise.all([
    observeLive(placed, { api, resources }),
    set === null ? null : readRecord(api, set),
  ])
  if (set !== null) {
    const members = placed.flatMap(({ id }) => {
      const object = live.objects.get(keyOf(id))
      return object === undefined ? [] : [{ id, object }]
    })
    const problems = await findMembersElsewhere(api, set, members)
    if (problems.length > 0) throw invalidSet(problems)
  }
  const { forceConflicts: force, replace, takeOver } = config
  const plan = planApply(placed, live, { force, replace, takeOver })
  const records = set !== null && record !== null && config.mode === 'apply' && !config.dryRun
  await refuseMissingRights(scene, {
    plan,
    record: records ? { seen: record, planned: planRecord(set, record, placed) } : null,
  })
  if (set === null) warnOfLeaving(scene, live)
  scene.ledger.keep(objectsOf(plan).map(atFirst))
  return { placed, live, plan, record }
}

/** Without `application` the manifests do not say the label, so an apply takes it off. */
function warnOfLeaving({ ports }: Scene, live: LiveState): void {
  const members = [...live.objects.values()].filter((object) => setOf(object) !== null)
  const [first] = members
  if (first === undefined) return
  const what = `${first.kind} ${first.metadata.name ?? ''}`
  const more = members.length === 1 ? '' : ` and ${members.length - 1} more`
  ports.log.notice(
    `${what}${more}: in an application, which this run leaves, because it has no input application; what is not in an application is never removed`,
  )
}

const atFirst = ({ intent, placed: { id } }: PlannedObject): ObjectReport =>
  intent === 'unchanged'
    ? { ...notReached(id), action: 'unchanged', reason: '', message: '' }
    : notReached(id)
