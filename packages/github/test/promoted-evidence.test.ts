import { describe, expect, test } from '@jest/globals'
import { acceptEvidence } from '@sluice/github'
import type { Evidence } from '@sluice/evidence'
import { passingEvidence, sha256 } from '../../../test/doubles/promoted-evidence.ts'

const counts = { ...passingEvidence().requests[0], passed: 0, failed: 20, reasons: { status: 20 } }

const refused: readonly {
  readonly what: string
  readonly change: object
  readonly says: RegExp
}[] = [
  {
    what: 'a failed verdict',
    change: { requests: [counts], verdict: 'fail' },
    says: /wanted pass/,
  },
  {
    what: 'a verdict that its counts deny',
    change: { requests: [counts] },
    says: /counts say fail/,
  },
  {
    what: 'contents that are not the revision',
    change: { target: { ...passingEvidence().target, contents: { model: 'other:1' } } },
    says: /target\.revisionDigest/,
  },
]

describe('evidence', () => {
  test('that passes is accepted', () => {
    expect(() => acceptEvidence(passingEvidence(), sha256)).not.toThrow()
  })

  test.each(refused)('with $what is refused', ({ change, says }) => {
    const evidence = { ...passingEvidence(), ...change } as Evidence
    expect(() => acceptEvidence(evidence, sha256)).toThrow(
      expect.objectContaining({
        code: 'GITHUB_EVIDENCE_REFUSED',
        message: expect.stringMatching(says),
      }),
    )
  })
})
