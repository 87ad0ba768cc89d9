// The process died right after the first step was written; its post step takes that back, and dies too.
import { afterAll } from '@jest/globals'
import { describePostStory } from './post-story.ts'
import { recordPoints, writePoint } from './record.ts'
import { openWorld } from './world.ts'
import { SWAP } from './workflow.ts'

const world = await openWorld()
afterAll(() => world.close())

const nth = writePoint(await recordPoints(world, { workflow: SWAP, stage: 'main' }), 1)
await describePostStory(world, {
  when: 'after the first step',
  workflow: SWAP,
  kills: [{ kind: 'process', stage: 'main', nth, moment: 'after' }],
  forward: [1],
})
