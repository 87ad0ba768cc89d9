// One write of weights and marks, and the proof that it is there. Without compare-and-swap on this
// platform, a second owner shows up at the read after the write (design S3).
import { rolloutError, type WeightsChange, type WriteReport } from '@sluice/rollout'
import { endpointBody, renderShown, shows, unchangedSince } from './endpoint-write.ts'
import { azuremlError } from './errors.ts'
import type { JsonObject } from './json.ts'
import { isChanging, stateOf } from './observe.ts'
import { finishOperation, isNoAnswer } from './operation.ts'
import type { Patience } from './patience.ts'
import { isBusy, refusalError, type AzureAnswer } from './refusal.ts'
import { endpointPath, patienceFor, readEndpoint, readIdleEndpoint, type Site } from './site.ts'

/** Reads can lag behind a write for seconds; this is how long we look, and how often. */
const VISIBLE_WITHIN_SECONDS = 90
const READ_AGAIN_SECONDS = 3
const POLL_SECONDS = 5
const BUSY_SECONDS = 10
const GIVEN_UP = ['failed', 'canceled']

export interface TrafficParts {
  readonly site: Site
  readonly change: WeightsChange
  /** The endpoint as `change.seen` was made from it; null: it must be read again. */
  readonly known: JsonObject | null
}

interface Writing {
  readonly site: Site
  readonly change: WeightsChange
  readonly patience: Patience
}

/** Resolves with the endpoint as it was read last, showing the change. */
export async function applyWeights(
  { site, change, known }: TrafficParts,
  signal: AbortSignal,
): Promise<WriteReport & { readonly raw: JsonObject }> {
  const patience = patienceFor(site, `endpoint ${site.endpoint}`)
  const writing: Writing = { site, change, patience }
  let raw = known !== null && !isChanging(known) ? known : await currentEndpoint(writing, signal)
  let sent = false
  for (;;) {
    if (shows(raw, change)) return { changed: sent, raw }
    refuseChanged(raw, writing)
    const answer = await put(site, endpointBody(raw, change), signal)
    if (answer === null || answer.status >= 500) {
      // Whether it took effect is unknown: only a read can tell.
      return { changed: true, raw: await readBack(writing, answer, signal) }
    }
    if (answer.status < 300) {
      await finishOperation(
        { arm: site.arm, what: `traffic of ${site.endpoint}`, patience },
        answer,
        signal,
      )
      return { changed: true, raw: await readBack(writing, null, signal) }
    }
    if (!isBusy(answer)) throw refusalError(`PUT ${endpointPath(site)}`, answer)
    // The door may have sent it twice after a lost answer: then the first one is what is running.
    sent = true
    await patience(BUSY_SECONDS, 'at work, and refused the write', signal)
    raw = await currentEndpoint(writing, signal)
  }
}

async function currentEndpoint(
  { site, patience }: Writing,
  signal: AbortSignal,
): Promise<JsonObject> {
  const raw = await readIdleEndpoint(site, patience, signal)
  if (raw !== null) return raw
  throw azuremlError(
    'AZUREML_ENDPOINT_ABSENT',
    `endpoint ${site.endpoint} does not exist; no traffic can be set`,
  )
}

function refuseChanged(raw: JsonObject, { site, change }: Writing): void {
  if (unchangedSince(raw, change.seen)) return
  throw rolloutError(
    'ROLLOUT_CHANGED_MEANWHILE',
    `endpoint ${site.endpoint} changed before our write: found ${renderShown(raw)}; nothing was written`,
  )
}

/** null: no answer came. */
async function put(site: Site, body: JsonObject, signal: AbortSignal): Promise<AzureAnswer | null> {
  try {
    return await site.arm.send({ method: 'PUT', path: endpointPath(site), body }, signal)
  } catch (error) {
    if (isNoAnswer(error, signal)) return null
    throw error
  }
}

/**
 * Reads until Azure has ended its work and our weights and marks show. What we saw before is a stale
 * read; anything else is somebody else's write, believed when it shows twice in a row.
 */
async function readBack(
  { site, change, patience }: Writing,
  answer: AzureAnswer | null,
  signal: AbortSignal,
): Promise<JsonObject> {
  const lagEnd = (): number => site.clock.now() + VISIBLE_WITHIN_SECONDS * 1000
  let end = lagEnd()
  let foreign = 0
  for (;;) {
    const raw = await readEndpoint(site, signal)
    if (raw !== null && isChanging(raw)) {
      await patience(POLL_SECONDS, `endpoint ${stateOf(raw)}`, signal)
      end = lagEnd()
      continue
    }
    if (raw !== null && shows(raw, change)) return succeeded(site, raw)
    foreign = raw !== null && unchangedSince(raw, change.seen) ? 0 : foreign + 1
    if (foreign >= 2) throw overwritten(site, raw)
    if (site.clock.now() >= end) throw invisible(site, raw, answer)
    await site.clock.sleep(READ_AGAIN_SECONDS, signal)
  }
}

/** What shows and was given up by Azure may be in force or not. */
function succeeded(site: Site, raw: JsonObject): JsonObject {
  if (!GIVEN_UP.includes(stateOf(raw).toLowerCase())) return raw
  throw azuremlError(
    'AZUREML_OPERATION_FAILED',
    `endpoint ${site.endpoint} shows our write (${renderShown(raw)}), which ended ${stateOf(raw)}`,
  )
}

const overwritten = (site: Site, raw: JsonObject | null) =>
  azuremlError(
    'AZUREML_CHANGED_MEANWHILE',
    `endpoint ${site.endpoint}: after our write it shows ${raw === null ? 'nothing' : renderShown(raw)}, which is not what we wrote`,
  )

const invisible = (site: Site, raw: JsonObject | null, answer: AzureAnswer | null) =>
  azuremlError(
    'AZUREML_NOT_VISIBLE',
    `endpoint ${site.endpoint}: ${VISIBLE_WITHIN_SECONDS} s after our write it still shows ${raw === null ? 'nothing' : renderShown(raw)}` +
      (answer === null ? '' : `; ${refusalError('the write', answer).message}`),
  )
