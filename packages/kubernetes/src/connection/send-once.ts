// One request to what is behind the server, with all that came of it. Never sent twice by us: what
// answers may be a model, and whoever samples it counts every call.
import { oneLine } from '@sluice/documents'
import type { Clock } from '@sluice/http'
import { SluiceError } from '@sluice/rollout'
import { kubernetesError } from '../errors.ts'
import type { RequestAnswer, RequestOrder } from './api-server.ts'
import { leadsOutside } from './paths.ts'
import { parseServerStatus } from './refusal.ts'
import type { Session } from './session.ts'

const MOST_BYTES = 1024 * 1024

export interface SendParts {
  readonly session: Session
  readonly clock: Clock
}

export async function sendOnce(
  { session, clock }: SendParts,
  path: string,
  order: RequestOrder,
): Promise<RequestAnswer> {
  if (leadsOutside(path)) {
    const found = oneLine(path.split('?', 1)[0] ?? '').slice(0, 200)
    throw kubernetesError(
      'KUBERNETES_BAD_PATH',
      `${order.method} ${found}: leads out of the service; wanted a path without .., // and blanks`,
    )
  }
  let begin = clock.monotonic()
  const latency = (): number => clock.monotonic() - begin
  try {
    const { status, headers, text } = await session.send({
      method: order.method,
      path,
      headers: headersOf(order),
      ...(order.body !== undefined && { body: order.body }),
      deadlineSeconds: order.deadlineSeconds,
      retry: 'never',
      // An answer could lead the credentials to another path of the server.
      redirects: 'never',
      mostBytes: MOST_BYTES,
      signal: order.signal,
      // Behind a proxy a 401 may be the pod's own, which no other credentials of ours would change.
      isUnauthorized: (answer) => parseServerStatus(answer)?.code === 401,
      onSend: () => {
        begin = clock.monotonic()
      },
    })
    return { status, headers, text, latencyMs: latency() }
  } catch (error) {
    if (order.signal.aborted || !isSilence(error)) throw error
    return { status: null, detail: oneLine(error.message), latencyMs: latency() }
  }
}

const headersOf = ({ contentType, headers }: RequestOrder): Readonly<Record<string, string>> => ({
  accept: '*/*',
  ...headers,
  ...(contentType !== undefined && { 'content-type': contentType }),
})

const isSilence = (error: unknown): error is SluiceError =>
  error instanceof SluiceError && ['HTTP_NO_ANSWER', 'HTTP_DEADLINE'].includes(error.code)
