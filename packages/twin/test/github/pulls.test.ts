// Pull requests: the refusals that a promotion meets, and what a later look shows.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { openPlace, unknownShas, type Answer, type Place, type Loose } from './place.ts'

let place: Place
let head: string

beforeAll(async () => {
  place = await openPlace({ collaborators: ['reviewer'] })
})

beforeEach(async () => {
  head = await place.person.push({ branch: 'integration', message: 'I', files: { 'i.txt': 'i' } })
})

afterEach(() => place.reset())

afterAll(() => place.close())

const open = (more: object = {}) =>
  place.ask('POST pulls', { head: 'integration', base: 'main', title: 'Promote', ...more })

const facts = (answer: Answer) =>
  answer.body.map((pull: Loose) => [pull['number'], pull['head']['ref'], pull['state']])

describe('creating', () => {
  test('answers the pull request, with every SHA in the repository', async () => {
    const { status, body } = await open({ body: 'why' })
    expect([status, body['number'], body['head']['sha'], body['base']['sha']]).toEqual([
      201,
      1,
      head,
      place.firstSha,
    ])
    expect([body['head']['label'], body['mergeable']]).toEqual(['taxi:integration', null])
    expect(place.git('rev-parse', 'refs/pull/1/head')).toBe(head)
    expect(unknownShas(place)).toEqual([])
  })

  const custom = (message: string) => [{ resource: 'PullRequest', code: 'custom', message }]
  const bad = [
    {
      name: 'a second one',
      more: {},
      errors: custom('A pull request already exists for taxi:integration.'),
    },
    {
      name: 'nothing to merge',
      more: { head: 'same' },
      errors: custom('No commits between main and same'),
    },
    {
      name: 'a missing head',
      more: { head: 'nowhere' },
      errors: [{ resource: 'PullRequest', field: 'head', code: 'invalid' }],
    },
    {
      name: 'a missing base',
      more: { base: 'nowhere' },
      errors: [{ resource: 'PullRequest', field: 'base', code: 'invalid' }],
    },
    {
      name: 'a stranger’s head',
      more: { head: 'stranger:integration' },
      errors: [{ resource: 'PullRequest', field: 'head', code: 'invalid' }],
    },
    {
      name: 'a body that is too long',
      more: { head: 'other', body: 'x'.repeat(65_537) },
      errors: [
        {
          resource: 'PullRequest',
          code: 'custom',
          field: 'body',
          message: 'body is too long (maximum is 65536 characters)',
        },
      ],
    },
  ]
  test.each(bad)('refuses $name', async ({ more, errors }) => {
    await open()
    await place.ask('POST git/refs', { ref: 'refs/heads/same', sha: place.firstSha })
    await place.ask('POST git/refs', { ref: 'refs/heads/other', sha: head })
    const answer = await open(more)
    expect([answer.status, answer.body['message'], answer.body['errors']]).toEqual([
      422,
      'Validation Failed',
      errors,
    ])
  })

  test('by a job needs the switch', async () => {
    const strict = await openPlace({ actionsMayCreatePullRequests: false })
    await strict.person.push({ branch: 'integration', message: 'I', files: { i: 'i' } })
    const token = strict.token({ 'pull-requests': 'write' })
    const body = { head: 'integration', base: 'main', title: 'P' }
    const answer = await strict.ask('POST pulls', body, { token })
    expect([answer.status, answer.body['message']]).toEqual([
      403,
      'GitHub Actions is not permitted to create or approve pull requests.',
    ])
    await strict.close()
  })
})

