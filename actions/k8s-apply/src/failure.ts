// The one error that a run ends with, from what came of its objects.
import { renderId, type ObjectReport } from '@sluice/kubernetes'
import type { SluiceError } from '@sluice/rollout'
import { k8sApplyError } from './errors.ts'
import { isTrouble } from './report.ts'

const MOST_NAMED = 10

/** null: all is well. The first kind of trouble gives the code; the message names every object. */
export function failureOf(rows: readonly ObjectReport[]): SluiceError | null {
  const troubled = rows.filter(isTrouble)
  const [first] = troubled
  if (first === undefined) return null
  const refused = troubled.some(({ action }) => action === 'refused')
  const failed = troubled.some(({ verdict }) => verdict === 'failed' || verdict === 'gone')
  const code = refused ? 'K8S_APPLY_REFUSED' : failed ? 'K8S_APPLY_NOT_READY' : 'K8S_APPLY_TIMEOUT'
  return k8sApplyError(code, `${headline(code, troubled.length)}\n${listed(troubled)}`)
}

function headline(code: string, count: number): string {
  const objects = count === 1 ? '1 object' : `${count} objects`
  if (code === 'K8S_APPLY_REFUSED') return `${objects} refused or not ready:`
  return code === 'K8S_APPLY_NOT_READY'
    ? `${objects} cannot become ready:`
    : `${objects} not ready in time:`
}

/** A line for each object, as many as a person reads. */
export function listed(rows: readonly ObjectReport[]): string {
  const lines = rows
    .slice(0, MOST_NAMED)
    .map(
      ({ id, reason, message }) =>
        `- ${[renderId(id), reason, message].filter(Boolean).join(': ')}`,
    )
  const more = rows.length - lines.length
  return [...lines, ...(more > 0 ? [`- and ${more} more, see the summary`] : [])].join('\n')
}
