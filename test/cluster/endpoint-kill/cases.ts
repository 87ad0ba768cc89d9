// One case: traffic-swap dies at one request; what the endpoint shows then, after the post step, and
// after one more run of the job.
import type { ChildProcess } from 'node:child_process'
import { endingOf, killNow, type Kill } from '../kill/lane.ts'
import { isSame, PointCounter, renderPoint, type Point } from '../kill/points.ts'
import type { StepEnd } from '../../scenario/rig/step.ts'
import { findBreaches, stepOf, type Shown } from './truth.ts'
import type { World } from './world.ts'

/** `runner`: the machine dies with the process. `process`: the post step runs. */
export type Kind = 'runner' | 'process'

export interface Case extends Kill {
  readonly kind: Kind
}

export interface Whole {
  readonly step: StepEnd
  readonly points: readonly Point[]
  readonly before: Shown
  readonly after: Shown
}

/** The run that nothing happens to. */
export async function record(world: World): Promise<Whole> {
  await world.reset()
  const before = await world.show()
  const counter = new PointCounter(world.namespace)
  const points: Point[] = []
  world.proxy.onEach((moment, request) => {
    if (moment === 'before') points.push(counter.take(request))
    return 'go-on'
  })
  const step = await world.swap(1)
  return { step, points, before, after: await world.show() }
}

/** Each write, at both moments and with both kinds of death; of the reads every third. */
export function casesAt(points: readonly Point[], isTimed: boolean): readonly Case[] {
  const all = points.flatMap((point, at) =>
    MOMENTS.flatMap((moment) =>
      KINDS.map((kind) => ({ point, moment, kind, isSlow: isUndecided(points, at, moment) })),
    ),
  )
  // A post step watches for 90 s what it cannot know; that passes at once where waits do.
  const quick = all.filter(({ kind, isSlow }) => kind === 'runner' || isTimed || !isSlow)
  const writes = quick.filter(({ point }) => point.isWrite)
  const reads = points.filter(({ isWrite }) => !isWrite).filter((_, i) => i % 3 === 0)
  const sampled = reads.flatMap((point, i) => {
    const here = quick.filter((one) => one.point === point)
    return here.slice(i % here.length).slice(0, 1)
  })
  return [...writes, ...sampled]
}

const MOMENTS = ['before', 'after'] as const
const KINDS = ['runner', 'process'] as const

const isTrafficWrite = ({ isWrite, request }: Point): boolean =>
  isWrite && !request.includes('/scale')
const isLook = ({ request }: Point): boolean => /^GET (?!.*autoscalers)/.test(request)

/** The process has said what it will write, and nobody has seen whether it did. */
function isUndecided(points: readonly Point[], at: number, moment: Kill['moment']): boolean {
  const [here, ...later] = points.slice(at)
  if (here === undefined || isLook(here)) return false
  if (isTrafficWrite(here)) return moment === 'before'
  const next = later.find((point) => isTrafficWrite(point) || isLook(point))
  return next !== undefined && isTrafficWrite(next)
}

export const renderCase = ({ point, moment, kind }: Case): string =>
  `${kind} ${moment} ${renderPoint(point)}`

/** What came out otherwise than it should; empty, but for defects. */
export async function play(world: World, whole: Whole, one: Case): Promise<readonly string[]> {
  await world.reset()
  const wrong: string[] = []
  const look = async (when: string): Promise<Shown> => {
    const shown = await world.show()
    wrong.push(...findBreaches(world.course, shown).map((breach) => `${when}: ${breach}`))
    return shown
  }
  const dead = await die(world, one)
  if (dead === null) return ['the run ended before it came to its point']
  const killed = await look('killed')
  const forward = stepsBy(whole.points, one)
  if (stepOf(killed) !== forward)
    wrong.push(`step ${stepOf(killed)} is there instead of ${forward}`)
  if (one.kind === 'process') {
    const post = await world.swap(1, { postOf: dead })
    if (post.exitCode !== 0) wrong.push(`post: ${endingOf(post)}`)
    const back = await look('after post')
    wrong.push(...unlikeBefore(back, { whole, forward }))
  }
  const again = await world.swap(2)
  // Killed after its last write, it leaves nothing to do.
  if (!/^exit code 0, (promoted|unchanged)$/.test(endingOf(again)))
    wrong.push(`again: ${endingOf(again)}`)
  const end = await look('again')
  if (end.essence !== whole.after.essence) wrong.push(`again: ${end.essence}`)
  return wrong
}

/** Of an undisturbed run: steps that are on the object when it dies there. */
function stepsBy(points: readonly Point[], { point, moment }: Case): number {
  const at = points.findIndex((one) => isSame(one, point))
  const done = points.slice(0, moment === 'after' ? at + 1 : at)
  return done.filter(isTrafficWrite).length
}

function unlikeBefore(
  back: Shown,
  { whole, forward }: { readonly whole: Whole; readonly forward: number },
): readonly string[] {
  const { before } = whole
  const marks = Object.keys(back.marks).toSorted().join()
  const wanted = forward === 0 ? '' : 'previous,rollout'
  return [
    ...(back.green === before.green ? [] : [`after post: green has ${back.green}`]),
    ...(back.spec === before.spec ? [] : [`after post: ${back.spec}`]),
    ...(marks === wanted ? [] : [`after post: marks ${marks}`]),
  ]
}

/** null: it never came to the point. */
async function die(world: World, { point, moment }: Case): Promise<StepEnd | null> {
  const counter = new PointCounter(world.namespace)
  const numbers = new Set<number>()
  let child: ChildProcess | null = null
  let isKilled = false
  world.proxy.onEach(async (now, request) => {
    if (now === 'before' && isSame(counter.take(request), point)) numbers.add(request.number)
    if (isKilled) return 'drop'
    if (now !== moment || !numbers.has(request.number) || child === null) return 'go-on'
    isKilled = true
    await killNow(child)
    return 'drop'
  })
  const end = await world.swap(1, { onChild: (started) => (child = started) })
  world.proxy.reset()
  return isKilled ? end : null
}
