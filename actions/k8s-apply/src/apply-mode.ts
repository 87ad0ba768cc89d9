// Mode apply: record the set, write what differs, wait, check, remove what left; when it fails,
// perhaps put back what was there.
import type { Report } from '@sluice/action'
import {
  applyPlan,
  type AppliedObject,
  type ApplyOutcome,
  type ObjectReport,
  type RunParts,
} from '@sluice/kubernetes'
import { failureOf } from './failure.ts'
import { prepareApply, type Prepared } from './prepare.ts'
import { changes, reportRun, type RunEnd } from './report.ts'
import { rowLine } from './row-line.ts'
import { subjectOf, type Scene } from './scene.ts'
import { pruneSet, recordSet, type Recorded } from './set.ts'
import { checkSmoke } from './smoking.ts'
import { undoApply } from './undoing.ts'
import { waitFor, withVerdicts } from './waiting.ts'

export async function runApply(scene: Scene): Promise<Report> {
  const prepared = await prepareApply(scene)
  for (const notice of prepared.plan.notices) scene.ports.log.notice(notice)
  scene.ledger.enter('applying')
  const written = await write(scene, prepared)
  scene.ledger.keep(written.reports)
  for (const line of actionLines(written.reports)) scene.ports.log.info(line)
  const stood = await standUp(scene, written)
  const end = await conclude(scene, { prepared, written, stood })
  return reportRun(
    { ...end, subject: subjectOf(scene), changed: end.rows.some(changes) },
    scene.ports,
  )
}

async function conclude(scene: Scene, so: Stood): Promise<Ending> {
  const { stood, written, prepared } = so
  if (stood.failure === undefined) return finish(scene, so)
  if (scene.config.onFailure === 'keep') return stood
  return undoApply(scene, { plan: prepared.plan, outcome: written, stood, failure: stood.failure })
}

export type Ending = Omit<RunEnd, 'subject' | 'changed'>

interface Writing extends ApplyOutcome {
  readonly recorded: Recorded
}

/** The record first: it must cover what it is going to hold. Its own namespace may have to come before. */
async function write(scene: Scene, prepared: Prepared): Promise<Writing> {
  const { plan } = prepared
  const recorded = await recordSet(scene, prepared)
  if (recorded.kind !== 'no-namespace') {
    return { ...(await applyPlan(plan, partsOf(scene))), recorded }
  }
  const isFirst = ({ stage }: { readonly stage: string }): boolean => stage === 'namespaces'
  const first = { ...plan, stages: plan.stages.filter(isFirst) }
  const before = await applyPlan(first, partsOf(scene))
  if (!before.complete) return { ...before, recorded }
  const again = await recordSet(scene, prepared)
  const rest = { ...plan, stages: plan.stages.filter((one) => !isFirst(one)) }
  const after = await applyPlan(rest, partsOf(scene))
  return {
    reports: [...before.reports, ...after.reports],
    applied: [...before.applied, ...after.applied],
    complete: after.complete,
    recorded: again,
  }
}

const partsOf = (scene: Scene): RunParts => ({
  api: scene.api,
  clock: scene.ports.clock,
  log: scene.ports.log,
  signal: scene.ports.signal,
  deadline: scene.deadline,
  waitForStage: (awaited) => waitFor(scene, awaited),
})

/** As kubectl tells it, without those that needed nothing. */
const actionLines = (reports: readonly ObjectReport[]): readonly string[] => [
  ...reports.filter(({ action }) => action !== 'unchanged').map((row) => rowLine(row)),
  `${reports.filter(({ action }) => action === 'unchanged').length} of ${reports.length} objects unchanged`,
]

/** Waits for all that was written, then asks it. */
async function standUp(scene: Scene, { reports, applied, complete }: Writing): Promise<Ending> {
  const waits = scene.config.wait && complete
  scene.ledger.enter('waiting')
  const verdicts = waits ? await waitFor(scene, applied.map(awaitedOf)) : []
  const rows = withVerdicts(reports, verdicts)
  scene.ledger.keep(rows)
  const failure = failureOf(rows)
  if (failure !== null) return { rows, verdicts, outcome: 'failed', failure }
  scene.ledger.enter('checking')
  const smoke = waits ? await checkSmoke(scene) : null
  return {
    rows,
    verdicts,
    outcome: smoke?.failure === undefined ? 'ready' : 'failed',
    ...smoke,
  }
}

const awaitedOf = ({ id, object, since, changed }: AppliedObject) => ({
  id,
  uid: object.metadata.uid ?? '',
  since,
  object,
  written: changed,
})

interface Stood {
  readonly prepared: Prepared
  readonly written: Writing
  readonly stood: Ending
}

/** All is well so far: what left the set goes now. */
async function finish(scene: Scene, { prepared, written, stood }: Stood): Promise<Ending> {
  const { config, ports } = scene
  const { recorded, applied } = written
  if (stood.verdicts?.some(({ verdict }) => verdict === 'paused') === true) {
    if (recorded.kind === 'recorded') {
      ports.log.notice('nothing is removed while a workload is paused: its old pods may need it')
    }
    return { ...stood, outcome: 'paused' }
  }
  scene.ledger.enter('removing what left the set', { deleted: 'pruned' })
  const pruned =
    recorded.kind === 'recorded'
      ? await pruneSet(scene, prepared, { seen: recorded.seen, applied, dryRun: false })
      : []
  for (const row of pruned) scene.ports.log.info(rowLine(row))
  const failure = failureOf(pruned)
  const rows = [...stood.rows, ...pruned]
  if (failure !== null) return { ...stood, rows, outcome: 'failed', failure }
  const outcome = !rows.some(changes) ? 'unchanged' : config.wait ? 'ready' : 'applied'
  return { ...stood, rows, outcome }
}
