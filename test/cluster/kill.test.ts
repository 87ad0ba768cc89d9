// The process of k8s-apply dies at every request of an apply, and one more run brings the end state
// of a run that nothing happened to.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { useCluster } from './harness.ts'
import { recordBefore } from './kill/before.ts'
import { Lane, onLanes, type Kill } from './kill/lane.ts'
import { renderPoint, type Moment } from './kill/points.ts'
import { differenceOf } from './kill/state.ts'

const cluster = useCluster({ own: true })

/** Cases wait for the cluster half of their time. */
const LANES = 3
const MOMENTS: readonly Moment[] = ['before', 'after']

let lanes: readonly Lane[]
let whole: Awaited<ReturnType<Lane['record']>>

beforeAll(async () => {
  const before = await recordBefore(cluster, await cluster.faultProxy())
  lanes = await Promise.all(Array.from({ length: LANES }, () => Lane.open(cluster, before)))
  whole = await (lanes[0] as Lane).record()
}, 60_000)

test('the run that nothing happens to does all that the story tells', () => {
  expect(whole.step).toMatchObject({
    exitCode: 0,
    outputs: {
      outcome: 'ready',
      created: '5',
      configured: '5',
      unchanged: '2',
      deleted: '2',
      failed: '0',
    },
  })
  const told = whole.step.lines.join('\n')
  expect(told).toMatch(/legacy: taken over from client-side apply/)
  expect(told).toMatch(/frozen replaced/)
  expect(whole.state.filter((line) => line.includes('/old '))).toEqual([])
  expect(whole.state.filter((line) => line.includes('with the take-over'))).toEqual([])
})

/** What came out otherwise than it should: nothing, but for defects. */
async function killAll(kills: readonly Kill[]): Promise<readonly unknown[]> {
  const began = performance.now()
  const ends = await onLanes(lanes, kills, (lane, kill) => lane.kill(kill))
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(`killed k8s-apply ${kills.length} times and ran it again, in ${seconds} s`)
  const got = kills.map(({ point, moment }, i) => ({
    wanted: `${moment} ${renderPoint(point)}`,
    ...ends[i],
  }))
  return got.flatMap(({ wanted, killed, again = '', state = [] }) => {
    const lines = differenceOf(whole.state, state)
    // Killed after its last change, it leaves nothing to do but, perhaps, to shrink the record.
    const isFine = /^exit code 0, (ready|unchanged)$/.test(again)
    return wanted === killed && isFine && lines.length === 0
      ? []
      : [{ wanted, killed, again, lines }]
  })
}

describe('SIGKILL, and one more run', () => {
  test('before and after each write', async () => {
    const points = whole.points.filter(({ isWrite }) => isWrite)
    expect(points.length).toBeGreaterThan(15)
    const kills = points.flatMap((point) => MOMENTS.map((moment) => ({ point, moment })))
    expect(await killAll(kills)).toEqual([])
  }, 240_000)

  test('at every third of the requests that only read', async () => {
    const points = whole.points.filter(({ isWrite, nth }) => !isWrite && nth === 1)
    const kills = points.flatMap((point, i): readonly Kill[] =>
      i % 3 === 0 ? [{ point, moment: i % 2 === 0 ? 'before' : 'after' }] : [],
    )
    expect(await killAll(kills)).toEqual([])
  }, 240_000)
})
