// Comparisons and merges of branches against what real git says about the same commits.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openPlace, unknownShas, type Place, type Loose } from './place.ts'

let place: Place
const commits: Record<string, string> = {}

/** main: m1 - m2; a, from m1: a1 - a2 - am, which merges m2; b, from m1: b1, which renames. */
beforeAll(async () => {
  place = await openPlace()
  const push = async (name: string, branch: string, files: Record<string, string | null>) => {
    commits[name] = await place.person.push({ branch, message: name, files })
  }
  commits['m1'] = place.firstSha
  await push('a1', 'a', { 'a.txt': 'one\n' })
  await push('b1', 'b', { 'model/score.py': null, 'model/renamed.py': 'print(1)\n' })
  await push('a2', 'a', { 'a.txt': 'one\ntwo\n' })
  await push('m2', 'main', { 'm.txt': 'm\n' })
  const merged = await place.ask('POST merges', { base: 'a', head: 'main', commit_message: 'am' })
  commits['am'] = String(merged.body['sha'])
})

afterAll(() => place.close())

const names = ['m1', 'm2', 'a1', 'a2', 'am', 'b1']
const pairs = names.flatMap((base) => names.map((head) => ({ base, head })))

const words: Record<string, string> = {
  'true true': 'diverged',
  'true false': 'ahead',
  'false true': 'behind',
  'false false': 'identical',
}

test.each(pairs)('compare $base...$head agrees with git', async ({ base, head }) => {
  const [one, two] = [commits[base] ?? '', commits[head] ?? '']
  const { body } = await place.ask(`GET compare/${one}...${two}`)
  const [behind = '', ahead = ''] = place
    .git('rev-list', '--left-right', '--count', `${one}...${two}`)
    .split('\t')
  const ancestor = place.git('merge-base', one, two)
  const changed = place.git('diff', '--no-renames', '--name-only', ancestor, two)
  expect([body['ahead_by'], body['behind_by'], body['merge_base_commit']['sha']]).toEqual([
    Number(ahead),
    Number(behind),
    ancestor,
  ])
  expect(body['status']).toBe(words[`${ahead !== '0'} ${behind !== '0'}`])
  expect(body['commits'].map((commit: Loose) => commit['sha']).toSorted()).toEqual(
    place.git('rev-list', two, `^${one}`).split('\n').filter(Boolean).toSorted(),
  )
  const paths = body['files'].flatMap((file: Loose) =>
    [file['previous_filename'], file['filename']].filter((path) => path !== undefined),
  )
  expect(paths.toSorted()).toEqual(changed.split('\n').filter(Boolean).toSorted())
})

describe('a comparison', () => {
  test('takes branch names, and names the owner or not', async () => {
    const plain = await place.ask('GET compare/main...a')
    const owned = await place.ask('GET compare/taxi:main...taxi:a')
    expect([plain.body['ahead_by'], owned.body['ahead_by']]).toEqual([3, 3])
    expect(unknownShas(place)).toEqual([])
  })

  test('shows a rename and counts lines', async () => {
    const { body } = await place.ask(`GET compare/${commits['m1']}...b`)
    const { body: other } = await place.ask(`GET compare/${commits['m1']}...${commits['a2']}`)
    const facts = [...body['files'], ...other['files']].map((file) => [
      file['status'],
      file['filename'],
      file['changes'],
    ])
    expect(facts).toEqual([
      ['renamed', 'model/renamed.py', 0],
      ['added', 'a.txt', 2],
    ])
  })

  test('is read in pages, with the files on the first one only', async () => {
    const first = await place.ask('GET compare/main...a?per_page=2')
    const second = await place.ask('GET compare/main...a?per_page=2&page=2')
    expect(
      [first, second].map(({ body }) => [body['commits'].length, body['files'].length]),
    ).toEqual([
      [2, 1],
      [1, 0],
    ])
    expect(first.headers.get('link')).toContain('page=2>; rel="next"')
  })

  test.each(['main...nowhere', 'nowhere...main', 'stranger:main...a', 'main..a', 'main'])(
    '%s is not found',
    async (basehead) => {
      expect((await place.ask(`GET compare/${basehead}`)).status).toBe(404)
    },
  )

  test('of unrelated histories is not found', async () => {
    const tree = place.git('rev-parse', 'main^{tree}')
    const { body } = await place.ask('POST git/commits', { message: 'root', tree, parents: [] })
    const answer = await place.ask(`GET compare/main...${body['sha']}`)
    expect([answer.status, answer.body['message']]).toEqual([
      404,
      `No common ancestor between main and ${body['sha']}.`,
    ])
  })
})

describe('POST merges', () => {
  test('has nothing to do for a contained head', async () => {
    expect((await place.ask('POST merges', { base: 'a', head: 'main' })).status).toBe(204)
  })

  test('refuses conflicts and strangers', async () => {
    await place.person.push({ branch: 'c', from: 'b', message: 'c', files: { 'a.txt': 'other\n' } })
    const before = place.git('rev-parse', 'a')
    const conflict = await place.ask('POST merges', { base: 'a', head: 'c' })
    const noHead = await place.ask('POST merges', { base: 'a', head: 'nowhere' })
    const noBase = await place.ask('POST merges', { base: 'nowhere', head: 'a' })
    expect([conflict, noHead, noBase].map((each) => [each.status, each.body['message']])).toEqual([
      [409, 'Merge conflict'],
      [404, 'Head does not exist'],
      [404, 'Base does not exist'],
    ])
    expect(place.git('rev-parse', 'a')).toBe(before)
  })
})
