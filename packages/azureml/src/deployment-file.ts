// deployment.yml of the Azure ML CLI, read into what the REST API wants. Pure; all problems at once.
import type { YamlFile } from '@sluice/documents'
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import { ACCESS } from './endpoint-file.ts'
import { readEnvironment, type EnvironmentDescription } from './environment-field.ts'
import { createFields, type Fields } from './fields.ts'
import type { JsonObject } from './json.ts'
import { parseAssetReference, type ModelReference } from './model.ts'
import { isEndpointName } from './place.ts'

export interface DeploymentDescription {
  /** `endpoint_name`; null when the file leaves it out. */
  readonly endpointName: string | null
  readonly model: ModelReference | null
  /** Folder as the file has it (relative to the file) and scoring script (relative to the folder). */
  readonly code: { readonly folder: string; readonly scoringScript: string } | null
  readonly environment: EnvironmentDescription | null
  /** Other `properties` of the REST resource: how the slot runs. */
  readonly settings: JsonObject
  /** Instances. */
  readonly capacity: number
  readonly tags: Readonly<Record<string, string>>
}

export function readDeploymentFile(doc: YamlFile): Result<DeploymentDescription> {
  const problems: Problem[] = []
  const fields = createFields({ doc, path: [], value: doc.value, problems })
  if (!fields.present)
    fields.problem(null, 'is empty; wanted model, environment, instance_type and more')
  fields.drop('$schema', 'name', 'id', 'provisioning_state', 'private_network_connection')
  fields.choice('type', { managed: 'Managed' })
  const deployment: DeploymentDescription = {
    endpointName: readEndpointName(fields),
    model: readModel(fields),
    code: readCode(fields.nested('code_configuration')),
    environment: readEnvironment(fields),
    settings: readSettings(fields),
    capacity: fields.count('instance_count', 1) ?? 1,
    tags: fields.texts('tags'),
  }
  for (const key of ['resources', 'data_collector'] as const)
    fields.refuse(key, 'is not supported yet; take it out')
  fields.end()
  return problems.length > 0 ? bad(...problems) : good(deployment)
}

function readEndpointName(fields: Fields): string | null {
  const name = fields.text('endpoint_name')
  if (name !== null && !isEndpointName(name)) {
    fields.problem(
      'endpoint_name',
      `found "${name}"; wanted 3 to 32 letters, digits and -, a letter first`,
    )
  }
  return name
}

function readModel(fields: Fields): ModelReference | null {
  const raw = fields.raw('model')
  if (raw === null) return null
  if (typeof raw !== 'string') {
    fields.problem(
      'model',
      'found a model described in place; register it and name it as azureml:NAME:VERSION',
    )
    return null
  }
  const reference = parseAssetReference(raw, fields.where('model'))
  if (reference.ok) return reference.value
  for (const { message } of reference.problems) fields.problem('model', message)
  return null
}

function readCode(fields: Fields): DeploymentDescription['code'] {
  if (!fields.present) return null
  const folder = fields.text('code')
  const scoringScript = fields.text('scoring_script')
  if (!fields.has('code')) fields.missing('code', 'the folder of the scoring script')
  if (!fields.has('scoring_script')) fields.missing('scoring_script', 'a file in the code folder')
  fields.end()
  if (folder !== null && folder.startsWith('azureml:')) {
    fields.problem('code', 'found a registered code asset; wanted a folder')
  }
  return folder === null || scoringScript === null ? null : { folder, scoringScript }
}

function readSettings(fields: Fields): JsonObject {
  const instanceType = fields.text('instance_type')
  if (fields.present && !fields.has('instance_type')) {
    fields.missing('instance_type', 'a size such as Standard_DS3_v2')
  }
  const variables = fields.texts('environment_variables')
  const extra = fields.texts('properties')
  return compact({
    instanceType,
    description: fields.text('description'),
    modelMountPath: fields.text('model_mount_path'),
    appInsightsEnabled: fields.flag('app_insights_enabled'),
    egressPublicNetworkAccess: fields.choice('egress_public_network_access', ACCESS),
    environmentVariables: Object.keys(variables).length === 0 ? null : variables,
    properties: Object.keys(extra).length === 0 ? null : extra,
    requestSettings: readRequestSettings(fields.nested('request_settings')),
    livenessProbe: readProbe(fields.nested('liveness_probe')),
    readinessProbe: readProbe(fields.nested('readiness_probe')),
    scaleSettings: readScale(fields.nested('scale_settings')),
  })
}

const LONGEST_REQUEST_MS = 180_000

function readRequestSettings(fields: Fields): JsonObject | null {
  if (!fields.present) return null
  const timeout = fields.count('request_timeout_ms', 1)
  if (timeout !== null && timeout > LONGEST_REQUEST_MS) {
    fields.problem(
      'request_timeout_ms',
      `found ${timeout}; managed endpoints allow ${LONGEST_REQUEST_MS} at most`,
    )
  }
  const settings = compact({
    requestTimeout: milliseconds(timeout),
    maxConcurrentRequestsPerInstance: fields.count('max_concurrent_requests_per_instance', 1),
    maxQueueWait: milliseconds(fields.count('max_queue_wait_ms', 0)),
  })
  fields.end()
  return settings
}

function readProbe(fields: Fields): JsonObject | null {
  if (!fields.present) return null
  const probe = compact({
    initialDelay: seconds(fields.count('initial_delay', 0)),
    period: seconds(fields.count('period', 1)),
    timeout: seconds(fields.count('timeout', 1)),
    successThreshold: fields.count('success_threshold', 1),
    failureThreshold: fields.count('failure_threshold', 1),
  })
  fields.end()
  return probe
}

/** Managed slots scale through Azure Monitor, so the file can only say `default`. */
function readScale(fields: Fields): JsonObject | null {
  if (!fields.present) return null
  const type = fields.choice('type', { default: 'Default', manual: 'Default' }) ?? 'Default'
  fields.end()
  return { scaleType: type }
}

/** Azure wants durations as ISO 8601. */
const seconds = (count: number | null): string | null => (count === null ? null : `PT${count}S`)
const milliseconds = (count: number | null): string | null =>
  seconds(count === null ? null : count / 1000)

const compact = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null))
