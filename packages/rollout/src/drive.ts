// The loop: observe, decide, act once, observe again. All effects are in the ports.
import { shownState } from './back.ts'
import { decideNext, type Asking, type Next, type Write } from './next.ts'
import type { Observation } from './observation.ts'
import { renderPlanStep, type Plan } from './plan.ts'
import { Trip, type DrivePorts, type DriveReport } from './trip.ts'
import { parseWeights, renderWeights, weightOf } from './weights.ts'
import { decideWithdrawal, type Condemned } from './withdraw.ts'

/** A line at least this often while a bake runs, seconds. */
const PROGRESS_SECONDS = 30

/** Follows a plan from wherever the target is to its end. Running it again is a no-op or progress. */
export async function driveRollout(
  plan: Plan,
  asking: Omit<Asking, 'now' | 'shownSince' | 'checks' | 'checkSeconds'>,
  ports: DrivePorts,
): Promise<DriveReport> {
  const trip = new Trip(ports)
  const checks = ports.check !== undefined
  const { checkSeconds = 0 } = ports
  return trip.toItsEnd(async () => {
    const observation = await trip.look()
    const asked: Asking = { ...asking, ...trip.clock(), ...(checks && { checks, checkSeconds }) }
    const scene = { plan, trip, ports, observation }
    if (trip.condemned !== null) return withdraw(trip.condemned, asked, scene)
    const next = decideNext(observation, plan, asked)
    if (behind(next, trip.written)) return trip.doubt(observation)
    const due = checkDue(next, scene)
    if (due === null) return followNext(next, scene)
    const passed = await checkStep(due, scene)
    // The check took its time, so only an end needs no new look.
    return passed && next.kind === 'done' ? followNext(next, scene) : null
  })
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
      return endOf(scene)
    case 'look-again':
      await trip.pause(next.why)
      return null
    case 'bake':
      await bake(next, plan, trip)
      return null
    case 'go-back':
      return goBackFor(next.reason, next.write, scene)
    case 'write': {
      saveWrite(next, scene)
      const step = plan.steps[next.step - 1]
      const told = step === undefined ? renderWeights(next.weights) : renderPlanStep(step)
      ports.progress(`step ${next.step} of ${plan.steps.length}: ${told}`)
      await trip.write(next, observation)
      // The write was read back; with nothing left to watch there is nothing left to look at.
      const over = next.step === plan.steps.length && plan.steps.at(-1)?.bakeSeconds === 0
      if (!over) return null
      const passed =
        ports.check === undefined || (await checkStep({ step: next.step, last: true }, scene))
      return passed ? endOf(scene) : null
    }
    default:
      return next satisfies never
  }
}

/** A plan that leaves the candidate below 100 has a match or a mirror in force, and waits for the next. */
function endOf({ plan, trip }: Scene): DriveReport {
  const end = parseWeights(plan.steps.at(-1)?.weights ?? {})
  const promoted = end.ok && weightOf(end.value, plan.slot) === 100
  const changed = promoted ? 'promoted' : 'paused'
  return trip.report(trip.changed || trip.waited ? changed : 'unchanged', { reason: '' })
}

interface DueCheck {
  readonly step: number
  /** Its bake is over: nothing but the next write or the end comes after it. */
  readonly last: boolean
}

/**
 * The check that comes before anything else moves: of a step that was just written, or that a run
 * before this one left, and again at the end of its bake. null: none, or it was made.
 */
function checkDue(next: Next, { plan, trip, ports, observation }: Scene): DueCheck | null {
  if (ports.check === undefined) return null
  const due = dueFor(next, plan)
  // A write that stopped half way is completed first: what is there now is no step.
  if (due === null || due.step < 1 || observation.unfinished === true) return null
  const { passed } = trip
  const made = passed !== null && passed.step === due.step && (passed.last || !due.last)
  return made ? null : due
}

function dueFor(next: Next, plan: Plan): DueCheck | null {
  if (next.kind === 'write') return { step: next.step - 1, last: true }
  if (next.kind === 'bake') return { step: next.step, last: false }
  return next.kind === 'done' ? { step: plan.steps.length, last: true } : null
}

async function checkStep(due: DueCheck, { plan, trip }: Scene): Promise<boolean> {
  const weights = parseWeights(plan.steps[due.step - 1]?.weights ?? {})
  if (!weights.ok) throw new Error(`step ${due.step} of the plan has no valid weights`)
  const result = await trip.check({
    number: due.step,
    of: plan.steps.length,
    weights: weights.value,
  })
  if (result.verdict === 'pass') {
    trip.passed = due
    return true
  }
  trip.condemned = { ...result, step: due.step, own: trip.written === due.step }
  return false
}

/** null: look again and decide anew. */
async function withdraw(
  condemned: Condemned,
  asking: Asking,
  scene: Scene,
): Promise<DriveReport | null> {
  const { plan, trip, observation } = scene
  const decision = decideWithdrawal(observation, plan, { asking, condemned })
  switch (decision.kind) {
    case 'refused':
      return trip.refused(decision)
    case 'hold':
      return trip.report('held', { reason: decision.reason })
    case 'look-again':
      await trip.pause(decision.why)
      return null
    case 'gone':
      return trip.doubt(observation, condemned.step)
    case 'go-back':
      return goBackFor(decision.reason, decision.write, scene)
    default:
      return decision satisfies never
  }
}

async function goBackFor(reason: string, write: Write, scene: Scene): Promise<DriveReport> {
  const { trip, ports, observation } = scene
  saveWrite(write, scene)
  ports.progress(`going back to ${renderWeights(write.weights)}: ${reason}`)
  await trip.write(write, observation)
  await trip.checkBack(write.weights)
  return trip.report('aborted', { reason })
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
