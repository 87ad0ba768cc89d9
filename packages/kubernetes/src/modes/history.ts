// Which revisions a workload had, as `kubectl rollout history` shows them and a little more.
import { inertLine } from '../health/inert-text.ts'
import { renderId, type ObjectId } from '../object.ts'
import type { ModePorts } from './change.ts'
import { observeRevisions, type Revision } from './revisions.ts'
import type { Target } from './workload.ts'

export interface History {
  readonly id: ObjectId
  /** Oldest number first; without templates, which can hold what is not to be shown. */
  readonly revisions: readonly Omit<Revision, 'template'>[]
  /** Why there are none; '' when all is well. */
  readonly problem: string
}

/** The revisions of each target. Reads only. */
export const observeHistory = (
  { api }: Pick<ModePorts, 'api'>,
  targets: readonly Target[],
): Promise<readonly History[]> =>
  Promise.all(
    targets.map(async (target): Promise<History> => {
      const answer = await observeRevisions(api, target)
      if (!answer.ok) {
        const { reason, message } = answer.refusal
        return { id: target.id, revisions: [], problem: `${reason}: ${message}` }
      }
      const revisions = answer.value.map(({ template: _template, ...shown }) => shown)
      return { id: target.id, revisions, problem: '' }
    }),
  )

const HEADINGS = ['REVISION', 'CREATED', 'IMAGES', 'CHANGE-CAUSE']

/** Lines of text: a heading per workload, then one line per revision with columns of one width. */
export const renderHistory = (histories: readonly History[]): readonly string[] =>
  histories.flatMap(({ id, revisions, problem }) => [
    renderId(id),
    ...(revisions.length === 0
      ? [`  ${problem === '' ? 'no revision is recorded' : problem}`]
      : renderTable(revisions)),
  ])

function renderTable(revisions: History['revisions']): readonly string[] {
  const rows = [
    HEADINGS,
    ...revisions.map(({ number, created, images, changeCause, current }) => [
      `${number}${current ? ' (current)' : ''}`,
      created,
      inertLine(images.join(' ')),
      // Anybody who may edit the workload writes it, and kubectl puts whole command lines there.
      changeCause === '' ? '-' : inertLine(changeCause),
    ]),
  ]
  const widths = HEADINGS.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  )
}
