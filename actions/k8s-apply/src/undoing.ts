// `on-failure: undo`: what was there before comes back, and is proven healthy.
import {
  keyOf,
  recordBefore,
  restoreBefore,
  type ApplyOutcome,
  type ApplyPlan,
  type ObjectReport,
  type RestoredObject,
} from '@sluice/kubernetes'
import { oneLine } from '@sluice/documents'
import type { SluiceError } from '@sluice/rollout'
import type { Ending } from './apply-mode.ts'
import { k8sApplyError } from './errors.ts'
import { listed } from './failure.ts'
import { changes, isTrouble } from './report.ts'
import type { Scene } from './scene.ts'
import { waitFor, withVerdicts } from './waiting.ts'

export interface Undoing {
  readonly plan: ApplyPlan
  readonly outcome: ApplyOutcome
  readonly stood: Ending
  readonly failure: SluiceError
}

const putBack = { written: 'restored', deleted: 'restored' } as const

/** The way back has as much time as the way forward had. */
export async function undoApply(scene: Scene, undoing: Undoing): Promise<Ending> {
  const { plan, outcome, stood, failure } = undoing
  const { api, config, ports } = scene
  // A refused write can have changed something: deleted to be made anew, or taken over first.
  if (!stood.rows.some((row) => changes(row) || row.action === 'refused')) {
    return nothingDone(scene, stood)
  }
  ports.log.info(`${failure.message}\nPutting back what was there before.`)
  const startedAt = ports.clock.now()
  const back: Scene = { ...scene, startedAt, deadline: startedAt + config.timeoutSeconds * 1000 }
  scene.ledger.enter('putting back what was there before', putBack)
  const before = recordBefore(plan)
  const restored = await restoreBefore(
    { plan, before, outcome },
    {
      api,
      clock: ports.clock,
      log: ports.log,
      signal: ports.signal,
      deadline: back.deadline,
    },
  )
  if (restored.length === 0) return nothingDone(scene, stood)
  const verdicts = await waitFor(back, restored.flatMap(awaitedOf))
  const rows = withVerdicts(
    restored.map(({ report }) => report),
    verdicts,
  )
  const madeHere = new Set(stood.rows.filter(({ action }) => action === 'created').map(keyOfRow))
  // Kept though it was perhaps there before: then it is not as it was.
  const stays = rows.filter((row) => row.action === 'skipped' && !madeHere.has(keyOfRow(row)))
  const troubled = [...rows.filter(isTrouble), ...stays]
  return {
    rows: merged(stood.rows, rows),
    verdicts: [...(stood.verdicts ?? []), ...verdicts],
    ...(stood.detail !== undefined && { detail: stood.detail }),
    outcome: troubled.length === 0 ? 'undone' : 'failed',
    failure: failureAfter({ failure, troubled }),
  }
}

function nothingDone({ ports }: Scene, stood: Ending): Ending {
  ports.log.notice('nothing is put back: this run changed nothing')
  return stood
}

const awaitedOf = ({ report, object, since }: RestoredObject) =>
  object === null
    ? []
    : [{ id: report.id, uid: object.metadata.uid ?? '', since, object, written: true }]

const keyOfRow = ({ id }: ObjectReport): string => keyOf(id)

/** One row per object: what was put back tells how it ended. */
function merged(
  first: readonly ObjectReport[],
  restored: readonly ObjectReport[],
): readonly ObjectReport[] {
  const byKey = new Map(restored.map((row) => [keyOf(row.id), row]))
  return first.map((row) => {
    const back = byKey.get(keyOf(row.id))
    if (back === undefined) return row
    if (back.action === 'skipped') return { ...row, reason: back.reason, message: back.message }
    const why = [row.reason, row.message].filter((part) => part !== '').join(': ')
    return why === '' ? back : { ...back, message: `${back.message} (${why})` }
  })
}

interface Endings {
  readonly failure: SluiceError
  readonly troubled: readonly ObjectReport[]
}

const failureAfter = ({ failure, troubled }: Endings): SluiceError =>
  troubled.length === 0
    ? k8sApplyError(
        'K8S_APPLY_UNDONE',
        `The state before is back and healthy, because ${failure.message}`,
        { cause: failure },
      )
    : k8sApplyError(
        'K8S_APPLY_UNDO_FAILED',
        `The state before could not be brought back whole:\n${listed(troubled)}\n- it was to come back because ${oneLine(failure.message)}`,
        { cause: failure },
      )
