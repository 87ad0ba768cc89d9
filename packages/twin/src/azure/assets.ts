// Control plane: models, environments and codes; containers and their versions.
import type { SimAnswer } from '../kernel/simulator.ts'
import { bodyOf, systemData, timesOf, workspaceOfCall, type ArmCall } from './call.ts'
import { assetKey, PROVIDER, workspaceId } from './ids.ts'
import { isObject, objectAt, own, sameJson, type JsonObject } from './json.ts'
import { paged, wholeNumber } from './paging.ts'
import { badRequest, conflict, notFound } from './refusal.ts'
import { checkAssetVersion, IMMUTABLE } from './asset-rules.ts'
import type { AssetKind, AssetRecord, AssetVersionRecord } from './state.ts'

interface Place {
  readonly kind: AssetKind
  readonly key: string
  readonly name: string
  readonly asset: AssetRecord | null
  readonly base: string
}

function placeOf(call: ArmCall, kind: AssetKind): Place {
  const { key: workspace, workspace: record } = workspaceOfCall(call)
  const name = call.names.name ?? ''
  const key = assetKey(workspace, kind, name)
  const base = `${workspaceId(record)}/${kind}`
  return { kind, key, name, asset: call.state.assets[key] ?? null, base }
}

function assetOf(place: Place): AssetRecord {
  if (place.asset !== null) return place.asset
  throw notFound(`Could not find asset with ID: ${place.base}/${place.name}`, 'name')
}

export function listContainers(call: ArmCall, kind: AssetKind): SimAnswer {
  const place = placeOf(call, kind)
  const prefix = assetKey(workspaceOfCall(call).key, kind, '')
  const found = Object.entries(call.state.assets).filter(([key]) => key.startsWith(prefix))
  const shown = found.filter(([, asset]) => inView(call, asset.properties))
  return paged(
    call,
    shown.map(([, asset]) => viewContainer(place, asset)),
  )
}

export function getContainer(call: ArmCall, kind: AssetKind): SimAnswer {
  const place = placeOf(call, kind)
  return { status: 200, body: viewContainer(place, assetOf(place)) }
}

export function putContainer(call: ArmCall, kind: AssetKind): SimAnswer {
  const place = placeOf(call, kind)
  const { properties } = assetBody(call)
  const asset = makeAsset(call, place)
  asset.properties = properties
  asset.times = timesOf(call, asset.times)
  return { status: place.asset === null ? 201 : 200, body: viewContainer(place, asset) }
}

function makeAsset(call: ArmCall, place: Place): AssetRecord {
  const made = place.asset ?? {
    name: place.name,
    properties: {},
    times: timesOf(call, null),
    versions: {},
  }
  call.state.assets[place.key] = made
  return made
}

function viewContainer(place: Place, asset: AssetRecord): JsonObject {
  const versions = byCreation(Object.values(asset.versions))
  const latest = versions.at(-1)?.version ?? null
  const numbers = versions.map((one) => Number(one.version)).filter(Number.isInteger)
  return {
    id: `${place.base}/${asset.name}`,
    name: asset.name,
    type: `${PROVIDER}/workspaces/${place.kind}`,
    systemData: systemData(asset.times),
    properties: {
      isArchived: false,
      ...asset.properties,
      ...(latest !== null && { latestVersion: latest }),
      nextVersion: String(Math.max(0, ...numbers) + 1),
      provisioningState: 'Succeeded',
    },
  }
}

export function listVersions(call: ArmCall, kind: AssetKind): SimAnswer {
  const place = placeOf(call, kind)
  const asset = assetOf(place)
  const found = ordered(call, Object.values(asset.versions)).filter((one) => fitsQuery(call, one))
  const top = wholeNumber(call, '$top')
  const shown = found.map((one) => viewVersion(place, asset, one))
  return top === null ? paged(call, shown) : paged(call, shown, Math.max(top, 1))
}

function fitsQuery(call: ArmCall, one: AssetVersionRecord): boolean {
  const { query } = call.request
  const hash = query.get('hash')
  return (
    inView(call, one.properties) &&
    (query.get('version') ?? one.version) === one.version &&
    hasPairs(objectAt(one.properties, 'tags'), query.get('tags')) &&
    hasPairs(objectAt(one.properties, 'properties'), query.get('properties')) &&
    (hash === null || objectAt(one.properties, 'properties').hash_sha256 === hash)
  )
}

