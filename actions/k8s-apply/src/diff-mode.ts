// Mode diff, and apply as a dry run: what would change, as the server itself says.
import type { Report } from '@sluice/action'
import { oneLine } from '@sluice/documents'
import { diffPlan, renderDiff } from '@sluice/kubernetes'
import { failureOf } from './failure.ts'
import { prepareApply } from './prepare.ts'
import { changes, reportRun } from './report.ts'
import { subjectOf, type Scene } from './scene.ts'
import { pruneSet } from './set.ts'

/** A log holds more; a page of a summary is read by nobody beyond this. */
const LONGEST = 50_000

/** Reads and dry runs only. */
export async function runDiff(scene: Scene): Promise<Report> {
  const { api, ports, config } = scene
  const prepared = await prepareApply(scene)
  for (const notice of prepared.plan.notices) ports.log.notice(notice)
  const diffs = await diffPlan(prepared.plan, { api, hideEnv: false })
  const pruned =
    prepared.record === null
      ? []
      : await pruneSet(scene, prepared, { seen: prepared.record, applied: [], dryRun: true })
  const text = renderDiff(diffs, { longest: LONGEST })
  for (const line of text === '' ? [] : text.split('\n')) ports.log.info(line)
  const rows = [...diffs.map(({ report }) => report), ...pruned]
  const failure = failureOf(rows, 'diff')
  const changed = rows.some(({ action }) => action === 'unknown') || rows.some(changes)
  return reportRun(
    {
      outcome:
        failure !== null
          ? 'failed'
          : !changed
            ? 'unchanged'
            : config.mode === 'diff'
              ? 'differs'
              : 'planned',
      subject: subjectOf(scene),
      rows,
      changed,
      detail: text === '' ? '' : renderText(text),
      ...(failure !== null && { failure }),
    },
    ports,
  )
}

/** An indented block: nothing in it can end it, because no line begins at its margin. */
const renderText = (text: string): string =>
  text
    .split('\n')
    .map((line) => `    ${oneLine(line)}`)
    .join('\n')
