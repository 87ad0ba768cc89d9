// Copies of requests that would reach nobody: the Service or subset that is mirrored to has no pods.
// Told only where the set itself shows it: the Service with pods beside it, or the DestinationRule.
import type { Problem } from '@sluice/rollout'
import { fieldAt, isRecord, recordsIn, textOf } from '../../record.ts'
import { bears, renderLabels, type Labels } from '../labels.ts'
import { labelsAt, mistakeAt, selectorOf, type Member, type TrafficSet } from './traffic-set.ts'

type Path = readonly (string | number)[]

export function findMirrorMistakes(set: TrafficSet): readonly Problem[] {
  const routes = ['HTTPRoute.gateway.networking.k8s.io', 'GRPCRoute.gateway.networking.k8s.io']
  return [
    ...set.ofKind('VirtualService.networking.istio.io').flatMap(istioMirrors),
    ...routes.flatMap((kind) => set.ofKind(kind).flatMap(gatewayMirrors)),
  ].flatMap((mirror) => {
    const message = problemOf(set, mirror)
    return message === null ? [] : [mistakeAt(mirror.member, mirror.path, message)]
  })
}

interface MirrorTo {
  readonly member: Member
  readonly path: Path
  readonly service: string
  readonly namespace: string
  /** '' where the whole Service is meant. */
  readonly subset: string
}

function istioMirrors(member: Member): readonly MirrorTo[] {
  const http = recordsIn(fieldAt(member.manifest.object, ['spec', 'http']))
  return http.flatMap((rule, index) => {
    const path = ['spec', 'http', index]
    const single = rule['mirror']
    const targets: readonly (readonly [Path, unknown])[] = [
      [[...path, 'mirror'], single],
      ...recordsIn(rule['mirrors']).map(
        ({ destination }, at) => [[...path, 'mirrors', at, 'destination'], destination] as const,
      ),
    ]
    return targets.flatMap(([where, target]) => {
      if (!isRecord(target)) return []
      const host = hostOf(textOf(target['host']), member.namespace)
      return host === null
        ? []
        : [{ member, path: where, ...host, subset: textOf(target['subset']) }]
    })
  })
}

/** `web`, `web.shop`, `web.shop.svc.cluster.local`; null: no Service of a cluster by its form. */
function hostOf(
  host: string,
  own: string,
): { readonly service: string; readonly namespace: string } | null {
  const [service = '', namespace = own, svc = 'svc'] = host.split('.')
  return svc === 'svc' ? { service, namespace } : null
}

function gatewayMirrors(member: Member): readonly MirrorTo[] {
  const rules = recordsIn(fieldAt(member.manifest.object, ['spec', 'rules']))
  return rules.flatMap((rule, index) =>
    recordsIn(rule['filters']).flatMap((filter, at) => {
      const target = fieldAt(filter, ['requestMirror', 'backendRef'])
      if (!isRecord(target) || (target['kind'] ?? 'Service') !== 'Service') return []
      const path = ['spec', 'rules', index, 'filters', at, 'requestMirror', 'backendRef']
      const namespace = textOf(target['namespace']) || member.namespace
      return [{ member, path, service: textOf(target['name']), namespace, subset: '' }]
    }),
  )
}

/** null: all right, or not to be told from here. */
function problemOf(set: TrafficSet, mirror: MirrorTo): string | null {
  const service = set.serviceIn(mirror.namespace, mirror.service)
  const selector = service === null ? null : selectorOf(service)
  if (mirror.subset === '') return selector === null ? null : emptyService(set, mirror, selector)
  const subsets = subsetsOf(set, mirror)
  if (subsets === null) return null
  const subset = subsets.find(({ name }) => name === mirror.subset)
  if (subset === undefined) {
    const names = subsets.map(({ name }) => name).join(', ')
    return `copies requests to subset ${mirror.subset} of ${mirror.service}, which its DestinationRule does not have (${names}): copies go nowhere`
  }
  return emptySubset(set, mirror, { selector, subset, subsets })
}

function emptyService(set: TrafficSet, mirror: MirrorTo, selector: Labels): string | null {
  const pods = set.podsIn(mirror.namespace)
  if (pods.length === 0 || pods.some(({ labels }) => bears(labels, selector))) return null
  return `copies requests to Service ${mirror.service}, whose selector ${renderLabels(selector)} matches no pod of these manifests: copies go nowhere`
}

interface Subset {
  readonly name: string
  readonly labels: Labels
}

/** null: no DestinationRule of the set is for this Service. */
function subsetsOf(set: TrafficSet, { service, namespace }: MirrorTo): readonly Subset[] | null {
  const rules = set.ofKind('DestinationRule.networking.istio.io').filter((rule) => {
    const host = hostOf(textOf(fieldAt(rule.manifest.object, ['spec', 'host'])), rule.namespace)
    return host?.service === service && host.namespace === namespace
  })
  if (rules.length === 0) return null
  return rules.flatMap(({ manifest }) =>
    recordsIn(fieldAt(manifest.object, ['spec', 'subsets'])).map((subset) => ({
      name: textOf(subset['name']),
      labels: labelsAt(subset, ['labels']),
    })),
  )
}

interface Shown {
  /** null: the set does not hold the Service, or it has none. */
  readonly selector: Labels | null
  readonly subset: Subset
  readonly subsets: readonly Subset[]
}

function emptySubset(
  set: TrafficSet,
  { namespace, service }: MirrorTo,
  { selector, subset, subsets }: Shown,
): string | null {
  const where = `copies requests to subset ${subset.name} of ${service}`
  const clash = Object.entries(selector ?? {}).find(
    ([key, value]) => subset.labels[key] !== undefined && subset.labels[key] !== value,
  )
  if (clash !== undefined) {
    const [key, value] = clash
    return `${where}, which is empty: the Service selects ${key}=${value} and the subset wants ${key}=${subset.labels[key]}; take ${key} out of the Service's selector`
  }
  const pods = set.podsIn(namespace)
  const wanted = (one: Subset): Labels => ({ ...selector, ...one.labels })
  if (pods.some(({ labels }) => bears(labels, wanted(subset)))) return null
  // Pods that are all somewhere else tell nothing.
  const others = subsets.filter((one) => one !== subset)
  const here = others.some((one) => pods.some(({ labels }) => bears(labels, wanted(one))))
  return here
    ? `${where}, which is empty: no pod of these manifests has ${renderLabels(wanted(subset))}, so copies go nowhere`
    : null
}
