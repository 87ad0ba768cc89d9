// What left the manifests of an application goes. Only where its record says that members can be.
import type {
  Answer,
  ApiServer,
  ObjectList,
  Resource,
  Resources,
} from '../connection/api-server.ts'
import { inertLine } from '../health/inert-text.ts'
import { keyOf, type KubeObject, type ObjectId } from '../object.ts'
import type { PlacedManifest } from '../manifests/manifest.ts'
import { isSetParent, setLabels, type ApplicationSet } from './application-set.ts'
import { parseKind, renderKind, type SetRecord } from './application-set-record.ts'
import { inLanes } from './lanes.ts'
import { dataLostWith } from './removal-stages.ts'

/** A live object with the label of the set. */
export interface Member {
  readonly id: ObjectId
  readonly object: KubeObject
}

export interface MembersSeen {
  readonly members: readonly Member[]
  /** Recorded kinds that the server does not serve now, though their group may come back. */
  readonly unseenKinds: readonly string[]
  /** `Secret in shop: Forbidden ...`: where members may be that could not be listed. */
  readonly unlisted: readonly string[]
}

/**
 * The members of a set, by one list per recorded kind and namespace; cluster-wide kinds once.
 * Objects of a kind or in a namespace that is not recorded are never looked at.
 */
export async function observeMembers(
  api: ApiServer,
  set: ApplicationSet,
  record: SetRecord,
): Promise<MembersSeen> {
  const resources = await api.resources()
  const known = record.kinds.flatMap((text) => {
    const { group, kind } = parseKind(text)
    return resources.preferred(group, kind) ?? []
  })
  const served = new Set(known.map(renderKind))
  const missing = record.kinds.filter((kind) => !served.has(kind))
  const places = known.flatMap((resource) =>
    (resource.namespaced ? [set.namespace, ...record.namespaces] : [null]).map((namespace) => ({
      resource,
      namespace,
    })),
  )
  const labelSelector = `${setLabels.partOf}=${set.id}`
  const lists = await inLanes(places, async ({ resource, namespace }) =>
    membersIn(resource, namespace, await api.list(resource, { namespace, labelSelector })),
  )
  return {
    members: lists.flatMap(({ members }) => members),
    unlisted: lists.flatMap(({ unlisted }) => unlisted),
    unseenKinds: (await Promise.all(missing.map((kind) => mayReturn(api, resources, kind)))).flat(),
  }
}

function membersIn(
  resource: Resource,
  namespace: string | null,
  answer: Answer<ObjectList>,
): Pick<MembersSeen, 'members' | 'unlisted'> {
  if (!answer.ok) {
    const { status, reason, message } = answer.refusal
    // Its CRD went since discovery was read, and all its objects with it.
    if (status === 404) return { members: [], unlisted: [] }
    const where = namespace === null ? '' : ` in ${namespace}`
    const line = inertLine(`${renderKind(resource)}${where}: ${reason}: ${message}`)
    return { members: [], unlisted: [line] }
  }
  const { group, version, kind } = resource
  return {
    unlisted: [],
    members: answer.value.items.map((object) => ({
      id: {
        group,
        version,
        kind,
        namespace: resource.namespaced ? (object.metadata.namespace ?? namespace) : null,
        name: object.metadata.name ?? '',
      },
      object,
    })),
  }
}

/**
 * A kind that discovery lacks is gone for good when its group serves others or is not there at all.
 * A group that shows nothing is an aggregated server that is down: its objects are still somewhere.
 */
async function mayReturn(
  api: ApiServer,
  resources: Resources,
  kind: string,
): Promise<readonly string[]> {
  const { group } = parseKind(kind)
  if (resources.all.some((resource) => resource.group === group)) return []
  const { status } = await api.read(`/apis/${encodeURIComponent(group)}`)
  return status === 404 ? [] : [kind]
}

export interface PruneInput {
  /** null: the members are those of no set. */
  readonly set: ApplicationSet | null
  readonly members: readonly Member[]
  /** All manifests of the application, as they were applied. */
  readonly placed: readonly PlacedManifest[]
  /** uids of what was applied: one object can be served under two groups. */
  readonly appliedUids: ReadonlySet<string>
  /** Also namespaces, CRDs and volume claims, with all that goes with them. */
  readonly deleteData: boolean
}

/** Why a member stays though it left the manifests. */
export type KeptReason = 'SetParent' | 'HoldsData' | 'Owned' | 'OptOut' | 'OtherSet'

export interface KeptMember {
  readonly member: Member
  readonly reason: KeptReason
  readonly message: string
}

export interface PrunePlan {
  readonly removals: readonly Member[]
  readonly kept: readonly KeptMember[]
}

/** Which members go, and which stay and why. */
export function planPrune(input: PruneInput): PrunePlan {
  const wanted = new Set(input.placed.map(({ id }) => keyOf(id)))
  const left = input.members.filter(
    ({ id, object }) => !wanted.has(keyOf(id)) && !input.appliedUids.has(object.metadata.uid ?? ''),
  )
  const judged = left.map((member) => ({ member, keep: whyKept(member, input) }))
  return {
    removals: judged.flatMap(({ member, keep }) => (keep === null ? [member] : [])),
    kept: judged.flatMap(({ member, keep }) => (keep === null ? [] : [{ member, ...keep }])),
  }
}

type Keep = Omit<KeptMember, 'member'>

function whyKept({ id, object }: Member, { set, deleteData }: PruneInput): Keep | null {
  const optOut = optOutOf(object)
  if (optOut !== null) return { reason: 'OptOut', message: `kept, because of ${optOut}` }
  if (isSetParent(object)) {
    return { reason: 'SetParent', message: 'kept, because it holds the record of an ApplySet' }
  }
  if (set !== null && isHomeOf(set, id)) {
    return { reason: 'SetParent', message: 'kept, because the record of the application is in it' }
  }
  const [owner] = object.metadata.ownerReferences ?? []
  if (owner !== undefined) {
    return {
      reason: 'Owned',
      message: inertLine(`kept, because ${owner.kind} ${owner.name} owns it`),
    }
  }
  const lost = deleteData ? null : dataLostWith(id, object)
  return lost === null
    ? null
    : {
        reason: 'HoldsData',
        message: `kept, because ${lost} would go with it; \`delete-data: true\` allows it`,
      }
}

/** Is this the namespace that the parent of the set is in? */
export const isHomeOf = ({ namespace }: ApplicationSet, { group, kind, name }: ObjectId): boolean =>
  group === '' && kind === 'Namespace' && name === namespace

/**
 * Ours, and those of the tools that people come from: an object that Flux, Argo CD or Helm was told
 * to keep is not one to be removed by us.
 */
const optOuts: readonly { readonly key: string; readonly keeps: (value: string) => boolean }[] = [
  { key: 'sluice.dev/prune', keeps: (value) => value === 'disabled' },
  { key: 'kustomize.toolkit.fluxcd.io/prune', keeps: (value) => value === 'disabled' },
  {
    key: 'argocd.argoproj.io/sync-options',
    keeps: (value) => value.split(',').some((option) => option.trim() === 'Prune=false'),
  },
  { key: 'helm.sh/resource-policy', keeps: (value) => value.trim() === 'keep' },
]

/** `annotation sluice.dev/prune: disabled`; null: nothing speaks against its removal. */
function optOutOf({ metadata }: KubeObject): string | null {
  const found = optOuts.find(({ key, keeps }) => {
    const value = metadata.annotations?.[key]
    return value !== undefined && keeps(value)
  })
  return found === undefined ? null : `annotation ${found.key}`
}
