// The built approval-gate: an approval counts only where somebody had to give it, and gave it.
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { GitHubState, Snapshot } from '@sluice/twin'
import { auditSteps } from './rig/audit.ts'
import { failureOf, type Texts } from './rig/step.ts'
import { writesIn } from './rig/wire.ts'
import { World, type Step } from './rig/world.ts'

jest.setTimeout(60_000)

const APPROVAL = 'production-approval'
type Environment = GitHubState['environments'][number]

let world: World
let start: Snapshot
beforeAll(async () => {
  world = await World.open()
  start = await world.snapshot()
})
afterAll(() => world.close())
beforeEach(() => world.restore(start))

const state = (): GitHubState => world.stage.githubSimulator.state
const gate = (inputs: Texts): Promise<Step> => world.act('approval-gate', inputs)
function change(changes: Partial<Environment>): void {
  state().environments = state().environments.map((one) =>
    one.name === APPROVAL ? { ...one, ...changes } : one,
  )
}

describe('check', () => {
  test('takes an environment with reviewers, without a warning', async () => {
    const step = await gate({ mode: 'check', environment: APPROVAL })
    expect(step.exitCode).toBe(0)
    expect(step.annotations).toEqual([])
    expect(step.headings).toEqual([`## approval-gate: ${APPROVAL} protected`])
    expect(step.outputs).not.toHaveProperty('approvers')
  })

  test('warns where administrators may bypass the reviewers', async () => {
    change({ canAdminsBypass: true })
    const step = await gate({ mode: 'check', environment: APPROVAL })
    expect(step.exitCode).toBe(0)
    expect(step.annotations).toMatchObject([{ level: 'warning' }])
  })

  test.each<[string, string, Partial<Environment>]>([
    ['has no reviewers', APPROVAL, { reviewers: [] }],
    ['has a custom protection rule', APPROVAL, { customRules: ['change-board'] }],
    ['does not exist', 'elsewhere-approval', {}],
  ])('refuses an environment that %s, and makes none', async (_, environment, changes) => {
    change(changes)
    const step = await gate({ mode: 'check', environment })
    expect(step.exitCode).toBe(1)
    expect(failureOf(step)).toContain('GITHUB_ENVIRONMENT_UNPROTECTED')
    expect(writesIn(step.exchanges)).toEqual([])
    expect(state().environments.map(({ name }) => name)).not.toContain('elsewhere-approval')
  })
})

describe('confirm', () => {
  const review = (decision: 'approved' | 'rejected', environment: string): Promise<void> => {
    world.stage.github.requestEnvironment(world.run.id, environment)
    return world.stage.person.review(world.run.id, { state: decision, comment: '', environment })
  }

  test('names who approved this run', async () => {
    await review('approved', APPROVAL)
    const step = await gate({ mode: 'confirm', environment: APPROVAL })
    expect(step.exitCode).toBe(0)
    expect(step.outputs).toMatchObject({ approvers: 'mona', 'run-attempt': '1' })
    expect(writesIn(step.exchanges)).toEqual([])
  })

  test.each<[string, () => Promise<unknown>]>([
    ['nobody was asked', () => Promise.resolve()],
    ['the reviewer said no', () => review('rejected', APPROVAL)],
    [
      'another environment was approved',
      () => {
        state().environments = state().environments.map((one) =>
          one.name === 'staging' ? { ...one, reviewers: ['mona'] } : one,
        )
        return review('approved', 'staging')
      },
    ],
  ])('fails where %s', async (_, happen) => {
    await happen()
    const step = await gate({ mode: 'confirm', environment: APPROVAL })
    expect(step.exitCode).toBe(1)
    expect(failureOf(step)).toContain('GITHUB_NOT_APPROVED')
    expect(step.outputs).toEqual({})
  })
})

auditSteps(() => world)
