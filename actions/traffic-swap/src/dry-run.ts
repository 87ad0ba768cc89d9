// What abort and rollback would write, without writing it.
import { bullets, type Ports, type Report } from '@sluice/action'
import {
  decideAbort,
  decideRollback,
  errorOfRefusal,
  isRefusal,
  renderPlanWeights,
  renderWeights,
} from '@sluice/rollout'
import { trafficTable } from './report.ts'
import type { Subject } from './subject.ts'

export async function backDryRun(
  mode: 'abort' | 'rollback',
  { subject, ports }: { readonly subject: Subject; readonly ports: Ports },
): Promise<Report> {
  const seen = await subject.platform.observe(ports.signal)
  const now = Math.floor(ports.clock.now() / 1000)
  const { slot, endpoint } = subject.target
  const decision = mode === 'abort' ? decideAbort(seen, slot, now) : decideRollback(seen, slot)
  if (isRefusal(decision)) throw errorOfRefusal(decision)
  const before = renderPlanWeights(seen.traffic)
  const would =
    decision.kind === 'write'
      ? `weights ${renderWeights(decision.weights)} on ${endpoint}`
      : `nothing: ${decision.kind === 'done' ? decision.reason : decision.why}`
  return {
    ending: 'unchanged',
    subject: endpoint,
    outputs: { outcome: 'unchanged', 'traffic-before': before, traffic: before, changed: 'false' },
    summary: `${trafficTable(subject, before, before)}\nDry run: nothing was written. It would write:\n\n${bullets([would])}`,
  }
}
