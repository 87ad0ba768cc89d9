// What a rehearsal must know of a user's repository: its `rehearsal.yml` and the env-files it names.
import { join } from 'node:path'
import type { RehearsalModels } from '../../azure/behaviours.ts'
import { objectOf, readDescriptionFile, readText, textOf } from '../description-file.ts'
import { RehearsalRefused } from '../refusal.ts'
import { problemsOfModels } from './model-shapes.ts'

export interface EnvironmentDescription {
  readonly resourceGroup: string
  readonly workspace: string
  readonly location: string
  readonly endpoint: string
  readonly model: string
}

export interface Description {
  readonly staging: EnvironmentDescription
  readonly production: EnvironmentDescription
  readonly models: RehearsalModels
  /** A file whose change on `integration` starts staging. */
  readonly touch: string
  /** File name of the staging caller, for dispatches. */
  readonly stagingWorkflow: string
}

const KEYS = ['group', 'workspace', 'endpoint', 'model'] as const
const DEFAULT_LOCATION = 'westeurope'

/** Throws RehearsalRefused that names file and key. */
export async function readDescription(repository: string): Promise<Description> {
  const { path: file, value } = await readDescriptionFile(repository, {
    path: 'examples/azureml-taxi/rehearsal.yml',
    settings: 'models and env-files',
  })
  const environments = objectOf(value['environments'], 'environments', file)
  const [staging, production] = await Promise.all(
    ['staging', 'production'].map(async (name) => {
      const where = `environments.${name}`
      const entry = objectOf(environments[name], where, file)
      const path = textOf(entry['env-file'], `${where}.env-file`, file)
      return readEnvironment(join(repository, path), `rehearsal.yml names it at ${where}.env-file`)
    }),
  )
  if (staging === undefined || production === undefined) throw new RehearsalRefused(file)
  const touch = textOf(value['touch'], 'touch', file)
  await readText(join(repository, touch), 'rehearsal.yml names it at touch')
  return {
    staging,
    production,
    models: modelsOf(value['models'], file),
    touch,
    stagingWorkflow: textOf(value['staging-workflow'], 'staging-workflow', file),
  }
}

function modelsOf(value: unknown, file: string): RehearsalModels {
  const models = objectOf(value, 'models', file)
  const problems = problemsOfModels(models)
  if (problems.length > 0) {
    throw new RehearsalRefused(problems.map((problem) => `${file}: ${problem}`).join('\n'))
  }
  return models as unknown as RehearsalModels
}

async function readEnvironment(file: string, why: string): Promise<EnvironmentDescription> {
  const pairs = Object.fromEntries(
    (await readText(file, why))
      .split(/\r?\n/)
      .filter((line) => line.trim() !== '' && !line.trim().startsWith('#') && line.includes('='))
      .map((line) => [
        line.slice(0, line.indexOf('=')).trim(),
        line.slice(line.indexOf('=') + 1).trim(),
      ]),
  ) as Record<string, string>
  const found = Object.keys(pairs).filter((key) => pairs[key] !== '')
  const missing = KEYS.filter((key) => !found.includes(key))
  if (missing.length > 0) {
    const lines = missing.map(
      (key) =>
        `${file}: no key \`${key}\`; found ${found.join(', ') || 'none'}; add a line ${key}=NAME`,
    )
    throw new RehearsalRefused(lines.join('\n'))
  }
  return {
    resourceGroup: pairs['group'] ?? '',
    workspace: pairs['workspace'] ?? '',
    location: pairs['location'] || DEFAULT_LOCATION,
    endpoint: pairs['endpoint'] ?? '',
    model: pairs['model'] ?? '',
  }
}
