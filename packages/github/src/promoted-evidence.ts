// The evidence that a promotion rests on: believed only after every check that its reader can make.
import { digestOf } from '@sluice/documents'
import { findContradictions, type Evidence } from '@sluice/evidence'
import type { LockEntry, Problem, Sha256 } from '@sluice/rollout'
import { githubError } from './errors.ts'

/**
 * Throws GITHUB_EVIDENCE_REFUSED, with everything that is wrong, unless the document is a passing
 * verdict that follows from its own figures, about the contents that it names.
 */
export function acceptEvidence(evidence: Evidence, sha256: Sha256): void {
  const problems = [...contentsProblems(evidence, sha256), ...verdictProblems(evidence)]
  if (problems.length === 0) return
  throw githubError(
    'GITHUB_EVIDENCE_REFUSED',
    [
      `the evidence for ${evidence.target.name} does not allow a promotion:`,
      ...problems.map(({ where, message }) => `- ${where}: ${message}`),
    ].join('\n'),
  )
}

/** What the lock says of an endpoint after this promotion. */
export const lockEntryFor = (
  { target }: Evidence,
  proof: { readonly evidenceDigest: string; readonly testedCommit: string },
): LockEntry => ({
  revision: target.contents,
  revisionDigest: target.revisionDigest,
  testedIn: target.place,
  ...proof,
})

function contentsProblems({ target }: Evidence, sha256: Sha256): readonly Problem[] {
  const found = digestOf(target.contents, sha256)
  if (found === target.revisionDigest) return []
  const message = `found ${target.revisionDigest}; the contents beside it have ${found}`
  return [{ where: 'target.revisionDigest', message }]
}

function verdictProblems(evidence: Evidence): readonly Problem[] {
  const contradictions = findContradictions(evidence)
  if (contradictions.length > 0 || evidence.verdict === 'pass') return contradictions
  const why = evidence.reasons.join('; ')
  return [{ where: 'verdict', message: `found ${evidence.verdict} (${why}); wanted pass` }]
}
