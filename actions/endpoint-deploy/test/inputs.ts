// Inputs of the action as the runner would give them: defaults of action.yml, and what a test adds.
import { readFileSync } from 'node:fs'
import { parseYaml } from '@sluice/documents'
import { PLACE, SETTINGS } from '../../../test/doubles/azure-world.ts'

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
}

const file = new URL('../action.yml', import.meta.url)
const parsed = parseYaml(readFileSync(file, 'utf8'), { file: 'action.yml' })

/** Names and defaults in action.yml; expressions are empty. */
export const actionInputs: Readonly<Record<string, string>> = parsed.ok
  ? Object.fromEntries(
      Object.entries((parsed.value.value as ActionFile).inputs).map(([name, input]) => [
        name,
        (input.default ?? '').replace(/^\$\{\{.*\}\}$/, ''),
      ]),
    )
  : {}

export const rawInputs = (given: Readonly<Record<string, string>> = {}) => ({
  ...actionInputs,
  'azure-client-id': SETTINGS.identity?.clientId ?? '',
  'azure-tenant-id': SETTINGS.identity?.tenantId ?? '',
  'azure-subscription-id': PLACE.subscription,
  'resource-group': PLACE.resourceGroup,
  workspace: PLACE.workspace,
  'azure-resource-manager': SETTINGS.resourceManager,
  'azure-authority': SETTINGS.authority,
  ...given,
})
