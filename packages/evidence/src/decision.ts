// Counts and thresholds become a verdict. Too little said is inconclusive, never a pass.
import type { Verdict } from '@sluice/rollout'
import { totalCounts, type Totals } from './counts.ts'
import type { GateRules, LatencyFigures, RequestCounts } from './document.ts'

/**
 * The share of unanswered tries is one of at least so many: a test of a few requests must not stay
 * undecided because the slot came up some seconds late.
 */
const LEAST_TRIES = 10

/** A verdict and why, the deciding reason first; never without a reason. */
export interface VerdictDecision {
  readonly verdict: Verdict
  readonly reasons: readonly string[]
}

/**
 * In this order: any unproven answer fails (a test that cannot prove its slot is worthless); more
 * failures than allowed fail, even if all answers that are still missing had passed; too few
 * answers, a request file without any, or too many tries without one are inconclusive; too slow
 * fails; the rest passes.
 */
export function decideVerdict(
  counts: readonly RequestCounts[],
  latency: LatencyFigures | null,
  rules: GateRules,
): VerdictDecision {
  const totals = totalCounts(counts)
  const failing = [...unprovenReasons(counts, totals), ...failureReasons(counts, totals, rules)]
  const lacking = lackingReasons(counts, totals, rules)
  const slow = slowReasons(latency, rules)
  if (failing.length > 0) return { verdict: 'fail', reasons: [...failing, ...lacking, ...slow] }
  if (lacking.length > 0) return { verdict: 'inconclusive', reasons: [...lacking, ...slow] }
  if (slow.length > 0) return { verdict: 'fail', reasons: slow }
  return { verdict: 'pass', reasons: [passReason(totals)] }
}

function unprovenReasons(counts: readonly RequestCounts[], totals: Totals): string[] {
  if (totals.unproven === 0) return []
  return [
    `${totals.unproven} of ${totals.sent} answers do not prove that the tested slot gave them` +
      ` (${names(counts.filter(({ unproven }) => unproven > 0))})`,
  ]
}

function failureReasons(
  counts: readonly RequestCounts[],
  { failed, answered }: Totals,
  { maximumFailureShare, minimumSamples }: GateRules,
): string[] {
  // Against the larger number, so that a few early failures do not condemn what may still pass.
  if (failed <= maximumFailureShare * Math.max(answered, minimumSamples)) return []
  return [
    `${failed} of ${answered} answers failed; the policy allows a share of ${maximumFailureShare}` +
      ` (${names(counts.filter((entry) => entry.failed > 0))})`,
  ]
}

function lackingReasons(
  counts: readonly RequestCounts[],
  { answered, sent, unproven, unanswered }: Totals,
  { minimumSamples, maximumUnansweredShare }: GateRules,
): string[] {
  const silent = counts.filter((entry) => entry.passed + entry.failed + entry.unproven === 0)
  return [
    ...(answered + unproven < minimumSamples || answered + unproven === 0
      ? [
          `${answered} of ${sent} requests were answered; the policy wants at least ${minimumSamples}`,
        ]
      : []),
    ...(silent.length > 0 ? [`no answer to ${names(silent)}`] : []),
    ...(unanswered > maximumUnansweredShare * Math.max(sent, LEAST_TRIES)
      ? [
          `${unanswered} of ${sent} tries got no answer; the policy allows a share of` +
            ` ${maximumUnansweredShare} (${names(counts.filter((entry) => entry.unanswered > 0))})`,
        ]
      : []),
  ]
}

function slowReasons(latency: LatencyFigures | null, { maximumP95Ms }: GateRules): string[] {
  if (latency === null || maximumP95Ms === null || latency.p95 <= maximumP95Ms) return []
  return [`p95 is ${latency.p95} ms; the policy allows ${maximumP95Ms} ms`]
}

const passReason = ({ passed, answered, unanswered }: Totals): string =>
  `${passed} of ${answered} answers met every expectation` +
  (unanswered > 0 ? `; ${unanswered} tries got no answer` : '')

/** At most three, because reasons are read in one line. */
function names(entries: readonly RequestCounts[]): string {
  const shown = entries.slice(0, 3).map(({ name }) => name)
  const more = entries.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
