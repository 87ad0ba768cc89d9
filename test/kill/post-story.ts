// The post step itself dies at every exchange of its own, and nothing more runs.
import { describe, expect, test } from '@jest/globals'
import { Case, type Kill } from './case.ts'
import { expectPromoted, stepsWritten, weightsOn } from './ending.ts'
import { recordPoints, writesUntil } from './record.ts'
import { PLAN } from './truth.ts'
import type { World } from './world.ts'

export interface PostStory {
  /** When the post step begins: the end of the title. */
  readonly when: string
  readonly workflow: string
  /** What makes the main step fail; none where a later step does. */
  readonly kills: readonly Kill[]
  /** Steps written by then. */
  readonly forward: readonly number[]
}

/** Records the post step, then one test per exchange and moment. */
export async function describePostStory(world: World, story: PostStory): Promise<void> {
  const { when, workflow, kills, forward } = story
  const points = await recordPoints(world, { workflow, kills, stage: 'post' })
  describe(`the post step ${when}`, () => {
    describe.each(['before', 'after'] as const)('dies %s', (moment) => {
      test.each(points)('exchange $nth, $exchange', async ({ nth }) => {
        const one = await Case.begin(world)
        const death: Kill = { kind: 'process', stage: 'post', nth, moment }
        const failed = await one.start(workflow, [...kills, death])
        const back = [0].slice(0, writesUntil(points, death))
        expect({
          killed: one.killed,
          processes: one.processes.map(({ stage }) => stage),
          steps: stepsWritten(one),
          weights: weightsOn(one),
        }).toEqual({
          killed: one.killed,
          processes: ['main', 'post'],
          steps: [...forward, ...back],
          weights: PLAN[[...forward, ...back].at(-1) ?? 0],
        })
        // A look right after the dead write may show a step that is no more; nobody re-runs so fast.
        world.rest(120)
        await expectPromoted(one, await one.rerunFailed(failed))
      })
    })
  })
}
