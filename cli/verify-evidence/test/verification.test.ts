import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import { digestOf, renderDocument } from '@sluice/documents'
import { DEFAULT_POLICY, makeEvidence, type Evidence } from '@sluice/evidence'
import type { Target } from '@sluice/rollout'
import { parseCommandLine } from '../src/command-line.ts'
import { verifyEvidence, type Papers } from '../src/verification.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const CONTENTS = { model: 'taxi:2' }
const REVISION = digestOf(CONTENTS, sha256)
const TARGET: Target = {
  schema: 'sluice/target/v1',
  platform: 'azureml',
  place: { workspace: 'w' },
  endpoint: 'taxi-staging',
  name: 'taxi',
  slot: 'green',
  revision: `${REVISION.slice(0, 16)}.fedcba9876543210`,
  revisionDigest: REVISION,
  contents: CONTENTS,
}

const POLICY_TEXT = 'gate:\n  minimum-samples: 2\n'
const POLICY = { file: 'sluice.policy.yml', text: POLICY_TEXT, digest: sha256(POLICY_TEXT) }

const evidenceOf = (statuses: readonly number[]): Evidence =>
  makeEvidence(
    {
      target: TARGET,
      samples: statuses.map((status) => ({
        request: { name: 'a.json', body: '{}', contentType: 'application/json' },
        answer: { status, body: '[1]', answeredBy: 'green', latencyMs: 7, detail: '' },
      })),
      policy: { ...DEFAULT_POLICY, gate: { ...DEFAULT_POLICY.gate, minimumSamples: 2 } },
      policyDigest: POLICY.digest,
    },
    sha256,
  )

const GOOD = evidenceOf([200, 200])

const verify = (evidence: Evidence, papers: Partial<Papers> = {}) =>
  verifyEvidence(
    {
      evidence: papers.evidence ?? { file: 'evidence.json', text: renderDocument(evidence) },
      policy: papers.policy ?? null,
      digest: papers.digest ?? null,
    },
    sha256,
  )

describe('verify-evidence', () => {
  test.each<[string, Evidence, Partial<Papers>]>([
    ['a pass', GOOD, {}],
    ['a fail', evidenceOf([200, 400]), {}],
    ['an inconclusive one', evidenceOf([200]), {}],
    ['with its digest', GOOD, { digest: digestOf(GOOD, sha256) }],
    ['with its policy', GOOD, { policy: POLICY }],
    ['with a field that we do not know', { ...GOOD, more: 1 } as Evidence, {}],
  ])('%s: same', (_, evidence, papers) => {
    const { same, lines } = verify(evidence, papers)
    expect(lines.at(-1)).toBe('same: the verdict follows from the counts')
    expect(same).toBe(true)
  })

  test.each<[string, Evidence, Partial<Papers>, string]>([
    ['another verdict', { ...GOOD, verdict: 'fail' }, {}, 'verdict: found fail'],
    ['other reasons', { ...GOOD, reasons: ['trust me'] }, {}, 'reasons: the counts say: 2 of 2'],
    ['another digest', GOOD, { digest: 'ab'.repeat(32) }, 'digest: found'],
    [
      'another policy',
      GOOD,
      { policy: { ...POLICY, digest: 'cd'.repeat(32) } },
      'sluice.policy.yml: has sha256 cdcd',
    ],
    [
      'easier thresholds than the policy',
      { ...GOOD, rules: { ...GOOD.rules, maximumFailureShare: 0.5, minimumSamples: 1 } },
      { policy: POLICY },
      'rules.maximumFailureShare: found 0.5; sluice.policy.yml says 0',
    ],
    [
      'more silence than the policy allows',
      { ...GOOD, rules: { ...GOOD.rules, maximumUnansweredShare: 1 } },
      { policy: POLICY },
      'rules.maximumUnansweredShare: found 1; sluice.policy.yml says 0.5',
    ],
    [
      'other contents',
      { ...GOOD, target: { ...TARGET, contents: { model: 'taxi:3' } } },
      {},
      'target.contents: have the digest',
    ],
    ['no evidence', { ...GOOD, requests: undefined } as unknown as Evidence, {}, 'evidence.json'],
  ])('%s: not the same', (_, evidence, papers, problem) => {
    const text = JSON.stringify(evidence)
    const { same, lines } = verify(evidence, {
      ...papers,
      evidence: { file: 'evidence.json', text },
    })
    expect(lines.join('\n')).toContain(`NOT SAME   ${problem}`)
    expect(lines.at(-1)).toBe('not the same')
    expect(same).toBe(false)
  })

  test('a hostile name cannot command the terminal', () => {
    const { lines } = verify({ ...GOOD, target: { ...TARGET, endpoint: 'x\u001b[2J\n::error::' } })
    expect(lines[0]).toBe('slot       green of x?[2J?::error:: (azureml)')
  })
})

describe('the command line', () => {
  test('reads all options', () => {
    const digest = 'AB'.repeat(32)
    expect(
      parseCommandLine(['verify-evidence', 'e.json', '--policy', 'p.yml', '--digest', digest]),
    ).toEqual({
      ok: true,
      value: { evidence: 'e.json', policy: 'p.yml', digest: digest.toLowerCase() },
    })
  })

  test.each([
    [[]],
    [['verify-evidence']],
    [['other', 'e.json']],
    [['verify-evidence', 'a.json', 'b.json']],
    [['verify-evidence', 'a.json', '--digest', 'abc']],
    [['verify-evidence', 'a.json', '--polic', 'x']],
    [['verify-evidence', 'a.json', '--policy']],
  ])('refuses %j', (words) => {
    expect(parseCommandLine(words).ok).toBe(false)
  })
})

test.each<[string, Evidence, number, string]>([
  ['an honest document', GOOD, 0, 'same: the verdict follows from the counts'],
  ['an edited one', { ...GOOD, verdict: 'fail' }, 1, 'not the same'],
])('the program, on %s', (_, evidence, code, last) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-verify-'))
  writeFileSync(join(folder, 'evidence.json'), renderDocument(evidence))
  writeFileSync(join(folder, 'policy.yml'), POLICY_TEXT)
  const program = fileURLToPath(new URL('../src/index.ts', import.meta.url))
  const ended = spawnSync(
    process.execPath,
    ['--conditions=source', program, 'verify-evidence', 'evidence.json', '--policy', 'policy.yml'],
    { cwd: folder, encoding: 'utf8' },
  )
  rmSync(folder, { recursive: true })
  expect(ended.stdout.trim().split('\n').at(-1)).toBe(last)
  expect(ended.status).toBe(code)
})
