// The scoring plane: one request to one slot, whatever the traffic rules say.
import type { HttpDoor, HttpResponse } from '@sluice/http'
import { SluiceError, type ProbeAnswer, type ProbeRequest } from '@sluice/rollout'
import type { Credential } from './credential.ts'
import { azuremlError } from './errors.ts'
import { objectIn, textIn, type JsonObject } from './json.ts'
import { clean, refusalError } from './refusal.ts'
import { endpointPath, readEndpoint, type Site } from './site.ts'

export interface ScoringParts {
  readonly site: Site
  readonly http: HttpDoor
  readonly credential: Credential
  readonly mask: (secret: string) => void
}

export type Scoring = (
  slot: string,
  request: ProbeRequest,
  signal: AbortSignal,
) => Promise<ProbeAnswer>

/** Names the slot in a request; in an answer it names the one that gave it. */
const SLOT_HEADER = 'azureml-model-deployment'
const REASON_HEADER = 'ms-azureml-model-error-reason'
const SCORING_SCOPE = 'https://ml.azure.com/.default'
/** A new slot can be deployed and not ready yet; waited for until its first answer, no longer than this. */
const WARM_UP_SECONDS = 120
const WARM_UP_PAUSE_SECONDS = 5
/** The service ends a request after 180 s at most. */
const DEADLINE_SECONDS = 185

interface Access {
  readonly url: string
  readonly token: string
}

export function createScoring(parts: ScoringParts): Scoring {
  const { clock } = parts.site
  let access: Promise<Access> | null = null
  const warm = new Set<string>()
  const ask = async (slot: string, request: ProbeRequest, signal: AbortSignal) => {
    access ??= findAccess(parts, signal)
    const ready = await access.catch((error: unknown) => {
      access = null
      throw error
    })
    return post(parts, { slot, request, access: ready }, signal)
  }
  return async (slot, request, signal) => {
    const end = clock.now() + WARM_UP_SECONDS * 1000
    let renewed = false
    for (;;) {
      const answer = await ask(slot, request, signal)
      if (isForbidden(answer) && !renewed) {
        // Keys are regenerated and tokens end: once is fair, twice is a wrong right.
        renewed = true
        access = null
        continue
      }
      const cold = answer.reason === 'model_not_ready' && !warm.has(slot) && clock.now() < end
      if (!cold) {
        if (answer.answer.status === 200) warm.add(slot)
        return answer.answer
      }
      await clock.sleep(WARM_UP_PAUSE_SECONDS, signal)
    }
  }
}

interface Asked {
  readonly answer: ProbeAnswer
  readonly reason: string
}

const isForbidden = ({ answer }: Asked): boolean => answer.status === 401 || answer.status === 403

async function post(
  { site, http }: ScoringParts,
  {
    slot,
    request,
    access,
  }: { readonly slot: string; readonly request: ProbeRequest; readonly access: Access },
  signal: AbortSignal,
): Promise<Asked> {
  const begin = site.clock.monotonic()
  const latency = (): number => site.clock.monotonic() - begin
  try {
    const answer = await http({
      method: 'POST',
      url: access.url,
      headers: {
        authorization: `Bearer ${access.token}`,
        'content-type': request.contentType,
        accept: 'application/json',
        [SLOT_HEADER]: slot,
      },
      body: request.body,
      deadlineSeconds: DEADLINE_SECONDS,
      // Every try is a sample: tries and waits inside the door would be missing from the evidence.
      retry: 'never',
      signal,
    })
    return { answer: probeAnswer(answer, latency()), reason: reasonOf(answer) }
  } catch (error) {
    if (signal.aborted || !(error instanceof SluiceError)) throw error
    const detail = error.message
    return {
      answer: { status: null, body: '', answeredBy: null, latencyMs: latency(), detail },
      reason: '',
    }
  }
}

const reasonOf = (answer: HttpResponse): string =>
  (answer.headers[REASON_HEADER] ?? '').toLowerCase()

function probeAnswer(answer: HttpResponse, latencyMs: number): ProbeAnswer {
  const inner = answer.headers['ms-azureml-model-error-statuscode']
  const detail = [reasonOf(answer), inner === undefined ? '' : `container answered ${inner}`]
  return {
    status: answer.status,
    body: answer.text,
    answeredBy: answer.headers[SLOT_HEADER] ?? null,
    latencyMs,
    detail: clean(detail.filter((part) => part !== '').join(', ')),
  }
}

async function findAccess(parts: ScoringParts, signal: AbortSignal): Promise<Access> {
  const raw = await readEndpoint(parts.site, signal)
  if (raw === null) {
    throw azuremlError(
      'AZUREML_ENDPOINT_ABSENT',
      `endpoint ${parts.site.endpoint} does not exist; it cannot be asked`,
    )
  }
  const properties = objectIn(raw, 'properties')
  const url = textIn(properties, 'scoringUri')
  if (url === null || !URL.canParse(url) || new URL(url).protocol !== 'https:') {
    throw azuremlError(
      'AZUREML_ANSWER_STRANGE',
      `endpoint ${parts.site.endpoint}: found scoring address "${clean(url ?? '')}"; wanted an https one`,
    )
  }
  const token = await findToken(parts, properties, signal)
  parts.mask(token)
  return { url, token }
}

async function findToken(
  parts: ScoringParts,
  properties: JsonObject,
  signal: AbortSignal,
): Promise<string> {
  const mode = (textIn(properties, 'authMode') ?? '').toLowerCase()
  if (mode === 'aadtoken') return parts.credential(SCORING_SCOPE, signal)
  const [verb, field] = mode === 'amltoken' ? ['token', 'accessToken'] : ['listKeys', 'primaryKey']
  const path = `${endpointPath(parts.site)}/${verb}`
  const answer = await parts.site.arm.send({ method: 'POST', path }, signal)
  const token = textIn(answer.body, field)
  if (answer.status === 200 && token !== null) return token
  throw refusalError(`POST ${path}`, {
    ...answer,
    body: answer.status === 200 ? null : answer.body,
  })
}
