// ingress-nginx: weight, header and cookie as annotations of the canary Ingress. The main Ingress
// stays as it is, so every step and every way back is one write of one object.
import {
  bad,
  good,
  sameMatch,
  weightOf,
  type Problem,
  type Result,
  type SlotMatch,
} from '@sluice/rollout'
import type { KubeObject } from '../../object.ts'
import { isRecord } from '../../record.ts'
import type {
  BackEnd,
  CreateOrder,
  Routing,
  RoutingSeen,
  RoutingWrite,
  TrafficScene,
} from './back-end.ts'
import {
  ingressName,
  isCanary,
  nginxAnnotation,
  nginxAnnotationName,
  readCanaryPair,
  type CanaryPair,
} from './canary-pair.ts'
import { beyondLimits } from './limits.ts'
import { MATCH_ANNOTATION, readMatchMark, renderMatchMark } from './match-mark.ts'
import { unknownSlots } from './wanted-slots.ts'
import { wholePercents } from './whole-percents.ts'

/** Cookies have no value of ours: the controller knows `always` and `never` alone. */
const COOKIE_VALUE = 'always'
const DEFAULT_TOTAL = 100
const HEADER_NAMES = ['canary-by-header', 'canary-by-header-value', 'canary-by-header-pattern']
/** What the controller lets through in these annotations; it drops the others without a word. */
const ALLOWED = /^[-._~a-zA-Z0-9/:]+$/

export const ingressNginxBackEnd: BackEnd = {
  kind: 'ingress-nginx',
  resource: {
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'Ingress',
    plural: 'ingresses',
    namespaced: true,
    verbs: ['create', 'get', 'list', 'patch', 'watch'],
    subresources: ['status'],
  },
  capabilities: { weights: 'any', mirrorMaxPercent: 0, matches: ['header', 'cookie'] },
  reads: 'siblings',
  // The controller writes no status about a reload.
  acknowledgedBy: 'time',
  notice:
    'ingress-nginx is retired since March 2026: its last release gets no security fixes. Move the endpoint to a gateway of the Gateway API with `back-end: http-route`, which has the same weights and header matches.',
  read(scene) {
    const canary = readCanary(scene)
    if (!canary.ok) return canary
    return good(seenOf(canary.value))
  },
  write,
  awaiting(scene, { weights, match }) {
    const canary = readCanary(scene)
    const seen = canary.ok ? seenOf(canary.value) : null
    const shown =
      seen !== null &&
      sameMatch(seen.match, match) &&
      scene.slots.every((slot) => (seen.traffic[slot] ?? 0) === weightOf(weights, slot))
    return shown ? null : `${ingressName(scene.object)} does not show the weights yet`
  },
  refused: () => null,
  create,
}

interface Canary extends CanaryPair {
  readonly object: KubeObject
  readonly weight: number
  readonly total: number
  /** A rule of ours. */
  readonly match: SlotMatch | null
}

function readCanary(scene: TrafficScene): Result<Canary> {
  const { object } = scene
  const pair = readCanaryPair(scene)
  const total = wholeNumber(object, 'canary-weight-total', DEFAULT_TOTAL)
  const weight = wholeNumber(object, 'canary-weight', 0)
  const problems: Problem[] = [pair, total, weight].flatMap((one) => (one.ok ? [] : one.problems))
  if (total.ok && weight.ok && (weight.value > total.value || total.value === 0)) {
    const message = `has weight ${weight.value} of a total of ${total.value}; wanted at most the total, and a total above 0`
    problems.push({ where: ingressName(object), message })
  }
  if (!pair.ok || !total.ok || !weight.ok || problems.length > 0) return bad(...problems)
  const match = ownMatch(object, pair.value.canary)
  return good({ ...pair.value, object, weight: weight.value, total: total.value, match })
}

function wholeNumber(object: KubeObject, name: string, without: number): Result<number> {
  const text = nginxAnnotation(object, name)
  if (text === null) return good(without)
  if (/^\d{1,9}$/.test(text)) return good(Number(text))
  const message = `${nginxAnnotationName(name)} is ${JSON.stringify(text)}; wanted a whole number`
  return bad({ where: ingressName(object), message })
}

/** Our mark counts only while the annotations still say what it says. */
function ownMatch(object: KubeObject, slot: string): SlotMatch | null {
  const mark = readMatchMark(object)
  if (mark === null || mark.slot !== slot) return null
  const wanted = matchAnnotations(mark)
  const same = keysOf(mark.kind).every(
    (name) => (nginxAnnotation(object, name) ?? null) === (wanted[name] ?? null),
  )
  return same ? mark : null
}

type Annotations = Readonly<Record<string, string | null>>

const keysOf = (kind: SlotMatch['kind']): readonly string[] =>
  kind === 'header' ? HEADER_NAMES : ['canary-by-cookie']

const matchAnnotations = ({ kind, name, value }: SlotMatch): Annotations =>
  kind === 'header'
    ? { 'canary-by-header': name, 'canary-by-header-value': value }
    : { 'canary-by-cookie': name }

