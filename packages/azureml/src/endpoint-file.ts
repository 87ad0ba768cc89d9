// endpoint.yml of the Azure ML CLI, read into what the REST API wants. Pure; all problems at once.
import type { YamlFile } from '@sluice/documents'
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import { createFields, type Fields } from './fields.ts'
import { isObject, type JsonObject } from './json.ts'
import { isEndpointName } from './place.ts'

export interface EndpointDescription {
  /** `name` in the file, the same in every environment: the endpoint's key in the revision lock. */
  readonly name: string
  /** null: the workspace's. */
  readonly location: string | null
  readonly tags: Readonly<Record<string, string>>
  readonly identity: JsonObject
  /** `properties` of the REST resource, without traffic. */
  readonly properties: JsonObject
  /** Keys that are there and have no effect on a deploy (traffic, mirror_traffic). */
  readonly ignored: readonly string[]
}

const AUTH = { key: 'Key', aml_token: 'AMLToken', aad_token: 'AADToken' } as const
export const ACCESS = { enabled: 'Enabled', disabled: 'Disabled' } as const
const IDENTITY = { system_assigned: 'SystemAssigned', user_assigned: 'UserAssigned' } as const

export function readEndpointFile(doc: YamlFile): Result<EndpointDescription> {
  const problems: Problem[] = []
  const fields = createFields({ doc, path: [], value: doc.value, problems })
  if (!fields.present) fields.problem(null, 'is empty; wanted name and auth_mode')
  const name = fields.text('name') ?? ''
  if (fields.present && !fields.has('name')) {
    fields.missing('name', '3 to 32 letters, digits and -, a letter first, no - at the end')
  } else if (fields.present && !isEndpointName(name)) {
    fields.problem(
      'name',
      `found "${name}"; wanted 3 to 32 letters, digits and -, a letter first, no - at the end`,
    )
  }
  const description = fields.text('description')
  const access = fields.choice('public_network_access', ACCESS)
  const extra = fields.texts('properties')
  const endpoint: EndpointDescription = {
    name,
    location: fields.text('location'),
    tags: fields.texts('tags'),
    identity: readIdentity(fields.nested('identity')),
    properties: {
      authMode: fields.choice('auth_mode', AUTH) ?? AUTH.key,
      ...(description !== null && { description }),
      ...(access !== null && { publicNetworkAccess: access }),
      ...(Object.keys(extra).length > 0 && { properties: extra }),
    },
    ignored: ['traffic', 'mirror_traffic'].filter((key) => fields.has(key)),
  }
  fields.drop(
    '$schema',
    'traffic',
    'mirror_traffic',
    'provisioning_state',
    'scoring_uri',
    'openapi_uri',
    'id',
  )
  fields.refuse('compute', 'names a Kubernetes compute; this action deploys managed endpoints only')
  fields.end()
  return problems.length > 0 ? bad(...problems) : good(endpoint)
}

/** The CLI gives an endpoint its own identity when the file names none, and so do we. */
function readIdentity(fields: Fields): JsonObject {
  const type = fields.choice('type', IDENTITY) ?? IDENTITY.system_assigned
  const listed = fields.raw('user_assigned_identities')
  fields.drop('principal_id', 'tenant_id')
  fields.end()
  const ids = (Array.isArray(listed) ? listed : []).map((item: unknown) =>
    isObject(item) ? item['resource_id'] : item,
  )
  const texts = ids.filter((id): id is string => typeof id === 'string')
  if (listed !== null && (texts.length === 0 || texts.length !== ids.length)) {
    fields.problem('user_assigned_identities', 'wanted a list of `resource_id: /subscriptions/...`')
  }
  if (type === IDENTITY.user_assigned && texts.length === 0 && listed === null) {
    fields.problem('type', 'user_assigned wants user_assigned_identities')
  }
  if (type === IDENTITY.system_assigned) return { type }
  return { type, userAssignedIdentities: Object.fromEntries(texts.map((id) => [id, {}])) }
}
