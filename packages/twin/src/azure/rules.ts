// What Azure checks of every tracked resource that is written: shape, tags, names, read-only fields.
import { isObject, objectAt, without, type Json, type JsonObject } from './json.ts'
import { armRefusal, badRequest } from './refusal.ts'
import type { AzureOptions } from './state.ts'

/** Entries that the service adds by itself to `properties.properties`. */
const SERVER_PROPERTIES = ['azureml.onlineendpointid', 'AzureAsyncOperationUri']

const MAX_TAGS = 50
const MAX_TAG_NAME = 512
const MAX_TAG_VALUE = 256

/** Endpoints and deployments: 3 to 32 characters, a letter first, no dash at the end. */
export function checkName(name: string, what: string): void {
  if (/^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(name) && name.length >= 3 && name.length <= 32) {
    return
  }
  throw badRequest(
    `The ${what} name '${name}' is invalid: 3 to 32 letters, digits and dashes, a letter first and no dash last.`,
    `${what}Name`,
  )
}

/** Tags as the resource manager limits them, and the design's own limit for our prefix. */
export function checkTags(tags: Json | undefined, options: AzureOptions): void {
  if (tags === undefined || tags === null) return
  if (!isObject(tags)) throw badRequest('Tags must be an object of texts.', 'tags')
  const names = Object.keys(tags)
  if (names.length > MAX_TAGS) {
    throw armRefusal({
      status: 400,
      code: 'TagsLimitExceeded',
      message: `The resource has ${names.length} tags; at most ${MAX_TAGS} are allowed.`,
      target: 'tags',
    })
  }
  const ours = names.filter((name) => name.startsWith('sluice-'))
  if (ours.length > options.sluiceTags) {
    throw badRequest(
      `${ours.length} tags start with sluice-; at most ${options.sluiceTags} may.`,
      'tags',
    )
  }
  for (const [name, value] of Object.entries(tags)) checkTag(name, value)
}

function checkTag(name: string, value: Json): void {
  if (name === '' || name.length > MAX_TAG_NAME || /[<>%&\\?/]/.test(name)) {
    throw armRefusal({
      status: 400,
      code: 'InvalidTagNameCharacters',
      message: `The tag name '${name.slice(0, 40)}' is empty, longer than ${MAX_TAG_NAME} or holds one of <>%&\\?/.`,
      target: 'tags',
    })
  }
  if (typeof value !== 'string' || value.length > MAX_TAG_VALUE) {
    throw armRefusal({
      status: 400,
      code: 'InvalidTagValueLength',
      message: `The value of tag '${name}' must be a text of at most ${MAX_TAG_VALUE} characters.`,
      target: 'tags',
    })
  }
}

const READ_ONLY = ['id', 'name', 'type', 'systemData']
const READ_ONLY_PROPERTIES = ['provisioningState', 'scoringUri', 'swaggerUri']
const READ_ONLY_IDENTITY = ['principalId', 'tenantId']

/** The envelope of a PUT: location and properties there, nothing in it that only the service may say. */
export function checkEnvelope(body: JsonObject): void {
  if (typeof body.location !== 'string' || body.location === '') {
    throw armRefusal({
      status: 400,
      code: 'LocationRequired',
      message: 'The location property is required for this definition.',
      target: 'location',
    })
  }
  if (!isObject(body.properties)) throw badRequest('Properties are required.', 'properties')
  refuseFields(body, READ_ONLY, '')
  refuseFields(body.properties, READ_ONLY_PROPERTIES, 'properties.')
  refuseFields(objectAt(body, 'identity'), READ_ONLY_IDENTITY, 'identity.')
}

function refuseFields(value: JsonObject, fields: readonly string[], prefix: string): void {
  const found = fields.filter((field) => field in value).map((field) => `${prefix}${field}`)
  if (found.length === 0) return
  throw armRefusal({
    status: 400,
    code: 'ReadOnlyProperty',
    message: `Read-only properties cannot be written: ${found.join(', ')}.`,
    target: found[0] ?? '',
  })
}

/** Location names compare without blanks and case. */
export const sameLocation = (left: Json | undefined, right: string): boolean =>
  typeof left === 'string' && plainLocation(left) === plainLocation(right)

const plainLocation = (text: string): string => text.toLowerCase().replaceAll(' ', '')

/** `properties.properties` may grow, and nothing else; left out, it stays as it is. */
export function checkOnlyAdded(before: JsonObject, after: JsonObject): void {
  if (!isObject(after.properties)) return
  const [old, next] = [objectAt(before, 'properties'), after.properties]
  const changed = Object.keys(old).filter((key) => old[key] !== next[key])
  if (changed.length === 0) return
  throw badRequest(
    `Properties can be added, but not removed or altered: ${changed.join(', ')}.`,
    'properties.properties',
  )
}

/** What to keep of `properties.properties`: the service's own entries are made anew at every read. */
export function keptProperties(before: JsonObject, properties: JsonObject): JsonObject {
  const old = objectAt(objectAt(before, 'properties'), 'properties')
  return without({ ...old, ...objectAt(properties, 'properties') }, SERVER_PROPERTIES)
}
