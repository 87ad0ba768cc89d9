// Routes to a model through the gateway, as plain manifests (pure).
import type { GatewayNames } from '@sluice/twin'

interface Place {
  readonly namespace: string
  readonly name: string
  readonly host: string
}

/** Rules as the Gateway API writes them: backendRefs, matches, filters. */
export const renderHttpRoute = (
  names: GatewayNames,
  { namespace, name, host }: Place,
  rules: readonly object[],
): object => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace },
  spec: {
    parentRefs: [{ name: names.name, namespace: names.namespace }],
    hostnames: [host],
    rules,
  },
})

export const backendRef = (service: string, weight?: number): object => ({
  name: service,
  port: 80,
  ...(weight !== undefined && { weight }),
})

export const renderIngress = (
  names: GatewayNames,
  { namespace, name, host }: Place,
  service: string,
): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace },
  spec: {
    ingressClassName: names.ingressClass,
    rules: [
      {
        host,
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: service, port: { number: 80 } } },
            },
          ],
        },
      },
    ],
  },
})
