// The selector of the endpoint's Service: one label moves all requests from one slot to the other.
import { bad, good, type Result } from '@sluice/rollout'
import type { BackEnd, Routing, RoutingSeen, RoutingWrite, TrafficScene } from './back-end.ts'
import { beyondLimits } from './limits.ts'
import { mergePatchBetween } from './merge-patch.ts'
import { awaitedPods } from './selected-pods.ts'
import { createPinned, missedBy, nameOf, readSelector, withSlotValue } from './selector.ts'
import { serviceResource } from './service-resource.ts'
import { NO_SLOT } from './slot-label.ts'
import { onlySlot, unknownSlots } from './wanted-slots.ts'

/** 0 or 100; going to another slot is a patch of one key of the selector. */
export const serviceBackEnd: BackEnd = {
  kind: 'service',
  resource: serviceResource,
  capabilities: { weights: 'all-or-nothing', mirrorMaxPercent: 0, matches: [] },
  reads: 'object',
  acknowledgedBy: 'endpoint-slices',
  notice: null,
  read,
  write,
  awaiting(scene, { weights }) {
    return awaitedPods(
      scene,
      scene.slots.filter((slot) => (weights[slot] ?? 0) > 0),
    )
  },
  refused: () => null,
  create: createPinned,
}

function read(scene: TrafficScene): Result<RoutingSeen> {
  const seen = readSelector(scene)
  if (!seen.ok) return seen
  const { label, selected } = seen.value
  if (selected.kind === 'both') {
    const values = [...label.values.values()].map((value) => `${label.key}: ${value}`)
    const message = `the selector lacks ${label.key}, so it selects the pods of both slots; use back-end: replicas, which works by their number, or pin it with ${values.join(' or ')}`
    return bad({ where: `${nameOf(scene.object)} spec.selector`, message })
  }
  const traffic = selected.kind === 'slot' ? { [selected.slot]: 100 } : {}
  return good({ traffic, match: null, mirror: {} })
}

function write(scene: TrafficScene, wanted: Routing): Result<RoutingWrite> {
  const unfit = [...beyondLimits(serviceBackEnd, wanted), ...unknownSlots(scene, wanted)]
  const only = onlySlot(serviceBackEnd, wanted)
  const present = read(scene)
  const seen = readSelector(scene)
  const problems = [...unfit, ...problemsOf(only), ...problemsOf(present)]
  if (!only.ok || !seen.ok || problems.length > 0) return bad(...problems)
  const { label } = seen.value
  const slot = only.value
  const missed = slot === null ? [] : missedBy(scene, { slot, label })
  if (missed.length > 0) return bad(...missed)
  const value = slot === null ? NO_SLOT : (label.values.get(slot) ?? NO_SLOT)
  const patch = mergePatchBetween(scene.object, withSlotValue(scene.object, label.key, value))
  return good({ patch, scalings: [] })
}

const problemsOf = (result: Result<unknown>) => (result.ok ? [] : result.problems)
