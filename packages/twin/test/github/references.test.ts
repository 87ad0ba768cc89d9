// References over REST, and the compare-and-set of GraphQL's updateRefs.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { openPlace, type Answer, type Place, type Loose } from './place.ts'

const ZERO = '0'.repeat(40)
const UNKNOWN = 'f'.repeat(40)

let place: Place
let next: string

beforeAll(async () => {
  place = await openPlace()
})

beforeEach(async () => {
  next = await place.person.push({ branch: 'next', message: 'N', files: { 'n.txt': 'n' } })
})

afterEach(() => place.reset())

afterAll(() => place.close())

const said = (answer: Answer) => [answer.status, answer.body['message']]

describe('git/ref and git/refs', () => {
  test('a new branch is read back, listed by prefix, moved and deleted', async () => {
    const made = await place.ask('POST git/refs', { ref: 'refs/heads/a/b', sha: place.firstSha })
    expect([made.status, made.body['ref'], made.body['object']['sha']]).toEqual([
      201,
      'refs/heads/a/b',
      place.firstSha,
    ])
    const listed = await place.ask('GET git/matching-refs/heads/a')
    expect(listed.body.map((each: Loose) => each['ref'])).toEqual(['refs/heads/a/b'])
    const moved = await place.ask('PATCH git/refs/heads/a/b', { sha: next })
    expect([moved.status, place.git('rev-parse', 'a/b')]).toEqual([200, next])
    expect((await place.ask('DELETE git/refs/heads/a/b')).status).toBe(204)
    expect((await place.ask('GET git/ref/heads/a/b')).status).toBe(404)
  })

  test('only a forced update goes back', async () => {
    const refused = await place.ask('PATCH git/refs/heads/next', { sha: place.firstSha })
    expect(said(refused)).toEqual([422, 'Update is not a fast forward'])
    const forced = await place.ask('PATCH git/refs/heads/next', {
      sha: place.firstSha,
      force: true,
    })
    expect([forced.status, place.git('rev-parse', 'next')]).toEqual([200, place.firstSha])
  })

  const refusals = [
    { ref: 'refs/heads/main', sha: 'first', message: 'Reference already exists' },
    { ref: 'refs/heads/x', sha: UNKNOWN, message: 'Object does not exist' },
    { ref: 'refs/heads/x', sha: 'tree', message: 'Object is not a commit' },
    { ref: 'main', sha: 'first', message: 'Reference name is invalid' },
    { ref: 'refs/heads/', sha: 'first', message: 'Reference name is invalid' },
    { ref: 'refs/heads/a..b', sha: 'first', message: 'Reference name is invalid' },
    { ref: 'refs/heads/a b', sha: 'first', message: 'Reference name is invalid' },
    { ref: 'refs/heads/main/below', sha: 'first', message: 'Reference update failed' },
    { ref: 'refs/pull/1/head', sha: 'first', message: 'Reference cannot be updated' },
  ]
  test.each(refusals)('refuses to make $ref at $sha', async ({ ref, sha, message }) => {
    const shas: Record<string, string> = {
      first: place.firstSha,
      tree: place.git('rev-parse', 'main^{tree}'),
    }
    const before = place.git('for-each-ref')
    const answer = await place.ask('POST git/refs', { ref, sha: shas[sha] ?? sha })
    expect(said(answer)).toEqual([422, message])
    expect(place.git('for-each-ref')).toBe(before)
  })

  test('says what is missing or of the wrong type', async () => {
    const missing = await place.ask('POST git/refs', { ref: 'refs/heads/x' })
    const wrong = await place.ask('POST git/refs', { ref: 'refs/heads/x', sha: 5 })
    const broken = await place.ask('PATCH git/refs/heads/nowhere', { sha: next })
    expect([missing, wrong, broken].map(said)).toEqual([
      [422, 'Invalid request.\n\n"sha" wasn\'t supplied.'],
      [422, "Invalid request.\n\nFor 'properties/sha', 5 is not a string."],
      [422, 'Reference does not exist'],
    ])
  })
})

