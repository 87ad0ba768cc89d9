import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { INPUTS, readConfig } from '../src/config.ts'
import { main } from '../src/main.ts'
import {
  createGitHubWorld,
  writesOf,
  type GitHubWorld,
} from '../../../test/doubles/github-world.ts'
import { githubPorts } from '../../../test/doubles/github-ports.ts'

// Every call runs git, and other suites want the same two cores.
jest.setTimeout(60_000)

const INPUT = { token: 'ghs_x', context: 'cd/staging', state: 'success', 'dry-run': 'false' }

describe('the configuration', () => {
  test('takes commit and page from the run', () => {
    expect(readConfig(INPUT, githubPorts())).toEqual({
      ok: true,
      value: {
        token: 'ghs_x',
        repository: 'ada/taxi',
        status: {
          sha: 'a'.repeat(40),
          context: 'cd/staging',
          state: 'success',
          description: '',
          targetUrl: 'https://github.com/ada/taxi/actions/runs/7/attempts/2',
        },
        dryRun: false,
      },
    })
  })

  test('tells every problem at once', () => {
    const raw = { sha: 'abc', state: 'green', 'target-url': 'javascript:x', 'dry-run': 'yes' }
    const result = readConfig(raw, githubPorts({ run: { repository: '' } }))
    expect(result).toMatchObject({ ok: false })
    expect(!result.ok && result.problems.map(({ where }) => where).sort()).toEqual([
      'input GITHUB_REPOSITORY',
      'input context',
      'input dry-run',
      'input sha',
      'input state',
      'input target-url',
      'input token',
    ])
  })

  test('names each input once', () => {
    expect(new Set(INPUTS).size).toBe(INPUTS.length)
  })
})

describe('posting', () => {
  let world: GitHubWorld
  afterEach(() => world.close())

  const run = async (raw: Readonly<Record<string, string>>) => {
    const sha = await world.git('rev-parse', 'main')
    const ports = githubPorts({ github: world.job({ statuses: 'write' }), run: { sha } })
    const config = readConfig({ ...INPUT, ...raw }, ports)
    if (!config.ok) throw new Error(JSON.stringify(config.problems))
    return main(config.value, ports)
  }

  test('posts what is new, and only that', async () => {
    world = await createGitHubWorld({ files: { 'a.txt': 'a\n' } })
    const first = await run({ state: 'cancelled', description: 'x'.repeat(200) })
    expect(first.outputs).toMatchObject({ changed: 'true', state: 'error' })
    const again = await run({ state: 'cancelled', description: 'x'.repeat(200) })
    expect(again.outputs).toEqual({ ...first.outputs, changed: 'false' })
    expect(writesOf(world)).toHaveLength(1)
    const other = await run({ state: 'success' })
    expect(other.outputs).toMatchObject({ changed: 'true', state: 'success' })
  })

  test('reads only in a dry run', async () => {
    world = await createGitHubWorld({ files: { 'a.txt': 'a\n' } })
    const report = await run({ 'dry-run': 'true' })
    expect(report.outputs).toEqual({ changed: 'false', state: 'success' })
    expect(report.ending).toContain('dry run')
    expect(writesOf(world)).toEqual([])
  })

  test('shows hostile texts as text', async () => {
    world = await createGitHubWorld({ files: { 'a.txt': 'a\n' } })
    const report = await run({ description: '@ada | <img src=x>' })
    expect(report.summary).not.toContain('<img')
    expect(report.summary).not.toContain('@ada')
  })
})
