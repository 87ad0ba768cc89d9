// Every place where one or two faults can hit a rollout, one after the other: kills around each write,
// in each wait and each check, verdicts of the check, slots that fall ill or shrink, a rival. After
// them the run is repeated until it ends. S1 to S9 hold at every write, L1 and L2 at the end.
import { describe, expect, test } from '@jest/globals'
import {
  driveBack,
  driveRestore,
  driveRollout,
  isRefusal,
  type Capabilities,
  type DrivePorts,
  type DriveReport,
  type EndpointCheck,
  type Plan,
  type SavedWrite,
  type Strategy,
} from '@sluice/rollout'
import { drivePorts } from '../../../test/doubles/drive-ports.ts'
import { MemoryPlatform } from '../../../test/doubles/memory-platform.ts'
import {
  asking,
  BETA,
  NEW,
  NOW,
  OLD,
  orderOf,
  REPLICAS,
  ROUTES,
  slot,
  tryPlan,
  twoSlots,
} from './scene.ts'

type Fault = 'kill' | 'fail' | 'inconclusive' | 'ill' | 'shrink' | 'rival'

interface Scene {
  readonly name: string
  readonly capabilities: Partial<Capabilities>
  readonly strategy: Strategy
  readonly first?: true
}

/** What happens between two attempts. */
interface Recovery {
  readonly later: number
  /** The post step runs first, as a runner would start it. */
  readonly restores: boolean
}

const scenes: readonly Scene[] = [
  {
    name: 'blue/green',
    capabilities: { weights: 'all-or-nothing' },
    strategy: { steps: [100], bakeSeconds: 0 },
  },
  { name: 'a canary', capabilities: {}, strategy: { steps: [10, 100], bakeSeconds: 30 } },
  {
    name: 'A/B with a mirror',
    capabilities: ROUTES,
    strategy: { steps: [50, 100], bakeSeconds: 0, match: BETA, mirrorPercent: 10 },
  },
  {
    name: 'a match alone',
    capabilities: ROUTES,
    strategy: { steps: [0], bakeSeconds: 30, match: BETA },
  },
  { name: 'replicas', capabilities: REPLICAS, strategy: { steps: [25, 50, 100], bakeSeconds: 0 } },
  {
    name: 'a first rollout',
    capabilities: ROUTES,
    strategy: { steps: [100], bakeSeconds: 30 },
    first: true,
  },
]
const recoveries: readonly Recovery[] = [
  { later: 10, restores: false },
  { later: 100_000, restores: false },
  { later: 10, restores: true },
]

/** One endpoint, the faults that hit it, and what must hold at each of its writes. */
class World {
  readonly scene: Scene
  readonly platform: MemoryPlatform
  readonly clock = { seconds: NOW }
  /** What could have happened at each moment, in order. */
  readonly moments: (readonly Fault[])[] = []
  readonly broken: string[] = []
  readonly #faults: ReadonlyMap<number, Fault>
  #passed = ''
  #rejected = false
  #attempt = 0

  constructor(scene: Scene, faults: ReadonlyMap<number, Fault>) {
    this.scene = scene
    this.#faults = faults
    this.platform = scene.first
      ? new MemoryPlatform({ slots: { green: slot(NEW) } }, scene.capabilities)
      : twoSlots(scene.capabilities)
    this.platform.hook = (moment) => {
      if (moment === 'after') this.#afterWrite()
      this.#meet(['kill'])
    }
  }

  get shown(): string {
    const { traffic, match, mirror } = this.platform.state
    return JSON.stringify([traffic, match, mirror])
  }

  get isBack(): boolean {
    const good = this.scene.first ? {} : { blue: 100 }
    return this.shown === JSON.stringify([good, null, {}]) && !this.platform.state.unfinished
  }

  get isForward(): boolean {
    const { traffic, match } = this.platform.state
    return this.scene.strategy.steps[0] === 0 ? match !== null : traffic['green'] === 100
  }

