// Image references by the grammar of the container registries, with the short names of Docker Hub.

export interface ImageReference {
  /** With its port: `registry:5000`, `docker.io`. */
  readonly domain: string
  /** `library/nginx` */
  readonly path: string
  readonly tag: string | null
  /** `sha256:...` */
  readonly digest: string | null
}

const LABEL = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const DOMAIN = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`)
const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const PATH = new RegExp(`^${PART}(?:/${PART})*$`)
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/
/** What looks like the id of an image is no name. */
const ID = /^[a-f0-9]{64}$/
const LONGEST_PATH = 255

const HUB = 'docker.io'
const OLD_HUB = 'index.docker.io'

/** null: the text is no reference. `nginx` is `docker.io/library/nginx`. */
export function parseImageReference(text: string): ImageReference | null {
  if (ID.test(text)) return null
  const at = text.indexOf('@')
  const digest = at === -1 ? null : text.slice(at + 1)
  const name = at === -1 ? text : text.slice(0, at)
  const { domain, rest } = splitDomain(name)
  const colon = rest.indexOf(':')
  const tag = colon === -1 ? null : rest.slice(colon + 1)
  const path = colon === -1 ? rest : rest.slice(0, colon)
  const fits =
    DOMAIN.test(domain) &&
    PATH.test(path) &&
    path.length <= LONGEST_PATH &&
    (tag === null || TAG.test(tag)) &&
    (digest === null || DIGEST.test(digest))
  return fits ? { domain, path, tag, digest } : null
}

/** Only a point, a port, a capital letter or `localhost` makes the first part a registry. */
function splitDomain(name: string): { readonly domain: string; readonly rest: string } {
  const slash = name.indexOf('/')
  if (slash === -1) return { domain: HUB, rest: `library/${name}` }
  const first = name.slice(0, slash)
  const isDomain = /[.:]/.test(first) || first === 'localhost' || first.toLowerCase() !== first
  if (!isDomain) return { domain: HUB, rest: name }
  const rest = name.slice(slash + 1)
  if (first !== HUB && first !== OLD_HUB) return { domain: first, rest }
  return { domain: HUB, rest: rest.includes('/') ? rest : `library/${rest}` }
}

/** In full, as every registry takes it. */
export const renderImageReference = ({ domain, path, tag, digest }: ImageReference): string =>
  `${domain}/${path}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`

/** Two references with one repository are versions of one image. */
export const repositoryOf = ({ domain, path }: ImageReference): string =>
  `${domain.toLowerCase()}/${path}`
