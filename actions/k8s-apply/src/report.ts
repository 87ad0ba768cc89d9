// What a run says at its end: outputs, the result file, and the tables of the summary.
import { join } from 'node:path'
import { code, escapeMarkdown, table, type Markdown, type Ports, type Report } from '@sluice/action'
import { renderId, type ObjectReport, type Verdict } from '@sluice/kubernetes'
import type { SluiceError } from '@sluice/rollout'
import { renderEvidence } from './report-evidence.ts'

export type Outcome =
  | 'ready'
  | 'paused'
  | 'applied'
  | 'failed'
  | 'undone'
  | 'unchanged'
  | 'deleted'
  | 'differs'
  | 'planned'
  | 'cancelled'

export interface RunEnd {
  readonly outcome: Outcome
  /** What the heading names: the application, or the namespaces. */
  readonly subject: string
  readonly rows: readonly ObjectReport[]
  readonly changed: boolean
  /** Rows that are as they should be though they look like trouble; by default there are none. */
  readonly isWanted?: (row: ObjectReport) => boolean
  /** What the wait found; those that failed are shown with what they brought. */
  readonly verdicts?: readonly Verdict[]
  /** The run only looked: every row is shown, and counted by how it stands. */
  readonly isLook?: boolean
  /** The mode's own part of the summary: a diff, a history. */
  readonly detail?: string
  readonly failure?: SluiceError
}

/** The runner takes 1 MiB of outputs from a job in all. */
const LARGEST_RESULT = 500_000

/** Writes the result file, and gives the report. */
export async function reportRun(
  end: RunEnd,
  ports: Pick<Ports, 'files' | 'log' | 'run'>,
): Promise<Report> {
  const { isWanted = () => false } = end
  // A container's last words can hold a value of a Secret of the set.
  const hidden = end.rows.map(({ reason, message, ...row }) => ({
    ...row,
    reason: ports.log.hide(reason),
    message: ports.log.hide(message),
  }))
  const result = JSON.stringify(hidden.map(resultEntry))
  const file = join(ports.run.documents, 'k8s-apply.json')
  await ports.files.writeText(file, result)
  const fits = result.length <= LARGEST_RESULT
  if (!fits) {
    ports.log.notice(`the output result would be ${result.length} characters; read ${file} instead`)
  }
  const count = (...actions: readonly ObjectReport['action'][]): string =>
    String(end.rows.filter(({ action }) => actions.includes(action)).length)
  return {
    subject: end.subject,
    ending: end.outcome,
    outputs: {
      ...(fits && { result }),
      'result-file': file,
      changed: String(end.changed),
      outcome: end.outcome,
      created: count('created'),
      configured: count(
        'configured',
        'replaced',
        'restarted',
        'scaled',
        'paused',
        'resumed',
        'restored',
      ),
      unchanged: count('unchanged'),
      deleted: count('deleted', 'pruned'),
      failed: String(end.rows.filter((row) => isTrouble(row) && !isWanted(row)).length),
    },
    summary: renderSummary(end),
    ...(end.failure !== undefined && { failure: end.failure }),
  }
}

/** To be gone is the end of a removal, and trouble for all else. */
export const isTrouble = ({ action, verdict }: ObjectReport): boolean =>
  action === 'refused' ||
  verdict === 'failed' ||
  verdict === 'timeout' ||
  (verdict === 'gone' && !removals.includes(action))

const removals: readonly ObjectReport['action'][] = ['deleted', 'pruned', 'restored']

/** Did this row change the cluster, or would it? */
export const changes = ({ action }: ObjectReport): boolean =>
  !(['unchanged', 'refused', 'skipped', 'unknown'] as readonly ObjectReport['action'][]).includes(
    action,
  )

const resultEntry = ({ id, ...rest }: ObjectReport): object => ({
  group: id.group,
  version: id.version,
  kind: id.kind,
  namespace: id.namespace,
  name: id.name,
  ...rest,
  seconds: Math.round(rest.seconds * 10) / 10,
})

/** More rows make a page that nobody reads; the result file has them all. */
const MOST_ROWS = 100

function renderSummary({ rows, verdicts = [], detail = '', isLook = false }: RunEnd): string {
  const told = rows.filter((row) => isLook || !isQuiet(row))
  const shown = [...told].sort((a, b) => rank(a) - rank(b)).slice(0, MOST_ROWS)
  const quiet = rows.length - told.length
  return [
    rows.length === 0 && detail !== '' ? '' : renderCounts(rows, isLook ? 'verdict' : 'action'),
    table(
      ['object', 'action', 'verdict', 'seconds', 'why'],
      shown.map((row) => [
        code(renderId(row.id), 120),
        row.action,
        row.verdict === 'none' ? '' : row.verdict,
        row.verdict === 'none' ? '' : row.seconds.toFixed(1),
        renderWhy(row),
      ]),
    ).trimEnd(),
    told.length > shown.length ? `${told.length - shown.length} more are in the result file.` : '',
    quiet > 0 && told.length > 0 ? `${quiet} more needed nothing.` : '',
    ...verdicts.filter(({ evidence }) => evidence.length > 0).map(renderEvidence),
    detail,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

const isQuiet = ({ action, verdict, reason, message }: ObjectReport): boolean =>
  action === 'unchanged' && reason + message === '' && (verdict === 'ready' || verdict === 'none')

const rank = (row: ObjectReport): number =>
  isTrouble(row) ? 0 : row.action === 'skipped' ? 1 : row.action === 'unchanged' ? 3 : 2

const renderWhy = ({ reason, message }: ObjectReport): Markdown | string =>
  reason === '' && message === ''
    ? ''
    : {
        markdown: [reason, message]
          .filter(Boolean)
          .map((text) => escapeMarkdown(cut(text)))
          .join(': '),
      }

const cut = (text: string): string => (text.length > 400 ? `${text.slice(0, 400)}...` : text)

function renderCounts(rows: readonly ObjectReport[], by: 'action' | 'verdict'): string {
  if (rows.length === 0) return 'No object is concerned.'
  const wordOf = (row: ObjectReport): string => (row[by] === 'none' ? 'not ready yet' : row[by])
  const counts = Map.groupBy(rows, wordOf)
  const parts = [...counts].map(([word, { length }]) => `${length} ${word}`)
  return `${rows.length === 1 ? '1 object' : `${rows.length} objects`}: ${parts.join(', ')}.`
}
