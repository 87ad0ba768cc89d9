import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { promote } from '@sluice/github'
import {
  writesOf,
  type GitHubWorld,
  type WorldOptions,
} from '../../../test/doubles/github-world.ts'
import { digestOfEvidence, passingEvidence } from '../../../test/doubles/promoted-evidence.ts'
import { openBench, type Permissions, type PromotionBench } from './promotion-bench.ts'
import { LOCK, orderFor, refusalIn, type Wish } from './promotion-order.ts'

// Every call runs git, and other suites want the same two cores.
jest.setTimeout(60_000)

let bench: PromotionBench
let world: GitHubWorld
afterEach(() => world.close())

const open = async (options: Partial<WorldOptions> = {}): Promise<void> => {
  bench = await openBench(options)
  world = bench.world
}
const repository = (permissions: Permissions) => bench.repository(permissions)
const promoteCommit = (wish: Wish) => bench.promote(wish)
const work = (text: string) => bench.work(text)
const lockAt = (ref: string) => bench.lockAt(ref)
const pullBody = (number: number) => bench.pullBody(number)
const personal: PromotionBench['personal'] = (route, params) => bench.personal(route, params)
const branches = () => world.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads')

describe('the first promotion', () => {
  test('pins the revision in one commit on top of the tested one', async () => {
    await open()
    const tested = await work('v2')
    const result = await promoteCommit({ testedCommit: tested })
    const evidence = passingEvidence()
    expect(result).toMatchObject({
      operation: 'created',
      statusAllowed: true,
      reason: '',
      changed: true,
      warnings: [],
      pull: { number: 1 },
    })
    expect(await world.git('rev-parse', 'promote/main')).toBe(result.headSha)
    expect(await world.git('rev-list', '--parents', '-n1', 'promote/main')).toBe(
      `${result.headSha} ${tested}`,
    )
    expect(await world.git('diff', '--name-only', tested, 'promote/main')).toBe(LOCK)
    expect(await lockAt('promote/main')).toEqual({
      schema: 'sluice/lock/v1',
      endpoints: {
        'taxi-fare': {
          revision: evidence.target.contents,
          revisionDigest: evidence.target.revisionDigest,
          evidenceDigest: digestOfEvidence(evidence),
          testedCommit: tested,
          testedIn: evidence.target.place,
        },
      },
    })
    expect(await world.git('fsck', '--strict', '--no-dangling')).toBe('')
    expect(await pullBody(1)).toContain(digestOfEvidence(evidence))
  })

  test('leaves the branches of people where they are', async () => {
    await open()
    const tested = await work('v2')
    const before = await branches()
    await promoteCommit({ testedCommit: tested })
    const after = (await branches()).split('\n').filter((line) => !line.includes('promote/'))
    expect(after.join('\n')).toBe(before)
  })

  test('writes nothing in a dry run and tells what it would write', async () => {
    await open()
    const tested = await work('v2')
    const result = await promoteCommit({ testedCommit: tested, dryRun: true, labels: ['model'] })
    expect(writesOf(world)).toEqual([])
    expect(result).toMatchObject({
      operation: 'none',
      changed: false,
      statusAllowed: false,
      headSha: null,
    })
    expect(result.writes).toEqual([
      'commit: pin taxi-fare in revision.lock.json',
      'branch promote/main: create',
      'pull request: open from promote/main to main',
      'labels: model',
    ])
  })

  test('makes the same commit again after the branch was deleted', async () => {
    await open()
    const tested = await work('v2')
    const first = await promoteCommit({ testedCommit: tested })
    await personal('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ref: 'heads/promote/main' })
    const second = await promoteCommit({ testedCommit: tested })
    expect(second.operation).toBe('created')
    expect(second.headSha).toBe(first.headSha)
  })

  test('takes a tested commit that the base already holds', async () => {
    await open()
    const tested = await world.git('rev-parse', 'main')
    const base = await world.push({ branch: 'main', files: { 'later.txt': 'later\n' } })
    const result = await promoteCommit({ testedCommit: tested })
    expect(await world.git('rev-parse', 'promote/main^')).toBe(base)
    expect(result).toMatchObject({ operation: 'created', statusAllowed: false })
    expect(result.reason).toContain('later.txt')
  })

  test('takes a tested commit that is the base itself', async () => {
    await open()
    const tested = await world.git('rev-parse', 'main')
    const result = await promoteCommit({ testedCommit: tested })
    expect(result).toMatchObject({ operation: 'created', statusAllowed: true })
  })
})

describe('the same again', () => {
  test.each([
    { again: 'the same evidence', p95: 20 },
    { again: 'newer evidence of the same revision', p95: 25 },
  ])('changes nothing with $again', async ({ p95 }) => {
    await open()
    const tested = await work('v2')
    const first = await promoteCommit({ testedCommit: tested })
    const writes = writesOf(world).length
    const second = await promoteCommit({ testedCommit: tested, p95 })
    expect(second).toMatchObject({
      operation: 'unchanged',
      changed: false,
      headSha: first.headSha,
      statusAllowed: true,
      pull: { number: 1 },
    })
    expect(writesOf(world)).toHaveLength(writes)
  })

  test('takes newer evidence when the old text is gone', async () => {
    await open()
    const tested = await work('v2')
    await promoteCommit({ testedCommit: tested })
    await personal('PATCH /repos/{owner}/{repo}/pulls/{number}', { number: 1, body: 'mine' })
    const second = await promoteCommit({ testedCommit: tested, p95: 25 })
    const digest = digestOfEvidence(passingEvidence({ p95: 25 }))
    expect(second.operation).toBe('updated')
    expect(await lockAt('promote/main')).toHaveProperty(
      ['endpoints', 'taxi-fare', 'evidenceDigest'],
      digest,
    )
    expect(await pullBody(1)).toMatch(/^mine\n\n<!-- sluice/)
  })

  test('keeps what people wrote around our part, with the line ends of their browser', async () => {
    await open()
    const tested = await work('v2')
    await promoteCommit({ testedCommit: tested })
    const edited = `Please read.\n\n${await pullBody(1)}\n\nThanks.`.replaceAll('\n', '\r\n')
    await personal('PATCH /repos/{owner}/{repo}/pulls/{number}', { number: 1, body: edited })
    expect(await promoteCommit({ testedCommit: tested })).toMatchObject({ operation: 'unchanged' })
    const next = await work('v3')
    expect(await promoteCommit({ testedCommit: next })).toMatchObject({ operation: 'updated' })
    const body = await pullBody(1)
    expect(body).toMatch(/^Please read\./)
    expect(body).toMatch(/Thanks\.$/)
    expect(body).toContain(next)
    expect(body).not.toContain(tested)
  })

  test('writes our part again when somebody changed it', async () => {
    await open()
    const tested = await work('v2')
    await promoteCommit({ testedCommit: tested })
    const ours = await pullBody(1)
    const body = ours.replace('**pass**', '**fail**')
    await personal('PATCH /repos/{owner}/{repo}/pulls/{number}', { number: 1, body })
    expect(await promoteCommit({ testedCommit: tested })).toMatchObject({ operation: 'updated' })
    expect(await pullBody(1)).toBe(ours)
  })

  test('keeps a title that people gave, and changes its own', async () => {
    await open()
    await promoteCommit({ testedCommit: await work('v2') })
    const second = await promoteCommit({ testedCommit: await work('v3'), model: 'taxi-model:3' })
    expect(second.pull?.title).toBe('Promote taxi-fare (taxi-model:3) to main')
    await personal('PATCH /repos/{owner}/{repo}/pulls/{number}', { number: 1, title: 'Ship it' })
    const third = await promoteCommit({ testedCommit: await work('v4'), model: 'taxi-model:4' })
    expect(third.pull?.title).toBe('Ship it')
  })

  test('opens a new pull request after the old one was closed', async () => {
    await open()
    const tested = await work('v2')
    await promoteCommit({ testedCommit: tested })
    await personal('PATCH /repos/{owner}/{repo}/pulls/{number}', { number: 1, state: 'closed' })
    const second = await promoteCommit({ testedCommit: tested })
    expect(second).toMatchObject({ operation: 'created', pull: { number: 2 } })
  })
})

describe('after a merge', () => {
  test('has nothing to promote, also with newer evidence', async () => {
    await open()
    const tested = await work('v2')
    await promoteCommit({ testedCommit: tested })
    await world.merge(1)
    const writes = writesOf(world).length
    const result = await promoteCommit({ testedCommit: tested, p95: 25 })
    expect(result).toMatchObject({ operation: 'none', pull: null, headSha: null, changed: false })
    expect(result.reason).toContain('already pins')
    expect(writesOf(world)).toHaveLength(writes)
  })

  test('has nothing to promote for another commit with the same files', async () => {
    await open()
    const tested = await work('v2')
    await promoteCommit({ testedCommit: tested })
    await world.merge(1)
    await work('v3')
    const back = await work('v2')
    expect(await promoteCommit({ testedCommit: back })).toMatchObject({ operation: 'none' })
  })

  test('promotes the same revision again when it was tested in another place', async () => {
    await open()
    const tested = await work('v2')
    await promoteCommit({ testedCommit: tested })
    await world.merge(1)
    const wish = { testedCommit: tested, workspace: 'moved' }
    expect(await promoteCommit(wish)).toMatchObject({ operation: 'created' })
    expect(await lockAt('promote/main')).toHaveProperty(['endpoints', 'taxi-fare', 'testedIn'], {
      workspace: 'moved',
    })
  })

  test('promotes the next commit with the base merged in, and the status may be set', async () => {
    await open()
    await promoteCommit({ testedCommit: await work('v2') })
    const base = await world.merge(1)
    const tested = await work('v3')
    const result = await promoteCommit({ testedCommit: tested, model: 'taxi-model:3' })
    expect(result).toMatchObject({ operation: 'created', statusAllowed: true, pull: { number: 2 } })
    expect(await world.git('log', '-n1', '--format=%P', 'promote/main^')).toBe(`${tested} ${base}`)
    expect(await world.git('diff', '--name-only', tested, 'promote/main')).toBe(LOCK)
    await world.merge(2)
    expect(await world.git('show', 'main:score.py')).toBe('v3')
    expect(await lockAt('main')).toHaveProperty(['endpoints', 'taxi-fare', 'testedCommit'], tested)
    expect(await world.git('fsck', '--strict', '--no-dangling')).toBe('')
  })

  test('promotes a third time, and a re-run of it changes nothing', async () => {
    await open()
    await promoteCommit({ testedCommit: await work('v2') })
    await world.merge(1)
    await promoteCommit({ testedCommit: await work('v3'), model: 'taxi-model:3' })
    await world.merge(2)
    const wish = { testedCommit: await work('v4'), model: 'taxi-model:4' }
    expect(await promoteCommit(wish)).toMatchObject({ operation: 'created', statusAllowed: true })
    expect(await promoteCommit(wish)).toMatchObject({ operation: 'unchanged', statusAllowed: true })
  })

  test('keeps the other endpoints of the lock, and fields that it does not know', async () => {
    await open()
    const tested = await work('v2')
    await promoteCommit({ testedCommit: tested })
    await world.merge(1)
    const lock = await lockAt('main')
    const marked = { ...lock, note: 'keep', endpoints: { ...lock.endpoints } }
    await world.push({ branch: 'main', files: { [LOCK]: JSON.stringify(marked) } })
    await promoteCommit({ testedCommit: tested, name: 'tips' })
    const after = await lockAt('promote/main')
    expect(after).toMatchObject({
      note: 'keep',
      endpoints: { 'taxi-fare': lock.endpoints['taxi-fare'] },
    })
    expect(Object.keys(after.endpoints)).toEqual(['taxi-fare', 'tips'])
  })
})

describe('a base that moved on', () => {
  test('is merged in, and the status is not allowed', async () => {
    await open()
    const tested = await work('v2')
    await world.push({
      branch: 'main',
      files: { 'docs/b.txt': null, 'docs/b.txt/now-a-folder.txt': 'x\n', 'new.txt': 'n\n' },
    })
    const result = await promoteCommit({ testedCommit: tested })
    expect(result).toMatchObject({ operation: 'created', statusAllowed: false })
    expect(result.reason).toContain('docs/b.txt, docs/b.txt/now-a-folder.txt, new.txt')
    expect(await world.git('ls-tree', '-r', '--name-only', 'promote/main')).toBe(
      ['data/a.txt', 'docs/b.txt/now-a-folder.txt', 'new.txt', LOCK, 'score.py'].join('\n'),
    )
    expect(await world.git('show', 'promote/main:score.py')).toBe('v2')
    expect(await pullBody(1)).toContain('Not what was tested')
  })

  test('moves an open pull request along', async () => {
    await open()
    const tested = await work('v2')
    const first = await promoteCommit({ testedCommit: tested })
    await world.push({ branch: 'main', files: { 'new.txt': 'n\n' } })
    const second = await promoteCommit({ testedCommit: tested })
    expect(second).toMatchObject({
      operation: 'updated',
      statusAllowed: false,
      pull: { number: 1 },
    })
    expect(second.headSha).not.toBe(first.headSha)
  })

  test('is refused with the files where both sides changed them', async () => {
    await open()
    const tested = await work('v2')
    await world.push({ branch: 'main', files: { 'score.py': 'other\n', 'data/a.txt': 'aa\n' } })
    const error = await refusalIn(promoteCommit({ testedCommit: tested }))
    expect(error.code).toBe('GITHUB_PROMOTION_CONFLICT')
    expect(error.message).toContain('score.py')
    expect(error.message).not.toContain('data/a.txt')
    expect(error.hint).toContain('Merge main into the tested branch')
    expect(writesOf(world)).toEqual([])
  })

  test('is refused with the workflow files that a job may not write', async () => {
    await open()
    const tested = await work('v2')
    await world.push({ branch: 'main', files: { '.github/workflows/ci.yml': 'on: push\n' } })
    const error = await refusalIn(promoteCommit({ testedCommit: tested }))
    expect(error.code).toBe('GITHUB_PERMISSION_MISSING')
    expect(error.message).toContain('.github/workflows/ci.yml')
    expect(await branches()).not.toContain('promote/')
  })

  test('is refused when there is no common commit', async () => {
    await open()
    const root = await world.join({ branch: 'orphan', parents: [] })
    const error = await refusalIn(promoteCommit({ testedCommit: root }))
    expect(error.code).toBe('GITHUB_PROMOTION_HISTORY')
    expect(writesOf(world)).toEqual([])
  })

  test('is refused when the histories cross', async () => {
    await open()
    const ours = await work('v2')
    const theirs = await world.push({ branch: 'main', files: { 'data/a.txt': 'aa\n' } })
    const tested = await world.join({ branch: 'integration', parents: [ours, theirs] })
    await world.join({ branch: 'main', parents: [theirs, ours], files: { 'x.txt': 'x\n' } })
    const error = await refusalIn(promoteCommit({ testedCommit: tested }))
    expect(error.code).toBe('GITHUB_PROMOTION_HISTORY')
    expect(error.message).toContain(ours)
    expect(error.message).toContain(theirs)
  })

  test('is taken when the tested branch merged an earlier base', async () => {
    await open()
    const ours = await work('v2')
    const theirs = await world.push({ branch: 'main', files: { 'data/a.txt': 'aa\n' } })
    const tested = await world.join({
      branch: 'integration',
      parents: [ours, theirs],
      files: { 'data/a.txt': 'aa\n' },
    })
    await world.push({ branch: 'main', files: { 'x.txt': 'x\n' } })
    const result = await promoteCommit({ testedCommit: tested })
    expect(result).toMatchObject({ operation: 'created', statusAllowed: false })
    expect(result.reason).toContain('in x.txt.')
  })
})

describe('what is not there', () => {
  test.each([
    { wish: { testedCommit: 'f'.repeat(40) }, code: 'GITHUB_COMMIT_MISSING', says: 'f'.repeat(40) },
    {
      wish: { testedCommit: '', base: 'prod' },
      code: 'GITHUB_BRANCH_MISSING',
      says: 'branch prod',
    },
  ])('is named: $code', async ({ wish, code, says }) => {
    await open()
    const error = await refusalIn(promoteCommit(wish))
    expect(error.code).toBe(code)
    expect(error.message).toContain(says)
  })

  test.each([
    { text: '{"schema":"sluice/lock/v2","endpoints":{}}', says: 'version 2' },
    { text: 'not json', says: 'revision.lock.json on main' },
  ])('a lock that cannot be read: $says', async ({ text, says }) => {
    await open()
    await world.push({ branch: 'main', files: { [LOCK]: text } })
    const error = await refusalIn(promoteCommit({ testedCommit: await work('v2') }))
    expect(error.code).toBe('GITHUB_LOCK_UNREADABLE')
    expect(error.message).toContain(says)
    expect(writesOf(world)).toEqual([])
  })
})

describe('somebody else', () => {
  const pull = { head: 'promote/main', base: 'main', title: 'Mine', body: 'My words.' }

  test('who moves the branch first wins', async () => {
    await open()
    const tested = await work('v2')
    await promoteCommit({ testedCommit: tested })
    let theirs = ''
    world.intercept = async ({ route }) => {
      if (route === 'POST /graphql') {
        theirs = await world.push({ branch: 'promote/main', files: { 'z.txt': 'z\n' } })
      }
      return null
    }
    const error = await refusalIn(promoteCommit({ testedCommit: await work('v3') }))
    expect(error.code).toBe('GITHUB_BRANCH_MOVED')
    expect(error.message).toContain(theirs)
    expect(await world.git('rev-parse', 'promote/main')).toBe(theirs)
  })

  test('who opens the pull request first gets our part in it', async () => {
    await open()
    const tested = await work('v2')
    world.intercept = async ({ route }) => {
      if (route === 'POST /repos/{owner}/{repo}/pulls') {
        await personal('POST /repos/{owner}/{repo}/pulls', pull)
      }
      return null
    }
    const result = await promoteCommit({ testedCommit: tested })
    expect(result).toMatchObject({ operation: 'updated', pull: { number: 1, title: 'Mine' } })
    expect(await pullBody(1)).toMatch(/^My words\.\n\n<!-- sluice:promotion/)
  })

  test('who cut the connection does not hide that the branch was moved', async () => {
    await open()
    const tested = await work('v2')
    const through = bench.repository().request
    let asked = 0
    world.intercept = async ({ route, params }) => {
      if (route !== 'POST /graphql' || (asked += 1) > 1) return null
      await through(route, params, { signal: new AbortController().signal })
      return { status: 502, data: null, headers: {} }
    }
    const result = await promoteCommit({ testedCommit: tested })
    expect(result.operation).toBe('created')
    expect(await world.git('rev-parse', 'promote/main')).toBe(result.headSha)
  })

  test('who merged everything leaves nothing to open', async () => {
    await open()
    const tested = await work('v2')
    world.intercept = ({ route }) =>
      route === 'POST /repos/{owner}/{repo}/pulls'
        ? {
            status: 422,
            data: {
              message: 'Validation Failed',
              errors: [{ message: 'No commits between main and promote/main' }],
            },
            headers: {},
          }
        : null
    expect(await promoteCommit({ testedCommit: tested })).toMatchObject({
      operation: 'none',
      changed: true,
      pull: null,
    })
  })
})

describe('rights and settings', () => {
  test('a setting that keeps jobs from opening pull requests is named', async () => {
    await open({ actionsMayCreatePullRequests: false })
    const error = await refusalIn(promoteCommit({ testedCommit: await work('v2') }))
    expect(error.code).toBe('GITHUB_PULL_REQUESTS_OFF')
    expect(error.hint).toContain('Allow GitHub Actions to create and approve pull requests')
  })

  test.each([
    { permissions: { contents: 'write', 'pull-requests': 'read' }, names: 'pull-requests: write' },
    { permissions: { contents: 'read', 'pull-requests': 'write' }, names: 'contents: write' },
    { permissions: { contents: 'read' }, names: 'pull-requests: read' },
  ] as const)('a missing permission is named: $names', async ({ permissions, names }) => {
    await open()
    const order = orderFor({ testedCommit: await work('v2') })
    const error = await refusalIn(promote(repository(permissions), order))
    expect(error.code).toBe('GITHUB_PERMISSION_MISSING')
    expect(error.hint).toContain(names)
  })

  test.each([
    'Resource not accessible by integration',
    'refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission',
    'refusing to allow a Personal Access Token to create or update workflow `.github/workflows/ci.yml` without `workflow` scope',
    'refusing to allow an integration to create or update .github/workflows/ci.yml',
  ])(
    'a token that may not point a branch at workflow files is told what it lacks: %s',
    async (message) => {
      await open()
      world.intercept = ({ route }) =>
        route === 'POST /graphql'
          ? { status: 200, data: { errors: [{ message }] }, headers: {} }
          : null
      const error = await refusalIn(promoteCommit({ testedCommit: await work('v2') }))
      expect(error.code).toBe('GITHUB_PERMISSION_MISSING')
      expect(error.message).toContain(message)
      expect(error.hint).toContain('`workflows: write`')
      expect(error.hint).not.toContain('`permissions:`')
    },
  )

  test('labels and reviewers are asked one by one, and a bad one only warns', async () => {
    await open({ collaborators: ['grace'] })
    const result = await promoteCommit({
      testedCommit: await work('v2'),
      labels: ['model', 'x'.repeat(60)],
      reviewers: ['grace', 'nobody', 'github-actions[bot]'],
    })
    expect(result.operation).toBe('created')
    const answer = await personal('GET /repos/{owner}/{repo}/pulls/{number}', { number: 1 })
    expect(answer.data).toMatchObject({
      labels: expect.arrayContaining([expect.objectContaining({ name: 'model' })]),
      requested_reviewers: [expect.objectContaining({ login: 'grace' })],
    })
    expect(result.warnings.join('\n')).toContain('reviewer nobody')
    expect(result.warnings.join('\n')).toContain('cannot review it')
  })
})

describe('limits and hostile data', () => {
  test('a text that leaves little room is kept, and ours is cut to fit', async () => {
    await open()
    await promoteCommit({ testedCommit: await work('v2') })
    const long = 'w'.repeat(64_000)
    await personal('PATCH /repos/{owner}/{repo}/pulls/{number}', { number: 1, body: long })
    expect(await promoteCommit({ testedCommit: await work('v3') })).toMatchObject({
      operation: 'updated',
    })
    const after = await pullBody(1)
    expect(after.startsWith(long)).toBe(true)
    expect(after.length).toBeLessThanOrEqual(65_536)
    expect(after).toMatch(/<!-- sluice:promotion end -->$/)
  })

  test('a hostile name stays text', async () => {
    await open()
    const name = '@ada #1 <!-- sluice:promotion end --> `x` | </code><img src=x> ```\n## ha'
    const tested = await work('v2')
    const wish = { testedCommit: tested, name, model: name }
    expect(await promoteCommit(wish)).toMatchObject({ operation: 'created' })
    const body = await pullBody(1)
    expect(body.match(/<!--/g)).toHaveLength(2)
    expect(body.match(/^#+ /gm)).toHaveLength(4)
    // The fence is longer than any run of backticks in it, and every line of a diff begins with our mark.
    const [fence = ''] = /^`{3,}/m.exec(body) ?? []
    const [before = '', diff = '', after = ''] = body.split(fence)
    expect(diff.split('\n').slice(1, -1).join('\n')).toMatch(/^([-+ ] .*\n?)+$/)
    expect(`${before}${after}`).not.toContain('@ada')
    expect(`${before}${after}`).not.toContain('<img')
    expect(await promoteCommit(wish)).toMatchObject({ operation: 'unchanged' })
  })

  test('a tree that GitHub cuts is read folder by folder', async () => {
    await open()
    const tested = await work('v2')
    await world.push({ branch: 'main', files: { 'docs/c.txt': 'c\n' } })
    world.intercept = async ({ route, params }) => {
      if (!route.includes('/git/trees/') || params['recursive'] === undefined) return null
      const { recursive: _, ...flat } = params
      const answer = await personal(route, flat)
      const tree = (answer.data as { tree: { type: string }[] }).tree
      const isCut = tree.some(({ type }) => type === 'tree')
      return {
        ...answer,
        data: { tree: tree.slice(0, 1), truncated: isCut, ...(isCut ? {} : { tree }) },
      }
    }
    const result = await promoteCommit({ testedCommit: tested })
    expect(result).toMatchObject({ operation: 'created', statusAllowed: false })
    expect(await world.git('ls-tree', '-r', '--name-only', 'promote/main')).toBe(
      ['data/a.txt', 'docs/b.txt', 'docs/c.txt', LOCK, 'score.py'].join('\n'),
    )
  })
})
