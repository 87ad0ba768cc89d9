import { afterEach, describe, expect, jest, test } from '@jest/globals'
import {
  observeApprovalEnvironment,
  observeApprovals,
  observeApprovers,
  observeDefaultBranch,
  observeMergedPulls,
  repositoryOf,
  weaknessesOf,
  type GitHubAnswer,
} from '@sluice/github'
import { createGitHubWorld, type GitHubWorld } from '../../../test/doubles/github-world.ts'

// Every call runs git, and other suites want the same two cores.
jest.setTimeout(60_000)

let world: GitHubWorld
afterEach(() => world.close())

const open = async () => {
  world = await createGitHubWorld({
    files: { 'a.txt': 'a\n' },
    collaborators: ['grace'],
    environments: {
      good: { reviewers: ['grace'], canAdminsBypass: false },
      bypass: { reviewers: ['ada', 'grace'] },
      open: {},
      ruled: { customRules: ['gatekeeper'] },
    },
  })
  return repositoryOf(world.slug, {
    request: world.job({ actions: 'read', contents: 'read', 'pull-requests': 'read' }),
    signal: new AbortController().signal,
  })
}

const personal = (route: string, params: Readonly<Record<string, unknown>>) =>
  world.person(
    route,
    { owner: 'ada', repo: 'taxi', ...params },
    { signal: new AbortController().signal },
  )

describe('an environment', () => {
  test.each([
    { name: 'good', bypass: false, weak: [] },
    { name: 'bypass', bypass: true, weak: [] },
    { name: 'open', bypass: true, weak: [/no required reviewers/] },
    { name: 'ruled', bypass: true, weak: [/no required reviewers/, /gatekeeper/] },
    { name: 'not/there', bypass: null, weak: [/does not exist/] },
  ])('$name tells what protects it', async ({ name, bypass, weak }) => {
    const environment = await observeApprovalEnvironment(await open(), name)
    expect(environment.administratorsMayBypass).toBe(bypass)
    expect(weaknessesOf(environment)).toEqual(weak.map((text) => expect.stringMatching(text)))
  })
})

describe('the approvals of a run', () => {
  const start = () =>
    world.service.startRun({
      workflow: '.github/workflows/production.yml',
      event: 'push',
      ref: 'refs/heads/main',
      sha: 'a'.repeat(40),
      actor: 'ada',
    })

  const review = async (runId: number, state: 'approved' | 'rejected') => {
    world.service.requestEnvironment(runId, 'bypass')
    const id = { run_id: runId }
    const path = '/repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments'
    const pending = await personal(`GET ${path}`, id)
    const [first] = pending.data as { environment: { id: number } }[]
    await personal(`POST ${path}`, {
      ...id,
      environment_ids: [first?.environment.id],
      state,
      comment: 'looked',
    })
  }

  test.each([
    { state: 'approved', environment: 'bypass', approvers: ['ada'] },
    { state: 'approved', environment: 'BYPASS', approvers: ['ada'] },
    { state: 'approved', environment: 'good', approvers: [] },
    { state: 'rejected', environment: 'bypass', approvers: [] },
  ] as const)('$state, asked for $environment', async ({ state, environment, approvers }) => {
    const repository = await open()
    const run = start()
    await review(run.id, state)
    const place = { runId: String(run.id), environment }
    expect(await observeApprovals(repository, place)).toEqual(approvers)
  })
})

describe('the pull request behind a commit', () => {
  const REVIEWS = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews'
  const given = (user: string, state: string) => ({ user: { login: user, type: 'User' }, state })

  const merged = async (reviews: readonly object[]) => {
    const repository = await open()
    world.intercept = ({ route }): GitHubAnswer | null =>
      route === REVIEWS ? { status: 200, data: reviews, headers: {} } : null
    await world.push({ branch: 'work', files: { 'b.txt': 'b\n' } })
    const pull = { head: 'work', base: 'main', title: 'work' }
    await personal('POST /repos/{owner}/{repo}/pulls', pull)
    return { repository, sha: await world.merge(1) }
  }

  test.each([
    { what: 'no review', reviews: [], approvers: ['ada'] },
    { what: 'an approval', reviews: [given('grace', 'APPROVED')], approvers: ['ada', 'grace'] },
    {
      what: 'an approval and a comment',
      reviews: [given('grace', 'APPROVED'), given('grace', 'COMMENTED')],
      approvers: ['ada', 'grace'],
    },
    {
      what: 'an approval taken back',
      reviews: [given('grace', 'APPROVED'), given('grace', 'CHANGES_REQUESTED')],
      approvers: ['ada'],
    },
    {
      what: 'an approval that was dismissed',
      reviews: [given('grace', 'DISMISSED')],
      approvers: ['ada'],
    },
    {
      what: 'the approval of a bot',
      reviews: [{ user: { login: 'b[bot]', type: 'Bot' }, state: 'APPROVED' }],
      approvers: ['ada'],
    },
  ])('with $what', async ({ reviews, approvers }) => {
    const { repository, sha } = await merged(reviews)
    expect(await observeMergedPulls(repository, sha)).toEqual([{ number: 1, base: 'main' }])
    expect(await observeApprovers(repository, 1)).toEqual(approvers)
  })

  test('is none for a commit that was pushed', async () => {
    const repository = await open()
    const sha = await world.push({ branch: 'main', files: { 'b.txt': 'b\n' } })
    expect(await observeMergedPulls(repository, sha)).toEqual([])
  })
})

test('the default branch', async () => {
  expect(await observeDefaultBranch(await open())).toBe('main')
})
