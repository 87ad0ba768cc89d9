// Writes one planned object, and tells what came of it. Never throws for what a server says.
//
// Every step can be the last one of a killed run, and the next run ends the same way: an apply that
// was sent twice is one; a deleted object that was not made anew is missing, or going, and the next
// plan says `create` or `recreate`; what was generated is generated again, as generateName means.
import type { Clock } from '@sluice/http'
import { SluiceError } from '@sluice/rollout'
import type { Answer, ApiServer, Applied } from '../connection/api-server.ts'
import type { KubeObject, ObjectId } from '../object.ts'
import type { KubernetesLog } from '../ports.ts'
import { withReplicas } from './autoscaler.ts'
import { APPLIER, ownersPatch } from './field-set.ts'
import type { ApplyRules, PlannedObject } from './plan.ts'
import { isPassing, reactTo } from './refusals.ts'
import type { ObjectReport } from './report.ts'
import { LONGEST_PAUSE_SECONDS, PAUSES_SECONDS, untilAnswered, waitUntilGone } from './going.ts'
import { replaceObject } from './replace.ts'
import { planTakeOver } from './take-over.ts'
import { refuse, refuseWith, type End } from './write-end.ts'

export interface WriteParts {
  readonly api: ApiServer
  readonly clock: Clock
  readonly log: Pick<KubernetesLog, 'info' | 'notice'>
  readonly signal: AbortSignal
  readonly rules: ApplyRules
  /** Milliseconds since 1970 of the common deadline. */
  readonly deadline: number
}

export interface Written {
  readonly planned: PlannedObject
  readonly report: ObjectReport
  /** As it is now; null when it was refused. */
  readonly object: KubeObject | null
  /** Milliseconds since 1970 of the write. */
  readonly since: number
}

/** `fresh`: its kind or its namespace came with this run. */
export async function writeObject(
  parts: WriteParts,
  planned: PlannedObject,
  fresh: boolean,
): Promise<Written> {
  const since = parts.clock.now()
  const ended = (end: End): Written => ({
    planned,
    report: {
      id: end.object === null ? planned.placed.id : named(planned.placed.id, end.object),
      action: end.action,
      verdict: end.action === 'refused' ? 'failed' : 'none',
      reason: end.reason ?? '',
      message: end.message ?? '',
      seconds: (parts.clock.now() - since) / 1000,
    },
    object: end.object,
    since,
  })
  try {
    return ended(await act(parts, planned, fresh))
  } catch (error) {
    // No answer at all. The others go on; a cancelled run ends.
    if (parts.signal.aborted || !(error instanceof SluiceError)) throw error
    return ended(refuse(error.code, error.message))
  }
}

const named = (id: ObjectId, { metadata }: KubeObject): ObjectId =>
  id.name === '' ? { ...id, name: metadata.name ?? '' } : id

async function act(parts: WriteParts, planned: PlannedObject, fresh: boolean): Promise<End> {
  const { intent, live } = planned
  switch (intent) {
    case 'unchanged':
      return { action: 'unchanged', object: live }
    case 'refused':
      return refuse(planned.reason, planned.message)
    case 'generate':
      return applyUntilTold(parts, planned, { fresh, send: generate(parts) })
    case 'recreate': {
      const held = live === null ? null : await waitUntilGone(parts, planned.placed.id, live)
      if (held !== null) return held
      return applyUntilTold(parts, planned, { fresh, send: applyAs(parts) })
    }
    case 'create':
    case 'configure': {
      const held = await takeOverFields(parts, planned)
      return held ?? applyUntilTold(parts, planned, { fresh, send: applyAs(parts) })
    }
  }
}

type Send = (object: KubeObject, force: boolean) => Promise<Answer<Applied>>

const applyAs =
  ({ api, rules }: WriteParts): Send =>
  (object, force) =>
    api.apply(object, { fieldManager: APPLIER, force: rules.force || force })

const generate =
  ({ api }: WriteParts): Send =>
  async (object) => {
    const answer = await api.create(object, {})
    return answer.ok ? { ok: true, value: { object: answer.value, created: true } } : answer
  }

