// A plain Ingress whose backends name the Service of one slot: all of them change together.
import { bad, good, weightOf, type Problem, type Result } from '@sluice/rollout'
import type { KubeObject } from '../../object.ts'
import type {
  BackEnd,
  CreateOrder,
  Routing,
  RoutingSeen,
  RoutingWrite,
  TrafficScene,
} from './back-end.ts'
import { ingressClassOf, ingressPaths, isCanary, renderPlace, samePlace } from './canary-pair.ts'
import { backendsOf, mapBackends, type IngressBackend } from './ingress-backends.ts'
import { beyondLimits } from './limits.ts'
import { mergePatchBetween } from './merge-patch.ts'
import { nameOf } from './selector.ts'
import { offersPort, portProblem, portsText } from './slot-ports.ts'
import { defaultService, serviceOfSlot, slotOfService } from './slot-services.ts'
import { onlySlot, unknownSlots } from './wanted-slots.ts'

/** 0 or 100. No slot: the backends name a Service that nobody makes, which controllers answer with an error. */
export const ingressBackEnd: BackEnd = {
  kind: 'ingress',
  resource: {
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'Ingress',
    plural: 'ingresses',
    namespaced: true,
    verbs: ['create', 'get', 'list', 'patch', 'watch'],
    subresources: ['status'],
  },
  capabilities: { weights: 'all-or-nothing', mirrorMaxPercent: 0, matches: [] },
  // A canary Ingress beside this one takes requests from it.
  reads: 'siblings',
  // Controllers say nothing about a reload.
  acknowledgedBy: 'time',
  notice: null,
  read,
  write,
  awaiting(scene, { weights }) {
    const present = read(scene)
    const traffic = present.ok ? present.value.traffic : {}
    const shown = scene.slots.every((slot) => (traffic[slot] ?? 0) === weightOf(weights, slot))
    return shown ? null : `${nameOf(scene.object)} does not name the slot's Service yet`
  },
  refused: () => null,
  create,
}

/** Name of the Service that stands for no slot. */
const nobody = ({ endpoint }: Pick<TrafficScene, 'endpoint'>): string => `${endpoint}-none`

/** A backend that is ours to change, and the slot behind it; null: no slot. */
interface SlotBackend extends IngressBackend {
  readonly slot: string | null
}

function slotBackends(scene: TrafficScene): readonly SlotBackend[] {
  return backendsOf(scene.object).flatMap((backend) => {
    const slot = slotOfService(scene, backend.service)
    return slot !== null || backend.service === nobody(scene) ? [{ ...backend, slot }] : []
  })
}

function read(scene: TrafficScene): Result<RoutingSeen> {
  const { object } = scene
  const where = nameOf(object)
  const own = slotBackends(scene)
  const slots = [...new Set(own.map(({ slot }) => slot))]
  const problems = [...canaryProblems(scene), ...nobodyProblems(scene)]
  if (own.length === 0) {
    const named = backendsOf(object).map(({ service }) => service)
    const message = `leads to ${named.length === 0 ? 'no Service' : [...new Set(named)].join(', ')}; wanted its backends to name ${services(scene)}`
    problems.push({ where, message })
  }
  if (slots.length > 1) {
    const found = own.map(({ path, service }) => `${path} names ${service}`).join(', ')
    const message = `${found}; wanted one slot's Service in all of them, for they change together`
    problems.push({ where, message })
  }
  if (problems.length > 0) return bad(...problems)
  const [slot = null] = slots
  return good({ traffic: slot === null ? {} : { [slot]: 100 }, match: null, mirror: {} })
}

const services = (scene: TrafficScene): string =>
  scene.slots.map((slot) => serviceOfSlot(scene, slot)).join(' or ')

