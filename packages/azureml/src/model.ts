// Which model, and which version of it. `latest` is resolved once, here, and never travels on.
import { bad, good, type Result } from '@sluice/rollout'

/** A model as a file or an input names it. */
export type ModelReference =
  | { readonly kind: 'name'; readonly name: string; readonly version: string | null }
  /** A registry or resource id: passes through as it is. */
  | { readonly kind: 'id'; readonly id: string; readonly label: string }

export interface PinnedModel {
  /** What `properties.model` of the deployment holds. */
  readonly id: string
  /** `name:version`, or the registry id: what the revision digest covers. */
  readonly label: string
}

export interface ModelVersionFacts {
  readonly version: string
  readonly tags: Readonly<Record<string, string>>
  /** Milliseconds since 1970; null where Azure does not say. */
  readonly createdAt: number | null
}

/** Which commit a model was trained from: CI sets this tag when it registers the model. */
export const COMMIT_TAG = 'git_commit'

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,254}$/
const REGISTRY_ID = /^azureml:\/\/registries\/[^/]+\/(models|environments)\/[^/]+\/versions\/[^/]+$/
const RESOURCE_ID =
  /^azureml:(\/subscriptions\/.+\/workspaces\/[^/]+\/(models|environments)\/([^/]+)\/versions\/([^/]+))$/i
const FORMS =
  'azureml:NAME:VERSION, azureml:NAME@latest, azureml://registries/... or azureml:/subscriptions/...'

/**
 * Reads `azureml:NAME:VERSION`, `NAME:VERSION`, `azureml:NAME@latest`, a bare `NAME` (version null: to
 * be chosen), registry ids and resource ids. Environments have the same forms.
 */
export function parseAssetReference(text: string, where: string): Result<ModelReference> {
  if (REGISTRY_ID.test(text)) return good({ kind: 'id', id: text, label: text })
  const [, id, , idName, idVersion] = RESOURCE_ID.exec(text) ?? []
  if (id !== undefined) return good({ kind: 'id', id, label: `${idName}:${idVersion}` })
  const short = text.replace(/^azureml:/, '')
  const [, name, version] = /^([^:@/]+)(?::([^:@/]+)|@latest)?$/.exec(short) ?? []
  if (name === undefined || !NAME.test(name) || (version !== undefined && !NAME.test(version))) {
    return bad({ where, message: `found "${text}"; wanted ${FORMS}` })
  }
  return good({
    kind: 'name',
    name,
    version: version === undefined || version === 'latest' ? null : version,
  })
}

export interface VersionChoice {
  readonly version: string
  /** Why this one, when nobody named it; null: it is tagged with the commit. */
  readonly notice: string | null
}

/**
 * The version that belongs to a CI run: the newest tagged with the commit, else the newest of all,
 * with a notice. null: the model has no version. Newest is by creation time, ties by number.
 */
export function chooseModelVersion(
  name: string,
  versions: readonly ModelVersionFacts[],
  commit: string,
): VersionChoice | null {
  const tagged =
    commit === '' ? [] : versions.filter((version) => version.tags[COMMIT_TAG] === commit)
  const own = newest(tagged)
  if (own !== null) return { version: own.version, notice: null }
  const last = newest(versions)
  if (last === null) return null
  const reason =
    commit === '' ? 'no commit is known' : `no version has the tag ${COMMIT_TAG}=${commit}`
  return {
    version: last.version,
    notice: `Model ${name}: took version ${last.version}, the latest of ${versions.length}, because ${reason}. Name one in \`model-version\` to be exact.`,
  }
}

/** Last created; equal or unknown times are decided by the version, numbers as numbers. */
export const newest = (versions: readonly ModelVersionFacts[]): ModelVersionFacts | null =>
  newestFirst(versions)[0] ?? null

export const newestFirst = (versions: readonly ModelVersionFacts[]): readonly ModelVersionFacts[] =>
  versions.toSorted(
    (a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0) || compareVersions(b.version, a.version),
  )

function compareVersions(a: string, b: string): number {
  const [x, y] = [Number(a), Number(b)]
  if (Number.isFinite(x) && Number.isFinite(y) && x !== y) return x - y
  return a < b ? -1 : a > b ? 1 : 0
}
