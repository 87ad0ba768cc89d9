// Istio VirtualService: weights of the destinations that are slots, one rule of ours for a match,
// and the mirror. Weights of Istio are relative; ours always total 100, which old releases demand.
import { bad, good, sameMatch, type Mirror, type Problem, type Result } from '@sluice/rollout'
import { fieldAt } from '../../record.ts'
import type { KubernetesSlot } from '../slot.ts'
import type { BackEnd, Routing, RoutingSeen, RoutingWrite, TrafficScene } from './back-end.ts'
import { beyondLimits } from './limits.ts'
import { MATCH_ANNOTATION, renderMatchMark } from './match-mark.ts'
import { MIRROR_ANNOTATION, renderMirrorMark } from './mirror-mark.ts'
import { createVirtualService } from './virtual-service-create.ts'
import { readOwnMatch, withOwnRules, type KeptRule } from './virtual-service-own.ts'
import {
  mirroredSlot,
  readRules,
  virtualServiceName,
  type Rule,
  type SlotRule,
} from './virtual-service-rules.ts'
import { unknownSlots } from './wanted-slots.ts'
import { unreachable } from './virtual-service-reach.ts'
import { writeSlotRule, type RuleChange } from './virtual-service-write.ts'

export const virtualServiceBackEnd: BackEnd = {
  kind: 'virtual-service',
  resource: {
    group: 'networking.istio.io',
    // Objects of v1beta1 and v1alpha3 are the same ones: the API server converts.
    version: 'v1',
    kind: 'VirtualService',
    plural: 'virtualservices',
    namespaced: true,
    verbs: ['create', 'get', 'list', 'patch', 'watch'],
    subresources: ['status'],
  },
  capabilities: { weights: 'any', mirrorMaxPercent: 100, matches: ['header'] },
  reads: 'object',
  // Istio writes a status only where it is turned on.
  acknowledgedBy: 'time',
  notice: null,
  read(scene) {
    const view = readView(scene)
    return view.ok ? good(view.value.seen) : view
  },
  write,
  awaiting(scene, wanted) {
    const view = readView(scene)
    return view.ok && shows(scene, view.value.seen, wanted)
      ? null
      : `${virtualServiceName(scene.object)} does not show the weights yet`
  },
  refused: () => null,
  create: createVirtualService,
}

/** What the rules say together, and the rules. */
interface View {
  readonly rules: readonly Rule[]
  readonly seen: RoutingSeen
}

const slotRulesIn = (rules: readonly Rule[]): readonly SlotRule[] =>
  rules.flatMap((rule) => (rule.kind === 'slots' ? [rule.slots] : []))

function readView(scene: TrafficScene): Result<View> {
  const rules = readRules(scene)
  if (!rules.ok) return rules
  const where = virtualServiceName(scene.object)
  const [first, ...others] = slotRulesIn(rules.value)
  const problems: Problem[] = others
    .filter((other) => !sameTraffic(scene, first?.traffic ?? {}, other.traffic))
    .map((other) => ({
      where,
      message: `${first?.where} gives ${JSON.stringify(first?.traffic)} and ${other.where} gives ${JSON.stringify(other.traffic)}; wanted the same weights in every rule that names a slot`,
    }))
  if (others.some((other) => renderMirror(other) !== renderMirror(first))) {
    const message = 'the rules that name a slot copy requests differently; wanted the same mirror'
    problems.push({ where, message })
  }
  const match = readOwnMatch(scene, rules.value)
  if (!match.ok) problems.push(...match.problems)
  if (!match.ok || problems.length > 0) return bad(...problems)
  const parked = rules.value.some(({ kind }) => kind === 'parked')
  const notices = noticesOf(scene, rules.value)
  const led = rules.value.flatMap((one) => (one.kind === 'foreign-match' ? one.slots : []))
  const seen: RoutingSeen = {
    traffic: parked ? {} : (first?.traffic ?? {}),
    match: match.value,
    mirror: mirrorOf(first),
    ...(notices.length > 0 && { notices }),
    ...(led.length > 0 && { ledByOthers: led }),
  }
  return good({ rules: rules.value, seen })
}

const renderMirror = (rule: SlotRule | undefined): string => JSON.stringify(rule?.mirror ?? null)

const mirrorOf = (rule: SlotRule | undefined): Mirror =>
  rule === undefined || rule.mirror === null ? {} : { [rule.mirror.slot]: rule.mirror.percent }

type Traffic = Readonly<Record<string, number>>

const sameTraffic = ({ slots }: TrafficScene, one: Traffic, other: Traffic): boolean =>
  slots.every((slot) => (one[slot] ?? 0) === (other[slot] ?? 0))

const shows = (scene: TrafficScene, seen: RoutingSeen, { weights, match, mirror }: Routing) =>
  sameTraffic(scene, seen.traffic, weights) &&
  sameTraffic(scene, seen.mirror, mirror) &&
  sameMatch(seen.match, match)

