// Workloads: objects that keep pods by a template, and what can be done with each kind of them.
import { fieldAt } from '../record.ts'
import type { KubeObject, ObjectId } from '../object.ts'

/** An object as it was read, and its name. */
export interface Target {
  readonly id: ObjectId
  readonly object: KubeObject
}

export type WorkloadMode = 'restart' | 'history' | 'undo' | 'pause' | 'resume' | 'scale'

interface WorkloadKind {
  readonly modes: readonly WorkloadMode[]
  /** Where its old templates are kept. */
  readonly history: 'ReplicaSet' | 'ControllerRevision'
  /** On a ReplicaSet: the number of its revision. */
  readonly revisionAnnotation: string
  /** What its controller adds to the template of a ReplicaSet. */
  readonly hashLabel: string
}

const kubernetes = {
  revisionAnnotation: 'deployment.kubernetes.io/revision',
  hashLabel: 'pod-template-hash',
} as const

const kinds: Readonly<Record<string, WorkloadKind>> = {
  'apps/Deployment': {
    modes: ['restart', 'history', 'undo', 'pause', 'resume', 'scale'],
    history: 'ReplicaSet',
    ...kubernetes,
  },
  'apps/StatefulSet': {
    modes: ['restart', 'history', 'undo', 'scale'],
    history: 'ControllerRevision',
    ...kubernetes,
  },
  'apps/DaemonSet': {
    modes: ['restart', 'history', 'undo'],
    history: 'ControllerRevision',
    ...kubernetes,
  },
  'argoproj.io/Rollout': {
    modes: ['restart', 'history', 'undo', 'pause', 'resume', 'scale'],
    history: 'ReplicaSet',
    revisionAnnotation: 'rollout.argoproj.io/revision',
    hashLabel: 'rollouts-pod-template-hash',
  },
}

/** null: no kind with a pod template that we drive. */
export const workloadKindOf = ({ group, kind }: Pick<ObjectId, 'group' | 'kind'>) =>
  kinds[`${group}/${kind}`] ?? null

export const isRollout = ({ group }: Pick<ObjectId, 'group'>): boolean => group === 'argoproj.io'

/** Kinds that know the mode, for messages: `Deployment, StatefulSet`. */
export const kindsThatKnow = (mode: WorkloadMode): readonly string[] =>
  Object.entries(kinds)
    .filter(([, { modes }]) => modes.includes(mode))
    .map(([key]) => key.slice(key.indexOf('/') + 1))

export const isPaused = (object: KubeObject): boolean =>
  fieldAt(object, ['spec', 'paused']) === true
