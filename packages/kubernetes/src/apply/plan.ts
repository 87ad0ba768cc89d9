// What an apply will do, decided before anything is written.
import type { PlacedManifest } from '../manifests/manifest.ts'
import { keyOf, renderId, type KubeObject, type ObjectId } from '../object.ts'
import { hasReplicas, isAutoscaler, targetOf, yieldReplicas } from './autoscaler.ts'
import { desiredObject } from './desired.ts'
import { APPLIER } from './field-set.ts'
import type { LiveState } from './live.ts'
import { firstDifference } from './managed-fields.ts'
import { dataLostWith } from './removal-stages.ts'
import { stageOf, stages, type Stage } from './stages.ts'
import { planTakeOver, type TakeOver } from './take-over.ts'

export interface ApplyRules {
  /** Takes over fields of other managers instead of ending in a conflict. */
  readonly force: boolean
  /** Deletes and makes anew what the server refuses to change; never an object that keeps data. */
  readonly replace: boolean
  /** Managers whose fields become ours, beside those of client-side apply: `helm`. */
  readonly takeOver: readonly string[]
}

export type Intent =
  | 'create'
  | 'configure'
  | 'unchanged'
  /** `generateName`: a new object each time. */
  | 'generate'
  /** The live one is being deleted: wait until it is gone, then make it. */
  | 'recreate'
  | 'refused'

export interface PlannedObject {
  readonly placed: PlacedManifest
  readonly stage: Stage
  readonly intent: Intent
  /** What is sent. */
  readonly object: KubeObject
  /** Null: there is none, or it may not be read, or its kind is not known yet. */
  readonly live: KubeObject | null
  /** First field that differs, such as `spec.replicas`; '' where none is known. */
  readonly difference: string
  readonly takeOver: TakeOver | null
  /** May it be deleted and made anew when its change is refused as immutable? */
  readonly replace: boolean
  /** An autoscaler decides its number of replicas. */
  readonly autoscaled: boolean
  /** For `refused`: one word, one sentence. */
  readonly reason: string
  readonly message: string
}

export interface PlannedStage {
  readonly stage: Stage
  readonly objects: readonly PlannedObject[]
}

export interface ApplyPlan {
  /** In the order of writing; only stages that have objects. */
  readonly stages: readonly PlannedStage[]
  readonly rules: ApplyRules
  /** For people. */
  readonly notices: readonly string[]
}

/** On an object: `true` allows to replace this one. */
const REPLACE_ANNOTATION = 'sluice.dev/replace'

export const objectsOf = ({ stages }: ApplyPlan): readonly PlannedObject[] =>
  stages.flatMap(({ objects }) => objects)

export function planApply(
  placed: readonly PlacedManifest[],
  live: LiveState,
  rules: ApplyRules,
): ApplyPlan {
  const autoscaled = autoscaledKeys(placed, live)
  const planned = placed.map((one) => planObject(one, { live, rules, autoscaled }))
  const byStage = Map.groupBy(planned, ({ stage }) => stage)
  return {
    stages: stages
      .map((stage) => ({ stage, objects: byStage.get(stage) ?? [] }))
      .filter(({ objects }) => objects.length > 0),
    rules,
    notices: [...live.notices, ...noticesOf(planned)],
  }
}

/** Those of the set count as well: they will take over as soon as they are there. */
const autoscaledKeys = (placed: readonly PlacedManifest[], live: LiveState): ReadonlySet<string> =>
  new Set([
    ...live.autoscaled,
    ...placed.flatMap(({ object, id }) =>
      isAutoscaler(id) ? (targetOf(object, id.namespace) ?? []) : [],
    ),
  ])

interface Scene {
  readonly live: LiveState
  readonly rules: ApplyRules
  readonly autoscaled: ReadonlySet<string>
}

function planObject(placed: PlacedManifest, scene: Scene): PlannedObject {
  const { id, object: written } = placed
  const resource = scene.live.resources.find(id.group, id.version, id.kind)
  const key = keyOf(id)
  const live = id.name === '' ? null : (scene.live.objects.get(key) ?? null)
  const autoscaled = scene.autoscaled.has(key)
  const plain = desiredObject(placed, resource)
  const object = autoscaled && live !== null ? yieldReplicas(plain, live, APPLIER) : plain
  const takeOver = live === null ? null : planTakeOver(live, scene.rules.takeOver)
  const base = {
    placed,
    stage: stageOf(id),
    object,
    live,
    difference: '',
    takeOver,
    replace: mayReplace(id, written, scene.rules),
    autoscaled,
    reason: '',
    message: '',
  }
  if (id.name === '') return { ...base, intent: 'generate' }
  if (live === null) {
    return { ...base, intent: scene.live.unreadable.has(key) ? 'configure' : 'create' }
  }
  if (live.metadata.deletionTimestamp !== undefined) return planDeleted({ ...base, live })
  const difference = firstDifference({ manifest: object, live, manager: APPLIER })
  if (difference === null && takeOver === null) return { ...base, intent: 'unchanged' }
  return { ...base, intent: 'configure', difference: difference ?? 'metadata.managedFields' }
}

/** An apply to an object that is going would be lost with it. */
function planDeleted(base: Omit<PlannedObject, 'intent'> & { readonly live: KubeObject }) {
  if (base.placed.id.kind !== 'Namespace' || base.placed.id.group !== '') {
    return { ...base, intent: 'recreate' as const }
  }
  const { name, deletionTimestamp } = base.live.metadata
  return {
    ...base,
    intent: 'refused' as const,
    reason: 'NamespaceTerminating',
    message: `namespace ${name} is being deleted since ${deletionTimestamp}; wait until it is gone, or find what holds it in its conditions`,
  }
}

const mayReplace = (id: ObjectId, { metadata }: KubeObject, rules: ApplyRules): boolean =>
  dataLostWith(id) === null &&
  (rules.replace || metadata.annotations?.[REPLACE_ANNOTATION] === 'true')

function noticesOf(planned: readonly PlannedObject[]): readonly string[] {
  return [
    told(
      planned.filter(({ intent }) => intent === 'generate'),
      'made anew by each run, because it has generateName; it is never compared or pruned',
    ),
    told(
      planned.filter(({ takeOver }) => takeOver !== null),
      'taken over from client-side apply; fields that left the manifest go',
    ),
    told(
      planned.filter(
        (one) => one.autoscaled && one.live !== null && hasReplicas(one.placed.object),
      ),
      'spec.replicas is left to its autoscaler; take it out of the manifest',
    ),
    told(
      planned.filter(({ intent }) => intent === 'recreate'),
      'being deleted; it is made anew when it is gone',
    ),
  ].filter((notice) => notice !== '')
}

const MANY = 5

/** One sentence for all objects that share a cause. */
function told(planned: readonly PlannedObject[], what: string): string {
  if (planned.length === 0) return ''
  const names = planned.slice(0, MANY).map(({ placed }) => nameOf(placed))
  const more = planned.length > MANY ? ` and ${planned.length - MANY} more` : ''
  return `${names.join(', ')}${more}: ${what}`
}

const nameOf = ({ id, object }: PlacedManifest): string =>
  id.name === ''
    ? renderId({ ...id, name: `${object.metadata.generateName ?? ''}*` })
    : renderId(id)
