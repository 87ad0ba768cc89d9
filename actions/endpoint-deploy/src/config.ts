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
  'manifests',
  'service',
  'namespace',
  'back-end',
  'traffic-object',
  'images',
  'render',
  'values-files',
  'context',
] as const

interface Common {
  /** Name of the endpoint in this environment; '' when not given. */
  readonly endpoint: string
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
}

export interface AzureConfig extends Common {
  readonly platform: 'azureml'
  readonly endpointFile: string
  readonly deploymentFile: string
  /** '' when not given. */
  readonly envFile: string
  readonly model: ModelReference | null
  readonly modelVersion: string | null
  readonly settings: AzureSettings
  /** Raw: the env-file may add to them. */
  readonly place: RawInputs
}

export interface KubernetesConfig extends Common {
  readonly platform: 'kubernetes'
  readonly manifests: string
  readonly render: 'none' | 'kustomize' | 'helm'
  readonly valuesFiles: readonly string[]
  readonly images: readonly string[]
  /** Name of the Service in the manifests; null: the only one of the Deployment. */
  readonly service: string | null
  /** Raw inputs of place and connection, which the adapter reads once it is loaded. */
  readonly raw: RawInputs
}

export type Config = AzureConfig | KubernetesConfig

const LONGEST_WAIT = 6 * 3600

export function readConfig(raw: RawInputs, { env }: Pick<Ports, 'env'>): Result<Config> {
  const read = readInputs(raw)
  const platform = read.oneOf('platform', ['azureml', 'kubernetes'])
  refuseForeign(read, platform)
  return platform === 'azureml' ? readAzure(read, raw, env) : readKubernetes(read, raw)
}

/** Inputs without a default in action.yml that mean something on one platform only. */
const ONLY_ON = {
  azureml: [
    'env-file',
    'model',
    'model-version',
    'azure-client-id',
    'azure-tenant-id',
    'azure-subscription-id',
    'resource-group',
    'workspace',
    'azure-resource-manager',
    'azure-authority',
  ],
  kubernetes: [
    'manifests',
    'service',
    'namespace',
    'traffic-object',
    'images',
    'values-files',
    'context',
  ],
} as const

function refuseForeign(read: InputReader, platform: Config['platform']): void {
  const other = platform === 'azureml' ? 'kubernetes' : 'azureml'
  for (const name of ONLY_ON[other]) {
    if (read.text(name) !== '') read.problem(name, `is given, but belongs to platform ${other}`)
  }
}

function readAzure(read: InputReader, raw: RawInputs, env: Ports['env']): Result<Config> {
  const settings = read.take(parseAzureSettings(raw, env))
  return read.done<AzureConfig>({
    platform: 'azureml',
    endpointFile: read.required('endpoint-file'),
    deploymentFile: read.required('deployment-file'),
    envFile: read.text('env-file'),
    ...readModel(read),
    ...readCommon(read, { fits: isSlotName, form: AZURE_SLOT_FORM }),
    endpoint: readName(read, 'endpoint', isEndpointName) ?? '',
    settings: settings ?? { identity: null, resourceManager: '', authority: '' },
    place: Object.fromEntries(AZURE_PLACE_INPUTS.map((name) => [name, read.text(name)])),
  })
}

/** Slots become parts of names and values of labels there. */
const isLabel = (name: string): boolean => /^[a-z0-9]([-a-z0-9]{0,18}[a-z0-9])?$/.test(name)

function readKubernetes(read: InputReader, raw: RawInputs): Result<Config> {
  return read.done<KubernetesConfig>({
    platform: 'kubernetes',
    manifests: read.required('manifests'),
    render: read.oneOf('render', ['none', 'kustomize', 'helm']),
    valuesFiles: read.list('values-files'),
    images: read.list('images'),
    service: read.optional('service'),
    ...readCommon(read, {
      fits: isLabel,
      form: '1 to 20 lower-case letters, digits and -, such as blue,green',
    }),
    raw,
  })
}

const AZURE_SLOT_FORM = '3 to 32 letters, digits and -, such as blue,green'

interface SlotNames {
  readonly fits: (name: string) => boolean
  readonly form: string
}

function readCommon(read: InputReader, names: SlotNames): Common {
  return {
    endpoint: read.text('endpoint'),
    revisionLock: read.text('revision-lock'),
    ...readSlots(read, names),
    createEndpoint: read.flag('create-endpoint'),
    waitSeconds: read.wholeNumber('wait-timeout-seconds', { min: 1, max: LONGEST_WAIT }),
    dryRun: read.flag('dry-run'),
    allowRejected: read.optional('allow-rejected'),
    commit: readCommit(read),
    environment: read.text('environment'),
  }
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

function readModel(read: InputReader): Pick<AzureConfig, 'model' | 'modelVersion'> {
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

function readSlots(read: InputReader, { fits, form }: SlotNames): Pick<Common, 'slots' | 'slot'> {
  const given = read.list('slots')
  const [first, second, ...more] = given
  const two = first !== undefined && second !== undefined && more.length === 0 && first !== second
  if (!two || !given.every(fits)) {
    read.problem('slots', `found "${given.join(',')}"; wanted two different names of ${form}`)
  }
  const slots: SlotPair = [first ?? 'blue', second ?? 'green']
  const slot = read.optional('slot')
  if (slot !== null && (!fits(slot) || (two && !slots.includes(slot)))) {
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
