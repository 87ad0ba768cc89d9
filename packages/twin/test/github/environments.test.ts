// Environments with reviewers: what a run waits for, who decides, and what stays in the list.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { openPlace, type Place, type Loose } from './place.ts'
import type { Run } from '../../src/github/service.ts'

let place: Place
let run: Run

beforeAll(async () => {
  place = await openPlace({
    collaborators: ['colleague'],
    variables: { REGION: 'eu', TIER: 'free' },
    secrets: { KEY: 'k' },
    environments: {
      'production-approval': { reviewers: ['maintainer'], variables: { TIER: 'paid' } },
      'production plan': {},
      'not-mine': { reviewers: ['colleague'] },
      'four-eyes': { reviewers: ['maintainer'], preventSelfReview: true, canAdminsBypass: false },
      gated: { customRules: ['change-board'] },
    },
  })
})

beforeEach(async () => {
  run = start()
})

afterEach(() => place.reset())

afterAll(() => place.close())

const start = (actor = 'maintainer') =>
  place.service.startRun({
    workflow: '.github/workflows/production.yml',
    event: 'push',
    ref: 'refs/heads/main',
    sha: place.firstSha,
    actor,
  })

const approve = (runId = run.id, state: 'approved' | 'rejected' = 'approved') =>
  place.person.review(runId, { state, comment: 'evidence read' })

const approvals = async () => {
  const { body } = await place.ask(`GET actions/runs/${run.id}/approvals`)
  return body.map((each: Loose) => [
    each['state'],
    each['environments'].map((environment: Loose) => environment['name']).join(),
    each['user']['login'],
    each['comment'],
  ])
}

describe('a gated job', () => {
  test('waits, is approved, and the run goes on', async () => {
    place.service.requestEnvironment(run.id, 'production-approval')
    const waiting = (await place.ask(`GET actions/runs/${run.id}`)).body['status']
    const pending = (await place.ask(`GET actions/runs/${run.id}/pending_deployments`)).body
    const before = place.service.reviewOf(run.id, 'production-approval')
    await approve()
    expect([waiting, before]).toEqual(['waiting', 'pending'])
    expect(
      pending.map((each: Loose) => [each['environment']['name'], each['current_user_can_approve']]),
    ).toEqual([['production-approval', true]])
    expect(place.service.reviewOf(run.id, 'production-approval')).toBe('approved')
    expect((await place.ask(`GET actions/runs/${run.id}`)).body['status']).toBe('in_progress')
    expect((await place.ask(`GET actions/runs/${run.id}/pending_deployments`)).body).toEqual([])
    expect(await approvals()).toEqual([
      ['approved', 'production-approval', 'maintainer', 'evidence read'],
    ])
  })

  test('is rejected', async () => {
    place.service.requestEnvironment(run.id, 'production-approval')
    await approve(run.id, 'rejected')
    expect(place.service.reviewOf(run.id, 'production-approval')).toBe('rejected')
    expect((await approvals())[0]?.[0]).toBe('rejected')
  })

  test('asks again in a new attempt, and the old approval stays listed', async () => {
    place.service.requestEnvironment(run.id, 'production-approval')
    await approve()
    place.service.endAttempt(run.id, 'failure')
    const again = place.service.rerun(run.id)
    expect([again.id, again.number, again.attempt]).toEqual([run.id, run.number, 2])
    expect(() => place.service.reviewOf(run.id, 'production-approval')).toThrow('attempt 2')
    place.service.requestEnvironment(run.id, 'production-approval')
    expect(place.service.reviewOf(run.id, 'production-approval')).toBe('pending')
    expect(await approvals()).toHaveLength(1)
    await approve()
    expect(await approvals()).toHaveLength(2)
  })

  test('asks again for the next job of the same attempt, and two that wait are one question', async () => {
    place.service.requestEnvironment(run.id, 'production-approval')
    place.service.requestEnvironment(run.id, 'production-approval')
    await approve()
    place.service.requestEnvironment(run.id, 'production-approval')
    expect(place.service.reviewOf(run.id, 'production-approval')).toBe('pending')
    expect(await approvals()).toHaveLength(1)
  })

  test('keeps runs apart', async () => {
    const other = start()
    place.service.requestEnvironment(run.id, 'production-approval')
    place.service.requestEnvironment(other.id, 'production-approval')
    await approve(other.id)
    expect(place.service.reviewOf(run.id, 'production-approval')).toBe('pending')
    expect(other.number).toBe(run.number + 1)
  })

  test('of a cancelled run is asked no longer', async () => {
    place.service.requestEnvironment(run.id, 'production-approval')
    place.service.endAttempt(run.id, 'cancelled')
    expect((await place.ask(`GET actions/runs/${run.id}/pending_deployments`)).body).toEqual([])
    await expect(approve()).rejects.toThrow('no pending deployment requests')
  })

  test('must have asked before its review is read', () => {
    expect(() => place.service.reviewOf(run.id, 'production-approval')).toThrow('has not asked')
  })
})

