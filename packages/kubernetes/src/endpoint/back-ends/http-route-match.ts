// Our match in an HTTPRoute: for each weighted rule one before it that also wants a header.
import type { Problem, SlotMatch } from '@sluice/rollout'
import { recordsIn, textOf } from '../../record.ts'
import type { TrafficScene } from './back-end.ts'
import { foreignFilters, withFilters } from './http-route-mirror.ts'
import type { Fields, WeightedRule } from './http-route-rules.ts'

/** What a rule without matches matches, as the API server fills it in. */
const EVERY_PATH = { path: { type: 'PathPrefix', value: '/' } }

/**
 * A copy of the rule for requests with the header, all to the slot. Filters of others, timeouts and
 * unknown fields go along; copies to a candidate that is asked anyway do not, nor does the name,
 * which has to be unique.
 */
export function matchRule(scene: TrafficScene, rule: Fields, order: MatchOrder): Fields {
  const header = { type: 'Exact', name: order.match.name, value: order.match.value }
  const matches = matchesOf(rule).map((match) => ({
    ...EVERY_PATH,
    ...match,
    headers: [...recordsIn(match['headers']), header],
  }))
  const { name: _name, ...others } = withFilters(rule, foreignFilters(scene, rule))
  return { ...others, matches, backendRefs: [{ ...order.ref, weight: 1 }] }
}

export interface MatchOrder {
  readonly match: SlotMatch
  /** To the slot's Service, as the rule would have it. */
  readonly ref: Fields
}

/** Of two entries for one header only the first counts, so a rule that has one can not have ours. */
export function matchProblems(
  { name }: SlotMatch,
  weighted: readonly WeightedRule[],
): readonly Problem[] {
  const taken = (match: Fields): boolean =>
    recordsIn(match['headers']).some(
      (header) => textOf(header['name']).toLowerCase() === name.toLowerCase(),
    )
  return weighted
    .filter(({ rule }) => matchesOf(rule).some(taken))
    .map(({ where }) => ({
      where: `${where}.matches`,
      message: `already wants something of the header ${name}; match by another header`,
    }))
}

function matchesOf(rule: Fields): readonly Fields[] {
  const matches = recordsIn(rule['matches'])
  return matches.length === 0 ? [EVERY_PATH] : matches
}
