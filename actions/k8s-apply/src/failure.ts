// The one error that a run ends with, from what came of its objects.
import { oneLine } from '@sluice/documents'
import { renderId, type ObjectReport } from '@sluice/kubernetes'
import type { SluiceError } from '@sluice/rollout'
import { k8sApplyError } from './errors.ts'
import { isTrouble } from './report.ts'

const MOST_NAMED = 10

/** What the run was about: some ways on are open to some of them only. */
type Part = 'apply' | 'diff' | 'delete' | 'status' | 'workloads'

const hints: Readonly<Record<Exclude<Part, 'apply'>, string>> = {
  diff: 'See the reason of each object and mend it; nothing was changed.',
  delete: 'See the reason of each object, mend it, run again: what is gone is not asked for twice.',
  status: 'See the reason and the log lines of each object; nothing was changed.',
  workloads: 'See the reason and the log lines of each object; mode undo goes back a revision.',
}

/** null: all is well. The first kind of trouble gives the code; the message names every object. */
export function failureOf(rows: readonly ObjectReport[], part: Part = 'apply'): SluiceError | null {
  const troubled = rows.filter(isTrouble)
  if (troubled.length === 0) return null
  const refused = troubled.some(({ action }) => action === 'refused')
  const failed = troubled.some(({ verdict }) => verdict === 'failed' || verdict === 'gone')
  const code = refused ? 'K8S_APPLY_REFUSED' : failed ? 'K8S_APPLY_NOT_READY' : 'K8S_APPLY_TIMEOUT'
  const message = `${headline(troubled, part)}\n${listed(troubled)}`
  return k8sApplyError(code, message, part === 'apply' ? {} : { hint: hints[part] })
}

/** `1 object refused, 2 not ready in time:` */
function headline(troubled: readonly ObjectReport[], part: Part): string {
  const words = Map.groupBy(troubled, (row) => wordOf(row, part))
  const parts = [...words].map(([word, { length }], at) => {
    const noun = at > 0 ? '' : length === 1 ? ' object' : ' objects'
    return `${length}${noun} ${word}`
  })
  return `${parts.join(', ')}:`
}

function wordOf({ action, verdict }: ObjectReport, part: Part): string {
  if (action === 'refused') return part === 'diff' ? 'would be refused' : 'refused'
  if (verdict === 'gone') return 'not there'
  if (verdict === 'failed') return part === 'delete' ? 'not deleted' : 'cannot become ready'
  return part === 'delete' ? 'not gone in time' : 'not ready in time'
}

/** A line for each object, as many as a person reads. */
export function listed(rows: readonly ObjectReport[]): string {
  const lines = rows
    .slice(0, MOST_NAMED)
    .map(
      ({ id, reason, message }) =>
        `- ${oneLine([renderId(id), reason, message].filter(Boolean).join(': '))}`,
    )
  const more = rows.length - lines.length
  return [...lines, ...(more > 0 ? [`- and ${more} more, see the summary`] : [])].join('\n')
}