describe('an environment', () => {
  test('without reviewers needs none; one that is missing is made without protection', async () => {
    expect((await place.ask('GET environments/new')).status).toBe(404)
    place.service.requestEnvironment(run.id, 'production plan')
    place.service.requestEnvironment(run.id, 'new')
    const made = await place.ask('GET environments/new')
    expect(['production plan', 'new'].map((name) => place.service.reviewOf(run.id, name))).toEqual([
      'not-needed',
      'not-needed',
    ])
    expect(made.body['protection_rules']).toEqual([])
  })

  test('shows its reviewers, its bypass and its custom rules', async () => {
    const eyes = (await place.ask('GET environments/four-eyes')).body
    const rules = await place.ask('GET environments/gated/deployment_protection_rules')
    const [rule] = eyes['protection_rules']
    expect([eyes['can_admins_bypass'], rule?.['type'], rule?.['prevent_self_review']]).toEqual([
      false,
      'required_reviewers',
      true,
    ])
    expect(
      rule?.['reviewers'].map((each: Loose) => [each['type'], each['reviewer']['login']]),
    ).toEqual([['User', 'maintainer']])
    expect(
      rules.body['custom_deployment_protection_rules'].map((each: Loose) => each['app']['slug']),
    ).toEqual(['change-board'])
    expect((await place.ask('GET environments/production%20plan')).body['name']).toBe(
      'production plan',
    )
  })

  test('gives its variables over those of the repository', () => {
    expect(place.service.variables(null)).toEqual({ REGION: 'eu', TIER: 'free' })
    expect(place.service.variables('production-approval')).toEqual({ REGION: 'eu', TIER: 'paid' })
    expect(place.service.secrets('production-approval')).toEqual({ KEY: 'k' })
  })
})

describe('a decision is refused', () => {
  const pending = async (name: string) => {
    place.service.requestEnvironment(run.id, name)
    const { body } = await place.ask(`GET environments/${name}`)
    return Number(body['id'])
  }
  const decide = (body: object, token?: string) =>
    place.ask(
      `POST actions/runs/${run.id}/pending_deployments`,
      body,
      token === undefined ? {} : { token },
    )

  const hands = [
    { name: 'of another reviewer', environment: 'not-mine' },
    { name: 'about one’s own run', environment: 'four-eyes' },
    { name: 'in place of an app', environment: 'gated' },
  ]
  test.each(hands)('$name', async ({ environment }) => {
    const id = await pending(environment)
    const answer = await decide({ environment_ids: [id], state: 'approved', comment: 'x' })
    expect(answer.status).toBe(422)
    expect(place.service.reviewOf(run.id, environment)).toBe('pending')
  })

  const bodies = [
    { name: 'without a comment', more: { comment: undefined } },
    { name: 'with a strange state', more: { state: 'maybe' } },
    { name: 'about nothing', more: { environment_ids: [] } },
    { name: 'about what does not wait', more: { environment_ids: [1] } },
  ]
  test.each(bodies)('$name', async ({ more }) => {
    const id = await pending('production-approval')
    const answer = await decide({ environment_ids: [id], state: 'approved', comment: 'x', ...more })
    expect(answer.status).toBe(422)
    expect(await approvals()).toEqual([])
  })

  test('from a job', async () => {
    const id = await pending('production-approval')
    const token = place.token({ deployments: 'write', actions: 'write' })
    const answer = await decide({ environment_ids: [id], state: 'approved', comment: 'x' }, token)
    expect([answer.status, answer.body['message']]).toEqual([
      403,
      'Resource not accessible by integration',
    ])
  })
})