/** Both marked canary: then there is no main Ingress, and the controller serves neither. */
function canaryProblems(scene: TrafficScene): Problem[] {
  const { object, siblings } = scene
  if (isCanary(object)) {
    const message =
      'is marked as a canary, so it works only beside a main Ingress; take the annotation off, or use back-end: ingress-nginx'
    return [{ where: nameOf(object), message }]
  }
  const places = ingressPaths(object)
  return siblings
    .filter(
      (other) =>
        other.metadata.name !== object.metadata.name &&
        isCanary(other) &&
        ingressClassOf(other) === ingressClassOf(object),
    )
    .flatMap((other) => {
      const shared = places.find((place) =>
        ingressPaths(other).some((one) => samePlace(one, place)),
      )
      if (shared === undefined) return []
      const message = `is a canary of ${nameOf(object)} at ${renderPlace(shared)} and takes requests from it; delete it, or use back-end: ingress-nginx`
      return [{ where: nameOf(other), message }]
    })
}

/** The name that stands for no slot has to stay free. */
function nobodyProblems(scene: TrafficScene): readonly Problem[] {
  const name = nobody(scene)
  if (!scene.services.has(name) || slotOfService(scene, name) !== null) return []
  if (!backendsOf(scene.object).some(({ service }) => service === name)) return []
  const message = `names Service ${name}, which stands for no slot and is there; wanted ${services(scene)}, or that Service under another name`
  return [{ where: nameOf(scene.object), message }]
}

function write(scene: TrafficScene, wanted: Routing): Result<RoutingWrite> {
  const only = onlySlot(ingressBackEnd, wanted)
  const present = read(scene)
  const problems = [
    ...beyondLimits(ingressBackEnd, wanted),
    ...unknownSlots(scene, wanted),
    ...(only.ok ? [] : only.problems),
    ...(present.ok ? [] : present.problems),
  ]
  if (!only.ok || problems.length > 0) return bad(...problems)
  const slot = only.value
  const unfit = slot === null ? takenNobody(scene) : portProblems(scene, slot)
  if (unfit.length > 0) return bad(...unfit)
  const service = slot === null ? nobody(scene) : serviceOfSlot(scene, slot)
  const own = new Set(slotBackends(scene).map(({ path }) => path))
  const target = mapBackends(scene.object, ({ path }) => (own.has(path) ? service : null))
  return good({ patch: mergePatchBetween(scene.object, target), scalings: [] })
}

function portProblems(scene: TrafficScene, slot: string): readonly Problem[] {
  return slotBackends(scene)
    .map(({ path, port }) =>
      portProblem(scene, { slot, port, where: `${nameOf(scene.object)} ${path}` }),
    )
    .filter((problem) => problem !== null)
}

function takenNobody(scene: TrafficScene): readonly Problem[] {
  const name = nobody(scene)
  if (!scene.services.has(name)) return []
  const message = `wanted no slot, which the name ${name} stands for, but there is a Service of that name; rename it`
  return [{ where: nameOf(scene.object), message }]
}

/** Backends that name the endpoint's Service, or a slot's, name no slot's until the first weights. */
function create(order: CreateOrder): Result<KubeObject> {
  const { given, name, namespace, endpoint, service, slots } = order
  const where = `Ingress ${name}`
  const users = service.metadata.name ?? endpoint
  if (given === null) {
    const message = `there is no Ingress ${name}, and the manifests hold none; write one with its host and a backend ${users}`
    return bad({ where, message })
  }
  const here = [endpoint, users, ...slots.map((slot) => defaultService(endpoint, slot))]
  const own = backendsOf(given).filter((backend) => here.includes(backend.service))
  const problems = own
    .filter(({ port }) => !isPort(port) || !offersPort(service, port))
    .map(({ path, port }) => ({
      where: `${where} ${path}`,
      message: `found port ${JSON.stringify(port ?? null)}; Service ${users} offers ${portsText(service)}`,
    }))
  if (own.length === 0) {
    problems.push({ where, message: `leads nowhere near this endpoint; wanted a backend ${users}` })
  }
  if (isCanary(given)) {
    const message = 'is marked as a canary; take the annotation off, or use back-end: ingress-nginx'
    problems.push({ where, message })
  }
  if (problems.length > 0) return bad(...problems)
  const placed = { ...given, metadata: { ...given.metadata, name, namespace } }
  return good(
    mapBackends(placed, (backend) =>
      here.includes(backend.service) ? nobody({ endpoint }) : null,
    ),
  )
}

const isPort = (port: unknown): port is number | string =>
  typeof port === 'number' || typeof port === 'string'
