import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { renderDocument } from '@sluice/documents'
import { readConfig } from '../src/config.ts'
import { main } from '../src/main.ts'
import {
  createGitHubWorld,
  writesOf,
  type GitHubWorld,
} from '../../../test/doubles/github-world.ts'
import { githubPorts } from '../../../test/doubles/github-ports.ts'
import { digestOfEvidence, passingEvidence } from '../../../test/doubles/promoted-evidence.ts'

// Every call runs git, and other suites want the same two cores.
jest.setTimeout(60_000)

const EVIDENCE = passingEvidence()
const INPUT = {
  token: 'ghs_x',
  base: 'main',
  'revision-lock': 'revision.lock.json',
  'evidence-file': renderDocument(EVIDENCE),
  'evidence-digest': digestOfEvidence(EVIDENCE),
  'dry-run': 'false',
}

describe('the configuration', () => {
  test('takes branch and commit from the run', () => {
    expect(readConfig(INPUT, githubPorts())).toMatchObject({
      ok: true,
      value: {
        head: 'integration',
        testedBranch: null,
        base: 'main',
        testedCommit: 'a'.repeat(40),
        title: null,
      },
    })
  })

  test.each([
    { given: 'feature/x', branch: 'feature/x' },
    { given: 'refs/heads/feature/x', branch: 'feature/x' },
    { given: 'refs/tags/v1', branch: 'refs/tags/v1' },
  ])('takes $given as the branch that was tested', ({ given, branch }) => {
    expect(readConfig({ ...INPUT, head: given }, githubPorts())).toMatchObject({
      ok: true,
      value: { head: branch, testedBranch: branch },
    })
  })

  test('tells every problem at once, and why an output of a job may be absent', () => {
    const raw = { 'expected-head-sha': 'abc', title: 't'.repeat(300) }
    const result = readConfig(raw, githubPorts())
    expect(result).toMatchObject({ ok: false })
    const problems = result.ok ? [] : result.problems
    expect(problems.map(({ where }) => where).sort()).toEqual([
      'input base',
      'input dry-run',
      'input evidence-digest',
      'input evidence-file',
      'input expected-head-sha',
      'input revision-lock',
      'input title',
      'input token',
    ])
    expect(problems.find(({ where }) => where === 'input evidence-digest')?.message).toContain(
      'masked value',
    )
  })

  test.each([
    { name: 'revision-lock', value: '../lock.json' },
    { name: 'revision-lock', value: '/lock.json' },
    { name: 'revision-lock', value: 'a//b' },
    { name: 'revision-lock', value: 'folder/' },
    { name: 'revision-lock', value: '.git/config' },
    { name: 'base', value: 'a..b' },
    { name: 'base', value: 'a b' },
    { name: 'base', value: '-x' },
    { name: 'base', value: 'x.lock' },
    { name: 'head', value: 'a..b' },
    { name: 'head', value: 'refs/heads/' },
    { name: 'evidence-digest', value: 'A'.repeat(64) },
  ])('refuses $value as $name', ({ name, value }) => {
    const result = readConfig({ ...INPUT, [name]: value }, githubPorts())
    expect(result).toMatchObject({ ok: false, problems: [{ where: `input ${name}` }] })
  })
})

describe('promoting', () => {
  let world: GitHubWorld
  afterEach(() => world.close())

  const open = async () => {
    world = await createGitHubWorld({ files: { 'score.py': 'v1\n' } })
    return world.push({ branch: 'integration', files: { 'score.py': 'v2\n' } })
  }

  const run = async (sha: string, raw: Readonly<Record<string, string>> = {}) => {
    const github = world.job({ contents: 'write', 'pull-requests': 'write' })
    const files = { 'evidence.json': renderDocument(EVIDENCE) }
    const infos: string[] = []
    const silent = githubPorts({ github, run: { sha }, files })
    const log = { ...silent.log, info: (line: string) => void infos.push(line) }
    const ports = { ...silent, log, infos }
    const config = readConfig({ ...INPUT, ...raw }, ports)
    if (!config.ok) throw new Error(JSON.stringify(config.problems))
    return { report: await main(config.value, ports), ports }
  }

  test('creates, leaves alone, then finds nothing to do', async () => {
    const sha = await open()
    const { report } = await run(sha, { 'evidence-file': 'evidence.json' })
    expect(report).toMatchObject({ subject: 'taxi-fare', ending: 'created' })
    expect(report.outputs).toEqual({
      number: '1',
      url: 'https://github.com/ada/taxi/pull/1',
      operation: 'created',
      'head-sha': await world.git('rev-parse', 'promote/main'),
      'status-allowed': 'true',
      reason: '',
      changed: 'true',
    })
    const again = await run(sha)
    expect(again.report.outputs).toEqual({
      ...report.outputs,
      operation: 'unchanged',
      changed: 'false',
    })
    await world.merge(1)
    const last = await run(sha)
    expect(last.report.outputs).toMatchObject({ operation: 'none', 'status-allowed': 'false' })
    expect(last.report.outputs).not.toHaveProperty('head-sha')
    expect(last.ports.notices.join()).toContain('Nothing to promote')
  })

  test('lists the writes of a dry run', async () => {
    const sha = await open()
    const { report } = await run(sha, { 'dry-run': 'true', labels: 'model, staging' })
    expect(report.ending).toBe('dry run')
    expect(report.summary).toContain('It would write')
    expect(report.summary).toContain('labels')
    expect(writesOf(world)).toEqual([])
  })

  test('warns when the status is not allowed', async () => {
    const sha = await open()
    await world.push({ branch: 'main', files: { 'new.txt': 'n\n' } })
    const { report, ports } = await run(sha)
    expect(report.outputs).toMatchObject({ 'status-allowed': 'false' })
    expect(ports.warnings.join()).toContain('new.txt')
  })

  test('notices that the tested branch moved on', async () => {
    const sha = await open()
    const tip = await world.push({ branch: 'integration', files: { 'score.py': 'v3\n' } })
    const { report, ports } = await run(sha, { head: 'integration' })
    expect(report.outputs).toMatchObject({ operation: 'created', 'status-allowed': 'true' })
    expect(report.outputs['reason']).toContain(tip)
    expect(ports.notices.join()).toContain(tip)
    expect(ports.warnings).toEqual([])
  })

  test('logs that no branch was looked at', async () => {
    const { ports } = await run(await open())
    expect(ports.infos.join()).toContain('no branch was named')
    const again = await run(await world.git('rev-parse', 'integration'), { head: 'v1' })
    expect(again.ports.infos.join()).toContain('v1 is not a branch')
  })

  test.each([
    {
      what: 'another digest',
      raw: { 'evidence-digest': 'b'.repeat(64) },
      code: 'ACTION_DIGEST_MISMATCH',
    },
    { what: 'no evidence', raw: { 'evidence-file': '{}' }, code: 'ACTION_BAD_DOCUMENT' },
    {
      what: 'an inconclusive verdict',
      raw: inconclusive(),
      code: 'GITHUB_EVIDENCE_REFUSED',
    },
  ])('asks GitHub nothing with $what', async ({ raw, code }) => {
    const sha = await open()
    await expect(run(sha, raw)).rejects.toMatchObject({ code })
    expect(world.sent).toEqual([])
  })
})

function inconclusive(): Readonly<Record<string, string>> {
  const rules = { ...EVIDENCE.rules, minimumSamples: 100 }
  const evidence = { ...EVIDENCE, rules, verdict: 'inconclusive' } as const
  return {
    'evidence-file': renderDocument(evidence),
    'evidence-digest': digestOfEvidence(evidence),
  }
}
