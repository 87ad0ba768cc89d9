// Files as teams bring them, overlaid on the example unchanged: the happy rehearsal promotes them.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { parse, stringify } from 'yaml'
import { play } from './rig/rehearsals.ts'
import { PROJECT } from './rig/step.ts'
import { EXAMPLE } from './rig/world.ts'

jest.setTimeout(120_000)

/** Ours, of the same shapes. */
const SHAPES = fileURLToPath(new URL('fixtures/workshop-shapes', import.meta.url))
const CORPUS = process.env['SLUICE_CORPUS'] ?? resolve(PROJECT, '../shared/corpus')
const WORKSHOP = join(CORPUS, 'azureml-workshop')
const hasWorkshop = existsSync(WORKSHOP)
if (!hasWorkshop && process.env['SLUICE_CORPUS'] !== undefined) {
  throw new Error(`SLUICE_CORPUS names ${CORPUS}, and there is no ${WORKSHOP}`)
}
if (!hasWorkshop) {
  process.stderr.write(
    `\nSKIPPED: there are no workshop files at ${WORKSHOP}. Set SLUICE_CORPUS to the corpus folder.\n\n`,
  )
}

/** File of the team to its place in the repository. */
const PLACES = {
  'endpoint.yml': 'scoring/endpoint.yml',
  'deployment.yml': 'scoring/deployment.yml',
  'conda.yml': 'scoring/conda.yml',
  'scoring_test_request.json': 'requests/scoring_test_request.json',
  'env.staging': 'env/.env.staging',
  'env.prod': 'env/.env.prod',
} as const

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-corpus-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The example with the team's files in place of ours, byte for byte. */
function overlay(name: string, files: string): string {
  const repository = join(folder, name)
  cpSync(EXAMPLE, repository, { recursive: true })
  // Our policy and requests are about our own file names.
  for (const path of ['requests', 'sluice.policy.yml'])
    rmSync(join(repository, path), { recursive: true })
  for (const [from, to] of Object.entries(PLACES)) cpSync(join(files, from), join(repository, to))
  // What the simulated models answer goes by the name of the team's model.
  const file = join(repository, 'rehearsal.yml')
  const description = parse(readFileSync(file, 'utf8')) as { models: Record<string, unknown> }
  const model = /^model=(.+)$/m.exec(readFileSync(join(files, 'env.staging'), 'utf8'))?.[1] ?? ''
  const models = { [model]: Object.values(description.models)[0] }
  writeFileSync(file, stringify({ ...description, models }))
  return repository
}

/** What became of a team's files: the same words for every team. */
async function promote(name: string, files: string) {
  const { report, runs, artifacts } = await play('happy', overlay(name, files))
  const annotations = runs.flatMap(({ jobs }) => jobs.flatMap((job) => job.annotations))
  const targets = Object.entries(artifacts)
    .filter(([path]) => path.endsWith('target.json'))
    .map(([, text]) => JSON.parse(text) as { endpoint: string; name: string })
  return {
    errors: annotations.filter(({ level }) => level === 'error'),
    outcome: report.outcome,
    traffic: report.traffic,
    endpoints: targets.map((target) => target.endpoint).toSorted(),
    names: [...new Set(targets.map((target) => target.name))],
  }
}

const promoted = {
  errors: [],
  outcome: 'promoted',
  traffic: { staging: { blue: 100 }, production: { blue: 100 } },
}

test('files of the same shapes, written by us', async () => {
  expect(await promote('shapes', SHAPES)).toEqual({
    ...promoted,
    // From the env-files; the key in the lock is the name in endpoint.yml.
    endpoints: ['prd-bike-hire', 'stg-bike-hire'],
    names: ['bike-hire-endpoint'],
  })
})

async function expectWorkshopPromoted(): Promise<void> {
  expect(await promote('workshop', WORKSHOP)).toEqual({
    ...promoted,
    endpoints: ['mlprod-workshop-taxi', 'mlstg-workshop-taxi'],
    names: ['mlops-workshop-endpoint'],
  })
}

/** A skipped one is counted, so that the tally shows what was not tried here. */
const withWorkshop = hasWorkshop ? test : test.skip
withWorkshop("the workshop's own files", expectWorkshopPromoted)
