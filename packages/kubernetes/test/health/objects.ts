// Objects as controllers leave them, for tables of tests.
import type { KubeObject } from '../../src/object.ts'

type Fields = Readonly<Record<string, unknown>>

/** 2026-11-21T12:00:00Z, the start of every test. */
export const START = Date.parse('2026-11-21T12:00:00Z')

/** The time so many seconds after the start, as the server writes it. */
export const at = (seconds: number): string =>
  new Date(START + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')

export interface DeploymentParts {
  readonly name?: string
  readonly generation?: number
  readonly spec?: Fields
  readonly status?: Fields
}

const probed = { readinessProbe: { httpGet: { port: 80 } } }

/** Of revision 2, with one replica that is not ready. */
export const deployment = (parts: DeploymentParts = {}): KubeObject => {
  const { name = 'web', generation = 2 } = parts
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      generation,
      annotations: { 'deployment.kubernetes.io/revision': '2' },
    },
    spec: {
      replicas: 1,
      progressDeadlineSeconds: 600,
      selector: { matchLabels: { app: name } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      template: { spec: { containers: [{ name: 'web', image: 'web:1', ...probed }] } },
      ...parts.spec,
    },
    status: {
      observedGeneration: 2,
      replicas: 1,
      updatedReplicas: 1,
      conditions: [
        { type: 'Available', status: 'False', lastUpdateTime: at(0), lastTransitionTime: at(0) },
        {
          type: 'Progressing',
          status: 'True',
          reason: 'ReplicaSetUpdated',
          lastUpdateTime: at(0),
          lastTransitionTime: at(0),
        },
      ],
      ...parts.status,
    },
  }
}

export const readyStatus = (seconds = 0): Fields => ({
  observedGeneration: 2,
  replicas: 1,
  updatedReplicas: 1,
  readyReplicas: 1,
  availableReplicas: 1,
  conditions: [
    {
      type: 'Available',
      status: 'True',
      lastUpdateTime: at(seconds),
      lastTransitionTime: at(seconds),
    },
    {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      lastUpdateTime: at(seconds),
      lastTransitionTime: at(seconds),
    },
  ],
})

/** Of a Deployment's revision. */
export const replicaSet = (revision: number, status: Fields = {}, owner = 'web'): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: `${owner}-${revision}`,
    namespace: 'shop',
    uid: `uid-${owner}-${revision}`,
    generation: 1,
    labels: { app: owner },
    annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        name: owner,
        uid: `uid-${owner}`,
        controller: true,
      },
    ],
  },
  status: { observedGeneration: 1, ...status },
})

export interface PodParts {
  readonly name?: string
  /** uid of its controller. */
  readonly owner?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly status?: Fields
  readonly container?: Fields
  readonly deleted?: boolean
}

/** Of revision 2, running but not ready. */
export const pod = (parts: PodParts = {}): KubeObject => {
  const { name = 'web-2-a', owner = 'uid-web-2', labels = { app: 'web' } } = parts
  const { container = { state: { running: { startedAt: at(1) } } } } = parts
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'shop',
      uid: `uid-${name}`,
      labels,
      creationTimestamp: at(0),
      ...(parts.deleted === true ? { deletionTimestamp: at(5) } : {}),
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true },
      ],
    },
    spec: { containers: [{ name: 'web', image: 'web:1' }] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: at(0) }],
      containerStatuses: [{ name: 'web', ready: false, restartCount: 0, ...container }],
      ...parts.status,
    },
  }
}

export const waiting = (reason: string, message = ''): Fields => ({
  state: { waiting: { reason, message } },
})

/** In the back-off after a crash; its last run began and ended at these seconds. */
export const crashing = (
  restartCount: number,
  started: number,
  finished: number,
  reason = 'Error',
): Fields => ({
  restartCount,
  state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } },
  lastState: {
    terminated: { exitCode: 1, reason, startedAt: at(started), finishedAt: at(finished) },
  },
})

export interface EventParts {
  readonly about: KubeObject
  readonly reason: string
  readonly message?: string
  readonly container?: string
  readonly first?: number
  readonly last?: number
}

export const warning = ({
  about,
  reason,
  message = '',
  container,
  first = 0,
  last = 0,
}: EventParts): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: `${about.metadata.name ?? ''}.${reason}.${first}`, namespace: 'shop' },
  type: 'Warning',
  reason,
  message,
  involvedObject: {
    kind: about.kind,
    name: about.metadata.name,
    uid: about.metadata.uid,
    ...(container === undefined ? {} : { fieldPath: `spec.containers{${container}}` }),
  },
  firstTimestamp: at(first),
  lastTimestamp: at(last),
})
