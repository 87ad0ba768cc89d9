// Which of the manifests go into a slot: one Deployment, its Service, perhaps the traffic object. Pure.
import { didYouMean } from '@sluice/documents'
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import { renderSource, type Manifest } from '../manifests/manifest.ts'
import { selects } from '../manifests/label-selector.ts'
import { kindKey } from '../manifests/pod-template.ts'
import type { KubeObject } from '../object.ts'
import { fieldAt, isRecord } from '../record.ts'
import type { BackEndKind } from './place.ts'

export interface Wanted {
  readonly namespace: string | null
  /** Name of the Service in the manifests; null: the only one that selects the Deployment's pods. */
  readonly service: string | null
  readonly endpoint: string | null
  readonly backEnd: BackEndKind
  readonly trafficObject: string | null
}

export interface Picked {
  readonly deployment: Manifest
  readonly service: Manifest
  readonly trafficObject: Manifest | null
  readonly shared: readonly Manifest[]
  readonly endpointName: string
  /** null: neither the caller nor the manifests name one. */
  readonly namespace: string | null
}

type Labels = Readonly<Record<string, unknown>>

const DEPLOYMENT = 'Deployment.apps'
const SERVICE = 'Service.'

/** Kind and group of what holds the weights; two back ends hold them in the Service itself. */
const TRAFFIC_KINDS: Readonly<Record<BackEndKind, string>> = {
  service: SERVICE,
  replicas: SERVICE,
  'http-route': 'HTTPRoute.gateway.networking.k8s.io',
  ingress: 'Ingress.networking.k8s.io',
  'ingress-nginx': 'Ingress.networking.k8s.io',
  'virtual-service': 'VirtualService.networking.istio.io',
  'openshift-route': 'Route.route.openshift.io',
}

/** Every problem with file and line. */
export function pickWorkload(manifests: readonly Manifest[], wanted: Wanted): Result<Picked> {
  const deployment = pickDeployment(manifests)
  const service = deployment.ok
    ? pickService(manifests, { name: wanted.service, deployment: deployment.value })
    : null
  const endpointName = wanted.endpoint ?? (service?.ok ? nameOf(service.value) : '')
  const trafficObject = pickTrafficObject(manifests, wanted, endpointName)
  const taken = [
    ...(deployment.ok ? [deployment.value] : []),
    ...(service?.ok ? [service.value] : []),
    ...(trafficObject === null ? [] : [trafficObject]),
  ]
  const namespaces = findNamespace(taken, wanted.namespace)
  const problems = [
    ...[deployment, service].flatMap((result) => (result?.ok === false ? result.problems : [])),
    ...taken.flatMap(nameProblems),
    ...(deployment.ok ? deploymentProblems(deployment.value) : []),
    ...namespaces.problems,
  ]
  if (!deployment.ok || service?.ok !== true || problems.length > 0) return bad(...problems)
  return good({
    deployment: deployment.value,
    service: service.value,
    trafficObject,
    shared: manifests.filter((manifest) => !taken.includes(manifest)),
    endpointName,
    namespace: namespaces.namespace,
  })
}

const nameOf = ({ object }: Manifest): string => object.metadata.name ?? ''

const listed = (manifests: readonly Manifest[]): string =>
  manifests.map((manifest) => `${nameOf(manifest)} (${renderSource(manifest.source)})`).join(', ')

function pickDeployment(manifests: readonly Manifest[]): Result<Manifest> {
  const found = manifests.filter(({ object }) => kindKey(object) === DEPLOYMENT)
  const [first, ...others] = found
  if (first === undefined) {
    const where = [...new Set(manifests.map(({ source }) => source.file))].slice(0, 5).join(', ')
    return bad({ where, message: 'no Deployment is there; a slot holds exactly one' })
  }
  if (others.length === 0) return good(first)
  const message = `${found.length} Deployments: ${listed(found)}; a slot holds exactly one, so name the manifests of one application`
  return bad({ where: renderSource(first.source), message })
}

/** Labels of the pods that a Deployment makes. */
export function podLabelsOf(deployment: KubeObject): Labels {
  const labels = fieldAt(deployment, ['spec', 'template', 'metadata', 'labels'])
  return isRecord(labels) ? labels : {}
}

/** null: it selects nothing by labels. */
export function selectorOf(service: KubeObject): Labels | null {
  const selector = fieldAt(service, ['spec', 'selector'])
  return isRecord(selector) && Object.keys(selector).length > 0 ? selector : null
}

function doesSelect({ object }: Manifest, deployment: Manifest): boolean {
  const matchLabels = selectorOf(object)
  return matchLabels !== null && selects({ matchLabels }, podLabelsOf(deployment.object))
}