/** What others wrote that leads requests or copies to a slot. */
function noticesOf(scene: TrafficScene, rules: readonly Rule[]): readonly string[] {
  const name = virtualServiceName(scene.object)
  return rules.flatMap((one) => {
    if (one.kind === 'foreign-match') {
      return [
        `${name} sends requests to a slot by headers in ${one.where}, which is not ours: it stays, whatever the weights say`,
      ]
    }
    if (one.kind !== 'slots' || one.slots.mirror !== null) return []
    const slot = mirroredSlot(scene, one.slots.rule)
    if (slot === null) return []
    return [
      `${name} copies requests to slot ${slot} in ${one.slots.where}, which is not ours: it stays`,
    ]
  })
}

function write(scene: TrafficScene, wanted: Routing): Result<RoutingWrite> {
  const view = readView(scene)
  const limits = [
    ...unknownSlots(scene, wanted),
    ...beyondLimits(virtualServiceBackEnd, wanted),
    ...refuseMirror(scene, wanted, view.ok ? view.value.seen.mirror : {}),
    ...refuseParked(wanted),
  ]
  if (!view.ok) return bad(...limits, ...view.problems)
  const { seen } = view.value
  if (limits.length === 0 && shows(scene, seen, wanted)) return good({ patch: {}, scalings: [] })
  const written = writeRules(scene, view.value, wanted)
  if (!written.ok) return bad(...limits, ...written.problems)
  if (limits.length > 0) return bad(...limits)
  const { match, mirror } = wanted
  const mark = match === null ? null : renderMatchMark(match)
  const annotations = {
    ...(!sameMatch(seen.match, match) && { [MATCH_ANNOTATION]: mark }),
    ...(!sameTraffic(scene, seen.mirror, mirror) && {
      [MIRROR_ANNOTATION]: renderMirrorMark(mirror),
    }),
  }
  return good({
    patch: {
      ...(Object.keys(annotations).length > 0 && { metadata: { annotations } }),
      spec: { http: written.value },
    },
    scalings: [],
  })
}

/** The whole list: rules of ours are made anew, those of others stay as they are. */
function writeRules(
  scene: TrafficScene,
  { rules, seen }: View,
  wanted: Routing,
): Result<readonly unknown[]> {
  const http = rules.map((one) => (one.kind === 'slots' ? one.slots.rule : one.rule))
  const problems: Problem[] = []
  const change: RuleChange = { scene, http, wanted }
  const kept = rules.flatMap((rule): readonly KeptRule[] => {
    if (rule.kind === 'match' || rule.kind === 'parked') return []
    if (rule.kind !== 'slots') return [{ rule: rule.rule, isSlots: false }]
    const written = writeSlotRule(change, rule.slots)
    if (written.ok) return [{ rule: written.value, isSlots: true }]
    problems.push(...written.problems)
    return []
  })
  const slots = kept.flatMap(({ rule, isSlots }) => (isSlots ? [rule] : []))
  problems.push(...unreachable(scene, slots, { wanted, seen }))
  const owned = withOwnRules(scene, kept, wanted)
  if (!owned.ok) problems.push(...owned.problems)
  return owned.ok && problems.length === 0 ? good(owned.value) : bad(...problems)
}

function refuseMirror(
  { found, slots }: TrafficScene,
  { mirror }: Routing,
  present: Mirror,
): readonly Problem[] {
  const entries = Object.entries(mirror).filter(([, percent]) => percent > 0)
  const problems: Problem[] = entries
    .filter(([slot, percent]) => present[slot] !== percent)
    .filter(([slot]) => !hasReadyPods(found.find((one) => one.slot === slot)))
    .map(([slot]) => ({
      where: 'mirror',
      message: `slot ${slot} has no ready pod, so copies would go nowhere; deploy it first`,
    }))
  if (entries.length > 1) {
    problems.push({ where: 'mirror', message: `names ${slots.join(' and ')}; wanted one slot` })
  }
  return problems
}

/** By its Service, else (subsets need none) by its Deployment. */
function hasReadyPods(slot: KubernetesSlot | undefined): boolean {
  if (slot === undefined) return false
  if (slot.endpoints !== null) return slot.endpoints.ready > 0
  const ready = fieldAt(slot.deployment, ['status', 'readyReplicas'])
  return typeof ready === 'number' && ready > 0
}

function refuseParked({ weights, match, mirror }: Routing): readonly Problem[] {
  if (Object.keys(weights).length > 0) return []
  const rules = [...(match === null ? [] : ['match']), ...Object.keys(mirror).map(() => 'mirror')]
  return rules.map((where) => ({
    where,
    message: 'is wanted while no slot has a weight, so nothing is routed; give a slot weight 100',
  }))
}
