import { afterEach, describe, expect, jest, test } from '@jest/globals'
import {
  applyStatus,
  fitDescription,
  observeStatus,
  parseState,
  repositoryOf,
  statusHolds,
  type CommitStatus,
} from '@sluice/github'
import { createGitHubWorld, type GitHubWorld } from '../../../test/doubles/github-world.ts'

// Every call runs git, and other suites want the same two cores.
jest.setTimeout(60_000)

let world: GitHubWorld | null = null
afterEach(async () => {
  await world?.close()
  world = null
})

const open = async () => {
  const opened = await createGitHubWorld({ files: { 'a.txt': 'a\n' } })
  world = opened
  const sha = await opened.git('rev-parse', 'main')
  const repository = repositoryOf(opened.slug, {
    request: opened.job({ statuses: 'write' }),
    signal: new AbortController().signal,
  })
  return { repository, sha }
}

const status = (sha: string, more: Partial<CommitStatus> = {}): CommitStatus => ({
  sha,
  context: 'cd/staging',
  state: 'success',
  description: 'tested',
  targetUrl: 'https://github.com/ada/taxi/actions/runs/7',
  ...more,
})

describe('a status', () => {
  test('is read back as it was posted', async () => {
    const { repository, sha } = await open()
    expect(await observeStatus(repository, status(sha))).toBeNull()
    await applyStatus(repository, status(sha))
    const seen = await observeStatus(repository, status(sha))
    expect(seen).toMatchObject({ state: 'success', description: 'tested' })
    expect(statusHolds(seen, status(sha))).toBe(true)
  })

  test('is the newest of its context, behind more than a page of others', async () => {
    const { repository, sha } = await open()
    await applyStatus(repository, status(sha, { state: 'pending' }))
    await applyStatus(repository, status(sha, { state: 'failure' }))
    for (let index = 0; index < 105; index += 1) {
      await applyStatus(repository, status(sha, { context: `other/${index}` }))
    }
    expect(await observeStatus(repository, status(sha))).toMatchObject({ state: 'failure' })
  })

  test('without text and page holds when GitHub says null', async () => {
    const { repository, sha } = await open()
    const bare = status(sha, { description: '', targetUrl: '' })
    await applyStatus(repository, bare)
    expect(statusHolds(await observeStatus(repository, bare), bare)).toBe(true)
  })

  test.each([
    { what: 'state', more: { state: 'failure' } },
    { what: 'description', more: { description: 'other' } },
    { what: 'page', more: { targetUrl: 'https://example.com/' } },
  ] as const)('does not hold with another $what', ({ more }) => {
    const { state, description, targetUrl } = status('')
    const seen = { state, description, targetUrl, url: '' }
    expect(statusHolds(seen, status('', more))).toBe(false)
  })
})

test.each([
  { word: 'success', state: 'success' },
  { word: 'failure', state: 'failure' },
  { word: 'pending', state: 'pending' },
  { word: 'error', state: 'error' },
  { word: 'cancelled', state: 'error' },
  { word: 'skipped', state: 'error' },
  { word: 'Success', state: null },
  { word: '', state: null },
])('the word "$word" means $state', ({ word, state }) => {
  expect(parseState(word)).toBe(state)
})

test.each([
  { text: ' two\n lines ', fit: 'two lines' },
  { text: 'x'.repeat(140), fit: 'x'.repeat(140) },
  { text: 'x'.repeat(141), fit: `${'x'.repeat(139)}…` },
  { text: `${'x'.repeat(138)} yy`, fit: `${'x'.repeat(138)}…` },
  { text: '\u{1F600}'.repeat(141), fit: `${'\u{1F600}'.repeat(69)}…` },
])('a description fits: $text', ({ text, fit }) => {
  expect(fitDescription(text)).toBe(fit)
})
