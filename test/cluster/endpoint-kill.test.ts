// The process of traffic-swap dies at its requests, on each back end of Kubernetes and a real API
// server. Nothing is ever exposed beyond what the plan allows, and one more run promotes.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { casesAt, play, record, renderCase, type Whole } from './endpoint-kill/cases.ts'
import { COURSES, type Course } from './endpoint-kill/course.ts'
import { findBreaches } from './endpoint-kill/truth.ts'
import { openWorld } from './endpoint-kill/world.ts'
import { useCluster } from './harness.ts'
import { installKinds } from './traffic-objects.ts'

const cluster = useCluster()

/** Cases wait for the cluster half of their time. */
const LANES = 3
const PATIENCE_MS = 600_000

interface Told {
  readonly whole: Whole
  readonly killed: number
  /** Only cases that ended otherwise than they should. */
  readonly wrong: readonly (readonly string[])[]
  readonly seconds: number
}

async function tell(course: Course): Promise<Told> {
  const began = performance.now()
  const world = await openWorld(cluster, course)
  try {
    const whole = await record(world)
    const cases = casesAt(whole.points, course.isTimed)
    const wrong: (readonly string[])[] = []
    for (const one of cases) {
      const problems = await play(world, whole, one)
      if (problems.length > 0) wrong.push([renderCase(one), ...problems])
    }
    return { whole, killed: cases.length, wrong, seconds: (performance.now() - began) / 1000 }
  } finally {
    await world.close()
  }
}

/** All back ends at once, a few at a time; what became of one is for its own tests to say. */
const stories = COURSES.map((course) => ({ course, ...Promise.withResolvers<Told>() }))
let lanes: readonly Promise<void>[] = []

beforeAll(async () => {
  await installKinds(cluster)
  const queue = [...stories]
  const follow = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift())
      await tell(one.course).then(one.resolve, one.reject)
  }
  for (const { promise } of stories) promise.catch(() => undefined)
  lanes = Array.from({ length: LANES }, follow)
})
afterAll(async () => void (await Promise.all(lanes)), PATIENCE_MS)

describe.each(stories)('$course.backEnd', ({ course, promise }) => {
  test(
    'the run that nothing happens to promotes',
    async () => {
      const { step, points, before, after } = (await promise).whole
      expect(step).toMatchObject({ exitCode: 0, outputs: { outcome: 'promoted', changed: 'true' } })
      expect([before.green, after.green]).toEqual([0, 100])
      expect([before, after].map((shown) => findBreaches(course, shown))).toEqual([[], []])
      const writes = points.filter(({ isWrite }) => isWrite)
      expect(writes.length).toBeGreaterThanOrEqual(course.steps.length)
    },
    PATIENCE_MS,
  )

  test('SIGKILL, with a post step and without, and one more run', async () => {
    const { killed, wrong, seconds } = await promise
    console.log(
      `killed traffic-swap ${killed} times on ${course.backEnd} and ran it again, in ${seconds.toFixed(0)} s`,
    )
    expect(killed).toBeGreaterThan(3 * course.steps.length)
    expect(wrong).toEqual([])
  })
})
