// What a deployment refers to must be there: model, environment, code.
import { assetKey, parseAssetReference } from './ids.ts'
import { isObject, objectAt, own, shown, textAt, type JsonObject } from './json.ts'
import { badRequest } from './refusal.ts'
import type { AssetKind, AzureState, EndpointRecord } from './state.ts'

/** The model that a deployment's body names; null when it names none. */
export function modelOf(
  body: JsonObject,
): { readonly name: string; readonly version: string } | null {
  const model = textAt(objectAt(body, 'properties'), 'model')
  const reference = model === null ? null : parseAssetReference(model)
  return reference === null ? null : { name: reference.name, version: reference.version }
}

export function checkSlotProperties(
  state: AzureState,
  about: { readonly endpoint: EndpointRecord; readonly properties: JsonObject },
): void {
  const { properties, endpoint } = about
  checkCompute(properties)
  const model = properties.model
  if (model !== undefined && model !== null) {
    checkReference(state, { endpoint, kind: 'models', value: model, target: 'properties.model' })
  }
  const environment = properties.environmentId
  if (environment !== undefined && environment !== null) {
    const target = 'properties.environmentId'
    checkReference(state, { endpoint, kind: 'environments', value: environment, target })
  } else if (!isMlflow(state, properties)) {
    throw badRequest(
      "'Image' must not be empty: an environment is needed.",
      'properties.environmentId',
    )
  }
  checkCode(state, about)
  checkVariables(properties)
}

function checkCompute(properties: JsonObject): void {
  if (properties.endpointComputeType !== 'Managed') {
    throw badRequest(
      `endpointComputeType must be Managed here, found '${shown(properties.endpointComputeType)}'.`,
      'properties.endpointComputeType',
    )
  }
  if (!/^Standard_\w+$/i.test(textAt(properties, 'instanceType') ?? '')) {
    throw badRequest(
      'instanceType is required for managed deployments, like Standard_DS3_v2.',
      'properties.instanceType',
    )
  }
}

function checkCode(
  state: AzureState,
  about: { readonly endpoint: EndpointRecord; readonly properties: JsonObject },
): void {
  const code = about.properties.codeConfiguration
  if (code === undefined || code === null) return
  const target = 'properties.codeConfiguration'
  if (!isObject(code) || textAt(code, 'scoringScript') === null) {
    throw badRequest('codeConfiguration needs a scoringScript.', target)
  }
  const { endpoint } = about
  checkReference(state, { endpoint, kind: 'codes', value: code.codeId, target: `${target}.codeId` })
}

function checkVariables(properties: JsonObject): void {
  const variables = Object.entries(objectAt(properties, 'environmentVariables'))
  const wrong = variables.filter(([, value]) => typeof value !== 'string').map(([name]) => name)
  if (wrong.length === 0) return
  throw badRequest(
    `Environment variables must be texts: ${wrong.join(', ')}.`,
    'properties.environmentVariables',
  )
}

function checkReference(
  state: AzureState,
  about: {
    readonly endpoint: EndpointRecord
    readonly kind: AssetKind
    readonly value: unknown
    readonly target: string
  },
): void {
  const { endpoint, kind, value, target } = about
  const reference = typeof value === 'string' ? parseAssetReference(value) : null
  if (reference === null) {
    throw badRequest(`'${String(value)}' is not the id of a version of ${kind}.`, target)
  }
  if (reference.place === 'registry') {
    if (state.registryAssets[reference.key] !== undefined) return
    throw badRequest(`Could not find the registry asset '${String(value)}'.`, target)
  }
  if (reference.kind !== kind) {
    throw badRequest(`'${String(value)}' is of ${reference.kind}; ${kind} are needed here.`, target)
  }
  if (reference.workspace !== endpoint.workspace) {
    throw badRequest(`'${String(value)}' belongs to another workspace.`, target)
  }
  const asset = state.assets[assetKey(reference.workspace, kind, reference.name)]
  if (own(asset?.versions ?? {}, reference.version) !== undefined) return
  throw badRequest(`Could not find the asset '${String(value)}'.`, target)
}

function isMlflow(state: AzureState, properties: JsonObject): boolean {
  const reference = parseAssetReference(textAt(properties, 'model') ?? '')
  if (reference === null) return false
  const stored =
    reference.place === 'registry'
      ? state.registryAssets[reference.key]
      : state.assets[assetKey(reference.workspace, 'models', reference.name)]?.versions[
          reference.version
        ]?.properties
  return stored?.modelType === 'mlflow_model'
}
