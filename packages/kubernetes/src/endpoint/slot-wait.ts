// Waits until a slot can be asked: its pods are ready, and its own Service lists them.
import type { SluiceError } from '@sluice/rollout'
import { kubernetesError } from '../errors.ts'
import { defaultEarlyOptions } from '../health/early/early-options.ts'
import { defaultStatusOptions } from '../health/status/health-status.ts'
import type { Evidence, Verdict } from '../health/verdict.ts'
import { waitForReady } from '../health/wait/wait.ts'
import { idOf, renderId, type KubeObject } from '../object.ts'
import { ENDPOINT_SLICE } from './kinds.ts'
import { refusedRead } from './refused.ts'
import { endpointsOf, missingPorts } from './service-endpoints.ts'
import type { Site } from './site.ts'
import { wantedReplicas } from './slot-health.ts'
import { slicesSelector } from './snapshot.ts'

export interface SlotWait {
  readonly slot: string
  readonly deployment: KubeObject
  readonly service: KubeObject
  /** Milliseconds since 1970 of the first write, or of the start. */
  readonly since: number
  /** False: the server had it like this before. */
  readonly written: boolean
}

/** Without a readiness probe the first moment proves nothing. */
const STEADY_SECONDS = 5
/** EndpointSlices follow ready pods by a moment: what is not there then will not come. */
const ENDPOINT_SECONDS = 30
const POLL_SECONDS = [0.05, 0.1, 0.2, 0.5]

/** Throws KUBERNETES_DEPLOY_FAILED or KUBERNETES_DEPLOY_TIMEOUT, with what its pods show for it. */
export async function awaitSlot(site: Site, wait: SlotWait, signal: AbortSignal): Promise<void> {
  const { api, clock, log, place } = site
  const { deployment, since, written } = wait
  const id = idOf(deployment, place.namespace)
  const uid = deployment.metadata.uid ?? ''
  const [verdict] = await waitForReady([{ id, uid, since, object: deployment, written }], {
    api,
    ports: { clock, log, signal },
    options: {
      started: since,
      timeoutSeconds: site.waitSeconds,
      early: site.waiting?.early ?? defaultEarlyOptions,
      status: defaultStatusOptions,
      steadySeconds: site.waiting?.steadySeconds ?? STEADY_SECONDS,
      stopAtFirstFailure: true,
    },
  })
  if (verdict !== undefined && verdict.verdict !== 'ready') throw notReady(site, wait, verdict)
  await awaitEndpoints(site, wait, signal)
}

async function awaitEndpoints(site: Site, wait: SlotWait, signal: AbortSignal): Promise<void> {
  const { clock } = site
  const until = clock.now() + ENDPOINT_SECONDS * 1000
  for (let turn = 0; ; turn += 1) {
    const { ready, missing } = await lookAtEndpoints(site, wait.service)
    if (missing === null && ready >= wantedReplicas(wait.deployment)) return
    if (clock.now() >= until) {
      // Fewer than wanted can be an autoscaler's choice.
      if (missing === null) return
      throw kubernetesError('KUBERNETES_DEPLOY_FAILED', `${subject(site, wait)}: ${missing}`)
    }
    await clock.sleep(POLL_SECONDS[turn] ?? 1, signal)
  }
}

interface EndpointsSeen {
  readonly ready: number
  /** null: the slot's Service lists ready pods with all of its ports. */
  readonly missing: string | null
}

async function lookAtEndpoints({ api, place }: Site, service: KubeObject): Promise<EndpointsSeen> {
  const { namespace } = place
  const name = service.metadata.name ?? ''
  const answer = await api.list(ENDPOINT_SLICE, {
    namespace,
    labelSelector: slicesSelector([name]),
  })
  if (!answer.ok) {
    const { refusal } = answer
    throw refusedRead([{ verb: 'list', resource: ENDPOINT_SLICE, namespace, refusal }])
  }
  const endpoints = endpointsOf(name, answer.value.items)
  const { ready } = endpoints
  if (ready === 0) return { ready, missing: `its Service ${name} lists none of its ready pods` }
  const ports = missingPorts(service, endpoints)
  if (ports.length === 0) return { ready, missing: null }
  const missing = `the pods behind its Service ${name} have no container port ${ports.join(', ')}`
  return { ready, missing }
}

const subject = ({ place, endpoint }: Site, { slot }: SlotWait): string =>
  `slot ${slot} of ${place.namespace}/${endpoint}`

function notReady(site: Site, wait: SlotWait, verdict: Verdict): SluiceError {
  const code =
    verdict.verdict === 'timeout' ? 'KUBERNETES_DEPLOY_TIMEOUT' : 'KUBERNETES_DEPLOY_FAILED'
  const { id, reason, message, evidence } = verdict
  const head = [subject(site, wait), renderId(id), reason, message].filter((part) => part !== '')
  return kubernetesError(code, [head.join(': '), ...evidence.flatMap(linesOf)].join('\n'))
}

/** As it is: the wait has made it fit to be shown. */
function linesOf({
  about,
  container,
  reason,
  message,
  exitCode,
  log,
}: Evidence): readonly string[] {
  const where = container === null ? about : `${about}, container ${container}`
  const why = exitCode === null ? reason : `${reason} (exit code ${exitCode})`
  const told = [where, why, message].filter((part) => part !== '').join(': ')
  return [`- ${told}`, ...log.map((line) => `    | ${line}`)]
}
