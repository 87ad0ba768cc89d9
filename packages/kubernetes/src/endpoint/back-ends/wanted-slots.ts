// What a wanted routing asks of the slots, before any object is looked at.
import { bad, good, renderWeights, weightOf, type Problem, type Result } from '@sluice/rollout'
import type { BackEnd, Routing, TrafficScene } from './back-end.ts'

/** Slots that the routing names and the endpoint does not have. */
export function unknownSlots(
  { slots }: TrafficScene,
  { weights, match, mirror }: Routing,
): readonly Problem[] {
  const named: readonly (readonly [string, string])[] = [
    ...Object.keys(weights).map((slot) => ['weights', slot] as const),
    ...(match === null ? [] : [['match', match.slot] as const]),
    ...Object.keys(mirror).map((slot) => ['mirror', slot] as const),
  ]
  return named
    .filter(([, slot]) => !slots.includes(slot))
    .map(([where, slot]) => ({
      where,
      message: `found slot ${slot}; the endpoint's slots are ${slots.join(' and ')}`,
    }))
}

/** The slot that gets everything; null: none does. A problem where both get a share. */
export function onlySlot(
  { kind }: Pick<BackEnd, 'kind'>,
  { weights }: Pick<Routing, 'weights'>,
): Result<string | null> {
  const [slot, ...more] = Object.keys(weights).filter((one) => weightOf(weights, one) > 0)
  if (more.length === 0) return good(slot ?? null)
  return bad({
    where: 'weights',
    message: `found ${renderWeights(weights)}; back end ${kind} gives one slot everything: 0 and 100 only. Use steps: 100, or a back end with weights`,
  })
}
