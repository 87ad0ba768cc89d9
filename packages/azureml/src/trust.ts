// Where our token may go.
import { azuremlError } from './errors.ts'

/** The address, when it is Resource Manager's or one of its regional hosts'; throws for any other. */
export function trusted(url: string, resourceManager: string): string {
  const base = new URL(resourceManager)
  const there = URL.canParse(url) ? new URL(url) : null
  const same = there !== null && there.protocol === base.protocol
  if (same && (there.host === base.host || there.host.endsWith(`.${base.host}`))) return url
  throw azuremlError(
    'AZUREML_URL_NOT_TRUSTED',
    `found an address on ${there === null ? 'no host' : there.host}; wanted one on ${base.host}`,
  )
}
