// One case after the other behind a proxy of its own: a world, a run that dies at one request, and
// one more run.
import type { ChildProcess } from 'node:child_process'
import type { ClusterInUse, ProxyInUse } from '../harness.ts'
import { runK8sApply, type K8sOrder } from '../step/k8s-step.ts'
import type { StepEnd, Texts } from '../../scenario/rig/step.ts'
import type { World } from './before.ts'
import { isSame, PointCounter, renderPoint, type Moment, type Point } from './points.ts'
import { stateOf } from './state.ts'

export interface Kill {
  readonly point: Point
  readonly moment: Moment
}

export interface CaseEnd {
  /** null: the run ended before it came to its point. */
  readonly killed: string | null
  /** Outcome of the run after it, or its errors. */
  readonly again: string
  readonly state: readonly string[]
}

export interface Story {
  /** A fresh world each time. */
  readonly begin: () => Promise<World>
  /** The checkout of the run. */
  readonly files: (namespace: string) => Texts
  readonly inputs: Texts
}

export type Running = Partial<Pick<K8sOrder, 'inputs' | 'onChild' | 'onLine'>>

export class Lane {
  readonly proxy: ProxyInUse
  readonly #cluster: ClusterInUse
  readonly #story: Story

  private constructor(cluster: ClusterInUse, proxy: ProxyInUse, story: Story) {
    this.#cluster = cluster
    this.proxy = proxy
    this.#story = story
  }

  static async open(cluster: ClusterInUse, story: Story): Promise<Lane> {
    return new Lane(cluster, await cluster.faultProxy(), story)
  }

  /** The requests of a run that nothing happens to, and what it leaves. */
  async record() {
    const world = await this.begin()
    const points: Point[] = []
    const counter = new PointCounter(world.namespace)
    this.proxy.onEach((moment, request) => {
      if (moment === 'before') points.push(counter.take(request))
      return 'go-on'
    })
    const step = await this.run(world)
    return { step, points, state: await this.state(world) }
  }

  async kill({ point, moment }: Kill): Promise<CaseEnd> {
    const world = await this.begin()
    const counter = new PointCounter(world.namespace)
    const numbers = new Set<number>()
    let child: ChildProcess | null = null
    let killed: string | null = null
    this.proxy.onEach(async (now, request) => {
      if (now === 'before' && isSame(counter.take(request), point)) numbers.add(request.number)
      if (killed !== null) return 'drop'
      if (now !== moment || !numbers.has(request.number) || child === null) return 'go-on'
      killed = `${moment} ${renderPoint(point)}`
      await killNow(child)
      return 'drop'
    })
    await this.run(world, { onChild: (started) => (child = started) })
    this.proxy.reset()
    const again = await this.run(world)
    return { killed, again: endingOf(again), state: await this.state(world) }
  }

  /** A world that nobody has touched; what was planned for the one before is forgotten. */
  begin(): Promise<World> {
    this.proxy.reset()
    this.proxy.script([])
    return this.#story.begin()
  }

  /** The folder of the story. */
  run({ namespace }: World, more: Running = {}): Promise<StepEnd> {
    return runK8sApply({
      to: this.proxy,
      token: this.#cluster.facts.token,
      namespace,
      files: this.#story.files(namespace),
      ...more,
      inputs: { ...this.#story.inputs, ...more.inputs },
    })
  }

  state({ namespace, setId }: World): Promise<readonly string[]> {
    return stateOf(this.#cluster, namespace, setId)
  }
}

/** Comes back when the process is no more: nothing that follows can reach it. */
export async function killNow(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  await gone
}

export const endingOf = ({ exitCode, outputs, annotations }: StepEnd): string => {
  const errors = annotations.filter(({ level }) => level === 'error')
  const told = errors.map(({ title, message }) => `${title}: ${message}`)
  return [`exit code ${exitCode}`, outputs['outcome'], ...told].join(', ')
}

/** A few at a time, each on a lane of its own; answers in the order of the items. */
export async function onLanes<Item, Value>(
  lanes: readonly Lane[],
  items: readonly Item[],
  work: (lane: Lane, item: Item) => Promise<Value>,
): Promise<readonly Value[]> {
  const values = new Map<number, Value>()
  const queue = [...items.entries()]
  await Promise.all(
    lanes.map(async (lane) => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift())
        values.set(next[0], await work(lane, next[1]))
    }),
  )
  return items.map((_, index) => values.get(index) as Value)
}
