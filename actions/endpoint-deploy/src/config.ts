// Raw inputs -> one frozen configuration, or every problem with them.
import { readInputs, type InputReader, type Ports, type RawInputs } from '@sluice/action'
import {
  AZURE_PLACE_INPUTS,
  isEndpointName,
  isSlotName,
  parseAssetReference,
  parseAzureSettings,
  type AzureSettings,
  type ModelReference,
} from '@sluice/azureml'
import type { Result, SlotPair } from '@sluice/rollout'

export const INPUTS = [
  'platform',
  'endpoint-file',
  'deployment-file',
  'env-file',
  'endpoint',
  'model',
  'model-version',
  'revision-lock',
  'slots',
  'slot',
  'create-endpoint',
  'wait-timeout-seconds',
  'dry-run',
  'allow-rejected',
  'commit',
  'environment',
  'azure-client-id',
  'azure-tenant-id',
  'azure-subscription-id',
  'resource-group',
  'workspace',
  'azure-resource-manager',
  'azure-authority',
] as const

export interface Config {
  readonly platform: 'azureml'
  readonly endpointFile: string
  readonly deploymentFile: string
  /** '' when not given. */
  readonly envFile: string
  readonly endpoint: string
  readonly model: ModelReference | null
  readonly modelVersion: string | null
  /** Path or JSON; '' when not given. */
  readonly revisionLock: string
  readonly slots: SlotPair
  readonly slot: string | null
  readonly createEndpoint: boolean
  readonly waitSeconds: number
  readonly dryRun: boolean
  /** Why a revision that was taken back may be deployed; null: it may not. */
  readonly allowRejected: string | null
  readonly commit: string
  readonly environment: string
  readonly settings: AzureSettings
  /** Raw: the env-file may add to them. */
  readonly place: RawInputs
}

const LONGEST_WAIT = 6 * 3600

export function readConfig(raw: RawInputs, { env }: Pick<Ports, 'env'>): Result<Config> {
  const read = readInputs(raw)
  const settings = read.take(parseAzureSettings(raw, env))
  return read.done({
    platform: read.oneOf('platform', ['azureml']),
    endpointFile: read.required('endpoint-file'),
    deploymentFile: read.required('deployment-file'),
    envFile: read.text('env-file'),
    endpoint: readName(read, 'endpoint', isEndpointName) ?? '',
    ...readModel(read),
    revisionLock: read.text('revision-lock'),
    ...readSlots(read),
    createEndpoint: read.flag('create-endpoint'),
    waitSeconds: read.wholeNumber('wait-timeout-seconds', { min: 1, max: LONGEST_WAIT }),
    dryRun: read.flag('dry-run'),
    allowRejected: read.optional('allow-rejected'),
    commit: readCommit(read),
    environment: read.text('environment'),
    settings: settings ?? { identity: null, resourceManager: '', authority: '' },
    place: Object.fromEntries(AZURE_PLACE_INPUTS.map((name) => [name, read.text(name)])),
  })
}

function readName(read: InputReader, name: string, fits: (text: string) => boolean): string | null {
  const value = read.optional(name)
  if (value !== null && !fits(value)) {
    read.problem(
      name,
      `found "${value}"; wanted 3 to 32 letters, digits and -, a letter first, no - at the end`,
    )
  }
  return value
}

function readModel(read: InputReader): Pick<Config, 'model' | 'modelVersion'> {
  const text = read.optional('model')
  const version = read.optional('model-version')
  const model = text === null ? null : read.take(parseAssetReference(text, 'input model'))
  const named = model?.kind === 'name' ? model.version : null
  if (model?.kind === 'id' && version !== null) {
    read.problem(
      'model-version',
      `is "${version}", but the input model is an id with a version of its own`,
    )
  }
  if (named !== null && version !== null && named !== version) {
    read.problem('model-version', `is "${version}", but the input model names version ${named}`)
  }
  if (version !== null && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(version)) {
    read.problem('model-version', `found "${version}"; wanted a version such as 7, or latest`)
  }
  return { model, modelVersion: version ?? named }
}

function readSlots(read: InputReader): Pick<Config, 'slots' | 'slot'> {
  const given = read.list('slots')
  const [first, second, ...more] = given
  const two = first !== undefined && second !== undefined && more.length === 0 && first !== second
  if (!two || !given.every(isSlotName)) {
    read.problem(
      'slots',
      `found "${given.join(',')}"; wanted two different names of 3 to 32 letters, digits and -, such as blue,green`,
    )
  }
  const slots: SlotPair = [first ?? 'blue', second ?? 'green']
  const slot = readName(read, 'slot', isSlotName)
  if (slot !== null && two && !slots.includes(slot)) {
    read.problem('slot', `found "${slot}"; wanted one of ${slots.join(', ')}`)
  }
  return { slots, slot }
}

function readCommit(read: InputReader): string {
  const commit = read.text('commit')
  if (commit !== '' && !/^[0-9a-f]{7,64}$/i.test(commit)) {
    read.problem('commit', `found "${commit}"; wanted 7 to 64 hex digits of a commit`)
  }
  return commit.toLowerCase()
}
