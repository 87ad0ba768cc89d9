// Modes that act on workloads that are there: restart, history, undo, pause, resume, scale.
import type { Report } from '@sluice/action'
import { oneLine } from '@sluice/documents'
import {
  findTargets,
  invalidTargets,
  observeHistory,
  pause,
  renderHistory,
  restart,
  resume,
  scale,
  undo,
  type ObjectReport,
  type Target,
} from '@sluice/kubernetes'
import type { Mode } from './config.ts'
import { failureOf } from './failure.ts'
import { notReached } from './ledger.ts'
import { changes, reportRun, type Outcome } from './report.ts'
import { rowLine } from './row-line.ts'
import { refuseMissingUse } from './rights.ts'
import { subjectOf, type Scene } from './scene.ts'
import { waitFor, withVerdicts } from './waiting.ts'

export type WorkloadMode = Extract<
  Mode,
  'restart' | 'history' | 'undo' | 'pause' | 'resume' | 'scale'
>

type Changing = Exclude<WorkloadMode, 'history'>

const done = {
  restart: 'restarted',
  undo: 'restored',
  pause: 'paused',
  resume: 'resumed',
  scale: 'scaled',
} as const satisfies Readonly<Record<Changing, ObjectReport['action']>>

const doing = {
  restart: 'restarting',
  undo: 'going back',
  pause: 'pausing',
  resume: 'resuming',
  scale: 'scaling',
} as const satisfies Readonly<Record<Changing, string>>

/** All but `pause` and `history` end with a wait. */
export async function runWorkloadMode(mode: WorkloadMode, scene: Scene): Promise<Report> {
  const { api, config, ports, namespace, placed } = scene
  const targets = await findTargets(api, { mode, named: config.objects, namespace, placed })
  if (!targets.ok) throw invalidTargets(targets.problems)
  if (mode === 'history') return reportHistory(scene, targets.value)
  const { ledger } = scene
  ledger.keep(targets.value.map(({ id }) => notReached(id)))
  ledger.enter(doing[mode], { written: done[mode] })
  await refuseMissingUse(scene, {
    verb: 'patch',
    ids: targets.value.map(({ id }) => id),
    ...(mode === 'scale' && { subresource: 'scale' }),
  })
  const since = ports.clock.now()
  const rows = await change(mode, scene, targets.value)
  ledger.keep(rows)
  // The changes were told as they were made.
  for (const row of rows.filter((row) => !changes(row))) ports.log.info(rowLine(row))
  ledger.enter('waiting')
  const changed = rows.some(changes)
  const waits = config.wait && !config.dryRun && mode !== 'pause' && changed
  const awaited = targets.value.filter((_, i) => rows[i] !== undefined && changes(rows[i]))
  const verdicts = waits
    ? await waitFor(
        scene,
        awaited.map(({ id, object }) => ({ id, uid: object.metadata.uid ?? '', since })),
      )
    : []
  const all = withVerdicts(rows, verdicts)
  const failure = failureOf(all, 'workloads')
  return reportRun(
    {
      outcome: outcomeOf({ failed: failure !== null, changed, waits, mode, dryRun: config.dryRun }),
      subject: subjectOf(scene),
      rows: all,
      changed,
      verdicts,
      ...(failure !== null && { failure }),
    },
    ports,
  )
}

function change(
  mode: Changing,
  { api, config, ports }: Scene,
  targets: readonly Target[],
): Promise<readonly ObjectReport[]> {
  const { dryRun, revision, replicas, forceConflicts } = config
  const modePorts = { api, clock: ports.clock, log: ports.log, signal: ports.signal }
  switch (mode) {
    case 'restart':
      return restart(modePorts, targets, { dryRun })
    case 'undo':
      return undo(modePorts, targets, { dryRun, revision })
    case 'pause':
      return pause(modePorts, targets, { dryRun })
    case 'resume':
      return resume(modePorts, targets, { dryRun })
    case 'scale':
      return scale(modePorts, targets, { dryRun, replicas: replicas ?? 0, force: forceConflicts })
  }
}

interface Facts {
  readonly failed: boolean
  readonly changed: boolean
  readonly waits: boolean
  readonly mode: Changing
  readonly dryRun: boolean
}

function outcomeOf({ failed, changed, waits, mode, dryRun }: Facts): Outcome {
  if (failed) return 'failed'
  if (dryRun) return 'planned'
  if (!changed) return 'unchanged'
  if (mode === 'pause') return 'paused'
  return waits ? 'ready' : 'applied'
}

async function reportHistory(scene: Scene, targets: readonly Target[]): Promise<Report> {
  const { api, ports } = scene
  const lines = renderHistory(await observeHistory({ api }, targets))
  for (const line of lines) ports.log.info(line)
  // A text before it, because the summary's outer white space is cut: that would end the block.
  const block = lines.map((line) => `    ${oneLine(line)}`)
  const detail = ['Revisions:', '', ...block].join('\n')
  return reportRun(
    { outcome: 'unchanged', subject: subjectOf(scene), rows: [], changed: false, detail },
    ports,
  )
}
