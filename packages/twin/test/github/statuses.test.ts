// Commit statuses: who may post what, and how they add up.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { openPlace, type Place, type Loose } from './place.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace()
})

afterEach(() => place.reset())

afterAll(() => place.close())

const post = (body: object, sha = place.firstSha) => place.ask(`POST statuses/${sha}`, body)

test('a status is listed newest first, and the newest of a context counts', async () => {
  await post({ state: 'pending', context: 'cd/staging', description: 'runs' })
  await post({ state: 'success', context: 'cd/staging', target_url: 'https://x.org/1' })
  await post({ state: 'success' })
  const listed = await place.ask('GET commits/main/statuses')
  expect(
    listed.body.map((each: Loose) => [each['context'], each['state'], each['target_url']]),
  ).toEqual([
    ['default', 'success', null],
    ['cd/staging', 'success', 'https://x.org/1'],
    ['cd/staging', 'pending', null],
  ])
  const combined = await place.ask('GET commits/main/status')
  expect([combined.body['state'], combined.body['total_count'], combined.body['sha']]).toEqual([
    'success',
    2,
    place.firstSha,
  ])
})

const sums = [
  { states: [], state: 'pending' },
  { states: ['success', 'pending'], state: 'pending' },
  { states: ['success', 'error', 'pending'], state: 'failure' },
  { states: ['success', 'success'], state: 'success' },
]
test.each(sums)('$states together are $state', async ({ states, state }) => {
  for (const [index, each] of states.entries()) await post({ state: each, context: `c${index}` })
  const combined = await place.ask(`GET commits/${place.firstSha}/status`)
  expect(combined.body['state']).toBe(state)
})

describe('refused', () => {
  const bad = [
    { body: { state: 'green' }, field: 'state' },
    { body: { state: 'success', description: 'x'.repeat(141) }, field: 'description' },
    { body: { state: 'success', target_url: 'javascript:alert(1)' }, field: 'target_url' },
  ]
  test.each(bad)('for its $field', async ({ body, field }) => {
    const answer = await post(body)
    expect([answer.status, answer.body['message']]).toEqual([422, 'Validation Failed'])
    expect(answer.body['errors'].map((error: Loose) => error['field'])).toEqual([field])
    expect((await place.ask('GET commits/main/statuses')).body).toEqual([])
  })

  test.each(['a'.repeat(40), 'abc1234', 'main'])(
    'on %s, which is no SHA of a commit',
    async (sha) => {
      const answer = await post({ state: 'success' }, sha)
      expect([answer.status, answer.body['message']]).toEqual([
        422,
        `No commit found for SHA: ${sha}`,
      ])
    },
  )

  test('after a thousand of one SHA and context', async () => {
    await post({ state: 'success', context: 'c' })
    const snapshot = await place.twin.snapshot()
    const state = snapshot.states['github'] as { statuses: object[] }
    state.statuses = Array.from({ length: 1000 }, () => ({ ...state.statuses[0] }))
    await place.twin.restore(snapshot)
    const answers = [
      await post({ state: 'success', context: 'c' }),
      await post({ state: 'success', context: 'other' }),
    ]
    expect(answers.map((answer) => answer.status)).toEqual([422, 201])
  })
})