describe('updateRefs', () => {
  const MUTATION = `mutation Move($input: UpdateRefsInput!) {
    updateRefs(input: $input) { clientMutationId }
  }`
  const repositoryId = async () => (await place.ask('GET ')).body['node_id'] as string
  const update = async (...refUpdates: readonly object[]) =>
    place.ask('POST /graphql', {
      query: MUTATION,
      variables: { input: { repositoryId: await repositoryId(), refUpdates } },
    })

  test('moves every reference, makes and deletes', async () => {
    const answer = await update(
      { name: 'refs/heads/main', beforeOid: place.firstSha, afterOid: next },
      { name: 'refs/heads/promote/main', beforeOid: ZERO, afterOid: next },
      { name: 'refs/heads/next', beforeOid: next, afterOid: ZERO },
    )
    expect(answer.body).toEqual({ data: { updateRefs: { clientMutationId: null } } })
    expect(place.git('for-each-ref', '--format=%(refname) %(objectname)').split('\n')).toEqual([
      `refs/heads/integration ${place.firstSha}`,
      `refs/heads/main ${next}`,
      `refs/heads/promote/main ${next}`,
    ])
  })

  const stale = [
    { name: 'moved meanwhile', before: UNKNOWN, branch: 'main' },
    { name: 'there already', before: ZERO, branch: 'main' },
    { name: 'missing', before: UNKNOWN, branch: 'nowhere' },
  ]
  test.each(stale)('moves none when one is $name', async ({ before, branch }) => {
    const refs = place.git('for-each-ref')
    const answer = await update(
      { name: 'refs/heads/other', beforeOid: ZERO, afterOid: next },
      { name: `refs/heads/${branch}`, beforeOid: before, afterOid: next },
    )
    expect(answer.status).toBe(200)
    expect(answer.body['data']).toEqual({ updateRefs: null })
    expect(answer.body['errors'].map((error: Loose) => [error['type'], error['path']])).toEqual([
      ['UNPROCESSABLE', ['updateRefs']],
    ])
    expect(place.git('for-each-ref')).toBe(refs)
  })

  test('goes back only with force', async () => {
    const move = { name: 'refs/heads/next', beforeOid: next, afterOid: place.firstSha }
    const refused = await update(move)
    const forced = await update({ ...move, force: true })
    expect(refused.body['errors'][0]?.['message']).toBe('Update is not a fast forward')
    expect(forced.body['errors']).toBeUndefined()
    expect(place.git('rev-parse', 'next')).toBe(place.firstSha)
  })

  test('takes literals and aliases too: the document is executed, not compared', async () => {
    const answer = await place.ask('POST /graphql', {
      query: `mutation { go: updateRefs(input: {clientMutationId: "m1", repositoryId: "${await repositoryId()}",
        refUpdates: [{name: "refs/heads/main", beforeOid: "${place.firstSha}", afterOid: "${next}"}]}) { clientMutationId } }`,
    })
    expect(answer.body).toEqual({ data: { go: { clientMutationId: 'm1' } } })
    expect(place.git('rev-parse', 'main')).toBe(next)
  })

  test('reads the id of the repository and its branches', async () => {
    const answer = await place.ask('POST /graphql', {
      query: `query($o: String!) { repository(owner: $o, name: "fares") {
        id nameWithOwner ref(qualifiedName: "refs/heads/next") { name prefix target { oid } } } }`,
      variables: { o: 'taxi' },
    })
    expect(answer.body['data']['repository']).toEqual({
      id: await repositoryId(),
      nameWithOwner: 'taxi/fares',
      ref: { name: 'next', prefix: 'refs/heads/', target: { oid: next } },
    })
  })

  const others = [
    { name: 'an unknown mutation', query: 'mutation { deleteEverything { id } }' },
    {
      name: 'an unknown field',
      query: 'query { repository(owner: "taxi", name: "fares") { stars } }',
    },
    { name: 'no GraphQL at all', query: 'please' },
    { name: 'another repository', query: 'query { repository(owner: "a", name: "b") { id } }' },
  ]
  test.each(others)('answers an error to $name', async ({ query }) => {
    const answer = await place.ask('POST /graphql', { query })
    expect(answer.status).toBe(200)
    expect(answer.body['errors'].length).toBeGreaterThan(0)
  })
})
