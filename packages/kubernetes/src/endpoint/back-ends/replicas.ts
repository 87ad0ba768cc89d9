// Shares by the number of pods: one Service over both slots, or pinned to one of them.
import {
  bad,
  checkReplicaSteps,
  good,
  renderWeights,
  weightOf,
  type Problem,
  type Result,
  type Weights,
} from '@sluice/rollout'
import type { KubeObject } from '../../object.ts'
import { withAnnotation } from './annotations.ts'
import type {
  BackEnd,
  Routing,
  RoutingSeen,
  RoutingWrite,
  Scaling,
  TrafficScene,
} from './back-end.ts'
import { lastGoodSlot } from './last-good.ts'
import { beyondLimits } from './limits.ts'
import { mergePatchBetween } from './merge-patch.ts'
import {
  candidateReplicas,
  fitsReplicas,
  fitsShare,
  otherSlot,
  realShares,
  WEIGHTS_ANNOTATION,
  weightsAskedFor,
  type Shared,
} from './replica-shares.ts'
import { awaitedPods, readyPods, wantedPods } from './selected-pods.ts'
import {
  createPinned,
  missedBy,
  nameOf,
  readSelector,
  withSlotValue,
  type SelectorSeen,
} from './selector.ts'
import { serviceResource } from './service-resource.ts'
import { NO_SLOT } from './slot-label.ts'
import { unknownSlots } from './wanted-slots.ts'
import { wholePercents } from './whole-percents.ts'

/**
 * 0 and 100 pin the selector to one slot. Between them the selector has no slot label, and the
 * candidate alone is scaled: its share is c / (s + c).
 */
export const replicasBackEnd: BackEnd = {
  kind: 'replicas',
  resource: serviceResource,
  capabilities: { weights: 'replicas', mirrorMaxPercent: 0, matches: [] },
  reads: 'object',
  acknowledgedBy: 'endpoint-slices',
  notice: null,
  read,
  write,
  // The number of pods is not looked at: scalings are waited for by who does them.
  awaiting(scene, { weights }) {
    return awaitedPods(
      scene,
      scene.slots.filter((slot) => weightOf(weights, slot) > 0),
    )
  },
  refused: () => null,
  create: createPinned,
}

function read(scene: TrafficScene): Result<RoutingSeen> {
  const seen = readSelector(scene)
  if (!seen.ok) return seen
  const none = { match: null, mirror: {} }
  const { selected } = seen.value
  switch (selected.kind) {
    case 'none':
      return good({ ...none, traffic: {} })
    case 'slot': {
      const { slot } = selected
      const shares = { [slot]: 100, [otherSlot(scene, slot)]: 0 }
      return good({ ...none, traffic: { [slot]: 100 }, shares })
    }
    case 'both':
      return readShares(scene)
    default:
      return selected satisfies never
  }
}

function readShares(scene: TrafficScene): Result<RoutingSeen> {
  const asked = weightsAskedFor(scene)
  if (asked === undefined) {
    const { metadata } = scene.object
    const message = `found "${metadata.annotations?.[WEIGHTS_ANNOTATION]}"; wanted a share of each slot, such as ${scene.slots[0]}=80,${scene.slots[1]}=20, or no such annotation`
    return bad({
      where: `${nameOf(scene.object)} metadata.annotations["${WEIGHTS_ANNOTATION}"]`,
      message,
    })
  }
  const seen = { match: null, mirror: {}, shares: realShares(scene) }
  if (asked !== null && fitsReplicas(scene, asked)) return good({ ...seen, traffic: asked })
  const ready = scene.slots.map((slot) => ({ slot, weight: readyPods(scene, slot) }))
  // None is ready at the moment: the next one that is gets the requests, so its slot is not idle.
  const weighted = ready.some(({ weight }) => weight > 0)
    ? ready
    : scene.slots.map((slot) => ({ slot, weight: wantedPods(scene, slot) }))
  return good({
    ...seen,
    traffic: wholePercents(weighted),
    ...(asked !== null && { unfinished: true }),
  })
}

