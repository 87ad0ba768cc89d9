// Whether a name in the lock means here what it meant where it was tested. Pure.
import type { LockEntry } from '@sluice/rollout'
import { azuremlError } from './errors.ts'
import { parseAzurePlace, type AzurePlace } from './place.ts'

interface NamedModel {
  readonly name: string
  readonly version: string
}

/**
 * Throws AZUREML_MODEL_ELSEWHERE for a model that was tested in another workspace: digests of model
 * contents are not known, so a version of the same name there is not shown to be the same.
 * Returns a warning when the lock does not say where it was tested.
 */
export function refuseElsewhere(
  entry: LockEntry,
  model: NamedModel,
  here: AzurePlace,
): string | null {
  const label = `${model.name}:${model.version}`
  if (entry.testedIn === undefined) {
    return `The lock does not say in which workspace ${label} was tested; the version of that name in workspace ${here.workspace} is taken for it. Promote again: the lock then says so.`
  }
  const tested = parseAzurePlace(entry.testedIn)
  if (!tested.ok) {
    const found = tested.problems.map(({ where, message }) => `${where} ${message}`).join('; ')
    throw azuremlError('AZUREML_LOCK_ENTRY_MISSING', `revision lock, testedIn: ${found}`)
  }
  if (isSamePlace(tested.value, here)) return null
  throw azuremlError(
    'AZUREML_MODEL_ELSEWHERE',
    `the lock says that ${label} was tested in ${render(tested.value)}; found ${render(here)}, where ${label} can be another model`,
    { hint: hintFor(tested.value, model) },
  )
}

/** Azure compares these names without case. */
const isSamePlace = (one: AzurePlace, other: AzurePlace): boolean =>
  render(one).toLowerCase() === render(other).toLowerCase()

const render = ({ subscription, resourceGroup, workspace }: AzurePlace): string =>
  `workspace ${workspace} (resource group ${resourceGroup}, subscription ${subscription})`

function hintFor({ subscription, resourceGroup, workspace }: AzurePlace, model: NamedModel) {
  const { name, version } = model
  const share = [
    'az ml model share',
    `--subscription ${subscription}`,
    `--resource-group ${resourceGroup}`,
    `--workspace-name ${workspace}`,
    `--name ${name}`,
    `--version ${version}`,
    '--registry-name REGISTRY',
    `--share-with-name ${name}`,
    `--share-with-version ${version}`,
  ]
  return (
    `Share the tested version to a registry: "${share.join(' ')}". ` +
    `Then write "model: azureml://registries/REGISTRY/models/${name}/versions/${version}", and let staging test and promote that.`
  )
}
