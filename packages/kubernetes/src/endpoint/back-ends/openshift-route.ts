// OpenShift Route: weights of `to` and `alternateBackends`, each the name of a slot's Service.
import { bad, good, weightOf, type Problem, type Result } from '@sluice/rollout'
import type { KubeObject } from '../../object.ts'
import { fieldAt, isRecord, recordsIn, textOf } from '../../record.ts'
import type { BackEnd, CreateOrder, Routing, RoutingWrite, TrafficScene } from './back-end.ts'
import { beyondLimits } from './limits.ts'
import { defaultService, serviceOfSlot, slotOfService } from './slot-services.ts'
import { unknownSlots } from './wanted-slots.ts'
import { wholePercents } from './whole-percents.ts'

type Target = Readonly<Record<string, unknown>>

/** `to` first. Weights as they count: none means 100. */
interface Backend {
  readonly target: Target
  readonly name: string
  readonly slot: string | null
  readonly weight: number
}

const DEFAULT_WEIGHT = 100
const MAX_WEIGHT = 256
const MAX_ALTERNATES = 3

export const openshiftRouteBackEnd: BackEnd = {
  kind: 'openshift-route',
  resource: {
    group: 'route.openshift.io',
    version: 'v1',
    kind: 'Route',
    plural: 'routes',
    namespaced: true,
    verbs: ['create', 'get', 'list', 'patch', 'watch'],
    subresources: ['status'],
  },
  capabilities: { weights: 'any', mirrorMaxPercent: 0, matches: [] },
  reads: 'object',
  // Routers say whether they admitted a Route, not which version of it.
  acknowledgedBy: 'time',
  notice: null,
  read(scene) {
    const backends = readBackends(scene)
    if (!backends.ok) return backends
    return good({ traffic: trafficOf(backends.value), match: null, mirror: {} })
  },
  write,
  awaiting(scene, { weights }) {
    const backends = readBackends(scene)
    const traffic = backends.ok ? trafficOf(backends.value) : {}
    const shown = scene.slots.every((slot) => (traffic[slot] ?? 0) === weightOf(weights, slot))
    return shown ? null : `${nameOf(scene.object)} does not show the weights yet`
  },
  refused: ({ object }) => {
    const refusals = recordsIn(fieldAt(object, ['status', 'ingress'])).flatMap(refusalsOf)
    return refusals.length === 0 ? null : refusals.join('; ')
  },
  create,
}

const nameOf = ({ metadata }: KubeObject): string => `Route ${metadata.name ?? ''}`

function readBackends(scene: TrafficScene): Result<readonly Backend[]> {
  const { object, slots } = scene
  const where = nameOf(object)
  const targets = [fieldAt(object, ['spec', 'to']), ...alternatesOf(object)].filter(isRecord)
  const backends = targets.map((target) => backendOf(scene, target))
  const problems: Problem[] = []
  const complain = (message: string): void => void problems.push({ where, message })
  for (const { name, slot, weight } of backends) {
    if (!Number.isInteger(weight) || weight < 0 || weight > MAX_WEIGHT) {
      complain(`${name} has weight ${weight}; wanted a whole number from 0 to ${MAX_WEIGHT}`)
    }
    if (slot === null && weight > 0) {
      complain(
        `${name} has weight ${weight} and is the Service of no slot (${ownOf(scene)}); wanted weight 0, or its name out of the Route`,
      )
    }
  }
  for (const slot of slots) {
    if (backends.filter((one) => one.slot === slot).length < 2) continue
    complain(`names ${serviceOfSlot(scene, slot)} more than once; wanted each Service once`)
  }
  if (!backends.some(({ slot }) => slot !== null)) {
    complain(`leads to no slot; wanted \`to\` or an alternate backend among ${ownOf(scene)}`)
  }
  return problems.length > 0 ? bad(...problems) : good(backends)
}

const ownOf = (scene: TrafficScene): string =>
  scene.slots.map((slot) => serviceOfSlot(scene, slot)).join(', ')

const alternatesOf = (object: KubeObject): readonly Target[] =>
  recordsIn(fieldAt(object, ['spec', 'alternateBackends']))

function backendOf(scene: TrafficScene, target: Target): Backend {
  const name = textOf(target['name'])
  // The only kind there is; nothing means the same.
  const isService = ['', 'Service'].includes(textOf(target['kind']))
  const weight = target['weight'] ?? DEFAULT_WEIGHT
  return {
    target,
    name,
    slot: isService ? slotOfService(scene, name) : null,
    weight: typeof weight === 'number' ? weight : NaN,
  }
}

