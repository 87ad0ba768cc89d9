// The objects that make a cluster route through our gateway (pure).

export interface GatewayNames {
  readonly namespace: string
  /** Of the Gateway: what an HTTPRoute names in parentRefs, with the namespace. */
  readonly name: string
  readonly gatewayClass: string
  readonly ingressClass: string
}

export const GATEWAY: GatewayNames = {
  namespace: 'gateway',
  name: 'public',
  gatewayClass: 'traefik',
  ingressClass: 'traefik',
}

/** One object and where it is applied. */
export interface Placed {
  readonly path: string
  readonly object: object
}

/** In the order in which they are wanted. `port`: where the gateway listens. */
export const gatewayObjects = (port: number): readonly Placed[] => [
  {
    path: `/api/v1/namespaces/${GATEWAY.namespace}`,
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: GATEWAY.namespace } },
  },
  {
    path: `/apis/networking.k8s.io/v1/ingressclasses/${GATEWAY.ingressClass}`,
    object: {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: GATEWAY.ingressClass },
      spec: { controller: 'traefik.io/ingress-controller' },
    },
  },
  {
    path: `${API}/gatewayclasses/${GATEWAY.gatewayClass}`,
    object: {
      apiVersion: VERSION,
      kind: 'GatewayClass',
      metadata: { name: GATEWAY.gatewayClass },
      spec: { controllerName: 'traefik.io/gateway-controller' },
    },
  },
  { path: GATEWAY_PATH, object: renderGateway(port) },
]

const VERSION = 'gateway.networking.k8s.io/v1'
const API = `/apis/${VERSION}`

export const GATEWAY_PATH = `${API}/namespaces/${GATEWAY.namespace}/gateways/${GATEWAY.name}`

const renderGateway = (port: number): object => ({
  apiVersion: VERSION,
  kind: 'Gateway',
  metadata: { name: GATEWAY.name, namespace: GATEWAY.namespace },
  spec: {
    gatewayClassName: GATEWAY.gatewayClass,
    listeners: [
      {
        name: 'web',
        // The gateway takes a listener only for a port on which it listens itself.
        port,
        protocol: 'HTTP',
        allowedRoutes: { namespaces: { from: 'All' } },
      },
    ],
  },
})