interface ServiceQuestion {
  readonly name: string | null
  readonly deployment: Manifest
}

function pickService(
  manifests: readonly Manifest[],
  { name, deployment }: ServiceQuestion,
): Result<Manifest> {
  const services = manifests.filter(({ object }) => kindKey(object) === SERVICE)
  if (name !== null) return pickNamed(services, { name, deployment })
  const found = services.filter((service) => doesSelect(service, deployment))
  const [first, ...others] = found
  const where = renderSource(deployment.source, ['spec', 'template', 'metadata', 'labels'])
  if (first === undefined) {
    const there = services.length === 0 ? 'no Service is there' : `there are ${listed(services)}`
    const message = `no Service selects the pods of Deployment ${nameOf(deployment)}; ${there}`
    return bad({ where, message })
  }
  if (others.length === 0) return good(first)
  const message = `${found.length} Services select the pods of Deployment ${nameOf(deployment)}: ${listed(found)}; name one of them with the input \`service\``
  return bad({ where, message })
}

function pickNamed(
  services: readonly Manifest[],
  { name, deployment }: { readonly name: string; readonly deployment: Manifest },
): Result<Manifest> {
  const service = services.find((one) => nameOf(one) === name)
  if (service === undefined) {
    const rest =
      services.length === 0 ? 'no Service is there' : didYouMean(name, services.map(nameOf))
    return bad({ where: 'service', message: `the manifests hold no Service ${name}; ${rest}` })
  }
  if (doesSelect(service, deployment)) return good(service)
  const where = renderSource(service.source, ['spec', 'selector'])
  const message = `Service ${name} selects no pod of Deployment ${nameOf(deployment)} (${renderSource(deployment.source)}); its selector must fit the labels of the pod template`
  return bad({ where, message })
}

function pickTrafficObject(
  manifests: readonly Manifest[],
  { backEnd, trafficObject }: Wanted,
  endpointName: string,
): Manifest | null {
  const kind = TRAFFIC_KINDS[backEnd]
  if (kind === SERVICE) return null
  const name = trafficObject ?? endpointName
  return manifests.find((one) => kindKey(one.object) === kind && nameOf(one) === name) ?? null
}

function nameProblems({ object, source }: Manifest): readonly Problem[] {
  if (object.metadata.generateName === undefined) return []
  const message = `metadata.generateName: a ${object.kind} of an endpoint needs a name that stays; wanted metadata.name alone`
  return [{ where: renderSource(source, ['metadata', 'generateName']), message }]
}

function deploymentProblems({ object, source }: Manifest): readonly Problem[] {
  const complain = (path: readonly string[], message: string): Problem => ({
    where: renderSource(source, path),
    message: `${path.join('.')}: ${message}`,
  })
  const problems: Problem[] = []
  if (fieldAt(object, ['spec', 'paused']) === true) {
    problems.push(complain(['spec', 'paused'], 'found true; a paused Deployment makes no new pods'))
  }
  const replicas = fieldAt(object, ['spec', 'replicas']) ?? 1
  if (typeof replicas !== 'number' || !Number.isInteger(replicas) || replicas < 1) {
    const found = typeof replicas === 'number' ? String(replicas) : 'no number'
    problems.push(
      complain(
        ['spec', 'replicas'],
        `found ${found}; wanted at least 1, so that there is a pod to test`,
      ),
    )
  }
  if (!selects(fieldAt(object, ['spec', 'selector']), podLabelsOf(object))) {
    problems.push(complain(['spec', 'selector'], 'does not fit the labels of the pod template'))
  }
  return problems
}

/** What the caller wants, else what the manifests say with one voice. */
function findNamespace(
  taken: readonly Manifest[],
  wanted: string | null,
): { readonly namespace: string | null; readonly problems: readonly Problem[] } {
  const named = taken.flatMap((manifest) =>
    (manifest.object.metadata.namespace ?? '') === '' ? [] : [manifest],
  )
  const namespace = wanted ?? named[0]?.object.metadata.namespace ?? null
  const because =
    wanted === null ? `${named[0]?.object.kind ?? ''} says` : 'the input `namespace` says'
  const problems = named
    .filter(({ object }) => object.metadata.namespace !== namespace)
    .map(({ object, source }) => ({
      where: renderSource(source, ['metadata', 'namespace']),
      message: `metadata.namespace of ${object.kind} ${object.metadata.name ?? ''}: found ${String(object.metadata.namespace)}, ${because} ${String(namespace)}; an endpoint is in one namespace`,
    }))
  return { namespace, problems }
}
