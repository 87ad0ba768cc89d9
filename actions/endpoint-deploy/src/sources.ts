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
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import type { Config } from './config.ts'

export interface Texts {
  readonly endpoint: string
  readonly deployment: string
  /** null: no env-file was named. */
  readonly env: string | null
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

export async function readTexts(config: Config, files: Ports['files']): Promise<Texts> {
  const { endpointFile, deploymentFile, envFile } = config
  return {
    endpoint: await files.readText(endpointFile),
    deployment: await files.readText(deploymentFile),
    env: envFile === '' ? null : await files.readText(envFile),
  }
}

/** Pure; every problem of every file at once. */
export function readSources(config: Config, texts: Texts): Result<Sources> {
  const problems: Problem[] = []
  const take = <Value>(result: Result<Value>): Value | null => {
    if (result.ok) return result.value
    problems.push(...result.problems)
    return null
  }
  const endpoint = take(readYaml(texts.endpoint, { file: config.endpointFile, read: readEndpointFile }))
  const deployment = take(readYaml(texts.deployment, { file: config.deploymentFile, read: readDeploymentFile }))
  const env = texts.env === null ? {} : take(parseDotenv(texts.env, { file: config.envFile }))
  if (env === null) return bad(...problems)
  const place = take(readAzurePlace(config.place, env))
  const envModel = env['model'] ?? ''
  const fromEnv = envModel === '' ? null : take(parseAssetReference(envModel, `${config.envFile}, model`))
  const endpointName = config.endpoint || env['endpoint'] || deployment?.endpointName || endpoint?.name || ''
  if (endpoint !== null && !isEndpointName(endpointName)) {
    problems.push({ where: 'endpoint', message: `found "${endpointName}"; wanted 3 to 32 letters, digits and -, a letter first` })
  }
  const model = config.model ?? fromEnv ?? deployment?.model ?? null
  const named = config.model === null && fromEnv?.kind === 'name' ? fromEnv.version : null
  if (config.modelVersion !== null && model?.kind !== 'name') {
    problems.push({ where: 'input model-version', message: `is "${config.modelVersion}", but ${model === null ? 'no model is named' : `the model is ${model.label}`}` })
  }
  if (problems.length > 0 || endpoint === null || deployment === null || place === null) return bad(...problems)
  return good({ endpoint, deployment, place, endpointName, model, modelVersion: config.modelVersion ?? named })
}

function readYaml<Value>(
  text: string,
  { file, read }: { readonly file: string; readonly read: (doc: YamlFile) => Result<Value> },
): Result<Value> {
  const doc = parseYaml(text, { file })
  return doc.ok ? read(doc.value) : doc
}
