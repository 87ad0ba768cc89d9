// Asks an endpoint at its public address after traffic was moved: do users get what they should?
import type { Clock, HttpDoor } from '@sluice/http'
import {
  countSamples,
  decideVerdict,
  expectationFor,
  judgeAnswer,
  measureLatency,
  type GateRules,
  type JudgedSample,
  type LatencyFigures,
  type Policy,
  type RequestCounts,
  type VerdictDecision,
} from '@sluice/evidence'
import { SluiceError } from '@sluice/rollout'
import type { ProbeAnswer, ProbeRequest, Sha256, Verdict } from '@sluice/rollout'
import { isGet } from './request-files.ts'

export interface EndpointCheckOrder {
  /** As `parseCheckUrl` gives it. */
  readonly url: string
  /** None: one GET. */
  readonly requests: readonly ProbeRequest[]
  readonly policy: Policy
  /** How often every request is sent; absent: as often as the policy's minimum of samples wants. */
  readonly rounds?: number
  /**
   * How long, at the beginning, an address is asked again that gives no answer, or one that doors
   * give for what is behind them (502, 503, 504): a data plane needs a moment. 10 unless told.
   */
  readonly waitSeconds?: number
  /** Of one request; 30 unless told. */
  readonly deadlineSeconds?: number
}

export interface EndpointCheckPorts {
  readonly http: HttpDoor
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly sha256: Sha256
  /** One line per answer; holds no part of a body and no query. */
  readonly report: (line: string) => void
}

export interface EndpointCheck {
  /** `inconclusive`: all answered as wanted so far, but fewer than the policy wants. */
  readonly verdict: Verdict
  /** The deciding reason; holds no part of a body and no query. */
  readonly reason: string
  /** By request; without the tries of the beginning that were sent again. */
  readonly counts: readonly RequestCounts[]
  /** null: nothing was answered. */
  readonly latencyMs: LatencyFigures | null
  /** Tries of the beginning that were sent again. */
  readonly early: number
}

const WAIT_SECONDS = 10
const DEADLINE_SECONDS = 30
const FIRST_PAUSE_SECONDS = 0.5
const LONGEST_PAUSE_SECONDS = 5
const MOST_BYTES = 1024 * 1024
/** Names the endpoint in judgements, where a slot test names the slot. */
const ENDPOINT = 'endpoint'
const ONE_GET: ProbeRequest = { name: 'GET', body: '', contentType: '' }

/**
 * Judged as a slot is, but at this address nobody else can be to blame: every status that is not
 * wanted has failed, and silence is a failure too. Ends early when the verdict is certain to be
 * `fail`. Rejects with the signal's reason when cancelled.
 */
export async function checkEndpoint(
  order: EndpointCheckOrder,
  ports: EndpointCheckPorts,
): Promise<EndpointCheck> {
  const plan = planCheck(order)
  const samples: JudgedSample[] = []
  const opening = await awaitEndpoint(plan, order, ports)
  let answer: ProbeAnswer | null = opening.answer
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const request of plan.requests) {
      ports.signal.throwIfAborted()
      answer ??= await send(request, order, ports)
      ports.report(renderProgress({ request, answer }, `${round}/${plan.rounds}`))
      samples.push(judge({ request, answer }, order.policy))
      answer = null
      if (isLost(samples, plan)) return conclude({ samples, early: opening.early }, plan, ports)
    }
  }
  return conclude({ samples, early: opening.early }, plan, ports)
}

interface CheckPlan {
  readonly requests: readonly [ProbeRequest, ...ProbeRequest[]]
  readonly rounds: number
  readonly rules: GateRules
}

function planCheck({ requests, rounds, policy }: EndpointCheckOrder): CheckPlan {
  const [first = ONE_GET, ...rest] = requests
  const all = [first, ...rest] as const
  const wanted = Math.ceil(policy.gate.minimumSamples / all.length)
  return { requests: all, rounds: rounds ?? Math.max(1, wanted), rules: policy.gate }
}

interface Opening {
  /** To the first request. */
  readonly answer: ProbeAnswer
  readonly early: number
}

/** Asks until somebody answers who is not only a door, or the time is over. */
async function awaitEndpoint(
  { requests: [first] }: CheckPlan,
  order: EndpointCheckOrder,
  ports: EndpointCheckPorts,
): Promise<Opening> {
  let left = order.waitSeconds ?? WAIT_SECONDS
  let pause = FIRST_PAUSE_SECONDS
  for (let early = 0; ; early += 1) {
    ports.signal.throwIfAborted()
    const answer = await send(first, order, ports)
    const isWanted = answer.status === expectationFor(order.policy, first.name).status
    // Counted, not measured: a rehearsal lets waits pass at once.
    left -= answer.latencyMs / 1000
    if (isWanted || !isOfADoor(answer.status) || left <= 0) return { answer, early }
    const seconds = Math.min(pause, left)
    const rounded = Math.round(seconds * 10) / 10
    ports.report(`the endpoint gives ${renderStatus(answer)}; asking again in ${rounded} s`)
    await ports.clock.sleep(seconds, ports.signal)
    left -= seconds
    pause = Math.min(pause * 2, LONGEST_PAUSE_SECONDS)
  }
}

