// What must come of each scenario: the tables of docs/rehearsal.md, compared with what came.
import { readFile } from 'node:fs/promises'

export interface Expectation {
  readonly scenario: string
  /** The other columns of its table, by header. */
  readonly cells: Readonly<Record<string, string>>
}

const BLOCK = /<!-- expected:begin -->(.*?)<!-- expected:end -->/gs

/** Rows of every table, in order. Throws when there is none, or a row has another number of cells. */
export async function readExpectations(page: string): Promise<readonly Expectation[]> {
  const text = await readFile(page, 'utf8')
  const rows = [...text.matchAll(BLOCK)].flatMap(([, block = '']) => readTable(page, block))
  if (rows.length === 0) throw new Error(`${page} has no table of expected results`)
  return rows
}

function readTable(page: string, block: string): readonly Expectation[] {
  const [header = [], , ...rows] = block
    .split('\n')
    .filter((line) => line.trim().startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.replaceAll('`', '').trim()),
    )
  return rows.map((cells) => {
    if (cells.length !== header.length) {
      throw new Error(
        `${page}: a row has ${cells.length} cells, wanted ${header.length}: ${cells.join(' | ')}`,
      )
    }
    const { scenario = '', ...others } = Object.fromEntries(
      header.map((name, i) => [name, cells[i] ?? '']),
    )
    return { scenario, cells: others }
  })
}

/** One line per difference; empty when `found` is as the table says. */
export const differences = (
  { cells }: Expectation,
  found: Readonly<Record<string, string>>,
): readonly string[] =>
  [...new Set([...Object.keys(cells), ...Object.keys(found)])]
    .filter((name) => cells[name] !== found[name])
    .map(
      (name) =>
        `${name}: found ${quote(found[name])}; docs/rehearsal.md says ${quote(cells[name])}`,
    )

const quote = (text: string | undefined): string => (text === undefined ? 'nothing' : `"${text}"`)
