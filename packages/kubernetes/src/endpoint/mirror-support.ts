// Does the gateway behind a route copy requests? One that does not may answer every request of a route
// with a mirror by an error, and report the route as accepted all the same.
import { kubernetesError } from '../errors.ts'
import { renderId, type KubeObject } from '../object.ts'
import { listAt, textAt } from '../health/fields.ts'
import type { Routing } from './back-ends/back-end.ts'
import type { Site } from './site.ts'
import { trafficObjectId } from './snapshot.ts'

const GROUP = 'gateway.networking.k8s.io'
const WHOLE = 'HTTPRouteRequestMirror'
const PERCENT = 'HTTPRouteRequestPercentageMirror'

/** Throws KUBERNETES_TRAFFIC_NOT_POSSIBLE when a gateway says that it cannot; a notice when none tells. */
export async function refuseUnsupportedMirror(
  site: Site,
  route: KubeObject,
  { mirror }: Pick<Routing, 'mirror'>,
): Promise<void> {
  const percents = Object.values(mirror).filter((percent) => percent > 0)
  if (site.backEnd.kind !== 'http-route' || percents.length === 0) return
  const wanted = percents.every((percent) => percent === 100) ? [WHOLE] : [WHOLE, PERCENT]
  for (const name of await classesOf(site, route)) {
    const features = await featuresOf(site, name)
    if (features === null) {
      site.log.notice(
        `GatewayClass ${name} does not say whether it can mirror (status.supportedFeatures); watch the endpoint`,
      )
      continue
    }
    const missing = wanted.filter((feature) => !features.includes(feature))
    if (missing.length > 0) {
      throw kubernetesError(
        'KUBERNETES_TRAFFIC_NOT_POSSIBLE',
        `${renderId(trafficObjectId(site))}: a mirror needs ${missing.join(' and ')}, which GatewayClass ${name} does not list among its supportedFeatures; no request was moved`,
      )
    }
  }
}

/** Names of the classes of the route's gateways; those that cannot be read are left out. */
async function classesOf({ api, place }: Site, route: KubeObject): Promise<readonly string[]> {
  const parents = listAt(route, 'spec.parentRefs').filter(
    (parent) => (textAt(parent, 'kind') || 'Gateway') === 'Gateway',
  )
  const names = await Promise.all(
    parents.map(async (parent) => {
      const namespace = textAt(parent, 'namespace') || place.namespace
      const name = textAt(parent, 'name')
      const answer = await api.get({
        group: GROUP,
        version: 'v1',
        kind: 'Gateway',
        namespace,
        name,
      })
      return answer.ok && answer.value !== null ? textAt(answer.value, 'spec.gatewayClassName') : ''
    }),
  )
  return [...new Set(names)].filter((name) => name !== '')
}

/** null: it cannot be read, or it lists nothing. Older gateways list plain names. */
async function featuresOf({ api }: Site, name: string): Promise<readonly string[] | null> {
  const id = { group: GROUP, version: 'v1', kind: 'GatewayClass', namespace: null, name }
  const answer = await api.get(id)
  const status = answer.ok ? answer.value?.['status'] : undefined
  const list = (status as { readonly supportedFeatures?: unknown } | undefined)?.supportedFeatures
  if (!Array.isArray(list)) return null
  return list.flatMap((entry: unknown) => {
    if (typeof entry === 'string') return [entry]
    const named = (entry as { readonly name?: unknown } | null)?.name
    return typeof named === 'string' ? [named] : []
  })
}
