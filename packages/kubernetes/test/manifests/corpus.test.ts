// Manifests as other people publish them: each reads, and what is none is told as such.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { adviceOf, idOf, readManifests } from '@sluice/kubernetes'
import { memoryPorts } from './memory-ports.ts'

const PROJECT = resolve(import.meta.dirname, '../../../..')
const CORPUS = process.env['SLUICE_CORPUS'] ?? resolve(PROJECT, '../shared/corpus')
const SETS = ['kubernetes-demo', 'kubernetes-examples'].map((name) => join(CORPUS, name))
const hasCorpus = SETS.every((folder) => existsSync(folder))
if (!hasCorpus && process.env['SLUICE_CORPUS'] !== undefined) {
  throw new Error(`SLUICE_CORPUS names ${CORPUS}, and there is no ${SETS.join(' and ')}`)
}
if (!hasCorpus) {
  process.stderr.write(
    `\nSKIPPED: there are no Kubernetes manifests at ${CORPUS}. Set SLUICE_CORPUS to the corpus folder.\n\n`,
  )
}

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name))
    .map((entry) => relative(CORPUS, join(entry.parentPath, entry.name)))
    .toSorted()

/** Settings of Cassandra lie among its manifests. */
const isSettings = (file: string): boolean => file.endsWith('/cassandra.yaml')

async function read(file: string) {
  const { ports, notices } = memoryPorts({ [file]: readFileSync(join(CORPUS, file), 'utf8') })
  const result = await readManifests(
    { manifests: [file], render: 'none', valuesFiles: [], releaseName: null, namespace: null },
    ports,
  )
  const manifests = result.ok ? result.value : []
  const placed = manifests.map((manifest) => {
    return { ...manifest, id: idOf(manifest.object, 'default'), known: true }
  })
  return {
    ok: result.ok,
    notices,
    advice: adviceOf(placed).map(({ where }) => where.startsWith(`${file}:`)),
    problems: result.ok ? [] : result.problems.map(({ where, message }) => `${where} ${message}`),
  }
}

async function expectAllRead(): Promise<void> {
  const files = SETS.flatMap(filesOf).filter((file) => !isSettings(file))
  expect(files.length).toBeGreaterThan(25)
  for (const file of files) {
    const { ok, problems, notices, advice } = await read(file)
    expect({ file, ok, problems, notices }).toEqual({ file, ok: true, problems: [], notices: [] })
    expect(advice.every((inFile) => inFile)).toBe(true)
  }
}

async function expectSettingsRefused(): Promise<void> {
  const files = SETS.flatMap(filesOf).filter(isSettings)
  expect(files.length).toBeGreaterThan(0)
  for (const file of files) {
    const { problems } = await read(file)
    expect(problems).toEqual([
      expect.stringMatching(/:\d+ is no Kubernetes object: apiVersion and kind are missing$/),
    ])
  }
}

/** Skipped ones are counted, so that the tally shows what was not tried here. */
const withCorpus = hasCorpus ? test : test.skip
describe('published manifests', () => {
  withCorpus('all read', expectAllRead)
  withCorpus('settings among them are told as such', expectSettingsRefused)
})
