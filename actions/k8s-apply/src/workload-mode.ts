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
import { changes, reportRun, type Outcome } from './report.ts'
import { subjectOf, type Scene } from './scene.ts'
import { waitFor, withVerdicts } from './waiting.ts'

export type WorkloadMode = Extract<
  Mode,
  'restart' | 'history' | 'undo' | 'pause' | 'resume' | 'scale'
>

/** All but `pause` and `history` end with a wait. */
export async function runWorkloadMode(mode: WorkloadMode, scene: Scene): Promise<Report> {
  const { api, config, ports, namespace, placed } = scene
  const targets = await findTargets(api, { mode, named: config.objects, namespace, placed })
  if (!targets.ok) throw invalidTargets(targets.problems)
  if (mode === 'history') return reportHistory(scene, targets.value)
  const since = ports.clock.now()
  const rows = await change(mode, scene, targets.value)
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
  const failure = failureOf(all)
  return reportRun(
    {
      outcome: outcomeOf({ failed: failure !== null, changed, waits, dryRun: config.dryRun }),
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
  mode: Exclude<WorkloadMode, 'history'>,
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
  readonly dryRun: boolean
}

function outcomeOf({ failed, changed, waits, dryRun }: Facts): Outcome {
  if (failed) return 'failed'
  if (dryRun) return 'planned'
  if (!changed) return 'unchanged'
  return waits ? 'ready' : 'applied'
}

async function reportHistory(scene: Scene, targets: readonly Target[]): Promise<Report> {
  const { api, ports } = scene
  const lines = renderHistory(await observeHistory({ api }, targets))
  for (const line of lines) ports.log.info(line)
  const detail = lines.map((line) => `    ${oneLine(line)}`).join('\n')
  return reportRun(
    { outcome: 'unchanged', subject: subjectOf(scene), rows: [], changed: false, detail },
    ports,
  )
}
