// `on:`: which events start which workflows.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  readWorkflows,
  workflowsFor,
  type RepositoryEvent,
  type WorkflowFile,
} from '../../src/index.ts'
import { makeWorld, sha, type World } from './world.ts'

const body = 'jobs: { a: { runs-on: x, steps: [{ run: "true" }] } }\n'
const triggers: Readonly<Record<string, string>> = {
  any: 'on: push',
  listed: 'on: [push, workflow_dispatch]',
  branches: 'on: { push: { branches: [main, "release/**"] } }',
  ignored: 'on: { push: { branches-ignore: [main] } }',
  tags: 'on: { push: { tags: ["v*"] } }',
  both: 'on: { push: { branches: [main], tags: ["v*"] } }',
  paths: 'on: { push: { branches: [main], paths: ["src/**", "!src/**.md"] } }',
  unpaths: 'on: { push: { paths-ignore: ["docs/**"] } }',
  manual: 'on: { workflow_dispatch: { inputs: { size: { type: number } } } }',
  called: 'on: { workflow_call: {} }',
  other: 'on: { pull_request: {}, schedule: [{ cron: "0 0 * * *" }] }',
}

describe('the workflows that an event starts', () => {
  let world: World
  let files: readonly WorkflowFile[]

  beforeAll(async () => {
    const texts = Object.entries(triggers).map(([name, on]) => [
      `.github/workflows/${name}.yml`,
      `${on}\n${body}`,
    ])
    const others = {
      '.github/workflows/deep/x.yml': 'not: a workflow',
      '.github/workflows/notes.md': 'text',
    }
    world = makeWorld({ files: { ...Object.fromEntries(texts), ...others } })
    files = await readWorkflows(world.github, world.commit)
  })
  afterAll(() => world.remove())

  const push = (ref: string, changes: Partial<RepositoryEvent> = {}): RepositoryEvent => ({
    name: 'push',
    ref,
    before: sha('0'),
    after: sha('a'),
    actor: 'ada',
    paths: ['src/a.ts'],
    payload: {},
    ...changes,
  })

  const dispatch = (payload: Record<string, unknown>): RepositoryEvent =>
    push('refs/heads/main', { name: 'workflow_dispatch', payload })

  const table: readonly (readonly [string, RepositoryEvent, readonly string[]])[] = [
    [
      'push to main',
      push('refs/heads/main'),
      ['any', 'both', 'branches', 'listed', 'paths', 'unpaths'],
    ],
    ['push to another branch', push('refs/heads/dev'), ['any', 'ignored', 'listed', 'unpaths']],
    [
      'push to a branch by pattern',
      push('refs/heads/release/1/2'),
      ['any', 'branches', 'ignored', 'listed', 'unpaths'],
    ],
    ['push of a matching tag', push('refs/tags/v1'), ['any', 'both', 'listed', 'tags', 'unpaths']],
    ['push of another tag', push('refs/tags/x'), ['any', 'listed', 'unpaths']],
    [
      'only ignored paths',
      push('refs/heads/main', { paths: ['docs/a'] }),
      ['any', 'both', 'branches', 'listed'],
    ],
    [
      'a path taken out',
      push('refs/heads/main', { paths: ['src/a.md'] }),
      ['any', 'both', 'branches', 'listed', 'unpaths'],
    ],
    ['a deleted branch', push('refs/heads/main', { after: sha('0') }), []],
    [
      'a message that skips',
      push('refs/heads/main', { payload: { head_commit: { message: 'x [skip ci]' } } }),
      [],
    ],
    ['dispatch by path', dispatch({ workflow: '.github/workflows/manual.yml' }), ['manual']],
    ['dispatch by file name', dispatch({ workflow: 'listed.yml' }), ['listed']],
    ['dispatch of one that has no such trigger', dispatch({ workflow: 'any.yml' }), []],
    ['a pull request', push('refs/pull/1/merge', { name: 'pull_request' }), []],
  ]
  test.each(table)('%s', (_name, event, names) => {
    const started = workflowsFor(event, files).map((file) => file.path)
    expect(started).toEqual(names.map((name) => `.github/workflows/${name}.yml`))
  })

  test('a deleted branch has no files', async () => {
    expect(await readWorkflows(world.github, sha('0'))).toEqual([])
  })
})
