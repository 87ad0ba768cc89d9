// One look at all that is open: what the sources hold by now, and what it means.
import type { KubeObject } from '../../object.ts'
import { inertLine } from '../inert-text.ts'
import { isWorkload, lookAt, lookAtPods, type Ending, type Item, type Sight } from './item.ts'
import type { Details } from './sources.ts'
import { openItems, type World } from './world.ts'

/** Most become ready before it is worth looking at their pods. */
export const PODS_AFTER_SECONDS = 1

/** What is ready or paused by what its write returned; everything else needs the server. */
export function lookAtHand(world: World): void {
  const parts = { times: world.times(), options: world.options }
  for (const item of world.items) {
    if (item.object === null) continue
    const sight = { object: item.object, gone: null, lateClasses: new Set<string>() }
    const ending = lookAt(item, sight, parts)
    if (ending?.verdict === 'ready' || ending?.verdict === 'paused') item.ending = ending
  }
}

/** Takes in what the sources hold; what has come to its end gets its ending. */
export function look(world: World): void {
  const parts = { times: world.times(), options: world.options }
  const lateClasses = lateClassesOf(world)
  for (const item of openItems(world)) {
    const sight = sightOf(world, item, lateClasses)
    if (sight === null) continue
    item.ending = 'verdict' in sight ? sight : lookAt(item, sight, parts)
    const hasPods = item.ending === null && item.object !== null && isWorkload(item.object)
    if (!hasPods || world.ports.clock.now() - world.begun < PODS_AFTER_SECONDS * 1000) continue
    const details = detailsOf(world, item.object)
    if (details?.isLoaded() === true) item.ending = lookAtPods(item, details, parts)
  }
}

/** An ending when it can never be seen; null when it was not read yet. */
function sightOf(
  world: World,
  { awaited }: Item,
  lateClasses: ReadonlySet<string>,
): Sight | Ending | null {
  const feed = world.sources?.feedOf(awaited.id) ?? null
  if (feed === null) {
    const message = 'the server does not know its kind'
    return { verdict: 'failed', reason: 'UnknownKind', message }
  }
  if (feed.isDenied()) {
    const message = `it cannot be awaited: ${feed.trouble() ?? 'it may not be read'}`
    return { verdict: 'timeout', reason: 'Forbidden', message }
  }
  if (!feed.isLoaded()) return null
  return {
    object: feed.objects.get(awaited.id.name) ?? null,
    gone: feed.gone.get(awaited.id.name) ?? null,
    lateClasses,
  }
}

function lateClassesOf(world: World): ReadonlySet<string> {
  const claims = openItems(world).flatMap(({ object }) =>
    object?.kind === 'PersistentVolumeClaim' ? object : [],
  )
  return claims.length === 0 || world.sources === null
    ? new Set()
    : world.sources.lateClasses(claims)
}

/** Pods, their makers and warnings of the namespace of a workload. */
export function detailsOf(world: World, workload: KubeObject | null): Details | null {
  const namespace = workload?.metadata.namespace
  if (namespace === undefined || world.sources === null) return null
  const neighbours = () =>
    openItems(world).flatMap(({ object }) =>
      object?.metadata.namespace === namespace && isWorkload(object) ? object : [],
    )
  const details = world.sources.detailsOf(namespace, neighbours)
  const denied = details.denied()
  if (denied.length > 0) {
    world.notice(
      inertLine(
        `${denied.join(', ')} in namespace ${namespace} may not be read: why something is not ready may stay unknown until the deadline`,
      ),
    )
  }
  return details
}
