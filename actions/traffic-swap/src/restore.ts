// The post step: when a later step failed or the run was cancelled, the last good weights come back.
import { table, type Ports, type Report } from '@sluice/action'
import { driveRestore, EXIT, type DriveReport, type SavedWrite } from '@sluice/rollout'
import { REACH_INPUTS } from './adapter.ts'
import { drivePorts } from './drive-ports.ts'
import { reopen, type Reach, type Subject } from './subject.ts'

const STATE = 'restore'

interface SavedState {
  readonly reach: Reach
  readonly write: SavedWrite
}

/** Before each write: post works from saved state, because inputs are evaluated again there. */
export function saveReach(reach: Reach, write: SavedWrite, ports: Ports): void {
  const raw = Object.fromEntries(
    REACH_INPUTS.map((name) => [name, reach.raw[name] ?? '']).filter(([, value]) => value !== ''),
  )
  const state: SavedState = { reach: { ...reach, raw }, write }
  ports.saveState(STATE, JSON.stringify(state))
}

/** null: this step wrote nothing, so there is nothing to take back. */
export async function restoreTraffic(
  state: Readonly<Record<string, string>>,
  ports: Ports,
): Promise<Report | null> {
  const saved = state[STATE]
  if (saved === undefined || saved === '') return null
  const { reach, write } = JSON.parse(saved) as SavedState
  const subject = await reopen(reach, ports)
  const report = await restored(write, subject, ports)
  ports.log.info(
    report.changed
      ? `restored ${report.after} on ${reach.target.endpoint}`
      : `nothing restored: ${report.reason}`,
  )
  return {
    ending: report.changed ? 'restored' : report.outcome,
    subject: reach.target.endpoint,
    outputs: {},
    summary: `${table(
      ['', 'traffic'],
      [
        ['found', report.before],
        ['now', report.proven ? report.after : 'not proven'],
      ],
    )}\n${report.reason === '' ? 'A later step failed or the run was cancelled, so the last good weights are back.' : report.reason}\n`,
    ...(report.failure !== undefined && {
      failure: report.failure,
      exitCode: report.proven ? EXIT.error : EXIT.unproven,
    }),
  }
}

async function restored(write: SavedWrite, subject: Subject, ports: Ports): Promise<DriveReport> {
  try {
    return await driveRestore(write, drivePorts(subject, ports))
  } finally {
    await subject.close()
  }
}
