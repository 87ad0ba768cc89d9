// What a failed object shows for itself, as a part of the summary and as lines of the log.
import { code, escapeMarkdown } from '@sluice/action'
import { renderId, type Evidence, type Verdict } from '@sluice/kubernetes'

/** Pods of one workload mostly fail alike. */
const MOST_SHOWN = 5

/** Markdown: a heading, then container, reason, exit code and the last log lines of each witness. */
export function renderEvidence({ id, reason, message, evidence }: Verdict): string {
  const shown = evidence.slice(0, MOST_SHOWN).map(renderOne)
  const more = evidence.length - shown.length
  return [
    `### ${escapeMarkdown(renderId(id))}: ${escapeMarkdown(reason)}`,
    // A witness says the same and more.
    shown.length === 0 ? escapeMarkdown(message) : '',
    ...shown,
    more > 0 ? `${more} more like these.` : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function renderOne(evidence: Evidence): string {
  const head = `${escapeMarkdown(describe(evidence))}`
  if (evidence.log.length === 0) return head
  const lines = evidence.log.map((line) => code(line, 300).markdown).join('<br>')
  return `${head}\n\nLast log lines:<br>${lines}`
}

const describe = ({ about, container, reason, message, exitCode }: Evidence): string =>
  [
    container === null ? about : `${about}, container ${container}`,
    exitCode === null ? reason : `${reason} (exit code ${exitCode})`,
    message,
  ]
    .filter((part) => part !== '')
    .join(': ')

/** The same for the log, one fact a line. The verdict itself was told when it fell. */
export const evidenceLines = ({ evidence }: Verdict): readonly string[] =>
  evidence
    .slice(0, MOST_SHOWN)
    .flatMap((one) => [`  ${describe(one)}`, ...one.log.map((line) => `    | ${line}`)])
