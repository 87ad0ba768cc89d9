// One request to one slot, whatever the traffic object says, and who made the answer to it.
import type { Clock, HttpDoor } from '@sluice/http'
import { SluiceError } from '@sluice/rollout'
import type { Platform, ProbeAnswer, ProbeRequest, SlotPair } from '@sluice/rollout'
import type { ApiServer, RequestAnswer } from '../connection/api-server.ts'
import { parseServerStatus } from '../connection/refusal.ts'
import { inertLine } from '../health/inert-text.ts'
import { isRecord, parseJson } from '../record.ts'
import type { KubernetesLog } from '../ports.ts'
import type { KubernetesSettings, SlotProof } from './open.ts'

/** The slot's own Service, and the port of it that is asked. */
export interface SlotService {
  readonly name: string
  readonly namespace: string
  readonly port: number
}

export interface SlotProbeParts {
  readonly settings: Pick<KubernetesSettings, 'slotAddress' | 'slotProof' | 'requestPath'>
  readonly endpoint: string
  readonly slots: SlotPair
  /** null: the slot has none. Asked once, and again after a request without an answer. */
  readonly findSlotService: (slot: string, signal: AbortSignal) => Promise<SlotService | null>
  readonly api: Pick<ApiServer, 'request'>
  /** For the addresses `service` and `url`. */
  readonly http: HttpDoor
  readonly clock: Clock
  readonly log: Pick<KubernetesLog, 'info' | 'warning'>
}

const DEADLINE_SECONDS = 60
const MOST_BYTES = 1024 * 1024
const LONGEST_DETAIL = 300
const LONGEST_NAME = 100

/** What gateways and load balancers answer by themselves, for a slot that they cannot reach. */
const OF_A_DOOR = new Set([408, 429, 502, 503, 504])

/**
 * Every request is sent once. Without an answer of the slot `status` is null and `detail` says why,
 * which is told once; an answer of the slot's pods is `from: 'slot'`, also when it is a failure.
 */
export function createSlotProbe(parts: SlotProbeParts): Platform['probe'] {
  const known = new Map<string, SlotService>()
  const told = new Set<string>()
  const find = async (slot: string, signal: AbortSignal): Promise<SlotService | null> => {
    const service = known.get(slot) ?? (await parts.findSlotService(slot, signal))
    if (service !== null) known.set(slot, service)
    return service
  }
  return async (slot, request, signal) => {
    signal.throwIfAborted()
    const heard = await ask({ slot, request, find }, parts, signal)
    const answer = readHeard(heard, slot, parts)
    if (answer.status === null) {
      // The Service may be another one by now.
      known.delete(slot)
      tell(`slot ${slot}: no answer: ${answer.detail}`, heard, { told, log: parts.log })
    }
    return answer
  }
}

/** What came back, by which way. `isDirect`: nobody stands between us and the pods. */
interface Heard {
  readonly answer: RequestAnswer
  readonly isDirect: boolean
  /** The server refuses it, and will do so again. */
  readonly isForbidden: boolean
}

interface Question {
  readonly slot: string
  readonly request: ProbeRequest
  readonly find: (slot: string, signal: AbortSignal) => Promise<SlotService | null>
}

async function ask(
  { slot, request, find }: Question,
  parts: SlotProbeParts,
  signal: AbortSignal,
): Promise<Heard> {
  const { slotAddress, requestPath } = parts.settings
  if (slotAddress.kind === 'url') {
    const base = slotAddress.template.replaceAll('{slot}', encodeURIComponent(slot))
    // Without a path of its own to ask, an address that has one is asked as it is written.
    const url = requestPath === '/' ? base : `${base}${requestPath}`
    return heard(await send(parts, { url, request }, signal), false)
  }
  const service = await find(slot, signal)
  if (service === null) {
    return heard({ status: null, detail: 'the slot has no Service', latencyMs: 0 }, true)
  }
  const { name, namespace, port } = service
  if (slotAddress.kind === 'service') {
    const url = `http://${name}.${namespace}.svc:${port}${requestPath}`
    return heard(await send(parts, { url, request }, signal), true)
  }
  const proxy = `/api/v1/namespaces/${namespace}/services/http:${name}:${port}/proxy`
  const answer = await parts.api.request(`${proxy}${requestPath}`, {
    ...contentOf(request),
    deadlineSeconds: DEADLINE_SECONDS,
    signal,
  })
  return withoutServerStatus(answer)
}