function seenOf(canary: Canary): RoutingSeen {
  const { object, match, main, weight, total } = canary
  const traffic = wholePercents([
    { slot: main, weight: total - weight },
    { slot: canary.canary, weight },
  ])
  const notices = (['header', 'cookie'] as const)
    .filter((kind) => match?.kind !== kind && hasRule(object, kind))
    .map(
      (kind) =>
        `${ingressName(object)} sends requests to slot ${canary.canary} by ${nginxAnnotationName(`canary-by-${kind}`)}, which is not ours: it stays, whatever the weights say`,
    )
  return {
    traffic,
    match,
    mirror: {},
    ...(notices.length > 0 && { notices, ledByOthers: [canary.canary] }),
  }
}

const hasRule = (object: KubeObject, kind: SlotMatch['kind']): boolean =>
  nginxAnnotation(object, `canary-by-${kind}`) !== null

function write(scene: TrafficScene, wanted: Routing): Result<RoutingWrite> {
  const canary = readCanary(scene)
  const limits = [...unknownSlots(scene, wanted), ...beyondLimits(ingressNginxBackEnd, wanted)]
  if (!canary.ok) return bad(...limits, ...canary.problems)
  const problems = [...limits, ...refuse(canary.value, wanted)]
  if (problems.length > 0) return bad(...problems)
  const annotations = {
    ...weightAnnotations(canary.value, weightOf(wanted.weights, canary.value.canary)),
    ...matchChange(canary.value, wanted.match),
  }
  const patch = Object.keys(annotations).length === 0 ? {} : { metadata: { annotations } }
  return good({ patch, scalings: [] })
}

function refuse({ object, main, canary, match }: Canary, wanted: Routing): readonly Problem[] {
  const problems: Problem[] = []
  const complain = (where: string, message: string): void => void problems.push({ where, message })
  if (Object.keys(wanted.weights).length === 0) {
    complain(
      'weights',
      `are all 0; the main Ingress always leads to slot ${main}, so that one slot has all or part of the requests`,
    )
  }
  const rule = wanted.match
  if (rule === null || !ingressNginxBackEnd.capabilities.matches.includes(rule.kind))
    return problems
  if (rule.slot !== canary) {
    complain(
      'match',
      `wants slot ${rule.slot}; annotations can only lead to slot ${canary}, the one behind ${ingressName(object)}`,
    )
  }
  if (rule.kind === 'cookie' && rule.value !== COOKIE_VALUE) {
    complain(
      'match',
      `wants cookie ${rule.name} of value ${JSON.stringify(rule.value)}; ingress-nginx follows a cookie only when its value is ${COOKIE_VALUE}`,
    )
  }
  const texts = rule.kind === 'header' ? [rule.name, rule.value] : [rule.name]
  for (const text of texts.filter((one) => !ALLOWED.test(one))) {
    complain(
      'match',
      `${JSON.stringify(text)} has characters that ingress-nginx drops an annotation for; wanted letters, digits and - . _ ~ / :`,
    )
  }
  if (match?.kind !== rule.kind && hasRule(object, rule.kind)) {
    complain(
      'match',
      `${ingressName(object)} has ${nginxAnnotationName(`canary-by-${rule.kind}`)} already, which is not ours; take it off first`,
    )
  }
  return problems
}

function weightAnnotations({ weight, total }: Canary, percent: number): Annotations {
  const scaled = (percent * total) / 100
  if (scaled === weight) return {}
  const whole = Number.isInteger(scaled)
  return named({
    'canary-weight': String(whole ? scaled : percent),
    // Such as 25 % of a total of 10.
    ...(!whole && { 'canary-weight-total': String(DEFAULT_TOTAL) }),
  })
}

function matchChange({ match }: Canary, wanted: SlotMatch | null): Annotations {
  if (sameMatch(match, wanted)) return {}
  const gone = match === null ? {} : matchAnnotations(match)
  return {
    ...named({
      ...Object.fromEntries(Object.keys(gone).map((key) => [key, null])),
      ...(wanted !== null && matchAnnotations(wanted)),
    }),
    [MATCH_ANNOTATION]: wanted === null ? null : renderMatchMark(wanted),
  }
}

const named = (annotations: Annotations): Annotations =>
  Object.fromEntries(
    Object.entries(annotations).map(([name, value]) => [nginxAnnotationName(name), value]),
  )

function create({ given, name, namespace }: CreateOrder): Result<KubeObject> {
  const where = `Ingress ${name}`
  if (given === null || !isCanary(given)) {
    const message = `is not there, and the manifests hold no Ingress with ${nginxAnnotationName('canary')}: "true"; write the canary Ingress, beside a plain main one that leads to the slot that serves`
    return bad({ where, message })
  }
  const routed = (['header', 'cookie'] as const).filter((kind) => hasRule(given, kind))
  if (routed.length > 0) {
    const message = `is not there, and the one in the manifests has ${routed.map((kind) => nginxAnnotationName(`canary-by-${kind}`)).join(' and ')}: requests would reach a slot before any test; take it out and use the input \`match\``
    return bad({ where, message })
  }
  const annotations = isRecord(given.metadata.annotations) ? given.metadata.annotations : {}
  return good({
    ...given,
    metadata: {
      ...given.metadata,
      name,
      namespace,
      annotations: { ...annotations, [nginxAnnotationName('canary-weight')]: '0' },
    },
  })
}
