// Blobs, trees, commits and contents: what is written over REST is what git reads.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { openPlace, unknownShas, type Place, type Loose } from './place.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace()
})

afterEach(() => place.reset())

afterAll(() => place.close())

const decode = (content: string) => Buffer.from(content, 'base64').toString('utf8')

test('a blob comes back byte for byte, from text and from base64', async () => {
  const text = 'ä\r\nüx\n'.repeat(40)
  const plain = await place.ask('POST git/blobs', { content: text })
  const coded = await place.ask('POST git/blobs', {
    content: Buffer.from(text).toString('base64'),
    encoding: 'base64',
  })
  expect(plain.body['sha']).toBe(coded.body['sha'])
  const read = await place.ask(`GET git/blobs/${plain.body['sha']}`)
  expect([read.body['encoding'], decode(read.body['content'])]).toEqual(['base64', text])
  expect(read.body['content'].split('\n')[0]).toHaveLength(60)
  expect(unknownShas(place)).toEqual([])
})

describe('a tree', () => {
  test('changes its base, keeps the rest, removes, keeps modes', async () => {
    const made = await place.ask('POST git/trees', {
      base_tree: place.firstSha,
      tree: [
        { path: 'README.md', mode: '100644', type: 'blob', sha: null },
        { path: 'run.sh', mode: '100755', type: 'blob', content: '#!/bin/sh\n' },
      ],
    })
    expect(made.status).toBe(201)
    expect(place.git('ls-tree', '-r', '--format=%(objectmode) %(path)', String(made.body['sha'])))
      .toBe(`100644 .github/workflows/production.yml
100644 a file with blanks.txt
100644 model/score.py
100755 run.sh`)
    const listed = await place.ask(`GET git/trees/${made.body['sha']}?recursive=1`)
    expect(listed.body['tree'].map((entry: Loose) => entry['path'])).toEqual([
      '.github',
      '.github/workflows',
      '.github/workflows/production.yml',
      'a file with blanks.txt',
      'model',
      'model/score.py',
      'run.sh',
    ])
    expect(listed.body['truncated']).toBe(false)
    expect(unknownShas(place)).toEqual([])
  })

  test('takes a whole folder by its tree', async () => {
    const model = place.git('rev-parse', 'main:model')
    const made = await place.ask('POST git/trees', {
      tree: [{ path: 'copy', mode: '040000', type: 'tree', sha: model }],
    })
    expect(place.git('ls-tree', '-r', '--name-only', String(made.body['sha']))).toBe(
      'copy/score.py',
    )
  })

  const bad = [
    { name: 'leaves the repository', entry: { path: '../x', content: 'x' } },
    { name: 'is git itself', entry: { path: '.git/config', content: 'x' } },
    { name: 'is absolute', entry: { path: '/etc/passwd', content: 'x' } },
    { name: 'has an unknown blob', entry: { path: 'x', sha: 'e'.repeat(40) } },
    { name: 'has no content', entry: { path: 'x' } },
    { name: 'has a strange mode', entry: { path: 'x', mode: '100777', content: '' } },
  ]
  test.each(bad)('is refused when a path $name', async ({ entry }) => {
    const answer = await place.ask('POST git/trees', { tree: [entry] })
    expect(answer.status).toBe(422)
  })
})

describe('a commit', () => {
  test('holds author, committer and message as given', async () => {
    const tree = place.git('rev-parse', 'main^{tree}')
    const made = await place.ask('POST git/commits', {
      message: 'Lock\n\n`$(touch /tmp/x)`',
      tree,
      parents: [place.firstSha],
      author: { name: 'A', email: 'a@x.org', date: '2026-11-20T09:00:00+01:00' },
      committer: { name: 'C', email: 'c@x.org' },
    })
    const read = await place.ask(`GET git/commits/${made.body['sha']}`)
    expect(read.body['author']).toEqual({
      name: 'A',
      email: 'a@x.org',
      date: '2026-11-20T08:00:00Z',
    })
    expect(read.body['committer']).toEqual({
      name: 'C',
      email: 'c@x.org',
      date: '2026-11-20T08:00:00Z',
    })
    expect(read.body['message']).toBe('Lock\n\n`$(touch /tmp/x)`')
    expect(place.git('log', '-1', '--format=%P', String(made.body['sha']))).toBe(place.firstSha)
  })

  test('by a job is the bot’s, and the same request gives the same SHA', async () => {
    const token = place.token({ contents: 'write' })
    const body = { message: 'm', tree: place.git('rev-parse', 'main^{tree}'), parents: [] }
    const [one, two] = [
      await place.ask('POST git/commits', body, { token }),
      await place.ask('POST git/commits', body, { token }),
    ]
    expect(one.body['sha']).toBe(two.body['sha'])
    expect(one.body['author']['name']).toBe('github-actions[bot]')
  })

  const bad = [
    { name: 'an unknown tree', body: { tree: 'd'.repeat(40) }, message: 'Tree SHA does not exist' },
    {
      name: 'a parent that is no commit',
      body: { parents: ['d'.repeat(40)] },
      message: 'Parent SHA does not exist or is not a commit object',
    },
  ]
  test.each(bad)('with $name is refused', async ({ body, message }) => {
    const tree = place.git('rev-parse', 'main^{tree}')
    const answer = await place.ask('POST git/commits', { message: 'm', tree, ...body })
    expect([answer.status, answer.body['message']]).toEqual([422, message])
  })
})

describe('contents', () => {
  test('gives a file at a ref, a folder, and the raw bytes', async () => {
    const sha = await place.person.push({
      branch: 'integration',
      message: 'n',
      files: { 'model/new.txt': 'new\n' },
    })
    const file = await place.ask('GET contents/model/new.txt?ref=integration')
    const folder = await place.ask(`GET contents/model?ref=${sha}`)
    const raw = await place.ask('GET contents/README.md', undefined, {
      headers: { accept: 'application/vnd.github.raw+json' },
    })
    expect([file.body['type'], decode(file.body['content'])]).toEqual(['file', 'new\n'])
    expect(folder.body.map((each: Loose) => each['path'])).toEqual([
      'model/new.txt',
      'model/score.py',
    ])
    expect(raw.body).toBe('taxi fares\n')
    expect(unknownShas(place)).toEqual([])
  })

  const missing = [
    'contents/model/new.txt',
    'contents/README.md?ref=nowhere',
    'contents/..%2F..%2Fetc%2Fpasswd',
    'contents/README.md?ref=main~0',
    'contents/README.md?ref=--help',
  ]
  test.each(missing)('%s is not found', async (path) => {
    expect((await place.ask(`GET ${path}`)).status).toBe(404)
  })
})
