// Applies workloads through our own connection, and waits for them with small graces.
import {
  connect,
  defaultEarlyOptions,
  defaultStatusOptions,
  idOf,
  observeSmoke,
  waitForReady,
  type Applied,
  type Awaited,
  type EarlyOptions,
  type KubeObject,
  type SmokeResult,
  type SmokeTarget,
  type Verdict,
  type WaitOptions,
} from '@sluice/kubernetes'
import { kubernetesPorts, type RecordedPorts } from '../doubles/kubernetes-ports.ts'

export interface Rig {
  readonly ports: RecordedPorts
  /** Writes it and tells what to wait for. */
  readonly apply: (object: KubeObject) => Promise<Awaited>
  readonly wait: (
    awaited: readonly Awaited[],
    options?: Partial<Omit<WaitOptions, 'started'>>,
  ) => Promise<readonly Verdict[]>
  /** Asks for /health. */
  readonly smoke: (target: SmokeTarget, seconds: number) => Promise<readonly SmokeResult[]>
  readonly close: () => Promise<void>
}

/** All classes with a second of grace. */
export const quick: EarlyOptions = {
  ...defaultEarlyOptions,
  'config-error': 1,
  'crash-loop': 1,
  'image-pull': 1,
  'out-of-memory': 1,
  quota: 1,
}

export async function createRig(kubeconfig: string): Promise<Rig> {
  const ports = kubernetesPorts({ env: { KUBECONFIG: kubeconfig } })
  const api = await connect({ context: null }, ports)
  return {
    ports,
    apply: async (object) => {
      const since = Date.now()
      const answer = await api.apply(object, { fieldManager: 'sluice', force: true })
      const applied: Applied = answer.ok ? answer.value : fail(answer.refusal.message)
      const namespace = applied.object.metadata.namespace ?? null
      const id = idOf(applied.object, namespace)
      return { id, uid: applied.object.metadata.uid ?? '', since, object: applied.object }
    },
    wait: (awaited, options = {}) =>
      waitForReady(awaited, {
        api,
        ports,
        options: {
          started: Date.now(),
          timeoutSeconds: 20,
          early: quick,
          status: defaultStatusOptions,
          steadySeconds: 1,
          stopAtFirstFailure: true,
          ...options,
        },
      }),
    smoke: (target, timeoutSeconds) =>
      observeSmoke([{ path: '/health', status: 200, contains: null }], {
        target,
        api,
        http: () => fail('only services are asked here'),
        clock: ports.clock,
        signal: ports.signal,
        log: ports.log,
        timeoutSeconds,
      }),
    close: () => api.close(),
  }
}

function fail(message: string): never {
  throw new Error(message)
}

export interface WorkloadParts {
  readonly namespace: string
  readonly name?: string
  readonly fate: string
  readonly replicas?: number
  /** Added to the spec. */
  readonly spec?: Readonly<Record<string, unknown>>
  /** Added to the pods' spec. */
  readonly pods?: Readonly<Record<string, unknown>>
}

const GROUPS: Readonly<Record<string, string>> = { Job: 'batch/v1', Pod: 'v1' }

/** Deployment, StatefulSet, DaemonSet, Job or Pod whose pods have this fate. */
export function workload(kind: string, parts: WorkloadParts): KubeObject {
  const { namespace, name = 'web', fate, replicas } = parts
  const labels = { app: name }
  const annotations = { 'test/fate': fate }
  const podSpec = { containers: [{ name: 'web', image: 'example/web:1.0.0' }], ...parts.pods }
  const apiVersion = GROUPS[kind] ?? 'apps/v1'
  if (kind === 'Pod') {
    return { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec: podSpec }
  }
  return {
    apiVersion,
    kind,
    metadata: { name, namespace },
    spec: {
      ...(kind === 'Job' ? {} : { selector: { matchLabels: labels } }),
      ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
      ...(replicas === undefined ? {} : { replicas }),
      template: { metadata: { labels, annotations }, spec: podSpec },
      ...parts.spec,
    },
  }
}
