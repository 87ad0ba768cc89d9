// One run of the loop: its ports, what it saw and did so far, and how it ends.
import type { SavedWrite } from './back.ts'
import type { BackCheck, CheckedStep, EndpointCheck, StepCheck } from './check.ts'
import { rolloutError, type RolloutCode } from './errors.ts'
import type { Write } from './next.ts'
import type { Observation } from './observation.ts'
import type { Outcome } from './outcome.ts'
import type { Platform, Rollback } from './platform.ts'
import { errorOfRefusal, type Refusal } from './refusal.ts'
import { SluiceError } from './sluice-error.ts'
import {
  noTraffic,
  renderPlanWeights,
  renderWeights,
  sameWeights,
  type Weights,
} from './weights.ts'
import type { Condemned } from './withdraw.ts'

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
  /**
   * Looks at the endpoint's own address after a step; absent: nobody does. What it throws ends the
   * run with nothing written.
   */
  readonly check?: (step: CheckedStep) => Promise<EndpointCheck>
  /** The most seconds that a check takes: so long a step is claimed beyond its bake; 60 at least. */
  readonly checkSeconds?: number
  /**
   * So long after the death of its process a write may still show up, seconds. Absent: reads can lag
   * as far behind as `decideRestore` allows for.
   */
  readonly settledAfterSeconds?: number
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
  /** Every check that was made, in order; empty without one. */
  readonly checks: readonly StepCheck[]
  /** After going back with a check: is the endpoint well again? null: did not go back, or no check. */
  readonly back: BackCheck | null
  /** How a person takes the first step of this run back without us; null: none was written, or no words. */
  readonly rollback: Rollback | null
  /**
   * Slot to the percent that it really gets, one decimal, as last seen; null where weights are kept
   * exactly, and when nothing was seen since the last write.
   */
  readonly shares: Readonly<Record<string, number>> | null
  /** Present: nothing more was written, and the step fails with it. */
  readonly failure?: SluiceError
}

/** Poll while somebody else's operation runs on the endpoint, seconds; and how often at most. */
const LOOK_AGAIN_SECONDS = 5
const LOOK_AGAIN_LIMIT = 240
/** How often a look may show less than was written before it is believed. */
const DOUBT_LIMIT = 3
const CHANGED_MEANWHILE: RolloutCode = 'ROLLOUT_CHANGED_MEANWHILE'
/** What one run saw and did so far. */
export class Trip {
  readonly ports: DrivePorts
  changed = false
  waited = false
  #first: string | null = null
  #last = ''
  /** Highest step that this process wrote. */
  written = 0
  #shownSince: number | null = null
  #pauses = 0
  #doubts = 0
  #writing = false
  #seen: Observation | null
  readonly #checks: StepCheck[] = []
  #back: BackCheck | null = null
  #rollback: Rollback | null = null
  #shares: Readonly<Record<string, number>> | null = null
  /** The check that passed last; `last`: after its bake. */
  passed: { readonly step: number; readonly last: boolean } | null = null
  /** A step whose check did not pass: nothing but the way back is left. */
  condemned: Condemned | null = null

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

  clock(): { readonly now: number; readonly shownSince?: number } {
    const now = this.ports.now()
    return this.#shownSince === null ? { now } : { now, shownSince: this.#shownSince }
  }

  async look(): Promise<Observation> {
    const observation = this.#seen ?? (await this.ports.platform.observe(this.ports.signal))
    this.#seen = null
    this.#last = renderPlanWeights(observation.traffic)
    this.#first ??= this.#last
    this.#tellShares(sharesIn(observation))
    return observation
  }

