// One change of weights, match and mirror, from the proof of the slot to what shows that it is in force.
import {
  rolloutError,
  type Observation,
  type WeightsChange,
  type WriteReport,
} from '@sluice/rollout'
import { kubernetesError } from '../errors.ts'
import { renderId } from '../object.ts'
import type { Routing, RoutingWrite, Scaling, TrafficScene } from './back-ends/back-end.ts'
import { marksOf, revisionMarkOf, sameMarks } from './marks.ts'
import { readRouting } from './observe.ts'
import { refuseUnsupportedMirror } from './mirror-support.ts'
import { gaining, proveSlots } from './proof.ts'
import { reachOf, rollbackOf } from './rollback.ts'
import { refuseAutoscaled, scaleSlot } from './scaling.ts'
import type { Site } from './site.ts'
import { wantedReplicas } from './slot-health.ts'
import { readSnapshot, trafficObjectId, type Snapshot } from './snapshot.ts'
import { View, type Source } from './view.ts'
import { changedMeanwhile, readSettled, sameRouting, writeObject } from './writing.ts'

export interface TrafficOrder {
  readonly site: Site
  readonly change: WeightsChange
  /** What `change.seen` was made from; null: it must be read again. */
  readonly known: Snapshot | null
}

/** Where nothing shows that a write is in force, this is how long one is given to be. */
const SETTLE_SECONDS = 2

/**
 * Resolves when the change is in force as far as the cluster shows. Fault `user`: nothing was written.
 * Throws ROLLOUT_CHANGED_MEANWHILE when the endpoint is no longer as `change.seen`.
 */
export async function applyWeights(
  { site, change, known }: TrafficOrder,
  signal: AbortSignal,
): Promise<WriteReport> {
  const deadline = site.clock.now() + site.waitSeconds * 1000
  const view = new View(site, known ?? (await readSnapshot(site, signal)), signal)
  const scene = view.scene()
  const wanted: Routing = {
    weights: change.weights,
    match: change.match ?? null,
    mirror: change.mirror ?? {},
  }
  const isSo = isAlready(site, scene, { change, wanted })
  if (!isSo) refuseChanged(site, scene, change)
  const write = isSo ? null : writeFor(site, scene, wanted)
  const run: Run = { view, change, wanted, deadline, signal }
  if (write === null) {
    await acknowledged(run)
    return { changed: false }
  }
  await refuseUnsupportedMirror(site, scene.object, wanted)
  await beforeWrite(run, write)
  const { object, patch, before } = await writeObject(
    { site, scene: view.scene(), change, wanted, signal },
    write,
  )
  view.show(object)
  await scaleAll(run, scalingsOf(write, 'after'))
  if (before !== null) await acknowledged(run)
  const { found } = scene
  const { scalings } = write
  const changed = before !== null || scalings.length > 0
  const was = before ?? object
  const reach = reachOf(site.backEnd, { ...scene, object: was }, patch)
  const rollback = rollbackOf(site, { before: was, patch: reach, scalings, found })
  return changed ? { changed, rollback } : { changed }
}

interface Run {
  readonly view: View
  readonly change: WeightsChange
  readonly wanted: Routing
  /** Milliseconds since 1970. */
  readonly deadline: number
  readonly signal: AbortSignal
}

interface Wish {
  readonly change: WeightsChange
  readonly wanted: Routing
}

const isAlready = (site: Site, scene: TrafficScene, { change, wanted }: Wish): boolean =>
  sameMarks(marksOf(scene.object), change.marks) && sameRouting(readRouting(site, scene), wanted)

/** By its version; a write of others that left all of ours alone does not count. */
function refuseChanged(site: Site, scene: TrafficScene, { seen }: WeightsChange): void {
  if (seen.version !== null && seen.version === scene.object.metadata.resourceVersion) return
  const now = readRouting(site, scene)
  const same =
    sameMarks(marksOf(scene.object), seen.marks) &&
    (seen.unfinished ?? false) === (now.unfinished ?? false) &&
    sameRouting({ ...now, unfinished: false }, routingOf(seen))
  if (!same) throw changedMeanwhile(site, scene.object)
}

const routingOf = ({ traffic, match, mirror }: Observation): Routing => ({
  // Raw: only compared, never written.
  weights: traffic as Routing['weights'],
  match: match ?? null,
  mirror,
})

