// Which pods belong to what was just applied. Pods of an older revision must not fail a new one.
import type { KubeObject } from '../../object.ts'
import { groupKindOf, numberAt, textAt, valueAt } from '../fields.ts'

export interface WorkloadView {
  readonly workload: KubeObject
  /** Of its namespace; null when they may not be read. */
  readonly replicaSets: readonly KubeObject[] | null
  readonly pods: readonly KubeObject[]
}

export interface NewestPods {
  readonly pods: readonly KubeObject[]
  /** Who makes the pods: the ReplicaSet, or the workload itself. */
  readonly maker: KubeObject
  /** Pods that ended badly: they prove nothing for the future, but they can tell why. */
  readonly ended: readonly KubeObject[]
  /** Broken pods of an older revision that a StatefulSet waits for. */
  readonly blocking: readonly KubeObject[]
}

const REVISION = 'deployment.kubernetes.io/revision'

/** null: cannot be told (yet). */
export function newestPods(view: WorkloadView): NewestPods | null {
  const { workload } = view
  if (!isObserved(workload)) return null
  switch (groupKindOf(workload)) {
    case '/Pod':
      return { ...split([workload]), maker: workload, blocking: [] }
    case 'apps/Deployment':
      return podsOfSet(view, ofRevision(workload))
    case 'argoproj.io/Rollout':
      return podsOfSet(view, ofHash(textAt(workload, 'status.currentPodHash')))
    case 'apps/ReplicaSet':
    case 'batch/Job':
      return { ...split(ownedBy(workload, view.pods)), maker: workload, blocking: [] }
    case 'apps/StatefulSet':
      return podsOfRevision(view, textAt(workload, 'status.updateRevision'))
    case 'apps/DaemonSet':
      return podsOfTemplate(view)
    default:
      return null
  }
}

const isObserved = ({ metadata, ...object }: KubeObject): boolean => {
  const observed = valueAt(object, 'status.observedGeneration')
  // Pods and Jobs have none.
  return observed === undefined || Number(observed) === metadata.generation
}

/** A pod that ended (evicted, preempted, its node lost) is made anew: it proves nothing. */
const isCounted = (pod: KubeObject): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  !['Succeeded', 'Failed'].includes(textAt(pod, 'status.phase'))

const split = (pods: readonly KubeObject[]): Pick<NewestPods, 'pods' | 'ended'> => ({
  pods: pods.filter(isCounted),
  ended: pods.filter((pod) => textAt(pod, 'status.phase') === 'Failed'),
})

const isOwnedBy = (owner: KubeObject, object: KubeObject): boolean =>
  (object.metadata.ownerReferences ?? []).some(
    ({ uid, controller }) => uid === owner.metadata.uid && controller !== false,
  )

const ownedBy = (owner: KubeObject, pods: readonly KubeObject[]): readonly KubeObject[] =>
  pods.filter((pod) => isOwnedBy(owner, pod))

type Belongs = (replicaSet: KubeObject) => boolean

const ofRevision = (workload: KubeObject): Belongs => {
  const revision = workload.metadata.annotations?.[REVISION]
  return ({ metadata }) => revision !== undefined && metadata.annotations?.[REVISION] === revision
}

const ofHash =
  (hash: string): Belongs =>
  ({ metadata }) =>
    hash !== '' && metadata.labels?.['rollouts-pod-template-hash'] === hash

function podsOfSet({ workload, replicaSets, pods }: WorkloadView, belongs: Belongs) {
  const maker = replicaSets?.find((set) => isOwnedBy(workload, set) && belongs(set))
  if (maker === undefined || !isObserved(maker)) return null
  return { ...split(ownedBy(maker, pods)), maker, blocking: [] }
}

const HASH = 'controller-revision-hash'

function podsOfRevision({ workload, pods }: WorkloadView, revision: string): NewestPods | null {
  if (revision === '' || textAt(workload, 'spec.updateStrategy.type') === 'OnDelete') return null
  const own = ownedBy(workload, pods)
  const isNew = (pod: KubeObject): boolean => pod.metadata.labels?.[HASH] === revision
  // Below the partition an older revision is what is wanted.
  const first = numberAt(workload, 'spec.ordinals.start', 0)
  const partition = numberAt(workload, 'spec.updateStrategy.rollingUpdate.partition', 0)
  const isDue = (pod: KubeObject): boolean => ordinalOf(pod) >= first + partition
  return {
    ...split(own.filter(isNew)),
    maker: workload,
    blocking: own.filter((pod) => isCounted(pod) && !isNew(pod) && isDue(pod)),
  }
}

const ordinalOf = ({ metadata }: KubeObject): number =>
  Number(/-(\d+)$/.exec(metadata.name ?? '')?.[1] ?? 0)

/** Its status names no revision, but each pod carries the generation of its template. */
function podsOfTemplate({ workload, pods }: WorkloadView): NewestPods | null {
  if (textAt(workload, 'spec.updateStrategy.type') === 'OnDelete') return null
  const template = workload.metadata.annotations?.['deprecated.daemonset.template.generation']
  if (template === undefined) return null
  const own = ownedBy(workload, pods).filter(
    ({ metadata }) => metadata.labels?.['pod-template-generation'] === template,
  )
  return { ...split(own), maker: workload, blocking: [] }
}
