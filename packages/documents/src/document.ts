// The documents that travel: read with every check, written in the one form that has a digest.
import { bad, good, type Plan, type Result, type RevisionLock, type Target } from '@sluice/rollout'
import { canonicalJson } from './canonical.ts'
import { parseJson } from './json.ts'
import { renderPath, validate } from './validate.ts'

/** `evidence` is typed by the package of that name, which gives its type to `parseDocument`. */
export interface DocumentOf {
  readonly target: Target
  readonly plan: Plan
  readonly lock: RevisionLock
  readonly evidence: unknown
}

export type DocumentKind = keyof DocumentOf

const VERSION = 'v1'

/**
 * The document in a text. Unknown fields are kept; another kind, another major version, or a value
 * that its schema refuses is a problem. The schema vouches for the type, also for one given by hand:
 * `parseDocument<'evidence', Evidence>('evidence', ...)`.
 */
export function parseDocument<Kind extends DocumentKind, Document = DocumentOf[Kind]>(
  kind: Kind,
  text: string,
  { file }: { readonly file: string },
): Result<Document> {
  const json = parseJson(text, { file })
  if (!json.ok) return json
  const trouble = checkSchema(kind, json.value)
  if (trouble !== null) return bad({ where: file, message: trouble })
  const complaints = validate(kind, json.value)
  if (complaints.length === 0) return good(json.value as Document)
  return bad(
    ...complaints.map(({ path, message }) => ({
      where: path.length === 0 ? file : `${file} ${renderPath(path)}`,
      message,
    })),
  )
}

/** Canonical form (RFC 8785), without a line end: its bytes are what the digest is of. */
export const renderDocument = (
  document: Target | Plan | RevisionLock | { readonly schema: string },
): string => canonicalJson(document)

/** What is wrong with the field `schema`, before anything else is looked at; null: nothing. */
function checkSchema(kind: DocumentKind, value: unknown): string | null {
  const wanted = `sluice/${kind}/${VERSION}`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `wanted a JSON object with "schema": "${wanted}"`
  }
  const found = (value as { readonly schema?: unknown }).schema
  if (found === wanted) return null
  if (typeof found !== 'string') return `schema is missing; wanted "${wanted}"`
  const [, foundKind, version] = /^sluice\/([a-z-]{1,20})\/v(\d{1,9})$/.exec(found) ?? []
  if (foundKind === undefined || version === undefined) {
    return `found schema ${JSON.stringify(found.slice(0, 60))}; wanted "${wanted}"`
  }
  if (foundKind !== kind)
    return `this is a ${foundKind} document; wanted a ${kind} document ("${wanted}")`
  return `${kind} documents of version ${version} are not known here, only ${VERSION.slice(1)}; use the same release of Sluice in all workflows`
}
