// The process of traffic-swap dies at every exchange of a rollout, and the runner runs its post step.
import { afterAll, describe, expect, test } from '@jest/globals'
import { Case } from './case.ts'
import { expectPromoted, marksOn, stepsWritten, weightsOn } from './ending.ts'
import { recordPoints, writesUntil } from './record.ts'
import { openWorld } from './world.ts'
import { SWAP } from './workflow.ts'

const world = await openWorld()
afterAll(() => world.close())
/** What a restore leaves: which rollout it was, and where it came from. */
const BACK = ['previous', 'rollout']
const points = await recordPoints(world, { workflow: SWAP, stage: 'main' })

describe('the process', () => {
  describe.each(['before', 'after'] as const)('dies %s', (moment) => {
    test.each(points)('exchange $nth, $exchange', async ({ nth }) => {
      const one = await Case.begin(world)
      const failed = await one.start(SWAP, [{ kind: 'process', stage: 'main', nth, moment }])
      const forward = writesUntil(points, { nth, moment })
      // Whatever was written goes back by one write; where nothing was written, nothing is.
      const back = forward === 0 ? { steps: [], marks: [] } : { steps: [0], marks: BACK }
      expect({
        killed: one.killed,
        ended: failed.jobs.flatMap(({ steps }) => steps.map((s) => `${s.stage} ${s.conclusion}`)),
        weights: weightsOn(one),
        steps: stepsWritten(one),
        marks: marksOn(one),
      }).toEqual({
        killed: one.killed,
        ended: ['main success', 'main failure', 'post success', 'post success'],
        weights: 'blue=100',
        steps: [...[1, 2].slice(0, forward), ...back.steps],
        marks: back.marks,
      })
      await expectPromoted(one, await one.rerunFailed(failed))
    })
  })
})
