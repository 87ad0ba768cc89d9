// From a target and settings to a platform that works. A chunk of its own.
import { bad, good, type Problem, type Result, type Target } from '@sluice/rollout'
import { connect } from '../connection/connect.ts'
import { kubernetesError } from '../errors.ts'
import { backEndOf } from './back-ends/index.ts'
import { knownKinds } from './kinds.ts'
import type { EndpointPorts, EndpointWanted, KubernetesEndpoint, OpenOrder } from './open.ts'
import { isDnsLabel, parsePlace, slotsOf, type KubernetesPlace } from './place.ts'
import { createKubernetesPlatform } from './platform.ts'

const WAIT_SECONDS = 600

/** See `openKubernetes`. */
export async function openEndpoint(
  { target, settings, waitSeconds = WAIT_SECONDS }: OpenOrder,
  ports: EndpointPorts,
): Promise<KubernetesEndpoint> {
  const { wanted, server } = checked(target)
  const { endpoint, slots } = wanted
  const backEnd = backEndOf(wanted.backEnd)
  const api = await connect({ context: settings.context, known: knownKinds(backEnd) }, ports)
  if (server !== null && server !== api.address) {
    await api.close()
    throw kubernetesError(
      'KUBERNETES_OTHER_CLUSTER',
      `the target is on ${server}; the kubeconfig leads to ${api.address}`,
    )
  }
  const place: KubernetesPlace = {
    server: api.address,
    namespace: wanted.namespace ?? api.namespace,
    backEnd: wanted.backEnd,
    trafficObject: wanted.trafficObject ?? endpoint,
    slots: slots.join(','),
  }
  if (backEnd.notice !== null) ports.log.notice(backEnd.notice)
  const { clock, log, sha256, http } = ports
  const site = {
    api,
    place,
    endpoint,
    slots,
    settings,
    backEnd,
    clock,
    log,
    sha256,
    waitSeconds,
  }
  return {
    platform: createKubernetesPlatform({ site, http }),
    place,
    pendingWrites: async (pending, signal) => {
      const { listPendingWrites } = await import('./pending-writes.ts')
      return listPendingWrites(site, pending, signal)
    },
    close: api.close,
  }
}

interface Checked {
  readonly wanted: EndpointWanted
  /** Where the target was made; null: it comes from inputs. */
  readonly server: string | null
}

function checked(target: OpenOrder['target']): Checked {
  const read = 'place' in target ? fromTarget(target) : good({ wanted: target, server: null })
  const problems = [
    ...(read.ok ? nameProblems(read.value.wanted) : read.problems),
    ...(read.ok ? [] : endpointProblems(target.endpoint)),
  ]
  if (read.ok && problems.length === 0) return read.value
  const told = problems.map(({ where, message }) => `${where}: ${message}`)
  throw kubernetesError('KUBERNETES_ENDPOINT_INVALID', told.join('; '))
}

function fromTarget({ place, endpoint }: Pick<Target, 'place' | 'endpoint'>): Result<Checked> {
  const parsed = parsePlace(place)
  if (!parsed.ok) return bad(...parsed.problems)
  const { server, namespace, backEnd, trafficObject } = parsed.value
  const slots = slotsOf(parsed.value)
  return good({ server, wanted: { endpoint, namespace, backEnd, trafficObject, slots } })
}

/** `<endpoint>-<slot>` is the name of a Service. */
function nameProblems({ endpoint, slots, namespace }: EndpointWanted): readonly Problem[] {
  const place = namespace === null || isDnsLabel(namespace) ? [] : [problem('namespace', namespace)]
  const long = slots
    .filter((slot) => !isDnsLabel(slot) || !isDnsLabel(`${endpoint}-${slot}`))
    .map((slot) => problem('slot', `${endpoint}-${slot}`))
  return [...place, ...endpointProblems(endpoint), ...(isDnsLabel(endpoint) ? long : [])]
}

const endpointProblems = (endpoint: string): readonly Problem[] =>
  isDnsLabel(endpoint) ? [] : [problem('endpoint', endpoint)]

const problem = (where: string, found: string): Problem => ({
  where,
  message: `found ${JSON.stringify(found.slice(0, 100).toWellFormed())}; wanted a DNS label: at most 63 lower-case letters, digits and -`,
})
