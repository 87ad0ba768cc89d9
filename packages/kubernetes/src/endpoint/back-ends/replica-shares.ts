// What whole replicas of both slots give, beside what was asked for.
import { parseWeightsText, replicasFor, shareOf, weightOf, type Weights } from '@sluice/rollout'
import type { TrafficScene } from './back-end.ts'
import { lastGoodSlot } from './last-good.ts'
import { readyPods, wantedPods } from './selected-pods.ts'

/**
 * The weights that an unpinned Service is at, as they were asked for: `blue=80,green=20`. Replicas
 * can only come near to them, so they can not be read off again.
 */
export const WEIGHTS_ANNOTATION = 'sluice.dev/weights'

/** null: there is none; undefined: it says something else than shares of these two slots. */
export function weightsAskedFor({ object, slots }: TrafficScene): Weights | null | undefined {
  const text = object.metadata.annotations?.[WEIGHTS_ANNOTATION]
  if (text === undefined) return null
  const parsed = parseWeightsText(text)
  if (!parsed.ok) return undefined
  return slots.every((slot) => weightOf(parsed.value, slot) > 0) ? parsed.value : undefined
}

/** Percent with one decimal that each slot gets from its ready pods; each rounded by itself. */
export function realShares(scene: TrafficScene): Readonly<Record<string, number>> {
  const [first, second] = scene.slots
  const ready = (slot: string): number => readyPods(scene, slot)
  return {
    [first]: shareOf(ready(first), ready(second)),
    [second]: shareOf(ready(second), ready(first)),
  }
}

export interface Shared {
  readonly active: string
  readonly candidate: string
  readonly weights: Weights
}

/** Replicas of the candidate beside the active slot as it is now. */
export const candidateReplicas = (
  scene: TrafficScene,
  { active, candidate, weights }: Shared,
): number => replicasFor(weightOf(weights, candidate), wantedPods(scene, active))

/** The candidate has them. */
export const fitsShare = (scene: TrafficScene, shared: Shared): boolean =>
  wantedPods(scene, shared.active) > 0 &&
  wantedPods(scene, shared.candidate) === candidateReplicas(scene, shared)

/** The Deployments have as many replicas as these weights want of them. */
export function fitsReplicas(scene: TrafficScene, weights: Weights): boolean {
  const known = lastGoodSlot(scene)
  // Without marks either can be the one that keeps its size; rounding rarely tells them apart.
  const actives = known === null ? scene.slots : [known]
  return actives.some((active) =>
    fitsShare(scene, { active, candidate: otherSlot(scene, active), weights }),
  )
}

export const otherSlot = ({ slots }: TrafficScene, slot: string): string =>
  slots[0] === slot ? slots[1] : slots[0]
