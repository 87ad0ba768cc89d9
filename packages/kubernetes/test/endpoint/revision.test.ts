// What belongs to the revision, what to the configuration, and which edits make a mark void.
import { describe, expect, test } from '@jest/globals'
import { renderRevisionMark } from '@sluice/rollout'
import type { KubeObject, ManagedFields } from '../../src/object.ts'
import { contentsOf, revisionFor, templateDigest } from '../../src/endpoint/revision.ts'
import { sha256 } from './sha256.ts'

type Json = Readonly<Record<string, unknown>>

interface Parts {
  readonly container?: Json
  readonly pod?: Json
  readonly spec?: Json
  readonly metadata?: Json
  readonly service?: Json
}

const workload = ({ container, pod, spec, metadata, service }: Parts = {}) => ({
  deployment: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'shop' },
    spec: {
      selector: { matchLabels: { app: 'shop' } },
      ...spec,
      template: {
        metadata: { labels: { app: 'shop' }, ...metadata },
        spec: { containers: [{ name: 'web', image: 'shop:1', ...container }], ...pod },
      },
    },
  },
  service: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'shop' },
    spec: { selector: { app: 'shop' }, ports: [{ port: 80 }], ...service },
  },
})

const of = (parts: Parts) => revisionFor(workload(parts), sha256)
const plain = of({})

describe('what runs', () => {
  test.each<readonly [string, Parts]>([
    ['image', { container: { image: 'shop:2' } }],
    ['command', { container: { command: ['serve'] } }],
    ['args', { container: { args: ['--fast'] } }],
    ['workingDir', { container: { workingDir: '/srv' } }],
    ['volumeMounts', { container: { volumeMounts: [{ name: 'model', mountPath: '/m' }] } }],
    ['securityContext', { container: { securityContext: { runAsUser: 1 } } }],
    ['postStart', { container: { lifecycle: { postStart: { exec: { command: ['warm'] } } } } }],
    ['volumes', { pod: { volumes: [{ name: 'model', configMap: { name: 'model-2' } }] } }],
    ['initContainers', { pod: { initContainers: [{ name: 'fetch', image: 'fetch:1' }] } }],
    ['runtimeClassName', { pod: { runtimeClassName: 'gvisor' } }],
    ['a field that we do not know', { pod: { hostUsers: false } }],
  ])('%s', (_field, parts) => {
    expect(of(parts).revisionDigest).not.toBe(plain.revisionDigest)
  })
})

describe('how it is configured', () => {
  const probe = { httpGet: { path: '/', port: 80 } }
  test.each<readonly [string, Parts]>([
    ['env', { container: { env: [{ name: 'MODE', value: 'prod' }] } }],
    ['envFrom', { container: { envFrom: [{ configMapRef: { name: 'prod' } }] } }],
    ['resources', { container: { resources: { limits: { cpu: '2' } } } }],
    ['readinessProbe', { container: { readinessProbe: probe } }],
    ['livenessProbe', { container: { livenessProbe: probe } }],
    ['startupProbe', { container: { startupProbe: probe } }],
    ['imagePullPolicy', { container: { imagePullPolicy: 'Always' } }],
    ['preStop', { container: { lifecycle: { preStop: { sleep: { seconds: 5 } } } } }],
    ['nodeSelector', { pod: { nodeSelector: { disk: 'ssd' } } }],
    ['tolerations', { pod: { tolerations: [{ operator: 'Exists' }] } }],
    ['affinity', { pod: { affinity: { nodeAffinity: {} } } }],
    ['topologySpreadConstraints', { pod: { topologySpreadConstraints: [{ maxSkew: 1 }] } }],
    ['priorityClassName', { pod: { priorityClassName: 'high' } }],
    ['serviceAccountName', { pod: { serviceAccountName: 'shop' } }],
    ['imagePullSecrets', { pod: { imagePullSecrets: [{ name: 'registry' }] } }],
    ['schedulerName', { pod: { schedulerName: 'other' } }],
    ['terminationGracePeriodSeconds', { pod: { terminationGracePeriodSeconds: 60 } }],
    ['replicas', { spec: { replicas: 5 } }],
    ['strategy', { spec: { strategy: { type: 'Recreate' } } }],
    ['minReadySeconds', { spec: { minReadySeconds: 5 } }],
    ['progressDeadlineSeconds', { spec: { progressDeadlineSeconds: 60 } }],
    ['revisionHistoryLimit', { spec: { revisionHistoryLimit: 2 } }],
    ['labels of the pods', { metadata: { labels: { app: 'shop', team: 'a' } } }],
    ['annotations of the pods', { metadata: { annotations: { note: 'a' } } }],
    ['ports of the Service', { service: { ports: [{ port: 81 }] } }],
    ['type of the Service', { service: { type: 'LoadBalancer' } }],
  ])('%s', (_field, parts) => {
    const found = of(parts)
    expect(found.revisionDigest).toBe(plain.revisionDigest)
    expect(found.configDigest).not.toBe(plain.configDigest)
  })

  test('an address that a cluster gave is neither, and null is the same as nothing', () => {
    const parts = {
      service: { clusterIP: '10.0.0.1', selector: { app: 'shop', version: 'blue' } },
      container: { command: null, env: null },
      pod: { nodeSelector: null },
    }
    expect(renderRevisionMark(of(parts))).toBe(renderRevisionMark(plain))
  })

  test('the contents are those of the pod, with an image for each container', () => {
    const parts = { container: { env: [{ name: 'A' }], args: ['x'] }, pod: { hostNetwork: true } }
    expect(contentsOf(workload(parts).deployment)).toEqual({
      containers: [{ name: 'web', image: 'shop:1', args: ['x'] }],
      hostNetwork: true,
    })
  })
})

