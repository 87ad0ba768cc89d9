import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { writesOf } from '../../../test/doubles/github-world.ts'
import { openBench, type PromotionBench } from './promotion-bench.ts'
import { LOCK } from './promotion-order.ts'

// Every call runs git, and other suites want the same two cores.
jest.setTimeout(60_000)

let bench: PromotionBench
afterEach(() => bench.world.close())

describe('an older commit, reported late', () => {
  const line = async () => {
    bench = await openBench()
    return { older: await bench.work('v2'), newer: await bench.work('v3') }
  }

  test('does not take the place of a newer one in the open pull request', async () => {
    const { older, newer } = await line()
    const first = await bench.promote({ testedCommit: newer, model: 'taxi-model:3' })
    const before = { body: await bench.pullBody(1), writes: writesOf(bench.world).length }
    const late = await bench.promote({ testedCommit: older })
    expect(late).toMatchObject({
      operation: 'none',
      pull: { number: 1 },
      headSha: null,
      statusAllowed: false,
      changed: false,
      reason: expect.stringContaining('a newer commit was promoted already: #1'),
      writes: [],
    })
    expect(late.reason).toContain(newer)
    expect(await bench.world.git('rev-parse', 'promote/main')).toBe(first.headSha)
    expect(await bench.pullBody(1)).toBe(before.body)
    expect(writesOf(bench.world)).toHaveLength(before.writes)
  })

  test('does not complain of a conflict that the newer one has settled', async () => {
    const { older, newer } = await line()
    await bench.world.push({ branch: 'main', files: { 'score.py': 'v3\n' } })
    await bench.promote({ testedCommit: newer })
    expect(await bench.promote({ testedCommit: older })).toMatchObject({ operation: 'none' })
  })

  test('does not push another endpoint out of the open pull request', async () => {
    const { older, newer } = await line()
    await bench.promote({ testedCommit: newer, name: 'tips' })
    expect(await bench.promote({ testedCommit: older })).toMatchObject({ operation: 'none' })
    expect(Object.keys((await bench.lockAt('promote/main')).endpoints)).toEqual(['tips'])
  })

  test.each([
    { merge: 'merged', end: (number: number) => bench.world.merge(number) },
    {
      merge: 'squashed',
      end: (number: number) =>
        bench.personal('PUT /repos/{owner}/{repo}/pulls/{number}/merge', {
          number,
          merge_method: 'squash',
        }),
    },
  ])('does not go back behind a newer one that was $merge', async ({ end }) => {
    const { older, newer } = await line()
    await bench.promote({ testedCommit: newer, model: 'taxi-model:3' })
    await end(1)
    const writes = writesOf(bench.world).length
    const late = await bench.promote({ testedCommit: older })
    expect(late).toMatchObject({ operation: 'none', pull: null, changed: false })
    expect(late.reason).toContain(`main pins what was tested at ${newer}`)
    expect(late.reason).toContain('revert')
    expect(writesOf(bench.world)).toHaveLength(writes)
  })

  test.each([
    {
      what: 'the newer one was turned down',
      undo: () =>
        bench.personal('PATCH /repos/{owner}/{repo}/pulls/{number}', {
          number: 1,
          state: 'closed',
        }),
      number: 2,
    },
    {
      what: 'the merge of the newer one was taken back',
      undo: async () => {
        await bench.world.merge(1)
        return bench.world.push({ branch: 'main', files: { [LOCK]: null } })
      },
      number: 2,
    },
    {
      what: 'the lock of the branch cannot be read',
      undo: () => bench.world.push({ branch: 'promote/main', files: { [LOCK]: 'mine' } }),
      number: 1,
    },
    {
      what: 'the lock of the branch names a commit that is gone',
      undo: async () => {
        const lock = await bench.world.git('show', `promote/main:${LOCK}`)
        const text = lock.replace(/"testedCommit": "\w+"/, `"testedCommit": "${'e'.repeat(40)}"`)
        return bench.world.push({ branch: 'promote/main', files: { [LOCK]: text } })
      },
      number: 1,
    },
  ])('is promoted when $what', async ({ undo, number }) => {
    const { older, newer } = await line()
    await bench.promote({ testedCommit: newer })
    await undo()
    const result = await bench.promote({ testedCommit: older })
    expect(result).toMatchObject({ changed: true, pull: { number } })
    expect(await bench.lockAt('promote/main')).toHaveProperty(
      ['endpoints', 'taxi-fare', 'testedCommit'],
      older,
    )
  })
})
