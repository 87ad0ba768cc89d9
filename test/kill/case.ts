// One case: attempts of a run on one fresh world, and the moments at which a process of traffic-swap
// dies. Everything that was asked, by which process, is kept for the judges.
import { setTimeout as wait } from 'node:timers/promises'
import {
  RunControl,
  runWorkflow,
  type Exchange,
  type ExchangeHook,
  type RunRequest,
  type RunResult,
} from '@sluice/twin'
import { findTruthBreaches } from './truth.ts'
import type { World } from './world.ts'
import { PUBLISHED } from '../doubles/project.ts'

export type Stage = 'main' | 'post'
export type Moment = 'before' | 'after'
/** `process`: it dies, and the runner goes on. `runner`: the machine dies with it. */
export type Kind = 'process' | 'runner'

export interface Kill {
  readonly kind: Kind
  readonly stage: Stage
  /** Which exchange of that process, 1 is its first. */
  readonly nth: number
  /** `before`: the request never takes effect. `after`: it does, and nobody hears of it. */
  readonly moment: Moment
}

/** A process of traffic-swap that was started, in order. */
export interface SwapProcess {
  readonly pid: number
  readonly stage: Stage
  readonly attempt: string
  /** Number of the last exchange before it. */
  readonly after: number
}

type Base = Pick<RunRequest, 'services' | 'machine'>

const STEP = `${PUBLISHED}/actions/traffic-swap`

export class Case {
  readonly world: World
  readonly processes: SwapProcess[] = []
  /** The exchanges at which something was killed, as they really came. */
  readonly killed: string[] = []
  /** What was wrong on the endpoint itself after some exchange. */
  readonly breaches: string[] = []
  readonly #base: Base
  #kills: Kill[] = []
  #control = new RunControl()

  private constructor(world: World, base: Base) {
    this.world = world
    this.#base = base
    world.twin.log.hook = (moment, exchange) => this.#meet(moment, exchange)
  }

  static async begin(world: World): Promise<Case> {
    return new Case(world, await world.reset())
  }

  /** A push starts the workflow. */
  start(workflow: string, kills: readonly Kill[] = []): Promise<RunResult> {
    const { github, event } = this.world
    const { after: sha, name, ref, actor } = event
    const run = github.startRun({ workflow, event: name, ref, sha, actor })
    return this.#attempt({ run }, kills)
  }

  /** "Re-run failed jobs" */
  rerunFailed(before: RunResult): Promise<RunResult> {
    const run = this.world.github.rerun(before.run.id)
    return this.#attempt({ run, rerunFailedOf: before }, [])
  }

  /** All exchanges of one process. */
  exchangesOf(process: SwapProcess): readonly Exchange[] {
    const next = this.processes[this.processes.indexOf(process) + 1]
    const upTo = next?.after ?? this.world.twin.log.last
    return this.world.twin.log.since(process.after).filter(({ number }) => number <= upTo)
  }

  async #attempt(
    facts: Pick<RunRequest, 'run' | 'rerunFailedOf'>,
    kills: readonly Kill[],
  ): Promise<RunResult> {
    this.#kills = [...kills]
    this.#control = new RunControl()
    const { id, attempt } = facts.run
    const result = await runWorkflow({
      ...this.#base,
      ...facts,
      event: this.world.event,
      control: this.#control,
      awaitReview: () => Promise.reject(new Error('no environment here wants a review')),
      onChild: (pid, what) => this.#started(pid, { what, attempt: `${id}.${attempt}` }),
    })
    if (this.#kills.length > 0)
      throw new Error(`never came to kill ${this.#kills.map(renderKill).join(', ')}`)
    return result
  }

  #started(pid: number, facts: { readonly what: string; readonly attempt: string }): void {
    if (!facts.what.includes(STEP)) return
    this.processes.push({
      pid,
      stage: facts.what.includes('Post ') ? 'post' : 'main',
      attempt: facts.attempt,
      after: this.world.twin.log.last,
    })
  }

  async #meet(moment: Moment, exchange: Parameters<ExchangeHook>[1]): Promise<'go-on' | 'drop'> {
    const { number, face, request } = exchange
    const name = `exchange ${number}: ${face} ${request.method} ${request.path}`
    if (moment === 'after')
      this.breaches.push(...findTruthBreaches(this.world.endpoint()).map((b) => `${name}: ${b}`))
    const process = this.processes.at(-1)
    if (process === undefined) return 'go-on'
    const index = this.#kills.findIndex(
      (kill) =>
        kill.stage === process.stage &&
        kill.moment === moment &&
        kill.nth === number - process.after,
    )
    const [kill] = index < 0 ? [] : this.#kills.splice(index, 1)
    if (kill === undefined) return 'go-on'
    this.killed.push(`${moment} ${name}`)
    await this.#end(process.pid, kill.kind)
    return 'drop'
  }

  /** Comes back when the process is no more: nothing that follows can reach it. */
  async #end(pid: number, kind: Kind): Promise<void> {
    if (kind === 'runner') this.#control.loseRunner()
    else process.kill(pid, 'SIGKILL')
    const patience = performance.now() + 10_000
    while (isAlive(pid)) {
      if (performance.now() > patience) throw new Error(`process ${pid} survives its kill`)
      await wait(1)
    }
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

export const renderKill = ({ kind, stage, nth, moment }: Kill): string =>
  `${kind} ${moment} exchange ${nth} of ${stage}`
