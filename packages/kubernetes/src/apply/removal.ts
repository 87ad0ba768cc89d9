// Deleting objects and waiting until they are gone: for prune and for mode delete.
//
// Each delete names the uid that was seen, so that an object that somebody made anew meanwhile is
// left alone. A delete that is sent twice is the same as one, so a run that was killed is mended by
// the next one, which sees what is still there.
import type { Clock } from '@sluice/http'
import type { ApiServer, Refusal } from '../connection/api-server.ts'
import { inertLine } from '../health/inert-text.ts'
import { LONGEST_SILENCE_SECONDS } from '../health/wait/progress.ts'
import { keyOf, renderId, type KubeObject, type ObjectId } from '../object.ts'
import type { KubernetesLog } from '../ports.ts'
import { inLanes } from './lanes.ts'
import type { ObjectReport } from './report.ts'
import { removalStages } from './removal-stages.ts'

/** An object that was seen and shall go. */
export interface Removal {
  readonly id: ObjectId
  readonly uid: string
}

export interface RemovalOptions {
  readonly action: 'deleted' | 'pruned'
  readonly propagation: 'Background' | 'Foreground' | 'Orphan'
  /** Milliseconds since 1970 of the common deadline. */
  readonly deadline: number
}

export interface RemovalPorts {
  readonly api: ApiServer
  readonly clock: Clock
  readonly log: Pick<KubernetesLog, 'info'>
  readonly signal: AbortSignal
}

const PAUSES_SECONDS = [0.1, 0.2, 0.5, 1]
const LONGEST_PAUSE_SECONDS = 2

/**
 * Deletes in the reverse order of an apply, each stage gone before the next one begins. A stage that
 * does not go within the deadline or is refused leaves the later ones `skipped`: an operator must
 * outlive its objects, a CRD its resources. Reports in the order of `removals`.
 */
export async function removeObjects(
  ports: RemovalPorts,
  removals: readonly Removal[],
  options: RemovalOptions,
): Promise<readonly ObjectReport[]> {
  const reports = new Map<string, ObjectReport>()
  let held: ObjectReport | undefined
  for (const stage of removalStages(removals)) {
    const done: readonly ObjectReport[] =
      held === undefined
        ? await removeStage(ports, stage, options)
        : stage.map(({ id }) => skipped(id, held))
    for (const report of done) reports.set(keyOf(report.id), report)
    held ??= done.find(({ verdict }) => verdict !== 'gone')
  }
  return removals.flatMap(({ id }) => reports.get(keyOf(id)) ?? [])
}

const skipped = (id: ObjectId, held: ObjectReport | undefined): ObjectReport => ({
  id,
  action: 'skipped',
  verdict: 'none',
  reason: 'Waiting',
  message: held === undefined ? '' : `not deleted, because ${renderId(held.id)} is still there`,
  seconds: 0,
})

async function removeStage(
  ports: RemovalPorts,
  stage: readonly Removal[],
  options: RemovalOptions,
): Promise<readonly ObjectReport[]> {
  const start = ports.clock.now()
  const seconds = () => (ports.clock.now() - start) / 1000
  const sent = await inLanes(stage, async (removal) => ({
    removal,
    refused: await sendDelete(ports, removal, options),
  }))
  const asked = sent.filter(({ refused }) => refused === null).map(({ removal }) => removal)
  const held = await waitUntilGone(ports, asked, options)
  return sent.map(({ removal: { id, uid }, refused }): ObjectReport => {
    if (refused !== null) return { id, ...refused, seconds: seconds() }
    const last = held.get(uid)
    return last === undefined
      ? { id, action: options.action, verdict: 'gone', reason: '', message: '', seconds: seconds() }
      : { id, action: options.action, ...stillThere(last), seconds: seconds() }
  })
}

type Refused = Pick<ObjectReport, 'action' | 'verdict' | 'reason' | 'message'>

