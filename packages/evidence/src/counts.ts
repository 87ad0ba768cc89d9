// Samples become counts and latency figures. Order of samples never matters.
import type { ProbeAnswer, ProbeRequest, Sha256 } from '@sluice/rollout'
import type { LatencyFigures, RequestCounts } from './document.ts'
import type { Judgement, Kind } from './judge.ts'

/** One request sent once, what came of it, and what that means. */
export interface JudgedSample {
  readonly request: ProbeRequest
  readonly answer: ProbeAnswer
  readonly judgement: Judgement
}

/** One entry per request name, sorted by name. */
export function countSamples(
  samples: readonly JudgedSample[],
  sha256: Sha256,
): readonly RequestCounts[] {
  const byName = new Map<string, JudgedSample[]>()
  for (const sample of samples) {
    const own = byName.get(sample.request.name)
    if (own === undefined) byName.set(sample.request.name, [sample])
    else own.push(sample)
  }
  return [...byName.keys()].sort().map((name) => {
    const own = byName.get(name) ?? []
    const count = (kind: Kind): number =>
      own.filter(({ judgement }) => judgement.kind === kind).length
    return {
      name,
      digest: sha256(own[0]?.request.body ?? ''),
      sent: own.length,
      passed: count('passed'),
      failed: count('failed'),
      unanswered: count('unanswered'),
      unproven: count('unproven'),
      reasons: countReasons(own),
    }
  })
}

function countReasons(samples: readonly JudgedSample[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const reason of samples.flatMap(({ judgement }) => [...new Set(judgement.reasons)])) {
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Nearest rank over the answers of the asked slot (passed and failed); null without any. */
export function measureLatency(samples: readonly JudgedSample[]): LatencyFigures | null {
  const sorted = samples
    .filter(({ judgement }) => judgement.kind === 'passed' || judgement.kind === 'failed')
    .map(({ answer }) => answer.latencyMs)
    .sort((a, b) => a - b)
  if (sorted.length === 0) return null
  return {
    p50: rank(sorted, 50),
    p95: rank(sorted, 95),
    p99: rank(sorted, 99),
    max: rank(sorted, 100),
  }
}

// Tenths of a millisecond: more digits are noise, and they would make figures hard to read.
function rank(sorted: readonly number[], percent: number): number {
  const at = Math.max(Math.ceil((percent * sorted.length) / 100), 1) - 1
  return Math.round((sorted[at] ?? 0) * 10) / 10
}

export interface Totals {
  readonly sent: number
  readonly passed: number
  readonly failed: number
  readonly unanswered: number
  readonly unproven: number
  /** Passed and failed: what says something of the revision. */
  readonly answered: number
  /** Failed of answered, 0 to 1; null without any answer. */
  readonly failureShare: number | null
}

export function totalCounts(counts: readonly RequestCounts[]): Totals {
  const sum = (key: 'sent' | Kind): number => counts.reduce((total, entry) => total + entry[key], 0)
  const [passed, failed] = [sum('passed'), sum('failed')]
  const answered = passed + failed
  return {
    sent: sum('sent'),
    passed,
    failed,
    unanswered: sum('unanswered'),
    unproven: sum('unproven'),
    answered,
    failureShare: answered === 0 ? null : failed / answered,
  }
}
