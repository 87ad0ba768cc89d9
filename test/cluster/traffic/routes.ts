// Routes to a model through the gateway, as plain manifests (pure).
import type { GatewayNames } from '@sluice/twin'

export interface Place {
  readonly namespace: string
  readonly name: string
  /** Absent: any. */
  readonly host?: string
  /** Only what begins with it; absent: all. */
  readonly path?: string
}

/** Rules as the Gateway API writes them: backendRefs, matches, filters. */
export const renderHttpRoute = (
  names: GatewayNames,
  { namespace, name, host, path }: Place,
  rules: readonly object[],
): object => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, namespace },
  spec: {
    parentRefs: [{ name: names.name, namespace: names.namespace }],
    ...(host !== undefined && { hostnames: [host] }),
    rules:
      path === undefined
        ? rules
        : rules.map((rule) => ({
            ...rule,
            matches: [{ path: { type: 'PathPrefix', value: path } }],
          })),
  },
})

export const backendRef = (service: string, weight?: number): object => ({
  name: service,
  port: 80,
  ...(weight !== undefined && { weight }),
})

export const renderIngress = (
  names: GatewayNames,
  { namespace, name, host, path = '/' }: Place,
  service: string,
): object => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name, namespace },
  spec: {
    ingressClassName: names.ingressClass,
    rules: [
      {
        ...(host !== undefined && { host }),
        http: {
          paths: [
            {
              path,
              pathType: 'Prefix',
              backend: { service: { name: service, port: { number: 80 } } },
            },
          ],
        },
      },
    ],
  },
})
