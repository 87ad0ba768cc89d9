// Steps and calls in the documentation: they name actions and workflows that exist, and inputs that
// these take. People copy them.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import { listActions, listFiles, listFolders, root } from '../scripts/repository.ts'
import { PUBLISHED } from './doubles/project.ts'
import { exists, fieldsOf, readWorkflow, textOf, type Fields } from './workflows/file.ts'
import { readActions } from './workflows/wiring.ts'

const pages = [
  'README.md',
  ...listFiles(join(root, 'docs')).map((name) => `docs/${name}`),
  ...listActions().map(({ folder }) => `${folder}/README.md`),
  ...listFolders(join(root, 'examples')).map((name) => `examples/${name}/README.md`),
].filter((path) => path.endsWith('.md') && exists(path))

interface Use {
  readonly page: string
  /** Without owner and commit: `actions/commit-status`. */
  readonly path: string
  readonly fields: Fields
}

function usesIn(page: string): readonly Use[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```yaml\n(.*?)^```/gms)].flatMap(([, yaml = '']) =>
    parseAllDocuments(yaml).flatMap((document) => findUses(page, document.toJS())),
  )
}

function findUses(page: string, value: unknown): readonly Use[] {
  if (Array.isArray(value)) return value.flatMap((one) => findUses(page, one))
  const fields = fieldsOf(value)
  const [place = ''] = textOf(fields['uses']).split('@')
  const own = place.startsWith(`${PUBLISHED}/`)
    ? [{ page, path: place.slice(PUBLISHED.length + 1), fields }]
    : []
  return [...own, ...Object.values(fields).flatMap((one) => findUses(page, one))]
}

interface Taken {
  readonly inputs: readonly string[]
  readonly required: readonly string[]
  readonly secrets: readonly string[]
}

const actions = readActions()

/** null: there is no such action or workflow. */
function takenBy(path: string): Taken | null {
  const action = actions.get(path)
  if (action !== undefined) {
    const required = action.inputs.filter((one) => one.required && one.fallback === '')
    return {
      inputs: action.inputs.map(({ name }) => name),
      required: required.map(({ name }) => name),
      secrets: [],
    }
  }
  if (!exists(path)) return null
  const call = fieldsOf(fieldsOf(readWorkflow(path).value['on'])['workflow_call'])
  return {
    inputs: Object.keys(fieldsOf(call['inputs'])),
    required: [],
    secrets: Object.keys(fieldsOf(call['secrets'])),
  }
}

/** One sentence for everything that is wrong. */
function faultsOf({ page, path, fields }: Use): readonly string[] {
  const taken = takenBy(path)
  if (taken === null) return [`${page}: there is no ${path}`]
  const given = Object.keys(fieldsOf(fields['with']))
  const secrets = Object.keys(fieldsOf(fields['secrets']))
  return [
    ...given.filter((name) => !taken.inputs.includes(name)).map((name) => `takes no ${name}`),
    ...taken.required.filter((name) => !given.includes(name)).map((name) => `needs ${name}`),
    ...secrets
      .filter((name) => !taken.secrets.includes(name))
      .map((name) => `has no secret ${name}`),
  ].map((fault) => `${page}: ${path} ${fault}`)
}

test('every page is parsed, and most of the actions are shown', () => {
  const shown = new Set(pages.flatMap(usesIn).map(({ path }) => path))
  expect([...shown]).toEqual(
    expect.arrayContaining([
      '.github/workflows/azureml-staging.yml',
      '.github/workflows/kubernetes-staging.yml',
      'actions/endpoint-deploy',
      'actions/endpoint-test',
      'actions/k8s-apply',
      'actions/traffic-swap',
    ]),
  )
})

test.each(pages)('%s shows steps that can be copied', (page) => {
  expect(usesIn(page).flatMap(faultsOf)).toEqual([])
})

describe('what is wrong is found', () => {
  const use = (path: string, fields: Fields): Use => ({ page: 'x.md', path, fields })
  test.each<[string, Use, readonly string[]]>([
    ['no such action', use('actions/nothing', {}), ['x.md: there is no actions/nothing']],
    [
      'an input that nobody takes, one that is missing',
      use('actions/endpoint-test', { with: { target: 'x', request: 'y' } }),
      [
        'x.md: actions/endpoint-test takes no request',
        'x.md: actions/endpoint-test needs requests',
      ],
    ],
    [
      'a secret that the workflow does not know',
      use('.github/workflows/kubernetes-staging.yml', { secrets: { kubeconf: 'x' } }),
      ['x.md: .github/workflows/kubernetes-staging.yml has no secret kubeconf'],
    ],
  ])('%s', (_, one, faults) => expect(faultsOf(one)).toEqual(faults))
})
