// ingress-nginx: the canary Ingress with its main one, found by what both have in common. Pure.
import { bad, good, type Problem, type Result } from '@sluice/rollout'
import type { KubeObject } from '../../object.ts'
import { fieldAt, recordsIn, textOf } from '../../record.ts'
import type { TrafficScene } from './back-end.ts'
import { serviceOfSlot, slotOfService } from './slot-services.ts'

export interface CanaryPair {
  /** The slot behind the main Ingress: it gets what the canary does not. */
  readonly main: string
  /** The slot behind the canary Ingress. */
  readonly canary: string
}

/** Where requests come in, and the Service that they go to ('' for no Service). */
export interface IngressPath {
  readonly host: string
  readonly path: string
  readonly service: string
}

const PREFIX = 'nginx.ingress.kubernetes.io/'

/** An annotation of ingress-nginx by its short name; null: not there. */
export function nginxAnnotation(object: KubeObject, name: string): string | null {
  const value = fieldAt(object, ['metadata', 'annotations', `${PREFIX}${name}`])
  return typeof value === 'string' && value !== '' ? value : null
}

export const nginxAnnotationName = (name: string): string => `${PREFIX}${name}`

/** The spellings of true that the controller knows. */
export const isCanary = (object: KubeObject): boolean =>
  /^(?:1|t|T|true|True|TRUE)$/.test(nginxAnnotation(object, 'canary') ?? '')

export const ingressClassOf = (object: KubeObject): string =>
  textOf(fieldAt(object, ['spec', 'ingressClassName'])) ||
  textOf(fieldAt(object, ['metadata', 'annotations', 'kubernetes.io/ingress.class']))

export const ingressPaths = (object: KubeObject): readonly IngressPath[] =>
  recordsIn(fieldAt(object, ['spec', 'rules'])).flatMap((rule) =>
    recordsIn(fieldAt(rule, ['http', 'paths'])).map((path) => ({
      host: textOf(rule['host']),
      path: textOf(path['path']) || '/',
      service: textOf(fieldAt(path, ['backend', 'service', 'name'])),
    })),
  )

export const samePlace = (one: IngressPath, other: IngressPath): boolean =>
  one.host === other.host && one.path === other.path

export const renderPlace = ({ host, path }: IngressPath): string =>
  `${host === '' ? '*' : host}${path}`

export const ingressName = ({ metadata }: KubeObject): string => `Ingress ${metadata.name ?? ''}`

/** Which slot is behind which of the two; all that keeps ingress-nginx from doing what they say. */
export function readCanaryPair(scene: TrafficScene): Result<CanaryPair> {
  const { object } = scene
  const where = ingressName(object)
  if (!isCanary(object)) {
    const message = `has no annotation ${nginxAnnotationName('canary')}: "true"; wanted the canary Ingress here, its main one stays plain`
    return bad({ where, message })
  }
  const places = ingressPaths(object)
  if (places.length === 0) {
    return bad({ where, message: 'has no path; wanted those of the main Ingress' })
  }
  const problems = places.flatMap((place) => problemsAt(scene, place))
  const slots = new Set(places.map(({ service }) => slotOfService(scene, service)))
  const [canary] = slots
  if (slots.size > 1) {
    problems.push({ where, message: 'leads to several Services; wanted the one of one slot' })
  }
  const main = scene.slots.find((slot) => slot !== canary)
  if (problems.length > 0 || canary === undefined || canary === null || main === undefined) {
    return bad(...problems)
  }
  return good({ main, canary })
}

function problemsAt(scene: TrafficScene, place: IngressPath): Problem[] {
  const where = ingressName(scene.object)
  const problems: Problem[] = []
  const complain = (message: string): void => void problems.push({ where, message })
  const own = scene.slots.map((slot) => serviceOfSlot(scene, slot))
  const canary = slotOfService(scene, place.service)
  if (canary === null) {
    complain(
      `${renderPlace(place)} leads to ${place.service || 'no Service'}; wanted the Service of a slot: ${own.join(' or ')}`,
    )
  }
  const peers = peersAt(scene, place)
  const mains = peers.filter(({ object }) => !isCanary(object))
  const canaries = peers.filter(({ object }) => isCanary(object))
  if (mains.length === 0) complain(noMain(place, canaries))
  if (mains.length > 1) {
    complain(
      `${renderPlace(place)} is also in ${namesOf(mains)}; wanted one main Ingress, ingress-nginx takes the oldest`,
    )
  }
  if (mains.length > 0 && canaries.length > 0) {
    complain(
      `${renderPlace(place)} is also in ${namesOf(canaries)}, marked canary too; ingress-nginx follows one canary for a host and path and ignores the others`,
    )
  }
  for (const { path } of mains) {
    const slot = slotOfService(scene, path.service)
    if (slot !== null && slot !== canary) continue
    complain(
      slot === null
        ? `the main Ingress leads ${renderPlace(place)} to ${path.service || 'no Service'}; wanted the Service of a slot: ${own.join(' or ')}`
        : `main and canary Ingress both lead ${renderPlace(place)} to ${path.service}; wanted the Services of two slots`,
    )
  }
  return problems
}

const noMain = (place: IngressPath, canaries: readonly Peer[]): string =>
  canaries.length === 0
    ? `${renderPlace(place)} has no main Ingress: none of the same class without the annotation ${nginxAnnotationName('canary')} has this host and path, so ingress-nginx ignores the canary`
    : `${renderPlace(place)} is in ${namesOf(canaries)} too, and all are marked canary: there is no main Ingress, so ingress-nginx ignores them; take ${nginxAnnotationName('canary')} off the one that serves now`

interface Peer {
  readonly object: KubeObject
  readonly path: IngressPath
}

const namesOf = (peers: readonly Peer[]): string =>
  peers.map(({ object }) => ingressName(object)).join(', ')

function peersAt({ object, siblings }: TrafficScene, place: IngressPath): readonly Peer[] {
  return siblings
    .filter(
      (other) =>
        other.metadata.name !== object.metadata.name &&
        ingressClassOf(other) === ingressClassOf(object),
    )
    .flatMap((other) => {
      const path = ingressPaths(other).find((one) => samePlace(one, place))
      return path === undefined ? [] : [{ object: other, path }]
    })
}
