// Kubernetes objects as plain JSON. Nothing is typed away: a field that we do not know stays.

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
}

export interface ManagedFields {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly subresource?: string
  readonly time?: string
  readonly fieldsV1?: Readonly<Record<string, unknown>>
}

export interface Metadata {
  readonly name?: string
  readonly generateName?: string
  readonly namespace?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly ownerReferences?: readonly OwnerReference[]
  readonly finalizers?: readonly string[]
  readonly managedFields?: readonly ManagedFields[]
  readonly [field: string]: unknown
}

export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Metadata
  readonly [field: string]: unknown
}

/** What names one object on a server. `group` is '' for the core; `namespace` null when it has none. */
export interface ObjectId {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly namespace: string | null
  readonly name: string
}

/** `apps/v1` -> apps, v1; `v1` -> '', v1. */
export function parseApiVersion(apiVersion: string): {
  readonly group: string
  readonly version: string
} {
  const slash = apiVersion.indexOf('/')
  return slash === -1
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

export const renderApiVersion = (group: string, version: string): string =>
  group === '' ? version : `${group}/${version}`

/** `namespace` is the one that was resolved; null for an object of the whole cluster. */
export function idOf(object: KubeObject, namespace: string | null): ObjectId {
  return {
    ...parseApiVersion(object.apiVersion),
    kind: object.kind,
    namespace,
    name: object.metadata.name ?? '',
  }
}

/** The same for every version of the group: two manifests with one key are one object. */
export const keyOf = ({ group, kind, namespace, name }: ObjectId): string =>
  `${group}/${kind}/${namespace ?? ''}/${name}`

/** For people: `Deployment shop/web`, `ClusterRole reader`, `Certificate.cert-manager.io shop/web`. */
export function renderId({ group, kind, namespace, name }: ObjectId): string {
  const known = group === '' || !group.includes('.') || group.endsWith('.k8s.io')
  const what = known ? kind : `${kind}.${group}`
  // Not made yet: the server finds the name.
  const called = name === '' ? '(generated name)' : name
  return `${what} ${namespace === null ? '' : `${namespace}/`}${called}`
}
