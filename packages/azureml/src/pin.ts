// From files and names to a workload where everything is pinned. Reads only; all problems at once.
import { posix } from 'node:path'
import { canonicalJson, parseYaml } from '@sluice/documents'
import type { LockEntry, Problem, Revision, Sha256 } from '@sluice/rollout'
import { workspacePath, type Arm } from './arm.ts'
import type { DeploymentDescription } from './deployment-file.ts'
import type { EndpointDescription } from './endpoint-file.ts'
import { azuremlError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { lockDifference, lockedEnvironment } from './lock.ts'
import { newest, type ModelReference } from './model.ts'
import { pinModel } from './pin-model.ts'
import type { AzureFiles } from './ports.ts'
import { observeCode, type CodeSnapshot } from './snapshot.ts'
import { listVersions, requireEnvironment } from './versions.ts'
import {
  contentsOf,
  revisionFor,
  type AzureMlWorkload,
  type PinnedEnvironment,
} from './workload.ts'

export interface PinOrder {
  readonly endpoint: EndpointDescription
  readonly createEndpoint: boolean
  readonly deployment: DeploymentDescription
  /** Path of deployment.yml: code and conda file are relative to its folder. */
  readonly deploymentFile: string
  /** What input, env-file or deployment.yml name, in this order; null: no model. */
  readonly model: ModelReference | null
  /** The version of the input `model-version`; null: to be chosen. `latest` is a choice, too. */
  readonly modelVersion: string | null
  /** The commit that the model was trained from; '' when unknown. */
  readonly commit: string
  /** The endpoint's entry in the revision lock; null: no lock was given. */
  readonly lock: LockEntry | null
}

export interface PinParts {
  readonly arm: Arm
  readonly files: AzureFiles
  readonly sha256: Sha256
  readonly sha256Bytes: (bytes: Uint8Array) => string
}

export interface Pinned {
  readonly workload: AzureMlWorkload
  readonly contents: JsonObject
  readonly revision: Revision
  /** For a person to see: choices that nobody named. */
  readonly notices: readonly string[]
  /** For a person to mend: what was believed and could not be checked. */
  readonly warnings: readonly string[]
}

/** Throws AZUREML_FILE_INVALID with every problem, AZUREML_MODEL_NOT_FOUND, AZUREML_LOCK_DIFFERS. */
export async function pinWorkload(
  order: PinOrder,
  parts: PinParts,
  signal: AbortSignal,
): Promise<Pinned> {
  const problems: Problem[] = []
  const code = await pinCode(order, parts, problems)
  const local = await readLocalEnvironment(order, parts, problems)
  if (problems.length > 0) {
    const lines = problems.map(({ where, message }) => `- ${where}: ${message}`)
    throw azuremlError('AZUREML_FILE_INVALID', `the files cannot be deployed:\n${lines.join('\n')}`)
  }
  const { model, notice, warning } = await pinModel(order, parts.arm, signal)
  const environment = local ?? (await pinAsset(order, parts.arm, signal))
  const { deployment } = order
  const contents = contentsOf({ deployment, model, environment, code })
  const revision = revisionFor(contents, deployment, parts.sha256)
  const difference =
    order.lock === null ? null : lockDifference(order.lock, { contents, ...revision })
  if (difference !== null) throw difference
  const workload: AzureMlWorkload = {
    endpoint: order.endpoint,
    createEndpoint: order.createEndpoint,
    deployment,
    model,
    environment,
    code,
    provenance: order.commit === '' ? {} : { git_commit: order.commit },
  }
  return { workload, contents, revision, notices: listOf(notice), warnings: listOf(warning) }
}

const listOf = (line: string | null): readonly string[] => (line === null ? [] : [line])

const beside = (order: PinOrder, path: string): string =>
  posix.join(posix.dirname(order.deploymentFile), path)

async function pinCode(
  order: PinOrder,
  parts: PinParts,
  problems: Problem[],
): Promise<CodeSnapshot | null> {
  const { code } = order.deployment
  if (code === null) return null
  const folder = beside(order, code.folder).replace(/\/+$/, '') || '/'
  if ((await parts.files.kind(folder)) !== 'folder') {
    problems.push({
      where: order.deploymentFile,
      message: `code_configuration.code: found no folder ${folder}`,
    })
    return null
  }
  const { files, sha256, sha256Bytes } = parts
  const snapshot = await observeCode({ folder, files, sha256, sha256Bytes })
  if (!snapshot.files.includes(posix.normalize(code.scoringScript))) {
    const message = `code_configuration.scoring_script: found no file ${code.scoringScript} among the ${snapshot.files.length} files of ${folder} that are not ignored`
    problems.push({ where: order.deploymentFile, message })
  }
  return snapshot
}

/** null: the environment is a registered one, or none. */
async function readLocalEnvironment(
  order: PinOrder,
  parts: PinParts,
  problems: Problem[],
): Promise<PinnedEnvironment | null> {
  const { environment } = order.deployment
  if (environment === null || environment.kind === 'asset') return null
  const { image, conda: given, inferenceConfig } = environment
  const conda =
    typeof given === 'string' ? await readConda(beside(order, given), parts, problems) : given
  const text = conda === null || typeof conda === 'string' ? conda : canonicalJson(conda)
  return {
    kind: 'inline',
    image,
    conda: text,
    condaSha256: text === null ? null : parts.sha256(text),
    inferenceConfig,
  }
}

async function readConda(
  path: string,
  { files }: PinParts,
  problems: Problem[],
): Promise<string | null> {
  if ((await files.kind(path)) !== 'file') {
    problems.push({ where: path, message: 'environment.conda_file: found no such file' })
    return null
  }
  const text = await files.readText(path)
  const parsed = parseYaml(text, { file: path })
  if (!parsed.ok) problems.push(...parsed.problems)
  return text
}

async function pinAsset(
  order: PinOrder,
  arm: Arm,
  signal: AbortSignal,
): Promise<PinnedEnvironment | null> {
  const { environment } = order.deployment
  if (environment === null || environment.kind === 'inline') return null
  const { reference } = environment
  if (reference.kind === 'id') return { kind: 'asset', id: reference.id, asset: reference.label }
  const { name } = reference
  const named = reference.version ?? lockedVersion(order, name)
  // Looked up before anything is written: Azure would tell it only after all the rest.
  if (named !== null) await requireEnvironment(arm, { name, version: named }, signal)
  const version = named ?? (await latestEnvironment(name, arm, signal))
  const id = `${workspacePath(arm.place)}/environments/${name}/versions/${version}`
  return { kind: 'asset', id, asset: `${name}:${version}` }
}

/** `latest` was resolved when the lock was made, and is never resolved again. */
function lockedVersion({ lock }: PinOrder, name: string): string | null {
  const asset = lock === null ? null : lockedEnvironment(lock)
  return asset !== null && asset.startsWith(`${name}:`) ? asset.slice(name.length + 1) : null
}

async function latestEnvironment(name: string, arm: Arm, signal: AbortSignal): Promise<string> {
  const last = newest(await listVersions(arm, { kind: 'environments', name }, signal))
  if (last !== null) return last.version
  throw azuremlError(
    'AZUREML_NOT_FOUND',
    `workspace ${arm.place.workspace} has no environment ${name}`,
  )
}