const trafficOf = (backends: readonly Backend[]): Readonly<Record<string, number>> =>
  wholePercents(backends.flatMap(({ slot, weight }) => (slot === null ? [] : [{ slot, weight }])))

function write(scene: TrafficScene, wanted: Routing): Result<RoutingWrite> {
  const backends = readBackends(scene)
  const problems = [
    ...unknownSlots(scene, wanted),
    ...beyondLimits(openshiftRouteBackEnd, wanted),
    ...(backends.ok ? [] : backends.problems),
  ]
  const { weights } = wanted
  const traffic = backends.ok ? trafficOf(backends.value) : {}
  const gaining = scene.slots.filter(
    (slot) => weightOf(weights, slot) > 0 && (traffic[slot] ?? 0) === 0,
  )
  problems.push(...gaining.flatMap((slot) => unreachable(scene, slot)))
  if (!backends.ok || problems.length > 0) return bad(...problems)
  if (scene.slots.every((slot) => (traffic[slot] ?? 0) === weightOf(weights, slot))) {
    return good({ patch: {}, scalings: [] })
  }
  const missing = scene.slots.filter((slot) => !backends.value.some((one) => one.slot === slot))
  const alternates = [
    ...backends.value.slice(1).map(({ target, slot }) => weighted(target, slot, weights)),
    ...missing
      .filter((slot) => weightOf(weights, slot) > 0)
      .map((slot) => ({
        kind: 'Service',
        name: serviceOfSlot(scene, slot),
        weight: weightOf(weights, slot),
      })),
  ]
  if (alternates.length > MAX_ALTERNATES) {
    const message = `has ${MAX_ALTERNATES} alternate backends, which is the most, and none is ${missing.map((slot) => serviceOfSlot(scene, slot)).join(', ')}; take one out`
    return bad({ where: nameOf(scene.object), message })
  }
  const spec = {
    ...toPatch(backends.value, weights),
    ...(alternates.length > 0 && { alternateBackends: alternates }),
  }
  return good({ patch: { spec }, scalings: [] })
}

/** By name or number of the pods' port, as routers look it up. Without endpoints there is nothing to tell. */
function unreachable({ object, found }: TrafficScene, slot: string): readonly Problem[] {
  const wanted = fieldAt(object, ['spec', 'port', 'targetPort'])
  const ports = found.find((one) => one.slot === slot)?.endpoints?.ports ?? []
  const names = ports.map(({ name, port }) => (name === '' ? String(port) : `${name} (${port})`))
  const offered = ports.some(({ name, port }) => name === wanted || port === wanted)
  if (wanted === undefined || ports.length === 0 || offered) return []
  const message = `names target port ${JSON.stringify(wanted)}, which slot ${slot} does not offer; wanted ${names.join(' or ')}`
  return [{ where: nameOf(object), message }]
}

type Weights = Routing['weights']

const weighted = (target: Target, slot: string | null, weights: Weights): Target =>
  slot === null ? target : { ...target, weight: weightOf(weights, slot) }

function toPatch([to]: readonly Backend[], weights: Weights): Target {
  return to === undefined || to.slot === null ? {} : { to: { weight: weightOf(weights, to.slot) } }
}

/** What one router said no to. */
function refusalsOf(router: Target): readonly string[] {
  return recordsIn(router['conditions'])
    .filter(({ type, status }) => type === 'Admitted' && status === 'False')
    .map(({ reason, message }) =>
      [
        `router ${textOf(router['routerName'])} did not admit the Route: ${textOf(reason)}`,
        textOf(message),
      ]
        .filter((text) => text !== '')
        .join(': '),
    )
}

function create({ given, endpoint, name, namespace, slots }: CreateOrder): Result<KubeObject> {
  if (given === null) {
    const message = `there is no Route ${name}, and the manifests hold none; write one: its host and TLS are no guess of ours`
    return bad({ where: `Route ${name}`, message })
  }
  const own = slots.map((slot) => defaultService(endpoint, slot))
  const foreign = alternatesOf(given)
    .map((target) => textOf(target['name']))
    .filter((service) => !own.includes(service))
  if (foreign.length > 0) {
    const message = `has alternate backends that are no slots: ${foreign.join(', ')}; wanted none, or ${own.join(', ')}`
    return bad({ where: `Route ${name}`, message })
  }
  const backend = (service: string): Target => ({ kind: 'Service', name: service, weight: 0 })
  const spec = isRecord(given['spec']) ? given['spec'] : {}
  return good({
    ...given,
    metadata: { ...given.metadata, name, namespace },
    spec: {
      ...spec,
      to: backend(defaultService(endpoint, slots[0])),
      alternateBackends: [backend(defaultService(endpoint, slots[1]))],
    },
  })
}
