// `environment` of deployment.yml: a registered one by name, or one described in place.
import { bad, good, type Result } from '@sluice/rollout'
import type { Fields } from './fields.ts'
import { type JsonObject } from './json.ts'
import { parseAssetReference, type ModelReference } from './model.ts'

export type EnvironmentDescription =
  | { readonly kind: 'asset'; readonly reference: ModelReference }
  | {
      readonly kind: 'inline'
      readonly image: string
      /** A path relative to the file, the conda file itself as a mapping, or null. */
      readonly conda: string | JsonObject | null
      readonly inferenceConfig: JsonObject | null
    }

export function readEnvironment(fields: Fields): EnvironmentDescription | null {
  const raw = fields.raw('environment')
  if (raw === null) return null
  if (typeof raw === 'string') {
    const reference = readAsset(raw, fields.where('environment'))
    if (reference.ok) return { kind: 'asset', reference: reference.value }
    for (const { message } of reference.problems) fields.problem('environment', message)
    return null
  }
  return readInline(fields.nested('environment'))
}

/** Curated environments of Azure live in no workspace: their text passes through. */
function readAsset(text: string, where: string): Result<ModelReference> {
  const reference = parseAssetReference(text, where)
  if (!reference.ok || reference.value.kind === 'id' || !/^AzureML-/i.test(reference.value.name))
    return reference
  const { name, version } = reference.value
  if (version === null)
    return bad({
      where,
      message: `found "${text}", which names no version; curated environments want one`,
    })
  return good({ kind: 'id', id: `azureml:${name}:${version}`, label: `${name}:${version}` })
}

function readInline(fields: Fields): EnvironmentDescription | null {
  const image = fields.text('image')
  if (!fields.has('image')) {
    fields.missing('image', 'a container image (or `environment: azureml:NAME:VERSION`)')
  }
  const conda = fields.raw('conda_file')
  const inferenceConfig = readInferenceConfig(fields.nested('inference_config'))
  // They name a registration that does not happen: what counts is the content.
  fields.drop('name', 'version', 'description', 'tags', 'properties', '$schema')
  fields.choice('os_type', { linux: 'Linux', Linux: 'Linux' })
  fields.refuse(
    'build',
    'a build context is not supported yet; build the image first and name it in `image`',
  )
  fields.end()
  const usable = conda === null || typeof conda === 'string' || typeof conda === 'object'
  if (!usable) fields.problem('conda_file', 'wanted a path, or the conda file itself as a mapping')
  if (image === null || !usable) return null
  return { kind: 'inline', image, conda: conda as string | JsonObject | null, inferenceConfig }
}

function readInferenceConfig(fields: Fields): JsonObject | null {
  if (!fields.present) return null
  const routes = ['liveness_route', 'readiness_route', 'scoring_route'] as const
  const config = routes.map((key) => {
    const route = fields.nested(key)
    const value = { path: route.text('path'), port: route.count('port', 1) }
    route.end()
    if (route.present && (value.path === null || value.port === null)) {
      route.problem(null, 'wanted path and port')
    }
    return [key.replace(/_r/, 'R'), value] as const
  })
  fields.end()
  return Object.fromEntries(config.filter(([, value]) => value.path !== null))
}
