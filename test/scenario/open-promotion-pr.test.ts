// The built open-promotion-pr and commit-status on a real bare repository, with evidence that the
// built endpoint-test made, up to the merge that the branch rule allows.
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { RefusedByGitHub, type Snapshot } from '@sluice/twin'
import { auditSteps } from './rig/audit.ts'
import { failureOf, type Texts } from './rig/step.ts'
import { writesIn } from './rig/wire.ts'
import { prepare, World, type Papers, type Step } from './rig/world.ts'

jest.setTimeout(60_000)

let world: World
let papers: Papers
let start: Snapshot

beforeAll(async () => {
  world = await World.open()
  world.train('2')
  papers = await prepare(world, '2')
  start = await world.snapshot()
})
afterAll(() => world.close())
beforeEach(() => world.restore(start))

const person = () => world.stage.person
const git = (...words: readonly string[]): string =>
  execFileSync('git', ['--git-dir', world.stage.github.gitDirectory, ...words], {
    encoding: 'utf8',
  }).trim()

function open(inputs: Texts = {}): Promise<Step> {
  const { target: _, ...evidence } = papers
  return world.act('open-promotion-pr', { base: 'main', ...evidence, ...inputs })
}
const post = (sha: string, state: string): Promise<Step> =>
  world.act('commit-status', { sha, context: 'cd/staging', state })

async function onlyPull() {
  const [pull, ...more] = await person().pulls('open')
  expect(more).toEqual([])
  if (pull === undefined) throw new Error('there is no open pull request')
  return pull
}

describe('the promotion pull request', () => {
  test('is opened with the evidence; the branch is the tested commit and the lock', async () => {
    const step = await open()
    expect(step.exitCode).toBe(0)
    const pull = await onlyPull()
    expect(step.outputs).toMatchObject({
      operation: 'created',
      changed: 'true',
      number: String(pull.number),
      url: pull.url,
      'head-sha': pull.headSha,
      'status-allowed': 'true',
      reason: '',
    })
    expect(step.headings).toEqual(['## open-promotion-pr: taxi-fare created'])
    expect(pull).toMatchObject({ head: 'promote/main', base: 'main' })
    const evidence = JSON.parse(papers['evidence-file']) as { target: { revisionDigest: string } }
    expect(pull.body).toContain(papers['evidence-digest'].slice(0, 16))
    expect(pull.body).toContain(evidence.target.revisionDigest.slice(0, 16))

    expect(git('rev-parse', `${pull.headSha}^`)).toBe(world.run.sha)
    expect(git('diff', '--name-only', world.run.sha, pull.headSha)).toBe('revision.lock.json')
    const lock = JSON.parse(git('show', `${pull.headSha}:revision.lock.json`)) as object
    expect(lock).toMatchObject({
      endpoints: {
        'taxi-fare': {
          revisionDigest: evidence.target.revisionDigest,
          evidenceDigest: papers['evidence-digest'],
          testedCommit: world.run.sha,
        },
      },
    })
    expect(git('rev-parse', 'integration')).toBe(world.run.sha)
  })

  test('is left alone by a second run', async () => {
    const first = await open()
    const again = await open()
    expect(again.outputs).toEqual({ ...first.outputs, operation: 'unchanged', changed: 'false' })
    expect(writesIn(again.exchanges)).toEqual([])
  })

  test('is updated between its markers; what people wrote around them stays', async () => {
    await open()
    const before = await onlyPull()
    const body = `Please look at the airport fares.\n\n${before.body}\n\n- [x] asked finance\n`
    await patchPull(before.number, { body })
    const sha = await person().push({
      branch: 'integration',
      message: 'another change',
      files: { 'NEWS.md': 'Fares by day.\n' },
    })
    const step = await open({ 'expected-head-sha': sha })
    expect(step.outputs).toMatchObject({ operation: 'updated', number: String(before.number) })
    const after = await onlyPull()
    expect(after.body).toMatch(/^Please look at the airport fares\./)
    expect(after.body).toMatch(/- \[x\] asked finance\s*$/)
    expect(after.body).toContain(sha)
    expect(after.body).not.toContain(world.run.sha)
    expect(git('rev-parse', `${after.headSha}^`)).toBe(sha)
  })

  test('is not opened when the base already holds everything', async () => {
    await open()
    const pull = await onlyPull()
    await post(pull.headSha, 'success')
    await person().merge(pull.number)
    const step = await open()
    expect(step.exitCode).toBe(0)
    expect(step.outputs).toMatchObject({ operation: 'none', changed: 'false' })
    expect(step.outputs['reason']).not.toBe('')
    expect(writesIn(step.exchanges)).toEqual([])
  })

  test('is refused with the files where both sides changed them', async () => {
    // A hotfix on main, by somebody who may.
    await hotfix({ 'scoring/conda.yml': 'name: hotfix\n', 'HOTFIX.md': 'x\n' })
    const sha = await person().push({
      branch: 'integration',
      message: 'other dependencies',
      files: { 'scoring/conda.yml': 'name: newer\n' },
    })
    const step = await open({ 'expected-head-sha': sha })
    expect(step.exitCode).toBe(1)
    expect(failureOf(step)).toContain('GITHUB_PROMOTION_CONFLICT')
    expect(failureOf(step)).toContain('scoring/conda.yml')
    expect(failureOf(step)).not.toContain('HOTFIX.md')
    expect(writesIn(step.exchanges)).toEqual([])
    expect(git('branch', '--list', 'promote/*')).toBe('')
  })

  test('a base that moved is merged in, and the status of the tested commit is not allowed', async () => {
    await hotfix({ 'HOTFIX.md': 'x\n' })
    const step = await open()
    expect(step.outputs).toMatchObject({ operation: 'created', 'status-allowed': 'false' })
    expect(step.outputs['reason']).toContain('HOTFIX.md')
    const { headSha } = await onlyPull()
    expect(git('show', `${headSha}:HOTFIX.md`)).toBe('x')
  })

  test.each([
    ['did not pass', '"verdict":"pass"', '"verdict":"fail"'],
    ['was changed', '"failed":0', '"failed":1'],
  ])('is refused with evidence that %s', async (_, found, put) => {
    const text = papers['evidence-file'].replaceAll(found, put)
    expect(text).not.toBe(papers['evidence-file'])
    const step = await open({ 'evidence-file': text })
    expect(step.exitCode).toBe(1)
    expect(failureOf(step)).toContain('ACTION_DIGEST_MISMATCH')
    expect(step.exchanges).toEqual([])
  })
})