const WEB = 'k:{"name":"web"}'
const owned = (manager: string, container: Json, template: Json = {}): ManagedFields => ({
  manager,
  operation: manager === 'sluice' ? 'Apply' : 'Update',
  apiVersion: 'apps/v1',
  fieldsV1: {
    'f:spec': {
      'f:template': {
        ...template,
        'f:spec': { 'f:containers': { [WEB]: { '.': {}, 'f:name': {}, ...container } } },
      },
    },
  },
})

const ours = owned('sluice', { 'f:image': {} })

function live(parts: Parts, managedFields: readonly ManagedFields[]): KubeObject {
  const { deployment } = workload(parts)
  return { ...deployment, metadata: { ...deployment.metadata, managedFields } }
}

const marked = templateDigest(live({}, [ours]), sha256)

describe('the template that a mark is about', () => {
  test.each<readonly [string, Parts, readonly ManagedFields[]]>([
    ['the image was set', { container: { image: 'shop:9' } }, [ours]],
    [
      'the image was set and has another owner',
      { container: { image: 'shop:9' } },
      [owned('sluice', {}), owned('kubectl-set', { 'f:image': {} })],
    ],
    [
      'a variable was added',
      { container: { env: [{ name: 'DEBUG', value: '1' }] } },
      [
        ours,
        owned('kubectl-set', {
          'f:env': { 'k:{"name":"DEBUG"}': { 'f:name': {}, 'f:value': {} } },
        }),
      ],
    ],
    [
      'an operator noted something',
      { metadata: { annotations: { reloaded: '1' } } },
      [ours, owned('reloader', {}, { 'f:metadata': { 'f:annotations': { 'f:reloaded': {} } } })],
    ],
    ['nobody owns it any more', {}, []],
  ])('is another one when %s', (_what, parts, managedFields) => {
    expect(templateDigest(live(parts, managedFields), sha256)).not.toBe(marked)
  })

  const status = { ...owned('kube-controller-manager', { 'f:ready': {} }), subresource: 'status' }
  test.each<readonly [string, Parts, readonly ManagedFields[]]>([
    ['a server fills in defaults', { container: { imagePullPolicy: 'Always' } }, [ours]],
    ['a controller writes the status', {}, [ours, status]],
    ['another one applies the same', {}, [owned('sluice', {}), owned('helm', { 'f:image': {} })]],
    ['replicas change', { spec: { replicas: 9 } }, [ours]],
    [
      'it was restarted',
      { metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': 'now' } } },
      [
        ours,
        owned(
          'kubectl-rollout',
          {},
          { 'f:metadata': { 'f:annotations': { 'f:kubectl.kubernetes.io/restartedAt': {} } } },
        ),
      ],
    ],
  ])('is the same when %s', (_what, parts, managedFields) => {
    expect(templateDigest(live(parts, managedFields), sha256)).toBe(marked)
    expect(marked).toMatch(/^[0-9a-f]{16}$/)
  })
})