interface Sending {
  readonly fresh: boolean
  readonly send: Send
  /** The old object is gone already: what passes is awaited, however long. */
  readonly insist?: boolean
}

async function applyUntilTold(
  parts: WriteParts,
  planned: PlannedObject,
  { fresh, send, insist = false }: Sending,
): Promise<End> {
  const { clock, signal, deadline } = parts
  const start = clock.now()
  let { object, autoscaled } = planned
  let force = false
  for (let turn = 0; ; turn += 1) {
    const mayInsist = insist && clock.now() < deadline
    const ask = () => send(object, force)
    const answer = await (mayInsist ? untilAnswered(parts, ask) : ask())
    if (answer.ok) return done(planned, answer.value)
    const seconds = (clock.now() - start) / 1000
    const { id } = planned.placed
    const facts = { id, seconds, fresh, autoscaled, replace: planned.replace }
    const told = reactTo(answer.refusal, facts)
    const again = mayInsist && told.kind === 'give-up' && isPassing(answer.refusal)
    const reaction = again ? ({ kind: 'again' } as const) : told
    if (reaction.kind === 'give-up') return refuse(reaction.reason, reaction.message)
    if (reaction.kind === 'replace')
      return replaceObject(parts, planned, () => remake(parts, planned))
    force = false
    if (reaction.kind === 'without-replicas') {
      object = withReplicas(object, undefined)
      autoscaled = false
    } else if (reaction.kind === 'take-back') {
      // Only at the version at which nobody else was in the way.
      force = object.metadata.resourceVersion !== undefined
      if (force) continue
      const live = await parts.api.get(id)
      if (!live.ok) return refuse(reaction.reason, reaction.message)
      object = atVersion(object, live.value?.metadata.resourceVersion)
    } else {
      object = atVersion(object, undefined)
      await clock.sleep(PAUSES_SECONDS[turn] ?? LONGEST_PAUSE_SECONDS, signal)
    }
  }
}

/** After the old one has gone. */
const remake = (parts: WriteParts, planned: PlannedObject): Promise<End> =>
  applyUntilTold(
    parts,
    { ...planned, replace: false },
    { fresh: false, send: applyAs(parts), insist: true },
  )

/** Bound to a version: refused with 409 at any other one. */
function atVersion(object: KubeObject, resourceVersion: string | undefined): KubeObject {
  const { resourceVersion: _before, ...metadata } = object.metadata
  return {
    ...object,
    metadata: { ...metadata, ...(resourceVersion !== undefined && { resourceVersion }) },
  }
}

function done({ live, intent }: PlannedObject, { object, created }: Applied): End {
  if (created) return { action: 'created', object }
  // The server keeps the version of an object that an apply did not change.
  const same =
    intent === 'configure' && live?.metadata.resourceVersion === object.metadata.resourceVersion
  return { action: same ? 'unchanged' : 'configured', object }
}

const TAKE_OVER_TRIES = 5

/** Null: the fields are ours now, or there was nothing to take over. */
export async function takeOverFields(
  parts: Pick<WriteParts, 'api' | 'rules'>,
  planned: Pick<PlannedObject, 'placed' | 'live' | 'takeOver'>,
): Promise<End | null> {
  const { id } = planned.placed
  let live = planned.live
  let takeOver = planned.takeOver
  for (let turn = 0; live !== null && takeOver !== null; turn += 1) {
    const answer = await parts.api.patch(id, ownersPatch(live, takeOver.managedFields), {
      kind: 'json',
      fieldManager: APPLIER,
    })
    if (answer.ok) return null
    // Controllers write the status of busy objects all the time: look again.
    if (answer.refusal.status !== 409 || turn >= TAKE_OVER_TRIES) return refuseWith(answer.refusal)
    const again = await parts.api.get(id)
    if (!again.ok) return refuseWith(again.refusal)
    live = again.value
    takeOver = live === null ? null : planTakeOver(live, parts.rules.takeOver)
  }
  return null
}
