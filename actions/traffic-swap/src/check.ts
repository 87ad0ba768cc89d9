// The check of the endpoint itself after a step, at the address that users know.
import { escapeMarkdown, table, type Ports } from '@sluice/action'
import {
  checkEndpoint,
  readPolicyUsed,
  readRequests,
  type EndpointCheck,
  type EndpointCheckOrder,
} from '@sluice/probe'
import {
  bad,
  good,
  renderWeights,
  type DrivePorts,
  type DriveReport,
  type Result,
} from '@sluice/rollout'
import type { CheckInputs } from './config.ts'

/** Reads requests and policy; every problem of both. */
export async function readCheck(
  { url, requests, policyFile, waitSeconds }: CheckInputs,
  ports: Ports,
): Promise<Result<EndpointCheckOrder>> {
  const bodies = requests === null ? good([]) : await readRequests(requests, ports.files)
  const policy = await readPolicyUsed(policyFile, ports)
  if (bodies.ok && policy.ok) {
    const asked = { url, requests: bodies.value, policy: policy.value.policy }
    return good({ ...asked, waitSeconds })
  }
  const ofRequests = bodies.ok ? [] : bodies.problems
  return bad(
    ...ofRequests.map(({ where, message }) => ({
      where: `input check-requests, ${where}`,
      message,
    })),
    ...(policy.ok ? [] : policy.problems),
  )
}

/**
 * A gateway follows a write within so long. What it answers before that is the state before the write:
 * a candidate would pass by the answers of the slot that it takes the place of.
 */
const FOLLOW_SECONDS = 1
/** Between two checks of the way back. */
const AGAIN_SECONDS = 0.5

/** For its requests, beside the wait for the first answer. */
const REQUESTS_SECONDS = 50

/** As long a step stays claimed for its check. */
export const checkSecondsOf = ({ waitSeconds = 0 }: EndpointCheckOrder): number =>
  FOLLOW_SECONDS + waitSeconds + REQUESTS_SECONDS

/** As the rollout loop wants it. */
export function checkBy(order: EndpointCheckOrder, ports: Ports): NonNullable<DrivePorts['check']> {
  const { http, clock, signal, sha256, log } = ports
  let last: number | null = null
  const check = (): Promise<EndpointCheck> =>
    checkEndpoint(order, { http, clock, signal, sha256, report: (line) => log.info(line) })
  return async ({ number, of, weights }) => {
    const step = number === 0 ? 'after going back' : `after step ${number} of ${of}`
    log.info(`${step}, at ${renderWeights(weights)}: checking the endpoint`)
    // The second check of a step comes after its bake.
    if (number !== last) await clock.sleep(FOLLOW_SECONDS, signal)
    last = number
    const { verdict, reason } =
      number === 0 ? await checkUntilGood(check, order, ports) : await check()
    return { verdict, reason }
  }
}

/** Nothing is left to be taken back, so a gateway that is late has all the time that it was given. */
async function checkUntilGood(
  check: () => Promise<EndpointCheck>,
  { waitSeconds = 0 }: EndpointCheckOrder,
  { clock, signal, log }: Ports,
): Promise<EndpointCheck> {
  for (let left = waitSeconds; ; left -= AGAIN_SECONDS) {
    const found = await check()
    if (found.verdict === 'pass' || left <= 0) return found
    log.info(`the endpoint is not well yet: ${found.reason}; checking again`)
    await clock.sleep(AGAIN_SECONDS, signal)
  }
}

/** '' without a check. */
export function renderChecks({ checks, back }: DriveReport): string {
  if (checks.length === 0) return ''
  const rows = checks.map(({ step, verdict, reason }) => [
    step === 0 ? 'after going back' : `step ${step}`,
    verdict,
    reason,
  ])
  const end =
    back === null
      ? ''
      : back.state === 'verified'
        ? '\nAfter going back the endpoint answers as wanted.\n'
        : `\nAfter going back it is not shown to answer as wanted: ${escapeMarkdown(back.reason)}\n`
  return `\n${table(['check of the endpoint', 'verdict', 'why'], rows)}${end}`
}
