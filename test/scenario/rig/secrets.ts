// Every secret that the simulators gave out or were shown, read from what went over the wire.
import type { Exchange } from '@sluice/twin'

/** Fields of answers that hold a secret, wherever they stand. */
const SECRET_FIELDS = ['access_token', 'accessToken', 'refreshToken', 'primaryKey', 'secondaryKey']

/** Bearer tokens, ID tokens, keys, signatures of upload addresses. Each once. */
export function secretsIn(exchanges: readonly Exchange[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { face, requestHeaders, requestBody, responseBody, target } of exchanges) {
    const bearer = /^(?:bearer|token) (.+)$/i.exec(requestHeaders['authorization'] ?? '')?.[1]
    if (bearer !== undefined) found.add(bearer)
    const assertion = new URLSearchParams(requestBody).get('client_assertion')
    if (face === 'entra' && assertion !== null) found.add(assertion)
    for (const secret of inFields(responseBody)) found.add(secret)
    if (face === 'oidc') for (const secret of inFields(responseBody, ['value'])) found.add(secret)
    for (const text of [target, responseBody])
      for (const secret of signatures(text)) found.add(secret)
  }
  return found
}

/** The secrets of the set that a text holds. */
export const leaksIn = (text: string, secrets: ReadonlySet<string>): readonly string[] =>
  [...secrets].filter((secret) => text.includes(secret))

function inFields(body: string, names: readonly string[] = SECRET_FIELDS): readonly string[] {
  return names.flatMap((name) =>
    [...body.matchAll(new RegExp(`"${name}":"([^"]+)"`, 'g'))].map((match) => match[1] ?? ''),
  )
}

/** As in the address, and decoded. */
const signatures = (text: string): readonly string[] =>
  [...text.matchAll(/[?&]sig=([^&"\\]+)/g)].flatMap(([, signature = '']) => [
    signature,
    decodeURIComponent(signature),
  ])
