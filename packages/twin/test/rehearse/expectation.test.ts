// The tables of expected results, read and compared.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { differences, readExpectations } from '../../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'sluice-expectation-'))
afterAll(() => rmSync(folder, { recursive: true }))

const pageWith = (text: string): string => {
  const page = join(folder, 'page.md')
  writeFileSync(page, text)
  return page
}
const table = (...lines: readonly string[]): string =>
  ['<!-- expected:begin -->', '', ...lines, '', '<!-- expected:end -->', ''].join('\n')

test('every table counts, with the columns of its own header; tables outside the marks do not', async () => {
  const page = pageWith(
    [
      '| scenario | outcome |\n| --- | --- |\n| `outside` | promoted |\n',
      table('| scenario | outcome | staging |', '| --- | --- | --- |', '| `a` | held | blue=100 |'),
      table('| scenario | runs |', '| --- | --- |', '| `b` | success |', '| `c` | none |'),
    ].join('\n'),
  )
  expect(await readExpectations(page)).toEqual([
    { scenario: 'a', cells: { outcome: 'held', staging: 'blue=100' } },
    { scenario: 'b', cells: { runs: 'success' } },
    { scenario: 'c', cells: { runs: 'none' } },
  ])
})

test.each([
  ['no table', 'a page', /has no table of expected results/],
  [
    'a row that lacks a cell',
    table('| scenario | outcome |', '| --- | --- |', '| `a` |'),
    /a row has 1 cells, wanted 2: a/,
  ],
])('%s is refused', async (_, text, says) => {
  await expect(readExpectations(pageWith(text))).rejects.toThrow(says)
})

describe('differences', () => {
  const row = { scenario: 'a', cells: { outcome: 'promoted', runs: 'success' } }
  test.each([
    ['none', { outcome: 'promoted', runs: 'success' }, []],
    [
      'another text',
      { outcome: 'held', runs: 'success' },
      ['outcome: found "held"; docs/rehearsal.md says "promoted"'],
    ],
    [
      'a column that the result lacks',
      { outcome: 'promoted' },
      ['runs: found nothing; docs/rehearsal.md says "success"'],
    ],
    [
      'a column that the table lacks',
      { outcome: 'promoted', runs: 'success', objects: 'all ready' },
      ['objects: found "all ready"; docs/rehearsal.md says nothing'],
    ],
  ])('%s', (_, cells, lines) => expect(differences(row, cells)).toEqual(lines))
})
