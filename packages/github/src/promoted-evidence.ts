// The evidence that a promotion rests on: believed only after every check that its reader can make.
import { digestOf, parseDocument } from '@sluice/documents'
import { findContradictions, type Evidence } from '@sluice/evidence'
import type { LockEntry, Problem, Sha256 } from '@sluice/rollout'
import { githubError } from './errors.ts'

export interface EvidenceArrival {
  readonly text: string
  /** How messages name it. */
  readonly file: string
  /** sha256 that the job before told, 64 hex. */
  readonly digest: string
}

/** Throws GITHUB_EVIDENCE_REFUSED with everything that is wrong. */
export function acceptEvidence(arrival: EvidenceArrival, sha256: Sha256): Evidence {
  const { text, file, digest } = arrival
  const parsed = parseDocument<'evidence', Evidence>('evidence', text, { file })
  if (!parsed.ok) throw refuse(parsed.problems)
  const evidence = parsed.value
  const problems = [
    ...digestProblems(evidence, { file, digest, sha256 }),
    ...verdictProblems(evidence, file),
  ]
  if (problems.length > 0) throw refuse(problems)
  return evidence
}

/** What the lock says of an endpoint after this promotion. */
export const lockEntryFor = (
  { target }: Evidence,
  proof: { readonly evidenceDigest: string; readonly testedCommit: string },
): LockEntry => ({ revision: target.contents, revisionDigest: target.revisionDigest, ...proof })

interface DigestCheck {
  readonly file: string
  readonly digest: string
  readonly sha256: Sha256
}

function digestProblems(
  evidence: Evidence,
  { file, digest, sha256 }: DigestCheck,
): readonly Problem[] {
  const found = digestOf(evidence, sha256)
  const contents = digestOf(evidence.target.contents, sha256)
  return [
    ...(found === digest
      ? []
      : [
          {
            where: file,
            message: `its digest is ${found}; wanted ${digest}, as the test job told`,
          },
        ]),
    ...(contents === evidence.target.revisionDigest
      ? []
      : [
          {
            where: `${file} target.revisionDigest`,
            message: `found ${evidence.target.revisionDigest}; its contents have ${contents}`,
          },
        ]),
  ]
}

function verdictProblems(evidence: Evidence, file: string): readonly Problem[] {
  const contradictions = findContradictions(evidence)
  if (contradictions.length > 0) {
    return contradictions.map(({ where, message }) => ({ where: `${file} ${where}`, message }))
  }
  if (evidence.verdict === 'pass') return []
  const why = evidence.reasons.join('; ')
  return [{ where: `${file} verdict`, message: `found ${evidence.verdict} (${why}); wanted pass` }]
}

const refuse = (problems: readonly Problem[]) =>
  githubError(
    'GITHUB_EVIDENCE_REFUSED',
    problems.map(({ where, message }) => `${where}: ${message}`).join('\n'),
  )
