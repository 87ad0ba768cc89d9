// The revision lock: production deploys what it says and nothing else. Pure.
import { canonicalJson } from '@sluice/documents'
import { bad, good, type LockEntry, type Result, type SluiceError } from '@sluice/rollout'
import { azuremlError } from './errors.ts'
import { objectIn, textIn, type JsonObject } from './json.ts'
import { parseAssetReference, type ModelReference } from './model.ts'

export interface LockedModel {
  readonly reference: ModelReference
  readonly label: string
}

/** The model that the lock names; null when the locked revision has none. */
export function lockedModel(entry: LockEntry): Result<LockedModel | null> {
  if (entry.revision['model'] === null) return good(null)
  const label = textIn(entry.revision, 'model')
  const where = 'revision lock, model'
  if (label === null)
    return bad({ where, message: 'is missing; wanted name:version or a registry id' })
  const reference = parseAssetReference(label, where)
  if (!reference.ok) return reference
  if (reference.value.kind === 'name' && reference.value.version === null) {
    return bad({ where, message: `found "${label}" without a version; a lock names one` })
  }
  return good({ reference: reference.value, label })
}

/** The registered environment that the lock names (`name:version`); null when it has none. */
export const lockedEnvironment = (entry: LockEntry): string | null =>
  textIn(objectIn(entry.revision, 'environment'), 'asset')

/** null: the files describe exactly the locked revision. */
export function lockDifference(
  entry: LockEntry,
  found: { readonly contents: JsonObject; readonly revisionDigest: string },
): SluiceError | null {
  if (entry.revisionDigest === found.revisionDigest) return null
  const keys = [
    ...new Set([...Object.keys(entry.revision), ...Object.keys(found.contents)]),
  ].toSorted()
  const differing = keys.filter(
    (key) => render(entry.revision[key]) !== render(found.contents[key]),
  )
  const told = differing.map(
    (key) => `${key}: lock ${render(entry.revision[key])}, found ${render(found.contents[key])}`,
  )
  return azuremlError(
    'AZUREML_LOCK_DIFFERS',
    `the lock says revision ${entry.revisionDigest}, the files give ${found.revisionDigest}` +
      (told.length === 0 ? '' : ` (${told.join('; ')})`),
  )
}

const render = (value: unknown): string => (value === undefined ? 'nothing' : canonicalJson(value))
