import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { listFiles, root } from '../scripts/repository.ts'
import { listShippedWorkflows, readWorkflow } from './workflows/file.ts'
import { computeNames, findNamedChecks, isKnown } from './workflows/names.ts'
import { askActionlint, askParser } from './workflows/official.ts'
import { findBreaches } from './workflows/rules.ts'
import { findLooseEnds, readActions } from './workflows/wiring.ts'

const shipped = listShippedWorkflows()
// References count from where a file stands: a fixture stands in for one of our own workflows.
const fixture = (name: string) => ({
  ...readWorkflow(`test/workflows/fixtures/${name}.yml`),
  path: `.github/workflows/${name}.yml`,
})

describe.each(shipped.map((file) => [file.path, file] as const))('%s', (_, file) => {
  test('passes the official parser', async () => expect(await askParser(file)).toEqual([]))
  test('passes actionlint', async () => expect(await askActionlint(file)).toEqual([]))
  test('keeps our rules', () => expect(findBreaches(file)).toEqual([]))
  test('hands on what exists', () => expect(findLooseEnds(file, readActions())).toEqual([]))
})

test('the reusable workflows and their callers are among the files', () => {
  expect(shipped.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      '.github/workflows/azureml-production.yml',
      '.github/workflows/azureml-staging.yml',
      '.github/workflows/kubernetes-production.yml',
      '.github/workflows/kubernetes-staging.yml',
      'examples/azureml-taxi/.github/workflows/cd-production.yml',
      'examples/azureml-taxi/.github/workflows/cd-staging.yml',
      'examples/kubernetes-churn/.github/workflows/cd-production.yml',
      'examples/kubernetes-churn/.github/workflows/cd-staging.yml',
    ]),
  )
})

describe('names in the documentation', () => {
  const pages = ['README.md', ...listFiles(join(root, 'docs')).map((name) => `docs/${name}`)]
    .filter((path) => path.endsWith('.md') && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  const known = computeNames(shipped)

  test('are names that GitHub will show', () => {
    const wrong = pages.flatMap(({ path, text }) =>
      findNamedChecks(text)
        .filter((name) => !isKnown(name, known))
        .map((name) => `${path}: ${name}`),
    )
    expect(wrong).toEqual([])
  })
  test('include the status that the base branch requires', () => {
    expect(pages.flatMap(({ text }) => findNamedChecks(text))).toContain('cd/staging')
  })
})

describe('the rules can fail', () => {
  test('a sound file breaks none', () => {
    expect(findBreaches(fixture('sound'))).toEqual([])
    expect(findLooseEnds(fixture('sound'), new Map())).toEqual([])
  })
  test('each is broken by the job of its name, and by no other', () => {
    const found = findBreaches(fixture('breaking')).map(({ rule, where }) => `${where} ${rule}`)
    expect([...new Set(found)].sort()).toEqual(
      [
        'caller-environment caller-environment',
        'caller-environment caller-permissions',
        'caller-permissions caller-permissions',
        'permissions permissions',
        'pinned pinned',
        'queue queue',
        'run-expression run-expression',
        'timeout timeout',
      ].sort(),
    )
  })
  test('a tag, a stranger, a path and a missing action are not pinned', () => {
    const found = findBreaches(fixture('breaking')).filter(({ rule }) => rule === 'pinned')
    expect(found.map((breach) => breach.found)).toEqual([
      'actions/checkout@v7',
      'azure/login@0000000000000000000000000000000000000000',
      './actions/commit-status',
      '$/actions/no-such-action',
    ])
  })
  test('a caller names us by commit', () => {
    const caller = { ...fixture('sound'), caller: true, path: 'examples/x/.github/workflows/a.yml' }
    const uses = 'sluice-dev/sluice/.github/workflows/azureml-staging.yml@v1'
    const value = { jobs: { go: { permissions: { 'id-token': 'write' }, uses } } }
    expect(findBreaches({ ...caller, value })).toContainEqual({
      rule: 'pinned',
      where: 'go',
      found: uses,
    })
  })
  test('loose ends are found', () => {
    const parameter = { description: 'x', required: true, fallback: '' }
    const greet = {
      name: 'greet',
      description: 'x',
      inputs: [{ ...parameter, name: 'name' }],
      outputs: [{ ...parameter, name: 'line' }],
      hasPost: false,
    }
    expect(findLooseEnds(fixture('loose'), new Map([['actions/greet', greet]]))).toEqual([
      { rule: 'input', where: 'unknown-input', found: 'greet takes no shout' },
      { rule: 'input', where: 'missing-input', found: 'greet needs name' },
      { rule: 'step-output', where: 'unknown-output', found: 'greet has no output word' },
      { rule: 'step-output', where: 'unknown-step', found: 'no step has the id greet' },
      {
        rule: 'needs-output',
        where: 'not-needed',
        found: 'not-needed does not need unknown-output',
      },
      {
        rule: 'needs-output',
        where: 'unknown-job-output',
        found: 'unknown-output has no output shout',
      },
    ])
  })
  test('the official parser looks into the called file', async () => {
    const errors = await askParser(fixture('unparsable'))
    expect(errors.join('\n')).toContain('no-such-input')
  })
  test('actionlint is heard on anything but the keys that it is too old for', async () => {
    const complaints = await askActionlint(fixture('too-new'))
    expect(complaints).toEqual([expect.stringContaining('unexpected key "wait"')])
  })
})

test.each([
  ['`cd/staging`', ['cd/staging']],
  ['`… / cd-status` and `<job> / plan`', ['… / cd-status', '<job> / plan']],
  ['`a / b / c`, `cd dist/x`, cd/staging', []],
])('names in %s', (markdown, names) => expect(findNamedChecks(markdown)).toEqual(names))

test.each([
  ['cd/staging', true],
  ['cd/nowhere', false],
  ['production / cd-status', true],
  ['… / cd-status', true],
  ['<job> / nothing', false],
  ['staging / cd-status', false],
])('%s is known: %s', (name, known) => {
  const names = { contexts: ['cd/staging'], checks: ['production / cd-status'] }
  expect(isKnown(name, names)).toBe(known)
})
