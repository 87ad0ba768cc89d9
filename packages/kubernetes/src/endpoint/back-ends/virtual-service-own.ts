// Rules of ours in a VirtualService, each right before a rule that leads to slots: the same way in,
// and a header beside it (match), or no slot at all (parked). Pure.
import { bad, good, type Result, type SlotMatch } from '@sluice/rollout'
import { fieldAt, isRecord, recordsIn } from '../../record.ts'
import type { Routing, TrafficScene } from './back-end.ts'
import { readMatchMark } from './match-mark.ts'
import {
  MATCH_RULE,
  ownMirror,
  PARKED_RULE,
  slotOf,
  virtualServiceName,
  type Json,
  type Rule,
} from './virtual-service-rules.ts'

/** The match that our rules make; null: there is none. A problem where somebody changed them. */
export function readOwnMatch(
  scene: TrafficScene,
  rules: readonly Rule[],
): Result<SlotMatch | null> {
  const own = rules.flatMap((one) => (one.kind === 'match' ? [one.rule] : []))
  if (own.length === 0) return good(null)
  const mark = readMatchMark(scene.object)
  if (mark !== null && own.every((rule) => says(scene, rule, mark))) return good(mark)
  const message = `the rule ${MATCH_RULE} does not say what the annotation beside it says; somebody changed it, take it out`
  return bad({ where: virtualServiceName(scene.object), message })
}

function says(scene: TrafficScene, rule: Json, { name, value, slot }: SlotMatch): boolean {
  const ways = recordsIn(rule['match'])
  const [only, ...more] = recordsIn(rule['route'])
  const destination = only?.['destination']
  return (
    ways.length > 0 &&
    ways.every((way) => fieldAt(way, ['headers', name.toLowerCase(), 'exact']) === value) &&
    more.length === 0 &&
    isRecord(destination) &&
    slotOf(scene, destination) === slot
  )
}

/** Istio says of these keys of `headers` that it ignores them: the rule would fit every request. */
const IGNORED: ReadonlySet<string> = new Set(['uri', 'scheme', 'method', 'authority'])

export interface KeptRule {
  readonly rule: Json
  /** Its destinations are slots. */
  readonly isSlots: boolean
}

/** The whole list, with what the match and weights of nothing need in front. */
export function withOwnRules(
  scene: TrafficScene,
  kept: readonly KeptRule[],
  { weights, match }: Pick<Routing, 'weights' | 'match'>,
): Result<readonly Json[]> {
  const parked = Object.keys(weights).length === 0
  const where = virtualServiceName(scene.object)
  if (match !== null && kept.some(({ rule, isSlots }) => isSlots && hasHeader(rule, match))) {
    const message = `a rule that leads to slots wants a value of the header ${match.name} itself; wanted another header`
    return bad({ where, message })
  }
  const name = match?.name.toLowerCase() ?? ''
  if (match !== null && IGNORED.has(name)) {
    const message = `Istio ignores a match by the header ${name}, so every request would get slot ${match.slot}; wanted another header`
    return bad({ where, message })
  }
  let count = 0
  const numbered = (own: string): string => (count === 1 ? own : `${own}-${count}`)
  return good(
    kept.flatMap(({ rule, isSlots }) => {
      if (!isSlots) return [rule]
      count += 1
      return [
        ...(parked ? [parkedRule(rule, numbered(PARKED_RULE))] : []),
        ...(match === null ? [] : [matchRule(scene, rule, { match, name: numbered(MATCH_RULE) })]),
        rule,
      ]
    }),
  )
}

/** Weights cannot all be 0 in Istio, so requests are answered with 503 before the slots. */
export const parkedRule = ({ match }: Json, name: string): Json => ({
  name,
  ...(match !== undefined && { match }),
  directResponse: { status: 503 },
})

const waysInto = (rule: Json): readonly Json[] => {
  const ways = recordsIn(rule['match'])
  return ways.length === 0 ? [{}] : ways
}

const headersOf = ({ headers }: Json): Json => (isRecord(headers) ? headers : {})

const hasHeader = (rule: Json, { name }: SlotMatch): boolean =>
  waysInto(rule).some((way) => Object.hasOwn(headersOf(way), name.toLowerCase()))

function matchRule(
  scene: TrafficScene,
  rule: Json,
  { match, name }: { readonly match: SlotMatch; readonly name: string },
): Json {
  const route = recordsIn(rule['route'])
    .filter(({ destination }) => isRecord(destination) && slotOf(scene, destination) === match.slot)
    .map((entry) => ({ ...entry, weight: 100 }))
  const { mirror, mirrorPercentage, mirrorPercent, ...rest } = rule
  return {
    ...rest,
    // Copies for somebody else go on.
    ...(mirror !== undefined &&
      ownMirror(scene, rule) === null && {
        mirror,
        ...(mirrorPercentage !== undefined && { mirrorPercentage }),
        ...(mirrorPercent !== undefined && { mirrorPercent }),
      }),
    name,
    match: waysInto(rule).map((way) => ({
      ...way,
      // Istio wants names of headers in lower case.
      headers: { ...headersOf(way), [match.name.toLowerCase()]: { exact: match.value } },
    })),
    route,
  }
}
