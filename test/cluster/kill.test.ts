// The process of k8s-apply dies at every request of an apply, and one more run brings the end state
// of a run that nothing happened to.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { useCluster } from './harness.ts'
import { overBefore, recordBefore, worldIn } from './kill/before.ts'
import { Lane, onLanes, type Kill, type Story } from './kill/lane.ts'
import { renderPoint, type Moment, type Point } from './kill/points.ts'
import { differenceOf } from './kill/state.ts'
import { filesOfAll, INPUTS } from './kill/story.ts'

const cluster = useCluster({ own: true })

/** Cases wait for the cluster half of their time. */
const LANES = 3
const MOMENTS: readonly Moment[] = ['before', 'after']

interface Told {
  readonly lanes: readonly Lane[]
  readonly whole: Awaited<ReturnType<Lane['record']>>
}

async function tell(story: Story): Promise<Told> {
  const lanes = await Promise.all(Array.from({ length: LANES }, () => Lane.open(cluster, story)))
  return { lanes, whole: await (lanes[0] as Lane).record() }
}

let change: Told
let install: Told
let worlds = 0

beforeAll(async () => {
  const before = await recordBefore(cluster, await cluster.faultProxy())
  change = await tell(overBefore(cluster, before))
  install = await tell({
    begin: () => Promise.resolve(worldIn(`new-${process.pid}-${(worlds += 1)}`)),
    files: filesOfAll,
    inputs: INPUTS,
  })
}, 60_000)

test('the run that nothing happens to does all that the story tells', () => {
  const { whole } = change
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
async function killAll(
  { lanes, whole }: Told,
  kills: readonly Kill[],
): Promise<readonly unknown[]> {
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

/**
 * Each write, before the server has it and after it has done it. A read changes nothing, so a kill at
 * one leaves what the writes before it did: every third stands for all.
 */
function killsAt(points: readonly Point[]): readonly Kill[] {
  const writes = points.filter(({ isWrite }) => isWrite)
  const reads = points.filter(({ isWrite, nth }) => !isWrite && nth === 1)
  return [
    ...writes.flatMap((point) => MOMENTS.map((moment) => ({ point, moment }))),
    ...reads.flatMap((point, i): readonly Kill[] =>
      i % 3 === 0 ? [{ point, moment: i % 2 === 0 ? 'before' : 'after' }] : [],
    ),
  ]
}

describe('SIGKILL, and one more run', () => {
  test('of an apply over what is there', async () => {
    const kills = killsAt(change.whole.points)
    expect(kills.length).toBeGreaterThan(45)
    expect(await killAll(change, kills)).toEqual([])
  }, 240_000)

  test('of an apply that brings the namespace of its application', async () => {
    const { points, step } = install.whole
    expect(step.outputs).toMatchObject({ outcome: 'ready', created: '5', failed: '0' })
    const kills = killsAt(points)
    expect(kills.length).toBeGreaterThan(15)
    expect(await killAll(install, kills)).toEqual([])
  }, 240_000)
})