/** `key=value` or `key`, commas between: all must be there. */
function hasPairs(values: JsonObject, wanted: string | null): boolean {
  if (wanted === null || wanted === '') return true
  return wanted.split(',').every((pair) => {
    const [key = '', ...rest] = pair.split('=')
    return rest.length === 0 ? key in values : values[key] === rest.join('=')
  })
}

const VIEWS = ['ActiveOnly', 'ArchivedOnly', 'All']

function inView(call: ArmCall, properties: JsonObject): boolean {
  const view = call.request.query.get('listViewType') ?? 'ActiveOnly'
  if (!VIEWS.includes(view)) {
    throw badRequest(`listViewType must be one of ${VIEWS.join(', ')}.`, 'listViewType')
  }
  return view === 'All' || (properties.isArchived === true) === (view === 'ArchivedOnly')
}

/** `createdtime desc`, `updatedtime asc`, ...; without a wish the newest come first. */
function ordered(call: ArmCall, versions: readonly AssetVersionRecord[]): AssetVersionRecord[] {
  const wish = call.request.query.get('$orderBy') ?? 'createdtime desc'
  const parts = /^(createdtime|updatedtime)(?: (asc|desc))?$/i.exec(wish.trim())
  if (parts === null) {
    throw badRequest(
      `$orderBy '${wish}' is not understood: use createdtime or updatedtime with asc or desc.`,
      '$orderBy',
    )
  }
  const rising =
    parts[1]?.toLowerCase() === 'createdtime'
      ? byCreation(versions)
      : versions.toSorted((left, right) => compare(left.times.modifiedAt, right.times.modifiedAt))
  return parts[2]?.toLowerCase() === 'desc' ? rising.toReversed() : rising
}

const byCreation = (versions: readonly AssetVersionRecord[]): AssetVersionRecord[] =>
  versions.toSorted((left, right) => compare(left.times.createdAt, right.times.createdAt))

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

export function getVersion(call: ArmCall, kind: AssetKind): SimAnswer {
  const place = placeOf(call, kind)
  const found = own(place.asset?.versions ?? {}, call.names.version ?? '')
  if (place.asset === null || found === undefined) {
    throw notFound(
      `Could not find asset with ID: ${place.base}/${place.name}/versions/${call.names.version}`,
      'version',
    )
  }
  return { status: 200, body: viewVersion(place, place.asset, found) }
}

/** Creates a version, or changes what may change of one (tags, description, archived). */
export function putVersion(call: ArmCall, kind: AssetKind): SimAnswer {
  const place = placeOf(call, kind)
  const version = call.names.version ?? ''
  const { properties } = assetBody(call)
  checkAssetVersion(call.state, { kind, name: place.name, version, properties })
  const before = own(place.asset?.versions ?? {}, version)
  if (before !== undefined) refuseChange(kind, before, properties)
  const asset = makeAsset(call, place)
  const made = { version, properties, times: timesOf(call, before?.times ?? null) }
  asset.versions[version] = made
  return { status: before === undefined ? 201 : 200, body: viewVersion(place, asset, made) }
}

function refuseChange(kind: AssetKind, before: AssetVersionRecord, properties: JsonObject): void {
  const changed = IMMUTABLE[kind].filter(
    (key) => !sameJson(before.properties[key], properties[key]),
  )
  if (changed.length === 0) return
  throw conflict(
    `Version '${before.version}' exists already; ${changed.join(', ')} of a version cannot change.`,
    'version',
  )
}

function assetBody(call: ArmCall): { properties: JsonObject } {
  const { properties } = bodyOf(call)
  if (!isObject(properties)) throw badRequest('Properties are required.', 'properties')
  const readOnly = ['provisioningState', 'latestVersion', 'nextVersion', 'environmentType']
  const found = readOnly.filter((key) => key in properties)
  if (found.length === 0) return { properties }
  throw badRequest(`Read-only properties cannot be written: ${found.join(', ')}.`, 'properties')
}

function viewVersion(place: Place, asset: AssetRecord, one: AssetVersionRecord): JsonObject {
  const curated = place.kind === 'environments' && asset.name.startsWith('AzureML-')
  return {
    id: `${place.base}/${asset.name}/versions/${one.version}`,
    name: one.version,
    type: `${PROVIDER}/workspaces/${place.kind}/versions`,
    systemData: systemData(one.times),
    properties: {
      isArchived: false,
      isAnonymous: false,
      ...one.properties,
      ...(place.kind === 'environments' && {
        environmentType: curated ? 'Curated' : 'UserCreated',
      }),
      provisioningState: 'Succeeded',
    },
  }
}