const heard = (answer: RequestAnswer, isDirect: boolean): Heard => ({
  answer,
  isDirect,
  isForbidden: false,
})

/** An answer that the API server made itself says nothing of the slot. */
function withoutServerStatus(answer: RequestAnswer): Heard {
  const own = answer.status === null ? null : parseServerStatus(answer)
  if (own === null) return heard(answer, true)
  const { latencyMs } = answer
  return {
    answer: { status: null, detail: own.message, latencyMs },
    isDirect: true,
    isForbidden: own.code === 401 || own.code === 403,
  }
}

/** A body makes it a POST; without one it is a GET. */
const contentOf = ({ body, contentType }: ProbeRequest) =>
  body.trim() === '' ? { method: 'GET' as const } : { method: 'POST' as const, body, contentType }

async function send(
  { http, clock }: SlotProbeParts,
  { url, request }: { readonly url: string; readonly request: ProbeRequest },
  signal: AbortSignal,
): Promise<RequestAnswer> {
  const { contentType, ...content } = { contentType: null, ...contentOf(request) }
  const begin = clock.monotonic()
  const latency = (): number => clock.monotonic() - begin
  try {
    const { status, headers, text } = await http({
      ...content,
      url,
      headers: { accept: '*/*', ...(contentType !== null && { 'content-type': contentType }) },
      deadlineSeconds: DEADLINE_SECONDS,
      // Every try is a sample: tries and hops inside the door would be missing from the evidence.
      retry: 'never',
      redirects: 'never',
      mostBytes: MOST_BYTES,
      signal,
    })
    return { status, headers, text, latencyMs: latency() }
  } catch (error) {
    if (signal.aborted || !(error instanceof SluiceError)) throw error
    return { status: null, detail: error.message, latencyMs: latency() }
  }
}

function readHeard(
  { answer, isDirect }: Heard,
  slot: string,
  { settings, ...parts }: SlotProbeParts,
): ProbeAnswer {
  const { status, latencyMs } = answer
  if (status === null) {
    const detail = inertLine(answer.detail, LONGEST_DETAIL)
    return { status, body: '', answeredBy: null, latencyMs, detail }
  }
  const { slotProof } = settings
  const answeredBy =
    slotProof.kind === 'address' ? slot : nameSlot(shownBy(slotProof, answer), parts)
  const isOwn =
    isDirect || (answeredBy === slot && (slotProof.kind !== 'address' || !OF_A_DOOR.has(status)))
  return {
    status,
    body: answer.text,
    answeredBy,
    latencyMs,
    detail: '',
    ...(isOwn && { from: 'slot' }),
  }
}

type Answered = Extract<RequestAnswer, { readonly status: number }>

/** What the answer says of who gave it; '' when it does not say. */
function shownBy(
  proof: Exclude<SlotProof, { readonly kind: 'address' }>,
  answer: Answered,
): string {
  if (proof.kind === 'header') return (answer.headers[proof.name.toLowerCase()] ?? '').trim()
  let value = parseJson(answer.text)
  for (const key of proof.path.split('.')) {
    const inside = isRecord(value) || Array.isArray(value)
    // Own members alone: every object and list inherits some.
    value = inside && Object.hasOwn(value as object, key) ? (value as Fields)[key] : null
  }
  return typeof value === 'string' ? value.trim() : ''
}

type Fields = Readonly<Record<string, unknown>>

/** Pods know themselves by their slot or by the name of their Deployment. */
function nameSlot(
  shown: string,
  { endpoint, slots }: Pick<SlotProbeParts, 'endpoint' | 'slots'>,
): string | null {
  if (shown === '') return null
  const meant = slots.find((slot) => shown === slot || shown === `${endpoint}-${slot}`)
  return meant ?? inertLine(shown, LONGEST_NAME)
}

interface Telling {
  readonly told: Set<string>
  readonly log: SlotProbeParts['log']
}

/** Counts alone would hide why a slot is silent. */
function tell(line: string, { isForbidden }: Heard, { told, log }: Telling): void {
  if (told.has(line)) return
  told.add(line)
  if (isForbidden) log.warning(line)
  else log.info(line)
}
