// What an apply would change, asked of the server itself: every object that differs is sent as a dry
// run, so defaults, webhooks, quotas and rights have their say. Nothing is kept.
import type { Answer, ApiServer, Applied, Refusal } from '../connection/api-server.ts'
import { renderId, type KubeObject, type ObjectId } from '../object.ts'
import { isRecord } from '../record.ts'
import { changesBetween, type ChangeOptions, type FieldChange } from './changes.ts'
import { APPLIER } from './field-set.ts'
import { inLanes } from './lanes.ts'
import { objectsOf, type ApplyPlan, type PlannedObject } from './plan.ts'
import { reactTo } from './refusals.ts'
import { whyNotReplaced } from './replace.ts'
import type { ObjectAction, ObjectReport } from './report.ts'
import { LAST_APPLIED } from './take-over.ts'

export interface ObjectDiff {
  readonly report: ObjectReport
  /** Of a new object: what the manifest says. Without secret values. */
  readonly changes: readonly FieldChange[]
}

export interface DiffParts extends ChangeOptions {
  readonly api: ApiServer
}

/** In the order of the plan. Actions are what an apply would do. */
export async function diffPlan(plan: ApplyPlan, parts: DiffParts): Promise<readonly ObjectDiff[]> {
  const objects = objectsOf(plan)
  const coming = new Set(
    objects
      .filter(({ placed: { id }, intent }) => isNamespace(id) && intent === 'create')
      .map(({ placed }) => placed.id.name),
  )
  return inLanes(objects, (planned) => diffObject(planned, { plan, parts, coming }))
}

const isNamespace = ({ group, kind }: ObjectId): boolean => group === '' && kind === 'Namespace'

interface Scene {
  readonly plan: ApplyPlan
  readonly parts: DiffParts
  /** Namespaces that the set makes. */
  readonly coming: ReadonlySet<string>
}

interface Found {
  readonly action: ObjectAction
  readonly reason?: string
  readonly message?: string
  readonly changes?: readonly FieldChange[]
}

async function diffObject(planned: PlannedObject, scene: Scene): Promise<ObjectDiff> {
  const { action, reason = '', message = '', changes = [] } = await look(planned, scene)
  return {
    report: {
      id: planned.placed.id,
      action,
      verdict: action === 'refused' ? 'failed' : 'none',
      reason,
      message,
      seconds: 0,
    },
    changes,
  }
}

async function look(planned: PlannedObject, scene: Scene): Promise<Found> {
  const { placed, intent, object, live } = planned
  const { parts, coming } = scene
  if (intent === 'unchanged') return { action: 'unchanged' }
  if (intent === 'refused') {
    return { action: 'refused', reason: planned.reason, message: planned.message }
  }
  const added = changesBetween(null, object, parts)
  if (!placed.known) {
    return unknown(
      'its kind comes with a CRD of this set, so the server cannot check it yet',
      added,
    )
  }
  if (coming.has(placed.id.namespace ?? '')) {
    return unknown('its namespace comes with this set, so the server cannot check it yet', added)
  }
  if (intent === 'recreate') {
    return {
      action: 'created',
      reason: 'Terminating',
      message: 'the live one is being deleted',
      changes: added,
    }
  }
  const answer = await dryRun(planned, scene)
  if (!answer.ok) return refusedChange(planned, answer.refusal, scene)
  if (live === null)
    return { action: answer.value.created ? 'created' : 'configured', changes: added }
  const left =
    planned.takeOver === null ? answer.value.object : withoutLeft(planned, answer.value.object)
  const changes = changesBetween(...(await sameMoment(planned, { live, left, parts })), parts)
  // Only who owns what would change.
  if (changes.length === 0)
    return { action: planned.takeOver === null ? 'unchanged' : 'configured' }
  return { action: 'configured', changes }
}

interface Moment {
  readonly live: KubeObject
  readonly left: KubeObject
  readonly parts: DiffParts
}

/**
 * The two states to compare. A dry run shows the version that it started from: when a controller has
 * written the object since it was read, it is read again, so that only our own changes are left. The
 * status is nobody's wish.
 */
async function sameMoment(
  { placed, object }: PlannedObject,
  { live, left, parts }: Moment,
): Promise<readonly [KubeObject, KubeObject]> {
  const stale = live.metadata.resourceVersion !== left.metadata.resourceVersion
  const answer = stale ? await parts.api.get(placed.id) : null
  const now = answer?.ok === true && answer.value !== null ? answer.value : live
  return 'status' in object ? [now, left] : [withoutStatus(now), withoutStatus(left)]
}

const withoutStatus = ({ status: _status, ...object }: KubeObject): KubeObject =>
  object as unknown as KubeObject

const unknown = (message: string, changes: readonly FieldChange[]): Found => ({
  action: 'unknown',
  reason: 'NotYet',
  message,
  changes,
})

const reactionTo = ({ placed: { id }, autoscaled, replace }: PlannedObject, refusal: Refusal) =>
  reactTo(refusal, { id, seconds: Infinity, fresh: false, autoscaled, replace })

