// The kinds that an endpoint consists of. They are written down so that no discovery is read.
import type { Resource } from '../connection/api-server.ts'
import type { BackEnd } from './back-ends/back-end.ts'

const READ = ['get', 'list', 'patch', 'watch']

const kind = (
  apiVersion: readonly [group: string, version: string],
  name: string,
  plural: string,
): Resource => ({
  group: apiVersion[0],
  version: apiVersion[1],
  kind: name,
  plural,
  namespaced: true,
  verbs: READ,
  subresources: [],
})

export const SERVICE = kind(['', 'v1'], 'Service', 'services')
export const POD = kind(['', 'v1'], 'Pod', 'pods')
export const DEPLOYMENT: Resource = {
  ...kind(['apps', 'v1'], 'Deployment', 'deployments'),
  subresources: ['scale'],
}
export const ENDPOINT_SLICE = kind(['discovery.k8s.io', 'v1'], 'EndpointSlice', 'endpointslices')
export const AUTOSCALER = kind(
  ['autoscaling', 'v2'],
  'HorizontalPodAutoscaler',
  'horizontalpodautoscalers',
)

/** All that the platform of this back end asks for. */
export const knownKinds = ({ resource }: Pick<BackEnd, 'resource'>): readonly Resource[] => [
  SERVICE,
  DEPLOYMENT,
  ENDPOINT_SLICE,
  POD,
  AUTOSCALER,
  resource,
]

/** The traffic object is the Service that users know. */
export const isService = ({ resource }: Pick<BackEnd, 'resource'>): boolean =>
  resource.group === SERVICE.group && resource.kind === SERVICE.kind
