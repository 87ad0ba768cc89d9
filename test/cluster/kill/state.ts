// All that a run left in the cluster, without what is different in every world: names of the world,
// ids, times, versions, and what controllers add on their own.
import { setTimeout as wait } from 'node:timers/promises'
import type { ClusterInUse } from '../harness.ts'
import { groupOf, secondNamespace } from './story.ts'

interface Live {
  readonly kind?: string
  readonly metadata: {
    readonly name: string
    readonly managedFields?: readonly Owned[]
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

interface Owned {
  readonly manager: string
  readonly operation: string
  readonly subresource?: string
  readonly [field: string]: unknown
}

/** One text per object, sorted. */
export async function stateOf(
  cluster: ClusterInUse,
  namespace: string,
  setId: string,
): Promise<readonly string[]> {
  const places = await Promise.all(
    pathsOf(namespace).map(async (path) => readAll(await ask(cluster, path), path)),
  )
  const canonical = ({ path, live }: Found): string =>
    `${path}/${live.metadata.name} ${JSON.stringify(plain(live))}`
      .replaceAll(namespace, 'NS')
      .replaceAll(setId, 'SET')
  return places.flat().filter(isOurs).map(canonical).toSorted()
}

/** Lines of a diff. */
export const differenceOf = (
  wanted: readonly string[],
  found: readonly string[],
): readonly string[] => [
  ...wanted.filter((line) => !found.includes(line)).map((line) => `- ${line}`),
  ...found.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`),
]

const KINDS = [
  '/api/v1/NS/configmaps',
  '/api/v1/NS/secrets',
  '/api/v1/NS/services',
  '/api/v1/NS/serviceaccounts',
  '/apis/apps/v1/NS/deployments',
  '/apis/apps/v1/NS/replicasets',
]

function pathsOf(namespace: string): readonly string[] {
  const inside = (place: string): readonly string[] =>
    KINDS.map((path) => path.replace('NS', `namespaces/${place}`))
  const group = groupOf(namespace)
  return [
    ...inside(namespace),
    ...inside(secondNamespace(namespace)),
    `/apis/${group}/v1/namespaces/${namespace}/rides`,
    `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/rides.${group}`,
    `/api/v1/namespaces/${namespace}`,
    `/api/v1/namespaces/${secondNamespace(namespace)}`,
    `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/gate-${namespace}`,
  ]
}

interface Found {
  readonly path: string
  readonly live: Live
}

/** The storage of a new kind takes a moment, and says so with 429. */
async function ask(cluster: ClusterInUse, path: string): ReturnType<ClusterInUse['api']> {
  const answer = await cluster.api('GET', path)
  if (answer.status !== 429) return answer
  await wait(200)
  return ask(cluster, path)
}

function readAll(
  { status, body }: Awaited<ReturnType<ClusterInUse['api']>>,
  path: string,
): readonly Found[] {
  if (status === 404) return []
  if (status !== 200) throw new Error(`${path}: ${status} ${String(body['message'])}`)
  const items = (body['items'] ?? [body]) as readonly Live[]
  return items.map((live) => ({ path, live }))
}

/** A namespace gets these two by itself, at its own time. */
const isOurs = ({ path, live: { metadata } }: Found): boolean =>
  !['configmaps/kube-root-ca.crt', 'serviceaccounts/default'].some((known) =>
    `${path}/${metadata.name}`.endsWith(`/${known}`),
  )

function plain({ status: _status, metadata, ...rest }: Live): object {
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _created,
    selfLink: _link,
    ownerReferences: _owners,
    managedFields = [],
    ...kept
  } = metadata
  const owned = managedFields
    .filter(
      ({ subresource, manager }) =>
        subresource === undefined && manager !== 'kube-controller-manager',
    )
    .map(({ time: _time, ...entry }) => entry)
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
  return sorted({ metadata: { ...kept, owned }, ...withoutAddresses(rest) }) as object
}

const orderOf = ({ manager, operation }: Owned): string => `${manager} ${operation}`

/** The address of a Service is the server's choice. */
function withoutAddresses(fields: Readonly<Record<string, unknown>>): object {
  const spec = fields['spec']
  if (typeof spec !== 'object' || spec === null || !('clusterIP' in spec)) return fields
  const { clusterIP: _one, clusterIPs: _all, ...kept } = spec as Record<string, unknown>
  return { ...fields, spec: kept }
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .toSorted(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, inner]) => [key, sorted(inner)]),
        )
      : value
