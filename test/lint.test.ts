import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { runNode } from '../scripts/child.ts'
import { listFiles, root } from '../scripts/repository.ts'
import { findStructuralBreaches } from '../scripts/structure.ts'

/** Every file of the fixture, and the one rule that it breaks; `null`: none. */
const wanted: readonly (readonly [file: string, rule: string | null])[] = [
  ['actions/commit-status/src/imports-sibling.ts', 'eslint(no-restricted-imports)'],
  ['actions/commit-status/src/imports-toolkit.ts', 'eslint(no-restricted-imports)'],
  ['actions/commit-status/src/reads-environment.ts', 'eslint(no-restricted-globals)'],
  ['cli/doctor/src/imports-twin.ts', 'eslint(no-restricted-imports)'],
  ['packages/azureml/src/fetches.ts', 'eslint(no-restricted-globals)'],
  ['packages/azureml/src/helpers.ts', 'sluice/vague-name'],
  ['packages/azureml/src/imports-action.ts', 'eslint(no-restricted-imports)'],
  ['packages/azureml/src/imports-adapter.ts', 'eslint(no-restricted-imports)'],
  ['packages/azureml/src/imports-deep.ts', 'eslint(no-restricted-imports)'],
  ['packages/azureml/src/imports-lazily.ts', 'eslint(no-restricted-imports)'],
  ['packages/azureml/src/imports-toolkit.ts', 'eslint(no-restricted-imports)'],
  ['packages/azureml/src/imports-twin.ts', 'eslint(no-restricted-imports)'],
  ['packages/azureml/src/imports-undeclared.ts', 'sluice/declared-import'],
  ['packages/azureml/src/measures.ts', 'eslint(no-restricted-globals)'],
  ['packages/azureml/src/prints.ts', 'eslint(no-console)'],
  ['packages/azureml/src/reaches-outside.ts', 'sluice/no-reach-outside'],
  ['packages/azureml/src/reads-clock.ts', 'sluice/no-clock'],
  ['packages/azureml/src/reads-environment.ts', 'eslint(no-restricted-globals)'],
  ['packages/azureml/src/reads-file.ts', 'eslint(no-restricted-imports)'],
  ['packages/azureml/src/reads-global.ts', 'eslint(no-restricted-properties)'],
  ['packages/azureml/src/reads-now.ts', 'eslint(no-restricted-properties)'],
  ['packages/azureml/src/sets-timer.ts', 'eslint(no-restricted-globals)'],
  ['packages/azureml/src/starts-child.ts', 'eslint(no-restricted-imports)'],
  ['packages/evidence/src/imports-documents.ts', 'eslint(no-restricted-imports)'],
  ['packages/evidence/src/waits.ts', 'eslint(no-restricted-globals)'],
  ['packages/github/src/any-value.ts', 'typescript(no-explicit-any)'],
  ['packages/github/src/bare-builtin.ts', 'unicorn(prefer-node-protocol)'],
  ['packages/github/src/circle-one.ts', 'import(no-cycle)'],
  ['packages/github/src/circle-two.ts', 'import(no-cycle)'],
  ['packages/github/src/complex.ts', 'eslint(complexity)'],
  ['packages/github/src/counts.ts', null],
  ['packages/github/src/floating.ts', 'typescript(no-floating-promises)'],
  ['packages/github/src/long-file.ts', 'eslint(max-lines)'],
  ['packages/github/src/long-function.ts', 'eslint(max-lines-per-function)'],
  ['packages/github/src/loose-equality.ts', 'eslint(eqeqeq)'],
  ['packages/github/src/many-parameters.ts', 'eslint(max-params)'],
  ['packages/github/src/missing-name.ts', 'import(namespace)'],
  ['packages/github/src/misused.ts', 'typescript(no-misused-promises)'],
  ['packages/github/src/nested.ts', 'eslint(max-depth)'],
  ['packages/github/src/not-exhaustive.ts', 'typescript(switch-exhaustiveness-check)'],
  ['packages/github/src/row.ts', null],
  ['packages/github/src/spreads-function.ts', 'typescript(no-misused-spread)'],
  ['packages/github/src/switched-off.ts', 'sluice/no-switch-off'],
  ['packages/github/src/throws-text.ts', 'typescript(only-throw-error)'],
  ['packages/github/src/ts-comment.ts', 'sluice/no-switch-off'],
  ['packages/github/src/ts-comment.ts', 'typescript(ban-ts-comment)'],
  ['packages/github/src/type-import.ts', 'typescript(consistent-type-imports)'],
  ['packages/github/src/unfinished.ts', 'eslint(no-warning-comments)'],
  ['packages/github/src/unused.ts', 'eslint(no-unused-vars)'],
  ['packages/github/test/disabled.test.ts', 'jest(no-disabled-tests)'],
  ['packages/github/test/focused.test.ts', 'jest(no-focused-tests)'],
  ['packages/rollout/src/imports-upwards.ts', 'eslint(no-restricted-imports)'],
  ['packages/rollout/src/reads-date.ts', 'eslint(no-restricted-globals)'],
  ['packages/rollout/src/reads-node.ts', 'eslint(no-restricted-imports)'],
  ['packages/rollout/src/rolls-dice.ts', 'eslint(no-restricted-properties)'],
  ['packages/twin/src/imports-product.ts', 'eslint(no-restricted-imports)'],
  ['packages/twin/src/imports-toolkit.ts', 'eslint(no-restricted-imports)'],
]

