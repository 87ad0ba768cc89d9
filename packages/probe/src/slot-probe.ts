// Asks one slot, request after request, and records what came back. Judges nothing.
import type { Clock } from '@sluice/http'
import type { Sample } from '@sluice/evidence'
import type { Platform, ProbeAnswer, ProbeRequest } from '@sluice/rollout'

export interface ProbeOrder {
  readonly platform: Pick<Platform, 'probe'>
  readonly slot: string
  readonly requests: readonly ProbeRequest[]
  /** How often every request is sent. */
  readonly rounds: number
  /** Seconds to wait, over the whole probe, for requests that `isAnswered` says no to. */
  readonly waitSeconds: number
  /** False: the platform gave no answer of the slot (yet); the request is sent again while time is left. */
  readonly isAnswered: (request: ProbeRequest, answer: ProbeAnswer) => boolean
}

export interface ProbePorts {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** One line of progress per answer; holds no part of a body. */
  readonly report: (line: string) => void
}

const FIRST_PAUSE_SECONDS = 1
const LONGEST_PAUSE_SECONDS = 10

/**
 * Every try is a sample, repeated ones too. Rejects with the signal's reason when cancelled, and
 * with the platform's error when it cannot ask at all.
 */
export async function probeSlot(order: ProbeOrder, ports: ProbePorts): Promise<readonly Sample[]> {
  const samples: Sample[] = []
  let waitLeft = order.waitSeconds
  for (let round = 1; round <= order.rounds; round += 1) {
    for (const request of order.requests) {
      let pause = FIRST_PAUSE_SECONDS
      for (;;) {
        ports.signal.throwIfAborted()
        const answer = await order.platform.probe(order.slot, request, ports.signal)
        samples.push({ request, answer })
        const answered = order.isAnswered(request, answer)
        ports.report(renderProgress({ request, answer }, `${round}/${order.rounds}`))
        if (answered || waitLeft <= 0) break
        const seconds = Math.min(pause, waitLeft)
        ports.report(`no answer of the slot yet; asking again in ${seconds} s`)
        await ports.clock.sleep(seconds, ports.signal)
        // Counted, not measured: a rehearsal lets waits pass at once.
        waitLeft -= seconds
        pause = Math.min(pause * 2, LONGEST_PAUSE_SECONDS)
      }
    }
  }
  return samples
}

function renderProgress({ request, answer }: Sample, round: string): string {
  const what = answer.status === null ? 'no answer' : `status ${answer.status}`
  const who = answer.answeredBy === null ? 'no slot named' : `by ${answer.answeredBy}`
  return printable(
    `round ${round}  ${request.name}  ${what}  ${who}  ${Math.round(answer.latencyMs)} ms`,
  )
}

// File and slot names come from outside; a line break in one could start a workflow command.
const printable = (line: string): string => line.replace(/\p{Cc}/gu, '?')