function write(scene: TrafficScene, wanted: Routing): Result<RoutingWrite> {
  const unfit = [...beyondLimits(replicasBackEnd, wanted), ...unknownSlots(scene, wanted)]
  const seen = readSelector(scene)
  if (!seen.ok || unfit.length > 0) return bad(...unfit, ...(seen.ok ? [] : seen.problems))
  const gaining = scene.slots.filter((slot) => weightOf(wanted.weights, slot) > 0)
  const missed = gaining.flatMap((slot) => missedBy(scene, { slot, label: seen.value.label }))
  if (missed.length > 0) return bad(...missed)
  return gaining.length === 2
    ? share(scene, seen.value, wanted.weights)
    : good(pin(scene, seen.value, gaining[0] ?? null))
}

/** One slot, or none, gets everything. Going back to the last good slot is this one write alone. */
function pin(scene: TrafficScene, seen: SelectorSeen, slot: string | null): RoutingWrite {
  const { key, values } = seen.label
  const value = slot === null ? NO_SLOT : (values.get(slot) ?? NO_SLOT)
  const patch = patchTo(scene, { key, value, weights: null })
  const before = seen.selected
  const stays = slot === null || (before.kind === 'slot' && before.slot === slot)
  if (stays || (lastGoodSlot(scene) === slot && wantedPods(scene, slot) > 0)) {
    return { patch, scalings: [] }
  }
  const served = before.kind === 'none' ? 0 : wantedPods(scene, otherSlot(scene, slot))
  return {
    patch,
    scalings: wantedPods(scene, slot) < served ? [{ slot, replicas: served, when: 'before' }] : [],
  }
}

/** Both slots get a share. */
function share(
  scene: TrafficScene,
  { label, selected }: SelectorSeen,
  weights: Weights,
): Result<RoutingWrite> {
  if (selected.kind === 'none') return bad(nobodyServes(scene, weights))
  const active = selected.kind === 'slot' ? selected.slot : activeOf(scene, weights)
  const shared: Shared = { active, candidate: otherSlot(scene, active), weights }
  const patch = patchTo(scene, { key: label.key, value: null, weights })
  // Without requests its size can change at once; with them the claim is written first.
  const when: Scaling['when'] = selected.kind === 'slot' ? 'before' : 'after'
  const replicas = candidateReplicas(scene, shared)
  const scalings = fitsShare(scene, shared) ? [] : [{ slot: shared.candidate, replicas, when }]
  const isSo = scalings.length === 0 && Object.keys(patch).length === 0
  const problem = isSo ? null : tooMuch(scene, shared)
  return problem === null ? good({ patch, scalings }) : bad(problem)
}

/**
 * The slot that keeps its size while both get requests: the one that was good before the rollout.
 * Without marks the one whose weight falls; where none falls one whose other slot has the right
 * size already, and else the one with the greater weight.
 */
function activeOf(scene: TrafficScene, weights: Weights): string {
  const known = lastGoodSlot(scene)
  if (known !== null) return known
  const [first, second] = scene.slots
  const present = read(scene)
  const traffic = present.ok ? present.value.traffic : {}
  const falls = scene.slots.find((slot) => weightOf(weights, slot) < (traffic[slot] ?? 0))
  const fits = scene.slots.find((active) =>
    fitsShare(scene, { active, candidate: otherSlot(scene, active), weights }),
  )
  return falls ?? fits ?? (weightOf(weights, second) > weightOf(weights, first) ? second : first)
}

const nobodyServes = (scene: TrafficScene, weights: Weights): Problem => ({
  where: 'weights',
  message: `found ${renderWeights(weights)}, but ${nameOf(scene.object)} gives no slot requests: there is no size for a share to go by; give one slot 100 first`,
})

/** Whole replicas would give the candidate far more than it was to get. */
function tooMuch(scene: TrafficScene, { active, candidate, weights }: Shared): Problem | null {
  const replicas = wantedPods(scene, active)
  const refusal = checkReplicaSteps([weightOf(weights, candidate)], { active, replicas, candidate })
  return refusal === null ? null : { where: 'weights', message: refusal.message }
}

interface Target {
  readonly key: string
  /** null: the selector selects both slots. */
  readonly value: string | null
  readonly weights: Weights | null
}

function patchTo(scene: TrafficScene, { key, value, weights }: Target): RoutingWrite['patch'] {
  const target: KubeObject = withAnnotation(
    withSlotValue(scene.object, key, value),
    WEIGHTS_ANNOTATION,
    weights === null ? null : renderWeights(weights),
  )
  return mergePatchBetween(scene.object, target)
}
