// What a rehearsal must know of a user's repository: its `rehearsal.yml` and the env-files it names.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { RehearsalModels } from '../azure/behaviours.ts'

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

/** Something in the user's repository that a rehearsal needs and does not find. */
export class RehearsalRefused extends Error {
  override readonly name = 'RehearsalRefused'
}

const KEYS = ['group', 'workspace', 'location', 'endpoint', 'model'] as const

/** Throws RehearsalRefused that names file and key. */
export async function readDescription(repository: string): Promise<Description> {
  const file = join(repository, 'rehearsal.yml')
  const text = await readText(file, 'a rehearsal needs it; examples/azureml-taxi has one')
  const value = parse(text) as Record<string, unknown> | null
  const environments = objectOf(value?.['environments'], 'environments', file)
  const [staging, production] = await Promise.all(
    ['staging', 'production'].map(async (name) => {
      const entry = objectOf(environments[name], `environments.${name}`, file)
      return readEnvironment(
        repository,
        textOf(entry['env-file'], `environments.${name}.env-file`, file),
      )
    }),
  )
  if (staging === undefined || production === undefined) throw new RehearsalRefused(file)
  return {
    staging,
    production,
    models: objectOf(value?.['models'], 'models', file) as unknown as RehearsalModels,
    touch: textOf(value?.['touch'], 'touch', file),
    stagingWorkflow: textOf(value?.['staging-workflow'], 'staging-workflow', file),
  }
}

async function readEnvironment(repository: string, path: string): Promise<EnvironmentDescription> {
  const file = join(repository, path)
  const lines = (await readText(file, 'rehearsal.yml names it')).split(/\r?\n/)
  const pairs = Object.fromEntries(
    lines
      .filter((line) => line.trim() !== '' && !line.trim().startsWith('#'))
      .map((line) => [
        line.slice(0, line.indexOf('=')).trim(),
        line.slice(line.indexOf('=') + 1).trim(),
      ]),
  ) as Record<string, string>
  const missing = KEYS.filter((key) => (pairs[key] ?? '') === '')
  if (missing.length > 0) throw new RehearsalRefused(`${file} does not say ${missing.join(', ')}`)
  return {
    resourceGroup: pairs['group'] ?? '',
    workspace: pairs['workspace'] ?? '',
    location: pairs['location'] ?? '',
    endpoint: pairs['endpoint'] ?? '',
    model: pairs['model'] ?? '',
  }
}

async function readText(file: string, why: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new RehearsalRefused(`${file} cannot be read: ${why}`, { cause: error })
  }
}

function objectOf(value: unknown, where: string, file: string): Record<string, unknown> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new RehearsalRefused(`${file}: ${where} must be a map`)
  }
  return value as Record<string, unknown>
}

function textOf(value: unknown, where: string, file: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new RehearsalRefused(`${file}: ${where} must be a text`)
  }
  return value
}
