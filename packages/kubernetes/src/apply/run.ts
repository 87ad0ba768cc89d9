// Carries out a plan, stage by stage. Within a stage all is tried; after a stage in which something
// failed the later ones are skipped.
import type { Resources } from '../connection/api-server.ts'
import type { Awaited, Verdict } from '../health/verdict.ts'
import { keyOf, renderId, type KubeObject, type ObjectId } from '../object.ts'
import { isRecord, recordsIn } from '../record.ts'
import { backingOf } from './backing.ts'
import { desiredObject } from './desired.ts'
import { inLanes } from './lanes.ts'
import { objectsOf, type ApplyPlan, type PlannedObject, type PlannedStage } from './plan.ts'
import type { ObjectReport } from './report.ts'
import { writeObject, type WriteParts, type Written } from './write.ts'

/** Answers when all of them stand as they should, or when one of them cannot. */
export type WaitForStage = (awaited: readonly Awaited[]) => Promise<readonly Verdict[]>

export interface RunParts extends Omit<WriteParts, 'rules'> {
  readonly waitForStage: WaitForStage
}

export interface AppliedObject {
  readonly planned: PlannedObject
  readonly id: ObjectId
  /** As it is now. */
  readonly object: KubeObject
  /** Milliseconds since 1970 of its write. */
  readonly since: number
  readonly changed: boolean
  /** The server itself said that this run made it. */
  readonly created: boolean
}

export interface ApplyOutcome {
  /** In the order of the plan, one per object. */
  readonly reports: readonly ObjectReport[]
  /** Written or found as wanted: what a wait looks at. */
  readonly applied: readonly AppliedObject[]
  /** Everything is as planned; nothing was refused or skipped. */
  readonly complete: boolean
}

export async function applyPlan(plan: ApplyPlan, parts: RunParts): Promise<ApplyOutcome> {
  const state: RunState = { plan, parts: { ...parts, rules: plan.rules }, written: [], held: null }
  for (const stage of plan.stages) {
    if (state.held !== null) {
      const because = state.held
      state.written.push(...stage.objects.map((planned) => skip(planned, because)))
      continue
    }
    await runStage(state, stage)
  }
  return outcomeOf(state.written)
}

interface RunState {
  readonly plan: ApplyPlan
  readonly parts: WriteParts & RunParts
  readonly written: Written[]
  /** Why the later stages are skipped. */
  held: string | null
}

async function runStage(state: RunState, stage: PlannedStage): Promise<void> {
  const { parts } = state
  if (stage.stage === 'gatekeepers') {
    await awaitObjects(state, backing(state, stage))
    if (state.held !== null) {
      const because = state.held
      state.written.push(...stage.objects.map((planned) => skip(planned, because)))
      return
    }
  }
  const resources = await parts.api.resources()
  const fresh = freshnessOf(state)
  const now = await inLanes(stage.objects, (planned) => {
    const ready = prepareLate(planned, resources)
    return writeObject(parts, ready, fresh(ready))
  })
  state.written.push(...now)
  const refused = now.find(({ report }) => report.action === 'refused')
  if (refused !== undefined) {
    state.held = `${renderId(refused.report.id)} was refused`
    return
  }
  await settle(state, stage, now)
}

/** Is the kind or the namespace of an object so new that a server may not know it everywhere? */
function freshnessOf({ written }: RunState): (planned: PlannedObject) => boolean {
  const namespaces = new Set(
    written
      .filter(({ report }) => report.id.kind === 'Namespace' && report.action === 'created')
      .map(({ report }) => report.id.name),
  )
  return ({ placed }) => !placed.known || namespaces.has(placed.id.namespace ?? '')
}

/** What came with a CRD of this run was prepared without knowing its subresources. */
function prepareLate(planned: PlannedObject, resources: Resources): PlannedObject {
  const { placed } = planned
  if (placed.known) return planned
  const resource = resources.find(placed.id.group, placed.id.version, placed.id.kind)
  return resource === null ? planned : { ...planned, object: desiredObject(placed, resource) }
}

/** Waits for what later stages need of this one. */
async function settle(
  state: RunState,
  { stage }: PlannedStage,
  written: readonly Written[],
): Promise<void> {
  if (stage === 'definitions') {
    await awaitObjects(
      state,
      written.filter((one) => !isEstablished(one.object)),
    )
    if (state.held === null) await learnKinds(state)
  }
  if (stage === 'namespaces') {
    await awaitObjects(
      state,
      written.filter((one) => !isActive(one.object)),
    )
  }
}

const statusOf = (object: KubeObject | null): Readonly<Record<string, unknown>> =>
  isRecord(object?.['status']) ? object['status'] : {}

const isActive = (object: KubeObject | null): boolean => statusOf(object)['phase'] === 'Active'

const isEstablished = (object: KubeObject | null): boolean =>
  ['Established', 'NamesAccepted'].every((type) =>
    recordsIn(statusOf(object)['conditions']).some(
      (condition) => condition['type'] === type && condition['status'] === 'True',
    ),
  )

async function awaitObjects(state: RunState, written: readonly Written[]): Promise<void> {
  if (written.length === 0) return
  const verdicts = await state.parts.waitForStage(
    written.map(({ report, object, since }) => ({
      id: report.id,
      uid: object?.metadata.uid ?? '',
      since,
      ...(object !== null && { object }),
      written: report.action !== 'unchanged',
    })),
  )
  const bad = verdicts.filter(({ verdict }) => verdict !== 'ready')
  for (const { id, verdict, reason, message, seconds } of bad) {
    const at = state.written.findIndex(({ report }) => keyOf(report.id) === keyOf(id))
    const before = state.written[at]
    if (before === undefined) continue
    const report = { ...before.report, verdict, reason, message, seconds }
    state.written[at] = { ...before, report }
    state.held ??= `${renderId(id)} is not ready`
  }
}

const LEARNING_SECONDS = 15

/** Discovery follows an established CRD by a moment. */
async function learnKinds(state: RunState): Promise<void> {
  const { api, clock, signal } = state.parts
  const wanted = objectsOf(state.plan).filter(({ placed }) => !placed.known)
  if (wanted.length === 0) return
  const until = clock.now() + LEARNING_SECONDS * 1000
  for (;;) {
    const resources = await api.rediscover()
    const missing = wanted.find(
      ({ placed: { id } }) => resources.find(id.group, id.version, id.kind) === null,
    )
    // The write itself will say what is still unknown.
    if (missing === undefined || clock.now() >= until) return
    await clock.sleep(0.2, signal)
  }
}

function backing(state: RunState, stage: PlannedStage): readonly Written[] {
  const needed = new Set(
    backingOf(stage.objects, objectsOf(state.plan)).map(({ placed }) => placed),
  )
  return state.written.filter(({ planned }) => needed.has(planned.placed))
}

const skip = (planned: PlannedObject, because: string): Written => ({
  planned,
  report: {
    id: planned.placed.id,
    action: 'skipped',
    verdict: 'none',
    reason: 'Skipped',
    message: `not tried, because ${because}`,
    seconds: 0,
  },
  object: null,
  since: 0,
})

const outcomeOf = (written: readonly Written[]): ApplyOutcome => ({
  reports: written.map(({ report }) => report),
  applied: written.flatMap(({ planned, report, object, since }) =>
    object === null
      ? []
      : [
          {
            planned,
            id: report.id,
            object,
            since,
            changed: report.action !== 'unchanged',
            created: report.action === 'created',
          },
        ],
  ),
  complete: written.every(
    ({ report: { action, verdict } }) =>
      action !== 'refused' && action !== 'skipped' && verdict === 'none',
  ),
})
