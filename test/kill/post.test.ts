// The post step itself dies at every exchange, and nothing more runs. Once while it takes back the
// first step of a rollout that died, once after a later step of the job failed.
import { afterAll, describe, expect, test } from '@jest/globals'
import { Case, type Kill } from './case.ts'
import { expectPromoted, stepsWritten, weightsOn } from './ending.ts'
import { recordPoints, writePoint, type Point } from './record.ts'
import { PLAN } from './truth.ts'
import { openWorld } from './world.ts'
import { LATER_FAILURE, SWAP } from './workflow.ts'

const world = await openWorld()
afterAll(() => world.close())

interface Story {
  readonly story: string
  readonly workflow: string
  readonly kills: readonly Kill[]
  /** Steps written when the post step begins. */
  readonly forward: readonly number[]
  readonly points: readonly Point[]
}

async function tell(parts: Omit<Story, 'points'>): Promise<Story> {
  return { ...parts, points: await recordPoints(world, { ...parts, stage: 'post' }) }
}

const nth = writePoint(await recordPoints(world, { workflow: SWAP, stage: 'main' }), 1)
const stories = [
  await tell({
    story: 'after the first step',
    workflow: SWAP,
    kills: [{ kind: 'process', stage: 'main', nth, moment: 'after' }],
    forward: [1],
  }),
  await tell({
    story: 'after the promotion',
    workflow: LATER_FAILURE,
    kills: [],
    forward: [1, 2],
  }),
]

describe.each(stories)('the post step $story', ({ workflow, kills, forward, points }) => {
  describe.each(['before', 'after'] as const)('dies %s', (moment) => {
    test.each(points)('exchange $nth, $exchange', async (point) => {
      const one = await Case.begin(world)
      const death: Kill = { kind: 'process', stage: 'post', nth: point.nth, moment }
      const failed = await one.start(workflow, [...kills, death])
      const steps = stepsWritten(one)
      expect({
        killed: one.killed,
        processes: one.processes.map(({ stage }) => stage),
        steps,
        weights: weightsOn(one),
      }).toEqual({
        killed: one.killed,
        processes: ['main', 'post'],
        // One write at most, and only of the last good weights.
        steps: [...forward, ...[0].slice(0, steps.length - forward.length)],
        weights: PLAN[steps.at(-1) ?? 0],
      })
      // A look right after the dead write may show a step that is no more; nobody re-runs so fast.
      world.rest(120)
      await expectPromoted(one, await one.rerunFailed(failed))
    })
  })
})