  /** Once after each write, because the share is what the step was for. */
  #tellShares(shares: Readonly<Record<string, number>> | null): void {
    if (shares !== null && this.#shares === null && this.changed) {
      const told = Object.entries(shares).map(([slot, share]) => `${slot} ${share} %`)
      this.ports.progress(`whole replicas really give ${told.join(', ')}`)
    }
    this.#shares = shares
  }

  async write(write: Write, seen: Observation): Promise<void> {
    this.#writing = true
    try {
      const { rollback = null } = await this.ports.platform.setWeights(
        {
          weights: write.weights,
          match: write.match,
          mirror: write.mirror,
          marks: write.marks,
          seen,
        },
        this.ports.signal,
      )
      if (write.step > 0) this.#rollback ??= rollback
    } catch (error) {
      // A refusal that the user can mend was given before anything changed.
      if (error instanceof SluiceError && error.fault === 'user') this.#writing = false
      throw error
    }
    this.#writing = false
    this.changed = true
    this.written = write.step
    this.#shownSince = this.ports.now()
    this.#pauses = 0
    this.#doubts = 0
    this.#shares = null
    this.#last = renderWeights(write.weights)
  }

  /** What it throws ends the run: nothing is written on half an answer. */
  async check(step: CheckedStep): Promise<EndpointCheck> {
    const { check, signal, progress } = this.ports
    if (check === undefined) throw new Error('no check was given')
    const result = await check(step).catch((error: unknown) => {
      if (signal.aborted || error instanceof SluiceError) throw error
      throw rolloutError(
        'ROLLOUT_CHECK_BROKEN',
        `the check of the endpoint broke: ${String(error)}`,
        {
          cause: error,
        },
      )
    })
    // Cut short by a cancel it says nothing about the endpoint.
    signal.throwIfAborted()
    const { verdict, reason } = result
    const of = step.number === 0 ? 'the way back' : `step ${step.number} of ${step.of}`
    progress(`check of ${of}: ${verdict}${reason === '' ? '' : `, ${reason}`}`)
    this.#checks.push({ step: step.number, verdict, reason })
    return { verdict, reason }
  }

  /** After going back: whatever comes of it, traffic is where it was good, and that is the report. */
  async checkBack(weights: Weights): Promise<void> {
    if (this.ports.check === undefined) return
    if (sameWeights(weights, noTraffic)) {
      this.#back = { state: 'unverified', reason: 'no slot serves, as before the rollout' }
      return
    }
    try {
      const { verdict, reason } = await this.check({ number: 0, of: 0, weights })
      this.#back =
        verdict === 'pass'
          ? { state: 'verified', reason: '' }
          : { state: 'unverified', reason: reason === '' ? `the check says ${verdict}` : reason }
    } catch (error) {
      if (!this.ports.signal.aborted && !(error instanceof SluiceError)) throw error
      const reason = error instanceof SluiceError ? error.message : 'cancelled during the check'
      this.#back = { state: 'unverified', reason }
    }
  }

  startBake(): void {
    this.waited = true
    this.#pauses = 0
    this.#doubts = 0
  }

  /** Looks again a few times, then lets go: what a person set meanwhile is not undone (S3). */
  async doubt(observation: Observation, step = this.written): Promise<DriveReport | null> {
    this.#doubts += 1
    if (this.#doubts <= DOUBT_LIMIT) {
      await this.pause(`step ${step} does not show`)
      return null
    }
    const did = step === this.written ? 'written' : 'checked'
    const message = `${observation.endpoint} is at ${this.#last}, step ${observation.marks.step ?? 'none'}; this run had ${did} step ${step}`
    const failure = rolloutError('ROLLOUT_OWNERSHIP_LOST', message)
    return this.report('held', { reason: message, failure })
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
      checks: [...this.#checks],
      back: this.#back,
      rollback: this.#rollback,
      shares: this.#shares,
      ...more,
    }
  }
}

function sharesIn({ slots }: Observation): Readonly<Record<string, number>> | null {
  const shares = slots.flatMap(({ slot, share }) => (share === undefined ? [] : [[slot, share]]))
  return shares.length === 0 ? null : Object.fromEntries(shares)
}
