// The one write of a traffic object: compare-and-swap, and lost answers settled by reading.
import { rolloutError, SluiceError, type WeightsChange } from '@sluice/rollout'
import type { Answer, Refusal } from '../connection/api-server.ts'
import { kubernetesError } from '../errors.ts'
import { renderId, type KubeObject } from '../object.ts'
import { isRecord } from '../record.ts'
import type { Routing, RoutingSeen, RoutingWrite, TrafficScene } from './back-ends/back-end.ts'
import { sameJson } from './back-ends/merge-patch.ts'
import { annotationsFor, marksOf, sameMarks } from './marks.ts'
import { readRouting } from './observe.ts'
import { missingRights, refusedWrite } from './refused.ts'
import type { Site } from './site.ts'
import { trafficObjectId } from './snapshot.ts'
import { endpointAbsent } from './view.ts'

export const TRAFFIC_MANAGER = 'sluice-traffic'

type Json = Readonly<Record<string, unknown>>

/** Somebody else can write the object as often as we try; more than a few times is a fight. */
const TRIES = 5
const PAUSE_SECONDS = 1
/** So long a server that does not answer is asked what became of a write. */
const SETTLE_SECONDS = 60

export interface Writing {
  readonly site: Site
  readonly scene: TrafficScene
  readonly change: WeightsChange
  readonly wanted: Routing
  readonly signal: AbortSignal
}

export interface WrittenObject {
  readonly object: KubeObject
  /** What was sent, without the resourceVersion. */
  readonly patch: Json
  /** Null: it was so already, and nothing was sent. */
  readonly before: KubeObject | null
}

/** What the back end and our marks make of the object, as one merge patch. */
export function wholePatch(
  object: KubeObject,
  { patch }: RoutingWrite,
  { marks }: Pick<WeightsChange, 'marks'>,
): Json {
  const metadata = isRecord(patch['metadata']) ? patch['metadata'] : {}
  const given = isRecord(metadata['annotations']) ? metadata['annotations'] : {}
  const has = object.metadata.annotations ?? {}
  const changed = Object.entries(annotationsFor(marks)).filter(
    ([name, value]) => (has[name] ?? null) !== value,
  )
  const annotations = { ...given, ...Object.fromEntries(changed) }
  if (Object.keys(annotations).length === 0) return patch
  return { ...patch, metadata: { ...metadata, annotations } }
}

/** Resolves with the object as it shows what was wanted. */
export async function writeObject(writing: Writing, write: RoutingWrite): Promise<WrittenObject> {
  const { site, scene, change, signal } = writing
  let base = scene.object
  let patch = wholePatch(base, write, change)
  if (Object.keys(patch).length === 0) return { object: base, patch, before: null }
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (attempt > 1) await site.clock.sleep(PAUSE_SECONDS, signal)
    signal.throwIfAborted()
    const sent = await send(site, { base, patch }, signal)
    if (sent?.ok === true) {
      return { object: kept(writing, { object: sent.value, patch }), patch, before: base }
    }
    if (sent !== null) refuseFinal(site, sent.refusal)
    const now = await readSettled(site, signal)
    if (now === null) throw endpointAbsent(site)
    if (isLanded(writing, { object: now, patch })) return { object: now, patch, before: base }
    if (!isSame(writing, { base, now })) throw changedMeanwhile(site, now)
    base = now
    patch = wholePatch(base, rebuilt(writing, base), change)
  }
  throw kubernetesError(
    'KUBERNETES_WRITE_UNSETTLED',
    `${renderId(trafficObjectId(site))}: ${TRIES} tries to write it were not answered or came too late; it shows what it showed before`,
  )
}

/** null: no answer came, so only a read can tell. */
async function send(
  site: Site,
  { base, patch }: { readonly base: KubeObject; readonly patch: Json },
  signal: AbortSignal,
): Promise<Answer<KubeObject> | null> {
  const metadata = isRecord(patch['metadata']) ? patch['metadata'] : {}
  const { resourceVersion } = base.metadata
  const bound = { ...patch, metadata: { ...metadata, resourceVersion } }
  const options = { kind: 'merge', fieldManager: TRAFFIC_MANAGER } as const
  try {
    return await site.api.patch(trafficObjectId(site), bound, options)
  } catch (error) {
    if (isNoAnswer(error, signal)) return null
    throw error
  }
}

export const isNoAnswer = (error: unknown, signal: AbortSignal): boolean =>
  !signal.aborted &&
  error instanceof SluiceError &&
  (error.code === 'HTTP_NO_ANSWER' || error.code === 'HTTP_DEADLINE')

