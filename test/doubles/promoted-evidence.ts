// Evidence of a test that passed, as a document that holds together.
import { createHash } from 'node:crypto'
import { digestOf } from '@sluice/documents'
import { EVIDENCE_SCHEMA, type Evidence } from '@sluice/evidence'
import { TARGET_SCHEMA } from '@sluice/rollout'

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

export interface EvidenceWish {
  readonly name?: string
  readonly model?: string
  /** p95 in milliseconds: another figure makes another document about the same revision. */
  readonly p95?: number
  readonly workspace?: string
}

export function passingEvidence({
  name = 'taxi-fare',
  model = 'taxi-model:2',
  p95 = 20,
  workspace = 'staging',
}: EvidenceWish = {}): Evidence {
  const contents = { model, environment: 'taxi-env:1', code: sha256('code') }
  const revisionDigest = digestOf(contents, sha256)
  return {
    schema: EVIDENCE_SCHEMA,
    target: {
      schema: TARGET_SCHEMA,
      platform: 'azureml',
      place: { workspace },
      endpoint: `${name}-staging`,
      name,
      slot: 'green',
      revision: `${revisionDigest.slice(0, 16)}.${sha256('config').slice(0, 16)}`,
      revisionDigest,
      contents,
    },
    requests: [
      {
        name: 'requests/one.json',
        digest: sha256('one'),
        sent: 20,
        passed: 20,
        failed: 0,
        unanswered: 0,
        unproven: 0,
        reasons: {},
      },
    ],
    latencyMs: { p50: 10, p95, p99: 30, max: 40 },
    rules: {
      minimumSamples: 10,
      maximumFailureShare: 0,
      maximumUnansweredShare: 0.5,
      maximumP95Ms: null,
    },
    policyDigest: null,
    verdict: 'pass',
    reasons: ['all 20 answers passed'],
  }
}

export const digestOfEvidence = (evidence: Evidence): string => digestOf(evidence, sha256)
