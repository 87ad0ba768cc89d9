// The story of the kill suite: what is there before, and the folder that is applied over it. It has
// everything in it that an apply does in more than one step.
import type { Texts } from '../../scenario/rig/step.ts'

export const APPLICATION = 'taxi'

export const INPUTS: Texts = {
  manifests: 'kubernetes',
  application: APPLICATION,
  replace: 'true',
  'timeout-seconds': '40',
}

type Manifest = Readonly<Record<string, unknown>>

const configMap = (name: string, data: Texts, more: Manifest = {}): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
  ...more,
})

const secret = (password: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'login' },
  stringData: { password },
})

const service = (name: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
})

const web = (version: string): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: 'web',
            image: `example/web:${version}`,
            readinessProbe: { httpGet: { path: '/health', port: 8080 } },
          },
        ],
      },
    },
  },
})

export const groupOf = (namespace: string): string => `${namespace}.example.com`
/** Comes with the folder. */
export const secondNamespace = (namespace: string): string => `${namespace}-more`

const definition = (namespace: string): Manifest => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `rides.${groupOf(namespace)}` },
  spec: {
    group: groupOf(namespace),
    scope: 'Namespaced',
    names: { kind: 'Ride', plural: 'rides', singular: 'ride' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { seats: { type: 'integer' } } } },
          },
        },
      },
    ],
  },
})

/** Its rules match nothing that anybody writes. */
const gatekeeper = (namespace: string): Manifest => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: `gate-${namespace}` },
  webhooks: [
    {
      name: `gate.${groupOf(namespace)}`,
      admissionReviewVersions: ['v1'],
      sideEffects: 'None',
      failurePolicy: 'Ignore',
      clientConfig: { url: 'https://127.0.0.1:9/never' },
      rules: [
        {
          apiGroups: [`none.${groupOf(namespace)}`],
          apiVersions: ['v1'],
          operations: ['CREATE'],
          resources: ['nothings'],
        },
      ],
    },
  ],
})

/** Made by kubectl's client-side apply before anybody used Sluice here. */
export const legacy = configMap('legacy', { kept: 'old', gone: 'with the take-over' })

const filesOf = (manifests: readonly Manifest[]): Texts => ({
  'kubernetes/all.yml': manifests.map((one) => JSON.stringify(one)).join('\n---\n'),
})

export const filesBefore = (): Texts =>
  filesOf([
    configMap('stays', { of: 'both' }),
    configMap('settings', { mode: 'before' }),
    configMap('frozen', { mode: 'before' }, { immutable: true }),
    configMap('old', {}),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'old' } },
    secret('of yesterday'),
    service('web'),
    web('1.0.0'),
  ])

export const filesAfter = (namespace: string): Texts => {
  const more = secondNamespace(namespace)
  const far = configMap('far', { where: 'the new namespace' })
  return filesOf([
    configMap('stays', { of: 'both' }),
    configMap('settings', { mode: 'after' }),
    configMap('frozen', { mode: 'after' }, { immutable: true }),
    configMap('legacy', { kept: 'new' }),
    secret('of today'),
    service('web'),
    web('1.1.0'),
    definition(namespace),
    {
      apiVersion: `${groupOf(namespace)}/v1`,
      kind: 'Ride',
      metadata: { name: 'first' },
      spec: { seats: 4 },
    },
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: more } },
    { ...far, metadata: { name: 'far', namespace: more } },
    gatekeeper(namespace),
  ])
}

/** All of it new, the namespace of the application included. */
export const filesOfAll = (namespace: string): Texts =>
  filesOf([
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    definition(namespace),
    configMap('settings', { mode: 'first' }),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'web' } },
    service('web'),
  ])
