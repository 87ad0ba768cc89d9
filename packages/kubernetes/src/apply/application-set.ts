// An application as a public ApplySet (KEP-3659): one parent object, and a label on every member.
// The parent is a ConfigMap, not the Secret that kubectl takes by default: the record holds no
// secrets, and an identity that deploys no Secrets then needs no right on Secrets at all.
// `kubectl apply --prune --applyset=configmaps/NAME` finds the set and leaves it to us by our name.
import { bad, good, type Problem, type Result, type Sha256 } from '@sluice/rollout'
import type { KubeObject, ObjectId } from '../object.ts'
import { renderSource, type PlacedManifest } from '../manifests/manifest.ts'

export const setLabels = {
  /** On the parent: makes it one. */
  id: 'applyset.kubernetes.io/id',
  /** On each member: the id of its set. */
  partOf: 'applyset.kubernetes.io/part-of',
} as const

export interface ApplicationSet {
  /** The input `application`; also the name of the parent. */
  readonly name: string
  /** Where the parent is. Members may be in other namespaces too. */
  readonly namespace: string
  readonly parent: ObjectId
  /** Value of both labels. */
  readonly id: string
}

export interface ApplicationInput {
  readonly application: string
  readonly namespace: string
  readonly sha256: Sha256
}

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/** The set of that name in that namespace; a problem when no ConfigMap can have this name. */
export function applicationSetOf(input: ApplicationInput): Result<ApplicationSet> {
  const { application: name, namespace, sha256 } = input
  if (name.length > 253 || !subdomain.test(name)) {
    return bad({
      where: 'application',
      message: `found ${JSON.stringify(name)}; wanted a name of lower-case letters, digits, "-" and ".", at most 253 characters`,
    })
  }
  const parent = { group: '', version: 'v1', kind: 'ConfigMap', namespace, name }
  return good({ name, namespace, parent, id: setIdOf(parent, sha256) })
}

/** The specification binds the id to the parent's own name: a set cannot borrow another one's id. */
export function setIdOf(parent: ObjectId, sha256: Sha256): string {
  const { name, namespace, kind, group } = parent
  const digest = sha256(`${name}.${namespace ?? ''}.${kind}.${group}`)
  return `applyset-${Buffer.from(digest, 'hex').toString('base64url')}-v1`
}

/** The id of the set that a live object belongs to; null: none. */
export const setOf = ({ metadata }: KubeObject): string | null =>
  metadata.labels?.[setLabels.partOf] ?? null

/** True for the parent of any set. */
export const isSetParent = ({ metadata }: KubeObject): boolean =>
  metadata.labels?.[setLabels.id] !== undefined

/**
 * The manifests with the label of the set, as they are compared and applied. Objects with
 * `generateName` are left as they are: each run makes new ones, so they belong to no set.
 */
export function labelMembers(
  set: ApplicationSet,
  placed: readonly PlacedManifest[],
): Result<readonly PlacedManifest[]> {
  const problems = [...emptiness(set, placed), ...placed.flatMap((one) => memberProblems(set, one))]
  if (problems.length > 0) return bad(...problems)
  return good(
    placed.map((manifest) =>
      isMember(manifest) ? { ...manifest, object: labelled(manifest.object, set) } : manifest,
    ),
  )
}

/** False for objects that are made anew by each run. */
export const isMember = ({ object }: PlacedManifest): boolean =>
  object.metadata.generateName === undefined || object.metadata.name !== undefined

const labelled = (object: KubeObject, set: ApplicationSet): KubeObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    labels: { ...object.metadata.labels, [setLabels.partOf]: set.id },
  },
})

/** An empty folder is far more often a mistake in a path than the wish to remove everything. */
function emptiness(set: ApplicationSet, placed: readonly PlacedManifest[]): readonly Problem[] {
  if (placed.some(isMember)) return []
  return [
    {
      where: 'manifests',
      message: `no object is left in application ${set.name}, so everything of it would be pruned; use mode delete if that is the wish`,
    },
  ]
}

function memberProblems(set: ApplicationSet, manifest: PlacedManifest): readonly Problem[] {
  const { object, id, source } = manifest
  const problems: Problem[] = []
  const found = setOf(object)
  if (found !== null && found !== set.id) {
    problems.push({
      where: renderSource(source, ['metadata', 'labels', setLabels.partOf]),
      message: `label ${setLabels.partOf} names another set (${found}); remove it, it is set for application ${set.name}`,
    })
  }
  if (isParentOf(set, id)) {
    problems.push({
      where: renderSource(source, ['metadata', 'name']),
      message: `ConfigMap ${set.namespace}/${set.name} holds the record of application ${set.name}; choose another \`application\` or another name`,
    })
  }
  return problems
}

/** Is this the object that holds the record of the set? */
const isParentOf = ({ parent }: ApplicationSet, id: ObjectId): boolean =>
  id.group === parent.group &&
  id.kind === parent.kind &&
  id.namespace === parent.namespace &&
  id.name === parent.name
