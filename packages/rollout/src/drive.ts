// The loop: observe, decide, act once, observe again. All effects are in the ports.
import {
  decideAbort,
  decideRollback,
  decideRestore,
  type BackDecision,
  type SavedWrite,
} from './back.ts'
import { decideNext, type Asking, type Next, type Write } from './next.ts'
import type { Observation } from './observation.ts'
import type { Outcome } from './outcome.ts'
import type { Plan } from './plan.ts'
import type { Platform } from './platform.ts'
import { errorOfRefusal, type Refusal } from './refusal.ts'
import { SluiceError } from './sluice-error.ts'
import { parseWeights, renderWeights, noTraffic, type Weights } from './weights.ts'
import { rolloutError, type RolloutCode } from './errors.ts'

export interface DrivePorts {
  readonly platform: Pick<Platform, 'observe' | 'setWeights'>
  /** Seconds since 1970. */
  readonly now: () => number
  readonly sleep: (seconds: number, signal: AbortSignal) => Promise<void>
  /** One line for a person; called at least once per wait. */
  readonly progress: (line: string) => void
  /** What the caller has just seen: taken instead of the first look. */
  readonly seen?: Observation
  /** Called before each write, so that a post step knows what to take back. */
  readonly beforeWrite: (saved: SavedWrite) => void
  readonly signal: AbortSignal
}

export interface DriveReport {
  readonly outcome: Outcome
  /** Weights at the first look and at the end, as `renderWeights`. */
  readonly before: string
  readonly after: string
  readonly changed: boolean
  /** Why it did not simply go through; empty otherwise. */
  readonly reason: string
  /** False: a write was sent and no read has shown yet what became of it. */
  readonly proven: boolean
  /** Present: nothing more was written, and the step fails with it. */
  readonly failure?: SluiceError
}

/** Poll while somebody else's operation runs on the endpoint, seconds; and how often at most. */
const LOOK_AGAIN_SECONDS = 5
const LOOK_AGAIN_LIMIT = 240
const CHANGED_MEANWHILE: RolloutCode = 'ROLLOUT_CHANGED_MEANWHILE'
/** A line at least this often while a bake runs, seconds. */
const PROGRESS_SECONDS = 30

/** Follows a plan from wherever the target is to its end. Running it again is a no-op or progress. */
export async function driveRollout(
  plan: Plan,
  asking: Omit<Asking, 'now'>,
  ports: DrivePorts,
): Promise<DriveReport> {
  const trip = new Trip(ports)
  return trip.toItsEnd(async () => {
    const observation = await trip.look()
    const next = decideNext(observation, plan, { ...asking, now: ports.now() })
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
    from: renderWeights(weightsOf(observation.traffic)),
    intended: renderWeights(write.weights),
    before: renderWeights(weightsOf(plan.before)),
  })

async function bake(
  next: { readonly seconds: number; readonly step: number },
  plan: Plan,
  trip: Trip,
): Promise<void> {
  trip.waited = true
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

const weightsOf = (raw: Readonly<Record<string, number>>): Weights => {
  const parsed = parseWeights(raw)
  return parsed.ok ? parsed.value : noTraffic
}

/** What one run saw and did so far. */
class Trip {
  readonly ports: DrivePorts
  changed = false
  waited = false
  #first: string | null = null
  #last = ''
  #pauses = 0
  #writing = false
  #seen: Observation | null

  constructor(ports: DrivePorts) {
    this.ports = ports
    this.#seen = ports.seen ?? null
  }

  /**
   * Takes turns until one gives a report. A cancel and the platform's failures end in a report too,
   * because what was done by then must be told; anything else is a bug and is thrown.
   */
  async toItsEnd(turn: () => Promise<DriveReport | null>): Promise<DriveReport> {
    try {
      for (;;) {
        const end = await this.#take(turn)
        if (end !== null) return end
      }
    } catch (error) {
      if (this.ports.signal.aborted) {
        const message = `stopped at ${this.#last === '' ? 'the first look' : this.#last}${this.#writing ? ', in the middle of a write' : ''}`
        const failure = rolloutError('ROLLOUT_CANCELLED', message, { cause: error })
        return this.report('paused', { reason: 'cancelled', failure })
      }
      if (!(error instanceof SluiceError)) throw error
      return this.report('held', { reason: error.message, failure: error })
    }
  }

  /** A write that was refused because something changed was not sent: what is there now decides anew. */
  async #take(turn: () => Promise<DriveReport | null>): Promise<DriveReport | null> {
    try {
      return await turn()
    } catch (error) {
      if (!(error instanceof SluiceError) || error.code !== CHANGED_MEANWHILE) throw error
      this.#writing = false
      await this.pause(error.message)
      return null
    }
  }

  async look(): Promise<Observation> {
    const observation = this.#seen ?? (await this.ports.platform.observe(this.ports.signal))
    this.#seen = null
    this.#last = renderWeights(weightsOf(observation.traffic))
    this.#first ??= this.#last
    return observation
  }

  async write(write: Write, seen: Observation): Promise<void> {
    this.#writing = true
    await this.ports.platform.setWeights(
      { weights: write.weights, marks: write.marks, seen },
      this.ports.signal,
    )
    this.#writing = false
    this.changed = true
    this.#last = renderWeights(write.weights)
  }

  async pause(why: string): Promise<void> {
    this.#pauses += 1
    if (this.#pauses > LOOK_AGAIN_LIMIT) {
      throw rolloutError(
        'ROLLOUT_IN_FLIGHT',
        `${why} since ${LOOK_AGAIN_LIMIT * LOOK_AGAIN_SECONDS} s; gave up waiting`,
        { hint: 'Look at the endpoint; when the operation has ended, run again.' },
      )
    }
    this.ports.progress(`waiting: ${why}`)
    await this.ports.sleep(LOOK_AGAIN_SECONDS, this.ports.signal)
  }

  refused(refusal: Refusal): DriveReport {
    return this.report('held', { reason: refusal.message, failure: errorOfRefusal(refusal) })
  }

  report(
    outcome: Outcome,
    more: { readonly reason: string; readonly failure?: SluiceError },
  ): DriveReport {
    return {
      outcome,
      before: this.#first ?? '',
      after: this.#last,
      changed: this.changed,
      proven: !this.#writing,
      ...more,
    }
  }
}
