// Writes one planned object, and tells what came of it. Never throws for what a server says.
//
// Every step can be the last one of a killed run, and the next run ends the same way: an apply that
// was sent twice is one; a deleted object that was not made anew is missing, or going, and the next
// plan says `create` or `recreate`; what was generated is generated again, as generateName means.
import type { Clock } from '@sluice/http'
import { SluiceError } from '@sluice/rollout'
import type { Answer, ApiServer, Applied, Refusal } from '../connection/api-server.ts'
import { renderId, type KubeObject, type ObjectId } from '../object.ts'
import type { KubernetesLog } from '../ports.ts'
import { withReplicas } from './autoscaler.ts'
import { APPLIER } from './field-set.ts'
import type { ApplyRules, PlannedObject } from './plan.ts'
import { reactTo } from './refusals.ts'
import type { ObjectAction, ObjectReport } from './report.ts'
import { planTakeOver, takeOverPatch } from './take-over.ts'

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

interface End {
  readonly action: ObjectAction
  readonly object: KubeObject | null
  readonly reason?: string
  readonly message?: string
}

const refuse = (reason: string, message: string): End => ({
  action: 'refused',
  object: null,
  reason,
  message,
})

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

type Send = (object: KubeObject) => Promise<Answer<Applied>>

const applyAs =
  ({ api, rules }: WriteParts): Send =>
  (object) =>
    api.apply(object, { fieldManager: APPLIER, force: rules.force })

const generate =
  ({ api }: WriteParts): Send =>
  async (object) => {
    const answer = await api.create(object, {})
    return answer.ok ? { ok: true, value: { object: answer.value, created: true } } : answer
  }

interface Sending {
  readonly fresh: boolean
  readonly send: Send
}

const PAUSES_SECONDS = [0.1, 0.2, 0.4, 0.8]
const LONGEST_PAUSE_SECONDS = 1.5

async function applyUntilTold(
  parts: WriteParts,
  planned: PlannedObject,
  { fresh, send }: Sending,
): Promise<End> {
  const { clock, signal } = parts
  const start = clock.now()
  let { object, autoscaled } = planned
  for (let turn = 0; ; turn += 1) {
    const answer = await send(object)
    if (answer.ok) return done(planned, answer.value)
    const seconds = (clock.now() - start) / 1000
    const { id } = planned.placed
    const facts = { id, seconds, fresh, autoscaled, replace: planned.replace }
    const reaction = reactTo(answer.refusal, facts)
    if (reaction.kind === 'give-up') return refuse(reaction.reason, reaction.message)
    if (reaction.kind === 'replace') return replaceObject(parts, planned)
    if (reaction.kind === 'without-replicas') {
      object = withReplicas(object, undefined)
      autoscaled = false
    } else {
      await clock.sleep(PAUSES_SECONDS[turn] ?? LONGEST_PAUSE_SECONDS, signal)
    }
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
async function takeOverFields(parts: WriteParts, planned: PlannedObject): Promise<End | null> {
  const { id } = planned.placed
  let live = planned.live
  let takeOver = planned.takeOver
  for (let turn = 0; live !== null && takeOver !== null; turn += 1) {
    const answer = await parts.api.patch(id, takeOverPatch(live, takeOver), {
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

const refuseWith = ({ reason, message }: Refusal): End => refuse(reason, message)

/** Deletes the object that was seen, waits until it and what it controls are gone, makes it anew. */
async function replaceObject(parts: WriteParts, planned: PlannedObject): Promise<End> {
  const { api, log } = parts
  const { id } = planned.placed
  const seen = await api.get(id)
  if (!seen.ok) return refuseWith(seen.refusal)
  if (seen.value !== null) {
    const uid = seen.value.metadata.uid ?? ''
    log.info(`${renderId(id)} cannot be changed in place; deleting it to make it anew`)
    const deleted = await api.delete(id, { propagation: 'Foreground', uid })
    if (!deleted.ok && deleted.refusal.status !== 404) return refuseWith(deleted.refusal)
    const held = await waitUntilGone(parts, id, seen.value)
    if (held !== null) return held
  }
  const replacement = { ...planned, replace: false, object: planned.object }
  const end = await applyUntilTold(parts, replacement, { fresh: false, send: applyAs(parts) })
  return end.object === null ? end : { ...end, action: 'replaced' }
}

/** Null: it is gone, or another one took its place. */
async function waitUntilGone(
  { api, clock, signal, deadline }: WriteParts,
  id: ObjectId,
  { metadata }: KubeObject,
): Promise<End | null> {
  for (let turn = 0; ; turn += 1) {
    const answer = await api.get(id)
    if (!answer.ok) return refuseWith(answer.refusal)
    if (answer.value === null || answer.value.metadata.uid !== metadata.uid) return null
    if (clock.now() >= deadline) return refuse('Terminating', stillThere(id, answer.value))
    await clock.sleep(PAUSES_SECONDS[turn] ?? LONGEST_PAUSE_SECONDS, signal)
  }
}

function stillThere(id: ObjectId, { metadata }: KubeObject): string {
  const finalizers = metadata.finalizers ?? []
  const why = finalizers.length === 0 ? '' : `, held by finalizers ${finalizers.join(', ')}`
  return `${renderId(id)} is being deleted and was still there when the time was up${why}`
}
