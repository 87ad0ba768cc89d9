// A later step of the job failed after the promotion; the post step takes it back, and dies.
import { afterAll } from '@jest/globals'
import { describePostStory } from './post-story.ts'
import { openWorld } from './world.ts'
import { LATER_FAILURE } from './workflow.ts'

const world = await openWorld()
afterAll(() => world.close())

await describePostStory(world, {
  when: 'after the promotion',
  workflow: LATER_FAILURE,
  kills: [],
  forward: [1, 2],
})