describe('the branch rule', () => {
  test.each<[string, (head: string) => Promise<unknown>]>([
    ['is missing', () => Promise.resolve()],
    ['is red', (head) => post(head, 'failure')],
    ['was cancelled', (head) => post(head, 'cancelled')],
    ['is green on the tested commit alone', () => post(world.run.sha, 'success')],
    [
      'was set by a person',
      (head) => person().postStatus(head, { context: 'cd/staging', state: 'success' }),
    ],
  ])('refuses the merge while cd/staging %s', async (_, say) => {
    await open()
    const pull = await onlyPull()
    const main = git('rev-parse', 'main')
    await say(pull.headSha)
    await expect(person().merge(pull.number)).rejects.toThrow(RefusedByGitHub)
    expect(git('rev-parse', 'main')).toBe(main)
  })

  test('lets it through once cd/staging is green on its head', async () => {
    await open()
    const pull = await onlyPull()
    await post(pull.headSha, 'failure')
    await post(pull.headSha, 'success')
    const sha = await person().merge(pull.number)
    expect(git('rev-parse', 'main')).toBe(sha)
    expect(git('rev-parse', `${sha}^2`)).toBe(pull.headSha)
    expect(git('fsck', '--full', '--strict', '--no-dangling')).toBe('')
  })
})

describe('commit-status', () => {
  test('posts once, and a second run changes nothing', async () => {
    const first = await post(world.run.sha, 'success')
    expect(first.outputs).toMatchObject({ changed: 'true', state: 'success' })
    expect(first.outputs['url']).toContain(world.run.sha)
    const again = await post(world.run.sha, 'success')
    expect(again.outputs).toEqual({ ...first.outputs, changed: 'false' })
    expect(writesIn(again.exchanges)).toEqual([])
    const statuses = await person().statuses(world.run.sha)
    expect(statuses).toMatchObject([{ context: 'cd/staging', state: 'success' }])
  })

  test.each([
    ['cancelled', 'error'],
    ['skipped', 'error'],
    ['failure', 'failure'],
  ])('the job result %s is posted as %s', async (result, state) => {
    await post(world.run.sha, result)
    expect(await person().statuses(world.run.sha)).toMatchObject([{ state }])
  })

  test('a commit that is not there fails with one annotation', async () => {
    const step = await post('0'.repeat(40), 'success')
    expect(step.exitCode).toBe(1)
    expect(failureOf(step)).toContain('GITHUB_')
    expect(step.outputs).toEqual({})
  })
})

async function patchPull(number: number, change: object): Promise<void> {
  const { machine, services } = world.stage.base
  const answer = await fetch(`${machine.urls.api}/repos/${services.github.slug}/pulls/${number}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${services.github.personToken}` },
    body: JSON.stringify(change),
  })
  expect(answer.status).toBe(200)
}

/** Files on main, through a pull request with a green status of its own. */
async function hotfix(files: Texts): Promise<void> {
  const sha = await person().push({ branch: 'hotfix', from: 'main', message: 'hotfix', files })
  const number = await person().openPull({ head: 'hotfix', base: 'main', title: 'hotfix' })
  await post(sha, 'success')
  await person().merge(number)
}

auditSteps(() => world)
