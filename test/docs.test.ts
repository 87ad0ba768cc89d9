import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import type { Ports, RawInputs } from '@sluice/action'
import { readActionFile } from '../scripts/action-file.ts'
import { fillMarkers, renderGeneratedFiles } from '../scripts/generated.ts'
import { listActions, listFiles, root } from '../scripts/repository.ts'

test('the generated parts of the documentation are up to date: `npm run docs`', async () => {
  const { files, problems } = await renderGeneratedFiles()
  const stale = files.filter(({ was, text }) => was !== text)
  expect(problems).toEqual([])
  expect(stale.map(({ path }) => path)).toEqual([])
  // Loads every package and formats every page.
}, 60_000)

type ReadConfig = (inputs: RawInputs, ports: Pick<Ports, 'env' | 'run'>) => unknown

interface ConfigModule {
  readonly INPUTS: readonly string[]
  readonly readConfig: ReadConfig
}

const outsideOfARun: Pick<Ports, 'env' | 'run'> = {
  env: {},
  run: {
    repository: '',
    sha: '',
    ref: '',
    eventName: '',
    runId: '',
    runAttempt: '',
    job: '',
    workspace: '',
    documents: '',
    serverUrl: '',
    apiUrl: '',
    runUrl: '',
  },
}

/** The names that a configuration asks for when nothing is given. */
function recordReads(readConfig: ReadConfig): readonly string[] {
  const asked = new Set<string>()
  const inputs = new Proxy<Record<string, string>>(
    {},
    {
      get: (_, name) => {
        asked.add(String(name))
        return ''
      },
    },
  )
  readConfig(inputs, outsideOfARun)
  return [...asked]
}

describe.each(listActions().map((action) => [action.name, action] as const))('%s', (_, action) => {
  const file = readActionFile(action)
  const declared = file.inputs.map(({ name }) => name).sort()
  const readModule = () =>
    import(pathToFileURL(join(root, action.folder, 'src/config.ts')).href) as Promise<ConfigModule>

  test('config.ts, action.yml and README name the same inputs', async () => {
    const { INPUTS } = await readModule()
    expect([...INPUTS].sort()).toEqual(declared)
    const readme = readFileSync(join(root, action.folder, 'README.md'), 'utf8')
    const table = readme.slice(readme.indexOf('inputs:begin'), readme.indexOf('inputs:end'))
    const rows = [...table.matchAll(/^\| `([\w-]+)`/gm)].map((match) => match[1] ?? '')
    expect(rows.sort()).toEqual(declared)
  })

  test('config.ts asks for no input that action.yml does not have', async () => {
    const { readConfig } = await readModule()
    const asked = recordReads(readConfig)
    expect(asked.length).toBeGreaterThan(0)
    expect(asked.filter((name) => !declared.includes(name))).toEqual([])
  })

  test('every output of action.yml stands in its sources', () => {
    const sources = listFiles(join(root, action.folder, 'src'))
      .map((path) => readFileSync(join(root, action.folder, 'src', path), 'utf8'))
      .join('\n')
    const words = new Set([...sources.matchAll(/'([a-z][a-z0-9-]*)'|\b([a-z]+)\b/g)].flat())
    expect(file.outputs.filter(({ name }) => !words.has(name))).toEqual([])
  })
})

describe('markers', () => {
  test('what stands between them is replaced, the rest is kept', () => {
    const text = 'a\n<!-- x:begin -->\nold\n<!-- x:end -->\nb'
    expect(fillMarkers(text, { x: 'new' })).toBe('a\n<!-- x:begin -->\n\nnew\n\n<!-- x:end -->\nb')
  })
  test.each(['', '<!-- x:end --><!-- x:begin -->', '<!-- x:begin -->'])('"%s" lacks them', (text) =>
    expect(() => fillMarkers(text, { x: 'new' })).toThrow('lacks the markers <!-- x:begin -->'),
  )
})
