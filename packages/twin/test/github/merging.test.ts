// Promotion by pull request: real merges, refused without a green `cd/staging` on the very head.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { GUARDED_MAIN, openPlace, shasOf, unknownShas, type Place, type Loose } from './place.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace({ rulesets: [GUARDED_MAIN] })
})

afterEach(() => place.reset())

afterAll(() => place.close())

const postStatus = (sha: string, state: string, context = 'cd/staging') =>
  place.ask(
    `POST statuses/${sha}`,
    { state, context },
    { token: place.token({ statuses: 'write' }) },
  )

async function promotion(): Promise<{ readonly number: number; readonly head: string }> {
  const head = await place.person.push({
    branch: 'integration',
    message: 'Better fares',
    files: { 'model/score.py': 'print(2)\n' },
  })
  const number = await place.person.openPull({
    head: 'integration',
    base: 'main',
    title: 'Promote',
  })
  return { number, head }
}

describe('merging a promotion', () => {
  test('is a real merge that git log of main shows and git fsck finds sound', async () => {
    const { number, head } = await promotion()
    await postStatus(head, 'success')
    const answer = await place.ask(`PUT pulls/${number}/merge`, { sha: head })
    expect(answer.body).toEqual({
      sha: place.git('rev-parse', 'main'),
      merged: true,
      message: 'Pull Request successfully merged',
    })
    expect(place.git('log', '-1', '--format=%P %s', 'main')).toBe(
      `${place.firstSha} ${head} Merge pull request #1 from taxi/integration`,
    )
    expect(place.git('show', 'main:model/score.py')).toBe('print(2)')
    expect(place.git('fsck', '--full', '--strict', '--no-dangling')).toBe('')
    expect(unknownShas(place)).toEqual([])
    expect(shasOf(place).length).toBeGreaterThan(4)
    const pull = (await place.ask(`GET pulls/${number}`)).body
    expect([pull['state'], pull['merged'], pull['merge_commit_sha']]).toEqual([
      'closed',
      true,
      place.git('rev-parse', 'main'),
    ])
    expect([pull['commits'], pull['changed_files']]).toEqual([1, 1])
  })

  const refusals = [
    { name: 'missing', states: [], sentence: 'is expected' },
    { name: 'red', states: ['success', 'failure'], sentence: 'is failing' },
    { name: 'an error', states: ['error'], sentence: 'is failing' },
    { name: 'pending', states: ['pending'], sentence: 'is pending' },
  ]
  test.each(refusals)('is refused while cd/staging is $name', async ({ states, sentence }) => {
    const { number, head } = await promotion()
    for (const state of states) await postStatus(head, state)
    const answer = await place.ask(`PUT pulls/${number}/merge`, {})
    expect([answer.status, answer.body['message']]).toEqual([
      405,
      `Repository rule violations found\n\nRequired status check "cd/staging" ${sentence}.\n\n`,
    ])
    expect(place.git('rev-parse', 'main')).toBe(place.firstSha)
  })

  const elsewhere = [
    { name: 'on the base', post: () => postStatus(place.firstSha, 'success') },
    { name: 'under another context', post: (head: string) => postStatus(head, 'success', 'cd') },
    {
      name: 'from a person instead of GitHub Actions',
      post: (head: string) =>
        place.person.postStatus(head, { context: 'cd/staging', state: 'success' }),
    },
  ]
  test.each(elsewhere)('is refused when the green status is $name', async ({ post }) => {
    const { number, head } = await promotion()
    await post(head)
    expect((await place.ask(`PUT pulls/${number}/merge`, {})).status).toBe(405)
    expect(place.git('rev-parse', 'main')).toBe(place.firstSha)
  })

  test('is refused after a new commit, until that one is green too', async () => {
    const { number, head } = await promotion()
    await postStatus(head, 'success')
    const next = await place.person.push({
      branch: 'integration',
      message: 'One more',
      files: { 'README.md': 'new\n' },
    })
    const stale = await place.ask(`PUT pulls/${number}/merge`, { sha: head })
    const untested = await place.ask(`PUT pulls/${number}/merge`, { sha: next })
    await postStatus(next, 'success')
    const tested = await place.ask(`PUT pulls/${number}/merge`, { sha: next })
    expect([stale.status, stale.body['message']]).toEqual([
      409,
      'Head branch was modified. Review and try the merge again.',
    ])
    expect([untested.status, tested.status]).toEqual([405, 200])
  })

  test('needs an allowed method', async () => {
    const { number, head } = await promotion()
    await postStatus(head, 'success')
    const squash = await place.ask(`PUT pulls/${number}/merge`, { merge_method: 'squash' })
    const rebase = await place.ask(`PUT pulls/${number}/merge`, { merge_method: 'rebase' })
    expect([squash.status, rebase.status]).toEqual([405, 405])
    expect(squash.body['message']).toContain('Merge method squash is not allowed')
    expect(rebase.body['message']).toBe('Rebase merges are not allowed on this repository.')
  })

  test('is refused with a conflict, and the pull request says dirty after its first look', async () => {
    const { number, head } = await promotion()
    const other = await place.person.push({
      branch: 'hotfix',
      message: 'Hot',
      files: { 'model/score.py': 'print(3)\n' },
    })
    const second = await place.person.openPull({ head: 'hotfix', base: 'main', title: 'Hot' })
    await postStatus(other, 'success')
    await place.person.merge(second)
    await postStatus(head, 'success')
    const answer = await place.ask(`PUT pulls/${number}/merge`, {})
    const looks = [await place.ask(`GET pulls/${number}`), await place.ask(`GET pulls/${number}`)]
    expect([answer.status, answer.body['message']]).toEqual([405, 'Pull Request is not mergeable'])
    expect(looks.map((look) => [look.body['mergeable'], look.body['mergeable_state']])).toEqual([
      [null, 'unknown'],
      [false, 'dirty'],
    ])
  })

  test('says blocked before and clean after the status', async () => {
    const { number, head } = await promotion()
    await place.ask(`GET pulls/${number}`)
    const before = await place.ask(`GET pulls/${number}`)
    await postStatus(head, 'success')
    const after = await place.ask(`GET pulls/${number}`)
    expect([before, after].map((look) => look.body['mergeable_state'])).toEqual([
      'blocked',
      'clean',
    ])
  })

  test('refuses a closed one and a draft', async () => {
    const { number } = await promotion()
    await place.person.close(number)
    expect((await place.ask(`PUT pulls/${number}/merge`, {})).status).toBe(405)
    const draft = await place.ask('POST pulls', {
      head: 'integration',
      base: 'main',
      title: 'Draft',
      draft: true,
    })
    const answer = await place.ask(`PUT pulls/${draft.body['number']}/merge`, {})
    expect([answer.status, answer.body['message']]).toEqual([405, 'Pull Request is still a draft'])
  })
})

