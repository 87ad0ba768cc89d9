// Where an endpoint lives: subscription, resource group, workspace. The `place` of an Azure target.
import { bad, good, type Problem, type Result } from '@sluice/rollout'

/** The inputs that `readAzurePlace` reads. */
export const AZURE_PLACE_INPUTS = ['azure-subscription-id', 'resource-group', 'workspace'] as const

/** Also a `Target['place']`. */
export type AzurePlace = {
  readonly subscription: string
  readonly resourceGroup: string
  readonly workspace: string
}

/** Names as Azure allows them; they become segments of a URL. */
const PATTERNS = {
  subscription: /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
  resourceGroup: /^[-\w.()]{0,89}[-\w()]$/,
  workspace: /^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$/,
} as const
const ENDPOINT = /^[a-zA-Z]([-a-zA-Z0-9]{0,30}[a-zA-Z0-9])$/

type Raw = Readonly<Record<string, string | undefined>>

/** Input, else the keys `group` and `workspace` of the env-file; the subscription is an input only. */
export function readAzurePlace(inputs: Raw, envFile: Raw): Result<AzurePlace> {
  const value = (input: string, key?: string): string =>
    (inputs[input] ?? '').trim() || (key === undefined ? '' : (envFile[key] ?? '').trim())
  return checkPlace(
    {
      subscription: value('azure-subscription-id'),
      resourceGroup: value('resource-group', 'group'),
      workspace: value('workspace', 'workspace'),
    },
    {
      subscription: 'azure-subscription-id',
      resourceGroup: 'resource-group (or `group` in the env-file)',
      workspace: 'workspace (or `workspace` in the env-file)',
    },
  )
}

/** The place of a target document, checked again: it came from outside. */
export const parseAzurePlace = (place: Raw): Result<AzurePlace> =>
  checkPlace(
    {
      subscription: place['subscription'] ?? '',
      resourceGroup: place['resourceGroup'] ?? '',
      workspace: place['workspace'] ?? '',
    },
    {
      subscription: 'target.place.subscription',
      resourceGroup: 'target.place.resourceGroup',
      workspace: 'target.place.workspace',
    },
  )

/** An endpoint name is one URL segment: 3 to 32 letters, digits and -, a letter first. */
export const isEndpointName = (name: string): boolean => name.length >= 3 && ENDPOINT.test(name)

/** A slot is a deployment name, with the same rule. */
export const isSlotName = isEndpointName

function checkPlace(
  place: AzurePlace,
  names: Readonly<Record<keyof AzurePlace, string>>,
): Result<AzurePlace> {
  const keys = Object.keys(PATTERNS) as (keyof AzurePlace)[]
  const problems: Problem[] = keys
    .filter((key) => !PATTERNS[key].test(place[key]))
    .map((key) => ({
      where: names[key],
      message:
        place[key] === ''
          ? 'is empty; wanted a value'
          : `found "${place[key]}"; wanted ${WANTED[key]}`,
    }))
  return problems.length > 0 ? bad(...problems) : good(place)
}

const WANTED: Readonly<Record<keyof AzurePlace, string>> = {
  subscription: 'an id such as 00000000-0000-0000-0000-000000000000',
  resourceGroup: 'letters, digits, - _ . ( ), no dot at the end, at most 90',
  workspace: '3 to 33 letters, digits, _ and -',
}
