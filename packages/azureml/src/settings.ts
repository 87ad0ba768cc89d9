// How to reach Azure and as whom: inputs and variables that are the same for every Azure action.
import { bad, good, type Problem, type Result } from '@sluice/rollout'

/** The inputs that `parseAzureSettings` reads. */
export const AZURE_SETTING_INPUTS = [
  'azure-client-id',
  'azure-tenant-id',
  'azure-resource-manager',
  'azure-authority',
] as const

export interface AzureSettings {
  /** Sign in through the runner's OIDC token as this application; null: as the logged-in `az`. */
  readonly identity: { readonly clientId: string; readonly tenantId: string } | null
  /** Base address of Azure Resource Manager, https, no slash at the end. */
  readonly resourceManager: string
  /** Base address of Microsoft Entra, https, no slash at the end. */
  readonly authority: string
}

const ID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/
const PUBLIC = {
  resourceManager: 'https://management.azure.com',
  authority: 'https://login.microsoftonline.com',
}

type Raw = Readonly<Record<string, string | undefined>>

/** Base addresses: input, else AZURE_RESOURCE_MANAGER and AZURE_AUTHORITY, else the public cloud. */
export function parseAzureSettings(inputs: Raw, env: Raw): Result<AzureSettings> {
  const problems: Problem[] = []
  const id = (name: string): string => {
    const value = given(inputs[name])
    if (value !== '' && !ID.test(value)) {
      problems.push({
        where: name,
        message: `found "${value}"; wanted an id such as 00000000-0000-0000-0000-000000000000`,
      })
    }
    return value
  }
  const clientId = id('azure-client-id')
  const tenantId = id('azure-tenant-id')
  if (clientId !== '' && tenantId === '') {
    problems.push({
      where: 'azure-tenant-id',
      message: 'is empty, but azure-client-id is set; give the tenant of that application',
    })
  }
  const base = (name: string, variable: string, otherwise: string): string => {
    const [where, value] =
      given(inputs[name]) !== ''
        ? [name, given(inputs[name])]
        : [variable, given(env[variable]) || otherwise]
    const address = baseAddress(value)
    if (address === null)
      problems.push({ where, message: `found "${value}"; wanted an https address without query` })
    return address ?? otherwise
  }
  const resourceManager = base(
    'azure-resource-manager',
    'AZURE_RESOURCE_MANAGER',
    PUBLIC.resourceManager,
  )
  const authority = base('azure-authority', 'AZURE_AUTHORITY', PUBLIC.authority)
  if (problems.length > 0) return bad(...problems)
  return good({
    identity: clientId === '' ? null : { clientId, tenantId },
    resourceManager,
    authority,
  })
}

const given = (value: string | undefined): string => (value ?? '').trim()

/** Tokens travel to these addresses, so they are https, whole and without credentials. */
function baseAddress(text: string): string | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const plain =
    url.protocol === 'https:' && url.username === '' && url.search === '' && url.hash === ''
  return plain ? `${url.origin}${url.pathname.replace(/\/+$/, '')}` : null
}
