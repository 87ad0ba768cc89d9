import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { writesOf } from '../../../test/doubles/github-world.ts'
import { openBench, type PromotionBench } from './promotion-bench.ts'
import { refusalIn } from './promotion-order.ts'

// Every call runs git, and other suites want the same two cores.
jest.setTimeout(60_000)

let bench: PromotionBench
afterEach(() => bench.world.close())

/** Two commits on integration, and two where they do not belong. */
async function open() {
  bench = await openBench()
  const { world } = bench
  const root = await world.git('rev-parse', 'main')
  const first = await bench.work('v2')
  const tip = await bench.work('v3')
  const aside = await world.push({ branch: 'aside', files: { 'x.txt': 'x\n' }, from: first })
  const orphan = await world.join({ branch: 'orphan', parents: [] })
  const ahead = await world.push({ branch: 'ahead', files: { 'y.txt': 'y\n' }, from: tip })
  await world.git('tag', 'v1', root)
  return { first, tip, aside, orphan, ahead }
}

const comparisons = () => bench.world.sent.filter(({ route }) => route.includes('/compare/')).length

describe('the branch that was tested', () => {
  test('stands at the tested commit: nothing is said, and nothing more is compared', async () => {
    const { tip } = await open()
    const result = await bench.promote({ testedCommit: tip, testedBranch: 'integration' })
    expect(result).toMatchObject({ operation: 'created', reason: '', notes: [] })
    expect(comparisons()).toBe(1)
  })

  test('moved on: the tested commit is promoted, and it is said', async () => {
    const { first, tip } = await open()
    const wish = { testedCommit: first, testedBranch: 'integration' }
    const result = await bench.promote(wish)
    expect(result).toMatchObject({ operation: 'created', statusAllowed: true, notes: [] })
    expect(result.reason).toContain(`integration moved on to ${tip}`)
    expect(await bench.world.git('rev-parse', 'promote/main^')).toBe(first)
    expect(await bench.promote(wish)).toMatchObject({ operation: 'unchanged' })
  })

  test('moved on, and so did the base: both are said', async () => {
    const { first, tip } = await open()
    await bench.world.push({ branch: 'main', files: { 'new.txt': 'n\n' } })
    const { reason } = await bench.promote({ testedCommit: first, testedBranch: 'integration' })
    expect(reason).toContain('new.txt')
    expect(reason).toContain(tip)
  })

  test.each(['aside', 'orphan', 'ahead'] as const)(
    'without the tested commit refuses it: %s',
    async (name) => {
      const { tip, [name]: testedCommit } = await open()
      const wish = { testedCommit, testedBranch: 'integration' }
      const error = await refusalIn(bench.promote(wish))
      expect(error.code).toBe('GITHUB_COMMIT_NOT_ON_BRANCH')
      expect(error.message).toContain('integration')
      expect(error.message).toContain(testedCommit)
      expect(error.message).toContain(tip)
      expect(writesOf(bench.world)).toEqual([])
    },
  )

  test.each([
    { name: 'v1', says: 'v1 is not a branch' },
    { name: 'deleted', says: 'deleted is not a branch' },
    { name: '5/merge', says: '5/merge is not a branch' },
    { name: undefined, says: 'no branch was named' },
  ])('is not looked at when there is none: $name', async ({ name, says }) => {
    const { aside } = await open()
    const wish = { testedCommit: aside, ...(name === undefined ? {} : { testedBranch: name }) }
    const result = await bench.promote(wish)
    expect(result).toMatchObject({ operation: 'created', reason: '' })
    expect(result.notes).toEqual([expect.stringContaining(says)])
  })
})
