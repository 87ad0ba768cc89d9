// Deployment records: made on a commit, with statuses that retire the earlier ones.
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { openPlace, type Place, type Loose } from './place.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace()
})

afterEach(() => place.reset())

afterAll(() => place.close())

const create = (more: object = {}) =>
  place.ask('POST deployments', {
    ref: 'main',
    environment: 'staging',
    auto_merge: false,
    required_contexts: [],
    ...more,
  })

test('a success ends the earlier one of its environment', async () => {
  const [one, two] = [(await create()).body['id'], (await create()).body['id']]
  await place.ask(`POST deployments/${one}/statuses`, { state: 'success' })
  await place.ask(`POST deployments/${two}/statuses`, {
    state: 'success',
    environment_url: 'https://x.org',
  })
  const statuses = await place.ask(`GET deployments/${one}/statuses`)
  const listed = await place.ask(`GET deployments?sha=${place.firstSha}&environment=staging`)
  expect(statuses.body.map((status: Loose) => status['state'])).toEqual(['inactive', 'success'])
  expect(listed.body.map((deployment: Loose) => [deployment['id'], deployment['sha']])).toEqual([
    [two, place.firstSha],
    [one, place.firstSha],
  ])
})

test('left out, every context must be green', async () => {
  await place.person.postStatus(place.firstSha, { context: 'ci', state: 'failure' })
  const answers = [
    await create({ required_contexts: undefined }),
    await create({ required_contexts: ['ci'] }),
    await create({ required_contexts: ['none'] }),
    await create(),
  ]
  expect(answers.map((answer) => answer.status)).toEqual([409, 409, 409, 201])
})

test('what the twin does not do is said, not pretended', async () => {
  await place.person.push({ branch: 'main', message: 'm', files: { m: 'm' } })
  const answer = await create({ ref: 'integration', auto_merge: undefined })
  expect([answer.status, answer.body['message']]).toEqual([
    501,
    'The twin does not simulate auto_merge of deployments: send auto_merge: false',
  ])
})

test('refuses strangers', async () => {
  const { body } = await create()
  const answers = [
    await create({ ref: 'nowhere' }),
    await place.ask(`POST deployments/${body['id']}/statuses`, { state: 'done' }),
    await place.ask('GET deployments/1'),
  ]
  expect(answers.map((answer) => answer.status)).toEqual([422, 422, 404])
})