const isOfADoor = (status: number | null): boolean =>
  status === null || status === 502 || status === 503 || status === 504

async function send(
  request: ProbeRequest,
  { url, deadlineSeconds = DEADLINE_SECONDS }: EndpointCheckOrder,
  { http, clock, signal }: EndpointCheckPorts,
): Promise<ProbeAnswer> {
  const begin = clock.monotonic()
  const made = { answeredBy: ENDPOINT, from: 'slot' } as const
  const latency = (): number => clock.monotonic() - begin
  try {
    const { status, text } = await http({
      ...(isGet(request) ? { method: 'GET' } : { method: 'POST', body: request.body }),
      url,
      headers: { accept: '*/*', ...(!isGet(request) && { 'content-type': request.contentType }) },
      deadlineSeconds,
      // What a user gets is the first answer, and it may be one that points elsewhere.
      retry: 'never',
      redirects: 'never',
      mostBytes: MOST_BYTES,
      signal,
    })
    return { ...made, status, body: text, latencyMs: latency(), detail: '' }
  } catch (error) {
    if (signal.aborted || !(error instanceof SluiceError)) throw error
    const detail = error.message
    return { status: null, body: '', answeredBy: null, latencyMs: latency(), detail }
  }
}

type Asked = Pick<JudgedSample, 'request' | 'answer'>

const judge = ({ request, answer }: Asked, policy: Policy): JudgedSample => ({
  request,
  answer,
  judgement: judgeAnswer(answer, expectationFor(policy, request.name), ENDPOINT),
})

/** The verdict would be `fail` even if all that is still to be sent passed. */
function isLost(samples: readonly JudgedSample[], { requests, rounds, rules }: CheckPlan): boolean {
  if (samples.at(-1)?.judgement.kind === 'passed') return false
  // Nobody answered all the time: every request that is left would only cost its deadline.
  if (isSilent(samples)) return true
  const best = requests.map(({ name }) => {
    const counts = countsOf(samples.filter(({ request }) => request.name === name))
    return { ...counts, name, passed: counts.passed + rounds - counts.sent, sent: rounds }
  })
  return decide(best, null, rules).verdict === 'fail'
}

const isSilent = (samples: readonly JudgedSample[]): boolean =>
  samples.every(({ answer }) => answer.status === null)

/** Without a digest: only for deciding. */
function countsOf(samples: readonly JudgedSample[]): RequestCounts {
  const none = { name: '', digest: '', sent: 0, passed: 0, failed: 0, unanswered: 0, unproven: 0 }
  return countSamples(samples, () => '')[0] ?? { ...none, reasons: {} }
}

/** As the policy decides, but where silence leaves it open it is a failure. */
function decide(
  counts: readonly RequestCounts[],
  latency: LatencyFigures | null,
  rules: GateRules,
): VerdictDecision {
  const decision = decideVerdict(counts, latency, rules)
  if (decision.verdict !== 'inconclusive') return decision
  const ofSilence = decideVerdict(counts, latency, { ...rules, minimumSamples: 0 })
  return ofSilence.verdict === 'inconclusive' ? { ...ofSilence, verdict: 'fail' } : decision
}

interface Asking {
  readonly samples: readonly JudgedSample[]
  readonly early: number
}

function conclude(
  { samples, early }: Asking,
  { rules }: CheckPlan,
  { sha256 }: EndpointCheckPorts,
): EndpointCheck {
  const counts = countSamples(samples, sha256)
  const latencyMs = measureLatency(samples)
  const { verdict, reasons } = decide(counts, latencyMs, rules)
  const isWrong = decide(counts, null, rules).verdict === 'fail'
  const reason = isWrong ? renderFailure(samples, reasons) : (reasons[0] ?? '')
  return { verdict, reason: printable(reason), counts, latencyMs, early }
}

/** With what went wrong first: the counts alone name only the request. */
function renderFailure(samples: readonly JudgedSample[], [reason = '']: readonly string[]): string {
  const wrong = samples.find(({ judgement }) => judgement.kind !== 'passed')
  if (wrong === undefined) return reason
  const { answer, judgement } = wrong
  const why = answer.status === null ? `no answer: ${answer.detail}` : judgement.reasons[0]
  return isSilent(samples) ? `${why}` : `${reason}: ${why}`
}

const renderStatus = ({ status }: ProbeAnswer): string =>
  status === null ? 'no answer' : `status ${status}`

const renderProgress = ({ request, answer }: Asked, round: string): string =>
  printable(
    `check ${round}  ${request.name}  ${renderStatus(answer)}  ${Math.round(answer.latencyMs)} ms`,
  )

// File names come from outside; a line break in one could start a workflow command.
const printable = (line: string): string => line.replace(/\p{Cc}/gu, '?')
