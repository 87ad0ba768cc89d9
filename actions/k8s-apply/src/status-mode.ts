// Mode status: how everything stands now, without a wait and without a change.
import type { Report } from '@sluice/action'
import { observeApplication, observeManifests } from '@sluice/kubernetes'
import { failureOf } from './failure.ts'
import { evidenceLines } from './report-evidence.ts'
import { reportRun } from './report.ts'
import { rowLine } from './row-line.ts'
import { subjectOf, type Scene } from './scene.ts'

export async function runStatus(scene: Scene): Promise<Report> {
  const { api, ports, placed, set } = scene
  const statusPorts = { ...ports, api }
  const { reports: rows, verdicts } =
    set !== null && placed.length === 0
      ? await observeApplication(statusPorts, set)
      : await observeManifests(statusPorts, placed)
  for (const row of rows) ports.log.info(rowLine(row, row.verdict))
  for (const line of verdicts.flatMap(evidenceLines)) ports.log.info(line)
  const failure = failureOf(rows, 'status')
  const paused = rows.some(({ verdict }) => verdict === 'paused')
  const ready = rows.every(({ verdict }) => verdict === 'ready')
  return reportRun(
    {
      outcome: failure !== null ? 'failed' : paused ? 'paused' : ready ? 'ready' : 'applied',
      subject: subjectOf(scene),
      rows,
      verdicts,
      changed: false,
      isLook: true,
      ...(failure !== null && { failure }),
    },
    ports,
  )
}
