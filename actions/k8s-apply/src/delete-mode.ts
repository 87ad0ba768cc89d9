// Mode delete: what the manifests name, or all members of an application.
import type { Report } from '@sluice/action'
import {
  dataLostWith,
  deleteApplication,
  deleteManifests,
  keyOf,
  type ObjectId,
  type ObjectReport,
} from '@sluice/kubernetes'
import { failureOf } from './failure.ts'
import { notReached } from './ledger.ts'
import { changes, reportRun } from './report.ts'
import { rowLine } from './row-line.ts'
import { refuseMissingUse } from './rights.ts'
import { subjectOf, type Scene } from './scene.ts'

export async function runDelete(scene: Scene): Promise<Report> {
  const { api, config, ledger, ports, placed, set, deadline } = scene
  const { dryRun, deleteData } = config
  const modePorts = { api, clock: ports.clock, log: ports.log, signal: ports.signal }
  const options = { propagation: 'Foreground', deleteData, deadline, dryRun, set } as const
  ledger.enter('deleting')
  if (!dryRun) ledger.keep(placed.map(({ id }) => notReached(id)))
  const named = placed.flatMap(({ id }) => (deleteData || dataLostWith(id) === null ? id : []))
  const approve = (ids: readonly ObjectId[]): Promise<void> =>
    refuseMissingUse(scene, { verb: 'delete', ids: [...ids, ...named] })
  if (set === null) await approve([])
  const members =
    set === null ? [] : await deleteApplication(modePorts, set, { ...options, approve })
  // The manifests can name objects that never became members.
  const gone = new Set(members.map(({ id }) => keyOf(id)))
  const others = placed.filter(({ id }) => !gone.has(keyOf(id)))
  const rows = [...members, ...(await deleteManifests(modePorts, others, options))]
  for (const row of rows) ports.log.info(rowLine(row))
  const failure = failureOf(
    rows.filter((row) => !isAbsent(row)),
    'delete',
  )
  const changed = rows.some(changes)
  return reportRun(
    {
      outcome:
        failure !== null ? 'failed' : !changed ? 'unchanged' : dryRun ? 'planned' : 'deleted',
      subject: subjectOf(scene),
      rows,
      changed,
      isWanted: isAbsent,
      ...(failure !== null && { failure }),
    },
    ports,
  )
}

/** The one mode in which an object that was not there at all is a success. */
const isAbsent = ({ action, verdict }: ObjectReport): boolean =>
  verdict === 'gone' && action === 'unchanged'
