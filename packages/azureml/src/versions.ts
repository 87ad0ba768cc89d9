// Registered versions of models and environments, as far as choosing one needs them.
import { isMissing, typed } from './typed.ts'
import type { Arm } from './arm.ts'
import { azuremlError } from './errors.ts'
import type { ModelVersionFacts } from './model.ts'

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

/** Throws AZUREML_MODEL_NOT_FOUND when this model version is not in the workspace. */
export async function requireModel(
  arm: Arm,
  { name, version }: { readonly name: string; readonly version: string },
  signal: AbortSignal,
): Promise<void> {
  const { place } = arm
  const client = await arm.client(signal)
  const options = { abortSignal: signal }
  try {
    await client.modelVersions.get(place.resourceGroup, place.workspace, name, version, options)
  } catch (error) {
    if (!isMissing(error))
      return typed(`GET model ${name}:${version}`, () => Promise.reject(asError(error)))
    throw azuremlError(
      'AZUREML_MODEL_NOT_FOUND',
      `workspace ${place.workspace} has no model ${name} version ${version}`,
      {
        hint:
          'Register it there; or share it through a registry and deploy that id: ' +
          `"az ml model share --name ${name} --version ${version} --registry-name REGISTRY --share-with-name ${name} --share-with-version ${version}" in the workspace that has it, ` +
          `then model: azureml://registries/REGISTRY/models/${name}/versions/${version}.`,
      },
    )
  }
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error))

const textsOnly = (
  tags: Readonly<Record<string, string | null>> | undefined | null,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(tags ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
