// Where requests of an endpoint go, read from the API server: by its Service or by its route.
import type { Administrator } from '../cluster/administrator.ts'
import type { KubeObject } from '../cluster/kube-object.ts'
import type { BackEnd } from './live-before.ts'

/** Reads the API server. */
export type ClusterReader = Pick<Administrator, 'read'>

export interface RoutedEndpoint {
  readonly namespace: string
  readonly endpoint: string
  readonly backEnd: BackEnd
}

/** A Service that gets requests. */
export interface Backend {
  readonly service: string
  readonly port: number | null
  readonly weight: number
}

export interface HttpRoute extends Omit<KubeObject, 'spec'> {
  readonly spec: {
    readonly parentRefs?: readonly { readonly name: string; readonly namespace?: string }[]
    readonly rules?: readonly {
      readonly backendRefs?: readonly {
        readonly name: string
        readonly port?: number
        readonly weight?: number
      }[]
    }[]
  }
}

export const pathOfRoutes = (namespace: string): string =>
  `/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes`

/** Backends of the route's first rule, those at weight 0 included. */
export const backendsOf = (route: HttpRoute): readonly Backend[] =>
  (route.spec.rules?.[0]?.backendRefs ?? []).map(({ name, port, weight }) => ({
    service: name,
    port: port ?? null,
    weight: weight ?? 1,
  }))

/** Empty when the object is not there. */
export async function observeBackends(
  administrator: ClusterReader,
  { namespace, endpoint, backEnd }: RoutedEndpoint,
): Promise<readonly Backend[]> {
  if (backEnd === 'service') return [{ service: endpoint, port: null, weight: 100 }]
  const route = await administrator.read<HttpRoute>(`${pathOfRoutes(namespace)}/${endpoint}`)
  return route === null ? [] : backendsOf(route)
}

interface EndpointSlice {
  readonly endpoints?:
    | readonly {
        readonly conditions?: { readonly ready?: boolean }
        readonly targetRef?: { readonly kind: string; readonly name: string }
      }[]
    | null
}

/** Names of the pods behind a Service that are ready, in alphabetical order. */
export async function observePods(
  administrator: ClusterReader,
  { namespace, service }: { readonly namespace: string; readonly service: string },
): Promise<readonly string[]> {
  const query = `labelSelector=kubernetes.io/service-name=${service}`
  const slices = await administrator.read<{ readonly items: readonly EndpointSlice[] }>(
    `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?${query}`,
  )
  return (slices?.items ?? [])
    .flatMap(({ endpoints }) => endpoints ?? [])
    .filter(({ conditions }) => conditions?.ready === true)
    .flatMap(({ targetRef }) => (targetRef?.kind === 'Pod' ? [targetRef.name] : []))
    .sort()
}
