// Registered versions of models and environments, as far as choosing one needs them.
import { isMissing, typed } from './typed.ts'
import type { Arm } from './arm.ts'
import { azuremlError } from './errors.ts'
import { newestFirst, type ModelVersionFacts } from './model.ts'

export interface AssetName {
  readonly kind: 'models' | 'environments'
  readonly name: string
}

/** All versions that are not archived; none when the name is unknown. */
export async function listVersions(
  arm: Arm,
  { kind, name }: AssetName,
  signal: AbortSignal,
): Promise<readonly ModelVersionFacts[]> {
  const { place } = arm
  const client = await arm.client(signal)
  const calls = kind === 'models' ? client.modelVersions : client.environmentVersions
  return typed(`list of ${kind}/${name}`, async () => {
    const found: ModelVersionFacts[] = []
    try {
      for await (const one of calls.list(place.resourceGroup, place.workspace, name, {
        abortSignal: signal,
      })) {
        found.push({
          version: one.name ?? '',
          tags: textsOnly(one.properties.tags),
          createdAt: one.systemData?.createdAt?.getTime() ?? null,
        })
      }
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
    return found
  })
}

export interface AssetVersion {
  readonly name: string
  readonly version: string
}

/** Throws AZUREML_MODEL_NOT_FOUND when this model version is not in the workspace. */
export async function requireModel(
  arm: Arm,
  { name, version }: AssetVersion,
  signal: AbortSignal,
): Promise<void> {
  if (await isRegistered(arm, { kind: 'models', name, version }, signal)) return
  throw azuremlError(
    'AZUREML_MODEL_NOT_FOUND',
    `workspace ${arm.place.workspace} has no model ${name} version ${version}; found ${await listFound(arm, name, signal)}`,
    {
      hint:
        'Name an existing version in `model-version`; or register this one there; or share it through a registry and deploy that id: ' +
        `"az ml model share --name ${name} --version ${version} --registry-name REGISTRY --share-with-name ${name} --share-with-version ${version}" in the workspace that has it, ` +
        `then model: azureml://registries/REGISTRY/models/${name}/versions/${version}.`,
    },
  )
}

const MOST_LISTED = 10

/** What is there instead, oldest of the newest first. A list that fails must not hide the refusal. */
async function listFound(arm: Arm, name: string, signal: AbortSignal): Promise<string> {
  try {
    const versions = newestFirst(await listVersions(arm, { kind: 'models', name }, signal))
    if (versions.length === 0) return 'no version of it'
    const listed = versions.slice(0, MOST_LISTED).map(({ version }) => version)
    const rest = versions.length > MOST_LISTED ? `${versions.length}, the newest ` : ''
    return `${rest}${listed.toReversed().join(', ')}`
  } catch {
    signal.throwIfAborted()
    return 'nothing: the versions cannot be listed'
  }
}

/** Throws AZUREML_NOT_FOUND when this environment version is not in the workspace. */
export async function requireEnvironment(
  arm: Arm,
  { name, version }: AssetVersion,
  signal: AbortSignal,
): Promise<void> {
  if (await isRegistered(arm, { kind: 'environments', name, version }, signal)) return
  throw azuremlError(
    'AZUREML_NOT_FOUND',
    `workspace ${arm.place.workspace} has no environment ${name} version ${version}`,
  )
}

async function isRegistered(
  arm: Arm,
  { kind, name, version }: AssetName & AssetVersion,
  signal: AbortSignal,
): Promise<boolean> {
  const { resourceGroup, workspace } = arm.place
  const client = await arm.client(signal)
  const calls = kind === 'models' ? client.modelVersions : client.environmentVersions
  return typed(`GET ${kind}/${name}/versions/${version}`, async () => {
    try {
      await calls.get(resourceGroup, workspace, name, version, { abortSignal: signal })
      return true
    } catch (error) {
      if (isMissing(error)) return false
      throw error
    }
  })
}

const textsOnly = (
  tags: Readonly<Record<string, string | null>> | undefined | null,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(tags ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