/** null: the server took it, or there was nothing left to delete. */
async function sendDelete(
  { api }: RemovalPorts,
  { id, uid }: Removal,
  { propagation }: RemovalOptions,
): Promise<Refused | null> {
  const answer = await api.delete(id, { propagation, uid })
  if (answer.ok || answer.refusal.status === 404) return null
  return describeRefusal(id, answer.refusal)
}

function describeRefusal(id: ObjectId, { status, reason, message }: Refusal): Refused {
  if (status === 409) {
    return {
      action: 'skipped',
      verdict: 'none',
      reason: 'Changed',
      message: `${renderId(id)} was made anew after it was looked at; it was left alone`,
    }
  }
  return { action: 'refused', verdict: 'failed', reason, message: `not deleted: ${message}` }
}

/** Those that are still there at the deadline, by uid, as they were seen last. */
async function waitUntilGone(
  ports: RemovalPorts,
  removals: readonly Removal[],
  { deadline }: RemovalOptions,
): Promise<ReadonlyMap<string, KubeObject | null>> {
  const { clock, log, signal } = ports
  let left = await stillLeft(ports, removals)
  let told = clock.now()
  for (let turn = 0; left.length > 0 && clock.now() < deadline; turn += 1) {
    if (clock.now() - told >= LONGEST_SILENCE_SECONDS * 1000) {
      told = clock.now()
      log.info(`waiting until ${describeLeft(left)}`)
    }
    const pause = Math.min(
      PAUSES_SECONDS[turn] ?? LONGEST_PAUSE_SECONDS,
      Math.max((deadline - clock.now()) / 1000, 0.01),
    )
    await clock.sleep(pause, signal)
    left = await stillLeft(
      ports,
      left.map(({ removal }) => removal),
    )
  }
  return new Map(left.map(({ removal, seen }) => [removal.uid, seen]))
}

interface Left {
  readonly removal: Removal
  /** null: it may not be read, so nobody knows. */
  readonly seen: KubeObject | null
}

function describeLeft(left: readonly Left[]): string {
  const [first] = left
  if (first === undefined) return 'all is gone'
  const others = left.length === 1 ? '' : ` and ${left.length - 1} more`
  return `${renderId(first.removal.id)}${others} is gone`
}

async function stillLeft(ports: RemovalPorts, removals: readonly Removal[]): Promise<Left[]> {
  const seen = await inLanes(removals, async (removal): Promise<readonly Left[]> => {
    const answer = await ports.api.get(removal.id)
    if (!answer.ok) return answer.refusal.status === 404 ? [] : [{ removal, seen: null }]
    const same = answer.value?.metadata.uid === removal.uid
    return same ? [{ removal, seen: answer.value }] : []
  })
  return seen.flat()
}

function stillThere(last: KubeObject | null): Pick<ObjectReport, 'verdict' | 'reason' | 'message'> {
  if (last === null) {
    return {
      verdict: 'timeout',
      reason: 'Unreadable',
      message: 'deleted; whether it is gone cannot be read',
    }
  }
  const finalizers = last.metadata.finalizers ?? []
  const conditions = namespaceConditions(last)
  const why = [
    finalizers.length === 0 ? '' : `held by finalizers ${finalizers.join(', ')}`,
    ...conditions,
  ].filter((part) => part !== '')
  return {
    verdict: 'timeout',
    reason: finalizers.length === 0 ? 'Terminating' : 'Finalizers',
    message: ['still there when the time was up', ...why].join('; '),
  }
}

interface Condition {
  readonly type?: string
  readonly status?: string
  readonly message?: string
}

/** A namespace says in its conditions what is still in it. */
function namespaceConditions(object: KubeObject): readonly string[] {
  if (object.kind !== 'Namespace') return []
  const status = object['status'] as { readonly conditions?: readonly Condition[] } | undefined
  return (status?.conditions ?? [])
    .filter((condition) => condition.status === 'True')
    .flatMap(({ message }) => (message === undefined ? [] : inertLine(message)))
}
