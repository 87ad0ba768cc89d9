// Tokens for Azure: GitHub's OIDC assertion exchanged at Entra, else the logged-in Azure CLI.
import type { AzurePorts } from './ports.ts'
import type { AzureSettings } from './settings.ts'
import { azuremlError } from './errors.ts'
import { isObject, parseJson, textIn } from './json.ts'
import { clean } from './refusal.ts'

/** Resolves with a bearer token for a scope (`<resource>/.default`); cached and masked. */
export type Credential = (scope: string, signal: AbortSignal) => Promise<string>

export interface CredentialParts {
  readonly settings: AzureSettings
  readonly ports: Pick<AzurePorts, 'http' | 'clock' | 'exec' | 'idToken' | 'log'>
}

interface Token {
  readonly value: string
  /** Milliseconds since 1970. */
  readonly expires: number
}

const RENEW_BEFORE_MS = 5 * 60_000
const FEDERATION_AUDIENCE = 'api://AzureADTokenExchange'
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export function createCredential(parts: CredentialParts): Credential {
  const { settings, ports } = parts
  const kept = new Map<string, Token>()
  return async (scope, signal) => {
    const have = kept.get(scope)
    if (have !== undefined && have.expires - RENEW_BEFORE_MS > ports.clock.now()) return have.value
    const token =
      settings.identity === null
        ? await askCli(ports, scope, signal)
        : await exchange({ settings, ports }, scope, signal)
    ports.log.mask(token.value)
    kept.set(scope, token)
    return token.value
  }
}

async function exchange(
  parts: CredentialParts,
  scope: string,
  signal: AbortSignal,
): Promise<Token> {
  const { settings, ports } = parts
  const { clientId, tenantId } = settings.identity ?? { clientId: '', tenantId: '' }
  const assertion = await ports.idToken(FEDERATION_AUDIENCE)
  ports.log.mask(assertion)
  const answer = await ports.http({
    method: 'POST',
    url: `${settings.authority}/${tenantId}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      scope,
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: assertion,
    }).toString(),
    // Asking twice gives two tokens and changes nothing.
    retry: 'safe',
    signal,
  })
  const body = parseJson(answer.text)
  const value = textIn(body, 'access_token')
  if (answer.status !== 200 || value === null) {
    const reason = textIn(body, 'error_description') ?? textIn(body, 'error') ?? 'no reason given'
    throw azuremlError(
      'AZUREML_SIGN_IN_FAILED',
      `${new URL(settings.authority).host} answered ${answer.status} for client ${clientId} of tenant ${tenantId}: ${clean(reason.split(/[\r\n]/)[0] ?? '')}`,
    )
  }
  const seconds = isObject(body) ? Number(body['expires_in']) : Number.NaN
  return { value, expires: ports.clock.now() + (Number.isFinite(seconds) ? seconds : 600) * 1000 }
}

async function askCli(
  ports: CredentialParts['ports'],
  scope: string,
  signal: AbortSignal,
): Promise<Token> {
  const resource = scope.replace(/\/\.default$/, '')
  const args = ['account', 'get-access-token', '--output', 'json', '--resource', resource]
  const result = await ports.exec('az', args, signal)
  if (result.code === 127) {
    throw azuremlError(
      'AZUREML_SIGN_IN_FAILED',
      'azure-client-id is empty and the Azure CLI (az) is not installed',
      {
        hint: 'Give azure-client-id and azure-tenant-id (with `permissions: id-token: write`), or install az and log in.',
      },
    )
  }
  const body = parseJson(result.stdout)
  const value = textIn(body, 'accessToken')
  if (result.code !== 0 || value === null) {
    // Only the last line of stderr: it holds the message; stdout could hold a token.
    const reason = result.stderr.trim().split('\n').at(-1) ?? ''
    throw azuremlError(
      'AZUREML_SIGN_IN_FAILED',
      `az gave no token for ${resource} (exit ${result.code}): ${clean(reason)}`,
    )
  }
  const seconds = isObject(body) ? Number(body['expires_on']) : Number.NaN
  const expires = Number.isFinite(seconds) ? seconds * 1000 : ports.clock.now() + 600_000
  return { value, expires }
}
