// A cancelled step: it stops waiting, reports within 5 seconds and moves no traffic. These waits are
// real, so nothing but the signal can end them in time.
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import type { Snapshot } from '@sluice/twin'
import { auditSteps } from './rig/audit.ts'
import { failureOf } from './rig/step.ts'
import { trafficWrites, writesIn } from './rig/wire.ts'
import { ENDPOINT, prepare, World, type Papers } from './rig/world.ts'

const LIMIT_SECONDS = 5
const CANARY = { steps: '10,100', 'bake-seconds': '600' }

jest.setTimeout(60_000)

let world: World
let papers: Papers & Record<string, string>
let start: Snapshot

beforeAll(async () => {
  world = await World.open({ liveBefore: true })
  // Steps of real and of virtual time follow each other here.
  world.stage.twin.time.set(Date.now())
  world.train('2')
  papers = await prepare(world, '2')
  // What is not waited for on purpose takes no time.
  world.azure.options = { ...world.azure.options, polls: 0, staleReads: 0, retryAfterSeconds: 1 }
  start = await world.snapshot()
})
afterAll(() => world.close())
beforeEach(() => world.restore(start))

/** Interrupts a child once, and measures from there. */
class Interruption {
  /** Number of the last exchange before the signal. */
  last = 0
  #at = 0

  send(child: ChildProcess): void {
    if (this.#at !== 0) return
    this.#at = performance.now()
    this.last = world.stage.twin.log.last
    child.kill('SIGINT')
  }

  get seconds(): number {
    return (performance.now() - this.#at) / 1000
  }
}

test('SIGINT while a step bakes', async () => {
  const signal = new Interruption()
  const step = await world.swap(
    { ...papers, ...CANARY },
    {
      realTime: true,
      onLine: (line, child) => {
        if (line.startsWith('step 1 of 2: bakes')) signal.send(child)
      },
    },
  )
  expect(signal.seconds).toBeLessThan(LIMIT_SECONDS)
  expect(step.exitCode).toBe(1)
  expect(failureOf(step)).toContain('ROLLOUT_CANCELLED')
  expect(step.headings).toEqual([`## traffic-swap: ${ENDPOINT} paused`])
  expect(step.outputs).toMatchObject({
    outcome: 'paused',
    changed: 'true',
    traffic: 'blue=90,green=10',
  })
  expect(trafficWrites(step.exchanges).filter(({ number }) => number > signal.last)).toEqual([])
  expect(world.traffic).toEqual({ blue: 90, green: 10 })

  // Either the post step takes it back ...
  const middle = await world.snapshot()
  const post = await world.act('traffic-swap', {}, { stage: 'post', state: step.state })
  expect(trafficWrites(post.exchanges)).toHaveLength(1)
  expect(world.traffic).toEqual({ blue: 100, green: 0 })

  // ... or, where it did not run, the next attempt goes on from there.
  await world.restore(middle)
  const resumed = await world.swap({ ...papers, ...CANARY }, { attempt: 2 })
  expect(resumed.outputs['outcome']).toBe('promoted')
  expect(trafficWrites(resumed.exchanges)).toHaveLength(1)
  expect(world.traffic).toEqual({ blue: 0, green: 100 })
})

test('SIGINT while a deployment is waited for', async () => {
  world.train('4')
  world.azure.options = { ...world.azure.options, polls: 1000 }
  const signal = new Interruption()
  const step = await world.deploy(
    { 'model-version': '4' },
    {
      realTime: true,
      onChild: (child) => {
        let polls = 0
        world.stage.twin.log.hook = (moment, { request }) => {
          const isPoll = request.path.includes('/mfeOperation')
          if (moment === 'after' && isPoll && (polls += 1) === 1) {
            setTimeout(() => signal.send(child), 200)
          }
          return 'go-on'
        }
      },
    },
  )
  expect(signal.seconds).toBeLessThan(LIMIT_SECONDS)
  expect(step.exitCode).toBe(1)
  expect(step.headings).toEqual([`## endpoint-deploy: ${ENDPOINT} cancelled`])
  expect(failureOf(step)).toContain('ACTION_CANCELLED')
  expect(step.outputs).toEqual({})
  expect(writesIn(step.exchanges.filter(({ number }) => number > signal.last))).toEqual([])
  expect(trafficWrites(step.exchanges)).toEqual([])
  expect(world.traffic).toEqual({ blue: 100, green: 0 })
})

test('SIGINT while a slot is tested leaves no verdict', async () => {
  const signal = new Interruption()
  const step = await world.test(
    { target: papers.target, rounds: '1000' },
    {
      realTime: true,
      onChild: (child) => {
        world.stage.twin.log.hook = (moment, { face }) => {
          if (moment === 'after' && face === 'scoring') signal.send(child)
          return 'go-on'
        }
      },
    },
  )
  expect(signal.seconds).toBeLessThan(LIMIT_SECONDS)
  expect(step.exitCode).toBe(1)
  expect(step.headings).toEqual([`## endpoint-test: ${ENDPOINT} cancelled`])
  expect(step.outputs).toEqual({})
})

auditSteps(() => world)