async function dryRun(
  planned: PlannedObject,
  { plan, parts: { api } }: Scene,
): Promise<Answer<Applied>> {
  const { object, intent, takeOver } = planned
  if (intent !== 'generate') {
    // Fields that are taken over would be conflicts without it.
    const force = plan.rules.force || takeOver !== null
    const answer = await api.apply(object, { fieldManager: APPLIER, force, dryRun: true })
    return answer.ok || reactionTo(planned, answer.refusal).kind !== 'take-back'
      ? answer
      : api.apply(object, { fieldManager: APPLIER, force: true, dryRun: true })
  }
  const answer = await api.create(object, { dryRun: true })
  return answer.ok ? { ok: true, value: { object: answer.value, created: true } } : answer
}

async function refusedChange(
  planned: PlannedObject,
  refusal: Refusal,
  { parts }: Scene,
): Promise<Found> {
  const { placed, object, live } = planned
  if (refusal.status === 400 && /does not support dry run/.test(refusal.message)) {
    return unknown(
      'a webhook that takes no dry runs looks at this kind',
      changesBetween(live, object, parts),
    )
  }
  const { id } = placed
  const reaction = reactionTo(planned, refusal)
  if (reaction.kind === 'replace') {
    const held = await whyNotReplaced(parts, planned)
    if (held !== null) return { action: 'refused', ...held }
    return {
      action: 'replaced',
      reason: 'Immutable',
      message: `${renderId(id)} cannot be changed in place; it would be deleted and made anew`,
      changes: changesBetween(null, object, parts),
    }
  }
  if (reaction.kind === 'give-up') {
    return { action: 'refused', reason: reaction.reason, message: reaction.message }
  }
  return { action: 'refused', reason: refusal.reason, message: refusal.message }
}

/**
 * A dry run cannot move fields to us first, so what taking over would remove is not in its answer:
 * what the last client-side apply named and the manifest does not.
 */
function withoutLeft({ live, object }: PlannedObject, answer: KubeObject): KubeObject {
  const last = parsed(live?.metadata.annotations?.[LAST_APPLIED])
  const { [LAST_APPLIED]: _copy, ...annotations } = answer.metadata.annotations ?? {}
  const kept = isRecord(last) ? without(answer, last, object) : answer
  const whole = isRecord(kept) ? (kept as unknown as KubeObject) : answer
  return { ...whole, metadata: { ...whole.metadata, annotations } }
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? null : JSON.parse(text)
  } catch {
    return null
  }
}

/** Only maps: what left a list is told by the apply itself. */
function without(answer: unknown, last: unknown, wanted: unknown): unknown {
  if (!isRecord(answer) || !isRecord(last) || !isRecord(wanted)) return answer
  return Object.fromEntries(
    Object.entries(answer).flatMap(([name, value]) => {
      if (Object.hasOwn(last, name) && !Object.hasOwn(wanted, name)) return []
      return [[name, without(value, last[name], wanted[name])]]
    }),
  )
}

const signs: Readonly<Partial<Record<ObjectAction, string>>> = {
  created: '+',
  configured: '~',
  replaced: '±',
  refused: '!',
  unknown: '?',
}

export interface RenderOptions {
  /** Characters; what does not fit is counted in the last line. */
  readonly longest: number
}

const LONGEST_VALUE = 200

/** For a log: one block per object that would change; '' when nothing would. */
export function renderDiff(diffs: readonly ObjectDiff[], { longest }: RenderOptions): string {
  const blocks = diffs.filter(({ report }) => report.action !== 'unchanged').map(renderBlock)
  const shown: string[] = []
  let length = 0
  for (const block of blocks) {
    if (length + block.length + 1 > longest) break
    shown.push(block)
    length += block.length + 1
  }
  const left = blocks.length - shown.length
  return [...shown, ...(left === 0 ? [] : [`... and ${left} more objects`])].join('\n')
}

function renderBlock({ report, changes }: ObjectDiff): string {
  const { id, action, reason, message } = report
  const why = [reason, message].filter((text) => text !== '').join(': ')
  const head = `${signs[action] ?? ' '} ${renderId(id)} ${action}${why === '' ? '' : ` (${why})`}`
  return [head, ...changes.map(renderChange)].join('\n')
}

function renderChange({ path, before, after }: FieldChange): string {
  if (before === null) return `    + ${path}: ${short(after)}`
  if (after === null) return `    - ${path}: ${short(before)}`
  return `    ~ ${path}: ${short(before)} -> ${short(after)}`
}

function short(text: string | null): string {
  const characters = [...(text ?? '')]
  return characters.length <= LONGEST_VALUE
    ? characters.join('')
    : `${characters.slice(0, LONGEST_VALUE).join('')}... (${characters.length} characters)`
}

/** Would an apply change, or be refused, anything? */
export const differs = (diffs: readonly ObjectDiff[]): boolean =>
  diffs.some(({ report }) => report.action !== 'unchanged')
