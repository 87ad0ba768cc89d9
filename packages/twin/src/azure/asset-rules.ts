// What a version of a model, an environment or a code asset must look like.
import { textAt, type JsonObject } from './json.ts'
import { badRequest } from './refusal.ts'
import type { AssetKind, AzureState } from './state.ts'

/** What never changes once a version is there. */
export const IMMUTABLE: Readonly<Record<AssetKind, readonly string[]>> = {
  models: ['modelUri', 'modelType'],
  environments: ['image', 'condaFile', 'build', 'osType', 'inferenceConfig'],
  codes: ['codeUri'],
}

export function checkAssetVersion(
  state: AzureState,
  about: {
    readonly kind: AssetKind
    readonly name: string
    readonly version: string
    readonly properties: JsonObject
  },
): void {
  const { kind, name, version, properties } = about
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/.test(name)) {
    throw badRequest(`The asset name '${name}' is invalid.`, 'name')
  }
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/.test(version)) {
    throw badRequest(`The asset version '${version}' is invalid.`, 'version')
  }
  if (kind === 'codes') checkCode(state, properties)
  if (kind === 'environments') checkEnvironment(name, properties)
  if (kind === 'models' && textAt(properties, 'modelUri') === null) {
    throw badRequest('A model version needs a modelUri.', 'properties.modelUri')
  }
}

function checkEnvironment(name: string, properties: JsonObject): void {
  if (name.startsWith('AzureML-')) {
    throw badRequest('Names that start with AzureML- are kept for curated environments.', 'name')
  }
  const image = typeof properties.image === 'string'
  const build = typeof properties.build === 'object' && properties.build !== null
  if (image !== build) return
  throw badRequest('An environment needs either an image or a build.', 'properties.image')
}

/** The folder must be one that we serve, without a signature, and hold at least one blob. */
function checkCode(state: AzureState, properties: JsonObject): void {
  const target = 'properties.codeUri'
  const uri = textAt(properties, 'codeUri')
  if (uri === null || !URL.canParse(uri))
    throw badRequest('A code version needs a codeUri.', target)
  const url = new URL(uri)
  if (url.search !== '') throw badRequest('The codeUri must not carry a signature.', target)
  const folder = `${url.pathname.replace(/\/$/, '')}/`
  const filled = Object.keys(state.blobs).some((path) => path.startsWith(folder))
  if (!filled) throw badRequest(`There are no blobs under '${url.pathname}'.`, target)
}
