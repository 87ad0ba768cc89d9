// The machine dies at every exchange of a rollout: no post step, nothing. The next run finds it.
import { afterAll, describe, expect, test } from '@jest/globals'
import { Case } from './case.ts'
import { expectPromoted, stepsWritten, weightsOn } from './ending.ts'
import { recordPoints, writePoint, writesUntil } from './record.ts'
import { PLAN } from './truth.ts'
import { openWorld } from './world.ts'
import { SWAP } from './workflow.ts'

const world = await openWorld()
afterAll(() => world.close())
const points = await recordPoints(world, { workflow: SWAP, stage: 'main' })

describe('the runner', () => {
  describe.each(['before', 'after'] as const)('dies %s', (moment) => {
    test.each(points)('exchange $nth, $exchange', async ({ nth }) => {
      const one = await Case.begin(world)
      const failed = await one.start(SWAP, [{ kind: 'runner', stage: 'main', nth, moment }])
      const forward = writesUntil(points, { nth, moment })
      expect({
        killed: one.killed,
        conclusion: failed.conclusion,
        processes: one.processes.map(({ stage }) => stage),
        steps: stepsWritten(one),
        weights: weightsOn(one),
      }).toEqual({
        killed: one.killed,
        conclusion: 'failure',
        processes: ['main'],
        steps: [1, 2].slice(0, forward),
        weights: PLAN[forward],
      })
      await expectPromoted(one, await one.rerunFailed(failed))
    })
  })
})

describe('the claim of a dead runner', () => {
  const nth = writePoint(points, 1)

  test('S3: keeps other runs off while it lasts. L2: it ends, and another run promotes', async () => {
    const one = await Case.begin(world)
    await one.start(SWAP, [{ kind: 'runner', stage: 'main', nth, moment: 'after' }])
    const refused = await one.start(SWAP)
    expect({
      conclusion: refused.conclusion,
      errors: refused.jobs.flatMap(({ annotations }) => annotations.map(({ title }) => title)),
      steps: stepsWritten(one),
      weights: weightsOn(one),
    }).toEqual({
      conclusion: 'failure',
      errors: ['traffic-swap: ROLLOUT_OWNED'],
      steps: [1],
      weights: PLAN[1],
    })
    world.rest(1200)
    await expectPromoted(one, await one.start(SWAP))
  })
})
