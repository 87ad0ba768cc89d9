// The check of the endpoint itself after a step, at the address that users know.
import { escapeMarkdown, table, type Ports } from '@sluice/action'
import {
  checkEndpoint,
  parseCheckUrl,
  readPolicyUsed,
  readRequests,
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
  const address = parseCheckUrl(url, 'input check-url')
  const bodies = requests === null ? good([]) : await readRequests(requests, ports.files)
  const policy = await readPolicyUsed(policyFile, ports)
  if (address.ok && bodies.ok && policy.ok) {
    const asked = { url: address.value, requests: bodies.value, policy: policy.value.policy }
    return good({ ...asked, waitSeconds })
  }
  const ofRequests = bodies.ok ? [] : bodies.problems
  return bad(
    ...(address.ok ? [] : address.problems),
    ...ofRequests.map(({ where, message }) => ({
      where: `input check-requests, ${where}`,
      message,
    })),
    ...(policy.ok ? [] : policy.problems),
  )
}

/** For its requests, beside the wait for the first answer. */
const REQUESTS_SECONDS = 50

/** As long a step stays claimed for its check. */
export const checkSecondsOf = ({ waitSeconds = 0 }: EndpointCheckOrder): number =>
  waitSeconds + REQUESTS_SECONDS

/** As the rollout loop wants it. */
export const checkBy =
  (order: EndpointCheckOrder, ports: Ports): NonNullable<DrivePorts['check']> =>
  async ({ number, of, weights }) => {
    const step = number === 0 ? 'after going back' : `after step ${number} of ${of}`
    ports.log.info(`${step}, at ${renderWeights(weights)}: checking the endpoint`)
    const { http, clock, signal, sha256, log } = ports
    const report = (line: string): void => log.info(line)
    const { verdict, reason } = await checkEndpoint(order, { http, clock, signal, sha256, report })
    return { verdict, reason }
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
