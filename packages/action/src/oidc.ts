// The identity token of the job, asked of the runner's own endpoint.
import type { HttpDoor } from '@sluice/http'
import { actionError } from './errors.ts'
import type { Ports } from './ports.ts'

export interface OidcParts {
  readonly env: Ports['env']
  readonly http: HttpDoor
  readonly mask: (secret: string) => void
  readonly signal: AbortSignal
}

/** Goes through the door, so that it has the one retry table and ends when the run is cancelled. */
export function createIdToken({ env, http, mask, signal }: OidcParts): Ports['idToken'] {
  return async (audience) => {
    const url = env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? ''
    const token = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? ''
    if (url === '' || token === '') {
      throw actionError('ACTION_NO_OIDC', 'the runner offers no identity token to this job')
    }
    const address = new URL(url)
    address.searchParams.set('audience', audience)
    const answer = await http({
      method: 'GET',
      url: address.href,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      signal,
    })
    const value = answer.status === 200 ? readValue(answer.text) : null
    if (value === null) {
      throw actionError(
        'ACTION_NO_OIDC',
        `the runner's token service answered ${answer.status} without a token for ${audience}`,
      )
    }
    mask(value)
    return value
  }
}

function readValue(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text)
    const value = (body as { readonly value?: unknown } | null)?.value
    return typeof value === 'string' && value !== '' ? value : null
  } catch {
    return null
  }
}
