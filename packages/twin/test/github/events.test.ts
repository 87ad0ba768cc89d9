// Which changes start workflows, and with what payload.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { FILES, openPlace, type Place } from './place.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace()
})

afterEach(() => place.reset())

afterAll(() => place.close())

const push = (branch: string, files: Record<string, string | null>) =>
  place.person.push({ branch, message: `to ${branch}`, files })

test('a person’s push says what changed, and is taken once', async () => {
  const sha = await push('integration', { 'model/score.py': 'print(2)\n', 'README.md': null })
  const [event, ...more] = place.service.takeEvents()
  expect(more).toEqual([])
  expect({ ...event, payload: undefined }).toEqual({
    name: 'push',
    ref: 'refs/heads/integration',
    before: place.firstSha,
    after: sha,
    actor: 'maintainer',
    paths: ['README.md', 'model/score.py'],
    payload: undefined,
  })
  expect(event?.payload).toMatchObject({
    ref: 'refs/heads/integration',
    before: place.firstSha,
    after: sha,
    created: false,
    deleted: false,
    forced: false,
    head_commit: { id: sha, message: 'to integration', removed: ['README.md'] },
    commits: [{ id: sha, modified: ['model/score.py'] }],
    repository: { full_name: 'taxi/fares', default_branch: 'main', owner: { login: 'taxi' } },
    pusher: { name: 'maintainer' },
    sender: { login: 'maintainer', type: 'User' },
  })
  expect(place.service.takeEvents()).toEqual([])
})

test('a merge is a push to the base, with the paths of the whole merge', async () => {
  await push('integration', { 'a.txt': 'a' })
  await push('integration', { 'b.txt': 'b' })
  place.service.takeEvents()
  await place.person.openPull({ head: 'integration', base: 'main', title: 'P' })
  const sha = await place.person.merge(1)
  expect(
    place.service.takeEvents().map(({ ref, before, after, paths }) => [ref, before, after, paths]),
  ).toEqual([['refs/heads/main', place.firstSha, sha, ['a.txt', 'b.txt']]])
})

test('a new branch has the paths of its new commits only', async () => {
  await push('feature', { 'f.txt': 'f' })
  await place.ask('POST git/refs', {
    ref: 'refs/heads/copy',
    sha: place.git('rev-parse', 'feature'),
  })
  expect(
    place.service.takeEvents().map(({ ref, paths, payload }) => [ref, paths, payload['created']]),
  ).toEqual([
    ['refs/heads/feature', ['f.txt'], true],
    ['refs/heads/copy', [], true],
  ])
})

test('a forced push says so; a deletion and a tag start nothing', async () => {
  await push('feature', { 'f.txt': 'f' })
  place.service.takeEvents()
  await place.ask('PATCH git/refs/heads/feature', { sha: place.firstSha, force: true })
  await place.ask('DELETE git/refs/heads/feature')
  await place.ask('POST git/refs', { ref: 'refs/tags/v1', sha: place.firstSha })
  expect(place.service.takeEvents().map(({ ref, payload }) => [ref, payload['forced']])).toEqual([
    ['refs/heads/feature', true],
  ])
})

describe('a job', () => {
  test('starts nothing by what it pushes, opens or merges', async () => {
    const head = await push('integration', { 'a.txt': 'a' })
    place.service.takeEvents()
    const token = place.token({ contents: 'write', 'pull-requests': 'write' })
    const body = { head: 'integration', base: 'main', title: 'P' }
    const answers = [
      await place.ask('POST git/refs', { ref: 'refs/heads/promote/main', sha: head }, { token }),
      await place.ask('POST pulls', body, { token }),
      await place.ask('PUT pulls/1/merge', {}, { token }),
    ]
    expect(answers.map((answer) => answer.status)).toEqual([201, 201, 200])
    expect(place.service.takeEvents()).toEqual([])
  })

  test('may dispatch, which is the exception', async () => {
    const token = place.token({ actions: 'write' })
    const file = 'actions/workflows/production.yml/dispatches'
    const done = await place.ask(
      `POST ${file}`,
      { ref: 'main', inputs: { slot: 'blue' } },
      { token },
    )
    const strange = await place.ask('POST actions/workflows/none.yml/dispatches', { ref: 'main' })
    expect([done.status, strange.status]).toEqual([204, 404])
    expect(place.service.takeEvents()).toMatchObject([
      {
        name: 'workflow_dispatch',
        ref: 'refs/heads/main',
        after: place.firstSha,
        actor: 'github-actions[bot]',
        payload: { inputs: { slot: 'blue' }, workflow: '.github/workflows/production.yml' },
      },
    ])
  })
})

test('the first commit is the folder, the same in every run', async () => {
  const other = await openPlace()
  expect(other.firstSha).toBe(place.firstSha)
  expect(place.git('ls-tree', '-r', '--name-only', 'main').split('\n').toSorted()).toEqual(
    Object.keys(FILES).toSorted(),
  )
  expect(place.git('log', '-1', '--format=%an %aI', 'main')).toBe(
    'maintainer 2026-11-20T08:00:00+00:00',
  )
  await other.close()
})
