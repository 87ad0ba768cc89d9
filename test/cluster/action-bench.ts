// k8s-apply as a user has it: a folder `kubernetes` with objects, inputs, and everything that comes out.
import type { ChildProcess } from 'node:child_process'
import type { ClusterInUse } from './harness.ts'
import { runK8sApply, type Address, type K8sEnd } from './step/k8s-step.ts'
import type { Texts } from '../scenario/rig/step.ts'

export interface StepAsk {
  readonly namespace: string
  /** In `kubernetes/all.yml`, unless `files` are given. */
  readonly objects?: readonly object[]
  readonly files?: Texts
  readonly inputs?: Texts
  /** The administrator, unless told. */
  readonly user?: string
  readonly to?: Address
  /** Text of the whole file. */
  readonly kubeconfig?: string
  readonly env?: Texts
  readonly onChild?: (child: ChildProcess) => void
  readonly onLine?: (line: string, child: ChildProcess) => void
}

/** Nothing here needs longer; a wait that never ends fails the test before jest does. */
const TIMEOUT_SECONDS = '30'

export function runApply(cluster: ClusterInUse, ask: StepAsk): Promise<K8sEnd> {
  const { facts } = cluster
  const { namespace, objects = [], files, inputs = {}, user, to = facts, ...rest } = ask
  const text = objects.map((object) => JSON.stringify(object, null, 2)).join('\n---\n')
  const isNamed = 'manifests' in inputs || 'objects' in inputs
  return runK8sApply({
    to: { server: to.server, ca: to.ca },
    token: tokenOf(cluster, user),
    namespace,
    files: files ?? (objects.length === 0 ? {} : { 'kubernetes/all.yml': text }),
    inputs: {
      ...(!isNamed && { manifests: 'kubernetes' }),
      'timeout-seconds': TIMEOUT_SECONDS,
      ...inputs,
    },
    ...rest,
  })
}

function tokenOf({ facts }: ClusterInUse, user: string | undefined): string {
  if (user === undefined) return facts.token
  const known = facts.restricted.find(({ name }) => name === user)
  if (known === undefined) throw new Error(`no user "${user}"`)
  return known.token
}

/** Everything that the step wrote anywhere. */
export const everythingOf = (step: K8sEnd): string =>
  [
    ...step.lines,
    ...step.annotations.map(({ message }) => message),
    ...Object.values(step.outputs),
    step.summary,
    step.resultFile,
  ].join('\n')

export const levelsOf = ({ annotations }: K8sEnd): readonly string[] =>
  annotations.map(({ level }) => level)

export const configMap = (name: string, data: Texts = {}, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
  ...more,
})

export const secret = (name: string, stringData: Texts) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  stringData,
})

export const service = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...more },
})

export const budget = (name: string) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name },
  spec: { maxUnavailable: 1, selector: { matchLabels: { app: name } } },
})

export interface WebShape {
  readonly name?: string
  readonly image?: string
  readonly replicas?: number
  /** Of its pods, such as `test/fate`. */
  readonly annotations?: Texts
  readonly paused?: boolean
}

/** A Deployment that leaves nothing to advise on, beside a budget of its name. */
export const web = (shape: WebShape = {}) => {
  const { name = 'web', image = 'example/web:1.0.0', replicas = 2, annotations = {} } = shape
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      annotations: {
        'sluice.dev/strategy': 'rolling, one pod at a time',
        'sluice.dev/rollback': 'revert the commit',
      },
    },
    spec: {
      replicas,
      ...(shape.paused === true && { paused: true }),
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name }, annotations },
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'web',
              image,
              readinessProbe: { httpGet: { path: '/health', port: 8080 } },
              resources: {
                requests: { cpu: '10m', memory: '16Mi' },
                limits: { memory: '32Mi' },
              },
              securityContext: { allowPrivilegeEscalation: false, runAsNonRoot: true },
            },
          ],
        },
      },
    },
  }
}
