// What a test says at its end: outputs, summary, and the one annotation when it is not a pass.
import { code, escapeMarkdown, table, type Report } from '@sluice/action'
import { totalCounts, type Evidence, type RequestCounts, type Totals } from '@sluice/evidence'
import { type Observation, type ProbeRequest, type SluiceError, type Target } from '@sluice/rollout'
import { endpointTestError } from './errors.ts'

export interface TestEnd {
  readonly evidence: Evidence
  readonly document: { readonly path: string; readonly digest: string }
  readonly policyFile: string | null
  readonly before: Observation
  readonly after: Observation
}

export function reportTest(end: TestEnd): Report {
  const { evidence, document } = end
  const totals = totalCounts(evidence.requests)
  const { latencyMs, verdict } = evidence
  return {
    ending: verdict,
    subject: evidence.target.endpoint,
    outputs: {
      verdict,
      'evidence-file': document.path,
      'evidence-digest': document.digest,
      requests: String(totals.sent),
      passed: String(totals.passed),
      failed: String(totals.failed),
      unanswered: String(totals.unanswered),
      unproven: String(totals.unproven),
      ...(latencyMs !== null && {
        'latency-p50-ms': String(latencyMs.p50),
        'latency-p95-ms': String(latencyMs.p95),
      }),
      ...(totals.failureShare !== null && { 'failure-share': String(totals.failureShare) }),
    },
    summary: renderSummary(end, totals),
    ...(verdict !== 'pass' && { failure: failureOf(evidence) }),
  }
}

function failureOf(evidence: Evidence): SluiceError {
  const { target, reasons, verdict, requests } = evidence
  const first =
    requests.find(({ unproven }) => unproven > 0) ??
    requests.find(({ failed }) => failed > 0) ??
    requests.find(({ passed }) => passed === 0)
  const message =
    `slot ${target.slot} of ${target.endpoint}, revision ${target.revision}: ${reasons[0]}.` +
    (first === undefined ? '' : ` First: ${first.name} (${mainReason(first)})`)
  const name = verdict === 'fail' ? 'ENDPOINT_TEST_FAILED' : 'ENDPOINT_TEST_INCONCLUSIVE'
  return endpointTestError(name, message)
}

function renderSummary(end: TestEnd, totals: Totals): string {
  const { evidence, document, policyFile } = end
  const verify = `sluice verify-evidence evidence.json --digest ${document.digest}`
  return [
    `${slotLine(evidence.target)}: ${evidence.reasons.map(escapeMarkdown).join('; ')}.`,
    table(
      ['request', 'sent', 'passed', 'failed', 'unanswered', 'unproven', 'why'],
      evidence.requests.map((entry) => [
        code(entry.name),
        ...[entry.sent, entry.passed, entry.failed, entry.unanswered, entry.unproven].map(String),
        renderReasons(entry),
      ]),
    ).trimEnd(),
    table(['figure', 'found', 'allowed'], figureRows(evidence, totals)).trimEnd(),
    trafficLine(end.before, end.after),
    `Policy: ${policyFile === null ? 'none, the default expectations' : code(policyFile).markdown}. ` +
      `Evidence digest: ${code(document.digest).markdown}. ` +
      `Reach this verdict again: ${code(policyFile === null ? verify : `${verify} --policy ${policyFile}`).markdown}`,
  ].join('\n\n')
}

function figureRows(
  { latencyMs, rules }: Evidence,
  totals: Totals,
): readonly (readonly string[])[] {
  const share = totals.failureShare
  const milliseconds = (value: number | undefined): string =>
    value === undefined ? 'none' : `${value} ms`
  return [
    ['answers', String(totals.answered), `at least ${rules.minimumSamples}`],
    [
      'share of failed answers',
      share === null ? 'none' : String(Math.round(share * 10_000) / 10_000),
      `at most ${rules.maximumFailureShare}`,
    ],
    [
      'tries without an answer',
      `${totals.unanswered} of ${totals.sent}`,
      `at most a share of ${rules.maximumUnansweredShare}, of 10 tries if there were fewer`,
    ],
    ['latency p50', milliseconds(latencyMs?.p50), 'not judged'],
    [
      'latency p95',
      milliseconds(latencyMs?.p95),
      rules.maximumP95Ms === null ? 'not judged' : `at most ${rules.maximumP95Ms} ms`,
    ],
    ['latency p99', milliseconds(latencyMs?.p99), 'not judged'],
  ]
}

export interface DryRun {
  readonly target: Target
  readonly requests: readonly ProbeRequest[]
  readonly rounds: number
  readonly policyFile: string | null
  readonly before: Observation
}

export const reportDryRun = (dry: DryRun): Report => ({
  ending: 'dry-run',
  subject: dry.target.endpoint,
  outputs: {},
  summary: [
    `${slotLine(dry.target)}: holds this revision and is healthy. Nothing was sent.`,
    `A run would send ${dry.requests.length * dry.rounds} requests, ${dry.rounds} of each file: ` +
      `${dry.requests.map(({ name }) => code(name).markdown).join(', ')}.`,
    `Policy: ${dry.policyFile === null ? 'none, the default expectations' : code(dry.policyFile).markdown}.`,
    trafficLine(dry.before, dry.before),
  ].join('\n\n'),
})

export const reportCancelled = (target: Target, answers: number): Report => ({
  ending: 'cancelled',
  subject: target.endpoint,
  outputs: {},
  summary: `${slotLine(target)}: stopped after ${answers} answers. There is no verdict and no evidence.`,
  failure: endpointTestError(
    'ENDPOINT_TEST_CANCELLED',
    `slot ${target.slot} of ${target.endpoint}: the test was cancelled after ${answers} answers`,
  ),
})

const slotLine = ({ slot, revision }: Target): string =>
  `Slot ${code(slot).markdown}, revision ${code(revision).markdown}`

const trafficLine = (before: Observation, after: Observation): string =>
  `Traffic before: ${renderTraffic(before)}; after: ${renderTraffic(after)}. A test moves none.`

// Raw weights, as the target has them: a test must be able to show nonsense.
function renderTraffic({ traffic }: Observation): string {
  const slots = Object.keys(traffic).sort()
  const text = slots.map((slot) => `${slot}=${traffic[slot]}`).join(',')
  return code(text === '' ? 'none' : text).markdown
}

function mainReason({ reasons }: RequestCounts): string {
  const [first] = sortedReasons(reasons)
  return first === undefined ? 'no reason recorded' : first[0]
}

const renderReasons = ({ reasons }: RequestCounts): string =>
  sortedReasons(reasons)
    .map(([reason, count]) => `${reason} (${count})`)
    .join(', ')

const sortedReasons = (reasons: RequestCounts['reasons']): readonly [string, number][] =>
  Object.entries(reasons).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