describe('listing', () => {
  test('filters by state, head and base, newest first', async () => {
    await open()
    await place.person.push({ branch: 'b', message: 'B', files: { 'b.txt': 'b' } })
    await open({ head: 'b', base: 'integration' })
    await place.person.close(1)
    const queries = [
      '',
      '?state=all',
      '?state=closed',
      '?state=all&head=taxi:b',
      '?state=all&head=stranger:b',
      '?state=all&base=main',
      '?state=all&sort=created&direction=asc',
    ]
    const found = await Promise.all(queries.map((query) => place.ask(`GET pulls${query}`)))
    const [one, two] = [
      [1, 'integration', 'closed'],
      [2, 'b', 'open'],
    ]
    expect(found.map(facts)).toEqual([[two], [two, one], [one], [two], [], [one], [one, two]])
  })

  test('comes in pages', async () => {
    await open()
    await place.person.push({ branch: 'b', message: 'B', files: { 'b.txt': 'b' } })
    await open({ head: 'b' })
    const first = await place.ask('GET pulls?per_page=1')
    const second = await place.ask('GET pulls?per_page=1&page=2')
    expect([facts(first), facts(second)]).toEqual([
      [[2, 'b', 'open']],
      [[1, 'integration', 'open']],
    ])
    expect(first.headers.get('link')).toMatch(
      /repos\/taxi\/fares\/pulls\?per_page=1&page=2>; rel="next"/,
    )
    expect(second.headers.get('link')).toContain('rel="prev"')
  })

  test('finds the pull request of a commit', async () => {
    await open()
    const before = await place.ask(`GET commits/${head}/pulls`)
    const merge = await place.person.merge(1)
    const after = await place.ask(`GET commits/${merge}/pulls`)
    const old = await place.ask(`GET commits/${place.firstSha}/pulls`)
    expect([before, after, old].map(facts)).toEqual([
      [[1, 'integration', 'open']],
      [[1, 'integration', 'closed']],
      [],
    ])
  })
})

describe('an open pull request', () => {
  test('follows its head, its base, and the text that is given', async () => {
    await open()
    const next = await place.person.push({ branch: 'integration', message: 'J', files: { j: 'j' } })
    const base = await place.person.push({ branch: 'main', message: 'M', files: { m: 'm' } })
    await place.ask('PATCH pulls/1', { title: 'New', body: null })
    const { body } = await place.ask('GET pulls/1')
    expect([body['head']['sha'], body['base']['sha'], body['title'], body['body']]).toEqual([
      next,
      base,
      'New',
      null,
    ])
    expect([body['commits'], body['changed_files']]).toEqual([2, 2])
  })

  test('closes with its branch, and opens again only with it', async () => {
    await open()
    await place.ask('DELETE git/refs/heads/integration')
    expect((await place.person.pulls()).map((pull) => [pull.state, pull.merged])).toEqual([
      ['closed', false],
    ])
    expect((await place.ask('PATCH pulls/1', { state: 'open' })).status).toBe(422)
    await place.ask('POST git/refs', { ref: 'refs/heads/integration', sha: head })
    expect((await place.ask('PATCH pulls/1', { state: 'open' })).body['state']).toBe('open')
  })

  test('is merged when its commits are pushed to the base', async () => {
    await open()
    await place.ask('PATCH git/refs/heads/main', { sha: head })
    expect((await place.person.pulls()).map((pull) => [pull.state, pull.merged])).toEqual([
      ['closed', true],
    ])
  })

  test('takes labels, known or not, once each', async () => {
    await open()
    await place.ask('POST issues/1/labels', { labels: ['promotion', 'risk <b>'] })
    await place.ask('POST issues/1/labels', { labels: ['promotion'] })
    expect((await place.person.pulls())[0]?.labels).toEqual(['promotion', 'risk <b>'])
  })

  test('is reviewed by collaborators, never by its author', async () => {
    await open()
    const asked = [
      await place.ask('POST pulls/1/requested_reviewers', { reviewers: ['maintainer'] }),
      await place.ask('POST pulls/1/requested_reviewers', { reviewers: ['reviewer', 'stranger'] }),
      await place.ask('POST pulls/1/requested_reviewers', { reviewers: ['reviewer'] }),
    ]
    expect(asked.map((answer) => [answer.status, answer.body['message']])).toEqual([
      [422, 'Review cannot be requested from pull request author.'],
      [422, expect.stringContaining('Reviews may only be requested from collaborators.')],
      [201, undefined],
    ])
    expect(asked[2]?.body['requested_reviewers'].map((user: Loose) => user['login'])).toEqual([
      'reviewer',
    ])
  })

  test('is approved by a person when a job opened it, and shows who', async () => {
    const token = place.token({ 'pull-requests': 'write' })
    const body = { head: 'integration', base: 'main', title: 'P' }
    await place.ask('POST pulls', body, { token })
    const given = await place.ask('POST pulls/1/reviews', { event: 'APPROVE' })
    const own = await place.ask('POST pulls/1/reviews', { event: 'APPROVE' }, { token })
    const listed = await place.ask('GET pulls/1/reviews')
    expect([given.status, own.status]).toEqual([200, 422])
    expect(
      listed.body.map((each: Loose) => [each['user']['login'], each['state'], each['commit_id']]),
    ).toEqual([['maintainer', 'APPROVED', head]])
  })
})
