import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { INPUTS, readConfig } from '../src/config.ts'

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
}
const file = parse(readFileSync('actions/k8s-apply/action.yml', 'utf8')) as ActionFile
const defaults = Object.fromEntries(
  Object.entries(file.inputs).map(([name, { default: value = '' }]) => [name, value]),
)
const given = (inputs: Readonly<Record<string, string>>) => readConfig({ ...defaults, ...inputs })
const problemsOf = (inputs: Readonly<Record<string, string>>): readonly string[] => {
  const config = given(inputs)
  return config.ok ? [] : config.problems.map(({ where, message }) => `${where}: ${message}`)
}

test('the inputs are those of action.yml', () => {
  expect([...INPUTS]).toEqual(Object.keys(file.inputs))
})

test('manifests alone is enough', () => {
  const config = given({ manifests: 'kubernetes' })
  expect(config).toMatchObject({
    ok: true,
    value: {
      mode: 'apply',
      manifests: { paths: ['kubernetes'], render: 'none' },
      namespace: null,
      wait: true,
      timeoutSeconds: 600,
      onFailure: 'keep',
      dryRun: false,
    },
  })
})

test('paths come with commas, semicolons or line ends between, as other actions write them', () => {
  const config = given({ manifests: 'a.yml, b.yml;c.yml\nd/*.yml' })
  expect(config).toMatchObject({
    value: { manifests: { paths: ['a.yml', 'b.yml', 'c.yml', 'd/*.yml'] } },
  })
})

describe('refusals say what, where, found and wanted', () => {
  test.each([
    [{}, 'input manifests: is empty; wanted files, folders or globs'],
    [
      { mode: 'restart' },
      'input manifests: is empty; wanted files, folders or globs, or `objects`',
    ],
    [
      { mode: 'delete' },
      'input manifests: is empty; wanted files, folders or globs, or the `application` that was recorded',
    ],
    [
      { manifests: 'k', objects: 'deployment/web' },
      'input objects: is given, but mode apply acts on everything in `manifests`',
    ],
    [
      { manifests: 'k', 'values-files': 'v.yml' },
      'input values-files: is given, but means something only with render: helm',
    ],
    [
      { manifests: 'k', replicas: '2' },
      'input replicas: is given, but means something only with mode: scale',
    ],
    [
      { manifests: 'k', mode: 'scale' },
      'input replicas: is empty; wanted the number of pods for mode scale',
    ],
    [
      { manifests: 'k', revision: '2' },
      'input revision: is given, but means something only with mode: undo',
    ],
    [
      { manifests: 'k', smoke: '/health' },
      'input smoke-target: is empty; the checks of `smoke` and their `smoke-target` belong together',
    ],
    [
      { manifests: 'k', 'on-failure': 'undo', wait: 'false' },
      'input on-failure: is undo beside wait: false; without a wait no failure is seen',
    ],
    [
      { manifests: 'a,b', render: 'kustomize' },
      'input manifests: found 2 paths; wanted one with render: kustomize',
    ],
    [
      { manifests: 'k', namespace: 'My_Shop' },
      'input namespace: found "My_Shop"; wanted lower-case letters, digits and hyphens, at most 63',
    ],
    [
      { manifests: 'k', 'timeout-seconds': '0' },
      'input timeout-seconds: found "0"; wanted a whole number from 1 to 21600',
    ],
    [
      { manifests: 'k', mode: 'aply' },
      'input mode: found "aply"; wanted apply, diff, delete, status, restart, history, undo, pause, resume or scale',
    ],
  ] as const)('%j', (inputs, message) => {
    expect(problemsOf(inputs)).toContain(message)
  })

  test('all at once', () => {
    expect(problemsOf({ mode: 'scale', 'dry-run': 'maybe', render: 'jsonnet' })).toHaveLength(4)
  })
})
