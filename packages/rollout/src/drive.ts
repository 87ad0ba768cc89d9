// The loop: observe, decide, act once, observe again. All effects are in the ports.
import {
  decideAbort,
  decideRollback,
  decideRestore,
  shownState,
  type BackDecision,
  type SavedWrite,
} from './back.ts'
import { decideNext, type Asking, type Next, type Write } from './next.ts'
import type { Observation } from './observation.ts'
import type { Plan } from './plan.ts'
import { Trip, type DrivePorts, type DriveReport } from './trip.ts'
import { renderWeights } from './weights.ts'

/** A line at least this often while a bake runs, seconds. */
const PROGRESS_SECONDS = 30

/** Follows a plan from wherever the target is to its end. Running it again is a no-op or progress. */
export async function driveRollout(
  plan: Plan,
  asking: Omit<Asking, 'now' | 'shownSince'>,
  ports: DrivePorts,
): Promise<DriveReport> {
  const trip = new Trip(ports)
  return trip.toItsEnd(async () => {
    const observation = await trip.look()
    const next = decideNext(observation, plan, { ...asking, ...trip.clock() })
    if (behind(next, trip.written)) return trip.doubt(observation)
    return followNext(next, { plan, trip, ports, observation })
  })
}

/** Takes a rollout back: `abort` before its end, `rollback` after it. */
export async function driveBack(
  mode: 'abort' | 'rollback',
  slot: string,
  ports: DrivePorts,
): Promise<DriveReport> {
  const decide = (observation: Observation) =>
    mode === 'abort'
      ? decideAbort(observation, slot, ports.now())
      : decideRollback(observation, slot)
  return goBackBy(decide, mode === 'abort' ? 'aborted' : 'rolled-back', ports)
}

/** What the post step does after a later failure or a cancel. */
export function driveRestore(saved: SavedWrite, ports: DrivePorts): Promise<DriveReport> {
  const began = ports.now()
  const decide = (observation: Observation) =>
    decideRestore(observation, saved, ports.now() - began)
  return goBackBy(decide, 'aborted', ports)
}

interface Scene {
  readonly plan: Plan
  readonly trip: Trip
  readonly ports: DrivePorts
  readonly observation: Observation
}

/** The endpoint shows less than this process wrote: somebody took it back, or a read is late. */
function behind(next: Next, written: number): boolean {
  if (next.kind === 'write') return next.step <= written
  return next.kind === 'bake' && next.step < written
}

/** null: look again and decide anew. */
async function followNext(next: Next, scene: Scene): Promise<DriveReport | null> {
  const { plan, trip, ports, observation } = scene
  switch (next.kind) {
    case 'refused':
      return trip.refused(next)
    case 'hold':
      return trip.report('held', { reason: next.reason })
    case 'done':
      return trip.report(trip.changed || trip.waited ? 'promoted' : 'unchanged', { reason: '' })
    case 'look-again':
      await trip.pause(next.why)
      return null
    case 'bake':
      await bake(next, plan, trip)
      return null
    case 'go-back':
      saveWrite(next.write, scene)
      ports.progress(`going back to ${renderWeights(next.write.weights)}: ${next.reason}`)
      await trip.write(next.write, observation)
      return trip.report('aborted', { reason: next.reason })
    case 'write': {
      saveWrite(next, scene)
      ports.progress(`step ${next.step} of ${plan.steps.length}: ${renderWeights(next.weights)}`)
      await trip.write(next, observation)
      // The write was read back; with nothing left to watch there is nothing left to look at.
      const over = next.step === plan.steps.length && plan.steps.at(-1)?.bakeSeconds === 0
      return over ? trip.report('promoted', { reason: '' }) : null
    }
    default:
      return next satisfies never
  }
}

const saveWrite = (write: Write, { plan, ports, observation }: Scene): void =>
  ports.beforeWrite({
    rollout: plan.rollout,
    from: shownState(observation.traffic, observation.marks),
    intended: shownState(write.weights, write.marks),
  })

async function bake(
  next: { readonly seconds: number; readonly step: number },
  plan: Plan,
  trip: Trip,
): Promise<void> {
  trip.startBake()
  const seconds = Math.min(next.seconds, PROGRESS_SECONDS)
  trip.ports.progress(
    `step ${next.step} of ${plan.steps.length}: bakes for another ${next.seconds} s`,
  )
  await trip.ports.sleep(seconds, trip.ports.signal)
}

async function goBackBy(
  decide: (observation: Observation) => BackDecision,
  outcome: 'aborted' | 'rolled-back',
  ports: DrivePorts,
): Promise<DriveReport> {
  const trip = new Trip(ports)
  return trip.toItsEnd(async () => {
    const observation = await trip.look()
    const decision = decide(observation)
    switch (decision.kind) {
      case 'refused':
        return trip.refused(decision)
      case 'done':
        return trip.report('unchanged', { reason: decision.reason })
      case 'look-again':
        await trip.pause(decision.why)
        return null
      case 'write':
        ports.progress(`going back to ${renderWeights(decision.weights)}`)
        await trip.write(decision, observation)
        return trip.report(outcome, { reason: '' })
      default:
        return decision satisfies never
    }
  })
}
