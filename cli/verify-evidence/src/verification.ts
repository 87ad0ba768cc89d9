// Does an evidence document say what follows from it, and is it the one that is meant?
import { digestOf, parseDocument } from '@sluice/documents'
import { findContradictions, recomputeVerdict, totalCounts, type Evidence } from '@sluice/evidence'
import { parsePolicyText } from '@sluice/probe'
import { revisionOf, type Problem, type Sha256 } from '@sluice/rollout'

export interface Papers {
  readonly evidence: { readonly file: string; readonly text: string }
  /** `digest`: sha256 hex of the file's bytes. */
  readonly policy: { readonly file: string; readonly text: string; readonly digest: string } | null
  /** sha256 hex that the document must have. */
  readonly digest: string | null
}

export interface Verification {
  readonly same: boolean
  /** For people; the last one says whether everything agrees. */
  readonly lines: readonly string[]
}

export function verifyEvidence(papers: Papers, sha256: Sha256): Verification {
  const { file, text } = papers.evidence
  const evidence = parseDocument<'evidence', Evidence>('evidence', text, { file })
  if (!evidence.ok) return conclude([], evidence.problems)
  const document = evidence.value
  const digest = digestOf(document, sha256)
  return conclude(describe(document, digest), [
    ...checkDigest(digest, papers.digest),
    ...checkContents(document, sha256),
    ...findContradictions(document),
    ...checkReasons(document),
    ...(papers.policy === null ? [] : checkPolicy(document, papers.policy)),
  ])
}

function describe(evidence: Evidence, digest: string): readonly string[] {
  const { target, verdict, latencyMs, policyDigest } = evidence
  const totals = totalCounts(evidence.requests)
  return [
    `slot       ${target.slot} of ${target.endpoint} (${target.platform})`,
    `revision   ${revisionOf(target.revision)}`,
    `digest     ${digest}`,
    `policy     ${policyDigest ?? 'none: the default expectations'}`,
    `samples    ${totals.sent} sent: ${totals.passed} passed, ${totals.failed} failed, ` +
      `${totals.unanswered} unanswered, ${totals.unproven} unproven`,
    `latency    ${latencyMs === null ? 'none' : `p50 ${latencyMs.p50} ms, p95 ${latencyMs.p95} ms`}`,
    `verdict    ${verdict}; from the counts: ${recomputeVerdict(evidence).verdict}`,
  ]
}

function checkDigest(found: string, wanted: string | null): readonly Problem[] {
  if (wanted === null || wanted === found) return []
  return [{ where: 'digest', message: `found ${found}; wanted ${wanted}` }]
}

function checkContents({ target }: Evidence, sha256: Sha256): readonly Problem[] {
  const digest = digestOf(target.contents, sha256)
  if (digest === target.revisionDigest) return []
  return [
    {
      where: 'target.contents',
      message: `have the digest ${digest}; the target says ${target.revisionDigest}`,
    },
  ]
}

function checkReasons(evidence: Evidence): readonly Problem[] {
  const { reasons } = recomputeVerdict(evidence)
  if (reasons.join('\n') === evidence.reasons.join('\n')) return []
  return [{ where: 'reasons', message: `the counts say: ${reasons.join('; ')}` }]
}

function checkPolicy(
  { policyDigest, rules }: Evidence,
  { file, text, digest }: NonNullable<Papers['policy']>,
): readonly Problem[] {
  if (policyDigest !== digest) {
    const used = policyDigest === null ? 'no policy file' : `one with sha256 ${policyDigest}`
    return [{ where: file, message: `has sha256 ${digest}; the test used ${used}` }]
  }
  const policy = parsePolicyText(text, { file })
  if (!policy.ok) return policy.problems
  const keys = [
    'minimumSamples',
    'maximumFailureShare',
    'maximumUnansweredShare',
    'maximumP95Ms',
  ] as const
  return keys
    .filter((key) => policy.value.gate[key] !== rules[key])
    .map((key) => ({
      where: `rules.${key}`,
      message: `found ${rules[key]}; ${file} says ${policy.value.gate[key]}`,
    }))
}

const conclude = (lines: readonly string[], problems: readonly Problem[]): Verification => ({
  same: problems.length === 0,
  lines: [
    ...lines,
    ...problems.map(({ where, message }) => `NOT SAME   ${where}: ${message}`),
    problems.length === 0 ? 'same: the verdict follows from the counts' : 'not the same',
  ].map(printable),
})

// Documents come from outside; terminals obey control characters.
const printable = (line: string): string => line.replace(/\p{Cc}/gu, '?')