  /** null: nothing is refused and nothing was begun. */
  async attempt(recovery: Recovery): Promise<DriveReport | 'killed' | 'refused'> {
    this.#attempt += 1
    const order = orderOf(this.scene.strategy)
    const plan = await tryPlan(this.platform, order)
    if (isRefusal(plan)) return 'refused'
    const saved: SavedWrite[] = []
    const ended = await this.#drive(plan, saved)
    const last = saved.at(-1)
    const failed = ended === 'killed' || ended.failure !== undefined
    if (failed && recovery.restores && last !== undefined) {
      const post = await orKilled(driveRestore(last, drivePorts(this.platform, this.clock)))
      if (post !== 'killed' && !this.isBack) {
        this.broken.push(`the post step left ${this.shown}`)
      }
    }
    // Faults of the platform stop; the time until somebody runs it again passes.
    if (!this.scene.first) this.platform.state.slots['blue'] = slot(OLD)
    this.clock.seconds += recovery.later
    return ended
  }

  async #drive(plan: Plan, saved: SavedWrite[]): Promise<DriveReport | 'killed'> {
    const ports: DrivePorts = {
      ...drivePorts(this.platform, this.clock),
      beforeWrite: (write) => saved.push(write),
      check: () => this.#check(),
      sleep: async (seconds) => {
        this.clock.seconds += seconds
        await this.#disturb(plan)
      },
    }
    const ended = await orKilled(
      driveRollout(plan, asking(plan, { owner: `7.${this.#attempt}` }), ports),
    )
    if (ended !== 'killed' && ended.outcome === 'aborted') this.#afterAbort(ended)
    return ended
  }

  /** S9: a verdict marks the revision, nothing else does. */
  #afterAbort({ checks }: DriveReport): void {
    const condemned = checks.some(({ step, verdict }) => step > 0 && verdict === 'fail')
    const marked = this.platform.state.marks.rejected === NEW.slice(0, 16)
    if (condemned !== marked) this.broken.push(`S9: fail ${condemned}, rejected ${marked}`)
  }

  async #disturb(plan: Plan): Promise<void> {
    const fault = this.#meet(['kill', 'ill', 'shrink', 'rival'])
    const { slots } = this.platform.state
    if (fault === 'ill') slots['green'] = slot(NEW, { health: 'unhealthy' })
    if (fault === 'shrink' && slots['blue'] !== undefined)
      slots['blue'] = slot(OLD, { replicas: 1 })
    if (fault !== 'rival') return
    const writes = this.platform.trafficLog.length
    await driveRollout(
      plan,
      asking(plan, { owner: '9.1' }),
      drivePorts(this.platform, { ...this.clock }),
    )
    if (this.platform.trafficLog.length !== writes) this.broken.push('S3: a rival wrote')
  }

  #check(): Promise<EndpointCheck> {
    const fault = this.#meet(['kill', 'fail', 'inconclusive'])
    const verdict = fault === 'fail' || fault === 'inconclusive' ? fault : 'pass'
    if (verdict === 'pass') this.#passed = this.shown
    return Promise.resolve({ verdict, reason: verdict })
  }

  /** The fault of this moment, if it is one that can happen here. */
  #meet(possible: readonly Fault[]): Fault | null {
    const fault = this.#faults.get(this.moments.length) ?? null
    this.moments.push(possible)
    if (fault === 'kill') throw new Error('killed')
    return fault
  }

  #before = JSON.stringify([{ blue: 100 }, null, {}])
  #afterWrite(): void {
    const { traffic, slots, marks, unknown } = this.platform.state
    const sum = Object.values(traffic).reduce((total, weight) => total + weight, 0)
    if (sum !== 100 && !(this.scene.first && sum === 0)) this.broken.push(`S1: ${this.shown}`)
    if (JSON.stringify(unknown) !== '{"owner":"another team"}') this.broken.push('S8')
    const forward = marks.step !== undefined
    const begins = forward && marks.step?.startsWith('1/') === true
    if (forward && !begins && this.#passed !== this.#before) {
      this.broken.push(`S6: ${this.shown} without a check of ${this.#before}`)
    }
    if (forward && this.#rejected) this.broken.push('S9: a step of a rejected revision')
    if (forward && slots['green']?.revision !== NEW) this.broken.push('S7')
    const blue = slots['blue']
    const wanted = this.scene.capabilities.countsReady === true ? 3 : 1
    if (forward && blue !== undefined && (blue.health !== 'healthy' || blue.replicas < wanted)) {
      this.broken.push(`S4: a step beside ${JSON.stringify(blue)}`)
    }
    this.#rejected = marks.rejected !== undefined
    this.#before = this.shown
  }

  /** S5, on a copy: one write from here takes everything back. */
  async wayBack(): Promise<string | null> {
    const copy = new MemoryPlatform(structuredClone(this.platform.state), this.scene.capabilities)
    const slotName = this.scene.first ? 'green' : 'blue'
    await driveBack('rollback', slotName, drivePorts(copy, { ...this.clock }))
    const { traffic, match, mirror } = copy.state
    const good = JSON.stringify([this.scene.first ? {} : { blue: 100 }, null, {}])
    const there = JSON.stringify([traffic, match, mirror]) === good
    return there && copy.trafficLog.length <= 1 ? null : JSON.stringify(copy.state)
  }
}

