// What a kubeconfig's user is let in with: token, token file, password, certificate or plugin.
import { kubernetesError } from '../errors.ts'
import { isRecord } from '../record.ts'
import { bearer, type Authorizer, type CredentialPorts } from './authorizer.ts'
import type { Credentials } from './cluster-access.ts'
import { createPlugin, type PluginParts } from './exec-plugin.ts'
import type { ChosenContext, Entry } from './kube-config.ts'
import { badField, readPem, textIn, type Place } from './trust.ts'

export type AuthorizerParts = Omit<PluginParts, 'exec' | 'place'>

/** Faults of the entry are told now, those of a plugin or a file when it is asked. */
export async function createAuthorizer(parts: AuthorizerParts): Promise<Authorizer> {
  const { chosen, ports } = parts
  const { user } = chosen
  const place = { source: chosen.source, owner: `user "${chosen.userName}"` }
  const certificate = await readCertificate(user, place, ports)
  const impersonation = impersonationOf(user, place)
  const complete = (credentials: Credentials): Credentials => ({
    headers: { ...credentials.headers, ...impersonation },
    certificate: credentials.certificate ?? certificate,
  })
  const provider = user['auth-provider']
  if (isRecord(user['exec'])) {
    return mapAuthorizer(createPlugin({ ...parts, exec: user['exec'], place }), complete)
  }
  const tokenFile = textIn(user, 'tokenFile')
  if (tokenFile !== null) return mapAuthorizer(fromTokenFile({ tokenFile, place, ports }), complete)
  if (isRecord(provider)) {
    return mapAuthorizer(fromProvider(provider, { chosen, place, log: ports.log }), complete)
  }
  const fixed = complete({ headers: fixedHeaders(user, ports.log), certificate: null })
  return { credentials: () => Promise.resolve(fixed), renew: () => Promise.resolve(null) }
}

/** The same credentials in give the same ones out: whoever renews compares them. */
function mapAuthorizer(
  { credentials, renew }: Authorizer,
  complete: (credentials: Credentials) => Credentials,
): Authorizer {
  const known = new WeakMap<Credentials, Credentials>()
  const once = (one: Credentials): Credentials => {
    const done = known.get(one) ?? complete(one)
    known.set(one, done)
    return done
  }
  return {
    credentials: async (signal) => once(await credentials(signal)),
    renew: async (signal) => {
      const renewed = await renew(signal)
      return renewed === null ? null : once(renewed)
    },
  }
}

function fixedHeaders(user: Entry, log: CredentialPorts['log']): Readonly<Record<string, string>> {
  const token = textIn(user, 'token')?.trim()
  if (token) {
    log.mask(token)
    return bearer(token)
  }
  const [name, password] = [textIn(user, 'username'), textIn(user, 'password')]
  if (name === null || password === null) return {}
  const basic = Buffer.from(`${name}:${password}`).toString('base64')
  for (const secret of [password, basic]) log.mask(secret)
  return { authorization: `Basic ${basic}` }
}

async function readCertificate(
  user: Entry,
  place: Place,
  ports: CredentialPorts,
): Promise<Credentials['certificate']> {
  const [cert, key] = [
    await readPem({ entry: user, field: 'client-certificate', place }, ports),
    await readPem({ entry: user, field: 'client-key', place }, ports),
  ]
  if (cert === null && key === null) return null
  if (cert === null) throw badField(place, 'client-key', 'found no client-certificate beside it')
  if (key === null) throw badField(place, 'client-certificate', 'found no client-key beside it')
  return { cert: cert.pem, key: key.pem }
}

function impersonationOf(user: Entry, place: Place): Readonly<Record<string, string>> {
  const groups = Array.isArray(user['as-groups']) ? user['as-groups'].map(String) : []
  // Each group is a header of its own; joined, they would name one group that does not exist.
  if (groups.length > 1) {
    throw badField(place, 'as-groups', `found ${groups.length} groups; wanted one at most`)
  }
  if (isRecord(user['as-user-extra'])) {
    throw badField(place, 'as-user-extra', 'found extra facts; they are not supported')
  }
  const name = textIn(user, 'as')
  const uid = textIn(user, 'as-uid')
  const [group] = groups
  return {
    ...(name !== null && { 'impersonate-user': name }),
    ...(uid !== null && { 'impersonate-uid': uid }),
    ...(group !== undefined && { 'impersonate-group': group }),
  }
}

const REREAD_MILLISECONDS = 60_000

interface TokenFile {
  readonly tokenFile: string
  readonly place: Place
  readonly ports: CredentialPorts
}

/** Such a file is replaced before its token expires, as in a pod. */
export function fromTokenFile({ tokenFile, place, ports }: TokenFile): Authorizer {
  let held: { readonly token: string; readonly credentials: Credentials } | null = null
  let readAt = 0
  const read = async (): Promise<Credentials> => {
    const token = (await readToken(tokenFile, place, ports)).trim()
    readAt = ports.clock.now()
    if (held?.token !== token) {
      ports.log.mask(token)
      held = { token, credentials: { headers: bearer(token), certificate: null } }
    }
    return held.credentials
  }
  return {
    credentials: () =>
      held !== null && ports.clock.now() - readAt < REREAD_MILLISECONDS
        ? Promise.resolve(held.credentials)
        : read(),
    renew: async () => {
      const before = held?.credentials
      const now = await read()
      return now === before ? null : now
    },
  }
}

async function readToken(
  tokenFile: string,
  place: Place,
  { files }: CredentialPorts,
): Promise<string> {
  if ((await files.kind(tokenFile)) !== 'file') {
    throw badField(place, 'tokenFile', `found no file ${tokenFile}; wanted one with a token`)
  }
  const token = await files.readText(tokenFile)
  if (token.trim() === '') throw badField(place, 'tokenFile', `${tokenFile} is empty`)
  return token
}

interface ProviderParts {
  readonly chosen: ChosenContext
  readonly place: Place
  readonly log: CredentialPorts['log']
}

/** Of the old providers only OIDC is left in kubectl, too. */
function fromProvider(provider: Entry, { chosen, place, log }: ProviderParts): Authorizer {
  const name = textIn(provider, 'name') ?? ''
  if (name !== 'oidc') {
    const instead = name === 'azure' ? '`kubelogin convert-kubeconfig`' : 'an exec plugin'
    throw badField(place, 'auth-provider', `found "${name}", which is gone; use ${instead}`)
  }
  let held: Credentials | null = null
  return {
    credentials: async () => {
      const headers = await chosen.authProviderHeaders().catch((cause: unknown) => {
        throw kubernetesError(
          'KUBERNETES_CREDENTIALS',
          `${place.source}: ${place.owner}, auth-provider oidc: no new token came from the issuer`,
          { cause },
        )
      })
      const authorization = headers['Authorization']
      if (authorization === undefined) {
        throw badField(place, 'auth-provider', 'found no id-token that is valid or can be renewed')
      }
      if (held?.headers['authorization'] !== authorization) {
        log.mask(authorization.replace(/^Bearer /, ''))
        held = { headers: { authorization }, certificate: null }
      }
      return held
    },
    renew: () => Promise.resolve(null),
  }
}