function writeFor(site: Site, scene: TrafficScene, wanted: Routing): RoutingWrite {
  const write = site.backEnd.write(scene, wanted)
  if (write.ok) return write.value
  const told = write.problems.map(({ where, message }) => `${where}: ${message}`)
  throw kubernetesError(
    'KUBERNETES_TRAFFIC_NOT_POSSIBLE',
    `${renderId(trafficObjectId(site))}: ${told.join('; ')}`,
  )
}

const scalingsOf = ({ scalings }: RoutingWrite, when: Scaling['when']): readonly Scaling[] =>
  scalings.filter((one) => one.when === when)

/** What is scaled up from nothing can be proven only after that. */
async function beforeWrite(run: Run, write: RoutingWrite): Promise<void> {
  const { view, wanted } = run
  const { site } = view
  const scene = view.scene()
  const gains = gaining(readRouting(site, scene), wanted)
  const first = scalingsOf(write, 'before')
  const isEmpty = (slot: string): boolean => {
    const deployment = scene.found.find((one) => one.slot === slot)?.deployment ?? null
    return deployment !== null && wantedReplicas(deployment) === 0
  }
  const late = first.map(({ slot }) => slot).filter(isEmpty)
  await proveSlots(
    site,
    scene,
    gains.filter((slot) => !late.includes(slot)),
  )
  await refuseAutoscaled(site, scene, write.scalings)
  await scaleAll(run, first)
  if (first.length === 0) return
  const scaled = gains.filter((slot) => first.some((one) => one.slot === slot))
  refuseChangedSlots(run, { before: scene, scaled: first.map(({ slot }) => slot) })
  if (scaled.length > 0) await proveSlots(site, view.scene(), scaled)
}

/** Pods may take minutes to come up: what they hold, and how many are beside them, was decided on before. */
function refuseChangedSlots(
  { view, change }: Run,
  { before, scaled }: { readonly before: TrafficScene; readonly scaled: readonly string[] },
): void {
  const { site } = view
  const deploymentIn = ({ found }: TrafficScene, slot: string) =>
    found.find((one) => one.slot === slot)?.deployment ?? null
  for (const slot of site.slots) {
    const [was, now] = [deploymentIn(before, slot), deploymentIn(view.scene(), slot)]
    const held = change.seen.slots.find((one) => one.slot === slot)?.revision ?? null
    const holds = now === null ? null : revisionMarkOf(now, site.sha256)
    const replicas = [was, now].map((one) => (one === null ? 0 : wantedReplicas(one)))
    const isResized = !scaled.includes(slot) && replicas[0] !== replicas[1]
    if (holds === held && !isResized) continue
    throw rolloutError(
      'ROLLOUT_CHANGED_MEANWHILE',
      `slot ${slot} was changed by somebody else while pods came up; no request was moved`,
    )
  }
}

async function scaleAll(run: Run, scalings: readonly Scaling[]): Promise<void> {
  for (const scaling of scalings) await scaleSlot(run.view, scaling, run)
}

const SOURCES: Readonly<Record<'endpoint-slices' | 'status', readonly Source[]>> = {
  'endpoint-slices': ['slices'],
  status: ['object'],
}

/** Waits for what shows that the data plane follows. */
async function acknowledged({ view, wanted, deadline, signal }: Run): Promise<void> {
  const { site } = view
  const { backEnd, clock } = site
  const what = renderId(trafficObjectId(site))
  const late = (awaited: string): Error =>
    kubernetesError('KUBERNETES_NOT_ACKNOWLEDGED', `${what}: ${awaited}; gave up waiting`)
  const check = (scene: TrafficScene): string | null => {
    const refused = backEnd.refused(scene)
    if (refused === null) return backEnd.awaiting(scene, wanted)
    throw kubernetesError('KUBERNETES_TRAFFIC_REFUSED', `${what}: ${refused}`)
  }
  if (backEnd.acknowledgedBy !== 'time') {
    await view.until({ sources: SOURCES[backEnd.acknowledgedBy], check, deadline, late })
    return
  }
  await clock.sleep(SETTLE_SECONDS, signal)
  // A controller may have said no by now, and a person may have set something else.
  const object = await readSettled(site, signal)
  if (object === null) throw late('it is gone')
  view.show(object)
  const awaited = check(view.scene())
  if (awaited !== null) throw late(awaited)
}
