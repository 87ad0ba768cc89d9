// Figures that may only fall: calls of the control plane, with stale reads off, polls not counted.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { armCalls } from './rig/wire.ts'
import { prepare, World, type Papers, type Step } from './rig/world.ts'

jest.setTimeout(60_000)

let world: World
let papers: Papers & Record<string, string>

beforeAll(async () => {
  world = await World.open({ liveBefore: true, azure: { staleReads: 0 } })
  world.train('2')
  papers = await prepare(world, '2')
})
afterAll(() => world.close())

const noopDeploy = (): Promise<Step> => world.deploy({ 'model-version': '2' })
const swap = (): Promise<Step> => world.swap(papers)

// In this order: the swap is one only the first time.
test.each([
  ['a deploy of what is there already', noopDeploy, 5, { changed: 'false' }],
  ['a swap', swap, 4, { outcome: 'promoted', changed: 'true' }],
  ['a swap that has been done', swap, 2, { outcome: 'unchanged', changed: 'false' }],
  ['a deploy of what serves already', noopDeploy, 5, { changed: 'false' }],
])('%s', async (_, act, most, outputs) => {
  const step = await act()
  expect(step.outputs).toMatchObject(outputs)
  const calls = armCalls(step.exchanges)
  console.log(`${_}: ${calls.length} of at most ${most} calls\n${calls.join('\n')}`)
  expect(calls.length).toBeLessThanOrEqual(most)
})
