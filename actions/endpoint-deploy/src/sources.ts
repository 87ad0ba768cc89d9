// The user's files, read and brought together with the inputs: input, else env-file, else YAML.
import type { Ports } from '@sluice/action'
import {
  isEndpointName,
  parseAssetReference,
  readAzurePlace,
  readDeploymentFile,
  readEndpointFile,
  type AzurePlace,
  type DeploymentDescription,
  type EndpointDescription,
  type ModelReference,
} from '@sluice/azureml'
import { parseDotenv, parseYaml, type YamlFile } from '@sluice/documents'
import { bad, good, SluiceError, type Problem, type Result } from '@sluice/rollout'
import type { AzureConfig } from './config.ts'

/** Each file's text, or why it cannot be read. */
export interface Texts {
  readonly endpoint: Result<string>
  readonly deployment: Result<string>
  /** null: no env-file was named. */
  readonly env: Result<string> | null
}

export interface Sources {
  readonly endpoint: EndpointDescription
  readonly deployment: DeploymentDescription
  readonly place: AzurePlace
  /** Name of the endpoint in this environment. */
  readonly endpointName: string
  readonly model: ModelReference | null
  /** A version that input or env-file name; the one in deployment.yml is a stand-in for CI's choice. */
  readonly modelVersion: string | null
}

export async function readTexts(config: AzureConfig, files: Ports['files']): Promise<Texts> {
  const { endpointFile, deploymentFile, envFile } = config
  return {
    endpoint: await readText('endpoint-file', endpointFile, files),
    deployment: await readText('deployment-file', deploymentFile, files),
    env: envFile === '' ? null : await readText('env-file', envFile, files),
  }
}

async function readText(
  input: string,
  path: string,
  files: Ports['files'],
): Promise<Result<string>> {
  try {
    return good(await files.readText(path))
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error
    return bad({ where: `input ${input}`, message: error.message })
  }
}

/** Pure; every problem of every file at once. */
export function readSources(config: AzureConfig, texts: Texts): Result<Sources> {
  const problems: Problem[] = []
  const take = <Value>(result: Result<Value>): Value | null => {
    if (result.ok) return result.value
    problems.push(...result.problems)
    return null
  }
  const { endpointFile, deploymentFile, envFile } = config
  const endpoint = take(readYaml(texts.endpoint, { file: endpointFile, read: readEndpointFile }))
  const deployment = take(
    readYaml(texts.deployment, { file: deploymentFile, read: readDeploymentFile }),
  )
  const env = take(readEnv(texts.env, envFile))
  const place = env === null ? null : take(readAzurePlace(config.place, env))
  const names: Named = { config, env: env ?? {}, endpoint, deployment }
  const endpointName = take(nameEndpoint(names))
  const model = take(nameModel(names))
  if (!endpoint || !deployment || !place || endpointName === null || !model) return bad(...problems)
  return good({ endpoint, deployment, place, endpointName, ...model })
}

interface Named {
  readonly config: AzureConfig
  readonly env: Readonly<Record<string, string>>
  readonly endpoint: EndpointDescription | null
  readonly deployment: DeploymentDescription | null
}

function nameEndpoint({ config, env, endpoint, deployment }: Named): Result<string> {
  const name = config.endpoint || env['endpoint'] || deployment?.endpointName || endpoint?.name
  // A file that could not be read has told its own problem.
  if (name === undefined) return good('')
  if (isEndpointName(name)) return good(name)
  const message = `found "${name}"; wanted 3 to 32 letters, digits and -, a letter first`
  return bad({
    where: env['endpoint'] === name ? `${config.envFile}, endpoint` : 'endpoint',
    message,
  })
}

function nameModel({
  config,
  env,
  deployment,
}: Named): Result<Pick<Sources, 'model' | 'modelVersion'>> {
  const given = env['model'] ?? ''
  const where = `${config.envFile}, model`
  const read = given === '' ? good(null) : parseAssetReference(given, where)
  if (!read.ok) return read
  const model = config.model ?? read.value ?? deployment?.model ?? null
  const named = config.model === null && read.value?.kind === 'name' ? read.value.version : null
  const modelVersion = config.modelVersion ?? named
  if (config.modelVersion === null || model?.kind === 'name' || deployment === null) {
    return good({ model, modelVersion })
  }
  const other = model === null ? 'no model is named' : `the model is ${model.label}`
  return bad({ where: 'input model-version', message: `is "${config.modelVersion}", but ${other}` })
}

function readYaml<Value>(
  text: Result<string>,
  { file, read }: { readonly file: string; readonly read: (doc: YamlFile) => Result<Value> },
): Result<Value> {
  const doc = text.ok ? parseYaml(text.value, { file }) : text
  return doc.ok ? read(doc.value) : doc
}

function readEnv(
  text: Result<string> | null,
  file: string,
): Result<Readonly<Record<string, string>>> {
  if (text === null) return good({})
  return text.ok ? parseDotenv(text.value, { file }) : text
}
