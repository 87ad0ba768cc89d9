// Waits until each object is ready, has failed, or waits for people; one deadline for all of them.
import type { Awaited, Verdict } from '../verdict.ts'
import { createItem } from './item.ts'
import { look, lookAtHand, PODS_AFTER_SECONDS } from './look.ts'
import { createSources } from './sources.ts'
import { concludeEnded, concludeOpen } from './verdicts.ts'
import { createWorld, openItems, type WaitParts, type World } from './world.ts'

/** After the first failure, so that what fails or ends at the same time is told as it is. */
const LAST_LOOK_SECONDS = 1.5
/** Time alone changes some answers. */
const LONGEST_PAUSE_SECONDS = 1
/** Changes come in bursts. */
const BURST_SECONDS = 0.1

/**
 * A verdict for each object, in the same order. Ends when all have one, at the deadline (`timeout`),
 * or, unless told otherwise, 1.5 s after one has failed: then the others are reported as they stand,
 * those that are not ready as `timeout` with the reason `NotAwaited`. Rejects when the run is
 * cancelled or nothing can be read any more.
 */
export async function waitForReady(
  awaited: readonly Awaited[],
  parts: WaitParts,
): Promise<readonly Verdict[]> {
  const items = awaited.map(createItem)
  const stop = new AbortController()
  const signal = AbortSignal.any([parts.ports.signal, stop.signal])
  const world = createWorld(items, parts, signal)
  try {
    lookAtHand(world)
    await concludeEnded(world)
    if (openItems(world).length > 0) await run(world, signal)
  } finally {
    stop.abort(new Error('the wait is over'))
  }
  return items.flatMap(({ verdict }) => verdict ?? [])
}

async function run(world: World, signal: AbortSignal): Promise<void> {
  const { clock } = world.ports
  await openSources(world, signal)
  for (;;) {
    signal.throwIfAborted()
    if (world.lost !== null) throw world.lost.error
    look(world)
    await concludeEnded(world)
    const open = openItems(world)
    if (open.length === 0) return
    const { at, why } = endOf(world)
    if (clock.now() >= at) return concludeOpen(world, why)
    world.progress.tell(open)
    if (await world.alarm.wait(pauseOf(world, at))) await clock.sleep(BURST_SECONDS, signal)
  }
}

async function openSources(world: World, signal: AbortSignal): Promise<void> {
  const { api, ports, alarm } = world
  world.sources = await createSources({
    api,
    ports,
    signal,
    changed: alarm.ring,
    lost: (error) => {
      world.lost ??= { error }
      alarm.ring()
    },
  })
  const items = new Map(openItems(world).map((item) => [item.awaited, item]))
  await world.sources.open([...items.keys()], (one) => items.get(one)?.verdict === null)
}

/** When it is over whatever comes, milliseconds since 1970. */
function endOf({ options, failedAt }: World): { at: number; why: 'deadline' | 'failure' } {
  const deadline = options.started + options.timeoutSeconds * 1000
  if (failedAt === null || !options.stopAtFirstFailure) return { at: deadline, why: 'deadline' }
  const soon = failedAt + LAST_LOOK_SECONDS * 1000
  return soon < deadline ? { at: soon, why: 'failure' } : { at: deadline, why: 'deadline' }
}

/** Seconds until the next look, if nothing changes: exactly when a grace or the time is over. */
function pauseOf(world: World, end: number): number {
  const now = world.ports.clock.now()
  const grace = openItems(world).flatMap(({ early }) => early.wakeAt ?? [])
  const next = Math.min(end, ...grace)
  const untilPods = world.begun / 1000 + PODS_AFTER_SECONDS - now / 1000
  const seconds = [
    (next - now) / 1000,
    world.progress.silenceLeft(),
    untilPods > 0 ? untilPods : LONGEST_PAUSE_SECONDS,
  ]
  return Math.max(0.01, Math.min(LONGEST_PAUSE_SECONDS, ...seconds))
}
