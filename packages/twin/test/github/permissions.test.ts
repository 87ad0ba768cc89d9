// Tokens: every route asks for its permission, and says which.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { openPlace, SLUG, type Place, type Loose } from './place.ts'

let place: Place

beforeAll(async () => {
  place = await openPlace()
})

afterAll(() => place.close())

const routes = [
  { route: 'GET git/ref/heads/main', scope: 'contents', level: 'read' },
  { route: 'POST git/refs', scope: 'contents', level: 'write' },
  { route: 'PATCH git/refs/heads/main', scope: 'contents', level: 'write' },
  { route: 'DELETE git/refs/heads/main', scope: 'contents', level: 'write' },
  { route: 'POST git/commits', scope: 'contents', level: 'write' },
  { route: 'POST git/trees', scope: 'contents', level: 'write' },
  { route: 'POST git/blobs', scope: 'contents', level: 'write' },
  { route: 'GET contents/README.md', scope: 'contents', level: 'read' },
  { route: 'GET commits/main', scope: 'contents', level: 'read' },
  { route: 'GET compare/main...main', scope: 'contents', level: 'read' },
  { route: 'POST merges', scope: 'contents', level: 'write' },
  { route: 'GET commits/main/statuses', scope: 'statuses', level: 'read' },
  { route: 'GET commits/main/status', scope: 'statuses', level: 'read' },
  { route: `POST statuses/${'0'.repeat(40)}`, scope: 'statuses', level: 'write' },
  { route: 'GET pulls', scope: 'pull-requests', level: 'read' },
  { route: 'POST pulls', scope: 'pull-requests', level: 'write' },
  { route: 'PATCH pulls/1', scope: 'pull-requests', level: 'write' },
  { route: 'PUT pulls/1/merge', scope: 'contents', level: 'write' },
  { route: 'GET commits/main/pulls', scope: 'pull-requests', level: 'read' },
  { route: 'POST pulls/1/requested_reviewers', scope: 'pull-requests', level: 'write' },
  { route: 'POST issues/1/labels', scope: 'issues', level: 'write' },
  { route: 'POST issues/1/labels', scope: 'pull-requests', level: 'write' },
  { route: 'GET environments/x', scope: 'actions', level: 'read' },
  { route: 'GET actions/runs/1', scope: 'actions', level: 'read' },
  { route: 'GET actions/runs/1/approvals', scope: 'actions', level: 'read' },
  { route: 'GET actions/runs/1/pending_deployments', scope: 'actions', level: 'read' },
  { route: 'GET deployments', scope: 'deployments', level: 'read' },
  { route: 'POST deployments', scope: 'deployments', level: 'write' },
] as const

/** What comes just under a level: not enough. */
const below = (scope: string) => ({ read: {}, write: { [scope]: 'read' } }) as const
const isGet = (route: string) => route.startsWith('GET')

describe.each(routes)('$route', ({ route, scope, level }) => {
  const body = isGet(route) ? undefined : {}

  test(`is refused without ${scope}: ${level}`, async () => {
    const others = {
      checks: 'write',
      'id-token': 'write',
      packages: 'write',
      ...below(scope)[level],
    } as const
    const answer = await place.ask(route, body, { token: place.token(others) })
    expect([answer.status, answer.body['message']]).toEqual([
      403,
      'Resource not accessible by integration',
    ])
    expect(answer.headers.get('x-accepted-github-permissions')).toContain(
      `${scope.replaceAll('-', '_')}=${level}`,
    )
  })

  test(`gets past the door with ${scope}: ${level}`, async () => {
    const answer = await place.ask(route, body, { token: place.token({ [scope]: level }) })
    expect([401, 403, 599]).not.toContain(answer.status)
  })
})

test('metadata needs no permission', async () => {
  const token = place.token({})
  const [repository, rules] = [
    await place.ask('GET ', undefined, { token }),
    await place.ask('GET rules/branches/main', undefined, { token }),
  ]
  expect([repository.status, rules.status]).toEqual([200, 200])
})

test('GraphQL refuses to move references without contents: write', async () => {
  const id = (await place.ask('GET ')).body['node_id']
  const query = `mutation { updateRefs(input: {repositoryId: "${id}", refUpdates: []}) { clientMutationId } }`
  const answer = await place.ask(
    'POST /graphql',
    { query },
    { token: place.token({ contents: 'read' }) },
  )
  expect(answer.body['errors'].map((error: Loose) => [error['type'], error['message']])).toEqual([
    ['FORBIDDEN', 'Resource not accessible by integration'],
  ])
})

test('a job cannot write workflow files, whatever it was granted', async () => {
  const tree = [{ path: '.github/workflows/x.yml', mode: '100644', content: 'on: push' }]
  const token = place.token({ contents: 'write', actions: 'write' })
  expect((await place.ask('POST git/trees', { tree }, { token })).status).toBe(403)
  expect((await place.ask('POST git/trees', { tree })).status).toBe(201)
})

describe('the door', () => {
  const tokens = [
    { name: 'no token', token: null, message: 'Requires authentication' },
    { name: 'a token that was never granted', token: 'ghs_x', message: 'Bad credentials' },
    { name: 'an empty token', token: '', message: 'Bad credentials' },
  ]
  test.each(tokens)('answers 401 to $name', async ({ token, message }) => {
    const answer = await place.ask('GET ', undefined, { token })
    expect([answer.status, answer.body['message'], answer.body['status']]).toEqual([
      401,
      message,
      '401',
    ])
  })

  test('answers 401 to a revoked token, and knows the word token', async () => {
    const token = place.token({ contents: 'read' })
    const headers = { authorization: `token ${token}` }
    const before = await place.ask('GET ', undefined, { token: null, headers })
    place.service.revokeToken(token)
    const after = await place.ask('GET ', undefined, { token: null, headers })
    expect([before.status, after.status]).toEqual([200, 401])
  })

  test('gives every token its own text, of today’s length', () => {
    const [one, two] = [place.token({}), place.token({})]
    expect(one).toMatch(/^ghs_[A-Za-z0-9]{516}$/)
    expect(one).not.toBe(two)
  })

  const unknown = [
    'GET nothing',
    'DELETE pulls/1',
    'GET /user',
    'GET /repos/a/b',
    'GET git/ref/%ZZ',
  ]
  test.each(unknown)('answers 404 to %s', async (route) => {
    const answer = await place.ask(route)
    expect([answer.status, answer.body['message']]).toEqual([404, 'Not Found'])
    expect(answer.headers.get('x-github-request-id')).toMatch(/^[0-9A-F]{4}(:[0-9A-F]+){3}$/)
  })

  test('answers 400 to a body that is no JSON, and to an unknown version', async () => {
    const headers = { 'x-github-api-version': '1999-01-01' }
    const version = await place.ask('GET ', undefined, { headers })
    const answer = await fetch(`${place.twin.origin('github')}/repos/${SLUG}/git/refs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${place.service.personToken}` },
      body: '{"a',
    })
    expect([version.status, answer.status]).toEqual([400, 400])
    expect(await answer.json()).toMatchObject({ message: 'Problems parsing JSON' })
  })
})
