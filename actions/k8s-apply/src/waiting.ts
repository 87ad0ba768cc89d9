// The wait of a run, and its verdicts beside what was done.
import {
  defaultStatusOptions,
  keyOf,
  waitForReady,
  type Awaited,
  type ObjectReport,
  type StatusOptions,
  type Verdict,
} from '@sluice/kubernetes'
import type { Config } from './config.ts'
import { evidenceLines } from './report-evidence.ts'
import type { Scene } from './scene.ts'

/** A container without a readiness probe counts as ready at once, also when it crashes soon after. */
const STEADY_SECONDS = 5

export const statusOptionsOf = ({ waitLoadBalancer }: Config): StatusOptions => ({
  ...defaultStatusOptions,
  waitLoadBalancer,
  waitIngress: waitLoadBalancer,
})

/** Waits until the run's own deadline; what failed is told in the log with what it brought. */
export async function waitFor(
  { api, ports, config, startedAt }: Scene,
  awaited: readonly Awaited[],
): Promise<readonly Verdict[]> {
  const verdicts = await waitForReady(awaited, {
    api,
    ports,
    options: {
      started: startedAt,
      timeoutSeconds: config.timeoutSeconds,
      early: config.early,
      status: statusOptionsOf(config),
      steadySeconds: STEADY_SECONDS,
      stopAtFirstFailure: true,
    },
  })
  for (const verdict of verdicts) {
    if (verdict.verdict === 'ready' || verdict.verdict === 'paused') continue
    for (const line of evidenceLines(verdict)) ports.log.info(line)
  }
  return verdicts
}

/** What was done, with how it stands now. */
export function withVerdicts(
  rows: readonly ObjectReport[],
  verdicts: readonly Verdict[],
): readonly ObjectReport[] {
  const byKey = new Map(verdicts.map((verdict) => [keyOf(verdict.id), verdict]))
  return rows.map((row) => {
    const verdict = byKey.get(keyOf(row.id))
    if (verdict === undefined) return row
    const { reason, message, seconds } = verdict
    return {
      ...row,
      verdict: verdict.verdict,
      seconds,
      ...((reason !== '' || message !== '') && { reason, message }),
    }
  })
}
