// Which objects a mode works on: those named as `Kind/name`, else the workloads in the manifests.
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import { didYouMean } from '@sluice/documents'
import type { ApiServer, Resource, Resources } from '../connection/api-server.ts'
import type { PlacedManifest } from '../manifests/manifest.ts'
import { keyOf, renderId, type ObjectId } from '../object.ts'
import { kindsThatKnow, workloadKindOf, type Target, type WorkloadMode } from './workload.ts'

export interface TargetOrder {
  readonly mode: WorkloadMode
  /** `deployment/web`; kinds in any case, plural or short form, with their group where it matters. */
  readonly named: readonly string[]
  /** Where the named ones are. */
  readonly namespace: string
  /** Used when none is named. */
  readonly placed: readonly PlacedManifest[]
}

/** The live objects to work on, or everything that is wrong with the names; nothing is written. */
export async function findTargets(
  api: ApiServer,
  order: TargetOrder,
): Promise<Result<readonly Target[]>> {
  const resources = await api.resources()
  const ids = order.named.length === 0 ? idsOf(order, resources) : parseNames(order, resources)
  if (!ids.ok) return ids
  const unique = [...new Map(ids.value.map((id) => [keyOf(id), id])).values()]
  const found = await Promise.all(unique.map((id) => readTarget(api, id)))
  const problems = found.flatMap((one) => (one.ok ? [] : one.problems))
  return problems.length > 0
    ? bad(...problems)
    : good(found.flatMap((one) => (one.ok ? [one.value] : [])))
}

function idsOf({ mode, placed }: TargetOrder, resources: Resources): Result<readonly ObjectId[]> {
  const ids = placed
    .filter(({ object }) => object.metadata.name !== undefined)
    .map(({ id }) => id)
    .filter(({ group, kind }) => {
      const resource = resources.preferred(group, kind)
      return resource !== null && knows(resource, mode)
    })
  if (ids.length > 0) return good(ids)
  return bad({
    where: 'manifests',
    message: `nothing in them can be used with mode ${mode} (wanted ${kindsThatKnow(mode).join(', ')})`,
  })
}

/** Whatever has the subresource can be scaled. */
const knows = (resource: Resource, mode: WorkloadMode): boolean =>
  mode === 'scale'
    ? resource.subresources.includes('scale')
    : workloadKindOf(resource)?.modes.includes(mode) === true

function parseNames(order: TargetOrder, resources: Resources): Result<readonly ObjectId[]> {
  const parsed = order.named.map((text) => parseTarget(text.trim(), order, resources))
  const problems = parsed.flatMap((one) => (one.ok ? [] : one.problems))
  return problems.length > 0
    ? bad(...problems)
    : good(parsed.flatMap((one) => (one.ok ? [one.value] : [])))
}

type Place = Pick<TargetOrder, 'mode' | 'namespace'>

/** `deployments.apps/web` -> its id, or what is wrong with it. */
export function parseTarget(text: string, place: Place, resources: Resources): Result<ObjectId> {
  const problem = (message: string) => bad({ where: 'objects', message })
  const [kind = '', name = '', ...rest] = text.split('/')
  if (kind === '' || name === '' || rest.length > 0) {
    return problem(`found ${JSON.stringify(text)}; wanted Kind/name, such as deployment/web`)
  }
  const matches = resources.all.filter((resource) => isNamed(resource, kind.toLowerCase()))
  // Several versions and groups can have the kind: one that we know wins, then the first one.
  const resource = matches.find((one) => knows(one, place.mode)) ?? matches[0]
  if (resource === undefined) {
    const known = [...new Set(resources.all.filter((one) => knows(one, place.mode)).map(nameOf))]
    return problem(`${text}: the server knows no kind ${kind}; ${didYouMean(kind, known)}`)
  }
  if (!knows(resource, place.mode)) {
    return problem(
      `${text}: mode ${place.mode} cannot be used on a ${resource.kind}; wanted ${kindsThatKnow(place.mode).join(', ')}`,
    )
  }
  const { group, version } = resources.preferred(resource.group, resource.kind) ?? resource
  const namespace = resource.namespaced ? place.namespace : null
  return good({ group, version, kind: resource.kind, namespace, name })
}

const nameOf = ({ kind }: Resource): string => kind

/** By kind, plural, singular or short form, each also with its group: `deployments.apps`. */
function isNamed(resource: Resource, wanted: string): boolean {
  const names = [resource.kind.toLowerCase(), resource.plural, ...(resource.aliases ?? [])]
  return names.some((name) => name === wanted || `${name}.${resource.group}` === wanted)
}

async function readTarget(api: ApiServer, id: ObjectId): Promise<Result<Target>> {
  const answer = await api.get(id)
  if (!answer.ok) {
    const { request, reason, message } = answer.refusal
    return bad({ where: renderId(id), message: `${request}: ${reason}: ${message}` })
  }
  if (answer.value !== null) return good({ id, object: answer.value })
  return bad(await describeMissing(api, id))
}

async function describeMissing(api: ApiServer, id: ObjectId): Promise<Problem> {
  const resource = (await api.resources()).preferred(id.group, id.kind)
  const list = resource === null ? null : await api.list(resource, { namespace: id.namespace })
  const names =
    list?.ok === true ? list.value.items.flatMap(({ metadata }) => metadata.name ?? []) : []
  const there = names.length === 0 ? 'there is none of this kind' : didYouMean(id.name, names)
  return { where: renderId(id), message: `it does not exist; ${there}` }
}
