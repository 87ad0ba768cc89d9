// The evidence document, made and made again: anyone can reach its verdict from its own counts.
import {
  cut,
  revisionOf,
  type BoundVerdict,
  type Problem,
  type ProbeAnswer,
  type ProbeRequest,
  type Sha256,
  type Target,
} from '@sluice/rollout'
import { countSamples, measureLatency, type JudgedSample } from './counts.ts'
import { decideVerdict, type VerdictDecision } from './decision.ts'
import { EVIDENCE_SCHEMA, type Evidence, type RequestCounts } from './document.ts'
import { evidenceError } from './errors.ts'
import { judgeAnswer } from './judge.ts'
import { expectationFor, type Policy } from './policy.ts'

/** What a probe recorded, before anyone judged it. */
export interface Sample {
  readonly request: ProbeRequest
  readonly answer: ProbeAnswer
}

export interface EvidenceParts {
  readonly target: Target
  readonly samples: readonly Sample[]
  readonly policy: Policy
  /** sha256 hex of the policy file's bytes; null when there was no file. */
  readonly policyDigest: string | null
}

export function makeEvidence(parts: EvidenceParts, sha256: Sha256): Evidence {
  const { target, policy, policyDigest } = parts
  const judged: readonly JudgedSample[] = parts.samples.map((sample) => ({
    ...sample,
    judgement: judgeAnswer(sample.answer, expectationFor(policy, sample.request.name), target.slot),
  }))
  const requests = countSamples(judged, sha256)
  const latencyMs = measureLatency(judged)
  const { verdict, reasons } = decideVerdict(requests, latencyMs, policy.gate)
  return {
    schema: EVIDENCE_SCHEMA,
    target,
    requests,
    latencyMs,
    rules: policy.gate,
    policyDigest,
    verdict,
    reasons,
  }
}

/** The verdict that follows from the counts, latency and rules of the document, whatever it says. */
export const recomputeVerdict = (evidence: Evidence): VerdictDecision =>
  decideVerdict(evidence.requests, evidence.latencyMs, evidence.rules)

/** Everything in which the document contradicts itself; empty for one that `makeEvidence` made. */
export function findContradictions(evidence: Evidence): readonly Problem[] {
  const { verdict, reasons } = recomputeVerdict(evidence)
  const answered = evidence.requests.some(({ passed, failed }) => passed + failed > 0)
  const { revision, revisionDigest } = evidence.target
  return [
    ...(revisionOf(revision) === cut(revisionDigest)
      ? []
      : [
          {
            where: 'target',
            message: `revision ${revisionOf(revision)} is not the cut of ${revisionDigest}`,
          },
        ]),
    ...evidence.requests.flatMap(contradictionsOf),
    ...(answered === (evidence.latencyMs === null)
      ? [{ where: 'latencyMs', message: 'wanted figures exactly when a request was answered' }]
      : []),
    ...(verdict === evidence.verdict
      ? []
      : [
          {
            where: 'verdict',
            message: `found ${evidence.verdict}; the counts say ${verdict}: ${reasons.join('; ')}`,
          },
        ]),
  ]
}

function contradictionsOf(counts: RequestCounts): readonly Problem[] {
  const { name, sent, passed, failed, unanswered, unproven } = counts
  const where = `requests ${name}`
  const notPassed = failed + unanswered + unproven
  const explained = Object.values(counts.reasons).reduce((total, count) => total + count, 0)
  return [
    ...(sent === passed + notPassed
      ? []
      : [{ where, message: `found ${sent} sent; the other counts sum to ${passed + notPassed}` }]),
    ...(explained >= notPassed && (notPassed > 0 || explained === 0)
      ? []
      : [
          {
            where,
            message: `found ${explained} reasons for ${notPassed} samples that did not pass`,
          },
        ]),
  ]
}

/**
 * The verdict as a traffic change takes it. Throws EVIDENCE_CONTRADICTORY when the document says
 * one that does not follow from its counts. `digest`: sha256 hex of the document's canonical form.
 */
export function bindVerdict(evidence: Evidence, digest: string): BoundVerdict {
  const contradictions = findContradictions(evidence)
  if (contradictions.length > 0) {
    const list = contradictions.map(({ where, message }) => `${where}: ${message}`).join('; ')
    throw evidenceError('EVIDENCE_CONTRADICTORY', `The evidence contradicts itself: ${list}`)
  }
  return {
    verdict: evidence.verdict,
    revision: evidence.target.revision,
    evidenceDigest: digest,
  }
}