// The globs of the configuration start at its own folder: a copy of the fixture stands in for the checkout.
const copy = mkdtempSync(join(tmpdir(), 'sluice-lint-'))

beforeAll(() => {
  cpSync(join(root, 'test/lint-fixtures'), copy, { recursive: true })
  cpSync(join(root, 'oxlint.config.ts'), join(copy, 'oxlint.config.ts'))
  cpSync(join(root, 'tsconfig.base.json'), join(copy, 'tsconfig.base.json'))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
})

afterAll(() => rmSync(copy, { recursive: true }))

interface Diagnostic {
  readonly code: string
  readonly filename: string
}

test('each rule is broken by its file, and by no other', async () => {
  const oxlint = await runNode(
    [
      join(root, 'node_modules/oxlint/bin/oxlint'),
      '--format',
      'json',
      'packages',
      'actions',
      'cli',
    ],
    { cwd: copy, quiet: true },
  )
  const { diagnostics } = JSON.parse(oxlint.output) as { diagnostics: readonly Diagnostic[] }
  const found = new Set([
    ...diagnostics.map(({ filename, code }) => `${filename} ${code}`),
    ...findStructuralBreaches(copy).map(({ file, rule }) => `${file} ${rule}`),
  ])
  const expected = wanted.flatMap(([file, rule]) => (rule === null ? [] : [`${file} ${rule}`]))
  expect([...found].sort()).toEqual([...expected].sort())
})

test('the table names every file of the fixture', () => {
  const files = listFiles(join(root, 'test/lint-fixtures')).filter((file) => file.endsWith('.ts'))
  expect([...new Set(wanted.map(([file]) => file))].sort()).toEqual(files)
})

test('every rule that the configuration turns on by name has a file that breaks it', () => {
  const config = readFileSync(join(root, 'oxlint.config.ts'), 'utf8')
  const named = [
    ...config.matchAll(
      /^ +'?((?:[a-z]+\/)?[a-z-]+)'?: (?:'error'|\['error'|imports\(|noGlobals\(|noProperties)/gm,
    ),
  ]
    .map((match) => match[1] ?? '')
    .filter((rule) => rule !== 'correctness')
    .map((rule) => (rule.includes('/') ? rule.replace('/', '(') : `eslint(${rule}`) + ')')
  const broken = new Set(wanted.map(([, rule]) => rule))
  expect([...new Set(named)].filter((rule) => !broken.has(rule))).toEqual([])
  expect(named.length).toBeGreaterThan(15)
})
