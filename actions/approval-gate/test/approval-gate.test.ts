import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { readConfig } from '../src/config.ts'
import { main } from '../src/main.ts'
import {
  createGitHubWorld,
  writesOf,
  type GitHubWorld,
} from '../../../test/doubles/github-world.ts'
import { githubPorts } from '../../../test/doubles/github-ports.ts'

// Every call runs git, and other suites want the same two cores.
jest.setTimeout(60_000)

let world: GitHubWorld | null = null
afterEach(async () => {
  await world?.close()
  world = null
})

const open = async () => {
  const opened = await createGitHubWorld({
    files: { 'a.txt': 'a\n' },
    environments: {
      'production-approval': { reviewers: ['ada'] },
      strict: { reviewers: ['ada'], canAdminsBypass: false },
      open: {},
      ruled: { reviewers: ['ada'], customRules: ['gatekeeper'] },
    },
  })
  world = opened
  const { id } = opened.service.startRun({
    workflow: '.github/workflows/production.yml',
    event: 'push',
    ref: 'refs/heads/main',
    sha: await opened.git('rev-parse', 'main'),
    actor: 'ada',
  })
  return { world: opened, runId: String(id) }
}

const INPUT = { token: 'ghs_x', approval: 'environment', environment: 'production-approval' }

const run = async (
  { world: place, runId }: { readonly world: GitHubWorld; readonly runId: string },
  raw: Readonly<Record<string, string>>,
) => {
  const sha = await place.git('rev-parse', 'main')
  const github = place.job({ actions: 'read', contents: 'read', 'pull-requests': 'read' })
  const ports = githubPorts({ github, run: { runId, sha } })
  const config = readConfig({ ...INPUT, ...raw }, ports)
  if (!config.ok) throw new Error(JSON.stringify(config.problems))
  return { report: await main(config.value, ports), ports }
}

test('the configuration tells every problem at once', () => {
  const raw = { mode: 'look', approval: 'nobody', sha: 'abc' }
  const result = readConfig(raw, githubPorts({ run: { runId: '' } }))
  expect(!result.ok && result.problems.map(({ where }) => where).sort()).toEqual([
    'input GITHUB_RUN_ID',
    'input approval',
    'input environment',
    'input mode',
    'input sha',
    'input token',
  ])
})

describe('check', () => {
  test.each([
    { environment: 'production-approval', warnings: [/Administrators may bypass/] },
    { environment: 'strict', warnings: [] },
  ])('passes for $environment', async ({ environment, warnings }) => {
    const { report, ports } = await run(await open(), { mode: 'check', environment })
    expect(report.ending).toBe('protected')
    expect(report.outputs).not.toHaveProperty('approvers')
    expect(ports.warnings).toEqual(warnings.map((text) => expect.stringMatching(text)))
  })

  test.each([
    { environment: 'open', says: /no required reviewers/ },
    { environment: 'ruled', says: /gatekeeper/ },
    { environment: 'absent', says: /does not exist/ },
  ])('fails for $environment', async ({ environment, says }) => {
    const place = await open()
    await expect(run(place, { mode: 'check', environment })).rejects.toMatchObject({
      code: 'GITHUB_ENVIRONMENT_UNPROTECTED',
      message: expect.stringMatching(says),
    })
    expect(writesOf(place.world)).toEqual([])
  })

  test('says that nobody is asked', async () => {
    const place = await open()
    const { report, ports } = await run(place, { mode: 'check', approval: 'none' })
    expect(report.ending).toBe('no approval asked')
    expect(ports.warnings).toHaveLength(1)
    expect(place.world.sent).toEqual([])
  })
})

describe('confirm', () => {
  const approve = async (place: { readonly world: GitHubWorld; readonly runId: string }) => {
    const { service, person } = place.world
    service.requestEnvironment(Number(place.runId), 'production-approval')
    const path = '/repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments'
    const id = { owner: 'ada', repo: 'taxi', run_id: place.runId }
    const { signal } = new AbortController()
    const pending = await person(`GET ${path}`, id, { signal })
    const [first] = pending.data as { environment: { id: number } }[]
    const decision = { environment_ids: [first?.environment.id], state: 'approved', comment: 'ok' }
    await person(`POST ${path}`, { ...id, ...decision }, { signal })
  }

  test('tells who approved, in which attempt', async () => {
    const place = await open()
    await approve(place)
    const { report } = await run(place, { mode: 'confirm' })
    expect(report.outputs).toEqual({
      approvers: 'ada',
      'run-attempt': '2',
      found: '{"approvers":["ada"],"environment":"production-approval"}',
    })
  })

  test('fails without an approval', async () => {
    await expect(run(await open(), { mode: 'confirm' })).rejects.toMatchObject({
      code: 'GITHUB_NOT_APPROVED',
    })
  })

  test('takes the merge of the pull request for it', async () => {
    const place = await open()
    place.world.intercept = ({ route }) =>
      route.endsWith('/reviews') ? { status: 200, data: [], headers: {} } : null
    await place.world.push({ branch: 'work', files: { 'b.txt': 'b\n' } })
    await place.world.person(
      'POST /repos/{owner}/{repo}/pulls',
      { owner: 'ada', repo: 'taxi', head: 'work', base: 'main', title: 'work' },
      { signal: new AbortController().signal },
    )
    const raw = { mode: 'confirm', approval: 'pull-request' }
    await expect(run(place, raw)).rejects.toMatchObject({ code: 'GITHUB_NOT_APPROVED' })
    await place.world.merge(1)
    const { report } = await run(place, raw)
    expect(report.outputs).toMatchObject({ approvers: 'ada' })
    expect(report.ending).toBe('approved by #1')
  })
})
