// The report of a run that ended in the middle: cancelled, or by an error that no object has.
import type { Report } from '@sluice/action'
import { oneLine } from '@sluice/documents'
import { renderId, type ObjectReport } from '@sluice/kubernetes'
import { SluiceError } from '@sluice/rollout'
import { k8sApplyError } from './errors.ts'
import { changes, reportRun } from './report.ts'
import { subjectOf, type Scene } from './scene.ts'

/** Throws `error` itself where nothing was changed by a run that was not cancelled. */
export async function reportCutShort(scene: Scene, error: unknown): Promise<Report> {
  const { ledger, ports } = scene
  const rows = ledger.rows()
  const cancelled = ports.signal.aborted
  const changed = rows.some((row) => changes(row) || row.action === 'unknown')
  const failure = cancelled ? cancellation(scene, changed) : error
  if (!(failure instanceof SluiceError)) throw error
  if (!changed && !cancelled) throw error
  return reportRun(
    {
      outcome: cancelled ? 'cancelled' : 'failed',
      subject: subjectOf(scene),
      rows,
      changed,
      failure,
    },
    ports,
  )
}

function cancellation({ ledger, ports }: Scene, changed: boolean): unknown {
  const reason: unknown = ports.signal.reason
  if (!changed) return reason
  const told = reason instanceof Error ? reason.message : 'cancelled'
  const rows = ledger.rows()
  return k8sApplyError(
    'K8S_APPLY_CANCELLED',
    `${told} while ${ledger.doing()}; ${counted(rows)}\n${list(rows)}`,
    { cause: reason },
  )
}

const MOST_NAMED = 20

const groups: readonly (readonly [string, (row: ObjectReport) => boolean])[] = [
  ['changed, which stays', changes],
  ['perhaps changed', ({ action }) => action === 'unknown'],
  ['refused', ({ action }) => action === 'refused'],
  ['as wanted before', ({ action }) => action === 'unchanged'],
  ['not reached', ({ action }) => action === 'skipped'],
]

const counted = (rows: readonly ObjectReport[]): string =>
  `objects: ${groups
    .map(([name, isOne]) => `${rows.filter(isOne).length} ${name}`)
    .filter((text) => !text.startsWith('0 '))
    .join(', ')}`

function list(rows: readonly ObjectReport[]): string {
  const touched = rows.filter((row) => changes(row) || row.action === 'unknown')
  const lines = touched
    .slice(0, MOST_NAMED)
    .map(
      ({ id, action }) => `- ${oneLine(renderId(id))} ${action === 'unknown' ? 'perhaps' : action}`,
    )
  const more = touched.length - lines.length
  return [...lines, ...(more > 0 ? [`- and ${more} more, see the summary`] : [])].join('\n')
}
