// Which model version goes up: what the lock says; else the input; else the one of this commit; else the latest.
import type { LockEntry } from '@sluice/rollout'
import { workspacePath, type Arm } from './arm.ts'
import { azuremlError } from './errors.ts'
import { lockedModel } from './lock.ts'
import { refuseElsewhere } from './tested-place.ts'
import { chooseModelVersion, type ModelReference, type PinnedModel } from './model.ts'
import { listVersions, requireModel } from './versions.ts'

export interface ModelOrder {
  readonly model: ModelReference | null
  readonly modelVersion: string | null
  readonly commit: string
  readonly lock: LockEntry | null
}

interface Choice {
  readonly model: PinnedModel | null
  readonly notice: string | null
  readonly warning: string | null
}

const quietly = (model: PinnedModel | null): Choice => ({ model, notice: null, warning: null })

export async function pinModel(order: ModelOrder, arm: Arm, signal: AbortSignal): Promise<Choice> {
  if (order.lock !== null) return pinLocked(order, order.lock, { arm, signal })
  const { model, modelVersion } = order
  if (model === null) return quietly(null)
  if (model.kind === 'id') return quietly({ id: model.id, label: model.label })
  if (modelVersion !== null && modelVersion !== 'latest') {
    await requireModel(arm, { name: model.name, version: modelVersion }, signal)
    return quietly(registered(arm, model.name, modelVersion))
  }
  const versions = await listVersions(arm, { kind: 'models', name: model.name }, signal)
  const commit = modelVersion === 'latest' ? '' : order.commit
  const choice = chooseModelVersion(model.name, versions, commit)
  if (choice === null) {
    throw azuremlError(
      'AZUREML_MODEL_NOT_FOUND',
      `workspace ${arm.place.workspace} has no version of model ${model.name}`,
    )
  }
  // Asked for by name, `latest` needs no notice.
  const notice =
    modelVersion === 'latest' || choice.notice === null
      ? null
      : choice.notice + aside(model.version, choice)
  return { model: registered(arm, model.name, choice.version), notice, warning: null }
}

/** A version in deployment.yml is what CI writes over, so it does not count; say so when it differs. */
const aside = (written: string | null, { version }: { readonly version: string }): string =>
  written === null || written === version
    ? ''
    : ` The deployment file says ${written}, which does not count.`

async function pinLocked(
  order: ModelOrder,
  entry: LockEntry,
  { arm, signal }: { readonly arm: Arm; readonly signal: AbortSignal },
): Promise<Choice> {
  const locked = lockedModel(entry)
  if (!locked.ok) {
    const told = locked.problems.map(({ where, message }) => `${where}: ${message}`).join('; ')
    throw azuremlError('AZUREML_LOCK_ENTRY_MISSING', told)
  }
  refuseOther(order, locked.value?.label ?? null)
  if (locked.value === null) return quietly(null)
  const { reference, label } = locked.value
  // A registry id is the same model wherever it is asked for.
  if (reference.kind === 'id') return quietly({ id: reference.id, label })
  const named = { name: reference.name, version: reference.version ?? '' }
  const warning = refuseElsewhere(entry, named, arm.place)
  await requireModel(arm, named, signal)
  return { model: registered(arm, named.name, named.version), notice: null, warning }
}

/** Names and versions in inputs and files must agree with the lock: it is not overridden quietly. */
function refuseOther({ model, modelVersion }: ModelOrder, label: string | null): void {
  const wanted = model === null ? null : model.kind === 'id' ? model.label : model.name
  const agrees = wanted === null ? label === null : label === wanted || nameIn(label) === wanted
  const versionAgrees = modelVersion === null || versionIn(label) === modelVersion
  if (agrees && versionAgrees) return
  throw azuremlError(
    'AZUREML_LOCK_DIFFERS',
    `the lock says model ${label ?? 'none'}; inputs and files say ${wanted ?? 'none'}${modelVersion === null ? '' : `, version ${modelVersion}`}`,
  )
}

/** Of `name:version` or `azureml://registries/R/models/name/versions/version`. */
const nameIn = (label: string | null): string | null =>
  /\/models\/([^/]+)\/versions\//.exec(label ?? '')?.[1] ??
  /^([^:/]+):/.exec(label ?? '')?.[1] ??
  null

const versionIn = (label: string | null): string | null =>
  /\/versions\/([^/]+)$/.exec(label ?? '')?.[1] ??
  /^[^:/]+:([^:/]+)$/.exec(label ?? '')?.[1] ??
  null

const registered = (arm: Arm, name: string, version: string): PinnedModel => ({
  id: `${workspacePath(arm.place)}/models/${name}/versions/${version}`,
  label: `${name}:${version}`,
})