/** Whether it took effect is unknown, or another try can go through. */
export const isUnsettled = ({ status }: Refusal): boolean =>
  status >= 500 || status === 429 || status === 408

function refuseFinal(site: Site, refusal: Refusal): void {
  if (refusal.status === 409 || isUnsettled(refusal)) return
  if (refusal.status === 404) throw endpointAbsent(site)
  const { namespace } = site.place
  throw refusedWrite({ verb: 'patch', resource: site.backEnd.resource, namespace, refusal })
}

/** The traffic object, from a server that may not answer at once; null: it is not there. */
export async function readSettled(site: Site, signal: AbortSignal): Promise<KubeObject | null> {
  const end = site.clock.now() + SETTLE_SECONDS * 1000
  for (;;) {
    const answer = await site.api.get(trafficObjectId(site)).catch((error: unknown) => {
      if (isNoAnswer(error, signal)) return null
      throw error
    })
    if (answer?.ok === true) return answer.value
    if (answer !== null) refuseRead(site, answer.refusal)
    if (site.clock.now() >= end) {
      throw kubernetesError(
        'KUBERNETES_WRITE_UNSETTLED',
        `${renderId(trafficObjectId(site))}: a write and ${SETTLE_SECONDS} s of reads were not answered`,
      )
    }
    await site.clock.sleep(PAUSE_SECONDS, signal)
  }
}

function refuseRead(site: Site, refusal: Refusal): void {
  const { namespace } = site.place
  const missing = missingRights([
    { verb: 'get', resource: site.backEnd.resource, namespace, refusal },
  ])
  if (missing !== null) throw missing
}

interface Shown {
  readonly object: KubeObject
  readonly patch: Json
}

/** Marks and weights were one write, so both must be there. */
function isLanded({ site, scene, change, wanted }: Writing, { object, patch }: Shown): boolean {
  if (!sameMarks(marksOf(object), change.marks)) return false
  return isApplied(object, patch) || sameRouting(readRouting(site, { ...scene, object }), wanted)
}

/** What the server answered must show what was sent: a webhook can have changed it. */
function kept(writing: Writing, shown: Shown): KubeObject {
  if (isLanded(writing, shown)) return shown.object
  throw kubernetesError(
    'KUBERNETES_NOT_ACKNOWLEDGED',
    `${renderId(trafficObjectId(writing.site))}: the server keeps something else than what was written; an admission webhook may have changed it`,
  )
}

/** Only what is not ours is different: a status, an annotation of a controller. */
function isSame(
  { site, scene }: Writing,
  { base, now }: { readonly base: KubeObject; readonly now: KubeObject },
): boolean {
  const [before, after] = [base, now].map((object) => readRouting(site, { ...scene, object }))
  return (
    sameMarks(marksOf(base), marksOf(now)) &&
    base.metadata.uid === now.metadata.uid &&
    sameJson(tidy(before), tidy(after))
  )
}

function rebuilt({ site, scene, wanted }: Writing, object: KubeObject): RoutingWrite {
  const write = site.backEnd.write({ ...scene, object }, wanted)
  if (write.ok) return write.value
  throw changedMeanwhile(site, object)
}

export const changedMeanwhile = (site: Site, object: KubeObject): SluiceError =>
  rolloutError(
    'ROLLOUT_CHANGED_MEANWHILE',
    `${renderId(trafficObjectId(site))} was changed by somebody else before our write, to version ${object.metadata.resourceVersion ?? ''}; nothing was written`,
  )

/** Every field that a merge patch names has its value; `null` is absent. */
function isApplied(object: Json, patch: Json): boolean {
  return Object.entries(patch).every(([key, value]) => {
    const has = object[key]
    if (value === null) return has === undefined || has === null
    return isRecord(value) ? isRecord(has) && isApplied(has, value) : sameJson(has, value)
  })
}

export const sameRouting = (seen: RoutingSeen, wanted: Routing): boolean =>
  seen.unfinished !== true &&
  sameJson(
    tidy(seen),
    tidy({ traffic: wanted.weights, match: wanted.match, mirror: wanted.mirror }),
  )

/** Slots at 0 may be left out. */
function tidy(seen: RoutingSeen | undefined): Json {
  const positive = (weights: Readonly<Record<string, number>> = {}): Json =>
    Object.fromEntries(Object.entries(weights).filter(([, weight]) => weight > 0))
  return {
    traffic: positive(seen?.traffic),
    match: seen?.match ?? null,
    mirror: positive(seen?.mirror),
    unfinished: seen?.unfinished ?? false,
  }
}