const ENOUGH_ATTEMPTS = 6

/** Runs until an end; what was broken on the way, and where faults could have been. */
async function live(scene: Scene, faults: ReadonlyMap<number, Fault>, recovery: Recovery) {
  const world = new World(scene, faults)
  let end: Awaited<ReturnType<World['attempt']>> = 'killed'
  for (let attempt = 0; attempt < ENOUGH_ATTEMPTS && !isEnd(end); attempt += 1) {
    end = await world.attempt(recovery)
    const lost = await world.wayBack()
    if (lost !== null) world.broken.push(`S5: ${lost}`)
  }
  if (!isEnd(end)) world.broken.push(`L1: no end after ${ENOUGH_ATTEMPTS} attempts`)
  if (!world.isBack && !world.isForward) world.broken.push(`L1: ended at ${world.shown}`)
  const { expires } = world.platform.state.marks
  if (Number(expires ?? 0) > world.clock.seconds + 930) world.broken.push(`L2: until ${expires}`)
  return world
}

/** Nothing more comes of running it again: done, back, or refused for good. */
const isEnd = (end: DriveReport | 'killed' | 'refused'): boolean =>
  end === 'refused' || (end !== 'killed' && ENDS.includes(end.failure?.code ?? end.outcome))

const ENDS = [
  'promoted',
  'paused',
  'unchanged',
  'aborted',
  'ROLLOUT_CHECK_FAILED',
  'ROLLOUT_REJECTED',
  'ROLLOUT_SLOT_UNHEALTHY',
]

const orKilled = (ending: Promise<DriveReport>): Promise<DriveReport | 'killed'> =>
  ending.catch((error: unknown) => {
    if (String(error) === 'Error: killed') return 'killed'
    throw error
  })

/** All ways in which up to `depth` faults can hit. */
async function search(
  scene: Scene,
  recovery: Recovery,
  depth: number,
): Promise<{
  readonly lives: number
  readonly broken: readonly string[]
  readonly ends: ReadonlySet<string>
}> {
  const broken: string[] = []
  const ends = new Set<string>()
  let lives = 0
  const explore = async (faults: ReadonlyMap<number, Fault>, from: number): Promise<void> => {
    const world = await live(scene, faults, recovery)
    lives += 1
    ends.add(world.isBack ? 'back' : 'forward')
    broken.push(...world.broken.map((what) => `${JSON.stringify([...faults])} ${what}`))
    if (faults.size === depth) return
    for (let at = from; at < world.moments.length; at += 1) {
      for (const fault of world.moments[at] ?? []) {
        await explore(new Map([...faults, [at, fault]]), at + 1)
      }
    }
  }
  await explore(new Map(), 0)
  return { lives, broken, ends }
}

describe('any two faults', () => {
  const rows = scenes.flatMap((scene) =>
    recoveries.map((recovery) => ({ name: scene.name, scene, recovery })),
  )
  test.each(rows)('$name, $recovery', async ({ scene, recovery }) => {
    const { lives, broken, ends } = await search(scene, recovery, 2)
    expect(broken.slice(0, 5)).toEqual([])
    expect(lives).toBeGreaterThan(20)
    expect([...ends].sort()).toEqual(['back', 'forward'])
  })
})