describe('the guarded branch', () => {
  const ways = [
    {
      name: 'an update of the reference',
      act: (sha: string) => place.ask('PATCH git/refs/heads/main', { sha }),
      status: 422,
    },
    {
      name: 'a forced update',
      act: (sha: string) => place.ask('PATCH git/refs/heads/main', { sha, force: true }),
      status: 422,
    },
    {
      name: 'a merge of branches',
      act: () => place.ask('POST merges', { base: 'main', head: 'integration' }),
      status: 409,
    },
    { name: 'its deletion', act: () => place.ask('DELETE git/refs/heads/main'), status: 422 },
  ]
  test.each(ways)('refuses $name', async ({ act, status }) => {
    const { head } = await promotion()
    await postStatus(head, 'success')
    const answer = await act(head)
    expect(answer.status).toBe(status)
    expect(place.git('rev-parse', 'main')).toBe(place.firstSha)
  })

  test('shows its rules, also for a branch that does not exist', async () => {
    const main = await place.ask('GET rules/branches/main')
    const other = await place.ask('GET rules/branches/feature/x')
    expect(main.body.map((rule: Loose) => rule['type'])).toEqual([
      'pull_request',
      'required_status_checks',
      'non_fast_forward',
      'deletion',
    ])
    expect(other.body).toEqual([])
  })
})

test('a squash has one parent and closes the pull request as merged', async () => {
  const free = await openPlace()
  await free.person.push({ branch: 'feature', message: 'F', files: { 'f.txt': 'f' } })
  const number = await free.person.openPull({
    head: 'feature',
    base: 'main',
    title: 'F',
    body: 'why',
  })
  await free.ask(`PUT pulls/${number}/merge`, { merge_method: 'squash' })
  const pull = await free.ask(`GET pulls/${number}`)
  expect(free.git('log', '-1', '--format=%P|%B', 'main')).toBe(`${free.firstSha}|F (#1)\n\nwhy`)
  expect([pull.body['merged'], pull.body['base']['sha']]).toEqual([true, free.firstSha])
  await free.close()
})
