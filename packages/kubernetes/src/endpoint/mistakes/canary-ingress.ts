// ingress-nginx: several canary Ingresses for one host and path.
import type { Problem } from '@sluice/rollout'
import {
  ingressClassOf,
  ingressPaths,
  isCanary,
  nginxAnnotationName,
  renderPlace,
  type IngressPath,
} from '../back-ends/canary-pair.ts'
import { mistakeAt, type Member, type TrafficSet } from './traffic-set.ts'

const ANNOTATION = ['metadata', 'annotations', nginxAnnotationName('canary')]

/** One problem for each set of Ingresses that meet, however many paths they share. */
export function findCanaryMistakes(set: TrafficSet): readonly Problem[] {
  const meetings = new Map<string, Meeting>()
  for (const meeting of meetingsOf(set.ofKind('Ingress.networking.k8s.io'))) {
    const key = meeting.members.map(({ name }) => name).join()
    if (!meetings.has(key)) meetings.set(key, meeting)
  }
  return [...meetings.values()].flatMap(mistakesOf)
}

/** Ingresses of one class and namespace that share a host and path. */
interface Meeting {
  readonly place: IngressPath
  readonly members: readonly Member[]
}

function meetingsOf(ingresses: readonly Member[]): readonly Meeting[] {
  const places = ingresses.flatMap((member) =>
    ingressPaths(member.manifest.object).map((place) => ({ member, place })),
  )
  const groups = Map.groupBy(places, ({ member, place }) =>
    JSON.stringify([
      member.namespace,
      ingressClassOf(member.manifest.object),
      place.host,
      place.path,
    ]),
  )
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    const members = [...new Set(group.map(({ member }) => member))]
    return first === undefined || members.length < 2 ? [] : [{ place: first.place, members }]
  })
}

function mistakesOf({ place, members }: Meeting): readonly Problem[] {
  const canaries = members.filter(({ manifest }) => isCanary(manifest.object))
  const [first, ...others] = canaries
  if (first === undefined || others.length === 0) return []
  const where = renderPlace(place)
  if (canaries.length < members.length) {
    return others.map((other) =>
      mistakeAt(
        other,
        ANNOTATION,
        `is a second canary for ${where}, beside ${first.name}: ingress-nginx follows one and ignores the others; put header, cookie and weight on one of them`,
      ),
    )
  }
  const names = others.map(({ name }) => name).join(' and ')
  return [
    mistakeAt(
      first,
      ANNOTATION,
      `and ${names} are all marked canary for ${where}, and no main Ingress is here: without one ingress-nginx ignores them; take the annotation off the one that serves`,
    ),
  ]
}
