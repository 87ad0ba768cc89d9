// A set of manifests as the search for mistakes looks at it: by kind, and by the pods that it makes.
import { renderSource, type Manifest } from '../../manifests/manifest.ts'
import { findPodTemplates, kindKey } from '../../manifests/pod-template.ts'
import { idOf, renderId } from '../../object.ts'
import { fieldAt } from '../../record.ts'
import { labelsIn, type Labels } from '../labels.ts'
import type { Problem } from '@sluice/rollout'

export interface Member {
  readonly manifest: Manifest
  /** '' where nothing says it. */
  readonly namespace: string
  /** `Deployment shop/web` */
  readonly name: string
}

/** Pods that an object of the set makes. */
export interface Pods {
  readonly member: Member
  readonly labels: Labels
  /** Their labels are those of the template: nobody else is known to add some while they run. */
  readonly complete: boolean
}

export interface TrafficSet {
  /** Members of a kind such as `Service.` or `Ingress.networking.k8s.io`. */
  readonly ofKind: (kind: string) => readonly Member[]
  readonly podsIn: (namespace: string) => readonly Pods[]
  readonly serviceIn: (namespace: string, name: string) => Member | null
}

export function readTrafficSet(
  manifests: readonly Manifest[],
  namespace: string | null,
): TrafficSet {
  const members = manifests.map((manifest): Member => {
    const { object } = manifest
    const own = object.metadata.namespace ?? namespace
    return { manifest, namespace: own ?? '', name: renderId(idOf(object, own)) }
  })
  const kinds = Map.groupBy(members, ({ manifest }) => kindKey(manifest.object))
  const pods = members.flatMap(podsOf)
  const services = kinds.get('Service.') ?? []
  return {
    ofKind: (kind) => kinds.get(kind) ?? [],
    podsIn: (where) => pods.filter(({ member }) => member.namespace === where),
    serviceIn: (where, name) =>
      services.find(
        (one) => one.namespace === where && one.manifest.object.metadata.name === name,
      ) ?? null,
  }
}

/** Operators of stateful sets tell their pods apart by labels that they add (the role of a database). */
const COMPLETE: ReadonlySet<string> = new Set([
  'Deployment.apps',
  'ReplicaSet.apps',
  'DaemonSet.apps',
])

function podsOf(member: Member): readonly Pods[] {
  const { object } = member.manifest
  return findPodTemplates(object).map(({ template }) => ({
    member,
    labels: labelsAt(template ?? object, ['metadata', 'labels']),
    complete: COMPLETE.has(kindKey(object)),
  }))
}

/** The texts at a path; empty when there is nothing. */
export const labelsAt = (value: unknown, path: readonly string[]): Labels =>
  labelsIn(fieldAt(value, path))

/** What a Service selects; null: it has no selector, so its endpoints come from elsewhere. */
export function selectorOf({ manifest }: Member): Labels | null {
  const selector = labelsAt(manifest.object, ['spec', 'selector'])
  return Object.keys(selector).length === 0 ? null : selector
}

export const mistakeAt = (
  { manifest, name }: Member,
  path: readonly (string | number)[],
  message: string,
): Problem => ({ where: renderSource(manifest.source, path), message: `${name} ${message}` })
