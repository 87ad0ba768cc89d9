// Names, bodies and paths that try to be something else are data, or refused.
import { existsSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { openPlace, type Place } from './place.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace()
})

afterEach(() => place.reset())

afterAll(() => place.close())

const names = [
  '$(touch${IFS}/tmp/sluice-pwned)',
  ';touch$IFS/tmp/sluice-pwned',
  '`id`',
  '--upload-pack=x',
  '-d',
  'main;rm',
  'quote\'"',
  'feature/ünï/😀',
  'a%2Fb',
  'refs/heads/main',
]
test.each(names)('a branch named %s is a branch', async (branch) => {
  const sha = await place.person.push({ branch, message: 'x', files: { 'x.txt': branch } })
  const path = encodeURIComponent(branch)
  const read = await place.ask(`GET git/ref/heads/${path}`)
  const compared = await place.ask(`GET compare/main...${path}`)
  const number = await place.person.openPull({ head: branch, base: 'main', title: branch })
  await place.person.merge(number)
  expect([read.body['object']['sha'], compared.body['ahead_by']]).toEqual([sha, 1])
  expect(place.git('rev-parse', `refs/heads/${branch}`)).toBe(sha)
  expect(place.git('show', 'main:x.txt')).toBe(branch)
  expect(existsSync('/tmp/sluice-pwned')).toBe(false)
})

const texts = ['@everyone <!-- --> `x` $(id)', '\u0000null', '--amend', '', '\n\n#1\n', '"; --x']
test.each(texts)('the text %j in titles, bodies and messages stays text', async (text) => {
  await place.person.push({
    branch: 'b',
    message: `m ${text}`.replaceAll('\0', ''),
    files: { b: text },
  })
  const made = await place.ask('POST pulls', {
    head: 'b',
    base: 'main',
    title: `t${text}`,
    body: text,
  })
  const labelled = await place.ask('POST issues/1/labels', { labels: [`l${text}`] })
  const merged = await place.ask('PUT pulls/1/merge', {
    commit_message: text,
    commit_title: `c${text}`,
  })
  const read = await place.ask('GET pulls/1')
  expect([made.status, labelled.status, merged.status]).toEqual([201, 200, 200])
  expect([read.body['title'], read.body['body']]).toEqual([`t${text}`, text])
  expect(place.git('fsck', '--strict', '--no-dangling')).toBe('')
})

const odd = [
  ['GET', 'commits/main~1'],
  ['GET', 'commits/main@%7B0%7D'],
  ['GET', 'commits/--all'],
  ['GET', 'commits/%00'],
  ['GET', 'commits/HEAD^'],
  ['GET', 'git/trees/main:model'],
  ['GET', 'git/commits/-1'],
  ['GET', 'git/blobs/--batch'],
  ['GET', 'git/ref/heads/%2e%2e%2fHEAD'],
  ['GET', 'contents/%00'],
  ['GET', 'contents/:(glob)*'],
  ['GET', 'compare/--help...main'],
  ['GET', 'pulls/1e9'],
  ['GET', 'environments/%00'],
  ['POST', 'actions/workflows/%00/dispatches'],
  ['POST', 'actions/workflows/..%2Fx/dispatches'],
]
test.each(odd)(
  '%s %s is refused by GitHub’s words, not by a fault of ours',
  async (method, path) => {
    const answer = await place.ask(
      `${method} ${path}`,
      method === 'GET' ? undefined : { ref: 'main' },
    )
    expect([404, 422]).toContain(answer.status)
  },
)

const commits = [
  { author: { name: '\u0000', email: 'a' } },
  { author: { name: '<>', email: '<>' } },
  { author: { name: 'a', email: 'a\u0000' } },
  { author: { name: 'a', email: 'a', date: '1960-01-01T00:00:00Z' } },
  { author: { name: 'a', email: 'a', date: 'yesterday' } },
  { message: '\u0000' },
  { parents: ['--'] },
  { parents: 'x' },
]
test.each(commits)('a commit with %j is refused', async (more) => {
  const tree = place.git('rev-parse', 'main^{tree}')
  const answer = await place.ask('POST git/commits', { message: 'm', tree, ...more })
  expect(answer.status).toBe(422)
})

test('an author who tries to write another header is one line', async () => {
  const tree = place.git('rev-parse', 'main^{tree}')
  const author = { name: 'a\nparent 123', email: 'x>\ncommitter y <z' }
  const { body } = await place.ask('POST git/commits', { message: 'm', tree, author })
  expect(place.git('log', '-1', '--format=%P|%cn', String(body['sha']))).not.toContain('123 ')
  expect(place.git('fsck', '--strict', '--no-dangling')).toBe('')
})
