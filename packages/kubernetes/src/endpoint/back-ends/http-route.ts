// Gateway API HTTPRoute: weights of the slots' Services, a header to one slot, copies of requests.
import { bad, good, weightOf, type Problem, type Result } from '@sluice/rollout'
import { fieldsOf } from '../../health/fields.ts'
import { withAnnotation } from './annotations.ts'
import type { BackEnd, Routing, RoutingWrite, TrafficScene } from './back-end.ts'
import { createHttpRoute } from './http-route-create.ts'
import { matchProblems, matchRule } from './http-route-match.ts'
import { mirrorProblems, readMirror, withMirror } from './http-route-mirror.ts'
import {
  readRules,
  refsOf,
  slotOfRef,
  type Fields,
  type RouteRules,
  type WeightedRule,
} from './http-route-rules.ts'
import { awaitedParents, refusedByParents } from './http-route-status.ts'
import { beyondLimits } from './limits.ts'
import { MATCH_ANNOTATION, renderMatchMark } from './match-mark.ts'
import { MIRROR_ANNOTATION, renderMirrorMark } from './mirror-mark.ts'
import { mergePatchBetween } from './merge-patch.ts'
import { portProblem } from './slot-ports.ts'
import { serviceOfSlot } from './slot-services.ts'
import { unknownSlots } from './wanted-slots.ts'

/**
 * Weights of an HTTPRoute are relative; they are read as whole percents, the nearest where they are
 * not whole, and written as percents. Rules that lead to no slot are not touched.
 */
export const httpRouteBackEnd: BackEnd = {
  kind: 'http-route',
  resource: {
    group: 'gateway.networking.k8s.io',
    version: 'v1',
    kind: 'HTTPRoute',
    plural: 'httproutes',
    namespaced: true,
    verbs: ['create', 'get', 'list', 'patch', 'watch'],
    subresources: ['status'],
  },
  // A cookie would need a regular expression, whose dialect differs between Gateways.
  capabilities: { weights: 'any', mirrorMaxPercent: 100, matches: ['header'] },
  reads: 'object',
  acknowledgedBy: 'status',
  notice: null,
  read(scene) {
    const rules = readRules(scene)
    if (!rules.ok) return rules
    const { traffic, match, weighted } = rules.value
    return good({ traffic, match, mirror: readMirror(scene, weighted) })
  },
  write,
  awaiting: awaitedParents,
  refused: refusedByParents,
  create: createHttpRoute,
}

function write(scene: TrafficScene, wanted: Routing): Result<RoutingWrite> {
  const rules = readRules(scene)
  const problems = [...beyondLimits(httpRouteBackEnd, wanted), ...unknownSlots(scene, wanted)]
  if (!rules.ok || problems.length > 0) {
    return bad(...problems, ...(rules.ok ? [] : rules.problems))
  }
  const unfit = misfits(scene, rules.value, wanted)
  if (unfit.length > 0) return bad(...unfit)
  const marked = withAnnotation(
    withAnnotation(
      scene.object,
      MATCH_ANNOTATION,
      wanted.match === null ? null : renderMatchMark(wanted.match),
    ),
    MIRROR_ANNOTATION,
    renderMirrorMark(wanted.mirror),
  )
  const spec = { ...fieldsOf(scene.object['spec']), rules: newRules(scene, rules.value, wanted) }
  return good({ patch: mergePatchBetween(scene.object, { ...marked, spec }), scalings: [] })
}

/** Rules of ours first; the others in their order. */
function newRules(scene: TrafficScene, { rules, weighted }: RouteRules, wanted: Routing) {
  const { match } = wanted
  const ours =
    match === null
      ? []
      : weighted.map(({ rule }) =>
          matchRule(scene, rule, { match, ref: refTo(scene, rule, match.slot) }),
        )
  const others = rules
    .filter(({ kind }) => kind !== 'match')
    .map((one) => (one.kind === 'weighted' ? newRule(scene, one, wanted) : one.rule))
  return [...ours, ...others]
}

function newRule(scene: TrafficScene, one: WeightedRule, wanted: Routing): Fields {
  const order = { mirror: wanted.mirror, port: portOf(scene, one.rule) }
  return withMirror(scene, withWeights(scene, one, wanted.weights), order)
}

/**
 * References stay, at weight 0 too; one that is missing comes with its first weight. A rule that
 * gives these percents already keeps its own numbers.
 */
function withWeights(scene: TrafficScene, one: WeightedRule, weights: Routing['weights']): Fields {
  const { rule, traffic } = one
  if (scene.slots.every((slot) => (traffic[slot] ?? 0) === weightOf(weights, slot))) return rule
  const refs = refsOf(rule).map((ref) => {
    const slot = slotOfRef(scene, ref)
    return slot === null ? ref : { ...ref, weight: weightOf(weights, slot) }
  })
  const there = new Set(refs.map((ref) => slotOfRef(scene, ref)))
  const missing = scene.slots
    .filter((slot) => !there.has(slot) && weightOf(weights, slot) > 0)
    .map((slot) => ({ ...refTo(scene, rule, slot), weight: weightOf(weights, slot) }))
  return { ...rule, backendRefs: [...refs, ...missing] }
}

/** The rule's reference to the slot; where it has none, the other slot's with this one's Service. */
function refTo(scene: TrafficScene, rule: Fields, slot: string): Fields {
  const refs = refsOf(rule)
  const own = refs.find((ref) => slotOfRef(scene, ref) === slot)
  const other = refs.find((ref) => slotOfRef(scene, ref) !== null)
  return own ?? { ...other, name: serviceOfSlot(scene, slot) }
}

const portOf = (scene: TrafficScene, rule: Fields): unknown =>
  refsOf(rule).find((ref) => slotOfRef(scene, ref) !== null)?.['port']

/** What this object can not have, whatever the back end can. */
function misfits(
  scene: TrafficScene,
  { weighted }: RouteRules,
  wanted: Routing,
): readonly Problem[] {
  const asked = scene.slots.filter((slot) => isAsked(wanted, slot))
  const ports = weighted.flatMap(({ rule, where }) =>
    asked.map((slot) => {
      const { port } = refTo(scene, rule, slot)
      return portProblem(scene, { slot, port, where: `${where}.backendRefs` })
    }),
  )
  return [
    ...ports.filter((problem) => problem !== null),
    ...(wanted.match === null ? [] : matchProblems(wanted.match, weighted)),
    ...mirrorProblems(scene, wanted.mirror, weighted),
  ]
}

const isAsked = ({ weights, match, mirror }: Routing, slot: string): boolean =>
  weightOf(weights, slot) > 0 || match?.slot === slot || (mirror[slot] ?? 0) > 0
