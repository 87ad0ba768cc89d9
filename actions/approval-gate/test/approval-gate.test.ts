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
  ref = 'refs/heads/main',
) => {
  const sha = await place.git('rev-parse', 'main')
  const github = place.job({ actions: 'read', contents: 'read', 'pull-requests': 'read' })
  const ports = githubPorts({ github, run: { runId, sha, ref } })
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
})

describe('the merge of a pull request as the approval', () => {
  const RAW = { mode: 'confirm', approval: 'pull-request' }

  /** A pull request from a branch of its own; resolves with a function that merges it. */
  const propose = async (place: { readonly world: GitHubWorld }, base: string) => {
    const { world: opened } = place
    opened.intercept = ({ route }) =>
      route.endsWith('/reviews') ? { status: 200, data: [], headers: {} } : null
    const head = `to-${base}`
    await opened.push({ branch: head, files: { 'b.txt': 'b\n' }, from: base })
    const { data } = await opened.person(
      'POST /repos/{owner}/{repo}/pulls',
      { owner: 'ada', repo: 'taxi', head, base, title: 'work' },
      { signal: new AbortController().signal },
    )
    return () => opened.merge((data as { readonly number: number }).number)
  }

  test('is missing before it, and there after it', async () => {
    const place = await open()
    const merge = await propose(place, 'main')
    await expect(run(place, RAW)).rejects.toMatchObject({ code: 'GITHUB_NOT_APPROVED' })
    await merge()
    const { report } = await run(place, RAW)
    expect(report.outputs).toMatchObject({
      approvers: 'ada',
      found: '{"approvers":["ada"],"base":"main","pullRequest":1}',
    })
    expect(report.ending).toBe('approved by #1')
  })

  test.each([
    { ref: 'refs/heads/main', wanted: 'main' },
    // Not on a branch: the default branch counts.
    { ref: 'refs/tags/v1', wanted: 'main' },
    { ref: 'refs/pull/3/merge', wanted: 'main' },
    { ref: '', wanted: 'main' },
    { ref: 'refs/heads/release/1', wanted: 'release/1' },
  ])('into another branch is none for a run on "$ref"', async ({ ref, wanted }) => {
    const place = await open()
    const sha = await (await propose(place, 'integration'))()
    await expect(run(place, { ...RAW, sha }, ref)).rejects.toMatchObject({
      code: 'GITHUB_NOT_APPROVED',
      message: expect.stringMatching(
        new RegExp(`into ${wanted} made it \\(found #1 into integration\\)`),
      ),
      hint: expect.stringContaining(wanted),
    })
  })

  test('into the branch of the run is one', async () => {
    const place = await open()
    const sha = await (await propose(place, 'integration'))()
    const { report } = await run(place, { ...RAW, sha }, 'refs/heads/integration')
    expect(report.outputs).toMatchObject({ approvers: 'ada' })
  })
})
